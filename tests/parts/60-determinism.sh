#!/usr/bin/env bash
# title: g++ -O0 and -O3, clang -O2, sanitizers and node give every run the same hashes
# after: build-gcc build-sanitized build-wasm
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"

# The engine and the command line only, once more: without optimisation, and by another compiler.
only=(-DRUNQUEUE_TESTS=OFF -DRUNQUEUE_APP=OFF)
step "g++ -O0: configuring" configure "$CHECK/gcc-O0" "${only[@]}" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DCMAKE_CXX_COMPILER=g++ -DCMAKE_C_COMPILER=gcc || exit 1
step "g++ -O0: building" compile "$CHECK/gcc-O0" runqueue || exit 1
step "clang -O2: configuring" configure "$CHECK/clang-O2" "${only[@]}" \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE='-O2 -DNDEBUG' \
    -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang || exit 1
step "clang -O2: building" compile "$CHECK/clang-O2" runqueue || exit 1

# The same program, which holds the golden hashes against its own, on every build.
for program in "$GCC/tests/runqueue_determinism" "$SANITIZED/tests/runqueue_determinism" \
    "$WASM/tests/runqueue_determinism.js"; do
    echo "${program#"$CHECK/"}"
    doctest_run "$program"
done

# Where there is no test program, the command line hashes every scenario; a line each: FILE HASH.
for build in gcc gcc-O0 clang-O2; do
    find scenarios -name '*.json' ! -name schema.json | sort | while IFS= read -r file; do
        echo "$file $("$CHECK/$build/shell/runqueue" hash "$file" 2>&1 | head -n 1)"
    done >"$CHECK/hashes.$build"
done
files=$(wc -l <"$CHECK/hashes.gcc")
[ "$files" -gt 0 ] || die "There is no scenario to compare."
for build in gcc-O0 clang-O2; do
    different=$(diff "$CHECK/hashes.gcc" "$CHECK/hashes.$build" | grep -c '^<')
    echo "$build: $((files - different)) files as with g++ -O3, $different different"
    diff "$CHECK/hashes.gcc" "$CHECK/hashes.$build" | head -n 10
    count $((files - different)) "$different"
done
