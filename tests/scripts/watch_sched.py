"""Shows the head of /proc/PID/sched again and again; each further root is a later instant."""
import os
import sys

roots = sys.argv[1:-1] or ["/"]
pid = sys.argv[-1] if len(sys.argv) > 2 else str(os.getpid())


def get_sched_info(root, pid):
    with open(os.path.join(root, "proc", pid, "sched")) as f:
        return f.read()


for i, root in enumerate(roots):
    print(f"\n--- Iteration {i} ---")
    for line in get_sched_info(root, pid).split("\n")[:10]:
        print(line)
