#!/usr/bin/env bash
# title: random scenarios break no law
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
doctest_run "$GCC/tests/runqueue_law"
