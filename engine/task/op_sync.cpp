// Operations that wait for other tasks: mutexes, conditions, barriers, semaphores, pipes.
#include "base/limits.hpp"
#include "context.hpp"
#include "sync/mutex.hpp"
#include "sync/pipe.hpp"
#include "sync/semaphore.hpp"
#include "sync/wait.hpp"
#include "task/fork.hpp"
#include "task/op_parts.hpp"

namespace rq {

namespace {

// Steps of a condition wait, in exec.aux.
constexpr u64 COND_WAITS = 1;
constexpr u64 COND_WANTS_MUTEX = 2;
/// Highest value of a System V semaphore.
constexpr s64 SEMVMX = 32767;

bool woken(const Context& c, TaskId p) {
    return c.w.tasks[p].exec.phase == PHASE_BLOCKED && !in_wait_queue(c, p);
}
bool interrupted(const Context& c, TaskId p) {
    return c.w.tasks[p].exec.phase == PHASE_BLOCKED && in_wait_queue(c, p);
}

OpResult run_lock(Context& c, TaskId p, const Op& op, u32 object) {
    if (op.flags & 1) c.w.sync_objects[object].pi = c.w.g.pi_in_use = 1;
    bool pi = c.w.sync_objects[object].pi;
    if (interrupted(c, p)) {
        mutex_stop_waiting(c, p, object);
        return op_interrupted(c, p, op, true);
    }
    if (pi && woken(c, p) && c.w.sync_objects[object].owner == p) return op_return(c, p, op, 0);
    s32 result = mutex_trylock(c, p, object);
    if (result != -EBUSY) return op_return(c, p, op, result);
    mutex_wait(c, p, object);
    return op_block(c, p);
}

OpResult wait_on_object(Context& c, TaskId p, u32 object) {
    wait_on(c, p, Channel::object, object, TASK_INTERRUPTIBLE);
    return op_block(c, p);
}

/// Waits on a condition and has the mutex again when it is done; without a mutex it just waits.
OpResult run_cond_wait(Context& c, TaskId p, const Op& op) {
    exec_state& e = c.w.tasks[p].exec;
    u32 condition = sync_object_of(c, SyncKind::cond, op.name[0]);
    u32 mutex = op.name[1] ? sync_object_of(c, SyncKind::mutex, op.name[1]) : 0;
    if (interrupted(c, p)) {
        if (e.aux == COND_WAITS) e.aux = COND_WANTS_MUTEX;  // a spurious wakeup, as POSIX allows
        return op_interrupted(c, p, op, true);
    }
    if (e.aux == 0) {
        if (op.code == OpCode::cond_sync) wake_up_queue(c, Channel::object, condition, 1);
        if (mutex) mutex_unlock(c, p, mutex);
        c.w.tasks[p].exec.aux = COND_WAITS;
        return wait_on_object(c, p, condition);
    }
    e.aux = COND_WANTS_MUTEX;
    if (!mutex) return op_return(c, p, op, 0);
    if (c.w.sync_objects[mutex].owner == p) return op_return(c, p, op, 0);
    if (mutex_trylock(c, p, mutex) == 0) return op_return(c, p, op, 0);
    mutex_wait(c, p, mutex);
    return op_block(c, p);
}

OpResult run_barrier(Context& c, TaskId p, const Op& op) {
    exec_state& e = c.w.tasks[p].exec;
    u32 object = sync_object_of(c, SyncKind::barrier, op.name[0]);
    sync_object& o = c.w.sync_objects[object];
    if (interrupted(c, p)) return op_interrupted(c, p, op, true);
    if (e.aux) {
        if (o.generation + 1 != e.aux) return op_return(c, p, op, 0);
        return wait_on_object(c, p, object);
    }
    if (++o.value < op.n[0]) {
        e.aux = u64{o.generation} + 1;
        return wait_on_object(c, p, object);
    }
    o.value = 0;
    ++o.generation;
    wake_up_queue(c, Channel::object, object, ~0u);
    return op_return(c, p, op, 0);
}

/// The name by which a task is resumed: the one written, else its own.
u32 own_name(const Context& c, TaskId p, u32 written) {
    if (written) return written;
    std::string_view comm = task_comm(c, p);
    const std::vector<std::string>& names = c.image.scenario.names;
    for (u32 i = 1; i < names.size(); ++i)
        if (std::string_view(names[i]).substr(0, limits::comm) == comm) return i;
    return 0;
}

OpResult run_suspend(Context& c, TaskId p, const Op& op) {
    if (woken(c, p)) return op_return(c, p, op, 0);
    if (interrupted(c, p)) return op_interrupted(c, p, op, true);
    return wait_on_object(
        c, p, sync_object_of(c, SyncKind::suspend, own_name(c, p, op.name[0])));
}

/// rt-app's own suspend and resume: a condition under a mutex of the same name. Who is resumed
/// finds the mutex taken, for the waker gives it back only after the broadcast.
OpResult run_rtapp_suspend(Context& c, TaskId p, const Op& op) {
    exec_state& e = c.w.tasks[p].exec;
    u32 name = own_name(c, p, op.name[0]);
    u32 mutex = sync_object_of(c, SyncKind::mutex, name);
    u32 condition = sync_object_of(c, SyncKind::suspend, name);
    if (interrupted(c, p)) return op_interrupted(c, p, op, true);
    if (e.aux == COND_WAITS) c.w.tasks[p].exec.aux = COND_WANTS_MUTEX;
    if (mutex_trylock(c, p, mutex) == -EBUSY) {
        mutex_wait(c, p, mutex);
        return op_block(c, p);
    }
    mutex_unlock(c, p, mutex);
    if (c.w.tasks[p].exec.aux) return op_return(c, p, op, 0);
    c.w.tasks[p].exec.aux = COND_WAITS;
    return wait_on_object(c, p, condition);
}

OpResult run_rtapp_resume(Context& c, TaskId p, const Op& op) {
    u32 mutex = sync_object_of(c, SyncKind::mutex, op.name[0]);
    u32 condition = sync_object_of(c, SyncKind::suspend, op.name[0]);
    if (interrupted(c, p)) return op_interrupted(c, p, op, true);
    if (c.w.tasks[p].exec.aux) return op_return(c, p, op, mutex_unlock(c, p, mutex));
    if (mutex_trylock(c, p, mutex) == -EBUSY) {
        mutex_wait(c, p, mutex);
        return op_block(c, p);
    }
    wake_up_queue(c, Channel::object, condition, ~0u);
    exec_state& e = c.w.tasks[p].exec;  // it may be preempted here, and then unlocks
    e.aux = 1;
    e.phase = PHASE_START;
    return OpResult::next;
}

OpResult run_sem_wait(Context& c, TaskId p, const Op& op) {
    u32 object = sync_object_of(c, SyncKind::semaphore, op.name[0]);
    if (interrupted(c, p)) return op_interrupted(c, p, op, true);
    sync_object& o = c.w.sync_objects[object];
    if (o.value == 0) return wait_on_object(c, p, object);
    --o.value;
    return op_return(c, p, op, 0);
}

/// semop(): a negative amount waits until it can be taken; zero waits for zero.
OpResult run_semop(Context& c, TaskId p, const Op& op) {
    u32 object = sync_object_of(c, SyncKind::semaphore, op.name[0]);
    if (interrupted(c, p)) return op_interrupted(c, p, op, false);
    s64 value = c.w.sync_objects[object].value;
    s64 amount = op.n[0];
    bool must_wait = amount == 0 ? value != 0 : value + amount < 0;
    if (must_wait) return wait_on_object(c, p, object);
    if (value + amount > SEMVMX) return op_return(c, p, op, -ERANGE);
    if (amount) sem_add(c, p, object, amount, op.flags & 1);
    return op_return(c, p, op, 0);
}

OpResult run_pipe(Context& c, TaskId p, const Op& op, bool write) {
    exec_state& e = c.w.tasks[p].exec;
    u32 object = sync_object_of(c, SyncKind::pipe, op.name[0]);
    if (interrupted(c, p)) return op_interrupted(c, p, op, true);
    s64 bytes = (op.present & 2) ? op.n[0] : 1;
    if (bytes <= 0) return op_return(c, p, op, 0);
    if (!write) {
        s64 moved = pipe_read(c, object, bytes);
        return moved ? op_return(c, p, op, moved) : wait_on_object(c, p, object);
    }
    s64 done = static_cast<s64>(e.aux);
    done += pipe_write(c, object, bytes - done);
    if (done == bytes) return op_return(c, p, op, done);
    c.w.tasks[p].exec.aux = static_cast<u64>(done);
    wait_on(c, p, Channel::pipe_write, object, TASK_INTERRUPTIBLE);
    return op_block(c, p);
}

bool by_rtapp(const Context& c, TaskId p) {
    return c.w.tasks[p].start_style == STARTED_BY_RTAPP;
}

OpResult wake_waiters(Context& c, TaskId p, const Op& op, SyncKind kind, u32 count) {
    wake_up_queue(c, Channel::object, sync_object_of(c, kind, op.name[0]), count);
    return op_return(c, p, op, 0);
}

}  // namespace

OpResult run_sync_op(Context& c, TaskId p, const Op& op) {
    switch (op.code) {
        case OpCode::lock:
            return run_lock(c, p, op, sync_object_of(c, SyncKind::mutex, op.name[0]));
        case OpCode::unlock:
            return op_return(
                c, p, op, mutex_unlock(c, p, sync_object_of(c, SyncKind::mutex, op.name[0])));
        case OpCode::cond_wait:
        case OpCode::cond_sync: return run_cond_wait(c, p, op);
        case OpCode::cond_signal: return wake_waiters(c, p, op, SyncKind::cond, 1);
        case OpCode::cond_broadcast: return wake_waiters(c, p, op, SyncKind::cond, ~0u);
        case OpCode::barrier: return run_barrier(c, p, op);
        case OpCode::suspend:
            if (by_rtapp(c, p)) return run_rtapp_suspend(c, p, op);
            return run_suspend(c, p, op);
        case OpCode::resume:
            if (by_rtapp(c, p)) return run_rtapp_resume(c, p, op);
            return wake_waiters(c, p, op, SyncKind::suspend, ~0u);
        case OpCode::sem_post:
            sem_add(c, p, sync_object_of(c, SyncKind::semaphore, op.name[0]), 1, false);
            return op_return(c, p, op, 0);
        case OpCode::sem_wait: return run_sem_wait(c, p, op);
        case OpCode::semop: return run_semop(c, p, op);
        case OpCode::semset: {
            u32 object = sync_object_of(c, SyncKind::semaphore, op.name[0]);
            c.w.sync_objects[object].value = op.n[0];
            wake_up_queue(c, Channel::object, object, ~0u);
            return op_return(c, p, op, 0);
        }
        case OpCode::pipe_write: return run_pipe(c, p, op, true);
        case OpCode::pipe_read: return run_pipe(c, p, op, false);
        default: break;
    }
    return op_return(c, p, op, -ENOSYS);
}

}  // namespace rq
