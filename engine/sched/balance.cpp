// Where fair tasks go and who moves them: one CPU has no choice; with several, a task stays where
// it is until balancing is built.
#include "context.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"

namespace rq {

bool newidle_balance(Context&, CpuId) { return false; }
void trigger_load_balance(Context&, CpuId) {}

CpuId select_task_rq_fair(Context& c, TaskId p, CpuId prev, u32) {
    const cpumask& allowed = c.w.cpumasks[c.w.tasks[p].cpus_mask];
    c.pick_rule = Rule::select_idlest;
    u32 best = allowed.first();
    for (u32 cpu = allowed.first(); cpu != cpumask::none; cpu = allowed.next(cpu + 1))
        if (c.w.rqs[cpu].nr_running < c.w.rqs[best].nr_running) best = cpu;
    if (allowed.test(prev.raw) && c.w.rqs[prev.raw].nr_running == c.w.rqs[best].nr_running)
        return prev;
    return CpuId{best};
}

}  // namespace rq
