// A CPU's queues as pictures need them: the red-black tree of fair entities with its keys, the
// running one beside it, the group above it; real-time levels; the deadline tree.
#pragma once

#include "view/cast.hpp"

#include <string>
#include <vector>

namespace rq {
struct Context;
}

namespace rq::view {

struct RqNode {
    u32 task = no_task;    ///< in the cast; no_task for a group
    u32 group_queue = 0;   ///< a group: its cfs_rq, to look into; 0 = it is a task
    std::string name;
    u64 vruntime = 0;
    u64 deadline = 0;      ///< 6.12; absolute deadline in a deadline tree
    u64 key = 0;           ///< what orders the tree: vruntime (6.1), deadline (6.12)
    u64 weight = 0;        ///< load.weight, nice 0 = 1024
    bool red = false;
    bool leftmost = false;
    bool eligible = true;  ///< 6.12: may be picked
    bool delayed = false;  ///< 6.12: asleep, still queued
    s32 parent = -1;       ///< indices into RqTree::nodes, -1 = none
    s32 left = -1;
    s32 right = -1;
    u32 depth = 0;         ///< y; x is the place in `nodes`
};

struct RqTree {
    u32 cpu = 0;
    u32 queue = 0;               ///< cfs_rq
    std::vector<std::string> path;  ///< groups from the root, "/" first
    std::vector<u32> path_queues;   ///< their queues, for going back up
    u64 min_vruntime = 0;
    s64 avg_vruntime = 0;        ///< 6.12: the average that decides eligibility
    u64 load_weight = 0;
    u32 nr_running = 0;
    bool throttled = false;
    bool has_curr = false;       ///< an entity of this queue runs; it is outside the tree
    RqNode curr;
    std::vector<RqNode> nodes;   ///< in the order of keys: x is the place
    s32 root = -1;
    s32 pick = -1;               ///< who would be next, -1 = nobody
};
/// `queue` 0 = the CPU's root queue.
RqTree rq_tree(const Context& c, const Cast& cast, u32 cpu, u32 queue = 0);

/// Real-time queue: a level for each priority in use, highest first.
struct RtLevel {
    u32 priority = 0;         ///< 1 … 99
    std::vector<u32> tasks;   ///< head first
};
struct RtQueue {
    std::vector<RtLevel> levels;
    u64 rt_time = 0;
    u64 rt_runtime = 0;
    bool throttled = false;
};
RtQueue rt_queue(const Context& c, const Cast& cast, u32 cpu);

struct DlNode {
    u32 task = no_task;
    u64 deadline = 0;  ///< absolute
    s64 runtime = 0;   ///< budget left
    u64 dl_runtime = 0;
    u64 dl_period = 0;
    bool throttled = false;
    bool running = false;
};
/// Deadline tasks of a CPU, earliest deadline first.
std::vector<DlNode> dl_queue(const Context& c, const Cast& cast, u32 cpu);

}  // namespace rq::view
