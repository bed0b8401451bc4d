"""Load, memory, interrupts and run queues of the machine, from the files that monitors read."""
import os
import sys

root = sys.argv[1] if len(sys.argv) > 1 else "/"


def read(path):
    with open(os.path.join(root, path)) as f:
        return f.read()


one, five, fifteen, threads, last_pid = read("proc/loadavg").split()
running, existing = map(int, threads.split("/"))
print("load", float(one), float(five), float(fifteen), running, existing, int(last_pid))

up, idle = map(float, read("proc/uptime").split())
print("uptime", up, idle)

memory = {}
for line in read("proc/meminfo").splitlines():
    key, value = line.split(":")
    memory[key] = int(value.split()[0])
used = memory["MemTotal"] - memory["MemFree"] - memory["Buffers"] - memory["Cached"]
print("memory", memory["MemTotal"], used)
vmstat = dict(line.split() for line in read("proc/vmstat").splitlines())
print("faults", int(vmstat["pgfault"]), int(vmstat["pgmajfault"]))

head, *rows = read("proc/interrupts").splitlines()
cpus = len(head.split())
timer = next(row for row in rows if row.split()[0] == "LOC:")
print("ticks", *timer.split()[1:1 + cpus])
head, *rows = read("proc/softirqs").splitlines()
assert all(len(row.split()) == 1 + len(head.split()) for row in rows)

waited = {}
for line in read("proc/schedstat").splitlines():
    words = line.split()
    if words[0].startswith("cpu"):
        assert len(words) == 10, line
        waited[words[0]] = int(words[8])
    elif words[0].startswith("domain"):
        int(words[1].replace(",", ""), 16)
        assert len(words) > 30, line
print("waited", *waited.values())
