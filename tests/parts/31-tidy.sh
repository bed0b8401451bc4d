#!/usr/bin/env bash
# title: the house rules: lengths, includes, banned words
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
doctest_run "$GCC/tests/runqueue_tidy"
