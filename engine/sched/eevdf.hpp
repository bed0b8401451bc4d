// Virtual time of Linux 6.12's fair queues (kernel/sched/fair.c, 6.12.115): the weighted average,
// lags, eligibility, deadlines, and the tree ordered by deadline in which the pick searches.
#pragma once

#include "sched/fair.hpp"

namespace rq {

/// The queue's average vruntime, weighted, rounded down; moves the origin of the keys there.
u64 avg_vruntime(World& w, cfs_rq& cfs);
/// True if a vruntime is at or before the average: its owner has not had more than its share.
/// Exact, without the division.
bool vruntime_eligible(const World& w, const cfs_rq& cfs, u64 vruntime);
bool entity_eligible(const World& w, const cfs_rq& cfs, SeId se);

/// average - vruntime, at most two slices (or a tick) of the entity's virtual time either way.
s64 entity_lag(const World& w, u64 average, sched_entity& se);
/// Notes the entity's lag in vlag, before it leaves the queue.
void update_entity_lag(World& w, cfs_rq& cfs, SeId se);

/// Gives the entity a new request if it has used up the last one; true if it had.
bool update_deadline(World& w, cfs_rq& cfs, SeId se);
/// Sets vruntime and deadline of an entity that joins the queue, so that its lag is what it was.
void place_entity_eevdf(World& w, cfs_rq& cfs, SeId se, u32 flags);
/// vruntime and deadline of a queued entity (outside the tree) whose weight is about to change: it
/// keeps its lag and the rest of its request in real time.
void reweight_eevdf(const World& w, u64 average, sched_entity& se, u32 weight);

void enqueue_node_eevdf(World& w, cfs_rq& cfs, SeId se);
void dequeue_node_eevdf(World& w, cfs_rq& cfs, SeId se);
/// Tells the tree of an entity in it that its slice has changed.
void slice_changed(World& w, cfs_rq& cfs, SeId se);
/// The shortest slice of the queue, ~0 if it is empty.
u64 cfs_rq_min_slice(const World& w, const cfs_rq& cfs);

/// The eligible entity with the earliest deadline; the running one while its slice is protected.
SeId pick_eevdf(const World& w, const cfs_rq& cfs);

// A picked entity may finish its request (RUN_TO_PARITY). The kernel marks that in vlag, which
// means nothing while an entity is queued: equal to the deadline = protected.
inline void set_protect_slice(sched_entity& se) { se.vlag = static_cast<s64>(se.deadline); }
inline bool protect_slice(const sched_entity& se) {
    return se.vlag == static_cast<s64>(se.deadline);
}
inline void cancel_protect_slice(sched_entity& se) {
    if (protect_slice(se)) se.vlag = static_cast<s64>(se.deadline + 1);
}

}  // namespace rq
