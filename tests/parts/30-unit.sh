#!/usr/bin/env bash
# title: unit tests, natively
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
doctest_run "$GCC/tests/runqueue_tests"
# The canvas app's, when SDL2 and Dear ImGui were there to build it.
if [ -x "$GCC/tests/runqueue_app_tests" ]; then doctest_run "$GCC/tests/runqueue_app_tests"; fi
