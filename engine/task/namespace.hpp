// Namespaces and credentials (kernel/nsproxy.c, pid_namespace.c, user_namespace.c, cred.c, 6.1).
#pragma once

#include "ids.hpp"
#include "task/objects.hpp"

namespace rq {

struct Context;

inline constexpr u64 CLONE_NEW_ALL = 0x7e020080;  ///< every CLONE_NEW* flag
inline constexpr u64 CAP_FULL_SET = 0x1ffffffffff;

/// Credentials of a new task: shared with the parent's unless CLONE_NEWUSER makes new ones.
s32 copy_creds(Context& c, u64 flags, TaskId parent, TaskId child);
/// Namespaces of a new task.
s32 copy_namespaces(Context& c, u64 flags, TaskId parent, TaskId child);
void put_cred(Context& c, CredId id);
void put_nsproxy(Context& c, NsproxyId id);
void put_ns(Context& c, NsId id);
/// unshare(): the task gets its own copies of what the flags name. Checks in the kernel's order.
s32 ksys_unshare(Context& c, TaskId p, u64 flags);
/// setns(): the task enters one namespace of another (pid and time: its children do).
s32 sys_setns(Context& c, TaskId p, TaskId target, u64 type);
/// setresuid() of all three: -EPERM unless privileged or the uid is one of its own.
s32 sys_setuid(Context& c, TaskId p, s32 uid);
/// -EPERM when user namespaces are only for the privileged (kernel.unprivileged_userns_clone = 0).
s32 check_userns_allowed(const Context& c, TaskId p, u64 flags);
/// Numbers of a task in the pid namespaces below the initial one. -ENOMEM if one is dead.
s32 alloc_ns_pids(Context& c, TaskId p, NsId ns);
void free_ns_pids(Context& c, TaskId p);
/// The number of p as seen in a pid namespace; 0 if it cannot be seen there.
s32 task_pid_nr_ns(const Context& c, TaskId p, NsId ns);

}  // namespace rq
