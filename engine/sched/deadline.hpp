// What the parts of the deadline class share: entities, bandwidth in 20-bit fixed point, the fair
// server of 6.12, pushing and pulling. Entities are indices into World::dl_entities.
#pragma once

#include "base/fixed.hpp"
#include "context.hpp"
#include "sched/class.hpp"
#include "sched/core.hpp"
#include "sched/dl_server.hpp"
#include "sched/syscalls.hpp"
#include "sync/timer.hpp"

namespace rq {

inline constexpr u32 BW_SHIFT = 20;
inline constexpr u64 BW_UNIT = u64{1} << BW_SHIFT;
inline constexpr u32 RATIO_SHIFT = 8;
/// Products of times are compared without their lowest ten bits, so that they fit into 64.
inline constexpr u32 DL_SCALE = 10;

// dl_event's `what`
inline constexpr u32 DL_EVENT_THROTTLE = 0;
inline constexpr u32 DL_EVENT_REPLENISH = 1;
inline constexpr u32 DL_EVENT_WAKEUP_RULE = 2;

// sched_dl_entity::dl_flags: those of sched_attr that belong to the class
inline constexpr u32 SCHED_DL_FLAGS = SCHED_FLAG_RECLAIM | SCHED_FLAG_DL_OVERRUN;

/// runtime / period with 20 bits of fraction, rounded down; NEVER as runtime is 1.
inline u64 to_ratio(u64 period, u64 runtime) {
    if (runtime == NEVER) return BW_UNIT;
    return period ? (runtime << BW_SHIFT) / period : 0;
}

inline RbTree<sched_dl_entity> dl_tree(World& w, dl_rq& q) {
    return RbTree<sched_dl_entity>(w.dl_entities.data(), q.root);
}
inline CpuId dl_cpu(const World& w, u32 e) {
    const sched_dl_entity& d = w.dl_entities[e];
    return d.task && w.tasks.alive(d.task) ? w.tasks[d.task].cpu : d.cpu;
}
/// Whose parameters an entity runs with: its own, or those of the task it inherits from.
inline const sched_dl_entity& pi_of(const World& w, const sched_dl_entity& d) {
    return d.pi_se ? w.dl_entities[d.pi_se] : d;
}
inline bool is_dl_boosted(const sched_dl_entity& d) { return d.pi_se != 0; }
/// True if a's deadline is before b's.
inline bool dl_entity_preempt(const World& w, TaskId a, TaskId b) {
    return before(w.dl_entities[w.tasks[a].dl].deadline, w.dl_entities[w.tasks[b].dl].deadline);
}

/// An entity with its timers; entities are reused.
u32 dl_entity_alloc(Context& c);
/// The task's entity, made when first needed.
u32 dl_entity_of(Context& c, TaskId p);
/// The task is gone: its entity goes too, at once or when its 0-lag time has come.
void dl_entity_release(Context& c, TaskId p);
void dl_entity_free(Context& c, u32 e);
void dl_clear_params(sched_dl_entity& d);
/// A fair server's timer: it can be put off no longer, or a new period begins.
void dl_server_timer(Context& c, u32 e);

// Bandwidth (dl_bandwidth.cpp)
void add_rq_bw(Context& c, u32 e, CpuId cpu);
void sub_rq_bw(Context& c, u32 e, CpuId cpu);
void add_running_bw(Context& c, u32 e, CpuId cpu);
void sub_running_bw(Context& c, u32 e, CpuId cpu);
/// A blocked entity counts as active until its 0-lag time.
void task_non_contending(Context& c, u32 e);
void task_contending(Context& c, u32 e, u32 flags);
/// The admitted bandwidth of an entity's root domain changes (__dl_add, __dl_sub).
void dl_bw_add(Context& c, u32 e, u64 bw);
void dl_bw_sub(Context& c, u32 e, u64 bw);
/// Takes what is admitted out of the root domains and back into those that there are by then.
void dl_unbook_all(Context& c);
void dl_book_all(Context& c);
/// The most that a root domain admits (2^20 = one CPU); NEVER = anything.
u64 dl_limit(const World& w, u32 rd);
/// True if `new_bw` instead of `old_bw` is more than the root domain admits.
bool dl_overflow(const Context& c, u32 rd, u64 old_bw, u64 new_bw);
/// The parameter of an entity that is not queued changes its share of its queue.
void dl_change_utilization(Context& c, u32 e, CpuId cpu, u64 new_bw);
/// Running time as it counts against the budget: less under GRUB reclaiming.
u64 dl_scaled_delta_exec(const Context& c, CpuId cpu, const sched_dl_entity& d, u64 delta_exec);
/// Bandwidth limits of a queue from sched_rt_runtime and sched_rt_period.
void init_dl_rq_bw_ratio(World& w, u32 cpu);

// Entities (deadline.cpp)
void enqueue_dl_entity(Context& c, u32 e, u32 flags);
void dequeue_dl_entity(Context& c, u32 e, u32 flags);
void replenish_dl_new_period(Context& c, u32 e);
/// Arms the timer for the next replenishment; false if that instant has passed.
bool start_dl_timer(Context& c, u32 e);
/// Takes running time from an entity's budget and throttles it when that is used up.
void update_curr_dl_se(Context& c, CpuId cpu, u32 e, u64 delta_exec);

/// The first waiting entity's task that may be moved to `target` (any CPU: none).
TaskId pick_earliest_pushable_dl_task(const Context& c, CpuId cpu, u32 target);
u32 find_later_rq(Context& c, TaskId p);
/// CPUs where p would preempt a later deadline or nothing (cpudl_find).
bool cpudl_find(const Context& c, TaskId p, cpumask* later);
bool dl_task_is_earliest_deadline(const Context& c, TaskId p, CpuId cpu);
bool push_dl_task(Context& c, CpuId cpu);
void pull_dl_task(Context& c, CpuId cpu);

}  // namespace rq
