// Load averages (kernel/sched/pelt.c, 6.1): what entities and queues have contributed, decayed so
// that a millisecond counts half after 32 ms, in the kernel's integer tables.
#pragma once

#include "ids.hpp"
#include "sched/entities.hpp"

namespace rq {

struct Context;

inline constexpr u32 PELT_UPDATE_TG = 1;
inline constexpr u32 PELT_SKIP_AGE_LOAD = 2;
inline constexpr u32 PELT_DO_ATTACH = 4;
inline constexpr u32 PELT_DO_DETACH = 8;

/// Brings the averages of an entity and its queue up to now (update_load_avg).
void update_load_avg(Context& c, cfs_rq& cfs, SeId se, u32 flags);
/// Refreshes a group entity's count of runnable tasks (se_update_runnable).
void se_update_runnable(Context& c, SeId se);
/// Gives a group entity its part of the group's weight (update_cfs_group).
void update_cfs_group(Context& c, SeId se);
void attach_entity_cfs_rq(Context& c, SeId se);
void detach_entity_cfs_rq(Context& c, SeId se);
/// What a sleeping task that leaves a queue for good takes with it.
void remove_entity_load_avg(Context& c, SeId se);
void update_idle_cfs_rq_clock_pelt(Context& c, cfs_rq& cfs);
/// Brings a queue's averages up to `now` of its pelt clock; true if they changed.
bool update_cfs_rq_load_avg(u64 now, cfs_rq& cfs);
/// Changes an entity's weight where it counts in its queue's averages.
void reweight_load_avg(Context& c, cfs_rq& cfs, SeId se, u32 weight, u32 inv_weight);
/// Utilisation of a CPU by real-time and deadline tasks; `running` until now.
void update_rt_rq_load_avg(Context& c, CpuId cpu, bool running);
void update_dl_rq_load_avg(Context& c, CpuId cpu, bool running);
/// Averages of a new entity: a task counts as heavy until it has shown what it is.
void init_entity_runnable_average(Context& c, SeId se);
void util_est_enqueue(Context& c, CpuId cpu, TaskId p);
void util_est_dequeue(Context& c, CpuId cpu, TaskId p);
void util_est_update(Context& c, CpuId cpu, TaskId p, bool task_sleep);

}  // namespace rq
