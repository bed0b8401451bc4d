// The machine and what it does now: nodes with their memory, last-level caches, cores, CPUs.
#pragma once

#include "view/cast.hpp"

#include <string>
#include <vector>

namespace rq {
struct Context;
}

namespace rq::view {

struct CpuBox {
    u32 cpu = 0;
    u32 core = 0;       ///< machine-wide
    u32 thread = 0;     ///< which thread of the core
    u32 package = 0;
    u32 llc = 0;
    u32 node = 0;
    u32 task = no_task; ///< who runs; no_task = idle
    std::string name;   ///< of who runs, "idle"
    u32 nr_running = 0; ///< runnable tasks, the running one included
    std::vector<u32> waiting;  ///< of the cast, those of nr_running that do not run
    bool isolated = false;   ///< isolcpus=
    bool nohz_full = false;
    bool tick_stopped = false;
};
struct NodeBox {
    u32 node = 0;
    u64 present_pages = 0;
    u64 free_pages = 0;
    std::vector<u32> cpus;
    std::vector<u32> distance;  ///< to each node, 10 = itself
};
struct MachineMap {
    std::vector<NodeBox> nodes;
    std::vector<CpuBox> cpus;   ///< by number
    u32 packages = 0;
    u32 llcs = 0;
    u32 cores = 0;
};
MachineMap machine_map(const Context& c, const Cast& cast);

}  // namespace rq::view
