// What stop tasks do.
#include "sched/stopper.hpp"

#include "context.hpp"
#include "sched/balance.hpp"
#include "sched/core.hpp"

namespace rq {

void stop_one_cpu_nowait(Context& c, CpuId cpu) {
    TaskId stop = c.w.rqs[cpu.raw].stop;
    if (stop) try_to_wake_up(c, stop, TASK_NORMAL, 0);
}

namespace {

/// Moves every queued task of the CPU that may not run on it (migration_cpu_stop).
void push_disallowed(Context& c, CpuId cpu) {
    for (u32 slot = 1; slot < c.w.tasks.slot_end(); ++slot) {
        if (!c.w.tasks.live_slot(slot)) continue;
        TaskId p = c.w.tasks.id_of_slot(slot);
        const task_struct& t = c.w.tasks[p];
        if (t.cpu != cpu || t.on_rq != TASK_ON_RQ_QUEUED || t.on_cpu) continue;
        if (t.flags & (PF_IDLE | PF_NO_SETAFFINITY)) continue;
        const cpumask& allowed = c.w.cpumasks[t.cpus_mask];
        if (allowed.test(cpu.raw)) continue;
        CpuId to{allowed.next_wrap(cpu.raw)};
        deactivate_task(c, cpu, p, 0);
        set_task_cpu(c, p, to, Rule::affinity_changed);
        update_rq_clock(c, to);
        activate_task(c, to, p, ENQUEUE_NOCLOCK);
        check_preempt_curr(c, to, p, 0);
    }
}

}  // namespace

void run_stop_work(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    if (q.active_balance) active_load_balance(c, cpu);
    if (q.push_disallowed) {
        q.push_disallowed = 0;
        push_disallowed(c, cpu);
    }
}

}  // namespace rq
