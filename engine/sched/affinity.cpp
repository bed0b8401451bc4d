// Affinity: what a task may run on, and getting it off a CPU it may no longer use.
#include "context.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"

namespace rq {

void set_cpus_allowed_common(Context& c, TaskId p, u32 mask) {
    c.w.tasks[p].cpus_mask = mask;
    c.w.tasks[p].nr_cpus_allowed = c.w.cpumasks[mask].count();
}

}  // namespace rq
