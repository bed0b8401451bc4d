#!/usr/bin/env bash
# title: every file of malformed input is refused with exit code 2, a place and a sentence
# after: build-sanitized
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
refused=0 wrong=0
while IFS= read -r file; do
    said=$("$SANITIZED/shell/runqueue" run "$file" --profile emulated 2>&1 >/dev/null)
    code=$?
    if [ $code -eq 2 ] && printf '%s' "$said" | grep -qE ':[0-9]+:[0-9]+: .{12,}'; then
        refused=$((refused + 1))
    else
        wrong=$((wrong + 1))
        echo "FAILED: $file: exit code $code instead of 2 with FILE:LINE:COLUMN: sentence"
        printf '%s\n' "$said" | head -n 15
    fi
done < <(find tests/bad -type f -name '*.json' 2>/dev/null | sort)
echo "$refused files refused properly"
count $refused $wrong
[ $((refused + wrong)) -ge 100 ] || { echo "There are fewer than 100 files in tests/bad"; exit 1; }
