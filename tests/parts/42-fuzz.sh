#!/usr/bin/env bash
# title: every reader survives its corpus, the files of malformed input and some seconds of fuzzing
# after: build-sanitized
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
seconds=${FUZZ_SECONDS:-15}
limits=(-timeout=5 -rss_limit_mb=1024 -max_len=65536)
for program in "$SANITIZED"/tests/fuzz_*; do
    [ -x "$program" ] || continue
    reader=${program##*/fuzz_}
    seeds=()
    for folder in "tests/fuzz/corpus/$reader" tests/bad; do
        [ -d "$folder" ] && seeds+=("$folder")
    done
    grown=$CHECK/fuzz/$reader
    mkdir -p "$grown"
    claim "fuzz_$reader replays its corpus" \
        "$program" "${limits[@]}" -runs=0 "$grown" "${seeds[@]}"
    claim "fuzz_$reader finds nothing in $seconds s" \
        "$program" "${limits[@]}" -max_total_time="$seconds" -seed=1 \
        -artifact_prefix="$CHECK/fuzz/" "$grown" "${seeds[@]}"
done
