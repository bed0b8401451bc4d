// Doors between the core and the rooms beside it: queues of groups, balancing, signals.
#pragma once

#include "ids.hpp"
#include "sched/entities.hpp"

namespace rq {

struct Context;

/// Points the task's entity at its group's queue on a CPU (set_task_rq).
void set_task_rq(Context& c, TaskId p, CpuId cpu);
/// First utilisation of a new task (post_init_entity_util_avg).
void post_init_entity_util_avg(Context& c, TaskId p);
/// Changes the weight of an entity, queued or not, as its kernel does (reweight_entity).
void reweight_entity(Context& c, SeId se, u32 weight, u32 inv_weight);
/// Queues a group's entity whose queue was unthrottled, takes out that of a throttled one.
void enqueue_group_entity(Context& c, SeId se);
void dequeue_group_entity(Context& c, SeId se);
/// Makes a task that is off its queue belong to a group (task_change_group_fair).
void task_change_group(Context& c, TaskId p, GroupId group);
/// Periodic balancing at the tick of a CPU (trigger_load_balance).
void trigger_load_balance(Context& c, CpuId cpu);
/// Pulls work to a CPU that is about to idle; true if there may be some (newidle_balance).
bool newidle_balance(Context& c, CpuId cpu);
/// The CPU for a fair task that wakes, forks or execs; sets c.pick_rule to the reason.
CpuId select_task_rq_fair(Context& c, TaskId p, CpuId prev, u32 wake_flags);
/// Stores a new affinity mask (set_cpus_allowed_common).
void set_cpus_allowed_common(Context& c, TaskId p, u32 mask);
/// Features HRTICK, HRTICK_DL: whether the CPU's slice timer runs, stopping it, and what it does at
/// its end.
bool hrtick_active(const Context& c, CpuId cpu);
void hrtick_clear(Context& c, CpuId cpu);
void hrtick_expired(Context& c, CpuId cpu);
/// Starts it for what is left of the task's slice; the task is picked, or others came or went.
/// Only with the feature on.
void hrtick_start_fair(Context& c, CpuId cpu, TaskId p);
void hrtick_update(Context& c, CpuId cpu);
/// HRTICK_DL: starts it for what is left of the running task's budget.
void hrtick_start_dl(Context& c, CpuId cpu, s64 runtime);
/// True if a signal keeps a task of that state from sleeping (signal_pending_state).
bool signal_pending_state(const Context& c, TaskId p, u32 state);

}  // namespace rq
