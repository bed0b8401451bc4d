// What the parts of the rig share: tasks of a file by number, setting the machine's instant, the
// steps of each starter.
#pragma once

#include "sim/rig.hpp"

#include <string>

namespace rq {

/// The k-th task that the scenario starts.
struct RigTask {
    const TaskSpec* spec;
    std::string name;
};
RigTask rig_task(const Scenario& scenario, u32 index);
u32 rig_task_count(const Scenario& scenario);

/// Makes `instant` the machine's present, with all CPUs idle; only before anything has run.
void rig_set_instant(Context& c, u64 instant);
/// A task of the rig, asleep, child of init. Reports leave it out.
TaskId rig_make_own(Context& c, std::string_view name);
/// Sleeping kernel threads of the calendar and the timer of the stop task.
void rig_make_noise(Context& c);
/// Takes a workload's task into its program; `anchor` is what its periods count from.
void rig_enter_program(Context& c, TaskId p, u64 anchor);
/// Lets the task work for so long, then asks for its step `next`.
OpResult rig_work(Context& c, TaskId p, u64 ns, u32 next);

void rtapp_start(Context& c);
OpResult rtapp_main_step(Context& c, TaskId p);
OpResult rtapp_thread_step(Context& c, TaskId p);
void kload_start(Context& c);
OpResult kload_step(Context& c, TaskId p);

}  // namespace rq
