// Affinity: what a task may run on, and getting it off a CPU it may no longer use.
#include "context.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"
#include "sched/stopper.hpp"
#include "sched/syscalls.hpp"

namespace rq {

void set_cpus_allowed_common(Context& c, TaskId p, u32 mask) {
    c.w.tasks[p].cpus_mask = mask;
    c.w.tasks[p].nr_cpus_allowed = c.w.cpumasks[mask].count();
}

namespace {

/// Moves a queued task that is not running to another CPU (move_queued_task).
void move_queued_task(Context& c, TaskId p, CpuId to) {
    CpuId from = c.w.tasks[p].cpu;
    deactivate_task(c, from, p, 0);
    set_task_cpu(c, p, to, Rule::affinity_changed);
    update_rq_clock(c, to);
    activate_task(c, to, p, ENQUEUE_NOCLOCK);
    check_preempt_curr(c, to, p, 0);
}

/// The running task is taken off by the CPU's stop task, which then moves it.
void leave_by_stopper(Context& c, CpuId cpu) {
    c.w.rqs[cpu.raw].push_disallowed = 1;
    stop_one_cpu_nowait(c, cpu);
}

}  // namespace

void set_user_cpus_allowed(Context& c, TaskId p, const cpumask& wanted, const cpumask& allowed) {
    if (c.w.g.kernel) c.w.tasks[p].user_cpus_mask = intern_cpumask(c, wanted);
    set_cpus_allowed(c, p, intern_cpumask(c, allowed));
}

void set_cpuset_cpus_allowed(Context& c, TaskId p, u32 mask) {
    const cpumask both = c.w.cpumasks[mask] & c.w.cpumasks[c.w.tasks[p].user_cpus_mask];
    set_cpus_allowed(c, p, both.empty() ? mask : intern_cpumask(c, both));
}

void set_cpus_allowed(Context& c, TaskId p, u32 mask) {
    class_at(c, c.w.tasks[p].sched_class).set_cpus_allowed(c, p, mask);
    const cpumask& allowed = c.w.cpumasks[mask];
    const task_struct& t = c.w.tasks[p];
    if (allowed.test(t.cpu.raw) || t.on_rq != TASK_ON_RQ_QUEUED) return;
    if (!t.on_cpu)
        move_queued_task(c, p, CpuId{allowed.next_wrap(t.cpu.raw)});
    else
        leave_by_stopper(c, t.cpu);
}

}  // namespace rq
