// Numbers and masks of a machine's CPUs.
#include "machine/topology.hpp"

#include "context.hpp"
#include "sched/core.hpp"

namespace rq {

namespace {

/// The CPUs for which `same(topology)` holds, interned.
template <class F>
u32 mask_of(Context& c, F same) {
    cpumask mask{};
    for (u32 cpu = 0; cpu < c.w.topology.size(); ++cpu)
        if (same(c.w.topology[cpu])) mask.set(cpu);
    return intern_cpumask(c, mask);
}

}  // namespace

void topology_init(Context& c, const MachineSpec& machine) {
    World& w = c.w;
    u32 cpus = machine.cpus();
    u32 nodes = machine.nodes ? machine.nodes : 1;
    u32 per_socket = machine.cores * machine.threads;
    w.topology.resize(cpus);
    for (u32 cpu = 0; cpu < cpus; ++cpu) {
        cpu_topology& t = w.topology[cpu];
        t.core = cpu / machine.threads;
        t.thread = cpu % machine.threads;
        t.package = cpu / per_socket;
        t.node = NodeId{static_cast<u32>(u64{cpu} * nodes / cpus)};
        t.llc = nodes > machine.sockets ? t.node.raw : t.package;
    }
    for (u32 cpu = 0; cpu < cpus; ++cpu) {
        cpu_topology own = w.topology[cpu];
        own.smt_mask = mask_of(c, [&](const cpu_topology& t) { return t.core == own.core; });
        own.llc_mask = mask_of(c, [&](const cpu_topology& t) { return t.llc == own.llc; });
        own.node_mask = mask_of(c, [&](const cpu_topology& t) { return t.node == own.node; });
        w.topology[cpu] = own;
    }
    w.node_distance.resize(nodes * nodes);
    for (u32 a = 0; a < nodes; ++a)
        for (u32 b = 0; b < nodes; ++b)
            w.node_distance[a * nodes + b] = a == b ? 10 : machine.distance;
}

u32 node_distance(const Context& c, NodeId a, NodeId b) {
    return c.w.node_distance[a.raw * c.w.g.nodes + b.raw];
}

}  // namespace rq
