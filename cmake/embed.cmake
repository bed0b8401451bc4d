# Compiles files into a program as arrays of bytes.

# runqueue_embed(OUT FILE HEADER TYPE NAME=path ...): writes a source file FILE into the build
# folder, which defines for each NAME `extern const rq::TYPE NAME = {bytes, size};` as declared by
# HEADER, and appends it to the list OUT. Paths are relative to the calling folder.
function(runqueue_embed out file header type)
  set(target ${CMAKE_CURRENT_BINARY_DIR}/${file})
  set(inputs "")
  foreach(entry IN LISTS ARGN)
    string(REGEX REPLACE "^[^=]*=" "" path ${entry})
    list(APPEND inputs ${CMAKE_CURRENT_SOURCE_DIR}/${path})
  endforeach()
  string(REPLACE ";" "|" entries "${ARGN}")
  add_custom_command(OUTPUT ${target}
    COMMAND ${CMAKE_COMMAND} -DTARGET=${target} -DHEADER=${header} -DTYPE=${type}
            -DENTRIES=${entries} -DFOLDER=${CMAKE_CURRENT_SOURCE_DIR}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${inputs} ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake VERBATIM)
  set(${out} ${${out}} ${target} PARENT_SCOPE)
endfunction()
