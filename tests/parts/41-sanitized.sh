#!/usr/bin/env bash
# title: unit tests and random scenarios under the address and undefined-behaviour sanitizers
# after: build-sanitized
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
doctest_run "$SANITIZED/tests/runqueue_tests"
RUNQUEUE_SEEDS=1-60 doctest_run "$SANITIZED/tests/runqueue_law"
