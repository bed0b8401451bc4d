// A minimal ptrace (kernel/ptrace.c, 6.1): enough that tracing stops exist, and tasks whose parent
// is not their real parent. Left out: registers, memory, system call stops, events.
#pragma once

#include "ids.hpp"

#include <vector>

namespace rq {

struct Context;

inline constexpr u32 PTRACE_OP_TRACEME = 0;
inline constexpr u32 PTRACE_OP_ATTACH = 1;
inline constexpr u32 PTRACE_OP_CONT = 2;
inline constexpr u32 PTRACE_OP_DETACH = 3;

/// 0 or a negative errno: -ESRCH without a target that this task traces, -EPERM if it is traced.
s32 sys_ptrace(Context& c, TaskId p, u32 request, TaskId target);
/// True if p is traced: its parent is its tracer.
bool task_is_traced(const Context& c, TaskId p);
/// The tracee stops with a signal and its tracer is told (ptrace_stop).
void ptrace_stop(Context& c, TaskId p, u32 signal);
/// Tasks it traces that are not its own children.
std::vector<TaskId> tracees_of(const Context& c, TaskId tracer);
/// The tracer ends: its tracees are free again.
void exit_ptrace(Context& c, TaskId tracer);

}  // namespace rq
