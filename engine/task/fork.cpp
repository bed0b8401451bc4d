// copy_process(), after kernel/fork.c of 6.1: for each object either one more user of the parent's
// or an own copy. Left out: stacks, registers, audit, perf, io contexts, the freezer.
#include "task/fork.hpp"

#include "base/limits.hpp"
#include "context.hpp"
#include "mm/image.hpp"
#include "mm/memory.hpp"
#include "sched/core.hpp"
#include "task/exit.hpp"
#include "task/files.hpp"
#include "task/namespace.hpp"
#include "task/pid.hpp"
#include "task/signal.hpp"

#include <cstring>

namespace rq {

namespace {

/// The checks at the head of copy_process(), in its order.
s32 check_flags(const Context& c, const TaskCreate& what) {
    u64 flags = what.flags;
    TaskId parent = what.parent;
    if (what.clone3) {
        if (flags & CLONE_DETACHED) return -EINVAL;
        if ((flags & CLONE_SIGHAND) && (flags & CLONE_CLEAR_SIGHAND)) return -EINVAL;
        if ((flags & 0x7f) > NSIG_NUMBER) return -EINVAL;
        if ((flags & (CLONE_THREAD | CLONE_PARENT)) && (flags & 0x7f)) return -EINVAL;
    } else if ((flags & CLONE_PIDFD) && (flags & CLONE_PARENT_SETTID)) {
        return -EINVAL;
    }
    if ((flags & (CLONE_NEWNS | CLONE_FS)) == (CLONE_NEWNS | CLONE_FS)) return -EINVAL;
    if ((flags & (CLONE_NEWUSER | CLONE_FS)) == (CLONE_NEWUSER | CLONE_FS)) return -EINVAL;
    if (s32 error = check_userns_allowed(c, parent, flags)) return error;
    if ((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND)) return -EINVAL;
    if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM)) return -EINVAL;
    const task_struct& t = c.w.tasks[parent];
    if ((flags & CLONE_PARENT) && t.signal &&
        (c.w.signals[t.signal].flags & SIGNAL_UNKILLABLE))
        return -EINVAL;
    if (flags & CLONE_THREAD) {
        if (flags & (CLONE_NEWUSER | CLONE_NEWPID)) return -EINVAL;
        if (t.nsproxy && c.w.nsproxies[t.nsproxy].pid_ns_for_children != t.pid_ns) return -EINVAL;
    }
    if ((flags & (CLONE_VM | CLONE_THREAD)) && t.nsproxy) {
        const nsproxy& ns = c.w.nsproxies[t.nsproxy];
        if (ns.time_ns != ns.time_ns_for_children) return -EINVAL;
    }
    if ((flags & CLONE_PIDFD) && (flags & (CLONE_DETACHED | CLONE_THREAD))) return -EINVAL;
    return 0;
}

/// RLIMIT_NPROC binds those who are not root and have no privileges.
s32 check_nproc(const Context& c, TaskId parent) {
    const task_struct& t = c.w.tasks[parent];
    if (!t.cred || !t.signal) return 0;
    const cred& who = c.w.creds[t.cred];
    u32 set = c.w.signals[t.signal].rlimits;
    u64 limit = set < c.w.rlimits.size() ? c.w.rlimits[set].nproc : NEVER;
    if (limit == NEVER || who.uid == 0 || who.cap_effective) return 0;
    u64 count = 0;
    c.w.tasks.for_each([&](TaskId, const task_struct& other) {
        if (other.cred && c.w.creds[other.cred].uid == who.uid) ++count;
    });
    return count >= limit ? -EAGAIN : 0;
}

void copy_fs(Context& c, u64 flags, TaskId parent, TaskId child) {
    FsId from = c.w.tasks[parent].fs;
    if (from && (flags & CLONE_FS)) {
        ++c.w.fs[from].users;
        c.w.tasks[child].fs = from;
        return;
    }
    FsId id = c.w.fs.create();
    fs_struct fresh{1, 022, 0, 0};
    if (from) {
        fresh = c.w.fs[from];
        fresh.users = 1;
    }
    c.w.fs[id] = fresh;
    c.w.tasks[child].fs = id;
}

void copy_files(Context& c, u64 flags, TaskId parent, TaskId child) {
    FilesId from = c.w.tasks[parent].files;
    if (from && (flags & CLONE_FILES)) {
        ++c.w.files[from].count;
        c.w.tasks[child].files = from;
        return;
    }
    FilesId id = dup_files(c, from);
    c.w.tasks[child].files = id;
}

void copy_sighand(Context& c, u64 flags, TaskId parent, TaskId child) {
    SighandId from = c.w.tasks[parent].sighand;
    if (from && (flags & CLONE_SIGHAND)) {
        ++c.w.sighands[from].count;
        c.w.tasks[child].sighand = from;
        return;
    }
    SighandId id = c.w.sighands.create();
    sighand_struct fresh{};
    if (from) fresh = c.w.sighands[from];
    if (parent == c.w.g.init) fresh = sighand_struct{};  // what init starts has been exec'd
    if (flags & CLONE_CLEAR_SIGHAND) {  // handlers fall back to the default
        fresh = sighand_struct{};
        if (from) fresh.ignored = c.w.sighands[from].ignored;
    }
    fresh.count = 1;
    if (fresh.programs) {
        Block copy = c.w.tables.allocate(fresh.programs.size());
        for (u32 i = 0; i < copy.size(); ++i)
            c.w.tables.at(copy, i) = c.w.tables.at(fresh.programs, i);
        fresh.programs = copy;
    }
    c.w.sighands[id] = fresh;
    c.w.tasks[child].sighand = id;
}

void copy_signal(Context& c, u64 flags, TaskId parent, TaskId child) {
    SignalId from = c.w.tasks[parent].signal;
    if (flags & CLONE_THREAD) {
        c.w.tasks[child].signal = from;
        return;  // counted in attach_thread, when nothing can fail any more
    }
    SignalId id = c.w.signals.create();
    signal_struct& s = c.w.signals[id];
    s.sigcnt = s.live = s.nr_threads = 1;
    s.leader = child;
    if (from) {
        const signal_struct& of = c.w.signals[from];
        s.rlimits = of.rlimits;
        s.oom_score_adj = of.oom_score_adj;
        s.oom_score_adj_min = of.oom_score_adj_min;
        s.pgrp = of.pgrp;
        s.session = of.session;
        s.tty = of.tty;
    }
    c.w.tasks[child].signal = id;
}

void copy_semundo(Context& c, u64 flags, TaskId parent, TaskId child) {
    if (!(flags & CLONE_SYSVSEM)) return;
    if (!c.w.tasks[parent].sysvsem) {
        SemUndoId id = c.w.sem_undos.create();
        c.w.sem_undos[id].refcnt = 1;
        c.w.tasks[parent].sysvsem = id;
    }
    SemUndoId id = c.w.tasks[parent].sysvsem;
    ++c.w.sem_undos[id].refcnt;
    c.w.tasks[child].sysvsem = id;
}

s32 copy_mm(Context& c, u64 flags, TaskId parent, TaskId child, bool kernel_thread) {
    if (kernel_thread) return 0;
    MmId from = c.w.tasks[parent].mm;
    s32 error = 0;
    MmId mm;
    if (from && (flags & CLONE_VM))
        mmget(c, mm = from);
    else if (!from || parent == c.w.g.init)  // what init starts has been exec'd
        mm = mm_alloc(c);
    else
        mm = dup_mm(c, parent, &error);
    c.w.tasks[child].mm = c.w.tasks[child].active_mm = mm;
    return error;
}

void copy_program(Context& c, const TaskCreate& what, TaskId child) {
    exec_state& e = c.w.tasks[child].exec;
    if (what.goes_on) {
        e = c.w.tasks[what.parent].exec;
    } else {
        e = exec_state{};
        e.program = what.program;
        e.pc = what.pc;
        e.anchor_ns = what.anchor_ns;
    }
    e.phase = 0;
    e.work_left_ns = 0;
    e.aux = 0;
    e.wait_status = 0;
    e.result = 0;
    e.in_child = 1;
}

void link_child(Context& c, TaskId parent, TaskId child) {
    task_struct& p = c.w.tasks[parent];
    task_struct& t = c.w.tasks[child];
    t.sibling_prev = p.last_child;
    t.sibling_next = {};
    if (p.last_child)
        c.w.tasks[p.last_child].sibling_next = child;
    else
        p.children = child;
    p.last_child = child;
}

/// Who is whose: thread group, parent, numbers.
s32 attach(Context& c, const TaskCreate& what, TaskId child) {
    u64 flags = what.flags;
    TaskId parent = what.parent;
    s32 nr = alloc_pid(c, child);
    if (nr < 0) return nr;
    NsId pid_ns = c.w.tasks[parent].pid_ns;
    if (c.w.tasks[child].nsproxy)
        pid_ns = c.w.nsproxies[c.w.tasks[child].nsproxy].pid_ns_for_children;
    if (s32 error = alloc_ns_pids(c, child, pid_ns)) {
        free_pid(c, nr);
        return error;
    }
    task_struct& t = c.w.tasks[child];
    const task_struct& p = c.w.tasks[parent];
    t.pid = nr;
    if (flags & CLONE_THREAD) {
        t.tgid = p.tgid;
        t.group_leader = p.group_leader;
        signal_struct& s = c.w.signals[t.signal];
        ++s.sigcnt;
        ++s.live;
        ++s.nr_threads;
        TaskId last = p.group_leader;
        if (c.w.tasks[last].thread_prev) last = c.w.tasks[last].thread_prev;
        t.thread_prev = last;
        c.w.tasks[last].thread_next = child;
        c.w.tasks[t.group_leader].thread_prev = child;  // the leader's points at the last
    } else {
        t.tgid = nr;
        t.group_leader = child;
        signal_struct& s = c.w.signals[t.signal];
        if (nr == 1) {  // init: nothing kills it, and its children reap themselves
            s.flags |= SIGNAL_UNKILLABLE;
            t.flags |= PF_SUPERPRIV;
            c.w.sighands[t.sighand].ignored |= sig_bit(SIGCHLD);
            c.w.namespaces[c.w.g.init_pid_ns].child_reaper = child;
        }
        if (!s.pgrp && !what.kernel_thread) s.pgrp = nr;
        if (!s.session && !what.kernel_thread) s.session = nr;
        get_pid_use(c, s.pgrp);
        get_pid_use(c, s.session);
    }
    if (flags & (CLONE_PARENT | CLONE_THREAD)) {
        t.real_parent = p.real_parent;
        t.exit_signal = (flags & CLONE_THREAD) ? -1 : c.w.tasks[p.group_leader].exit_signal;
    } else {
        t.real_parent = parent;
        t.exit_signal = static_cast<s32>(flags & (what.clone3 ? 0x7f : CSIGNAL));
    }
    t.parent = t.real_parent;
    if (!(flags & CLONE_THREAD)) link_child(c, t.real_parent, child);
    return 0;
}

/// Undoes what was shared or made for a child that cannot be.
void abandon(Context& c, TaskId child, SemUndoId undo) {
    World& w = c.w;
    task_struct& t = w.tasks[child];
    if (t.mm) mmput(c, t.mm);
    if (t.fs) exit_fs(c, child);
    if (t.files) exit_files(c, child);
    if (t.sighand) put_sighand(c, child);
    if (undo) --w.sem_undos[undo].refcnt;
    if (w.tasks[child].nsproxy) put_nsproxy(c, w.tasks[child].nsproxy);
    if (w.tasks[child].cred) put_cred(c, w.tasks[child].cred);
    if (w.tasks[child].se.raw) se_free(c, w.tasks[child].se);
    w.tasks.destroy(child);
}

s32 copy_objects(Context& c, const TaskCreate& what, TaskId child) {
    u64 flags = what.flags & ~CSIGNAL;
    if (what.clone3) flags |= what.flags & CLONE_NEWTIME;
    TaskId parent = what.parent;
    if (s32 error = copy_creds(c, flags, parent, child)) return error;
    if (s32 error = sched_fork(c, parent, child)) return error;
    copy_semundo(c, flags, parent, child);
    copy_files(c, flags, parent, child);
    copy_fs(c, flags, parent, child);
    copy_sighand(c, flags, parent, child);
    if (s32 error = copy_namespaces(c, flags, parent, child)) return error;
    if (s32 error = copy_mm(c, flags, parent, child, what.kernel_thread)) return error;
    copy_signal(c, flags, parent, child);
    return 0;
}

/// What stands in the task_struct itself.
void copy_fields(Context& c, const TaskCreate& what, TaskId child) {
    task_struct& t = c.w.tasks[child];
    t.start_time = c.w.g.now;
    t.ordinal = c.w.g.task_ordinal++;
    bool started_by_init = what.parent == c.w.g.init || what.parent == c.w.rqs[c.here].idle;
    t.flags = what.kernel_thread  ? PF_KTHREAD | PF_FORKNOEXEC | PF_NOFREEZE
              : started_by_init ? PF_RANDOMIZE  // it has been exec'd
                                : PF_RANDOMIZE | PF_FORKNOEXEC;
    t.timer_slack_ns = t.default_timer_slack_ns = 50'000;
    if (!what.parent) return;
    const task_struct& p = c.w.tasks[what.parent];
    t.timer_slack_ns = p.timer_slack_ns;
    if (p.policy == SCHED_FIFO || p.policy == SCHED_RR || p.policy == SCHED_DEADLINE)
        t.timer_slack_ns = 0;  // a real-time task has none, and hands that on as the default
    t.default_timer_slack_ns = t.timer_slack_ns;
    t.blocked = p.blocked;
    t.start_style = p.start_style;
    t.mempolicy = p.mempolicy;
    t.il_prev = p.il_prev;
}

}  // namespace

void set_task_comm(Context& c, TaskId p, std::string_view name) {
    if (c.w.comms.size() < c.w.tasks.slot_end()) c.w.comms.resize(c.w.tasks.slot_end());
    Comm comm{};
    std::size_t count = name.size() < sizeof comm.text - 1 ? name.size() : sizeof comm.text - 1;
    if (count) std::memcpy(comm.text, name.data(), count);
    c.w.comms[p.slot()] = comm;
}

std::string_view task_comm(const Context& c, TaskId p) { return c.w.comms[p.slot()].text; }

TaskId create_task(Context& c, const TaskCreate& asked, s32* error) {
    TaskCreate what = asked;
    if (!what.parent) what.parent = c.w.rqs[c.here].idle;  // init and kthreadd are idle's children
    s32 ignored;
    s32& why = error ? *error : ignored;
    why = 0;
    if (what.parent) why = check_flags(c, what);
    if (!why && what.parent) why = check_nproc(c, what.parent);
    const u32 nr_threads = c.w.tasks.count() - c.w.g.cpus;  // without the idle tasks
    if (!why && what.limited && nr_threads >= c.w.g.max_threads) why = -EAGAIN;
    if (!why && c.w.tasks.count() >= limits::tasks) why = -EAGAIN;
    if (why) return {};
    TaskId child = c.w.tasks.create();
    set_task_comm(c, child, {});
    copy_fields(c, what, child);
    if (!what.parent) {
        set_task_comm(c, child, what.comm);
        c.w.tasks[child].exit_signal = static_cast<s32>(SIGCHLD);
        c.w.tasks[child].group_leader = child;
        return child;
    }
    why = copy_objects(c, what, child);
    if (!why) {
        bool pidfd = what.flags & CLONE_PIDFD;
        why = pidfd && !fd_is_free(c, what.parent) ? -EMFILE : attach(c, what, child);
        if (why && !(what.flags & CLONE_THREAD)) put_signal(c, child);
    }
    if (why) {
        abandon(c, child, c.w.tasks[child].sysvsem);
        return {};
    }
    if (what.comm.empty()) {
        Comm same = c.w.comms[what.parent.slot()];
        c.w.comms[child.slot()] = same;
    } else {
        set_task_comm(c, child, what.comm);
    }
    copy_program(c, what, child);
    bool execed = !what.kernel_thread && !(c.w.tasks[child].flags & PF_FORKNOEXEC);
    if (execed) map_process_image(c, child, c.w.comms[child.slot()].text);
    if (what.flags & CLONE_VFORK) c.w.tasks[child].vfork_parent = what.parent;
    if (what.flags & CLONE_PIDFD) pidfd_create(c, what.parent, child, what.pidfd_name, false);
    ++c.w.g.total_forks;
    emit_fork(c, c.here, what.parent, child);
    return child;
}

}  // namespace rq
