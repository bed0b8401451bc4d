// What the parts of the real-time class share: queues, bandwidth, pushing and pulling.
#pragma once

#include "context.hpp"
#include "sched/class.hpp"
#include "sched/core.hpp"

namespace rq {

/// Priority of an empty real-time queue (rt_rq::highest_prio); no task has it.
inline constexpr s32 RT_PRIO_NONE = MAX_RT_PRIO - 1;

// task_struct::rt_on_rq
inline constexpr u8 RT_ON_RQ = 1;
inline constexpr u8 RT_ON_LIST = 2;

// rq::balance_callback: what is to be done once the switch is over
inline constexpr u32 CALLBACK_PUSH_RT = 1;
inline constexpr u32 CALLBACK_PULL_RT = 2;
inline constexpr u32 CALLBACK_PUSH_DL = 4;
inline constexpr u32 CALLBACK_PULL_DL = 8;
inline constexpr u32 CALLBACK_TELL_RT = 16;

inline bool dl_prio(s32 prio) { return prio < 0; }
inline bool dl_task(const World& w, TaskId p) { return dl_prio(w.tasks[p].prio); }
/// rt_task(): 6.1 counts deadline tasks among them, 6.12 does not.
inline bool rt_task(const World& w, TaskId p) {
    s32 prio = w.tasks[p].prio;
    return prio < MAX_RT_PRIO && (w.g.kernel == 0 || !dl_prio(prio));
}
inline bool rt_policy(u8 policy) { return policy == SCHED_FIFO || policy == SCHED_RR; }

/// Books the running task's time since it was last settled; how much that was, 0 if none.
u64 update_curr_common(Context& c, CpuId cpu);

/// Makes the queue's tasks count among the runnable ones, or no more (throttling).
void enqueue_top_rt_rq(Context& c, CpuId cpu);
void dequeue_top_rt_rq(Context& c, CpuId cpu, u32 count);

/// 6.1: starts the machine's RT period if it is not running (start_rt_bandwidth). A new period
/// begins when it starts.
void start_rt_bandwidth(Context& c);
/// 6.1: adds running time of real-time tasks and throttles them when they used up their part of
/// the period.
void account_rt_time(Context& c, CpuId cpu, u64 delta_exec);
/// 6.1: running time of deadline tasks counts against real-time ones while a period runs.
void account_dl_time(Context& c, CpuId cpu, u64 delta_exec);

/// The first task of a priority's queue that may be moved to `target` (any CPU: none), from the
/// highest priority on.
TaskId pick_highest_pushable_task(const Context& c, CpuId cpu, u32 target);
/// Where the task would preempt the lowest priority; Bitmap::none if nowhere (find_lowest_rq).
u32 find_lowest_rq(Context& c, TaskId p);
void push_rt_tasks(Context& c, CpuId cpu);
void pull_rt_task(Context& c, CpuId cpu);
/// RT_PUSH_IPI: instead of pulling, the CPU tells those with waiting tasks, one after another, to
/// push them; the tasks go where the lowest priority runs, which may be another CPU than this.
void tell_cpus_to_push(Context& c, CpuId cpu);
/// True if a CPU whose priority is lower than the task's exists (cpupri_find).
bool cpupri_find(const Context& c, TaskId p, cpumask* lowest);

/// True if tasks may be pushed and pulled between the two: isolated CPUs share a root domain of
/// their own.
bool same_root_domain(const Context& c, CpuId a, CpuId b);
/// The member of `mask` to push a task to that is on CPU `near`: `near` itself, this CPU or another
/// one in the narrowest domain that has any, each time the next; none if `mask` is empty.
u32 nearest_cpu(Context& c, const cpumask& mask, CpuId near);

}  // namespace rq
