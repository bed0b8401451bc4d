// NUMA memory policies of tasks (mm/mempolicy.c, 6.1): from which nodes pages come. Left out:
// mbind() and with it policies of areas, MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES.
#pragma once

#include "base/column.hpp"
#include "ids.hpp"

#include <string>
#include <string_view>

namespace rq {

struct Context;
struct World;

// mempolicy::mode
inline constexpr u32 MPOL_DEFAULT = 0;     ///< as LOCAL; what a task has without a policy
inline constexpr u32 MPOL_PREFERRED = 1;   ///< from that node, else from the nearest other
inline constexpr u32 MPOL_BIND = 2;        ///< from these nodes only
inline constexpr u32 MPOL_INTERLEAVE = 3;  ///< from these in turn
inline constexpr u32 MPOL_LOCAL = 4;       ///< from the node of the CPU
inline constexpr u32 MPOL_PREFERRED_MANY = 5;

/// A policy; interned, tasks have its number.
struct mempolicy {
    u32 mode;
    u32 zero;
    u64 nodes;  ///< a bit for each
};
RQ_STATE_SIZE(mempolicy, 16);

/// set_mempolicy(): 0, or -EINVAL for an unknown mode, nodes where there must be none, none where
/// there must be some, or none that the task's cpuset has; -ENOMEM when there are 255 policies.
s32 set_mempolicy(Context& c, TaskId p, u32 mode, u64 nodes);
/// Which node a page for the task is asked for first, and the nodes that it may come from. Moves
/// an interleaving task on to its next node.
u32 mempolicy_slab_node(Context& c, TaskId p, u64* allowed);
/// The nodes that the task is bound to by its policy, or 0.
u64 bound_nodes(const World& w, TaskId p);
/// Moves the pages of an address space from nodes that are not in `to`: those of the n-th of `from`
/// to the n-th of `to`, as far as there is room (do_migrate_pages). Linux: by a kworker, which
/// takes time; here: at once.
void migrate_pages(Context& c, MmId mm, u64 from, u64 to);
/// "default", "bind:0-1", "prefer:1" … as numa_maps prints it.
std::string mpol_to_str(const World& w, TaskId p);
/// "0-1,3".
std::string node_list(u64 nodes);

}  // namespace rq
