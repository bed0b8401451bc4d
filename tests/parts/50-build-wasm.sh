#!/usr/bin/env bash
# title: Emscripten builds the page, and the tests and the command line for node
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
step "Emscripten: configuring" configure "$WASM" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_TOOLCHAIN_FILE="$ROOT/cmake/emscripten.cmake" || exit 1
step "Emscripten: building" compile "$WASM" all || exit 1
count 1 0
