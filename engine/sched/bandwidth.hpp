// cpu.max (the CFS bandwidth part of kernel/sched/fair.c, 6.1): a group's quota for each period,
// handed to its queues in slices; a queue without runtime is taken off its CPU until the next.
#pragma once

#include "ids.hpp"
#include "sched/entities.hpp"

namespace rq {

struct Context;

/// Takes running time from the queue's runtime; asks the pool for more when it is used up.
void account_cfs_rq_runtime(Context& c, cfs_rq& cfs, u64 delta_exec);
/// A queue that just got its first entity may have to be throttled at once.
void check_enqueue_throttle(Context& c, cfs_rq& cfs);
/// Throttles the queue if its runtime is used up; true if it did.
bool check_cfs_rq_runtime(Context& c, cfs_rq& cfs);
/// Gives what an empty queue has left back to the pool.
void return_cfs_rq_runtime(Context& c, cfs_rq& cfs);
/// True if the queue or one above it is throttled.
inline bool throttled_hierarchy(const cfs_rq& cfs) { return cfs.throttle_count != 0; }
/// Puts a throttled queue back to work; it has runtime again.
void unthrottle_cfs_rq(Context& c, cfs_rq& cfs);
/// Lets a group's periods run from now on, in the phase its timer has.
void start_cfs_bandwidth(Context& c, GroupId group);
/// The timers of a group: a new period begins; what came back is handed out.
void cfs_period_timer(Context& c, GroupId group);
void cfs_slack_timer(Context& c, GroupId group);
/// New limits, already checked (tg_set_cfs_bandwidth); quota NEVER = none. All in ns.
void set_cfs_bandwidth(Context& c, GroupId group, u64 period, u64 quota, u64 burst);
/// Books a task's running time for cpu.stat of its group and those above.
void account_group_usage(Context& c, TaskId p, u64 delta_exec);

}  // namespace rq
