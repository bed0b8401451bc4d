"""CPUs, cores, sockets, caches and memory nodes as /sys/devices/system tells them."""
import glob
import os
import sys

root = sys.argv[1] if len(sys.argv) > 1 else "/"
system = os.path.join(root, "sys/devices/system")


def read(*path):
    with open(os.path.join(system, *path)) as f:
        return f.read().strip()


def cpu_list(text):
    cpus = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        cpus += range(int(first), int(last or first) + 1)
    return cpus


online = cpu_list(read("cpu/online"))
print("cpus", len(online))
print("sockets", len({read(f"cpu/cpu{c}/topology/physical_package_id") for c in online}))
print("cores", len({read(f"cpu/cpu{c}/topology/thread_siblings_list") for c in online}))
for index in sorted(glob.glob(os.path.join(system, "cpu/cpu0/cache/index[0-9]*"))):
    kind = read(index, "type")
    print("cache", "L" + read(index, "level") + {"Data": "d", "Instruction": "i"}.get(kind, ""),
          read(index, "size"), len(cpu_list(read(index, "shared_cpu_list"))))
nodes = sorted(glob.glob(os.path.join(system, "node/node[0-9]*")))
for node in nodes:
    memory = {}
    for line in read(node, "meminfo").splitlines():
        _, _, key, value, *_ = line.split()
        memory[key.rstrip(":")] = int(value)
    assert memory["MemTotal"] == memory["MemFree"] + memory["MemUsed"]
    mask = int(read(node, "cpumap").replace(",", ""), 16)
    assert [c for c in online if mask >> c & 1] == cpu_list(read(node, "cpulist"))
    print(os.path.basename(node), read(node, "cpulist"), read(node, "distance"))
