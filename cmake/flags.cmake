# Compiler flags. `rq_flags` is what all our code gets, `rq_engine_flags` adds the engine's vows
# (no exceptions, no RTTI), `rq_shell_flags` what the shells get.

add_library(rq_flags INTERFACE)
target_compile_options(rq_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(rq_flags INTERFACE -Wno-restrict)  # false alarms inside std::string
endif()
if(EMSCRIPTEN)
  # Sizes and indices of containers have 32 bits there; state never has that type.
  target_compile_options(rq_flags INTERFACE -Wno-shorten-64-to-32 -Wno-sign-conversion)
endif()
if(RUNQUEUE_WERROR)
  target_compile_options(rq_flags INTERFACE -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # What the optimiser only guesses is shown and stops nobody.
    target_compile_options(rq_flags INTERFACE -Wno-error=maybe-uninitialized
      -Wno-error=array-bounds -Wno-error=stringop-overflow -Wno-error=stringop-overread
      -Wno-error=free-nonheap-object -Wno-error=null-dereference)
  endif()
endif()

if(RUNQUEUE_SANITIZE)
  set(rq_sanitizers address,undefined)
  if(RUNQUEUE_FUZZ)
    string(PREPEND rq_sanitizers "fuzzer-no-link,")
  endif()
  # Global, so that third-party code compiled here is watched as well.
  # vptr needs RTTI on both sides, which the engine does without.
  add_compile_options(-fsanitize=${rq_sanitizers} -fno-sanitize=vptr -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${rq_sanitizers})
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
elseif(CMAKE_BUILD_TYPE STREQUAL Debug AND NOT EMSCRIPTEN)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()

# Debug and sanitized builds check every assertion; released ones those that cost little.
if(CMAKE_BUILD_TYPE STREQUAL Debug)
  add_compile_definitions(RUNQUEUE_CHECKED)
endif()

# Assertion texts name files as they stand in the repository, whoever built it.
if(NOT CMAKE_BUILD_TYPE STREQUAL Debug)
  # Not in Debug: there a compiler cache serves several checkouts of the same sources.
  if(NOT CMAKE_BUILD_TYPE STREQUAL Debug)
    add_compile_options(-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
  endif()
endif()

add_library(rq_engine_flags INTERFACE)
target_link_libraries(rq_engine_flags INTERFACE rq_flags)
target_compile_options(rq_engine_flags INTERFACE -fno-exceptions -fno-rtti)

# In the page every byte counts except in the engine, where every nanosecond does: shells are
# compiled for size there, the engine and the link for speed.
add_library(rq_shell_flags INTERFACE)
target_link_libraries(rq_shell_flags INTERFACE rq_flags)
if(EMSCRIPTEN AND NOT CMAKE_BUILD_TYPE STREQUAL Debug)
  target_compile_options(rq_shell_flags INTERFACE -Oz)
endif()
