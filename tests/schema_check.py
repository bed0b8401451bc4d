#!/usr/bin/env python3
"""Holds every scenario against scenarios/schema.json, and the schema against itself.

Needs python3-jsonschema. Files of other programs (scenarios/imported) are not scenarios.
Exit code 0: all valid; 1: some file is not; 2: the schema is not.
"""
import json
import pathlib
import sys

import jsonschema

root = pathlib.Path(__file__).resolve().parent.parent / "scenarios"


def main():
    schema = json.loads((root / "schema.json").read_text(encoding="utf-8"))
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        print(f"scenarios/schema.json: {error.message}")
        return 2
    validator = jsonschema.Draft202012Validator(schema)
    files = [f for f in sorted(root.glob("*/*.json")) if f.parent.name != "imported"]
    wrong = 0
    for file in files:
        scenario = json.loads(file.read_text(encoding="utf-8"))
        errors = sorted(validator.iter_errors(scenario), key=lambda e: list(map(str, e.path)))
        for error in errors:
            where = "/".join(str(part) for part in error.path)
            print(f"{file.relative_to(root.parent)}: at /{where}: {error.message[:300]}")
        wrong += bool(errors)
    print(f"{len(files) - wrong} of {len(files)} scenarios are valid")
    return 1 if wrong or not files else 0


sys.exit(main())
