// The outermost layer of the scheduling system calls.
#include "sched/syscall_abi.hpp"

#include "context.hpp"
#include "sched/core.hpp"
#include "task/pid.hpp"

namespace rq {

namespace {

constexpr u32 page_size = 4096;

/// find_process_by_pid(): 0 is the caller itself.
TaskId find_process(const Context& c, TaskId caller, s32 pid) {
    if (pid == 0) return caller;
    return pid < 0 ? TaskId{} : find_task_by_pid(c, pid);
}

bool fair_policy(s32 policy) {
    return policy == SCHED_NORMAL || policy == SCHED_BATCH || policy == SCHED_IDLE;
}
bool rt_policy(s32 policy) { return policy == SCHED_FIFO || policy == SCHED_RR; }

/// Bytes of the kernel's masks: one bit for each possible CPU, in whole words.
u32 mask_bytes(const Context& c) { return (c.w.g.cpus + 63) / 64 * 8; }

/// Calls f(task) for each task that `which` and `who` name; false for an unknown `which`.
template <class F>
bool for_each_named(const Context& c, TaskId caller, s32 which, s32 who, F f) {
    const World& w = c.w;
    if (which == prio_process) {
        if (TaskId p = find_process(c, caller, who)) f(p);
    } else if (which == prio_pgrp) {
        s32 group = who ? who : w.signals[w.tasks[caller].signal].pgrp;
        w.tasks.for_each([&](TaskId id, const task_struct& t) {
            if (t.signal && w.signals[t.signal].pgrp == group) f(id);
        });
    } else if (which == prio_user) {
        s32 user = who ? who : w.creds[w.tasks[caller].cred].uid;
        w.tasks.for_each([&](TaskId id, const task_struct& t) {
            if (t.cred && w.creds[t.cred].uid == user && t.pid) f(id);
        });
    } else {
        return false;
    }
    return true;
}

}  // namespace

s64 sys_sched_setscheduler(Context& c, TaskId caller, s32 pid, s32 policy,
                           UserPointer<const s32> priority) {
    if (policy < 0) return -EINVAL;
    if (priority.null() || pid < 0) return -EINVAL;
    if (priority.bad) return -EFAULT;
    TaskId p = find_process(c, caller, pid);
    if (!p) return -ESRCH;
    return sched_setscheduler(c, caller, p, static_cast<u32>(policy),
                              static_cast<u32>(*priority.at));
}

s64 sys_sched_setparam(Context& c, TaskId caller, s32 pid, UserPointer<const s32> priority) {
    if (priority.null() || pid < 0) return -EINVAL;
    if (priority.bad) return -EFAULT;
    TaskId p = find_process(c, caller, pid);
    if (!p) return -ESRCH;
    return sched_setparam(c, caller, p, static_cast<u32>(*priority.at));
}

s64 sys_sched_getscheduler(const Context& c, TaskId caller, s32 pid) {
    if (pid < 0) return -EINVAL;
    TaskId p = find_process(c, caller, pid);
    if (!p) return -ESRCH;
    const task_struct& t = c.w.tasks[p];
    return t.policy | (t.sched_reset_on_fork ? 0x40000000 : 0);
}

s64 sys_sched_getparam(const Context& c, TaskId caller, s32 pid, UserPointer<s32> priority) {
    if (priority.null() || pid < 0) return -EINVAL;
    TaskId p = find_process(c, caller, pid);
    if (!p) return -ESRCH;
    if (priority.bad) return -EFAULT;
    const task_struct& t = c.w.tasks[p];
    *priority.at = rt_policy(t.policy) ? static_cast<s32>(t.rt_priority) : 0;
    return 0;
}

s64 sys_sched_setattr(Context& c, TaskId caller, s32 pid, UserPointer<const sched_attr> attr,
                      u32 size, u32 flags) {
    if (attr.null() || pid < 0 || flags) return -EINVAL;
    if (attr.bad) return -EFAULT;
    if (!size) size = SCHED_ATTR_SIZE_VER0;
    if (size < SCHED_ATTR_SIZE_VER0 || size > page_size) return -E2BIG;
    if ((attr.at->sched_flags & SCHED_FLAG_UTIL_CLAMP) && size < SCHED_ATTR_SIZE_VER1)
        return -EINVAL;
    if (static_cast<s32>(attr.at->sched_policy) < 0) return -EINVAL;
    TaskId p = find_process(c, caller, pid);
    if (!p) return -ESRCH;
    return sched_setattr(c, caller, p, *attr.at);
}

s64 sys_sched_getattr(const Context& c, TaskId caller, s32 pid, UserPointer<sched_attr> attr,
                      u32 size, u32 flags) {
    if (attr.null() || pid < 0 || flags) return -EINVAL;
    if (size > page_size || size < SCHED_ATTR_SIZE_VER0) return -EINVAL;
    TaskId p = find_process(c, caller, pid);
    if (!p) return -ESRCH;
    if (attr.bad) return -EFAULT;
    *attr.at = sched_getattr(c, p);
    return 0;
}

s64 sys_sched_setaffinity(Context& c, TaskId caller, s32 pid, u32 len,
                          UserPointer<const cpumask> mask) {
    if (!mask.at) return -EFAULT;
    u32 bytes = len < mask_bytes(c) ? len : mask_bytes(c);
    cpumask wanted{};
    for (u32 cpu = 0; cpu < bytes * 8; ++cpu)
        if (mask.at->test(cpu)) wanted.set(cpu);
    TaskId p = find_process(c, caller, pid);
    if (!p) return -ESRCH;
    return sched_setaffinity(c, caller, p, wanted);
}

s64 sys_sched_getaffinity(const Context& c, TaskId caller, s32 pid, u32 len,
                          UserPointer<cpumask> mask) {
    if (len * 8 < c.w.g.cpus || len % 8) return -EINVAL;
    TaskId p = find_process(c, caller, pid);
    if (!p) return -ESRCH;
    if (!mask.at) return -EFAULT;
    *mask.at = sched_getaffinity(c, p);
    return len < mask_bytes(c) ? len : mask_bytes(c);
}

s64 sys_sched_get_priority_max(s32 policy) {
    if (rt_policy(policy)) return MAX_RT_PRIO - 1;
    return fair_policy(policy) || policy == SCHED_DEADLINE ? 0 : -EINVAL;
}

s64 sys_sched_get_priority_min(s32 policy) {
    if (rt_policy(policy)) return 1;
    return fair_policy(policy) || policy == SCHED_DEADLINE ? 0 : -EINVAL;
}

s64 sys_sched_rr_get_interval(const Context& c, TaskId caller, s32 pid, u64& ns) {
    if (pid < 0) return -EINVAL;
    TaskId p = find_process(c, caller, pid);
    if (!p) return -ESRCH;
    ns = sched_rr_get_interval(c, p);
    return 0;
}

s64 sys_setpriority(Context& c, TaskId caller, s32 which, s32 who, s32 nice) {
    nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
    s32 error = -ESRCH;
    bool known = for_each_named(c, caller, which, who, [&](TaskId p) {
        s32 result = set_one_prio(c, caller, p, nice);
        if (result || error == -ESRCH) error = result;
    });
    return known ? error : -EINVAL;
}

s64 sys_getpriority(const Context& c, TaskId caller, s32 which, s32 who) {
    s64 best = -ESRCH;
    bool known = for_each_named(c, caller, which, who, [&](TaskId p) {
        s64 value = 20 - task_nice(c, p);
        if (value > best) best = value;
    });
    return known ? best : -EINVAL;
}

}  // namespace rq
