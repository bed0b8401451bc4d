// Semaphores of programs (System V with undo, ipc/sem.c of 6.1; POSIX over a futex) and what
// is to be undone at exit.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;

/// The task's share in its undo list ends; the last one undoes what is left (exit_sem).
void exit_sem(Context& c, TaskId p);
/// Adds to a semaphore's value and wakes who can go on. `undo`: remembers to take it back at exit.
void sem_add(Context& c, TaskId p, u32 object, s64 amount, bool undo);

}  // namespace rq
