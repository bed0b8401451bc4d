// Operations on files, directories, identity and limits.
#include "context.hpp"
#include "mm/oom.hpp"
#include "sched/autogroup.hpp"
#include "task/files.hpp"
#include "task/fork.hpp"
#include "task/namespace.hpp"
#include "task/op_parts.hpp"
#include "task/pid.hpp"

#include <cstring>

namespace rq {

namespace {

s64 lseek_of(Context& c, TaskId p, const Op& op) {
    FileId file = fd_file(c, p, fd_of_name(c, p, op.name[0]));
    if (!file) return -EBADF;
    s64 to = static_cast<s64>(c.w.open_files[file].f_pos) + op.n[0];
    if (to < 0) return -EINVAL;
    c.w.open_files[file].f_pos = static_cast<u64>(to);
    return to;
}

/// setpgid(): a group of the process's own, or that of a named one; for itself or a child of it
/// that has not exec'd yet.
s32 setpgid_of(Context& c, TaskId p, const Op& op) {
    TaskId who = op.name[1] ? find_task_named(c, p, op.name[1]) : p;
    if (!who || !c.w.tasks[who].signal) return -ESRCH;
    who = c.w.tasks[who].group_leader;
    bool child = c.w.tasks[who].real_parent == p;
    if (!child && who != c.w.tasks[p].group_leader) return -ESRCH;
    signal_struct& s = c.w.signals[c.w.tasks[who].signal];
    if (child && s.session != c.w.signals[c.w.tasks[p].signal].session) return -EPERM;
    if (child && !(c.w.tasks[who].flags & PF_FORKNOEXEC)) return -EACCES;
    if (s.session == c.w.tasks[who].tgid) return -EPERM;
    s32 group = c.w.tasks[who].tgid;
    if (op.name[0] && c.image.name(op.name[0]) != "own") {
        TaskId other = find_task_named(c, p, op.name[0]);
        if (!other) return -ESRCH;
        const signal_struct& of = c.w.signals[c.w.tasks[other].signal];
        if (of.session != s.session) return -EPERM;
        group = of.pgrp;
    }
    get_pid_use(c, group);
    put_pid_use(c, s.pgrp);
    s.pgrp = group;
    return 0;
}

s32 setsid_of(Context& c, TaskId p) {
    signal_struct& s = c.w.signals[c.w.tasks[p].signal];
    s32 own = c.w.tasks[p].tgid;
    if (s.pgrp == own) return -EPERM;
    get_pid_use(c, own);
    get_pid_use(c, own);
    put_pid_use(c, s.pgrp);
    put_pid_use(c, s.session);
    s.pgrp = s.session = own;
    sched_autogroup_create_attach(c, c.w.tasks[p].group_leader);
    return own;
}

s32 prctl_of(Context& c, TaskId p, const Op& op) {
    switch (op.flags) {
        case 1: c.w.signals[c.w.tasks[p].signal].is_child_subreaper = 1; return 0;
        case 2: c.w.tasks[p].pdeath_signal = static_cast<u32>(op.n[0]); return 0;
        case 3:
            set_task_comm(c, p, c.image.name(op.name[1]));
            emit_rename(c, c.here, p);
            return 0;
        default: return -EINVAL;
    }
}

/// Whom pidfd_open means: itself, its parent, or a process by name or number.
TaskId pidfd_target(const Context& c, TaskId p, u32 name) {
    const std::string& who = c.image.name(name);
    if (who == "self") return c.w.tasks[p].group_leader;
    if (who == "parent") return c.w.tasks[c.w.tasks[p].real_parent].group_leader;
    return find_task_named(c, p, name);
}

s32 setrlimit_of(Context& c, TaskId p, const Op& op) {
    signal_struct& s = c.w.signals[c.w.tasks[p].signal];
    rlimit_set limits = c.w.rlimits[s.rlimits];
    u64* fields[] = {&limits.nproc,  &limits.nice,    &limits.rtprio,
                     &limits.nofile, &limits.memlock, &limits.as};
    if (op.flags >= 6) return -EINVAL;
    *fields[op.flags] = op.n[0] < 0 ? NEVER : static_cast<u64>(op.n[0]);
    for (u32 i = 0; i < c.w.rlimits.size(); ++i)
        if (std::memcmp(&c.w.rlimits[i], &limits, sizeof limits) == 0) {
            s.rlimits = i;
            return 0;
        }
    s.rlimits = c.w.rlimits.push(limits);
    return 0;
}

}  // namespace

OpResult run_file_op(Context& c, TaskId p, const Op& op) {
    s64 result = -ENOSYS;
    switch (op.code) {
        case OpCode::chdir:
            c.w.fs[c.w.tasks[p].fs].cwd = op.name[0];
            result = 0;
            break;
        case OpCode::umask:
            result = c.w.fs[c.w.tasks[p].fs].umask;
            c.w.fs[c.w.tasks[p].fs].umask = static_cast<u32>(op.flags);
            break;
        case OpCode::open: result = fd_open(c, p, op.name[0], op.flags & 1); break;
        case OpCode::close: result = fd_close(c, p, fd_of_name(c, p, op.name[0])); break;
        case OpCode::pidfd_open: {
            TaskId of = pidfd_target(c, p, op.name[0]);
            result = sys_pidfd_open(c, p, of, op.name[0], op.flags & FILE_NONBLOCK);
            break;
        }
        case OpCode::oom_score_adj: result = set_oom_score_adj(c, p, p, op.n[0]); break;
        case OpCode::dup: result = fd_dup(c, p, fd_of_name(c, p, op.name[0])); break;
        case OpCode::lseek: result = lseek_of(c, p, op); break;
        case OpCode::setpgid: result = setpgid_of(c, p, op); break;
        case OpCode::setsid: result = setsid_of(c, p); break;
        case OpCode::prctl: result = prctl_of(c, p, op); break;
        case OpCode::setuid: result = sys_setuid(c, p, static_cast<s32>(op.n[0])); break;
        case OpCode::setrlimit: result = setrlimit_of(c, p, op); break;
        case OpCode::unshare: result = ksys_unshare(c, p, op.flags); break;
        case OpCode::setns: {
            TaskId target = find_task_named(c, p, op.name[0]);
            result = target ? sys_setns(c, p, target, op.flags) : -ESRCH;
            break;
        }
        default: break;
    }
    return op_return(c, p, op, result);
}

}  // namespace rq
