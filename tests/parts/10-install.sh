#!/usr/bin/env bash
# title: install what the tests need
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
need build page tests app window browser
step "Fetching the packages of the browser tests" npm ci --no-progress
