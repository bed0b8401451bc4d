// Mutexes with and without priority inheritance.
#include "sync/mutex.hpp"

#include "context.hpp"
#include "sched/core.hpp"
#include "sched/syscalls.hpp"
#include "sync/wait.hpp"

namespace rq {

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
    rt_mutex_adjust_prio_chain(c, o.owner);
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
    rt_mutex_adjust_prio_chain(c, next);
    try_to_wake_up(c, next, TASK_NORMAL, 0);
    rt_mutex_adjust_prio_chain(c, p);
    return 0;
}

void exit_pi_state_list(Context& c, TaskId p) {
    if (!c.w.g.pi_in_use) return;
    for (u32 object = 1; object < c.w.sync_objects.size(); ++object) {
        const sync_object& o = c.w.sync_objects[object];
        if (o.pi && o.owner == p && o.waiters.first) mutex_unlock(c, p, object);
    }
}

void mutex_stop_waiting(Context& c, TaskId p, u32 object) {
    stop_waiting(c, p);
    if (!c.w.sync_objects[object].pi) return;
    c.w.tasks[p].pi_blocked_on_owner = {};
    rt_mutex_adjust_prio_chain(c, c.w.sync_objects[object].owner);
}

}  // namespace rq
