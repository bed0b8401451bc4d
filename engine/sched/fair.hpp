// What the fair classes of both kernels share (kernel/sched/fair.c): walking the hierarchy of
// entities, weights of queues, moving between queues. Each kernel's own rules stand in fair_cfs.cpp
// (6.1) and fair_eevdf.cpp (6.12).
#pragma once

#include "base/fixed.hpp"
#include "context.hpp"
#include "sched/core.hpp"

namespace rq {

/// The timeline of a queue as a tree over World::se_nodes.
inline RbTree<se_node> timeline(World& w, cfs_rq& cfs) {
    return RbTree<se_node>(w.se_nodes.data(), cfs.tasks_timeline);
}

inline bool entity_is_task(const sched_entity& se) { return se.my_q.raw == 0; }

/// True if the entity is SCHED_IDLE, or a group with cpu.idle = 1.
inline bool se_is_idle(const World& w, const sched_entity& se) {
    if (entity_is_task(se)) return w.tasks[se.task].policy == SCHED_IDLE;
    return w.cfs_rqs[se.my_q.raw].idle != 0;
}

/// delta in virtual time of an entity: delta * NICE_0_LOAD / weight.
inline u64 calc_delta_fair(u64 delta, sched_entity& se) {
    if (se.weight == NICE_0_LOAD) [[likely]]
        return delta;
    return calc_delta(delta, NICE_0_LOAD, se.weight, se.inv_weight);
}

inline SeId se_of(const World& w, TaskId p) { return w.tasks[p].se; }

/// Adds the entity's weight to its queue and takes it away (account_entity_enqueue/dequeue).
void account_entity_enqueue(Context& c, cfs_rq& cfs, const sched_entity& se);
void account_entity_dequeue(Context& c, cfs_rq& cfs, const sched_entity& se);

/// The two entities' ancestors that share a queue (find_matching_se).
void find_matching_se(const World& w, SeId& a, SeId& b);

/// reweight_entity() of each kernel.
void cfs_reweight_entity(Context& c, SeId se, u32 weight, u32 inv_weight);
void eevdf_reweight_entity(Context& c, SeId se, u32 weight, u32 inv_weight);
/// 6.1: the entity's part of the period: period * weight / weight of the queue, level by
/// level; the period is sched_latency, or nr * min_granularity when that is longer.
u64 sched_slice(const World& w, const cfs_rq& cfs, SeId id);
void cfs_task_change_group(Context& c, TaskId p, GroupId group);
void eevdf_task_change_group(Context& c, TaskId p, GroupId group);
/// enqueue_entity() and dequeue_entity() of each kernel, for throttled groups.
void cfs_enqueue_entity(Context& c, SeId se, u32 flags);
void cfs_dequeue_entity(Context& c, SeId se, u32 flags);
void eevdf_enqueue_entity(Context& c, SeId se, u32 flags);
void eevdf_dequeue_entity(Context& c, SeId se, u32 flags);
/// 6.12: an empty group's entity whose dequeue was delayed leaves its queue now.
void finish_delayed_group(Context& c, SeId se);

// What both classes have in common in their tables.
void task_woken_fair(Context& c, CpuId cpu, TaskId p);
void set_cpus_allowed_fair(Context& c, TaskId p, u32 mask);
bool balance_fair(Context& c, CpuId cpu, TaskId prev);
void prio_changed_fair(Context& c, CpuId cpu, TaskId p, s32 old_prio);

/// Switches from prev's entities to the picked one's, leaving common ancestors current.
template <void (*put_prev_entity)(Context&, SeId), void (*set_next_entity)(Context&, SeId)>
void switch_entities(Context& c, SeId se, SeId pse) {
    while (c.w.se[se.raw].cfs_rq != c.w.se[pse.raw].cfs_rq) {
        u32 se_depth = c.w.se[se.raw].depth;
        u32 pse_depth = c.w.se[pse.raw].depth;
        if (se_depth <= pse_depth) {
            put_prev_entity(c, pse);
            pse = c.w.se[pse.raw].parent;
        }
        if (se_depth >= pse_depth) {
            set_next_entity(c, se);
            se = c.w.se[se.raw].parent;
        }
    }
    put_prev_entity(c, pse);
    set_next_entity(c, se);
}

/// The task whose entity (or a descendant of it) is the first in a queue's tree that is not asleep,
/// or null.
TaskId first_task_of(const World& w, CfsRqId queue);

}  // namespace rq
