// Changing policy, priority, nice and affinity. After kernel/sched/core.c of 6.1.
#include "sched/syscalls.hpp"

#include "context.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"

namespace rq {

namespace {

constexpr u32 reset_on_fork_bit = 0x40000000;

bool fair_policy(u32 policy) {
    return policy == SCHED_NORMAL || policy == SCHED_BATCH || policy == SCHED_IDLE;
}
bool rt_policy(u32 policy) { return policy == SCHED_FIFO || policy == SCHED_RR; }

bool capable(const Context& c, TaskId caller) {
    return !caller || !c.w.tasks[caller].cred ||
           c.w.creds[c.w.tasks[caller].cred].cap_effective != 0;
}

const rlimit_set& rlimits_of(const Context& c, TaskId p) {
    return c.w.rlimits[c.w.signals[c.w.tasks[p].signal].rlimits];
}

/// can_nice(): without privileges only as far as RLIMIT_NICE lets.
bool is_nice_reduction_allowed(const Context& c, TaskId p, s32 nice) {
    return static_cast<u64>(20 - nice) <= rlimits_of(c, p).nice;
}

/// user_check_sched_setscheduler(): what an unprivileged caller may not do.
s32 check_permission(const Context& c, TaskId caller, TaskId p, const sched_attr& attr,
                     u32 policy, bool reset_on_fork) {
    if (capable(c, caller)) return 0;
    const task_struct& t = c.w.tasks[p];
    s32 nice = t.static_prio - DEFAULT_PRIO;
    if (fair_policy(policy) && attr.sched_nice < nice &&
        !is_nice_reduction_allowed(c, p, attr.sched_nice))
        return -EPERM;
    if (rt_policy(policy)) {
        u64 limit = rlimits_of(c, p).rtprio;
        if (policy != t.policy && !limit) return -EPERM;
        if (attr.sched_priority > t.rt_priority && attr.sched_priority > limit) return -EPERM;
    }
    if (policy == SCHED_DEADLINE) return -EPERM;
    if (t.policy == SCHED_IDLE && policy != SCHED_IDLE && !is_nice_reduction_allowed(c, p, nice))
        return -EPERM;
    const cred& own = c.w.creds[c.w.tasks[caller].cred];
    const cred& other = c.w.creds[t.cred];
    if (own.euid != other.euid && own.euid != other.uid) return -EPERM;
    if (t.sched_reset_on_fork && !reset_on_fork) return -EPERM;
    return 0;
}

struct Change {
    sched_attr attr;
    u32 policy;
    bool keep_params;
};

/// __setscheduler_params() and the class that follows; runs while the task is off its queue.
void apply(Context& c, TaskId p, void* data) {
    const Change& change = *static_cast<const Change*>(data);
    task_struct& t = c.w.tasks[p];
    u32 policy = change.policy;
    if (change.keep_params) return;
    s32 nice = fair_policy(policy) ? change.attr.sched_nice : t.static_prio - DEFAULT_PRIO;
    sched_set_params(c, p, static_cast<u8>(policy), nice,
                     rt_policy(policy) ? change.attr.sched_priority : 0);
    if (fair_policy(policy) && c.w.g.kernel) {
        sched_entity& se = c.w.se[t.se.raw];
        se.custom_slice = change.attr.sched_runtime != 0;
        u64 slice = change.attr.sched_runtime;
        if (slice && slice < 100'000) slice = 100'000;
        if (slice > 100'000'000) slice = 100'000'000;
        se.slice = slice ? slice : c.w.g.tune.base_slice;
    }
}

const sched_class& class_of(const Context& c, TaskId p) {
    return class_at(c, c.w.tasks[p].sched_class);
}

/// check_class_changed(): the classes learn of the change after it.
void class_changed(Context& c, TaskId p, u8 old_class, s32 old_prio) {
    CpuId cpu = c.w.tasks[p].cpu;
    if (c.w.tasks[p].sched_class != old_class) {
        class_at(c, old_class).switched_from(c, cpu, p);
        class_of(c, p).switched_to(c, cpu, p);
    } else if (c.w.tasks[p].prio != old_prio || c.w.tasks[p].policy == SCHED_DEADLINE) {
        class_of(c, p).prio_changed(c, cpu, p, old_prio);
    }
}

bool attr_differs(const Context& c, TaskId p, const sched_attr& attr, u32 policy) {
    const task_struct& t = c.w.tasks[p];
    if (policy != t.policy) return true;
    if (fair_policy(policy))
        return attr.sched_nice != t.static_prio - DEFAULT_PRIO ||
               (c.w.g.kernel && attr.sched_runtime != c.w.se[t.se.raw].slice);
    if (rt_policy(policy)) return attr.sched_priority != t.rt_priority;
    return true;
}

}  // namespace

s32 sched_setattr(Context& c, TaskId caller, TaskId p, const sched_attr& given) {
    sched_attr attr = given;
    const task_struct& t = c.w.tasks[p];
    constexpr u64 known = SCHED_FLAG_RESET_ON_FORK | SCHED_FLAG_RECLAIM | SCHED_FLAG_DL_OVERRUN |
                          SCHED_FLAG_KEEP_POLICY | SCHED_FLAG_KEEP_PARAMS;
    u32 policy = attr.sched_policy;
    bool keep_policy = attr.sched_flags & SCHED_FLAG_KEEP_POLICY;
    if (keep_policy) policy = t.policy;
    bool reset = attr.sched_flags & SCHED_FLAG_RESET_ON_FORK;
    if (!fair_policy(policy) && !rt_policy(policy)) return -EINVAL;
    if (attr.sched_flags & ~known) return -EINVAL;
    if (attr.sched_nice < -20) attr.sched_nice = -20;
    if (attr.sched_nice > 19) attr.sched_nice = 19;
    if (attr.sched_priority > MAX_RT_PRIO - 1) return -EINVAL;
    if (rt_policy(policy) != (attr.sched_priority != 0)) return -EINVAL;
    if (s32 error = check_permission(c, caller, p, attr, policy, reset)) return error;
    bool keep_params = attr.sched_flags & SCHED_FLAG_KEEP_PARAMS;
    if (!attr_differs(c, p, attr, policy)) {
        c.w.tasks[p].sched_reset_on_fork = reset;
        return 0;
    }
    c.w.tasks[p].sched_reset_on_fork = reset;
    u8 old_class = t.sched_class;
    s32 old_prio = t.prio;
    Change change{attr, policy, keep_params};
    change_queued(c, p, 0, apply, &change);
    emit(c, Ev::sched_attr, c.here, p, policy,
         rt_policy(policy) ? static_cast<s64>(attr.sched_priority) : s64{attr.sched_nice},
         Rule::none);
    class_changed(c, p, old_class, old_prio);
    return 0;
}

s32 sched_setscheduler(Context& c, TaskId caller, TaskId p, u32 policy, u32 priority) {
    sched_attr attr{};
    attr.sched_policy = policy & ~reset_on_fork_bit;
    attr.sched_priority = priority;
    attr.sched_nice = c.w.tasks[p].static_prio - DEFAULT_PRIO;
    if (policy & reset_on_fork_bit) attr.sched_flags |= SCHED_FLAG_RESET_ON_FORK;
    if (attr.sched_policy == SCHED_DEADLINE) return -EINVAL;
    if (c.w.g.kernel && c.w.se[c.w.tasks[p].se.raw].custom_slice)
        attr.sched_runtime = c.w.se[c.w.tasks[p].se.raw].slice;
    return sched_setattr(c, caller, p, attr);
}

s32 sys_nice(Context& c, TaskId p, s32 increment) {
    if (increment < -40) increment = -40;
    if (increment > 40) increment = 40;
    s32 nice = c.w.tasks[p].static_prio - DEFAULT_PRIO + increment;
    if (nice < -20) nice = -20;
    if (nice > 19) nice = 19;
    if (increment < 0 && !capable(c, p) && !is_nice_reduction_allowed(c, p, nice)) return -EPERM;
    set_user_nice(c, p, nice);
    return 0;
}

s32 sched_setaffinity(Context& c, TaskId caller, TaskId p, const cpumask& mask) {
    const task_struct& t = c.w.tasks[p];
    if (t.flags & PF_NO_SETAFFINITY) return -EINVAL;
    if (!capable(c, caller)) {
        const cred& own = c.w.creds[c.w.tasks[caller].cred];
        const cred& other = c.w.creds[t.cred];
        if (own.euid != other.euid && own.euid != other.uid) return -EPERM;
    }
    cpumask allowed = mask & c.w.cpumasks[0];
    if (allowed.empty()) return -EINVAL;
    if (t.policy == SCHED_DEADLINE && !c.w.cpumasks[0].subset_of(allowed)) return -EBUSY;
    set_cpus_allowed(c, p, intern_cpumask(c, allowed));
    return 0;
}

void rt_mutex_setprio(Context& c, TaskId p, s32 prio) {
    u8 old_class = c.w.tasks[p].sched_class;
    s32 old_prio = c.w.tasks[p].prio;
    if (old_prio == prio) return;
    change_queued(
        c, p, 0,
        [](Context& k, TaskId task, void* value) {
            s32 to = *static_cast<s32*>(value);
            task_struct& t = k.w.tasks[task];
            ClassIndex index = to < 0             ? ClassIndex::deadline
                               : to < MAX_RT_PRIO ? ClassIndex::rt
                                                  : ClassIndex::fair;
            t.prio = to;
            t.sched_class = static_cast<u8>(index);
        },
        &prio);
    class_changed(c, p, old_class, old_prio);
}

}  // namespace rq
