// How tasks end and how their parents learn of it (kernel/exit.c, 6.1).
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;

/// Wait statuses as the kernel packs them.
constexpr s32 exit_status(s32 code) { return (code & 0xff) << 8; }

/// The running task ends: it gives back what it shares, its children find new parents, its parent
/// is told. Leaves it TASK_DEAD; the caller schedules. `code` is a packed wait status.
void do_exit(Context& c, TaskId p, s32 code);
/// exit_group(): every thread of the process ends with that status.
void do_group_exit(Context& c, TaskId p, s32 code);

/// The scheduler has switched away from a dead task for the last time (finish_task_switch): when it
/// is reaped too, its slot is free. Class hooks (task_dead) come first.
void task_off_cpu(Context& c, TaskId p);

/// The child execs or exits: its vfork parent goes on.
void complete_vfork_done(Context& c, TaskId child);
/// Takes the address space away from a task (exec_mm_release, exit_mm).
void exit_mm(Context& c, TaskId p);

/// What wait4 and waitid look for.
struct WaitOptions {
    s32 pid = -1;      ///< > 0 that child; 0 own group; -1 any; < -1 group -pid
    bool nonblock = false;  ///< waitid on a non-blocking pidfd: -EAGAIN instead of sleeping
    u32 options = 4;   ///< WEXITED, WSTOPPED, WCONTINUED, WNOHANG, WNOWAIT, __WALL, __WCLONE …
};
/// What a wait found.
struct WaitFound {
    s32 pid = 0;       ///< 0 = nothing yet
    s32 status = 0;    ///< packed
    s32 cause = 0;     ///< CLD_EXITED 1, KILLED 2, DUMPED 3, TRAPPED 4, STOPPED 5, CONTINUED 6
    TaskId task{};
};
/// One pass over the children of p's thread group in the order of their making; reaps what it
/// finds. 0 with found.pid = 0: there are such children, but none has changed; -ECHILD: none.
s32 wait_scan(Context& c, TaskId p, const WaitOptions& what, WaitFound& found);

/// Children of one thread of a process become another's.
void adopt_children(Context& c, TaskId from, TaskId to);

/// Reaps a task: it disappears from every list, its numbers are free.
void release_task(Context& c, TaskId p);

}  // namespace rq
