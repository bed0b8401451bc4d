// cpu.max: no group has a quota yet, so no queue is ever throttled.
#include "sched/bandwidth.hpp"

#include "context.hpp"

namespace rq {

void account_cfs_rq_runtime(Context&, cfs_rq&, u64) {}
void check_enqueue_throttle(Context&, cfs_rq&) {}
bool check_cfs_rq_runtime(Context&, cfs_rq&) { return false; }
void return_cfs_rq_runtime(Context&, cfs_rq&) {}

void account_group_usage(Context& c, TaskId p, u64 delta_exec) {
    GroupId g = c.w.tasks[p].sched_task_group;
    for (; g; g = c.w.groups[g].parent) c.w.groups[g].usage_ns += delta_exec;
}

}  // namespace rq
