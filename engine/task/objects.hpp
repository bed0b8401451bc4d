// What tasks can share, object by object: clone flags decide. Names as in Linux 6.1. Every count is
// the number of tasks (or objects) that refer to the object; the laws in sim/checkers hold them.
#pragma once

#include "base/blocks.hpp"
#include "ids.hpp"
#include "sync/objects.hpp"

namespace rq {

/// Working directory, root, umask (CLONE_FS).
struct fs_struct {
    u32 users;
    u32 umask;
    u32 cwd;   ///< NameId, 0 = "/"
    u32 root;
};
RQ_STATE_SIZE(fs_struct, 16);

/// Descriptor table (CLONE_FILES): two words for each descriptor, FileId and flags.
struct files_struct {
    u32 count;
    u32 max_fds;
    Block fd;
};
RQ_STATE_SIZE(files_struct, 16);

/// Open file description: what an open() made and fork and dup share.
struct file {
    u64 f_pos;
    u32 f_count;
    u32 name;
    u32 f_flags;
    u32 mapping;  ///< address_space, 0 = none
    u32 object;   ///< of a pipe: sync object; of a pidfd: TaskId of the process
    u32 kind;     ///< 0 file, 1 read end, 2 write end of a pipe, 3 pidfd
};
RQ_STATE_SIZE(file, 32);

/// Signal handlers (CLONE_SIGHAND); bit n - 1 stands for signal n.
struct sighand_struct {
    u32 count;
    u32 sa_flags_chld;  ///< SA_NOCLDWAIT, SA_NOCLDSTOP of SIGCHLD
    u64 ignored;
    u64 handled;
    u64 restart;        ///< SA_RESTART
    Block programs;     ///< ProgramId by signal, 0 = a handler that does nothing
};
RQ_STATE_SIZE(sighand_struct, 40);

// signal_struct::flags (include/linux/sched/signal.h)
inline constexpr u32 SIGNAL_STOP_STOPPED = 0x01;
inline constexpr u32 SIGNAL_STOP_CONTINUED = 0x02;
inline constexpr u32 SIGNAL_GROUP_EXIT = 0x04;
inline constexpr u32 SIGNAL_CLD_STOPPED = 0x10;
inline constexpr u32 SIGNAL_CLD_CONTINUED = 0x20;
inline constexpr u32 SIGNAL_UNKILLABLE = 0x40;

/// A thread group, that is a process.
struct signal_struct {
    u32 sigcnt;             ///< tasks that refer to it
    u32 live;               ///< threads that have not begun to exit
    u32 nr_threads;         ///< threads not yet released
    u32 flags;
    s32 group_exit_code;
    s32 group_stop_count;
    TaskId group_exec_task;
    TaskId leader;
    u64 shared_pending;
    s32 pgrp;               ///< numbers of the initial namespace
    s32 session;
    u32 is_child_subreaper;
    u32 tty;                ///< has a controlling terminal
    wait_queue wait_chldexit;
    u64 utime_ns;           ///< of threads that are gone
    u64 stime_ns;
    u64 cutime_ns;          ///< of children that were waited for
    u64 cstime_ns;
    u64 min_flt;
    u64 maj_flt;
    u64 cmin_flt;
    u64 cmaj_flt;
    u64 nvcsw;
    u64 nivcsw;
    u64 sum_sched_runtime;
    u32 rlimits;            ///< index into World::rlimits (interned)
    s32 oom_score_adj;
    TimerId real_timer;     ///< setitimer(ITIMER_REAL)
    s32 oom_score_adj_min;  ///< as low as it may go without CAP_SYS_RESOURCE
    u64 it_real_incr;
};
RQ_STATE_SIZE(signal_struct, 176);

enum class NsType : u32 { mnt, uts, ipc, pid, net, user, cgroup, time, count_ };

/// A namespace of any type.
struct ns_common {
    u32 count;
    u32 type;          ///< NsType
    u32 inum;          ///< the number in /proc/PID/ns
    NsId parent;       ///< of a pid or user namespace
    NsId user_ns;      ///< its owner
    u32 level;
    TaskId child_reaper;   ///< pid namespace: its init
    s32 last_pid;
    u32 dead;          ///< pid namespace whose init has exited
    s32 owner_uid;     ///< user namespace: its creator
    u32 mapped;        ///< user namespace: uids are mapped
    u32 name;          ///< uts: host name
};
RQ_STATE_SIZE(ns_common, 48);

struct nsproxy {
    u32 count;
    NsId uts_ns;
    NsId ipc_ns;
    NsId mnt_ns;
    NsId pid_ns_for_children;
    NsId net_ns;
    NsId time_ns;
    NsId time_ns_for_children;
    NsId cgroup_ns;
};
RQ_STATE_SIZE(nsproxy, 36);

struct cred {
    u64 cap_effective;
    u64 cap_permitted;
    u32 usage;
    s32 uid;
    s32 euid;
    s32 suid;
    s32 gid;
    NsId user_ns;
};
RQ_STATE_SIZE(cred, 40);

/// Semaphore adjustments undone at exit (CLONE_SYSVSEM): pairs of semaphore and adjustment.
struct sem_undo_list {
    u32 refcnt;
    u32 entries;
    Block list;
};
RQ_STATE_SIZE(sem_undo_list, 16);

/// A process number in a pid namespace below the initial one.
struct upid {
    NsId ns;
    s32 nr;
    u32 next;  ///< the task's number one level up, 0 = none; free list
};
RQ_STATE_SIZE(upid, 12);

/// Who has a process number: the task, and how many groups and sessions are called by it.
struct pid_entry {
    TaskId task;
    u32 uses;
};
RQ_STATE_SIZE(pid_entry, 8);

/// Resource limits that are simulated (soft values; NEVER = RLIM_INFINITY).
struct rlimit_set {
    u64 nproc;
    u64 nice;
    u64 rtprio;
    u64 nofile;
    u64 memlock;
    u64 as;
};
RQ_STATE_SIZE(rlimit_set, 48);

}  // namespace rq
