#!/usr/bin/env bash
# title: clang builds the tests and the fuzz targets with sanitizers
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
step "clang with sanitizers: configuring" configure "$SANITIZED" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_CXX_FLAGS_DEBUG='-O1 -g1' \
    -DRUNQUEUE_SANITIZE=ON -DRUNQUEUE_FUZZ=ON -DRUNQUEUE_APP=OFF || exit 1
step "clang with sanitizers: building" compile "$SANITIZED" all || exit 1
count 1 0
