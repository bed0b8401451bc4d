"""Draws the tree of processes with their threads from /proc/*/status and task/*/children."""
import os
import sys

root = sys.argv[1] if len(sys.argv) > 1 else "/"
proc = os.path.join(root, "proc")


def status(pid):
    with open(os.path.join(proc, pid, "status")) as f:
        return dict(line.rstrip("\n").split(":\t", 1) for line in f)


def children(pid):
    found = []
    tasks = os.path.join(proc, pid, "task")
    for tid in os.listdir(tasks):
        with open(os.path.join(tasks, tid, "children")) as f:
            found += f.read().split()
    return sorted(found, key=int)


def draw(pid, depth):
    try:
        own = status(pid)
        threads = len(os.listdir(os.path.join(proc, pid, "task")))
        print("  " * depth + f"{own['Name']} {own['Pid']} {own['State'][0]} threads={threads} "
              f"switches={own['voluntary_ctxt_switches']}+{own['nonvoluntary_ctxt_switches']}")
        for child in children(pid):
            draw(child, depth + 1)
    except (FileNotFoundError, ProcessLookupError):
        pass  # it has ended meanwhile


draw("1", 0)
