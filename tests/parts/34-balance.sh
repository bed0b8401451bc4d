#!/usr/bin/env bash
# title: what the trace adds up to is what the world says
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
doctest_run "$GCC/tests/runqueue_balance"
