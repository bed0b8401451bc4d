// Signals (kernel/signal.c, 6.1): who gets them, what they do by default, stopping and going on.
// Left out: queued real-time values (one bit for each signal), core dumps, alternate stacks.
#pragma once

#include "ids.hpp"
#include "task/uapi.hpp"

namespace rq {

struct Context;

constexpr u64 sig_bit(u32 signal) { return u64{1} << (signal - 1); }
inline constexpr u64 SIG_KERNEL_STOP =
    sig_bit(SIGSTOP) | sig_bit(SIGTSTP) | sig_bit(SIGTTIN) | sig_bit(SIGTTOU);
inline constexpr u64 SIG_KERNEL_IGNORE =
    sig_bit(SIGCONT) | sig_bit(SIGCHLD) | sig_bit(SIGWINCH) | sig_bit(SIGURG);

/// Sends to a thread (group = false) or its whole process. `from` null = the kernel itself.
/// `force`: reaches even an init that would ignore it, as SIGKILL from an ancestor namespace does.
void send_signal(Context& c, TaskId p, u32 signal, bool group = true, TaskId from = {},
                 bool force = false);
/// tgkill(2) by `from`: thread `tid` if it is one of process `tgid` (-ESRCH); -EINVAL, -EPERM.
s32 sys_tgkill(Context& c, TaskId from, s32 tgid, s32 tid, u32 signal);
/// kill(2) by `from`: pid > 0 a process, 0 the own group, -1 all, < -1 group -pid.
s32 sys_kill(Context& c, TaskId from, s32 pid, u32 signal);
/// pidfd_send_signal(): to the process behind a descriptor, which may be gone (-ESRCH).
s32 sys_pidfd_send_signal(Context& c, TaskId from, s32 pidfd, u32 signal);

/// Brings sigpending in line with what is pending and not blocked (recalc_sigpending).
void recalc_sigpending(Context& c, TaskId p);
/// True if there is a signal that is not blocked.
bool signal_pending(const Context& c, TaskId p);
bool fatal_signal_pending(const Context& c, TaskId p);

/// What the task does on its way back to user mode.
enum class SignalAction : u8 {
    none,     ///< nothing is pending
    handler,  ///< a handler will run: exec has been set to it
    stop,     ///< it stopped: state is set, the caller schedules
    exit,     ///< it ended: do_exit was called
};
/// get_signal(): takes pending signals one by one until one does something.
SignalAction do_signal(Context& c, TaskId p);

/// True if the handler that would run next asked for SA_RESTART (or if none would run).
bool handler_restarts(const Context& c, TaskId p);

/// SIG_IGN or default handling makes pending signals of that kind go away.
bool signal_ignored(const Context& c, TaskId p, u32 signal);

/// The state of p changed (exit, stop, continue): tells its parent. True if the parent ignores it
/// so that the task is to be reaped at once.
bool do_notify_parent(Context& c, TaskId p, s32 signal);
void do_notify_parent_cldstop(Context& c, TaskId p, bool for_ptracer, s32 why);
/// A process group may have lost its last tie to its session: SIGHUP and SIGCONT if one is stopped.
void kill_orphaned_pgrp(Context& c, TaskId p, TaskId parent);
bool is_current_pgrp_orphaned(const Context& c, TaskId p);
/// ITIMER_REAL has expired: SIGALRM to the process, and the timer again if it repeats.
void it_real_fn(Context& c, TaskId leader);
/// Every other thread of the process gets SIGKILL.
void zap_other_threads(Context& c, TaskId p);

}  // namespace rq
