#!/usr/bin/env bash
# title: instructions per event, speed in node against native, weight of the page
# after: build-gcc build-wasm
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
need tests browser
export RUNQUEUE_SITE=$WASM/site

# Instructions that N events take, by callgrind: the same on every machine, however busy.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        "$GCC/tests/runqueue_bench" --events "$1" "$2" 2>&1 |
        sed -nE 's/.*Collected : ([0-9]+).*/\1/p'
}

# budget WORKLOAD MOST: the difference of two lengths, so that starting up does not count.
budget() {
    local short long each
    short=$(instructions 20000 "$1")
    long=$(instructions 60000 "$1")
    each=$(((${long:-0} - ${short:-0}) / 40000))
    echo "$1: $each instructions per event, at most $2 wanted"
    if [ "$each" -gt 0 ] && [ "$each" -le "$2" ]; then count 1 0; else count 0 1; fi
}
# The goal is 1,000; these are a ratchet on the way there and may only shrink.
budget W1-10 2300
budget W1-1000 3050

# Times are shown, not judged: this machine may be busy. Their ratio is judged, and measured up to
# three times: both sides run one after the other, and a burst of other work may hit one of them.
# The same two programs gave 56 % and 74 % on one machine at different hours (the goal is 70 %):
# below half something is wrong with the build.
ratio=0
for _ in 1 2 3; do
    native=$("$GCC/tests/runqueue_bench" --json --seconds 2 W1-10 W1-1000)
    node=$(node "$WASM/tests/runqueue_bench.js" --json --seconds 2 W1-10 W1-1000)
    printf 'natively\n%s\nin node\n%s\n' "$native" "$node" | tee "$CHECK/bench.txt"
    ratio=$(printf '%s\n%s\n' "$native" "$node" | awk '
        match($0, /"switches_per_s": [0-9]+/) { s[NR] = substr($0, RSTART + 18, RLENGTH - 18) }
        END { printf "%d", 100 * s[3] / (s[1] ? s[1] : 1) }')
    [ "$ratio" -lt 50 ] || break
done
claim "node reaches 50 % of the native speed in W1-10 (it reaches $ratio %)" [ "$ratio" -ge 50 ]

node tests/bench/page.mjs | tee "$CHECK/weight.txt"
weight=$(sed -nE 's/^([0-9]+) bytes as brotli before.*/\1/p' "$CHECK/weight.txt")
all=$(sed -nE 's/.* ([0-9]+) as gzip;.*/\1/p' "$CHECK/weight.txt")
# The goal is 260 KB; this is a ratchet on the way there and may only shrink.
claim "everything needed for the first picture has at most 440 KB (brotli)" \
    [ "${weight:-999999}" -le 450560 ]
