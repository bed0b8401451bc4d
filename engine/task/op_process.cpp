// Operations on processes: fork, vfork, clone, exec, exit, wait.
#include "base/text.hpp"
#include "context.hpp"
#include "sched/core.hpp"
#include "sync/wait.hpp"
#include "task/exec.hpp"
#include "task/exit.hpp"
#include "task/files.hpp"
#include "task/fork.hpp"
#include "task/op_parts.hpp"
#include "task/pid.hpp"
#include "task/signal.hpp"

namespace rq {

namespace {

/// Name of the k-th child: with a count written name0, name1 …; empty = its parent's.
std::string child_name(const Context& c, u32 name, bool counted, u64 k) {
    if (!name) return {};
    std::string text = c.image.name(name);
    if (counted) append_u64(text, k);
    return text;
}

struct Born {
    TaskId task;
    s32 error;
};

Born make_child(Context& c, TaskId p, const Op& op, u64 flags, bool has_program,
                const std::string& comm) {
    TaskCreate what;
    what.clone3 = op.code == OpCode::clone3;
    what.parent = p;
    what.limited = true;
    what.flags = flags;
    what.comm = comm;
    what.pidfd_name = op.code == OpCode::fork || op.code == OpCode::vfork ? 0 : op.name[1];
    if (has_program) {
        what.program = op.block + 1;  // 0 is no program
    } else {
        what.goes_on = true;
    }
    Born born{};
    born.task = create_task(c, what, &born.error);
    if (!born.task) return born;
    if (!has_program) ++c.w.tasks[born.task].exec.pc;  // it goes on behind the call
    if (c.w.tasks[p].start_style == STARTED_BY_KLOAD)
        c.w.tasks[born.task].exec.work_left_ns = c.image.cost[Cost::kload_child];
    return born;
}


OpResult run_fork(Context& c, TaskId p, const Op& op) {
    exec_state& e = c.w.tasks[p].exec;
    bool counted = has_argument(op, 1);
    u64 count = counted ? static_cast<u64>(op.n[0]) : 1;
    if (counted && op.n[0] <= 0) return op_return(c, p, op, -EINVAL);
    u64 k = e.aux;
    std::string comm = child_name(c, op.name[0], counted, k);
    Born born = make_child(c, p, op, SIGCHLD, has_argument(op, 0), comm);
    if (!born.task) return op_return(c, p, op, born.error);
    s32 pid = c.w.tasks[born.task].pid;
    c.w.tasks[p].exec.in_child = 0;
    wake_up_new_task(c, born.task);
    if (k + 1 == count) return op_return(c, p, op, pid);
    exec_state& own = c.w.tasks[p].exec;  // one call for each child, each at its own price
    own.result = pid;
    emit(c, Ev::sys_exit, c.here, p, static_cast<u32>(op.code), s64{pid});
    own.aux = k + 1;
    own.phase = PHASE_START;
    return OpResult::next;
}

/// vfork and clone with CLONE_VFORK: the caller sleeps until the child execs or exits.
OpResult wait_for_vfork_done(Context& c, TaskId p, TaskId child) {
    c.w.tasks[p].exec.aux = u64{1} << 32 | static_cast<u32>(c.w.tasks[child].pid);
    wait_on(c, p, Channel::vfork, child.raw, TASK_KILLABLE);
    return op_block(c, p);
}

OpResult run_clone(Context& c, TaskId p, const Op& op, u64 flags, u32 name, bool has_program) {
    exec_state& e = c.w.tasks[p].exec;
    if (e.phase == PHASE_BLOCKED) {
        if (in_wait_queue(c, p)) return op_interrupted(c, p, op, true);
        return op_return(c, p, op, static_cast<s64>(static_cast<u32>(e.aux)));
    }
    if (e.aux) {  // it was stopped or signalled while its child ran
        TaskId child = c.w.tasks[p].children;
        for (; child; child = c.w.tasks[child].sibling_next)
            if (c.w.tasks[child].vfork_parent == p) return wait_for_vfork_done(c, p, child);
        return op_return(c, p, op, static_cast<s64>(static_cast<u32>(e.aux)));
    }
    std::string comm = child_name(c, name, false, 0);
    Born born = make_child(c, p, op, flags, has_program, comm);
    if (!born.task) return op_return(c, p, op, born.error);
    s32 pid = c.w.tasks[born.task].pid;
    c.w.tasks[p].exec.in_child = 0;
    wake_up_new_task(c, born.task);
    if (flags & CLONE_VFORK) return wait_for_vfork_done(c, p, born.task);
    return op_return(c, p, op, pid);
}

/// No child has changed yet. `interrupted`: it was woken, and by something else.
OpResult sleep_for_child(Context& c, TaskId p, const Op& op, bool interrupted) {
    if (interrupted) return op_interrupted(c, p, op, handler_restarts(c, p));
    wait_on(c, p, Channel::child, c.w.tasks[p].signal.raw, TASK_INTERRUPTIBLE);
    return op_block(c, p);
}

/// wait4 for one child; `all`: again until none is left.
OpResult run_wait(Context& c, TaskId p, const Op& op, bool all) {
    bool interrupted = c.w.tasks[p].exec.phase == PHASE_BLOCKED && in_wait_queue(c, p);
    stop_waiting(c, p);
    for (;;) {
        WaitFound found;
        s32 error = wait_scan(c, p, WaitOptions{}, found);
        if (error) return op_return(c, p, op, all ? 0 : error);
        if (found.pid) c.w.tasks[p].exec.wait_status = found.status;
        if (found.pid && !all) return op_return(c, p, op, found.pid);
        if (!found.pid) break;
    }
    return sleep_for_child(c, p, op, interrupted);
}

/// Whom waitpid means; false when there is nobody of that name.
bool wait_target(const Context& c, TaskId p, const Op& op, s32& pid) {
    pid = -1;
    if (!has_argument(op, 0)) return true;
    const std::string& text = c.image.name(op.name[0]);
    if (text == "any") return true;
    if (text == "group") {
        pid = 0;
        return true;
    }
    if (parse_decimal(text, pid)) return true;
    if (text[0] == '-') {  // the group of a named process
        TaskId member = find_task_named(c, p, std::string_view(text).substr(1));
        if (member) pid = -c.w.signals[c.w.tasks[member].signal].pgrp;
        return static_cast<bool>(member);
    }
    TaskId target = find_task_named(c, p, op.name[0]);
    if (target) pid = c.w.tasks[target].pid;
    return static_cast<bool>(target);
}

OpResult run_waitpid(Context& c, TaskId p, const Op& op) {
    bool interrupted = c.w.tasks[p].exec.phase == PHASE_BLOCKED && in_wait_queue(c, p);
    stop_waiting(c, p);
    constexpr u32 known = WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WALL | __WCLONE;
    u32 options = static_cast<u32>(op.flags);
    if (options & ~known) return op_return(c, p, op, -EINVAL);
    bool bad_pointer = op.flags & (WAIT_BAD_STATUS | WAIT_BAD_RUSAGE);
    WaitOptions what;
    what.options = options | WEXITED;
    if (!wait_target(c, p, op, what.pid)) return op_return(c, p, op, -ECHILD);
    if (what.pid == INT32_MIN) return op_return(c, p, op, -ESRCH);
    WaitFound found;
    if (s32 error = wait_scan(c, p, what, found)) return op_return(c, p, op, error);
    if (found.pid || (options & WNOHANG)) {
        // The child is reaped before the kernel finds that it cannot write about it.
        if (found.pid && bad_pointer) return op_return(c, p, op, -EFAULT);
        c.w.tasks[p].exec.wait_status = found.status;
        return op_return(c, p, op, found.pid);
    }
    return sleep_for_child(c, p, op, interrupted);
}

/// waitid(P_PIDFD): the process behind the descriptor; on a non-blocking one it does not sleep.
s32 waitid_pidfd(const Context& c, TaskId p, std::string_view who, WaitOptions& what) {
    if (!who.empty() && who[0] == '-') return -EINVAL;
    s32 fd = pidfd_of_name(c, p, who);
    if (fd < 0) return fd;
    TaskId of = pidfd_task(c, p, fd);
    what.pid = of ? c.w.tasks[of].pid : no_such_pid;
    what.nonblock = c.w.open_files[fd_file(c, p, fd)].f_flags & FILE_NONBLOCK;
    return 0;
}

/// kernel_waitid_prepare(): whom it is about, or why not.
s32 waitid_target(const Context& c, TaskId p, const Op& op, WaitOptions& what) {
    constexpr u32 known = WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | __WNOTHREAD |
                          __WALL | __WCLONE;
    what.options = static_cast<u32>(op.flags);
    if (what.options & ~known) return -EINVAL;
    if (!(what.options & (WEXITED | WSTOPPED | WCONTINUED))) return -EINVAL;
    std::string_view who = c.image.name(op.name[1]);
    std::size_t colon = who.rfind(':');
    who = colon == std::string_view::npos ? std::string_view{} : who.substr(0, colon);
    s32 number = 0;
    TaskId named;
    if (!parse_decimal(who, number)) {
        named = find_task_named(c, p, who);
        number = named ? c.w.tasks[named].pid : no_such_pid;
    }
    switch (op.flags >> 48) {
        case 0: what.pid = -1; return 0;
        case 1: what.pid = number; return number > 0 ? 0 : -EINVAL;
        case 2:
            if (named) number = c.w.signals[c.w.tasks[named].signal].pgrp;
            if (number < 0) return -EINVAL;
            what.pid = -number;  // 0: the own group
            return 0;
        case 3: return waitid_pidfd(c, p, who, what);
        default: return -EINVAL;
    }
}

OpResult run_waitid(Context& c, TaskId p, const Op& op) {
    bool interrupted = c.w.tasks[p].exec.phase == PHASE_BLOCKED && in_wait_queue(c, p);
    stop_waiting(c, p);
    WaitOptions what;
    // The answer is written whatever came of the call; what was used only about a child.
    bool bad_info = op.flags & WAIT_BAD_STATUS;
    s32 error = waitid_target(c, p, op, what);
    WaitFound found;
    if (!error) error = wait_scan(c, p, what, found);
    if (error) return op_return(c, p, op, bad_info ? -EFAULT : error);
    if (found.pid || (what.options & WNOHANG)) {
        if (bad_info || (found.pid && (op.flags & WAIT_BAD_RUSAGE)))
            return op_return(c, p, op, -EFAULT);
        c.w.tasks[p].exec.wait_status = found.status;
        return op_return(c, p, op, 0);
    }
    if (bad_info && (what.nonblock || interrupted)) return op_return(c, p, op, -EFAULT);
    if (what.nonblock) return op_return(c, p, op, -EAGAIN);
    return sleep_for_child(c, p, op, interrupted);
}

}  // namespace

OpResult run_process_op(Context& c, TaskId p, const Op& op) {
    switch (op.code) {
        case OpCode::fork: return run_fork(c, p, op);
        case OpCode::vfork:
            return run_clone(c, p, op, CLONE_VFORK | CLONE_VM | SIGCHLD, 0, has_argument(op, 0));
        case OpCode::clone:
        case OpCode::clone3:
            return run_clone(c, p, op, op.flags, op.name[1], has_argument(op, 1));
        case OpCode::exec:
            if (in_wait_queue(c, p) && fatal_signal_pending(c, p))
                return op_interrupted(c, p, op, true);
            stop_waiting(c, p);
            if (!de_thread(c, p)) {
                wait_on(c, p, Channel::exec, 0, TASK_KILLABLE);
                return op_block(c, p);
            }
            do_execve(c, p, op);
            return OpResult::next;
        case OpCode::exit: do_exit(c, p, exit_status(static_cast<s32>(op.n[0]))); break;
        case OpCode::exit_group:
            do_group_exit(c, p, exit_status(static_cast<s32>(op.n[0])));
            break;
        case OpCode::waitpid: return run_waitpid(c, p, op);
        case OpCode::waitid: return run_waitid(c, p, op);
        case OpCode::wait: return run_wait(c, p, op, false);
        case OpCode::wait_children: return run_wait(c, p, op, true);
        default: return op_return(c, p, op, -ENOSYS);
    }
    return OpResult::exit;
}

}  // namespace rq
