#!/usr/bin/env bash
# title: unit tests, natively
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
doctest_run "$GCC/tests/runqueue_tests"
