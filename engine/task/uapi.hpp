// Linux's own numbers for policies, under their own names. The C library of the machine that
// compiles the engine has macros of the same names, on wasm with other values (errno): they are
// drawn in first and then taken away, so that the simulated kernel's numbers are the same everywhere.
#pragma once

#include <cerrno>
#include <csignal>
#include <memory>
#include <mutex>
#include <sched.h>
#include <string>
#include <system_error>
#include <vector>

#include "base/types.hpp"

#undef SCHED_NORMAL
#undef SCHED_OTHER
#undef SCHED_FIFO
#undef SCHED_RR
#undef SCHED_BATCH
#undef SCHED_IDLE
#undef SCHED_DEADLINE
#undef SCHED_RESET_ON_FORK
#undef EPERM
#undef ESRCH
#undef EINTR
#undef EAGAIN
#undef ENOMEM
#undef EBUSY
#undef EINVAL
#undef ECHILD
#undef EACCES
#undef EFAULT
#undef E2BIG

namespace rq {

// policy (include/uapi/linux/sched.h)
inline constexpr u8 SCHED_NORMAL = 0;
inline constexpr u8 SCHED_FIFO = 1;
inline constexpr u8 SCHED_RR = 2;
inline constexpr u8 SCHED_BATCH = 3;
inline constexpr u8 SCHED_IDLE = 5;
inline constexpr u8 SCHED_DEADLINE = 6;

// errno (include/uapi/asm-generic/errno-base.h)
inline constexpr s32 EPERM = 1;
inline constexpr s32 ESRCH = 3;
inline constexpr s32 EINTR = 4;
inline constexpr s32 E2BIG = 7;
inline constexpr s32 ECHILD = 10;
inline constexpr s32 EAGAIN = 11;
inline constexpr s32 ENOMEM = 12;
inline constexpr s32 EACCES = 13;
inline constexpr s32 EFAULT = 14;
inline constexpr s32 EBUSY = 16;
inline constexpr s32 EINVAL = 22;

}  // namespace rq
