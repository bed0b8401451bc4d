#!/usr/bin/env bash
# title: every scenario is valid by the published JSON Schema
# after: install
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
# Debian's python3 finds Debian's python3-jsonschema, whatever other python3 comes first.
python=/usr/bin/python3
[ -x $python ] || python=python3
claim "scenarios/schema.json accepts every scenario" $python tests/schema_check.py
