#!/usr/bin/env bash
# title: g++ -O0 and -O3, clang -O2, sanitizers and node give every run the same hashes
# after: build-gcc build-sanitized build-wasm
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
doctest_run "$GCC/tests/runqueue_determinism"

# The engine and the command line only, once more: without optimisation, and by another compiler.
only=(-DRUNQUEUE_TESTS=OFF -DRUNQUEUE_APP=OFF)
step "g++ -O0: configuring" configure "$CHECK/gcc-O0" "${only[@]}" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DCMAKE_CXX_COMPILER=g++ -DCMAKE_C_COMPILER=gcc || exit 1
step "g++ -O0: building" compile "$CHECK/gcc-O0" runqueue || exit 1
step "clang -O2: configuring" configure "$CHECK/clang-O2" "${only[@]}" \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE='-O2 -DNDEBUG' \
    -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang || exit 1
step "clang -O2: building" compile "$CHECK/clang-O2" runqueue || exit 1

# Hashes of all files by one build, a line each: FILE HASH...
hashes() {
    local build=$1 file
    shift
    while IFS= read -r file; do
        printf '%s %s\n' "$file" "$("$@" hash "$file" 2>&1 | tr '\n' ' ' | sed 's/ *$//')"
    done <"$CHECK/determinism.files" >"$CHECK/determinism.$build"
}
find scenarios tests/oracle tests/determinism -name '*.json' ! -name 'schema.json' \
    ! -name '*summary*' ! -path '*/expected/*' 2>/dev/null | sort >"$CHECK/determinism.files"
hashes gcc-O3 "$GCC/shell/runqueue" &
hashes gcc-O0 "$CHECK/gcc-O0/shell/runqueue" &
wait
hashes clang-O2 "$CHECK/clang-O2/shell/runqueue" &
hashes sanitized "$SANITIZED/shell/runqueue" &
wait
hashes node node "$WASM/shell/runqueue.js"

files=$(wc -l <"$CHECK/determinism.files")
[ "$files" -gt 0 ] || { echo "There is no scenario to compare"; exit 1; }
for build in gcc-O0 clang-O2 sanitized node; do
    different=$(diff "$CHECK/determinism.gcc-O3" "$CHECK/determinism.$build" | grep -c '^>')
    count $((files - different)) "$different"
    echo "$build against gcc-O3: $((files - different)) files alike, $different different"
    diff "$CHECK/determinism.gcc-O3" "$CHECK/determinism.$build" | head -n 20
done
