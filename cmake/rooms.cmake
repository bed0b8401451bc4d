# A room is a folder of engine/. Its sources see their own headers and those of the rooms they
# name, and nothing else: each room's headers are reachable only through a folder of links made
# for that room, so a forbidden #include is a file that does not exist.

set(RUNQUEUE_ROOMS_DIR ${CMAKE_BINARY_DIR}/rooms)
set_property(GLOBAL PROPERTY RUNQUEUE_ROOMS "")

# Headers that lie in engine/ itself. `ids` shows the typed ids, `world` the whole of them.
function(runqueue_root_headers name)
  file(MAKE_DIRECTORY ${RUNQUEUE_ROOMS_DIR}/${name})
  foreach(header IN LISTS ARGN)
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${header}
         ${RUNQUEUE_ROOMS_DIR}/${name}/${header} SYMBOLIC)
  endforeach()
endfunction()

# runqueue_room(NAME SEES room...): the objects of engine/NAME, as target rq_NAME.
function(runqueue_room name)
  cmake_parse_arguments(ROOM "" "" "SEES" ${ARGN})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  file(MAKE_DIRECTORY ${RUNQUEUE_ROOMS_DIR}/${name})
  file(CREATE_LINK ${folder} ${RUNQUEUE_ROOMS_DIR}/${name}/${name} SYMBOLIC)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()

  add_library(rq_${name} OBJECT ${sources})
  target_link_libraries(rq_${name} PRIVATE rq_engine_flags)
  target_include_directories(rq_${name} PRIVATE ${RUNQUEUE_ROOMS_DIR}/${name})
  foreach(seen IN LISTS ROOM_SEES)
    target_include_directories(rq_${name} PRIVATE ${RUNQUEUE_ROOMS_DIR}/${seen})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY RUNQUEUE_ROOMS ${name})
endfunction()

# Shows one third-party header library to the sources of a room that match a pattern.
function(runqueue_room_third_party name library pattern)
  if(NOT TARGET headers::${library})
    message(FATAL_ERROR "The header library ${library} is missing. On Debian and Ubuntu:\n"
            "  apt-get install nlohmann-json3-dev libxxhash-dev libcli11-dev doctest-dev")
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/${pattern})
  foreach(source IN LISTS sources)
    set_property(SOURCE ${source} APPEND PROPERTY
                 COMPILE_OPTIONS -isystem ${CMAKE_BINARY_DIR}/headers/${library})
  endforeach()
endfunction()
