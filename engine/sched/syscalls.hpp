// The scheduling system calls (kernel/sched/core.c, 6.1; kernel/sched/syscalls.c in 6.12): their
// checks in the kernel's order and what they change. 0 or a negative errno. sched/syscall_abi.hpp
// has the outermost layer: process numbers, pointers and sizes as programs pass them.
#pragma once

#include "ids.hpp"
#include "sched/entities.hpp"

namespace rq {

struct Context;
struct World;

inline constexpr u64 SCHED_FLAG_RESET_ON_FORK = 0x01;
inline constexpr u32 SCHED_FLAG_RECLAIM = 0x02;
inline constexpr u32 SCHED_FLAG_DL_OVERRUN = 0x04;
inline constexpr u64 SCHED_FLAG_KEEP_POLICY = 0x08;
inline constexpr u64 SCHED_FLAG_KEEP_PARAMS = 0x10;
inline constexpr u64 SCHED_FLAG_UTIL_CLAMP = 0x60;
inline constexpr u64 SCHED_FLAG_ALL = 0x7f;
inline constexpr u64 SCHED_FLAG_SUGOV = 0x10000000;

/// struct sched_attr without its size (include/uapi/linux/sched/types.h); times in ns.
struct sched_attr {
    u32 sched_policy;
    s32 sched_nice;
    u32 sched_priority;
    u64 sched_flags;
    u64 sched_runtime;   ///< of a fair task (6.12) its slice
    u64 sched_deadline;
    u64 sched_period;
};

/// `caller` null = the machine's owner (root), here and below.
s32 sched_setattr(Context& c, TaskId caller, TaskId p, const sched_attr& attr);
/// Policy, flags and parameters as sched_getattr shows them.
sched_attr sched_getattr(const Context& c, TaskId p);
/// sched_setscheduler(): policy with flags (SCHED_RESET_ON_FORK 0x40000000) and priority.
s32 sched_setscheduler(Context& c, TaskId caller, TaskId p, u32 policy, u32 priority);
/// sched_setparam(): the priority alone.
s32 sched_setparam(Context& c, TaskId caller, TaskId p, u32 priority);
/// nice(2): `increment` is added to the nice value; the new value is kept within -20 … 19.
s32 sys_nice(Context& c, TaskId p, s32 increment);
/// setpriority(2) for one task: -EPERM for another user's, -EACCES for a nicer value than allowed.
s32 set_one_prio(Context& c, TaskId caller, TaskId p, s32 nice);
s32 sched_setaffinity(Context& c, TaskId caller, TaskId p, const cpumask& mask);
/// The CPUs it may use that are online.
cpumask sched_getaffinity(const Context& c, TaskId p);
/// Length of a turn in ns: the RR slice, 0 for FIFO and DEADLINE, else the fair slice in ticks.
u64 sched_rr_get_interval(const Context& c, TaskId p);

/// The caller has CAP_SYS_NICE.
bool capable_nice(const Context& c, TaskId caller);
/// The caller's effective user is the task's real or effective user.
bool check_same_owner(const Context& c, TaskId caller, TaskId p);

/// Moves a task to CPUs it may use (__set_cpus_allowed_ptr): off its CPU if need be.
void set_cpus_allowed(Context& c, TaskId p, u32 mask);
/// The same when its cpuset has changed: on 6.12 what the task asked for itself still holds as far
/// as the cpuset allows it (user_cpus_ptr).
void set_cpuset_cpus_allowed(Context& c, TaskId p, u32 mask);
/// The same when the task is to have CPUs of its own: 6.12 keeps what was `wanted`, before the
/// cpuset left what is `allowed` of it.
void set_user_cpus_allowed(Context& c, TaskId p, const cpumask& wanted, const cpumask& allowed);

/// The sysctls sched_rt_period_us and sched_rt_runtime_us: whether new values fit (-EINVAL, or
/// -EBUSY below the admitted bandwidth), and what follows once the tunables have them.
s32 sched_rt_global_validate(const World& w, u64 rt_period, u64 rt_runtime);
void sched_rt_do_global(World& w);

// Priority inheritance (rt_mutex)
/// p has begun or ceased to be waited for, or its priority has changed: it and those it waits for
/// in turn run with the best priority of whoever waits for them (rt_mutex_adjust_prio_chain).
void rt_mutex_adjust_prio_chain(Context& c, TaskId p);
/// The task of best priority among those whose pi_blocked_on_owner is p, or null.
TaskId rt_mutex_top_waiter(const Context& c, TaskId p);

}  // namespace rq
