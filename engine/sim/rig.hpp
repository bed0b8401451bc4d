// The emulated profile's start: how the recorded machines brought their workloads up.
#pragma once

#include "context.hpp"

namespace rq {

/// True if the scenario's start style has a rig of its own (rt-app and kload files).
bool rig_knows(const Scenario& scenario);
/// Makes the rig's tasks, timers and background, and the workload's tasks as it makes them.
void rig_start(Context& c);

/// Policy, nice value, affinity and slack of a workload's task, before it runs (sim/boot.cpp).
/// 0, or what sched_setattr answers.
s32 apply_task_spec(Context& c, TaskId p, const TaskSpec& spec);

}  // namespace rq
