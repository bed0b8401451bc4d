# Proves once, at configure time, that this Emscripten can link an optimised program and that its
# node can run it. Otherwise the first sign would come minutes later and would not name its remedy.

if(NOT RUNQUEUE_EMSCRIPTEN_WORKS STREQUAL EMSCRIPTEN_VERSION)
  set(trial ${CMAKE_BINARY_DIR}/trial)
  file(MAKE_DIRECTORY ${trial})
  file(WRITE ${trial}/trial.cpp "#include <cstdio>\nint main() { std::puts(\"it works\"); }\n")
  message(STATUS "Emscripten ${EMSCRIPTEN_VERSION}: trying an optimised link")
  execute_process(
    COMMAND ${RUNQUEUE_EMCC_ENV} ${CMAKE_CXX_COMPILER} -O3 trial.cpp -o trial.js
            -sENVIRONMENT=node -sWASM_ASYNC_COMPILATION=0
    WORKING_DIRECTORY ${trial} RESULT_VARIABLE failed ERROR_VARIABLE reason OUTPUT_QUIET)
  if(failed)
    if(reason MATCHES "acorn")
      set(remedy "Debian's emcc needs the package node-acorn, and a node that is not Debian's needs"
                 " to be told where it lies: export NODE_PATH=/usr/share/nodejs")
    elseif(reason MATCHES "wasm-opt|binaryen")
      set(remedy "emcc needs binaryen: apt-get install binaryen")
    elseif(reason MATCHES "node")
      set(remedy "emcc needs node: apt-get install nodejs")
    else()
      set(remedy "Try it by hand: cd ${trial} && em++ -O3 trial.cpp -o trial.js")
    endif()
    list(JOIN remedy "" remedy)
    message(FATAL_ERROR "Emscripten cannot link an optimised program.\n${remedy}\n\n${reason}")
  endif()
  find_program(RUNQUEUE_NODE NAMES node nodejs NO_CMAKE_FIND_ROOT_PATH)
  if(RUNQUEUE_NODE)
    execute_process(COMMAND ${RUNQUEUE_NODE} trial.js WORKING_DIRECTORY ${trial}
                    RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE reason)
    if(failed OR NOT said MATCHES "it works")
      message(WARNING "node cannot run what Emscripten makes, so the tests in node will fail; "
                      "node 18 or newer is needed. Try it: cd ${trial} && node trial.js")
    endif()
  endif()
  set(RUNQUEUE_EMSCRIPTEN_WORKS ${EMSCRIPTEN_VERSION} CACHE INTERNAL "")
endif()
