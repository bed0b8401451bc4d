#!/usr/bin/env bash
# title: g++ builds everything without a warning
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
step "g++: configuring" configure "$GCC" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++ || exit 1
step "g++: building" compile "$GCC" all || exit 1
count 1 0
