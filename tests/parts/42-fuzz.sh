#!/usr/bin/env bash
# title: every reader survives its corpus, malformed files and a fixed stretch of fuzzing
# after: build-sanitized
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
# A fixed seed and number of runs, so that a check says the same twice; --long looks further.
how=(-seed=1 -runs="${FUZZ_RUNS:-20000}")
stretch="${FUZZ_RUNS:-20000} runs"
if [ -n "${FUZZ_SECONDS:-}" ]; then
    how=(-max_total_time="$FUZZ_SECONDS")
    stretch="$FUZZ_SECONDS s"
fi
limits=(-timeout=5 -rss_limit_mb=1024 -max_len=65536)
for program in "$SANITIZED"/tests/fuzz_*; do
    [ -x "$program" ] || continue
    reader=${program##*/fuzz_}
    seeds=()
    for folder in "tests/fuzz/corpus/$reader" tests/bad; do
        [ -d "$folder" ] && seeds+=("$folder")
    done
    grown=$CHECK/fuzz/$reader
    [ -n "${FUZZ_SECONDS:-}" ] || rm -rf "$grown"
    mkdir -p "$grown"
    claim "fuzz_$reader replays its corpus" \
        "$program" "${limits[@]}" -runs=0 "$grown" "${seeds[@]}"
    claim "fuzz_$reader finds nothing in $stretch" \
        "$program" "${limits[@]}" "${how[@]}" \
        -artifact_prefix="$CHECK/fuzz/" "$grown" "${seeds[@]}"
done
