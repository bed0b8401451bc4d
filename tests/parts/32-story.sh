#!/usr/bin/env bash
# title: every scenario meets its own expectations
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
doctest_run "$GCC/tests/runqueue_story"
