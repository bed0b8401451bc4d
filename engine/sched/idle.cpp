// The idle class (kernel/sched/idle.c, 6.1): the task that runs when no other can. The smallest
// class, and the example for a new one.
#include "context.hpp"
#include "sched/class.hpp"
#include "sched/core.hpp"
#include "sched/dl_server.hpp"

namespace rq {

namespace {

void enqueue_task_idle(Context&, CpuId, TaskId, u32) {
    RQ_ASSERT(false && "the idle task is never queued");
}
bool dequeue_task_idle(Context&, CpuId, TaskId, u32) {
    RQ_ASSERT(false && "the idle task never sleeps");
    return true;
}
void yield_task_idle(Context&, CpuId) { RQ_ASSERT(false && "the idle task does not yield"); }

void check_preempt_curr_idle(Context& c, CpuId cpu, TaskId p, u32) {
    resched_curr(c, cpu, Rule::wakeup_preempt_from_idle, p);
}

TaskId pick_next_task_idle(Context& c, CpuId cpu, TaskId) {
    c.pick_rule = Rule::pick_idle;
    c.runner_up = {};
    c.w.rqs[cpu.raw].idle_exec_start = c.w.rqs[cpu.raw].clock_task;
    return c.w.rqs[cpu.raw].idle;
}

void put_prev_task_idle(Context& c, CpuId cpu, TaskId) { dl_server_update_idle_time(c, cpu); }
void set_next_task_idle(Context&, CpuId, TaskId) {}
bool balance_idle(Context&, CpuId, TaskId) { return true; }
CpuId select_task_rq_idle(Context& c, TaskId p, CpuId, u32) { return c.w.tasks[p].cpu; }
void task_tick_idle(Context&, CpuId, TaskId) {}
void task_fork_idle(Context&, TaskId) {}
void task_dead_idle(Context&, TaskId) {}
void task_woken_idle(Context&, CpuId, TaskId) {}
void migrate_task_rq_idle(Context&, TaskId, CpuId) {
    RQ_ASSERT(false && "the idle task stays on its CPU");
}
void set_cpus_allowed_idle(Context&, TaskId, u32) {
    RQ_ASSERT(false && "the idle task stays on its CPU");
}
void switched_from_idle(Context&, CpuId, TaskId) {
    RQ_ASSERT(false && "the idle task keeps its policy");
}
void switched_to_idle(Context&, CpuId, TaskId) {
    RQ_ASSERT(false && "no task becomes the idle task");
}
void prio_changed_idle(Context&, CpuId, TaskId, s32) {
    RQ_ASSERT(false && "the idle task has no priority to change");
}
u64 get_rr_interval_idle(const Context&, TaskId) { return 0; }
void update_curr_idle(Context&, CpuId) {}

}  // namespace

const sched_class idle_sched_class = {
    "idle",
    enqueue_task_idle,
    dequeue_task_idle,
    yield_task_idle,
    check_preempt_curr_idle,
    pick_next_task_idle,
    put_prev_task_idle,
    set_next_task_idle,
    balance_idle,
    select_task_rq_idle,
    task_tick_idle,
    task_fork_idle,
    task_dead_idle,
    task_woken_idle,
    migrate_task_rq_idle,
    set_cpus_allowed_idle,
    switched_from_idle,
    switched_to_idle,
    prio_changed_idle,
    get_rr_interval_idle,
    update_curr_idle,
};

}  // namespace rq
