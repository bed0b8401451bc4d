# Header-only libraries. Each is found in the distribution and shown to a target as a folder of
# links to just that library: a cross compiler must never be given -I/usr/include.

# runqueue_headers(NAME PROBE TOP ...): target headers::NAME, which sees /.../TOP... only.
# PROBE is the header that proves presence, TOP the entries beside it that are linked.
function(runqueue_headers name probe)
  find_path(RUNQUEUE_${name}_DIR ${probe} NO_CMAKE_FIND_ROOT_PATH
            PATHS /usr/include /usr/local/include)
  mark_as_advanced(RUNQUEUE_${name}_DIR)
  if(NOT RUNQUEUE_${name}_DIR)
    return()
  endif()
  set(shown ${CMAKE_BINARY_DIR}/headers/${name})
  file(MAKE_DIRECTORY ${shown})
  foreach(top IN LISTS ARGN)
    file(CREATE_LINK ${RUNQUEUE_${name}_DIR}/${top} ${shown}/${top} SYMBOLIC)
  endforeach()
  add_library(headers_${name} INTERFACE)
  target_include_directories(headers_${name} SYSTEM INTERFACE ${shown})
  add_library(headers::${name} ALIAS headers_${name})
endfunction()

runqueue_headers(nlohmann nlohmann/json.hpp nlohmann)
runqueue_headers(xxhash xxhash.h xxhash.h)
runqueue_headers(CLI11 CLI/CLI.hpp CLI)
runqueue_headers(doctest doctest/doctest.h doctest)
