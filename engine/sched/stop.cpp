// The stop class (kernel/sched/stop_task.c, 6.1): one task a CPU that runs before all others; it
// moves running tasks to other CPUs.
#include "base/fixed.hpp"
#include "context.hpp"
#include "sched/class.hpp"
#include "sched/core.hpp"

namespace rq {

namespace {

void enqueue_task_stop(Context& c, CpuId cpu, TaskId, u32) { ++c.w.rqs[cpu.raw].nr_running; }
bool dequeue_task_stop(Context& c, CpuId cpu, TaskId, u32) {
    --c.w.rqs[cpu.raw].nr_running;
    return true;
}
void yield_task_stop(Context&, CpuId) { RQ_ASSERT(false && "the stop task does not yield"); }
void check_preempt_curr_stop(Context&, CpuId, TaskId, u32) {}  // nothing preempts it

void set_next_task_stop(Context& c, CpuId cpu, TaskId p) {
    c.w.se[c.w.tasks[p].se.raw].exec_start = c.w.rqs[cpu.raw].clock_task;
}

TaskId pick_next_task_stop(Context& c, CpuId cpu, TaskId) {
    TaskId stop = c.w.rqs[cpu.raw].stop;
    if (!stop || !c.w.tasks[stop].on_rq) return {};
    set_next_task_stop(c, cpu, stop);
    c.pick_rule = Rule::pick_stop;
    return stop;
}

void put_prev_task_stop(Context& c, CpuId cpu, TaskId prev) {
    sched_entity& se = c.w.se[c.w.tasks[prev].se.raw];
    u64 now = c.w.rqs[cpu.raw].clock_task;
    if (!before(now, se.exec_start)) se.sum_exec_runtime += now - se.exec_start;
    se.exec_start = now;
}

bool balance_stop(Context& c, CpuId cpu, TaskId) {
    TaskId stop = c.w.rqs[cpu.raw].stop;
    return stop && c.w.tasks[stop].on_rq;
}
CpuId select_task_rq_stop(Context& c, TaskId p, CpuId, u32) { return c.w.tasks[p].cpu; }
void task_tick_stop(Context&, CpuId, TaskId) {}
void task_fork_stop(Context&, TaskId) {}
void task_dead_stop(Context&, TaskId) {}
void task_woken_stop(Context&, CpuId, TaskId) {}
void migrate_task_rq_stop(Context&, TaskId, CpuId) {
    RQ_ASSERT(false && "the stop task stays on its CPU");
}
void set_cpus_allowed_stop(Context&, TaskId, u32) {
    RQ_ASSERT(false && "the stop task stays on its CPU");
}
void switched_from_stop(Context&, CpuId, TaskId) {
    RQ_ASSERT(false && "the stop task keeps its class");
}
void switched_to_stop(Context&, CpuId, TaskId) {
    RQ_ASSERT(false && "no task becomes the stop task");
}
void prio_changed_stop(Context&, CpuId, TaskId, s32) {
    RQ_ASSERT(false && "the stop task has no priority to change");
}
u64 get_rr_interval_stop(const Context&, TaskId) { return 0; }
void update_curr_stop(Context&, CpuId) {}

}  // namespace

const sched_class stop_sched_class = {
    "stop",
    enqueue_task_stop,
    dequeue_task_stop,
    yield_task_stop,
    check_preempt_curr_stop,
    pick_next_task_stop,
    put_prev_task_stop,
    set_next_task_stop,
    balance_stop,
    select_task_rq_stop,
    task_tick_stop,
    task_fork_stop,
    task_dead_stop,
    task_woken_stop,
    migrate_task_rq_stop,
    set_cpus_allowed_stop,
    switched_from_stop,
    switched_to_stop,
    prio_changed_stop,
    get_rr_interval_stop,
    update_curr_stop,
};

}  // namespace rq
