// From a Scenario to a World at the instant before its first event.
#pragma once

#include "base/result.hpp"
#include "context.hpp"

#include <memory>

namespace rq {

/// Compiles the programs of a scenario into one array.
std::shared_ptr<Image> compile(const Scenario& scenario);
/// The same for the programs of its scenario from index `first` on.
void add_programs(Image& image, u32 first);

/// Fills an empty World: CPUs, idle and stop tasks, init, groups, settings, the scenario's tasks
/// asleep until they start. Diagnostics for what cannot be simulated.
Diagnostics boot_world(Context& c);

/// Arms the event of the next action; actions are sorted by time.
void arm_next_action(Context& c);
/// Executes the scenario's next action (sim/action.cpp).
void next_action(Context& c);
/// Executes the next action of the run's log.
void next_user_action(Context& c);

/// The workload's tasks by name: "hog", "hog2", "worker0"; null if there is none.
TaskId find_task(const World& w, const std::string& name);

}  // namespace rq
