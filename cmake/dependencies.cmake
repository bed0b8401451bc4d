# SDL2 and Dear ImGui, wanted by the windowed program and by the page.

# Makes a program for node out of an Emscripten target: it reads real files, starts synchronously
# (node's own fetch() confuses the loader of older Emscripten), and may catch C++ exceptions.
function(runqueue_node_program target)
  target_compile_options(${target} PRIVATE -fexceptions)
  target_link_options(${target} PRIVATE -fexceptions -O3
    -sENVIRONMENT=node -sWASM_ASYNC_COMPILATION=0 -sNODERAWFS=1 -sEXIT_RUNTIME=1
    -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=2GB)
endfunction()
