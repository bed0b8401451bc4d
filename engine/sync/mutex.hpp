// Mutexes as glibc makes them of futexes (kernel/futex, 6.1): an unlock frees the mutex and wakes
// one waiter, which tries again, so that a running task may take it first. A mutex that inherits
// priority (FUTEX_LOCK_PI, kernel/locking/rtmutex.c) is handed over; it
// lends its waiter's priority.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;

/// Takes the mutex if it is free; -EDEADLK if p has it, -EBUSY if another has.
s32 mutex_trylock(Context& c, TaskId p, u32 object);
/// Makes p wait for the mutex (its state is set; the caller blocks).
void mutex_wait(Context& c, TaskId p, u32 object);
/// Frees or hands over the mutex; -EPERM if p does not have it.
s32 mutex_unlock(Context& c, TaskId p, u32 object);
/// p ends: mutexes with priority inheritance that others wait for are theirs. Those that nobody
/// waits for stay locked for ever, as a PI futex does for glibc.
void exit_pi_state_list(Context& c, TaskId p);
/// p no longer waits for the mutex: its owner may lose a lent priority.
void mutex_stop_waiting(Context& c, TaskId p, u32 object);

}  // namespace rq
