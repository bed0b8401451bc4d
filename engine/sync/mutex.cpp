// Mutexes with and without priority inheritance.
#include "sync/mutex.hpp"

#include "context.hpp"
#include "sched/core.hpp"
#include "sched/syscalls.hpp"
#include "sync/wait.hpp"

namespace rq {

namespace {

/// The priority p should run at: its own or the best of those who wait for its mutexes.
s32 effective_prio(const Context& c, TaskId p) {
    s32 prio = c.w.tasks[p].normal_prio;
    for (u32 i = 1; i < c.w.sync_objects.size(); ++i) {
        const sync_object& o = c.w.sync_objects[i];
        if (!o.pi || o.owner != p || !o.waiters.first) continue;
        s32 best = c.w.tasks[o.waiters.first].prio;
        if (best < MAX_RT_PRIO && best < prio) prio = best;
    }
    return prio;
}

/// rt_mutex_adjust_prio_chain(): the owner, and whoever it waits for in turn.
void adjust_chain(Context& c, TaskId p) {
    for (u32 depth = 0; p && depth < 1024; ++depth) {
        s32 prio = effective_prio(c, p);
        if (prio == c.w.tasks[p].prio) return;
        rt_mutex_setprio(c, p, prio);
        p = c.w.tasks[p].pi_blocked_on_owner;
    }
}

}  // namespace

s32 mutex_trylock(Context& c, TaskId p, u32 object) {
    sync_object& o = c.w.sync_objects[object];
    if (o.owner == p) return -EDEADLK;
    if (o.owner) return -EBUSY;
    o.owner = p;
    return 0;
}

void mutex_wait(Context& c, TaskId p, u32 object) {
    wait_on(c, p, Channel::object, object, TASK_INTERRUPTIBLE);
    const sync_object& o = c.w.sync_objects[object];
    if (!o.pi) return;
    c.w.tasks[p].pi_blocked_on_owner = o.owner;
    adjust_chain(c, o.owner);
}

s32 mutex_unlock(Context& c, TaskId p, u32 object) {
    sync_object& o = c.w.sync_objects[object];
    if (o.owner != p) return -EPERM;
    o.owner = {};
    if (!o.pi) {
        wake_up_queue(c, Channel::object, object, 1);
        return 0;
    }
    TaskId next = o.waiters.first;
    if (!next) return 0;
    stop_waiting(c, next);
    c.w.sync_objects[object].owner = next;
    c.w.tasks[next].pi_blocked_on_owner = {};
    for (TaskId t = c.w.sync_objects[object].waiters.first; t; t = c.w.tasks[t].wait_next)
        c.w.tasks[t].pi_blocked_on_owner = next;
    adjust_chain(c, next);
    try_to_wake_up(c, next, TASK_NORMAL, 0);
    adjust_chain(c, p);
    return 0;
}

void mutex_stop_waiting(Context& c, TaskId p, u32 object) {
    stop_waiting(c, p);
    if (!c.w.sync_objects[object].pi) return;
    c.w.tasks[p].pi_blocked_on_owner = {};
    adjust_chain(c, c.w.sync_objects[object].owner);
}

}  // namespace rq
