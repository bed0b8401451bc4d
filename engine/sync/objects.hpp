// What tasks wait for: wait queues and the named objects of programs. An object is made when it is
// first named; its kind and its name tell it from all others.
#pragma once

#include "base/column.hpp"
#include "ids.hpp"

namespace rq {

/// Tasks that wait for one thing, first come first; linked through task_struct::wait_next.
struct wait_queue {
    TaskId first;
    TaskId last;
};
RQ_STATE_SIZE(wait_queue, 8);

/// What a task waits for (task_struct::wait_channel); wait_object says which.
enum class Channel : u32 {
    none,
    nanosleep,   ///< its sleep timer
    object,      ///< index into World::sync_objects
    pipe_write,  ///< object, a pipe: until there is room
    child,       ///< SignalId: a child's change of state
    vfork,       ///< until the child execs or exits
    pause,       ///< until a signal arrives
    disk,        ///< index into World::page_reads: its page comes from the disk
    stopped,     ///< job control
    traced,      ///< ptrace
    start,       ///< the run's common start
    exec,        ///< until the other threads of an exec have ended
    memory,      ///< until a victim of the OOM killer has given some back
};

enum class SyncKind : u32 { mutex, cond, barrier, semaphore, pipe, suspend, timer, device };

/// A named mutex, condition, barrier, semaphore, pipe, suspend point or rt-app timer.
struct sync_object {
    u32 kind;          ///< SyncKind
    u32 name;          ///< NameId
    u32 next;          ///< next object of the same name, 0 = none
    TaskId owner;      ///< of a mutex; of a timer that belongs to one task
    wait_queue waiters;        ///< mutex, condition, readers of a pipe …
    wait_queue write_waiters;  ///< writers of a pipe
    s64 value;         ///< semaphore: count; barrier: tasks there; pipe: bytes; timer: next instant
    u32 pi;            ///< a mutex that inherits priority
    u32 generation;    ///< barrier: how often it opened
};
RQ_STATE_SIZE(sync_object, 48);

/// Bytes a pipe holds (PIPE_DEF_BUFFERS pages).
inline constexpr s64 PIPE_BYTES = 65536;

}  // namespace rq
