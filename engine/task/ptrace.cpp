// Tracing stops by jobctl bits; the tracer is task_struct::parent.
#include "task/ptrace.hpp"

#include "context.hpp"
#include "sched/core.hpp"
#include "sync/wait.hpp"
#include "task/signal.hpp"

namespace rq {

namespace {

/// Marks a traced task in jobctl (Linux: task_struct::ptrace).
constexpr u32 TRACED_BIT = 1u << 31;
/// Marks a task that has traced others.
constexpr u32 TRACER_BIT = 1u << 30;

void unlink_tracee(Context& c, TaskId p) {
    c.w.tasks[p].jobctl &= ~TRACED_BIT;
    c.w.tasks[p].parent = c.w.tasks[p].real_parent;
}

void go_on(Context& c, TaskId p) {
    if (c.w.tasks[p].wait_channel == static_cast<u32>(Channel::traced)) stop_waiting(c, p);
    c.w.tasks[p].exit_code = 0;
    recalc_sigpending(c, p);
    try_to_wake_up(c, p, __TASK_TRACED, 0);
}

}  // namespace

bool task_is_traced(const Context& c, TaskId p) { return c.w.tasks[p].jobctl & TRACED_BIT; }

void ptrace_stop(Context& c, TaskId p, u32 signal) {
    c.w.tasks[p].exit_code = static_cast<s32>(signal);
    stop_waiting(c, p);
    wait_on(c, p, Channel::traced, 0, TASK_TRACED);
    emit(c, Ev::task_state, c.here, p, u32{TASK_TRACED});
    do_notify_parent_cldstop(c, p, true, 4);
}

s32 sys_ptrace(Context& c, TaskId p, u32 request, TaskId target) {
    if (request == PTRACE_OP_TRACEME) {
        if (task_is_traced(c, p)) return -EPERM;
        c.w.tasks[p].jobctl |= TRACED_BIT;
        c.w.tasks[p].parent = c.w.tasks[p].real_parent;
        c.w.tasks[c.w.tasks[p].parent].jobctl |= TRACER_BIT;
        return 0;
    }
    if (!target) return -ESRCH;
    task_struct& t = c.w.tasks[target];
    if (request == PTRACE_OP_ATTACH) {
        if (task_is_traced(c, target) || (t.flags & PF_KTHREAD)) return -EPERM;
        if (t.group_leader == c.w.tasks[p].group_leader) return -EPERM;
        t.jobctl |= TRACED_BIT;
        t.parent = p;
        c.w.tasks[p].jobctl |= TRACER_BIT;
        send_signal(c, target, SIGSTOP, false, p);
        return 0;
    }
    if (!task_is_traced(c, target) || t.parent != p) return -ESRCH;
    if (!(t.__state & __TASK_TRACED)) return -ESRCH;
    if (request == PTRACE_OP_DETACH) unlink_tracee(c, target);
    go_on(c, target);
    return 0;
}

std::vector<TaskId> tracees_of(const Context& c, TaskId tracer) {
    std::vector<TaskId> found;
    if (!(c.w.tasks[tracer].jobctl & TRACER_BIT)) return found;
    c.w.tasks.for_each([&](TaskId id, const task_struct& t) {
        bool own_child = t.real_parent == tracer && t.group_leader == id;
        if (t.parent == tracer && (t.jobctl & TRACED_BIT) && !own_child) found.push_back(id);
    });
    return found;
}

void exit_ptrace(Context& c, TaskId tracer) {
    if (!(c.w.tasks[tracer].jobctl & TRACER_BIT)) return;
    for (u32 slot = 1; slot < c.w.tasks.slot_end(); ++slot) {
        if (!c.w.tasks.live_slot(slot)) continue;
        TaskId p = c.w.tasks.id_of_slot(slot);
        if (c.w.tasks[p].parent != tracer || !task_is_traced(c, p)) continue;
        unlink_tracee(c, p);
        go_on(c, p);
    }
}

}  // namespace rq
