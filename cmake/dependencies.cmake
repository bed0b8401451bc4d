# SDL2 and Dear ImGui, wanted by the windowed program and by the page, declared once.
#
# Sources come from the first of: a folder named by FETCHCONTENT_SOURCE_DIR_<NAME>, the cache, the
# Debian source package (nothing but Debian's mirror is needed), the pinned upstream archive.
# The cache lies outside the build folder, so that a clean build does not fetch anew.

include(FetchContent)

if(DEFINED ENV{XDG_CACHE_HOME})
  set(rq_cache_default $ENV{XDG_CACHE_HOME}/runqueue)
else()
  set(rq_cache_default $ENV{HOME}/.cache/runqueue)
endif()
set(RUNQUEUE_CACHE ${rq_cache_default} CACHE PATH "Keeps fetched sources and SDL2 for WASM")

# runqueue_source(OUT NAME name VERSION v PROBE file URL url SHA256 hash
#                 DEBIAN package version suite hash): OUT is a folder, or empty with a message.
function(runqueue_source out)
  cmake_parse_arguments(S "" "NAME;VERSION;PROBE;URL;SHA256" "DEBIAN" ${ARGN})
  string(TOUPPER ${S_NAME} upper)
  set(cached ${RUNQUEUE_CACHE}/src/${S_NAME}-${S_VERSION})
  if(FETCHCONTENT_SOURCE_DIR_${upper})
    set(${out} ${FETCHCONTENT_SOURCE_DIR_${upper}} PARENT_SCOPE)
    return()
  endif()
  if(NOT EXISTS ${cached}/${S_PROBE} AND RUNQUEUE_DOWNLOAD)
    message(STATUS "${S_NAME} ${S_VERSION}: fetching the Debian source package")
    execute_process(
      COMMAND sh ${CMAKE_SOURCE_DIR}/cmake/fetch_debian_source.sh ${S_DEBIAN} ${cached}
      RESULT_VARIABLE failed ERROR_VARIABLE reason OUTPUT_QUIET)
    if(failed)
      message(STATUS "${S_NAME} ${S_VERSION}: not from Debian (${failed}); trying ${S_URL}")
      set(archive ${RUNQUEUE_CACHE}/download/${S_NAME}-${S_VERSION}.tar.gz)
      file(DOWNLOAD ${S_URL} ${archive} STATUS status TIMEOUT 300 INACTIVITY_TIMEOUT 20)
      list(GET status 0 failed)
      if(failed)
        file(REMOVE ${archive})
        string(STRIP "${reason}" reason)
        message(STATUS "${S_NAME} ${S_VERSION} could not be fetched: ${status}; ${reason}")
      else()
        FetchContent_Populate(${S_NAME} URL ${archive} URL_HASH SHA256=${S_SHA256}
                              SOURCE_DIR ${cached})
      endif()
    endif()
  endif()
  if(EXISTS ${cached}/${S_PROBE})
    set(${out} ${cached} PARENT_SCOPE)
  else()
    set(${out} "" PARENT_SCOPE)
  endif()
endfunction()

function(runqueue_sdl2_source out)
  runqueue_source(folder NAME sdl2 VERSION 2.26.5 PROBE include/SDL.h
    URL https://github.com/libsdl-org/SDL/releases/download/release-2.26.5/SDL2-2.26.5.tar.gz
    SHA256 ad8fea3da1be64c83c45b1d363a6b4ba8fd60f5bde3b23ec73855709ec5eabf7
    DEBIAN libsdl2 2.26.5+dfsg-1 bookworm
           b3f2c822151804125d08db94c65852f711c2e5df2145a59da120748dc32eb9c3)
  set(${out} "${folder}" PARENT_SCOPE)
endfunction()

function(runqueue_imgui_source out)
  runqueue_source(folder NAME imgui VERSION 1.90.1 PROBE imgui.h
    URL https://github.com/ocornut/imgui/archive/refs/tags/v1.90.1.tar.gz
    SHA256 21dcc985bb2ae8fe48047c86135dbc438d6980a8f2e08babbda5be820592f282
    DEBIAN imgui 1.90.1+ds-1 trixie
           ecce377df0f90b292f15dcbd83d438bddc162b2388c881132bde18c787572a1c)
  set(${out} "${folder}" PARENT_SCOPE)
endfunction()

# Makes SDL2::SDL2: the distribution's natively, else from source; always from source for WASM.
function(runqueue_find_sdl2)
  if(NOT EMSCRIPTEN)
    find_package(SDL2 2.0.20 CONFIG QUIET GLOBAL)
    if(TARGET SDL2::SDL2)
      return()
    endif()
  endif()
  runqueue_sdl2_source(folder)
  if(NOT folder)
    return()
  endif()
  if(EMSCRIPTEN)
    include(sdl2_wasm)
    runqueue_sdl2_wasm(${folder})
  else()
    set(SDL_SHARED OFF CACHE BOOL "" FORCE)
    set(SDL_TEST OFF CACHE BOOL "" FORCE)
    add_subdirectory(${folder} ${CMAKE_BINARY_DIR}/sdl2 EXCLUDE_FROM_ALL SYSTEM)
    if(NOT TARGET SDL2::SDL2)
      add_library(SDL2::SDL2 ALIAS SDL2-static)
    endif()
  endif()
endfunction()

# Makes `imgui`: Dear ImGui with its SDL2 and OpenGL 3 (WebGL 2) backends. No demo window: it
# would be the largest part of the page.
function(runqueue_find_imgui)
  runqueue_imgui_source(folder)
  if(NOT folder)
    return()
  endif()
  # Its built-in font, a tenth of the page and never shown, is cut out of the source.
  set(draw ${CMAKE_BINARY_DIR}/imgui/imgui_draw.cpp)
  file(READ ${folder}/imgui_draw.cpp text)
  string(FIND "${text}" "proggy_clean_ttf_compressed_data_base85[11980 + 1] =" from)
  if(from GREATER 0)
    string(SUBSTRING "${text}" ${from} -1 rest)
    string(FIND "${rest}" "\";\n" length)
    math(EXPR after "${length} + 2")
    string(SUBSTRING "${text}" 0 ${from} before)
    string(SUBSTRING "${rest}" ${after} -1 rest)
    set(text "${before}proggy_clean_ttf_compressed_data_base85[1] = \"\";${rest}")
  endif()
  file(CONFIGURE OUTPUT ${draw} CONTENT "${text}" @ONLY)
  add_library(imgui STATIC
    ${folder}/imgui.cpp ${draw} ${folder}/imgui_tables.cpp
    ${folder}/imgui_widgets.cpp ${folder}/backends/imgui_impl_sdl2.cpp
    ${folder}/backends/imgui_impl_opengl3.cpp)
  target_include_directories(imgui SYSTEM PUBLIC ${folder} ${folder}/backends)
  target_compile_definitions(imgui PUBLIC
    IMGUI_DISABLE_OBSOLETE_FUNCTIONS IMGUI_DISABLE_DEMO_WINDOWS IMGUI_DISABLE_DEBUG_TOOLS
    IMGUI_DISABLE_FILE_FUNCTIONS IMGUI_DISABLE_DEFAULT_SHELL_FUNCTIONS
    "ImDrawIdx=unsigned int")
  target_link_libraries(imgui PUBLIC SDL2::SDL2)
  if(EMSCRIPTEN)
    target_compile_definitions(imgui PUBLIC IMGUI_IMPL_OPENGL_ES3)
    target_compile_options(imgui PRIVATE -Oz -fno-exceptions -fno-rtti)
  else()
    find_package(OpenGL REQUIRED)
    target_link_libraries(imgui PUBLIC OpenGL::GL ${CMAKE_DL_LIBS})
  endif()
endfunction()

# The app needs both; without them everything else still builds.
function(runqueue_find_app_dependencies)
  if(NOT RUNQUEUE_APP OR TARGET imgui)
    return()
  endif()
  if(NOT EMSCRIPTEN)
    find_package(OpenGL QUIET)
    find_package(SDL2 2.0.20 CONFIG QUIET)
    if(NOT OPENGL_FOUND OR NOT SDL2_FOUND)
      message(STATUS "The windowed program is left out: SDL2 or OpenGL is missing "
              "(apt-get install libsdl2-dev libgl-dev)")
      return()
    endif()
  endif()
  runqueue_find_sdl2()
  if(TARGET SDL2::SDL2)
    runqueue_find_imgui()
  endif()
  if(NOT TARGET imgui)
    message(STATUS "The windowed program is left out: SDL2 or Dear ImGui could not be fetched")
  endif()
endfunction()

# runqueue_node_program(TARGET [OPTIMISATION]): a program for node, linked with -O3 unless told
# otherwise (what is not measured links faster with -O1). It reads real files, starts synchronously
# (node's own fetch() confuses the loader of older Emscripten), and may catch C++ exceptions.
function(runqueue_node_program target)
  set(optimisation -O3 ${ARGN})
  list(GET optimisation -1 optimisation)
  target_compile_options(${target} PRIVATE -fexceptions)
  target_link_options(${target} PRIVATE -fexceptions ${optimisation}
    -sENVIRONMENT=node -sWASM_ASYNC_COMPILATION=0 -sNODERAWFS=1 -sEXIT_RUNTIME=1
    -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=2GB)
  runqueue_wasm_stack(${target} 5242880)
endfunction()

# Makes a program for the browser: an ES module without eval, that never touches a file system.
# The page's own boot file loads it; exported C functions are marked EMSCRIPTEN_KEEPALIVE. The
# functions keep their names until web/split.mjs has divided the module by them.
function(runqueue_web_program target)
  target_compile_options(${target} PRIVATE -fno-exceptions -fno-rtti)
  target_link_options(${target} PRIVATE -O3 --profiling-funcs -Wl,--no-demangle
    -sENVIRONMENT=web -sMODULARIZE=1 -sEXPORT_ES6=1 -sEXPORT_NAME=createRunqueue
    -sMIN_WEBGL_VERSION=2 -sMAX_WEBGL_VERSION=2 -sFILESYSTEM=0 -sDYNAMIC_EXECUTION=0
    -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=1GB -sINITIAL_MEMORY=33554432
    -sSTRICT=0 -sASSERTIONS=0)
  runqueue_wasm_stack(${target} 1048576)
endfunction()

# The stack is 64 KB in newer Emscripten and was 5 MB before, so it is always said; the setting's
# name changed in 3.1.25.
function(runqueue_wasm_stack target bytes)
  if(EMSCRIPTEN_VERSION AND EMSCRIPTEN_VERSION VERSION_LESS 3.1.25)
    target_link_options(${target} PRIVATE -sTOTAL_STACK=${bytes})
  else()
    target_link_options(${target} PRIVATE -sSTACK_SIZE=${bytes})
  endif()
endfunction()
