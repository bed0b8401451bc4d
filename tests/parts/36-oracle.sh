#!/usr/bin/env bash
# title: runs agree with recordings of real kernels
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
doctest_run "$GCC/tests/runqueue_recordings"
