"""Prints a few fields of a task from /proc/PID/stat, as one explores a process by hand."""
import os
import sys

root = sys.argv[1] if len(sys.argv) > 1 else "/"
pid = sys.argv[2] if len(sys.argv) > 2 else str(os.getpid())
with open(os.path.join(root, "proc", pid, "stat")) as f:
    fields = f.read().split()
    print(f"PID: {fields[0]}")
    print(f"State: {fields[2]}")
    print(f"PPID: {fields[3]}")
    print(f"Threads: {fields[19]}")
