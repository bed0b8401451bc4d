// Making tasks (kernel/fork.c, 6.1): what clone shares and what it copies, object by object.
#pragma once

#include "ids.hpp"
#include "task/uapi.hpp"

#include <string_view>

namespace rq {

struct Context;

/// What pthread_create asks for.
inline constexpr u64 thread_clone_flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
                                          CLONE_THREAD | CLONE_SYSVSEM;

/// What a new task is to be.
struct TaskCreate {
    TaskId parent;             ///< whose copy it is; null: the CPU's idle task, then init, kthreadd
    u64 flags = SIGCHLD;       ///< CLONE_*; the low byte is the exit signal
    bool clone3 = false;       ///< the low byte is signal (7 bits) and CLONE_NEWTIME
    u32 program = 0;           ///< ProgramId it runs
    u32 pc = 0;
    bool goes_on = false;      ///< it goes on where its parent is, as in C; program is ignored
    bool kernel_thread = false;
    bool limited = false;      ///< kernel.threads-max holds; not for what boots with the scenario
    std::string_view comm;     ///< empty: its parent's
    u32 pidfd_name = 0;        ///< NameId by which operations call the descriptor of CLONE_PIDFD
    u64 anchor_ns = 0;         ///< where its periods count from; 0 = the instant of its making
};

/// copy_process(): makes the task, not yet running; wake_up_new_task() starts it. Null on failure,
/// with the negative errno in `error`: -EINVAL for flags that do not go together, -EAGAIN and
/// -ENOMEM as Linux has them. Emits sched_process_fork.
TaskId create_task(Context& c, const TaskCreate& what, s32* error = nullptr);

/// The parts of a failed or ended task that others may share (used by exit too).
void exit_fs(Context& c, TaskId p);
void exit_files(Context& c, TaskId p);
void put_sighand(Context& c, TaskId p);
void put_signal(Context& c, TaskId p);

/// Names a task as prctl(PR_SET_NAME) does: 15 bytes.
void set_task_comm(Context& c, TaskId p, std::string_view name);
std::string_view task_comm(const Context& c, TaskId p);

/// Makes the objects of the first process (credentials, namespaces); boot's first task calls it.
void init_task_objects(Context& c);

}  // namespace rq
