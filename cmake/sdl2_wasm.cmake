# SDL2 for the browser, compiled directly: SDL's own CMake needs minutes of probing under
# Emscripten, the sources that are left when everything unused is off need half a minute.
# The archive is kept in the cache, keyed by SDL's, Emscripten's and the configuration's version.

function(runqueue_sdl2_wasm folder)
  set(config ${CMAKE_SOURCE_DIR}/cmake/sdl2_wasm)
  file(SHA256 ${config}/SDL_config.h key)
  file(SHA256 ${config}/gl_address.c address)
  file(SHA256 ${CMAKE_CURRENT_FUNCTION_LIST_FILE} recipe)
  string(SHA256 key "${key}${address}${recipe}${EMSCRIPTEN_VERSION}")
  string(SUBSTRING ${key} 0 12 key)
  set(kept ${RUNQUEUE_CACHE}/sdl2-2.26.5-emscripten-${EMSCRIPTEN_VERSION}-${key}/libSDL2.a)

  if(EXISTS ${kept})
    add_library(SDL2_wasm STATIC IMPORTED GLOBAL)
    set_target_properties(SDL2_wasm PROPERTIES IMPORTED_LOCATION ${kept})
  else()
    set(sources "")
    foreach(part . atomic audio audio/dummy cpuinfo dynapi events file filesystem/dummy haptic
                 haptic/dummy hidapi joystick joystick/dummy libm loadso/dummy locale locale/dummy
                 misc misc/dummy power render render/software sensor sensor/dummy stdlib thread
                 thread/generic timer timer/unix video video/emscripten video/yuv2rgb)
      file(GLOB found ${folder}/src/${part}/*.c)
      list(APPEND sources ${found})
    endforeach()
    add_library(SDL2_wasm STATIC ${sources} ${config}/gl_address.c)
    target_include_directories(SDL2_wasm BEFORE PRIVATE ${config})
    target_include_directories(SDL2_wasm PRIVATE ${folder}/include)
    target_compile_definitions(SDL2_wasm PRIVATE USING_GENERATED_CONFIG_H SDL_LEAN_AND_MEAN=1
                               eglGetProcAddress=runqueue_gl_address)
    target_compile_options(SDL2_wasm PRIVATE -Oz -w -fno-strict-aliasing
                           -idirafter${folder}/src/video/khronos)
    get_filename_component(kept_folder ${kept} DIRECTORY)
    add_custom_command(TARGET SDL2_wasm POST_BUILD
      COMMAND ${CMAKE_COMMAND} -E make_directory ${kept_folder}
      COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:SDL2_wasm> ${kept}.part
      COMMAND ${CMAKE_COMMAND} -E rename ${kept}.part ${kept})
  endif()
  target_include_directories(SDL2_wasm SYSTEM INTERFACE ${folder}/include)
  add_library(SDL2::SDL2 ALIAS SDL2_wasm)
endfunction()
