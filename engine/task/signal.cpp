// Sending and taking signals, after kernel/signal.c of 6.1.
#include "task/signal.hpp"

#include "context.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"
#include "sync/wait.hpp"
#include "task/exit.hpp"
#include "task/files.hpp"
#include "task/namespace.hpp"
#include "task/pid.hpp"
#include "task/ptrace.hpp"

#include <cstring>

namespace rq {

namespace {

// jobctl (include/linux/sched/jobctl.h)
constexpr u32 JOBCTL_STOP_PENDING = 1u << 17;

bool handler_default(const Context& c, TaskId p, u32 signal) {
    const sighand_struct& h = c.w.sighands[c.w.tasks[p].sighand];
    return !((h.ignored | h.handled) & sig_bit(signal));
}

bool sig_task_ignored(const Context& c, TaskId p, u32 signal, bool force) {
    const sighand_struct& h = c.w.sighands[c.w.tasks[p].sighand];
    bool only_kernel = signal == SIGKILL || signal == SIGSTOP;
    bool is_default = handler_default(c, p, signal);
    bool unkillable = c.w.signals[c.w.tasks[p].signal].flags & SIGNAL_UNKILLABLE;
    if (unkillable && is_default && !(force && only_kernel)) return true;
    if (c.w.tasks[p].flags & PF_KTHREAD) return !force;
    if (h.ignored & sig_bit(signal)) return true;
    return is_default && (SIG_KERNEL_IGNORE & sig_bit(signal));
}

bool sig_ignored(const Context& c, TaskId p, u32 signal, bool force) {
    if (c.w.tasks[p].blocked & sig_bit(signal)) return false;
    if (task_is_traced(c, p) && signal != SIGKILL) return false;
    return sig_task_ignored(c, p, signal, force);
}

template <class F>
void for_each_thread(Context& c, TaskId p, F f) {
    for (TaskId t = c.w.tasks[p].group_leader; t;) {
        TaskId next = c.w.tasks[t].thread_next;
        f(t);
        t = next;
    }
}

void flush_signals(Context& c, TaskId p, u64 mask) {
    c.w.signals[c.w.tasks[p].signal].shared_pending &= ~mask;
    for_each_thread(c, p, [&](TaskId t) { c.w.tasks[t].pending &= ~mask; });
}

/// signal_wake_up(): the task notices soon, wherever it is.
void signal_wake_up(Context& c, TaskId p, bool fatal) {
    c.w.tasks[p].sigpending = 1;
    u32 state = TASK_INTERRUPTIBLE;
    if (fatal) state |= TASK_WAKEKILL | __TASK_TRACED;
    if (try_to_wake_up(c, p, state, 0)) return;
    const task_struct& t = c.w.tasks[p];
    bool interrupted = c.w.rqs[t.cpu.raw].in_irq;
    if (t.on_cpu && (t.cpu.raw != c.here || interrupted)) {  // kick_process()
        resched_curr(c, t.cpu, Rule::none, {});
    }
}

void wake_stopped(Context& c, TaskId p) {
    if (c.w.tasks[p].wait_channel == static_cast<u32>(Channel::stopped)) stop_waiting(c, p);
    if (try_to_wake_up(c, p, __TASK_STOPPED, 0)) c.w.tasks[p].sigpending = 1;
}

void begin_continue(Context& c, TaskId p) {
    signal_struct& s = c.w.signals[c.w.tasks[p].signal];
    flush_signals(c, p, SIG_KERNEL_STOP);
    for_each_thread(c, p, [&](TaskId t) {
        c.w.tasks[t].jobctl &= ~JOBCTL_STOP_PENDING;
        wake_stopped(c, t);
    });
    u32 why = 0;
    if (s.flags & SIGNAL_STOP_STOPPED)
        why = SIGNAL_CLD_CONTINUED;
    else if (s.group_stop_count)
        why = SIGNAL_CLD_STOPPED;
    if (!why) return;
    s.flags = (s.flags & SIGNAL_UNKILLABLE) | why | SIGNAL_STOP_CONTINUED;
    s.group_stop_count = 0;
    s.group_exit_code = 0;
}

/// prepare_signal(): stop and continue cancel each other at once; false = it goes nowhere.
bool prepare_signal(Context& c, TaskId p, u32 signal, bool force) {
    const signal_struct& s = c.w.signals[c.w.tasks[p].signal];
    if (s.flags & SIGNAL_GROUP_EXIT) return false;
    if (sig_bit(signal) & SIG_KERNEL_STOP)
        flush_signals(c, p, sig_bit(SIGCONT));
    else if (signal == SIGCONT)
        begin_continue(c, p);
    return !sig_ignored(c, p, signal, force);
}

bool wants_signal(const Context& c, u32 signal, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    if (t.blocked & sig_bit(signal)) return false;
    if (t.flags & PF_EXITING) return false;
    if (signal == SIGKILL) return true;
    if (t.__state & (__TASK_STOPPED | __TASK_TRACED)) return false;
    return t.on_cpu || !t.sigpending;
}

bool sig_fatal(const Context& c, TaskId p, u32 signal) {
    if (sig_bit(signal) & (SIG_KERNEL_IGNORE | SIG_KERNEL_STOP)) return false;
    if (c.w.signals[c.w.tasks[p].signal].flags & SIGNAL_UNKILLABLE && signal != SIGKILL)
        return false;
    return handler_default(c, p, signal);
}

void complete_signal(Context& c, TaskId p, u32 signal, bool group) {
    TaskId t = p;
    if (!wants_signal(c, signal, p)) {
        if (!group) return;
        for (t = c.w.tasks[p].group_leader; t && !wants_signal(c, signal, t);)
            t = c.w.tasks[t].thread_next;
        if (!t) return;
    }
    signal_struct& s = c.w.signals[c.w.tasks[p].signal];
    bool fatal = sig_fatal(c, t, signal) && (signal == SIGKILL || !task_is_traced(c, t));
    if (fatal && !(s.flags & SIGNAL_GROUP_EXIT)) {
        s.flags = (s.flags & SIGNAL_UNKILLABLE) | SIGNAL_GROUP_EXIT;
        s.group_exit_code = static_cast<s32>(signal);
        s.group_stop_count = 0;
        for_each_thread(c, p, [&](TaskId thread) {
            if (c.w.tasks[thread].exit_state) return;
            c.w.tasks[thread].jobctl &= ~JOBCTL_STOP_PENDING;
            c.w.tasks[thread].pending |= sig_bit(SIGKILL);
            signal_wake_up(c, thread, true);
        });
        return;
    }
    signal_wake_up(c, t, signal == SIGKILL);
}

}  // namespace

bool signal_pending(const Context& c, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    if (!t.signal) return false;
    if (t.jobctl & JOBCTL_STOP_PENDING) return true;
    u64 unblocked = (t.pending | c.w.signals[t.signal].shared_pending) & ~t.blocked;
    return unblocked || (t.pending & sig_bit(SIGKILL));
}

void recalc_sigpending(Context& c, TaskId p) { c.w.tasks[p].sigpending = signal_pending(c, p); }

bool fatal_signal_pending(const Context& c, TaskId p) {
    return c.w.tasks[p].pending & sig_bit(SIGKILL);
}

bool signal_pending_state(const Context& c, TaskId p, u32 state) {
    if (!(state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL))) return false;
    if (!signal_pending(c, p)) return false;
    return (state & TASK_INTERRUPTIBLE) || fatal_signal_pending(c, p);
}

bool handler_restarts(const Context& c, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    const sighand_struct& h = c.w.sighands[t.sighand];
    u64 ready = (t.pending | c.w.signals[t.signal].shared_pending) & ~t.blocked & h.handled;
    return !ready || (h.restart & (ready & (~ready + 1)));
}

bool signal_ignored(const Context& c, TaskId p, u32 signal) {
    return sig_task_ignored(c, p, signal, false);
}

void send_signal(Context& c, TaskId p, u32 signal, bool group, TaskId from, bool force) {
    if (!c.w.tasks.alive(p) || !c.w.tasks[p].signal || !c.w.tasks[p].sighand) return;
    (void)from;
    if (!prepare_signal(c, p, signal, force)) return;
    u64& pending =
        group ? c.w.signals[c.w.tasks[p].signal].shared_pending : c.w.tasks[p].pending;
    if (pending & sig_bit(signal)) return;
    pending |= sig_bit(signal);
    emit(c, Ev::signal_generate, c.here, p, signal);
    complete_signal(c, p, signal, group);
}

namespace {

bool may_signal(const Context& c, TaskId from, TaskId to) {
    if (!c.w.tasks[from].cred || !c.w.tasks[to].cred) return true;
    const cred& a = c.w.creds[c.w.tasks[from].cred];
    const cred& b = c.w.creds[c.w.tasks[to].cred];
    return a.cap_effective || a.euid == b.suid || a.euid == b.uid || a.uid == b.suid ||
           a.uid == b.uid;
}

s32 check_kill_permission(const Context& c, TaskId from, TaskId to, u32 signal) {
    if (signal > NSIG_NUMBER) return -EINVAL;
    const task_struct& a = c.w.tasks[from];
    const task_struct& b = c.w.tasks[to];
    if (a.group_leader == b.group_leader) return 0;
    bool session = signal == SIGCONT && a.signal && b.signal &&
                   c.w.signals[a.signal].session == c.w.signals[b.signal].session;
    return session || may_signal(c, from, to) ? 0 : -EPERM;
}

s32 kill_one(Context& c, TaskId from, TaskId to, u32 signal) {
    if (s32 error = check_kill_permission(c, from, to, signal)) return error;
    NsId ns = c.w.tasks[to].pid_ns;
    // An ancestor namespace's process, which has no number in the target's, reaches its init too.
    bool from_above = ns && c.w.tasks[from].signal && !task_pid_nr_ns(c, from, ns);
    if (signal) send_signal(c, to, signal, true, from, from_above);
    return 0;
}

}  // namespace

s32 sys_tgkill(Context& c, TaskId from, s32 tgid, s32 tid, u32 signal) {
    if (tgid <= 0 || tid <= 0) return -EINVAL;
    TaskId to = find_task_by_pid(c, tid);
    if (!to || c.w.tasks[to].exit_state == EXIT_DEAD || c.w.tasks[to].tgid != tgid) return -ESRCH;
    if (s32 error = check_kill_permission(c, from, to, signal)) return error;
    if (signal) send_signal(c, to, signal, false, from);
    return 0;
}

s32 sys_kill(Context& c, TaskId from, s32 pid, u32 signal) {
    if (pid > 0) {
        TaskId to = find_task_by_pid(c, pid);
        return to ? kill_one(c, from, to, signal) : -ESRCH;
    }
    if (pid == INT32_MIN) return -ESRCH;
    s32 group = pid == 0 ? c.w.signals[c.w.tasks[from].signal].pgrp : -pid;
    s32 result = -ESRCH;
    bool done = false;  // kill(-1) is no failure where it was not permitted
    for (u32 slot = 1; slot < c.w.tasks.slot_end(); ++slot) {
        if (!c.w.tasks.live_slot(slot)) continue;
        TaskId to = c.w.tasks.id_of_slot(slot);
        const task_struct& t = c.w.tasks[to];
        if (t.group_leader != to || !t.signal || t.exit_state == EXIT_DEAD) continue;
        if (pid == -1) {
            // Nobody outside the caller's namespace, nor its init.
            NsId ns = c.w.tasks[from].pid_ns;
            s32 seen = ns ? task_pid_nr_ns(c, to, ns) : t.pid;
            if (seen <= 1 || t.group_leader == c.w.tasks[from].group_leader) continue;
        } else if (c.w.signals[t.signal].pgrp != group) {
            continue;
        }
        s32 each = kill_one(c, from, to, signal);
        if (each == 0 || (pid == -1 && each == -EPERM)) done = true;
        if (each != -ESRCH) result = each;
    }
    return done ? 0 : result;
}

s32 sys_pidfd_send_signal(Context& c, TaskId from, s32 pidfd, u32 signal) {
    if (pidfd < 0) return -EBADF;
    TaskId to = pidfd_task(c, from, pidfd);
    NsId ns = c.w.tasks[from].pid_ns;
    // A process that has no number in the caller's namespace is none of its business.
    if (to && ns && !task_pid_nr_ns(c, to, ns)) return -EINVAL;
    return to ? kill_one(c, from, to, signal) : -ESRCH;
}

void zap_other_threads(Context& c, TaskId p) {
    for_each_thread(c, p, [&](TaskId t) {
        if (t == p || c.w.tasks[t].exit_state) return;
        c.w.tasks[t].jobctl &= ~JOBCTL_STOP_PENDING;
        c.w.tasks[t].pending |= sig_bit(SIGKILL);
        signal_wake_up(c, t, true);
    });
}

namespace {

/// next_signal(): SIGKILL first, then faults, then the lowest number; own before shared.
u32 dequeue_signal(Context& c, TaskId p) {
    task_struct& t = c.w.tasks[p];
    signal_struct& s = c.w.signals[t.signal];
    constexpr u64 synchronous = sig_bit(SIGSEGV) | sig_bit(SIGBUS) | sig_bit(SIGILL) |
                                sig_bit(SIGTRAP) | sig_bit(SIGFPE) | sig_bit(SIGSYS);
    u64* sets[] = {&t.pending, &s.shared_pending};
    for (u64* set : sets) {
        u64 ready = *set & ~t.blocked;
        if (!ready) continue;
        if (ready & sig_bit(SIGKILL)) ready = sig_bit(SIGKILL);
        if (ready & synchronous) ready &= synchronous;
        u32 signal = static_cast<u32>(__builtin_ctzll(ready)) + 1;
        *set &= ~sig_bit(signal);
        return signal;
    }
    return 0;
}

/// Begins or joins a group stop; true when the task is to sleep.
void do_signal_stop(Context& c, TaskId p, u32 signal) {
    signal_struct& s = c.w.signals[c.w.tasks[p].signal];
    if (signal) {
        if (!(s.flags & SIGNAL_STOP_STOPPED)) s.group_exit_code = static_cast<s32>(signal);
        s.group_stop_count = 1;
        for_each_thread(c, p, [&](TaskId t) {
            if (t == p || (c.w.tasks[t].flags & PF_EXITING)) return;
            if (c.w.tasks[t].__state & __TASK_STOPPED) return;
            if (c.w.tasks[t].jobctl & JOBCTL_STOP_PENDING) return;
            c.w.tasks[t].jobctl |= JOBCTL_STOP_PENDING;
            ++s.group_stop_count;
            signal_wake_up(c, t, false);
        });
    }
    c.w.tasks[p].jobctl &= ~JOBCTL_STOP_PENDING;
    bool last = s.group_stop_count > 0 && --s.group_stop_count == 0;
    bool notify = last && !(s.flags & SIGNAL_STOP_STOPPED);
    if (last) s.flags = (s.flags & SIGNAL_UNKILLABLE) | SIGNAL_STOP_STOPPED;
    stop_waiting(c, p);
    wait_on(c, p, Channel::stopped, 0, TASK_STOPPED);
    emit(c, Ev::task_state, c.here, p, u32{TASK_STOPPED});
    if (notify) do_notify_parent_cldstop(c, p, false, 5);
}

/// Saves where the program stands and points it at the handler's; 0 = a handler without program.
void enter_handler(Context& c, TaskId p, u32 program) {
    if (!program) return;
    Block frame = c.w.tables.allocate(2 + sizeof(exec_state) / 4);
    task_struct& t = c.w.tasks[p];
    c.w.tables.at(frame, 0) = t.sigframe.begin;
    c.w.tables.at(frame, 1) = t.sigframe.log2;
    std::memcpy(&c.w.tables.at(frame, 2), &t.exec, sizeof t.exec);
    t.sigframe = frame;
    exec_state inner{};
    inner.program = program;
    inner.anchor_ns = t.exec.anchor_ns;
    t.exec = inner;
}

}  // namespace

SignalAction do_signal(Context& c, TaskId p) {
    for (;;) {
        task_struct& t = c.w.tasks[p];
        if (!t.signal) return SignalAction::none;
        signal_struct& s = c.w.signals[t.signal];
        if (s.flags & (SIGNAL_CLD_STOPPED | SIGNAL_CLD_CONTINUED)) {
            s32 why = s.flags & SIGNAL_CLD_CONTINUED ? 6 : 5;
            s.flags &= ~(SIGNAL_CLD_STOPPED | SIGNAL_CLD_CONTINUED);
            do_notify_parent_cldstop(c, p, false, why);
        }
        if ((s.flags & SIGNAL_GROUP_EXIT) || s.group_exec_task) {
            if (s.group_exec_task == p) return SignalAction::none;
            c.w.tasks[p].pending &= ~sig_bit(SIGKILL);
            c.w.tasks[p].flags |= PF_SIGNALED;
            do_group_exit(c, p, s.group_exit_code);
            return SignalAction::exit;
        }
        if (t.jobctl & JOBCTL_STOP_PENDING) {
            do_signal_stop(c, p, 0);
            recalc_sigpending(c, p);
            return SignalAction::stop;
        }
        u32 signal = dequeue_signal(c, p);
        recalc_sigpending(c, p);
        if (!signal) return SignalAction::none;
        const sighand_struct& h = c.w.sighands[t.sighand];
        if (task_is_traced(c, p) && signal != SIGKILL) {
            ptrace_stop(c, p, signal);
            return SignalAction::stop;
        }
        if (h.ignored & sig_bit(signal)) continue;
        if (h.handled & sig_bit(signal)) {
            emit(c, Ev::signal_deliver, c.here, p, signal);
            enter_handler(c, p, c.w.tables.get(h.programs, signal));
            return SignalAction::handler;
        }
        if (SIG_KERNEL_IGNORE & sig_bit(signal)) continue;
        bool only_kernel = signal == SIGKILL || signal == SIGSTOP;
        if ((s.flags & SIGNAL_UNKILLABLE) && !only_kernel) continue;
        if (SIG_KERNEL_STOP & sig_bit(signal)) {
            if (signal != SIGSTOP && is_current_pgrp_orphaned(c, p)) continue;
            emit(c, Ev::signal_deliver, c.here, p, signal);
            do_signal_stop(c, p, signal);
            return SignalAction::stop;
        }
        emit(c, Ev::signal_deliver, c.here, p, signal);
        c.w.tasks[p].flags |= PF_SIGNALED;
        do_group_exit(c, p, static_cast<s32>(signal));
        return SignalAction::exit;
    }
}

namespace {

void wake_parent(Context& c, TaskId parent) {
    wake_up_queue(c, Channel::child, c.w.tasks[parent].signal.raw, ~0u);
}

}  // namespace

bool do_notify_parent(Context& c, TaskId p, s32 signal) {
    TaskId parent = c.w.tasks[p].parent;
    if (!parent || !c.w.tasks[parent].signal) return true;
    bool autoreap = false;
    const sighand_struct& h = c.w.sighands[c.w.tasks[parent].sighand];
    if (signal == static_cast<s32>(SIGCHLD)) {
        bool ignored = h.ignored & sig_bit(SIGCHLD);
        if (ignored || (h.sa_flags_chld & SA_NOCLDWAIT)) {
            autoreap = true;
            if (ignored) signal = 0;
        }
    }
    if (signal > 0 && signal <= static_cast<s32>(NSIG_NUMBER))
        send_signal(c, parent, static_cast<u32>(signal), true, p);
    wake_parent(c, parent);
    return autoreap;
}

void do_notify_parent_cldstop(Context& c, TaskId p, bool for_ptracer, s32 why) {
    TaskId leader = c.w.tasks[p].group_leader;
    TaskId parent = for_ptracer ? c.w.tasks[p].parent : c.w.tasks[leader].real_parent;
    (void)why;
    if (!parent || !c.w.tasks[parent].signal) return;
    const sighand_struct& h = c.w.sighands[c.w.tasks[parent].sighand];
    bool ignored = h.ignored & sig_bit(SIGCHLD);
    if (!ignored && !(h.sa_flags_chld & SA_NOCLDSTOP)) send_signal(c, parent, SIGCHLD, true, p);
    wake_parent(c, parent);
}

namespace {

/// will_become_orphaned_pgrp(): nobody in it has a parent in another group of the session.
bool orphaned(const Context& c, s32 pgrp, TaskId ignored) {
    bool result = true;
    c.w.tasks.for_each([&](TaskId id, const task_struct& t) {
        if (!t.signal || t.group_leader != id || id == ignored) return;
        const signal_struct& s = c.w.signals[t.signal];
        if (s.pgrp != pgrp) return;
        if (t.exit_state && !t.thread_next) return;
        TaskId parent = t.real_parent;
        if (!parent || parent == c.w.g.init || !c.w.tasks[parent].signal) return;
        const signal_struct& of = c.w.signals[c.w.tasks[parent].signal];
        if (of.pgrp != pgrp && of.session == s.session) result = false;
    });
    return result;
}

bool has_stopped_jobs(const Context& c, s32 pgrp) {
    bool result = false;
    c.w.tasks.for_each([&](TaskId id, const task_struct& t) {
        if (!t.signal || t.group_leader != id) return;
        const signal_struct& s = c.w.signals[t.signal];
        if (s.pgrp == pgrp && (s.flags & SIGNAL_STOP_STOPPED)) result = true;
    });
    return result;
}

void signal_pgrp(Context& c, s32 pgrp, u32 signal) {
    for (u32 slot = 1; slot < c.w.tasks.slot_end(); ++slot) {
        if (!c.w.tasks.live_slot(slot)) continue;
        TaskId id = c.w.tasks.id_of_slot(slot);
        const task_struct& t = c.w.tasks[id];
        if (t.signal && t.group_leader == id && c.w.signals[t.signal].pgrp == pgrp)
            send_signal(c, id, signal, true);
    }
}

}  // namespace

void kill_orphaned_pgrp(Context& c, TaskId p, TaskId parent) {
    const task_struct& t = c.w.tasks[p];
    TaskId ignored = parent ? TaskId{} : p;
    TaskId above = parent ? parent : t.real_parent;
    if (!t.signal || !above || !c.w.tasks[above].signal) return;
    const signal_struct& s = c.w.signals[t.signal];
    const signal_struct& of = c.w.signals[c.w.tasks[above].signal];
    if (of.pgrp == s.pgrp || of.session != s.session) return;
    s32 pgrp = s.pgrp;
    if (!has_stopped_jobs(c, pgrp) || !orphaned(c, pgrp, ignored)) return;
    signal_pgrp(c, pgrp, SIGHUP);
    signal_pgrp(c, pgrp, SIGCONT);
}

bool is_current_pgrp_orphaned(const Context& c, TaskId p) {
    return orphaned(c, c.w.signals[c.w.tasks[p].signal].pgrp, {});
}

}  // namespace rq
