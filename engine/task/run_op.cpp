// The processor of simulated programs: control flow, signals on the way back to user mode, and the
// way to the families of operations.
#include "task/run_op.hpp"

#include "base/limits.hpp"
#include "context.hpp"
#include "sync/wait.hpp"
#include "task/exit.hpp"
#include "task/op_parts.hpp"
#include "task/signal.hpp"

#include <cstring>

namespace rq {

namespace {

enum class Family : u8 { time, control, process, memory, sync, sched, file, signal, none };

/// Operations of the task itself: its time, its program, what it waits for, how it is scheduled,
/// and how it stands to other processes.
Family family_of_thread(OpCode code) {
    switch (code) {
        case OpCode::run:
        case OpCode::runtime:
        case OpCode::sleep:
        case OpCode::sleep_until:
        case OpCode::period:
        case OpCode::timer:
        case OpCode::yield:
        case OpCode::pause: return Family::time;
        case OpCode::loop_begin:
        case OpCode::loop_end:
        case OpCode::if_child:
        case OpCode::if_parent:
        case OpCode::nop: return Family::control;
        case OpCode::lock:
        case OpCode::unlock:
        case OpCode::cond_wait:
        case OpCode::cond_signal:
        case OpCode::cond_broadcast:
        case OpCode::cond_sync:
        case OpCode::barrier:
        case OpCode::suspend:
        case OpCode::resume:
        case OpCode::sem_post:
        case OpCode::sem_wait:
        case OpCode::semop:
        case OpCode::semset:
        case OpCode::pipe_write:
        case OpCode::pipe_read: return Family::sync;
        case OpCode::nice:
        case OpCode::setscheduler:
        case OpCode::setattr:
        case OpCode::renice:
        case OpCode::set_mempolicy:
        case OpCode::setgroup:
        case OpCode::setaffinity: return Family::sched;
        case OpCode::pidfd_open:
        case OpCode::oom_score_adj: return Family::file;
        case OpCode::pidfd_send_signal: return Family::signal;
        default: return Family::none;
    }
}

/// Operations on what a process has: children, memory, files, signals; then those of its threads.
Family family_of(OpCode code) {
    switch (code) {
        case OpCode::fork:
        case OpCode::vfork:
        case OpCode::clone:
        case OpCode::clone3:
        case OpCode::waitpid:
        case OpCode::waitid:
        case OpCode::exec:
        case OpCode::exit:
        case OpCode::exit_group:
        case OpCode::wait:
        case OpCode::wait_children: return Family::process;
        case OpCode::touch:
        case OpCode::read:
        case OpCode::write:
        case OpCode::map:
        case OpCode::unmap:
        case OpCode::mem:
        case OpCode::memrun:
        case OpCode::madvise:
        case OpCode::mprotect:
        case OpCode::mlock:
        case OpCode::munlock:
        case OpCode::munmap:
        case OpCode::iorun: return Family::memory;
        case OpCode::chdir:
        case OpCode::umask:
        case OpCode::open:
        case OpCode::close:
        case OpCode::dup:
        case OpCode::lseek:
        case OpCode::setpgid:
        case OpCode::setsid:
        case OpCode::prctl:
        case OpCode::unshare:
        case OpCode::setns:
        case OpCode::setuid:
        case OpCode::setrlimit: return Family::file;
        case OpCode::sigaction:
        case OpCode::sigprocmask:
        case OpCode::kill:
        case OpCode::tgkill:
        case OpCode::setitimer:
        case OpCode::ptrace: return Family::signal;
        default: return family_of_thread(code);
    }
}

/// The handler's program is over: back to where the signal came (rt_sigreturn).
void leave_handler(Context& c, TaskId p) {
    task_struct& t = c.w.tasks[p];
    Block frame = t.sigframe;
    std::memcpy(&t.exec, &c.w.tables.at(frame, 2), sizeof t.exec);
    t.sigframe = Block{c.w.tables.at(frame, 0), c.w.tables.at(frame, 1)};
    c.w.tables.release(frame);
}

void jump(exec_state& e, u32 target) {
    e.pc = target;
    e.phase = PHASE_START;
    e.aux = 0;
}

OpResult run_control_op(Context& c, TaskId p, const Op& op) {
    exec_state& e = c.w.tasks[p].exec;
    switch (op.code) {
        case OpCode::loop_begin:
            if (op.n[0] == 0) {
                jump(e, op.block + 1);
                return OpResult::next;
            }
            RQ_ASSERT(e.loop_depth < limits::loops);
            e.loop_left[e.loop_depth++] = op.n[0] < 0 ? ~0u : static_cast<u32>(op.n[0]);
            break;
        case OpCode::loop_end: {
            u32& left = e.loop_left[e.loop_depth - 1];
            if (left == ~0u || --left > 0) {
                jump(e, op.block + 1);
                return OpResult::next;
            }
            --e.loop_depth;
            break;
        }
        case OpCode::if_child:
        case OpCode::if_parent:
            if ((op.code == OpCode::if_child) != (e.in_child == 1)) {
                jump(e, op.block);
                return OpResult::next;
            }
            break;
        default: break;
    }
    op_done(c, p);
    return OpResult::next;
}

/// A task that stopped for job control goes on with what it was about to do.
bool resume_after_stop(Context& c, TaskId p) {
    u32 channel = c.w.tasks[p].wait_channel;
    if (channel != static_cast<u32>(Channel::stopped) &&
        channel != static_cast<u32>(Channel::traced))
        return false;
    stop_waiting(c, p);
    return true;
}

}  // namespace

const Op* current_op(const Context& c, TaskId p) {
    const exec_state& e = c.w.tasks[p].exec;
    if (e.program == 0) return nullptr;
    u32 at = c.image.program_begin[e.program] + e.pc;
    return at < c.image.program_end[e.program] ? &c.image.ops[at] : nullptr;
}

void op_done(Context& c, TaskId p) {
    exec_state& e = c.w.tasks[p].exec;
    const Op* op = current_op(c, p);
    e.phase = PHASE_START;
    e.work_left_ns = 0;
    if (op && op->code == OpCode::runtime && c.w.g.now - e.aux < static_cast<u64>(op->n[0]))
        return;  // its wall time has not passed: another stretch of work
    e.aux = 0;
    ++e.pc;
}

bool op_supported(OpCode code) { return family_of(code) != Family::none; }

OpResult op_return(Context& c, TaskId p, const Op& op, s64 result) {
    c.w.tasks[p].exec.result = result;
    if (result < 0 || family_of(op.code) != Family::time)
        emit(c, Ev::sys_exit, c.here, p, static_cast<u32>(op.code), result);
    op_done(c, p);
    return OpResult::next;
}

OpResult op_block(Context& c, TaskId p) {
    c.w.tasks[p].exec.phase = PHASE_BLOCKED;
    return OpResult::block;
}

OpResult op_interrupted(Context& c, TaskId p, const Op& op, bool restart) {
    stop_waiting(c, p);
    exec_state& e = c.w.tasks[p].exec;
    e.phase = PHASE_EFFECT;
    // The handler, if one runs, sees the task as it will go on.
    exec_state before = e;
    SignalAction action = do_signal(c, p);
    switch (action) {
        case SignalAction::exit: return OpResult::exit;
        case SignalAction::stop: return OpResult::block;
        case SignalAction::none: return run_op(c, p);
        case SignalAction::handler: break;
    }
    bool entered = c.w.tasks[p].sigframe && c.w.tasks[p].exec.pc == 0 &&
                   std::memcmp(&before, &c.w.tasks[p].exec, sizeof before) != 0;
    if (restart) return entered ? OpResult::next : run_op(c, p);
    if (!entered) return op_return(c, p, op, -EINTR);
    exec_state handler = c.w.tasks[p].exec;
    c.w.tasks[p].exec = before;
    op_return(c, p, op, -EINTR);
    std::memcpy(&c.w.tables.at(c.w.tasks[p].sigframe, 2), &c.w.tasks[p].exec, sizeof before);
    c.w.tasks[p].exec = handler;
    return OpResult::next;
}

OpResult exit_to_user_mode(Context& c, TaskId p) {
    resume_after_stop(c, p);
    for (;;) {  // handlers are set up one upon the other before the first one runs
        SignalAction action = do_signal(c, p);
        if (action == SignalAction::exit) return OpResult::exit;
        if (action == SignalAction::stop) return OpResult::block;
        if (action == SignalAction::none || !c.w.tasks[p].sigpending) return OpResult::next;
    }
}

OpResult run_op(Context& c, TaskId p) {
    if (resume_after_stop(c, p) && c.w.tasks[p].exec.phase == PHASE_BLOCKED)
        c.w.tasks[p].exec.phase = PHASE_EFFECT;
    const Op* op = current_op(c, p);
    if (!op) {
        if (c.w.tasks[p].sigframe) {
            leave_handler(c, p);
            return OpResult::next;
        }
        if (c.w.tasks[p].group_leader == p)
            do_group_exit(c, p, exit_status(0));
        else
            do_exit(c, p, exit_status(0));
        return OpResult::exit;
    }
    switch (family_of(op->code)) {
        case Family::time: return run_time_op(c, p, *op);
        case Family::control: return run_control_op(c, p, *op);
        case Family::process: return run_process_op(c, p, *op);
        case Family::memory: return run_memory_op(c, p, *op);
        case Family::sync: return run_sync_op(c, p, *op);
        case Family::sched: return run_sched_op(c, p, *op);
        case Family::file: return run_file_op(c, p, *op);
        case Family::signal: return run_signal_op(c, p, *op);
        case Family::none: break;
    }
    return op_return(c, p, *op, -ENOSYS);
}

}  // namespace rq
