// The scheduling system calls (kernel/sched/core.c, 6.1; kernel/sched/syscalls.c in 6.12): their
// checks in the kernel's order and what they change. 0 or a negative errno.
#pragma once

#include "ids.hpp"
#include "sched/entities.hpp"

namespace rq {

struct Context;

inline constexpr u64 SCHED_FLAG_RESET_ON_FORK = 0x01;
inline constexpr u64 SCHED_FLAG_RECLAIM = 0x02;
inline constexpr u64 SCHED_FLAG_DL_OVERRUN = 0x04;
inline constexpr u64 SCHED_FLAG_KEEP_POLICY = 0x08;
inline constexpr u64 SCHED_FLAG_KEEP_PARAMS = 0x10;

struct sched_attr {
    u32 sched_policy;
    s32 sched_nice;
    u32 sched_priority;
    u64 sched_flags;
    u64 sched_runtime;   ///< ns; of a fair task (6.12) its slice
    u64 sched_deadline;
    u64 sched_period;
};

/// `caller` null = the machine's owner (root).
s32 sched_setattr(Context& c, TaskId caller, TaskId p, const sched_attr& attr);
/// sched_setscheduler(): policy with flags (SCHED_RESET_ON_FORK 0x40000000) and priority.
s32 sched_setscheduler(Context& c, TaskId caller, TaskId p, u32 policy, u32 priority);
/// nice(2): `increment` is added to the nice value; the new value is kept within -20 … 19.
s32 sys_nice(Context& c, TaskId p, s32 increment);
s32 sched_setaffinity(Context& c, TaskId caller, TaskId p, const cpumask& mask);

/// Moves a task to CPUs it may use (__set_cpus_allowed_ptr): off its CPU if need be.
void set_cpus_allowed(Context& c, TaskId p, u32 mask);

/// Lends (or takes back) an effective priority and the class that goes with it.
void rt_mutex_setprio(Context& c, TaskId p, s32 prio);

}  // namespace rq
