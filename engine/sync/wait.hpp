// Wait queues (kernel/sched/wait.c, 6.1): who waits for what, in the order in which they came.
#pragma once

#include "ids.hpp"
#include "sync/objects.hpp"

namespace rq {

struct Context;

/// Makes the task the last of a queue and sets its state; the caller returns OpResult::block.
void wait_on(Context& c, TaskId p, Channel channel, u32 object, u32 state);
/// Takes the task out of the queue it waits in, if any, and forgets what it waited for.
void stop_waiting(Context& c, TaskId p);
/// The priority of a task has changed: at a mutex that inherits it takes its new place.
void requeue_pi_waiter(Context& c, TaskId p);
/// Wakes the first `count` waiters in order of arrival; how many were woken. `sync`: the waker is
/// about to sleep (WF_SYNC).
u32 wake_up_queue(Context& c, Channel channel, u32 object, u32 count, bool sync = false);
/// True if the task stands in a queue.
bool in_wait_queue(const Context& c, TaskId p);

/// The object of that kind and name, made when it is first asked for. `owner` is null for what all
/// tasks share.
u32 sync_object_of(Context& c, SyncKind kind, u32 name, TaskId owner = {});
/// The same without making it; 0 if there is none.
u32 find_sync_object(const Context& c, SyncKind kind, u32 name, TaskId owner = {});

}  // namespace rq
