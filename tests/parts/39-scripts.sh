#!/usr/bin/env bash
# title: scripts written for real /proc and /sys files read the simulated ones
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
python=/usr/bin/python3
[ -x $python ] || python=python3
output=$($python tests/scripts_check.py "$GCC/shell/runqueue" 2>&1)
code=$?
printf '%s\n' "$output"
passed=$(printf '%s\n' "$output" | grep -c '^passed: ')
failed=$(printf '%s\n' "$output" | grep -c '^FAILED: ')
if [ $code -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
count "$passed" "$failed"
# util-linux' own lscpu takes another root as well.
if command -v lscpu >/dev/null; then
    tree=$CHECK/lscpu-root
    rm -rf "$tree"
    "$GCC/shell/runqueue" proc tests/data/proc/machine.json --at 1s --out "$tree"
    claim "lscpu --sysroot finds two sockets of two cores" \
        sh -c "lscpu --sysroot '$tree' | tr -s ' ' | grep -q '^Socket(s): 2$' &&
               lscpu --sysroot '$tree' | tr -s ' ' | grep -q '^NUMA node1 CPU(s): 2[,-]3$'"
fi
