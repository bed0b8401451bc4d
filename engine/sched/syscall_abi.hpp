// The scheduling system calls as programs make them (kernel/sched/core.c and kernel/sys.c, 6.1):
// process numbers, pointers that may be wrong, sizes. What they then do is in sched/syscalls.hpp.
// All return what the kernel returns, -errno for a failure.
#pragma once

#include "sched/syscalls.hpp"

#include <sys/resource.h>

// The C library's macros of these names, drawn in first and taken away (task/uapi.hpp says why).
#undef prio_process
#undef prio_pgrp
#undef prio_user

namespace rq {

/// A pointer of the program's: what it points to, or that it is null or cannot be read.
template <class T>
struct UserPointer {
    T* at = nullptr;
    bool bad = false;  ///< not null, but the access faults
    bool null() const { return !at && !bad; }
};

/// Size of struct sched_attr as first defined, and as 6.1 and 6.12 know it.
inline constexpr u32 SCHED_ATTR_SIZE_VER0 = 48;
inline constexpr u32 SCHED_ATTR_SIZE_VER1 = 56;

s64 sys_sched_setscheduler(Context& c, TaskId caller, s32 pid, s32 policy,
                           UserPointer<const s32> priority);
s64 sys_sched_setparam(Context& c, TaskId caller, s32 pid, UserPointer<const s32> priority);
s64 sys_sched_getscheduler(const Context& c, TaskId caller, s32 pid);
s64 sys_sched_getparam(const Context& c, TaskId caller, s32 pid, UserPointer<s32> priority);
/// `size` is the struct's own field, `flags` the call's.
s64 sys_sched_setattr(Context& c, TaskId caller, s32 pid, UserPointer<const sched_attr> attr,
                      u32 size, u32 flags);
s64 sys_sched_getattr(const Context& c, TaskId caller, s32 pid, UserPointer<sched_attr> attr,
                      u32 size, u32 flags);
/// `len` in bytes; what the program's mask holds beyond it is not read.
s64 sys_sched_setaffinity(Context& c, TaskId caller, s32 pid, u32 len,
                          UserPointer<const cpumask> mask);
/// Returns the bytes it wrote.
s64 sys_sched_getaffinity(const Context& c, TaskId caller, s32 pid, u32 len,
                          UserPointer<cpumask> mask);
s64 sys_sched_get_priority_max(s32 policy);
s64 sys_sched_get_priority_min(s32 policy);
/// `ns`: the length of a turn.
s64 sys_sched_rr_get_interval(const Context& c, TaskId caller, s32 pid, u64& ns);

inline constexpr s32 prio_process = 0;
inline constexpr s32 prio_pgrp = 1;
inline constexpr s32 prio_user = 2;
s64 sys_setpriority(Context& c, TaskId caller, s32 which, s32 who, s32 nice);
/// 20 - nice of the nicest task it names: 1 … 40, so that no value looks like an error.
s64 sys_getpriority(const Context& c, TaskId caller, s32 which, s32 who);

}  // namespace rq
