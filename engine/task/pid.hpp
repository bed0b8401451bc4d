// Process numbers (kernel/pid.c, 6.1): handed out in a circle; a number stays taken while a task, a
// process group or a session is called by it.
#pragma once

#include "ids.hpp"

#include <string_view>

namespace rq {

struct Context;

/// First number after a wrap (RESERVED_PIDS).
inline constexpr u32 RESERVED_PIDS = 300;

/// A number that is never handed out: for calls that mean a name that nobody has.
inline constexpr s32 no_such_pid = 99'999'999;

/// A free number for a task, or -EAGAIN when all below pid_max are taken.
s32 alloc_pid(Context& c, TaskId p);
/// The task gives its number back.
void free_pid(Context& c, s32 nr);
/// A group or session is (no longer) called by the number.
void get_pid_use(Context& c, s32 nr);
void put_pid_use(Context& c, s32 nr);
/// A task by its name: a child of p if one is called so, else the oldest of that name; else the one
/// whose number the name is. Null if there is none.
TaskId find_task_named(const Context& c, TaskId p, u32 name);
TaskId find_task_named(const Context& c, TaskId p, std::string_view name);
/// The task of that number in the initial namespace, or null.
TaskId find_task_by_pid(const Context& c, s32 nr);

}  // namespace rq
