#!/usr/bin/env bash
# title: the page in a real browser: loads, plays, seeks, breaks no policy, asks for nothing later
# after: build-wasm
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
need browser
[ -d node_modules/playwright-core ] || step "Fetching the test packages" npm ci || exit 1
export RUNQUEUE_SITE=$WASM/site RUNQUEUE_SHOTS=$CHECK/browser
mkdir -p "$RUNQUEUE_SHOTS"
log=$LOGS/browser.tap
# A test that fails may leave a browser open, and its file would then wait for ever.
timeout -k 10 900 node --test --test-reporter=tap tests/browser/*_test.mjs >"$log" 2>&1
code=$?
passed=$(sed -n 's/^# pass //p' "$log")
failed=$(sed -n 's/^# fail //p' "$log")
grep -E '^ *(not )?ok [0-9]+ - ' "$log" | grep -vE '_test\.mjs' | sed 's/^ */  /'
if [ $code -ne 0 ]; then grep -vE '^ *(duration_ms|type:|---|\.\.\.)' "$log" | tail -n 80; fi
count "${passed:-0}" "${failed:-1}"
