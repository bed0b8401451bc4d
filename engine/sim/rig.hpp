// The emulated profile's start: how the recorded machines brought their workloads up, and what ran
// beside them. rt-app (sim/rig_rtapp.cpp) forks its threads one by one, kload (sim/rig_kload.cpp)
// wakes sleeping processes at once; kernel threads run by the recorded calendar.
#pragma once

#include "context.hpp"
#include "task/run_op.hpp"

namespace rq {

/// True if the scenario's start style has a rig of its own (rt-app and kload files).
bool rig_knows(const Scenario& scenario);
/// Makes the rig's tasks, timers and background, and the workload's tasks as it makes them. Sets
/// the World's present instant to the rig's beginning, some milliseconds before t0.
void rig_start(Context& c);

/// Policy, nice value, affinity and slack of a workload's task, before it runs (sim/boot.cpp).
/// 0, or what sched_setattr answers.
s32 apply_task_spec(Context& c, TaskId p, const TaskSpec& spec);

/// True while the rig leads the task: its own tasks, kernel threads of the calendar, and workload
/// tasks until their program begins.
inline bool rig_runs(const Context& c, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    return t.start_style && !t.exec.program;
}
/// The next step of a task that the rig leads: work set in exec.work_left_ns, or block.
OpResult rig_step(Context& c, TaskId p);

/// How long after what the interrupt served last (the tick, or another kernel thread) the tick's
/// softirq wakes the next kernel thread of the calendar; 0 = none at this tick. `woke`: a timer
/// has woken a task in this interrupt before.
u64 rig_kthread_wait(Context& c, CpuId cpu, bool after_kthread, bool woke);
/// Wakes that thread.
void rig_wake_kthread(Context& c, CpuId cpu);

}  // namespace rq
