"""The share of each CPU's time that was not idle, between two instants of /proc/stat."""
import os
import sys
import time


def read(root):
    cpus = {}
    with open(os.path.join(root, "proc/stat")) as f:
        for line in f:
            name, *values = line.split()
            if name.startswith("cpu"):
                user, nice, system, idle, iowait, irq, softirq, steal, *_ = map(int, values)
                busy = user + nice + system + irq + softirq + steal
                cpus[name] = (busy, busy + idle + iowait)
    return cpus


if len(sys.argv) > 2:
    before, after = read(sys.argv[1]), read(sys.argv[2])
else:
    before = read("/")
    time.sleep(0.2)
    after = read("/")
for name, (busy, total) in after.items():
    busy, total = busy - before[name][0], total - before[name][1]
    print(f"{name} {100 * busy / total if total else 0:.0f}")
