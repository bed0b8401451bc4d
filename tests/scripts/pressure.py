"""Pressure stall information of the system: what tasks waited for."""
import os
import sys

root = sys.argv[1] if len(sys.argv) > 1 else "/"
for what in ("cpu", "io", "memory"):
    with open(os.path.join(root, "proc/pressure", what)) as f:
        for line in f:
            kind, *pairs = line.split()
            values = dict(pair.split("=") for pair in pairs)
            assert list(values) == ["avg10", "avg60", "avg300", "total"]
            print(what, kind, float(values["avg10"]), int(values["total"]))
