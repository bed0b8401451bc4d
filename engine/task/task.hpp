// What a task is: task_struct as Linux 6.1 names it (include/linux/sched.h), and the state of the
// program it runs. Scheduling entities lie in arrays of their own: the scheduler walks them.
#pragma once

#include "base/blocks.hpp"
#include "base/column.hpp"
#include "ids.hpp"
#include "task/uapi.hpp"

namespace rq {

// __state and exit_state (include/linux/sched.h)
inline constexpr u32 TASK_RUNNING = 0x0000;
inline constexpr u32 TASK_INTERRUPTIBLE = 0x0001;
inline constexpr u32 TASK_UNINTERRUPTIBLE = 0x0002;
inline constexpr u32 __TASK_STOPPED = 0x0004;
inline constexpr u32 __TASK_TRACED = 0x0008;
inline constexpr u32 EXIT_DEAD = 0x0010;
inline constexpr u32 EXIT_ZOMBIE = 0x0020;
inline constexpr u32 TASK_PARKED = 0x0040;
inline constexpr u32 TASK_DEAD = 0x0080;
inline constexpr u32 TASK_WAKEKILL = 0x0100;
inline constexpr u32 TASK_NOLOAD = 0x0400;
inline constexpr u32 TASK_NEW = 0x0800;
inline constexpr u32 TASK_KILLABLE = TASK_WAKEKILL | TASK_UNINTERRUPTIBLE;
inline constexpr u32 TASK_STOPPED = TASK_WAKEKILL | __TASK_STOPPED;
inline constexpr u32 TASK_TRACED = __TASK_TRACED;
inline constexpr u32 TASK_IDLE = TASK_UNINTERRUPTIBLE | TASK_NOLOAD;
inline constexpr u32 TASK_NORMAL = TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE;

// flags
inline constexpr u32 PF_IDLE = 0x00000002;
inline constexpr u32 PF_EXITING = 0x00000004;
inline constexpr u32 PF_POSTCOREDUMP = 0x00000008;
inline constexpr u32 PF_WQ_WORKER = 0x00000020;
inline constexpr u32 PF_FORKNOEXEC = 0x00000040;
inline constexpr u32 PF_SUPERPRIV = 0x00000100;
inline constexpr u32 PF_SIGNALED = 0x00000400;
inline constexpr u32 PF_NOFREEZE = 0x00008000;
inline constexpr u32 PF_KTHREAD = 0x00200000;
inline constexpr u32 PF_RANDOMIZE = 0x00400000;
inline constexpr u32 PF_NO_SETAFFINITY = 0x04000000;

// on_rq
inline constexpr u8 TASK_ON_RQ_QUEUED = 1;
inline constexpr u8 TASK_ON_RQ_MIGRATING = 2;

inline constexpr s32 MAX_RT_PRIO = 100;
inline constexpr s32 DEFAULT_PRIO = 120;
inline constexpr s32 MAX_PRIO = 140;

/// Where a task is in its program. The processor of simulated programs (task/run_op) owns it.
struct exec_state {
    u32 program;        ///< ProgramId; 0 = none (the task exits when it runs next)
    u32 pc;             ///< index of the operation in the program
    u64 work_left_ns;   ///< CPU time the current operation still needs
    u16 phase;          ///< of the current operation: see task/run_op.hpp
    u8 loop_depth;      ///< blocks that are being repeated now
    u8 in_child;        ///< 1 = it is the child of the last fork it knows of
    s32 wait_status;    ///< what the last wait stored, packed as the kernel does
    u32 loop_left[8];   ///< remaining rounds by nesting depth; ~0 = for ever
    s64 result;         ///< what the last system call returned, -errno for a failure
    u64 aux;            ///< of the current operation (deadline of a period, bytes left …)
    u64 period_ns;      ///< last instant of the task's own `period`/`timer`, 0 = not started
    u64 anchor_ns;      ///< where its periods count from, 0 = its start
};
RQ_STATE_SIZE(exec_state, 88);

// start_style: who made the task, if not the native start (sim/rig.hpp). Children inherit
// it. Reports count neither the rig nor kernel threads.
inline constexpr u8 STARTED_BY_RTAPP = 1;  ///< a workload's thread, or a descendant
inline constexpr u8 STARTED_BY_KLOAD = 2;  ///< a workload's process, or a descendant
inline constexpr u8 STARTED_AS_RIG = 3;    ///< the starter itself, the shell that waits for it
inline constexpr u8 STARTED_AS_NOISE = 4;  ///< a kernel thread that runs by the recorded calendar

/// A process or thread. Lists are intrusive: `children`/`sibling` as in Linux, by ids.
struct task_struct {
    // Scheduler: what the hot paths read
    u32 __state;
    u32 flags;
    u8 on_cpu;
    u8 on_rq;
    u8 policy;
    u8 sched_class;      ///< ClassIndex of class.hpp
    u8 sched_reset_on_fork;
    u8 sigpending;       ///< TIF_SIGPENDING: look at signals on the way back to user mode
    u8 start_style;      ///< 0 = native, or STARTED_*
    u8 rt_on_rq;
    s32 prio;
    s32 static_prio;
    s32 normal_prio;
    u32 rt_priority;
    SeId se;
    u32 dl;              ///< index into World::dl_entities, 0 = none
    CpuId cpu;           ///< task_cpu()
    CpuId wake_cpu;
    u32 cpus_mask;       ///< index into World::cpumasks (interned)
    u32 nr_cpus_allowed;
    TaskId rt_next;      ///< run_list of sched_rt_entity
    TaskId rt_prev;
    u32 rt_time_slice_ticks;
    u32 user_cpus_mask;  ///< 6.12: user_cpus_ptr, as cpus_mask; 0 = it asked for none
    GroupId sched_task_group;
    TaskId pi_blocked_on_owner;  ///< owner of the mutex waited for, or null

    // Program
    exec_state exec;

    // Identity
    s32 pid;
    s32 tgid;
    u32 upids;           ///< its numbers in nested pid namespaces (World::upids), 0 = none
    s32 exit_code;       ///< wait status as the kernel packs it
    s32 exit_signal;     ///< -1 for threads
    u32 exit_state;
    u32 ordinal;         ///< how many tasks were made before this one
    u32 jobctl;

    // Relationships
    TaskId real_parent;
    TaskId parent;
    TaskId children;     ///< first child
    TaskId last_child;
    TaskId sibling_next;
    TaskId sibling_prev;
    TaskId group_leader;
    TaskId thread_next;  ///< list of the thread group, leader first
    TaskId thread_prev;
    TaskId vfork_parent; ///< who sleeps until this task execs or exits

    // Shared objects, each counted
    MmId mm;
    MmId active_mm;
    FsId fs;
    FilesId files;
    NsproxyId nsproxy;
    CredId cred;
    SignalId signal;
    SighandId sighand;
    SemUndoId sysvsem;
    NsId pid_ns;         ///< its pid namespace

    // Signals
    u64 blocked;
    u64 pending;

    Block sigframe;      ///< where the program goes on after the signal handler that runs now

    // Waiting
    u32 wait_channel;    ///< kind of thing waited for (sync/wait.hpp), 0 = nothing
    u32 wait_object;     ///< which
    TaskId wait_next;    ///< wait queue links
    TaskId wait_prev;
    TimerId sleep_timer; ///< armed while in a timed sleep

    // Time
    u32 pdeath_signal;
    u64 utime_ns;
    u64 stime_ns;
    u64 start_time;      ///< ns since boot
    u64 nvcsw;
    u64 nivcsw;
    u64 min_flt;
    u64 maj_flt;
    u64 last_queued;     ///< sched_info: when it became runnable without running
    u64 run_delay;       ///< sched_info: total time runnable and not running
    u64 pcount;          ///< sched_info: times it was put on a CPU
    u64 timer_slack_ns;
    CpuId recent_used_cpu; ///< where it ran before its last CPU
    TaskId last_wakee;
    u32 wakee_flips;       ///< how often it woke another task than the time before
    u8 in_iowait;          ///< 1 = it waits for a disk, 2 = and is counted in rq::nr_iowait
    u8 sched_contributes_to_load;  ///< it is counted in an rq::nr_uninterruptible
    u8 mempolicy;          ///< index into World::mempolicies, 0 = none
    u8 il_prev;            ///< node of its last interleaved page
    u64 wakee_flip_decay_ts;
    u64 default_timer_slack_ns;  ///< what it was born with; back when it leaves the RT policies
};
RQ_STATE_SIZE(task_struct, 448);

}  // namespace rq
