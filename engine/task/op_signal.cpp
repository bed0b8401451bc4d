// Operations on signals: handlers, masks, kill, the interval timer, ptrace.
#include "base/text.hpp"
#include "context.hpp"
#include "sync/timer.hpp"
#include "task/files.hpp"
#include "task/op_parts.hpp"
#include "task/pid.hpp"
#include "task/ptrace.hpp"
#include "task/signal.hpp"

namespace rq {

namespace {

s32 sigaction_of(Context& c, TaskId p, const Op& op) {
    u32 signal = static_cast<u32>(op.flags & 0xff);
    if (signal == SIGKILL || signal == SIGSTOP || signal == 0 || signal > NSIG_NUMBER)
        return -EINVAL;
    u32 action = static_cast<u32>(op.flags >> 8 & 3);
    u32 flags = static_cast<u32>(op.flags >> 32);
    sighand_struct& h = c.w.sighands[c.w.tasks[p].sighand];
    u64 bit = sig_bit(signal);
    h.ignored &= ~bit;
    h.handled &= ~bit;
    h.restart &= ~bit;
    if (action == 1) h.ignored |= bit;
    if (action == 2) h.handled |= bit;
    if (flags & SA_RESTART) h.restart |= bit;
    if (signal == SIGCHLD) h.sa_flags_chld = flags & (SA_NOCLDSTOP | SA_NOCLDWAIT);
    bool has_program = op.present >> 2 & 1;
    if (has_program || h.programs) {
        c.w.tables.ensure(h.programs, NSIG_NUMBER + 1);
        c.w.tables.at(h.programs, signal) = has_program && action == 2 ? op.block + 1 : 0;
    }
    // A signal that is ignored now is no longer pending.
    if (signal_ignored(c, p, signal)) {
        c.w.signals[c.w.tasks[p].signal].shared_pending &= ~bit;
        for (TaskId t = c.w.tasks[p].group_leader; t; t = c.w.tasks[t].thread_next)
            c.w.tasks[t].pending &= ~bit;
    }
    return 0;
}

s32 sigprocmask_of(Context& c, TaskId p, const Op& op) {
    u64 set = op.flags & ~(sig_bit(SIGKILL) | sig_bit(SIGSTOP));
    u64& blocked = c.w.tasks[p].blocked;
    if (op.n[0] == 0)
        blocked |= set;
    else if (op.n[0] == 1)
        blocked &= ~set;
    else
        blocked = set;
    recalc_sigpending(c, p);
    return 0;
}

s32 kill_of(Context& c, TaskId p, const Op& op) {
    const std::string& who = c.image.name(op.name[0]);
    u32 signal = static_cast<u32>(op.flags);
    if (who == "self") return sys_kill(c, p, c.w.tasks[p].tgid, signal);
    if (who == "parent") return sys_kill(c, p, c.w.tasks[c.w.tasks[p].real_parent].tgid, signal);
    if (who == "group") return sys_kill(c, p, 0, signal);
    if (who == "init") return sys_kill(c, p, 1, signal);
    if (who == "all") return sys_kill(c, p, -1, signal);
    if (who[0] == '-') {  // the group of a named process
        TaskId member = find_task_named(c, p, std::string_view(who).substr(1));
        if (!member || !c.w.tasks[member].signal) return -ESRCH;
        return sys_kill(c, p, -c.w.signals[c.w.tasks[member].signal].pgrp, signal);
    }
    if (TaskId to = find_task_named(c, p, op.name[0]))
        return sys_kill(c, p, c.w.tasks[to].tgid, signal);
    return -ESRCH;
}

/// A name or number as the number that a call is made with; who is not there has none.
s32 number_of(const Context& c, TaskId p, std::string_view who, s32 task_struct::* number) {
    s32 written = 0;
    if (parse_decimal(who, written)) return written;
    TaskId named = find_task_named(c, p, who);
    return named ? c.w.tasks[named].*number : no_such_pid;
}

s32 tgkill_of(Context& c, TaskId p, const Op& op) {
    std::string_view who = c.image.name(op.name[0]);
    u32 signal = static_cast<u32>(op.flags);
    std::size_t colon = who.find(':');
    if (colon != who.npos)
        return sys_tgkill(c, p, number_of(c, p, who.substr(0, colon), &task_struct::tgid),
                          number_of(c, p, who.substr(colon + 1), &task_struct::pid), signal);
    TaskId to = find_task_named(c, p, who);
    return to ? sys_tgkill(c, p, c.w.tasks[to].tgid, c.w.tasks[to].pid, signal) : -ESRCH;
}

s32 setitimer_of(Context& c, TaskId p, const Op& op) {
    SignalId id = c.w.tasks[p].signal;
    if (!c.w.signals[id].real_timer) {
        TimerId timer = timer_create(c, TimerKind::itimer_real, c.w.tasks[p].group_leader.raw);
        c.w.signals[id].real_timer = timer;
    }
    TimerId timer = c.w.signals[id].real_timer;
    c.w.signals[id].it_real_incr = static_cast<u64>(op.n[1]);
    if (op.n[0] == 0)
        timer_disarm(c, timer);
    else
        timer_arm(c, timer, CpuId{c.here}, c.w.g.now + static_cast<u64>(op.n[0]), 0);
    return 0;
}

}  // namespace

void it_real_fn(Context& c, TaskId leader) {
    if (!c.w.tasks.alive(leader)) return;
    SignalId id = c.w.tasks[leader].signal;
    if (!id) return;
    send_signal(c, leader, SIGALRM);
    const signal_struct& s = c.w.signals[id];
    if (s.it_real_incr)
        timer_arm(c, s.real_timer, CpuId{c.here}, c.w.g.now + s.it_real_incr, 0);
}

OpResult run_signal_op(Context& c, TaskId p, const Op& op) {
    s64 result = -ENOSYS;
    switch (op.code) {
        case OpCode::sigaction: result = sigaction_of(c, p, op); break;
        case OpCode::sigprocmask: result = sigprocmask_of(c, p, op); break;
        case OpCode::kill: result = kill_of(c, p, op); break;
        case OpCode::tgkill: result = tgkill_of(c, p, op); break;
        case OpCode::pidfd_send_signal: {
            s32 fd = pidfd_of_name(c, p, c.image.name(op.name[0]));
            result = sys_pidfd_send_signal(c, p, fd, static_cast<u32>(op.flags));
            break;
        }
        case OpCode::setitimer: result = setitimer_of(c, p, op); break;
        case OpCode::ptrace: {
            TaskId target = op.name[1] ? find_task_named(c, p, op.name[1]) : TaskId{};
            result = sys_ptrace(c, p, static_cast<u32>(op.flags), target);
            break;
        }
        default: break;
    }
    return op_return(c, p, op, result);
}

}  // namespace rq
