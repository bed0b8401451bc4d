// Where tasks run: threads on cores, cores around a last-level cache, caches in sockets, sockets
// on memory nodes with distances. Plain state, made once from the scenario's MachineSpec.
#pragma once

#include "base/bitmap.hpp"
#include "ids.hpp"

namespace rq {

struct Context;
struct MachineSpec;

/// What one CPU belongs to. Masks are indices into World::cpumasks.
struct cpu_topology {
    u32 core;       ///< number of its core, machine-wide
    u32 package;    ///< number of its socket
    u32 llc;        ///< number of its last-level cache
    NodeId node;
    u32 smt_mask;   ///< threads of its core
    u32 llc_mask;   ///< CPUs that share its last-level cache
    u32 node_mask;  ///< CPUs of its node
    u32 thread;     ///< which thread of the core it is
};
RQ_STATE_SIZE(cpu_topology, 32);

/// Fills World::topology and World::node_distance. CPUs are numbered by socket, core, thread; nodes
/// take equal shares of them in that order. Each socket has one last-level cache, unless nodes
/// divide it.
void topology_init(Context& c, const MachineSpec& machine);
/// Distance of two nodes as in the SLIT: 10 = the same node.
u32 node_distance(const Context& c, NodeId a, NodeId b);

}  // namespace rq
