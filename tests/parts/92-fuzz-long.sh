#!/usr/bin/env bash
# title: every reader survives ten minutes of fuzzing
# long: yes
# after: build-sanitized
FUZZ_SECONDS=${FUZZ_SECONDS:-600} exec bash "$(dirname "$0")/42-fuzz.sh"
