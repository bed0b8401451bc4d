#!/usr/bin/env bash
# title: every scenario meets its own expectations
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
while IFS= read -r file; do
    claim "$file" "$GCC/shell/runqueue" check "$file"
done < <(find scenarios -name '*.json' ! -name schema.json | sort)
