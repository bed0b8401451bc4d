# Toolchain file: finds Emscripten wherever it was installed (a distribution's package or emsdk),
# includes its own toolchain file and proves by a small optimised link that it works, because the
# usual failures come late and do not name their remedy.

find_program(RUNQUEUE_EMCC emcc PATHS $ENV{EMSDK}/upstream/emscripten)
if(NOT RUNQUEUE_EMCC)
  message(FATAL_ERROR "emcc is missing. On Debian and Ubuntu: apt-get install emscripten binaryen\n"
          "Elsewhere: install emsdk and source its emsdk_env.sh.")
endif()
get_filename_component(emcc_real ${RUNQUEUE_EMCC} REALPATH)
get_filename_component(emcc_root ${emcc_real} DIRECTORY)
if(NOT EXISTS ${emcc_root}/cmake/Modules/Platform/Emscripten.cmake)
  set(emcc_root /usr/share/emscripten)
endif()
include(${emcc_root}/cmake/Modules/Platform/Emscripten.cmake)

# Debian's emcc calls acorn when it optimises JavaScript, and only Debian's own node looks for it
# where Debian puts it. The launcher keeps that true for every later build, from any shell.
if(IS_DIRECTORY /usr/share/nodejs/acorn AND emcc_root STREQUAL "/usr/share/emscripten")
  set(RUNQUEUE_EMCC_ENV ${CMAKE_COMMAND} -E env NODE_PATH=/usr/share/nodejs)
else()
  set(RUNQUEUE_EMCC_ENV ${CMAKE_COMMAND} -E env)
endif()
set(CMAKE_C_LINKER_LAUNCHER ${RUNQUEUE_EMCC_ENV})
set(CMAKE_CXX_LINKER_LAUNCHER ${RUNQUEUE_EMCC_ENV})
