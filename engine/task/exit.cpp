// do_exit(), exit_notify(), release_task(), wait: kernel/exit.c of 6.1. Left out: accounting files,
// core dumps, robust futexes (a mutex of a task that ended stays locked).
#include "task/exit.hpp"

#include "context.hpp"
#include "mm/memory.hpp"
#include "sched/autogroup.hpp"
#include "sched/core.hpp"
#include "sync/mutex.hpp"
#include "sync/semaphore.hpp"
#include "sync/wait.hpp"
#include "task/files.hpp"
#include "task/fork.hpp"
#include "task/namespace.hpp"
#include "task/pid.hpp"
#include "task/ptrace.hpp"
#include "task/signal.hpp"

namespace rq {

void exit_fs(Context& c, TaskId p) {
    FsId id = c.w.tasks[p].fs;
    if (!id) return;
    c.w.tasks[p].fs = {};
    if (--c.w.fs[id].users == 0) c.w.fs.destroy(id);
}

void exit_files(Context& c, TaskId p) {
    FilesId id = c.w.tasks[p].files;
    if (!id) return;
    c.w.tasks[p].files = {};
    files_struct& files = c.w.files[id];
    if (--files.count) return;
    for (u32 i = 0; i + 1 < files.fd.size(); i += 2)
        put_file(c, FileId{c.w.tables.at(files.fd, i)});
    c.w.tables.release(files.fd);
    c.w.files.destroy(id);
}

void put_sighand(Context& c, TaskId p) {
    SighandId id = c.w.tasks[p].sighand;
    if (!id) return;
    c.w.tasks[p].sighand = {};
    sighand_struct& hands = c.w.sighands[id];
    if (--hands.count) return;
    c.w.tables.release(hands.programs);
    c.w.sighands.destroy(id);
}

void put_signal(Context& c, TaskId p) {
    SignalId id = c.w.tasks[p].signal;
    if (!id) return;
    c.w.tasks[p].signal = {};
    if (--c.w.signals[id].sigcnt) return;
    if (c.w.signals[id].real_timer) timer_destroy(c, c.w.signals[id].real_timer);
    c.w.signals.destroy(id);
}

void complete_vfork_done(Context& c, TaskId child) {
    TaskId parent = c.w.tasks[child].vfork_parent;
    if (!parent) return;
    c.w.tasks[child].vfork_parent = {};
    if (!c.w.tasks.alive(parent)) return;
    const task_struct& t = c.w.tasks[parent];
    if (t.wait_channel != static_cast<u32>(Channel::vfork) || t.wait_object != child.raw) return;
    stop_waiting(c, parent);
    try_to_wake_up(c, parent, TASK_NORMAL | TASK_WAKEKILL, 0);
}

void exit_mm(Context& c, TaskId p) {
    complete_vfork_done(c, p);
    MmId mm = c.w.tasks[p].mm;
    if (!mm) return;
    c.w.tasks[p].mm = {};
    c.w.tasks[p].active_mm = {};
    mmput(c, mm);
}

namespace {

void unlink_child(Context& c, TaskId child) {
    task_struct& t = c.w.tasks[child];
    task_struct& p = c.w.tasks[t.real_parent];
    if (t.sibling_prev)
        c.w.tasks[t.sibling_prev].sibling_next = t.sibling_next;
    else
        p.children = t.sibling_next;
    if (t.sibling_next)
        c.w.tasks[t.sibling_next].sibling_prev = t.sibling_prev;
    else
        p.last_child = t.sibling_prev;
    t.sibling_prev = t.sibling_next = {};
}

void append_child(Context& c, TaskId parent, TaskId child) {
    task_struct& t = c.w.tasks[child];
    task_struct& p = c.w.tasks[parent];
    t.sibling_prev = p.last_child;
    if (p.last_child)
        c.w.tasks[p.last_child].sibling_next = child;
    else
        p.children = child;
    p.last_child = child;
}

TaskId alive_thread(const Context& c, TaskId p) {
    for (TaskId t = c.w.tasks[p].group_leader; t; t = c.w.tasks[t].thread_next)
        if (!(c.w.tasks[t].flags & PF_EXITING)) return t;
    return {};
}

/// find_new_reaper(): another thread, the nearest subreaper, the namespace's init.
TaskId find_new_reaper(const Context& c, TaskId p) {
    if (TaskId t = alive_thread(c, p)) return t;
    const World& w = c.w;
    TaskId reaper = w.g.init;
    NsId ns = w.tasks[p].pid_ns;
    if (ns && w.namespaces[ns].child_reaper) reaper = w.namespaces[ns].child_reaper;
    for (TaskId up = w.tasks[p].real_parent; up && up != reaper; up = w.tasks[up].real_parent) {
        if (!w.tasks[up].signal || w.tasks[up].pid_ns != ns) break;
        if (up == w.g.init) break;
        if (!w.signals[w.tasks[up].signal].is_child_subreaper) continue;
        if (TaskId t = alive_thread(c, up)) return t;
    }
    return reaper;
}

bool thread_group_empty(const Context& c, TaskId p) {
    TaskId leader = c.w.tasks[p].group_leader;
    return p == leader && !c.w.tasks[leader].thread_next;
}

/// A child goes over to its new parent; if it is a zombie already, the new parent is told.
void reparent(Context& c, TaskId child, TaskId reaper, TaskId father) {
    unlink_child(c, child);
    task_struct& t = c.w.tasks[child];
    bool same_group = c.w.tasks[reaper].group_leader == c.w.tasks[father].group_leader;
    t.real_parent = reaper;
    if (t.parent == father) t.parent = reaper;
    append_child(c, reaper, child);
    for (TaskId thread = child; thread; thread = c.w.tasks[thread].thread_next) {
        task_struct& each = c.w.tasks[thread];
        each.real_parent = reaper;
        if (each.parent == father) each.parent = reaper;
        if (each.pdeath_signal) send_signal(c, thread, each.pdeath_signal, true);
    }
    if (same_group) return;
    c.w.tasks[child].exit_signal = static_cast<s32>(SIGCHLD);
    bool autoreap = false;
    if (c.w.tasks[child].exit_state == EXIT_ZOMBIE && thread_group_empty(c, child))
        autoreap = do_notify_parent(c, child, c.w.tasks[child].exit_signal);
    kill_orphaned_pgrp(c, child, father);
    if (autoreap) release_task(c, child);
}

void forget_original_parent(Context& c, TaskId father) {
    if (!c.w.tasks[father].children) return;
    TaskId reaper = find_new_reaper(c, father);
    if (!reaper || reaper == father) reaper = c.w.g.init;
    while (TaskId child = c.w.tasks[father].children) reparent(c, child, reaper, father);
}

/// find_child_reaper(): another thread of a pid namespace's init reaps from now on; the last one
/// takes everyone in it along (zap_pid_ns_processes).
void hand_on_reaping(Context& c, TaskId p) {
    NsId ns = c.w.tasks[p].pid_ns;
    if (!ns || c.w.namespaces[ns].child_reaper != p) return;
    if (TaskId thread = alive_thread(c, p)) {
        c.w.namespaces[ns].child_reaper = thread;
        return;
    }
    if (c.w.namespaces[ns].level == 0) return;
    c.w.namespaces[ns].dead = 1;
    sighand_struct& hands = c.w.sighands[c.w.tasks[p].sighand];
    hands.ignored |= sig_bit(SIGCHLD);  // its children reap themselves
    hands.handled &= ~sig_bit(SIGCHLD);
    u32 end = c.w.tasks.slot_end();
    for (u32 slot = 1; slot < end; ++slot) {
        if (!c.w.tasks.live_slot(slot)) continue;
        TaskId other = c.w.tasks.id_of_slot(slot);
        if (c.w.tasks[other].group_leader == c.w.tasks[p].group_leader) continue;
        if (!c.w.tasks[other].signal || !task_pid_nr_ns(c, other, ns)) continue;
        send_signal(c, other, SIGKILL, false, {}, true);
    }
    c.w.namespaces[ns].child_reaper = c.w.g.init;
}

void exit_notify(Context& c, TaskId p, bool group_dead) {
    hand_on_reaping(c, p);
    forget_original_parent(c, p);
    task_struct& t = c.w.tasks[p];
    if (group_dead) kill_orphaned_pgrp(c, t.group_leader, {});
    t.exit_state = EXIT_ZOMBIE;
    bool autoreap = true;
    if (t.group_leader == p)
        autoreap = thread_group_empty(c, p) && do_notify_parent(c, p, t.exit_signal);
    if (autoreap) c.w.tasks[p].exit_state = EXIT_DEAD;
    TaskId execer = c.w.signals[c.w.tasks[p].signal].group_exec_task;
    if (execer && execer != p && c.w.signals[c.w.tasks[p].signal].live == 1)
        try_to_wake_up(c, execer, TASK_KILLABLE, 0);
    if (autoreap) release_task(c, p);
}

void account_exit(Context& c, TaskId p) {
    task_struct& t = c.w.tasks[p];
    signal_struct& s = c.w.signals[t.signal];
    s.utime_ns += t.utime_ns;
    s.stime_ns += t.stime_ns;
    s.min_flt += t.min_flt;
    s.maj_flt += t.maj_flt;
    s.nvcsw += t.nvcsw;
    s.nivcsw += t.nivcsw;
    s.sum_sched_runtime += c.w.se[t.se.raw].sum_exec_runtime;
}

}  // namespace

void adopt_children(Context& c, TaskId from, TaskId to) {
    while (TaskId child = c.w.tasks[from].children) reparent(c, child, to, from);
}

void do_exit(Context& c, TaskId p, s32 code) {
    stop_waiting(c, p);
    task_struct& t = c.w.tasks[p];
    RQ_ASSERT(!(t.flags & PF_EXITING));
    t.flags |= PF_EXITING | PF_POSTCOREDUMP;
    t.exit_code = code;
    if (t.sleep_timer) {
        timer_destroy(c, t.sleep_timer);
        c.w.tasks[p].sleep_timer = {};
    }
    signal_struct& s = c.w.signals[t.signal];
    bool group_dead = --s.live == 0;
    if (group_dead && !(s.flags & SIGNAL_GROUP_EXIT)) {  // synchronize_group_exit()
        s.flags = (s.flags & SIGNAL_UNKILLABLE) | SIGNAL_GROUP_EXIT;
        s.group_exit_code = code;
        s.group_stop_count = 0;
    }
    if (group_dead && s.real_timer) timer_disarm(c, s.real_timer);
    exit_ptrace(c, p);
    exit_pi_state_list(c, p);
    exit_mm(c, p);
    emit(c, Ev::sched_process_exit, c.here, p, s64{code});
    exit_sem(c, p);
    exit_files(c, p);
    exit_fs(c, p);
    if (NsproxyId ns = c.w.tasks[p].nsproxy) {
        c.w.tasks[p].nsproxy = {};
        put_nsproxy(c, ns);
    }
    c.w.tasks[p].exec.program = 0;
    c.w.tasks[p].__state = TASK_DEAD;
    c.w.tasks[p].flags |= PF_NOFREEZE;  // do_task_dead()
    exit_notify(c, p, group_dead);
}

void do_group_exit(Context& c, TaskId p, s32 code) {
    signal_struct& s = c.w.signals[c.w.tasks[p].signal];
    if (s.flags & SIGNAL_GROUP_EXIT) {
        code = s.group_exit_code;
    } else if (s.group_exec_task) {
        code = 0;
    } else {
        s.group_exit_code = code;
        s.flags = SIGNAL_GROUP_EXIT | (s.flags & SIGNAL_UNKILLABLE);
        zap_other_threads(c, p);
    }
    do_exit(c, p, code);
}

namespace {

void free_task(Context& c, TaskId p) {
    task_struct& t = c.w.tasks[p];
    GroupId group = t.sched_task_group;
    if (t.se.raw) se_free(c, t.se);
    c.w.comms[p.slot()] = Comm{};
    c.w.tasks.destroy(p);
    sched_autogroup_exit(c, group);
}

}  // namespace

void release_task(Context& c, TaskId p) {
    task_struct& t = c.w.tasks[p];
    TaskId leader = t.group_leader;
    bool is_leader = leader == p;
    s32 pid = t.pid;
    signal_struct& s = c.w.signals[t.signal];
    if (!is_leader) account_exit(c, p);
    --s.nr_threads;
    free_ns_pids(c, p);
    free_pid(c, pid);
    if (is_leader) {
        put_pid_use(c, s.pgrp);
        put_pid_use(c, s.session);
        unlink_child(c, p);
    } else {
        TaskId next = t.thread_next;
        TaskId prev = t.thread_prev;
        c.w.tasks[prev].thread_next = next;
        if (next)
            c.w.tasks[next].thread_prev = prev;
        else
            c.w.tasks[leader].thread_prev = prev == leader ? TaskId{} : prev;
    }
    put_sighand(c, p);
    put_signal(c, p);
    if (CredId id = c.w.tasks[p].cred) {
        c.w.tasks[p].cred = {};
        put_cred(c, id);
    }
    c.w.tasks[p].exit_state = EXIT_DEAD;
    emit(c, Ev::sched_process_free, c.here, p);
    // The last thread of a process whose leader ended before: now the leader may be reaped.
    if (!is_leader && c.w.tasks[leader].exit_state == EXIT_ZOMBIE &&
        thread_group_empty(c, leader) &&
        do_notify_parent(c, leader, c.w.tasks[leader].exit_signal)) {
        release_task(c, leader);
    }
    if (!c.w.tasks[p].on_cpu) free_task(c, p);
}

void task_off_cpu(Context& c, TaskId p) {
    if (c.w.tasks[p].exit_state == EXIT_DEAD) free_task(c, p);
}

}  // namespace rq
