"""Adds up /proc/PID/smaps by mapping and holds the sums against smaps_rollup and statm.

Without a PID it looks at its parent, whose memory stands still while it waits.
"""
import os
import re
import sys

root = sys.argv[1] if len(sys.argv) > 1 else "/"
pid = sys.argv[2] if len(sys.argv) > 2 else str(os.getppid())
folder = os.path.join(root, "proc", pid)
HEAD = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-][ps]) ([0-9a-f]{8,}) "
                  r"([0-9a-f]{2}:[0-9a-f]{2}) (\d+) +(.*)$")
FIELD = re.compile(r"^(\w+): +(\d+) kB$")


def read(name):
    with open(os.path.join(folder, name)) as f:
        return f.read().splitlines()


total = {}
size = 0
for line in read("smaps"):
    if found := HEAD.match(line):
        size += int(found[2], 16) - int(found[1], 16)
        name = found[7] or "[anonymous]"
    elif found := FIELD.match(line):
        total[found[1]] = total.get(found[1], 0) + int(found[2])
        if found[1] == "Rss" and int(found[2]):
            print(f"{int(found[2]):8} kB {name}")
rollup = {m[1]: int(m[2]) for m in map(FIELD.match, read("smaps_rollup")) if m}
maps = [HEAD.match(line) for line in read("maps")]
assert all(maps), "a line of maps has another form"
assert sum(int(m[2], 16) - int(m[1], 16) for m in maps) == size
# The two Pss are read one after the other, and change when anyone who shares a page comes or goes.
assert rollup.get("Pss", 0) <= rollup.get("Rss", 0)
print("Rss", total.get("Rss", 0), rollup.get("Rss", 0))
print("Private_Dirty", total.get("Private_Dirty", 0), rollup.get("Private_Dirty", 0))
print("pages", int(read("statm")[0].split()[0]))
