// wait4() and waitid(): the scan over children, after kernel/exit.c of 6.1.
#include "context.hpp"
#include "task/exit.hpp"
#include "task/fork.hpp"
#include "task/ptrace.hpp"
#include "task/uapi.hpp"

namespace rq {

namespace {

bool eligible_pid(const Context& c, TaskId p, TaskId child, s32 pid) {
    const task_struct& t = c.w.tasks[child];
    if (pid > 0) return t.pid == pid;
    if (pid == -1) return true;
    s32 group = c.w.signals[t.signal].pgrp;
    if (pid == 0) return group == c.w.signals[c.w.tasks[p].signal].pgrp;
    return group == -pid;
}

/// eligible_child(): clone children (exit signal not SIGCHLD) only with __WCLONE or __WALL.
bool eligible_child(const Context& c, TaskId p, TaskId child, const WaitOptions& what) {
    if (!eligible_pid(c, p, child, what.pid)) return false;
    if (what.options & __WALL) return true;
    bool clone = c.w.tasks[child].exit_signal != static_cast<s32>(SIGCHLD);
    return clone == ((what.options & __WCLONE) != 0);
}

void add_child_usage(Context& c, TaskId p, TaskId child) {
    signal_struct& own = c.w.signals[c.w.tasks[p].signal];
    const task_struct& t = c.w.tasks[child];
    const signal_struct& s = c.w.signals[t.signal];
    own.cutime_ns += t.utime_ns + s.utime_ns + s.cutime_ns;
    own.cstime_ns += t.stime_ns + s.stime_ns + s.cstime_ns;
    own.cmin_flt += t.min_flt + s.min_flt + s.cmin_flt;
    own.cmaj_flt += t.maj_flt + s.maj_flt + s.cmaj_flt;
}

bool wait_zombie(Context& c, TaskId p, TaskId child, const WaitOptions& what, WaitFound& found) {
    if (!(what.options & WEXITED)) return false;
    const task_struct& t = c.w.tasks[child];
    const signal_struct& s = c.w.signals[t.signal];
    found.pid = t.pid;
    found.task = child;
    found.status = (s.flags & SIGNAL_GROUP_EXIT) ? s.group_exit_code : t.exit_code;
    found.cause = (found.status & 0x7f) == 0 ? 1 : (found.status & 0x80) ? 3 : 2;
    if (what.options & WNOWAIT) return true;
    add_child_usage(c, p, child);
    emit(c, Ev::sched_process_wait, c.here, p, child);
    c.w.tasks[child].exit_state = EXIT_DEAD;
    release_task(c, child);
    return true;
}

bool wait_stopped(Context& c, TaskId child, const WaitOptions& what, WaitFound& found) {
    if (!(what.options & WSTOPPED)) return false;
    signal_struct& s = c.w.signals[c.w.tasks[child].signal];
    if (!(s.flags & SIGNAL_STOP_STOPPED) || !s.group_exit_code) return false;
    found.pid = c.w.tasks[child].pid;
    found.task = child;
    found.status = s.group_exit_code << 8 | 0x7f;
    found.cause = 5;
    if (!(what.options & WNOWAIT)) s.group_exit_code = 0;
    return true;
}

bool wait_continued(Context& c, TaskId child, const WaitOptions& what, WaitFound& found) {
    if (!(what.options & WCONTINUED)) return false;
    signal_struct& s = c.w.signals[c.w.tasks[child].signal];
    if (!(s.flags & SIGNAL_STOP_CONTINUED)) return false;
    found.pid = c.w.tasks[child].pid;
    found.task = child;
    found.status = 0xffff;
    found.cause = 6;
    if (!(what.options & WNOWAIT)) s.flags &= ~SIGNAL_STOP_CONTINUED;
    return true;
}

/// A tracing stop is seen by the tracer without WUNTRACED.
bool wait_traced(Context& c, TaskId child, const WaitOptions& what, WaitFound& found) {
    task_struct& t = c.w.tasks[child];
    if (!(t.__state & __TASK_TRACED) || !t.exit_code) return false;
    found.pid = t.pid;
    found.task = child;
    found.status = t.exit_code << 8 | 0x7f;
    found.cause = 4;
    if (!(what.options & WNOWAIT)) t.exit_code = 0;
    return true;
}

/// One child; true if it was found. `any`: there is something to wait for.
bool consider(Context& c, TaskId p, TaskId child, const WaitOptions& what, WaitFound& found,
              bool& any) {
    if (!eligible_child(c, p, child, what)) return false;
    const task_struct& t = c.w.tasks[child];
    if (t.exit_state == EXIT_DEAD) return false;
    if (t.exit_state == EXIT_ZOMBIE) {
        bool group_gone = !t.thread_next;
        any = any || !group_gone || (what.options & WEXITED);
        if (group_gone) return wait_zombie(c, p, child, what, found);
        return false;
    }
    any = true;
    if (task_is_traced(c, child)) return t.parent == p && wait_traced(c, child, what, found);
    return wait_stopped(c, child, what, found) || wait_continued(c, child, what, found);
}

}  // namespace

s32 wait_scan(Context& c, TaskId p, const WaitOptions& what, WaitFound& found) {
    bool any = false;
    TaskId thread = (what.options & __WNOTHREAD) ? p : c.w.tasks[p].group_leader;
    for (; thread; thread = c.w.tasks[thread].thread_next) {
        for (TaskId child = c.w.tasks[thread].children; child;) {
            TaskId next = c.w.tasks[child].sibling_next;
            if (consider(c, p, child, what, found, any)) return 0;
            child = next;
        }
        for (TaskId tracee : tracees_of(c, thread))
            if (consider(c, p, tracee, what, found, any)) return 0;
        if (what.options & __WNOTHREAD) break;
    }
    return any ? 0 : -ECHILD;
}

}  // namespace rq
