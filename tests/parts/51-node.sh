#!/usr/bin/env bash
# title: unit tests in node
# after: build-wasm
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
doctest_run "$WASM/tests/runqueue_tests.js"
