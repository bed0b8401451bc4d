# Shared by the parts of ./check: where the builds lie, and how results are counted.
# A part is tests/parts/NN-NAME.sh with a head of three comments (title, after, long). It prints
# what it finds, counts with `doctest_run` or `count`, and exits non-zero when it could not run.
# shellcheck shell=bash

set -u
ROOT=${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
cd "$ROOT" || exit 3
# shellcheck source=../../.ci/lib.sh
. "$ROOT/.ci/lib.sh"
CHECK=$ROOT/build/check          # every build of the check
GCC=$CHECK/gcc                   # g++, the engine at -O3: tests, benchmarks, app
SANITIZED=$CHECK/sanitized       # clang -O1, ASan + UBSan, libFuzzer
WASM=$CHECK/wasm                 # em++: node and page
RUNQUEUE_RESULTS=${RUNQUEUE_RESULTS:-/dev/null}

# count PASSED FAILED [SKIPPED]: adds results of this part.
count() { echo "$1 $2 ${3:-0}" >>"$RUNQUEUE_RESULTS"; }

# claim TITLE COMMAND...: one result, passed if the command succeeds; its output shown if not.
claim() {
    local title=$1 output
    shift
    if output=$("$@" 2>&1); then
        echo "passed: $title"
        count 1 0
    else
        printf '%s\n' "$output" | tail -n 40
        echo "FAILED: $title"
        count 0 1
    fi
}

# doctest_run PROGRAM [ARGUMENT...]: runs a doctest program (natively, or a .js in node), shows
# what failed and counts its test cases. A program that dies counts as one failure.
doctest_run() {
    local program=$1 log code=0 line
    shift
    log=$LOGS/$(basename "$program")-$$.log
    case $program in
    *.js) node "$program" --no-colors=true "$@" >"$log" 2>&1 || code=$? ;;
    *) "$program" --no-colors=true "$@" >"$log" 2>&1 || code=$? ;;
    esac
    line=$(grep '^\[doctest\] test cases:' "$log" | tail -n 1)
    if [ $code -ne 0 ] || [ -z "$line" ]; then tail -n 60 "$log"; fi
    if [ -z "$line" ]; then
        echo "FAILED: $(basename "$program") ended with exit code $code and no summary"
        count 0 1
        return 0
    fi
    line=$(echo "$line" | sed -E 's/[^0-9]+/ /g')
    # shellcheck disable=SC2086  # the numbers: cases, passed, failed, skipped
    set -- $line
    if [ $code -ne 0 ] && [ "${3:-0}" -eq 0 ]; then count "$2" 1; else count "$2" "$3"; fi
    echo "$(basename "$program"): $2 passed, $3 failed"
}

# configure FOLDER ARGUMENT...: CMake with warnings as errors.
configure() {
    local folder=$1
    shift
    cmake -S "$ROOT" -B "$folder" -DRUNQUEUE_WERROR=ON "$@"
}

# compile FOLDER TARGET...: builds as much as can be built, so that one broken file does not hide
# what the other parts have to say.
compile() {
    local folder=$1
    shift
    local go_on=-k
    if [ -e "$folder/build.ninja" ]; then go_on='-k 0'; fi
    # shellcheck disable=SC2086  # two words for ninja
    nice cmake --build "$folder" --parallel "$JOBS" --target "$@" -- $go_on
}
