#!/usr/bin/env python3
"""Runs scripts that were written for a real /proc and /sys on those of the simulated machine.

tests/scripts holds the scripts; they take the root as their argument. Each first has to work on
the machine that runs this check, where it has the files, and then on trees that `runqueue proc`
wrote at two instants, where what they print must be what the scenario makes happen.
usage: scripts_check.py RUNQUEUE   (the program)
"""
import pathlib
import re
import subprocess
import sys
import tempfile

tests = pathlib.Path(__file__).resolve().parent
scripts = tests / "scripts"
failures = []


def run(name, *arguments):
    done = subprocess.run([sys.executable, scripts / name, *map(str, arguments)],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def expect(name, holds, detail):
    print(f"{'passed' if holds else 'FAILED'}: {name}")
    if not holds:
        failures.append(name)
        print(detail)


def on_tree(name, *arguments):
    code, out, err = run(name, *arguments)
    expect(f"{name} reads the simulated files", code == 0, err)
    return out


def on_this_machine():
    for script in sorted(scripts.glob("*.py")):
        code, out, err = run(script.name)
        if code and "FileNotFoundError" in err:
            print(f"left out: {script.name}: this machine does not have the file")
        else:
            expect(f"{script.name} reads this machine's files", code == 0 and out, err)


def columns(text):
    """Lines as {first word: the other words}."""
    return {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.split()}


def check_trees(early, late):
    pid = str((late / "proc/self").readlink())
    out = on_tree("task_fields.py", late, pid)
    expect("the leader has its number, init as parent and three threads",
           out == f"PID: {pid}\nState: S\nPPID: 1\nThreads: 3\n", out)
    out = on_tree("watch_sched.py", early, late, pid)
    times = [float(x) for x in re.findall(r"se.sum_exec_runtime +: +([0-9.]+)", out)]
    expect("its run time has grown", len(times) == 2 and times[0] < times[1], out)
    out = columns(on_tree("cpu_usage.py", early, late))
    expect("the hog's CPU was busy, the last one idle",
           int(out["cpu1"][0]) >= 99 and int(out["cpu3"][0]) <= 1, out)
    out = on_tree("memory_maps.py", late, pid)
    totals = columns(out)
    expect("smaps adds up to smaps_rollup", totals["Rss"][0] == totals["Rss"][1] and
           totals["Private_Dirty"][0] == totals["Private_Dirty"][1], out)
    expect("the 64 pages written are there", int(totals["Rss"][0]) >= 256, out)
    out = on_tree("process_tree.py", late)
    expect("the tree has leader, child and threads",
           re.search(r"^  leader \d+ S threads=3 .*\n    child \d+ S threads=1 ", out, re.M), out)
    out = columns(on_tree("topology.py", late))
    expect("the topology is the machine's", out["cpus"] == ["4"] and out["sockets"] == ["2"] and
           out["cores"] == ["4"] and out["node1"] == ["2-3", "21", "10"], out)
    first = columns(on_tree("system_load.py", early))
    second = columns(on_tree("system_load.py", late))
    expect("after the first step of 5 s two hogs are a load of 0.16",
           float(first["load"][0]) == 0 and 0.15 <= float(second["load"][0]) <= 0.25, second)
    expect("time has passed", float(second["uptime"][0]) - float(first["uptime"][0]) == 8, second)
    ticks = int(second["ticks"][1]) - int(first["ticks"][1])
    expect("the busy CPU had a tick every 4 ms", abs(ticks - 2000) <= 20, ticks)
    expect("faults are counted", int(second["faults"][0]) >= 64, second)
    out = on_tree("pressure.py", late)
    waited = re.search(r"^cpu some ([0-9.]+) (\d+)$", out, re.M)
    expect("two hogs on one CPU press on each other", waited and float(waited[1]) > 10, out)


def main():
    on_this_machine()
    with tempfile.TemporaryDirectory() as folder:
        trees = []
        for at in ("1s", "9s"):
            tree = pathlib.Path(folder) / at
            subprocess.run([sys.argv[1], "proc", tests / "data/proc/machine.json", "--at", at,
                            "--out", tree, "--self", "leader"], check=True)
            trees.append(tree)
        check_trees(*trees)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())
