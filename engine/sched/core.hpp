// The core of the scheduler (kernel/sched/core.c, 6.1): it keeps clocks, wakes and switches tasks
// and asks the classes in order. It decides from what Linux would know; costs are the caller's.
#pragma once

#include "ids.hpp"
#include "sched/class.hpp"
#include "trace/event.hpp"

namespace rq {

struct Context;

/// Sets the CPU's clocks to now.
void update_rq_clock(Context& c, CpuId cpu);

/// What schedule() did.
struct Switch {
    TaskId prev;
    TaskId next;
    bool switched;
};
/// __schedule(): takes the running task off if it blocked, picks the next, switches to it.
/// `preempt`: the running task did not ask for it, so its state does not matter.
Switch schedule(Context& c, CpuId cpu, bool preempt);

/// Marks the CPU's running task to be replaced as soon as it may be, with the reason.
void resched_curr(Context& c, CpuId cpu, Rule rule, TaskId by);

/// Wakes a task if its state is in `state`; true if it did. Called on c.here.
bool try_to_wake_up(Context& c, TaskId p, u32 state, u32 wake_flags);
inline bool wake_up_process(Context& c, TaskId p) {
    return try_to_wake_up(c, p, TASK_NORMAL, 0);
}
/// Scheduling fields of a new task, copied or reset (sched_fork). 0 or -EAGAIN (deadline parent).
s32 sched_fork(Context& c, TaskId parent, TaskId child);
/// First wakeup of a new task.
void wake_up_new_task(Context& c, TaskId p);
/// Last words of the scheduler on a task that is gone (finish_task_switch).
void sched_task_dead(Context& c, TaskId p);

/// The timer tick of a CPU.
void scheduler_tick(Context& c, CpuId cpu);

/// sched_yield() by the CPU's running task; the caller schedules.
void do_sched_yield(Context& c, CpuId cpu);

void activate_task(Context& c, CpuId cpu, TaskId p, u32 flags);
void deactivate_task(Context& c, CpuId cpu, TaskId p, u32 flags);
void check_preempt_curr(Context& c, CpuId cpu, TaskId p, u32 wake_flags);
/// Makes a runnable task belong to another CPU (set_task_cpu), with its trace record.
void set_task_cpu(Context& c, TaskId p, CpuId cpu, Rule rule);

/// What was put off until the switch: pushing and pulling real-time and deadline tasks.
void run_balance_callbacks(Context& c, CpuId cpu);

// Expired timers of the real-time and deadline classes (sim/timers.cpp)
void sched_rt_period_timer(Context& c);
/// The deadline entity gets a new budget.
void dl_task_timer(Context& c, u32 entity);
/// The 0-lag time of a blocked deadline entity has come.
void inactive_task_timer(Context& c, u32 entity);

/// Runs `change` between taking p off its queue (and CPU) and putting it back, as
/// sched_setscheduler, sched_move_task (flags: DEQUEUE_MOVE) and set_user_nice (0) do.
void change_queued(Context& c, TaskId p, u32 flags, void (*change)(Context&, TaskId, void*),
                   void* data);

void set_user_nice(Context& c, TaskId p, s32 nice);
s32 task_nice(const Context& c, TaskId p);
bool task_is_running(const Context& c, TaskId p);

/// Makes World's queues for `cpus` CPUs and the idle and stop tasks' places; boot calls it once.
void sched_init(Context& c);
/// Makes a task the idle task of its CPU.
void init_idle(Context& c, TaskId p, CpuId cpu);
/// An entity for a task or group; entities are reused.
SeId se_alloc(Context& c);
void se_free(Context& c, SeId se);
/// Class, weight and effective priority from policy, nice and rt_priority.
void sched_set_params(Context& c, TaskId p, u8 policy, s32 nice, u32 rt_priority);

/// The interned mask equal to `mask`.
u32 intern_cpumask(Context& c, const cpumask& mask);

/// weight and inverse of a nice value (sched_prio_to_weight, sched_prio_to_wmult).
u32 weight_of_nice(s32 nice);
u32 wmult_of_nice(s32 nice);
inline constexpr u32 NICE_0_LOAD = 1u << 20;
inline constexpr u32 SCHED_IDLE_WEIGHT = 3;
inline constexpr u32 SCHED_IDLE_WMULT = 1431655765;

/// A weight without its 10 bits of fraction, at least 2 if it is not 0.
inline constexpr u64 scale_load_down(u64 weight) {
    u64 down = weight >> 10;
    return weight == 0 || down > 2 ? down : 2;
}

/// delta * weight / lw.weight in the kernel's fixed point (__calc_delta).
u64 calc_delta(u64 delta, u64 weight, u64 lw_weight, u32& lw_inv_weight);

}  // namespace rq
