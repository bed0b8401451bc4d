// Copies topology and run queues into boxes.
#include "view/machine_map.hpp"

#include "context.hpp"
#include "machine/topology.hpp"

namespace rq::view {

namespace {

CpuBox box_of(const Context& c, const Cast& cast, u32 cpu) {
    const rq& q = c.w.rqs[cpu];
    const cpu_topology& at = c.w.topology[cpu];
    CpuBox box;
    box.cpu = cpu;
    box.core = at.core;
    box.thread = at.thread;
    box.package = at.package;
    box.llc = at.llc;
    box.node = at.node.raw;
    const bool idle = !q.curr || q.curr == q.idle;
    box.task = idle ? no_task : cast.index(q.curr);
    box.name = idle ? "idle"
               : box.task != no_task ? cast.name(box.task) : c.w.comms[q.curr.slot()].text;
    box.nr_running = q.nr_running;
    box.isolated = q.isolated != 0;
    box.nohz_full = q.nohz_full != 0;
    box.tick_stopped = q.tick_stopped != 0;
    return box;
}

}  // namespace

MachineMap machine_map(const Context& c, const Cast& cast) {
    MachineMap out;
    out.nodes.resize(c.w.g.nodes ? c.w.g.nodes : 1);
    for (u32 n = 0; n < out.nodes.size(); ++n) {
        NodeBox& node = out.nodes[n];
        node.node = n;
        if (n < c.w.memory_nodes.size()) {
            node.present_pages = c.w.memory_nodes[n].present_pages;
            node.free_pages = c.w.memory_nodes[n].free_pages;
        }
        for (u32 to = 0; to < out.nodes.size(); ++to)
            node.distance.push_back(node_distance(c, NodeId{n}, NodeId{to}));
    }
    for (u32 cpu = 0; cpu < c.w.g.cpus && cpu < c.w.topology.size(); ++cpu) {
        out.cpus.push_back(box_of(c, cast, cpu));
        const CpuBox& box = out.cpus.back();
        if (box.node < out.nodes.size()) out.nodes[box.node].cpus.push_back(cpu);
        if (box.package >= out.packages) out.packages = box.package + 1;
        if (box.llc >= out.llcs) out.llcs = box.llc + 1;
        if (box.core >= out.cores) out.cores = box.core + 1;
    }
    for (u32 i = 0; i < cast.count(); ++i) {
        if (!c.w.tasks.alive(cast[i].id)) continue;
        const task_struct& p = c.w.tasks[cast[i].id];
        if (p.on_rq && !p.on_cpu && p.cpu.raw < out.cpus.size())
            out.cpus[p.cpu.raw].waiting.push_back(i);
    }
    return out;
}

}  // namespace rq::view
