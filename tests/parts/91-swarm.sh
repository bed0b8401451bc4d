#!/usr/bin/env bash
# title: ten thousand random scenarios break no law
# long: yes
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
RUNQUEUE_SEEDS=${RUNQUEUE_SEEDS:-1-10000} doctest_run "$GCC/tests/runqueue_law"
