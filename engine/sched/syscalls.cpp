// Changing policy, priority, nice and affinity. After kernel/sched/core.c of 6.1 and
// kernel/sched/syscalls.c of 6.12. Left out: utilisation clamping (not configured in the kernels
// that were recorded), RT_GROUP_SCHED, security modules.
#include "sched/syscalls.hpp"

#include "context.hpp"
#include "sched/deadline.hpp"
#include "sched/policy.hpp"
#include "sched/rt.hpp"
#include "sync/wait.hpp"

namespace rq {

namespace {

constexpr u32 reset_on_fork_bit = 0x40000000;
constexpr s32 policy_kept = -1;  // SETPARAM_POLICY
constexpr u64 cap_sys_nice = u64{1} << 23;

bool fair_policy(s32 policy) { return policy == SCHED_NORMAL || policy == SCHED_BATCH; }
bool dl_policy(s32 policy) { return policy == SCHED_DEADLINE; }
bool is_rt_policy(s32 policy) { return policy == SCHED_FIFO || policy == SCHED_RR; }
bool valid_policy(s32 policy) {
    return policy == SCHED_IDLE || fair_policy(policy) || is_rt_policy(policy) ||
           dl_policy(policy);
}

s32 clamp(s32 value, s32 least, s32 most) {
    return value < least ? least : value > most ? most : value;
}

const rlimit_set& rlimits_of(const Context& c, TaskId p) {
    return c.w.rlimits[c.w.signals[c.w.tasks[p].signal].rlimits];
}

bool is_nice_reduction(const Context& c, TaskId p, s32 nice) {
    return static_cast<u64>(20 - nice) <= rlimits_of(c, p).nice;
}

/// What the caller may not do without CAP_SYS_NICE (user_check_sched_setscheduler).
bool needs_privilege(const Context& c, TaskId caller, TaskId p, const sched_attr& attr,
                     s32 policy, bool reset_on_fork) {
    const task_struct& t = c.w.tasks[p];
    s32 nice = task_nice(c, p);
    if (fair_policy(policy) && attr.sched_nice < nice && !is_nice_reduction(c, p, attr.sched_nice))
        return true;
    if (is_rt_policy(policy)) {
        u64 limit = rlimits_of(c, p).rtprio;
        if (policy != t.policy && !limit) return true;
        if (attr.sched_priority > t.rt_priority && attr.sched_priority > limit) return true;
    }
    if (dl_policy(policy)) return true;
    if (t.policy == SCHED_IDLE && policy != SCHED_IDLE && !is_nice_reduction(c, p, nice))
        return true;
    if (!check_same_owner(c, caller, p)) return true;
    return t.sched_reset_on_fork && !reset_on_fork;
}

bool checkparam_dl(const Context& c, const sched_attr& attr) {
    constexpr u64 top_bit = u64{1} << 63;
    if (attr.sched_flags & SCHED_FLAG_SUGOV) return true;
    if (attr.sched_deadline == 0 || attr.sched_runtime < (u64{1} << DL_SCALE)) return false;
    if ((attr.sched_deadline | attr.sched_period) & top_bit) return false;
    u64 period = attr.sched_period ? attr.sched_period : attr.sched_deadline;
    if (period < attr.sched_deadline || attr.sched_deadline < attr.sched_runtime) return false;
    return period >= c.w.g.tune.dl_period_min && period <= c.w.g.tune.dl_period_max;
}

/// The parameters alone: what does not depend on the task's present state but on its policy.
s32 check_attr(const Context& c, const sched_attr& attr, s32 policy) {
    if (attr.sched_flags & ~(SCHED_FLAG_ALL | SCHED_FLAG_SUGOV)) return -EINVAL;
    if (attr.sched_priority > static_cast<u32>(MAX_RT_PRIO - 1)) return -EINVAL;
    if (dl_policy(policy) && !checkparam_dl(c, attr)) return -EINVAL;
    if (is_rt_policy(policy) != (attr.sched_priority != 0)) return -EINVAL;
    return 0;
}

bool dl_param_changed(const Context& c, TaskId p, const sched_attr& attr) {
    const sched_dl_entity& d = c.w.dl_entities[c.w.tasks[p].dl];
    return d.dl_runtime != attr.sched_runtime || d.dl_deadline != attr.sched_deadline ||
           d.dl_period != attr.sched_period || d.dl_flags != (attr.sched_flags & SCHED_DL_FLAGS);
}

/// True if the call asks for something that is not so already.
bool attr_differs(const Context& c, TaskId p, const sched_attr& attr, s32 policy) {
    const task_struct& t = c.w.tasks[p];
    if (policy != t.policy) return true;
    if (fair_policy(policy))
        return attr.sched_nice != task_nice(c, p) ||
               (c.w.g.kernel && attr.sched_runtime != c.w.se[t.se.raw].slice);
    if (is_rt_policy(policy)) return attr.sched_priority != t.rt_priority;
    return dl_policy(policy) && dl_param_changed(c, p, attr);
}

/// sched_dl_overflow(): admission. Changes the root domain's sum when it says yes.
bool sched_dl_overflow(Context& c, TaskId p, s32 policy, const sched_attr& attr) {
    u64 period = attr.sched_period ? attr.sched_period : attr.sched_deadline;
    u64 new_bw = dl_policy(policy) ? to_ratio(period, attr.sched_runtime) : 0;
    u32 e = c.w.tasks[p].dl;
    u64 old_bw = e ? c.w.dl_entities[e].dl_bw : 0;
    bool had = c.w.tasks[p].policy == SCHED_DEADLINE;
    if (!dl_policy(policy)) return !had;  // leaving: given back at the 0-lag time
    if (had && new_bw == old_bw) return false;
    const u32 rd = c.w.rqs[c.w.tasks[p].cpu.raw].rd;
    if (dl_overflow(c, rd, had ? old_bw : 0, new_bw)) {
        because(c, Rule::dl_overflow, c.w.root_domains[rd].total_bw, new_bw, dl_limit(c.w, rd));
        return true;
    }
    if (had || (e && c.w.timers[c.w.dl_entities[e].inactive_timer].armed))
        dl_bw_sub(c, e, old_bw);
    e = dl_entity_of(c, p);
    dl_bw_add(c, e, new_bw);
    if (had && c.w.tasks[p].on_rq != TASK_ON_RQ_QUEUED)
        dl_change_utilization(c, e, c.w.tasks[p].cpu, new_bw);
    return false;
}

void setparam_dl(Context& c, TaskId p, const sched_attr& attr) {
    sched_dl_entity& d = c.w.dl_entities[dl_entity_of(c, p)];
    d.dl_runtime = attr.sched_runtime;
    d.dl_deadline = attr.sched_deadline;
    d.dl_period = attr.sched_period ? attr.sched_period : attr.sched_deadline;
    d.dl_flags = static_cast<u32>(attr.sched_flags & SCHED_DL_FLAGS);
    d.dl_bw = to_ratio(d.dl_period, d.dl_runtime);
    d.dl_density = to_ratio(d.dl_deadline, d.dl_runtime);
}

void set_slice(Context& c, TaskId p, u64 wanted) {
    sched_entity& se = c.w.se[c.w.tasks[p].se.raw];
    constexpr u64 least = NSEC_PER_MSEC / 10;
    constexpr u64 most = 100 * NSEC_PER_MSEC;
    se.custom_slice = wanted != 0;
    se.slice = !wanted         ? c.w.g.tune.base_slice
               : wanted < least ? least
               : wanted > most  ? most
                                : wanted;
}

s32 normal_prio_of(s32 policy, u32 rt_priority, s32 nice) {
    if (dl_policy(policy)) return -1;
    if (is_rt_policy(policy)) return MAX_RT_PRIO - 1 - static_cast<s32>(rt_priority);
    return DEFAULT_PRIO + nice;
}

ClassIndex class_of_prio(s32 prio) {
    return dl_prio(prio) ? ClassIndex::deadline : prio < MAX_RT_PRIO ? ClassIndex::rt
                                                                    : ClassIndex::fair;
}

/// __setscheduler_params() and the class and priority that follow.
void setscheduler_params(Context& c, TaskId p, const sched_attr& attr, s32 policy, s32 prio) {
    task_struct& t = c.w.tasks[p];
    // A SCHED_IDLE task keeps the nice value it had, whatever the call says.
    s32 nice = fair_policy(policy) ? attr.sched_nice : task_nice(c, p);
    if (dl_policy(policy)) setparam_dl(c, p, attr);
    if (fair_policy(policy) && c.w.g.kernel) set_slice(c, p, attr.sched_runtime);
    sched_set_params(c, p, static_cast<u8>(policy), nice, attr.sched_priority);
    if (is_rt_policy(policy) || dl_policy(policy))
        t.timer_slack_ns = 0;
    else if (t.timer_slack_ns == 0)
        t.timer_slack_ns = t.default_timer_slack_ns;
    t.prio = prio;
    t.sched_class = static_cast<u8>(class_of_prio(prio));
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
    } else if (c.w.tasks[p].prio != old_prio || dl_task(c.w, p)) {
        class_of(c, p).prio_changed(c, cpu, p, old_prio);
    }
}

/// A task taken off its queue and CPU for a change, and put back with `back()`.
struct Requeue {
    Context& c;
    TaskId p;
    CpuId cpu;
    u8 old_class;
    s32 old_prio;
    bool queued;
    bool running;

    Requeue(Context& context, TaskId task, u32 flags)
        : c(context), p(task), cpu(context.w.tasks[task].cpu),
          old_class(context.w.tasks[task].sched_class), old_prio(context.w.tasks[task].prio),
          queued(context.w.tasks[task].on_rq == TASK_ON_RQ_QUEUED),
          running(context.w.rqs[cpu.raw].curr == task) {
        if (queued) class_of(c, p).dequeue_task(c, cpu, p, flags);
        if (running) class_of(c, p).put_prev_task(c, cpu, p);
    }
    void back(u32 flags) {
        if (queued) class_of(c, p).enqueue_task(c, cpu, p, flags);
        if (running) class_of(c, p).set_next_task(c, cpu, p);
        class_changed(c, p, old_class, old_prio);
        run_balance_callbacks(c, cpu);
    }
};

constexpr u32 requeue_flags = DEQUEUE_SAVE | DEQUEUE_MOVE | DEQUEUE_NOCLOCK;

/// 6.12: a task that sleeps but is still queued leaves its queue before it changes class.
void finish_delayed_dequeue(Context& c, TaskId p, ClassIndex next_class) {
    const task_struct& t = c.w.tasks[p];
    if (!c.w.se[t.se.raw].sched_delayed || t.sched_class == static_cast<u8>(next_class)) return;
    u32 flags = DEQUEUE_SLEEP | DEQUEUE_DELAYED | DEQUEUE_NOCLOCK;
    class_of(c, p).dequeue_task(c, t.cpu, p, flags);
}

s32 best_prio(const Context& c, TaskId waiter, s32 prio) {
    return waiter && c.w.tasks[waiter].prio < prio ? c.w.tasks[waiter].prio : prio;
}

void change_scheduler(Context& c, TaskId p, const sched_attr& attr, s32 policy) {
    s32 prio = normal_prio_of(policy, attr.sched_priority, attr.sched_nice);
    prio = best_prio(c, rt_mutex_top_waiter(c, p), prio);
    u32 flags = requeue_flags;
    if (prio == c.w.tasks[p].prio) flags &= ~DEQUEUE_MOVE;
    finish_delayed_dequeue(c, p, class_of_prio(prio));
    Requeue change(c, p, flags);
    if (!(attr.sched_flags & SCHED_FLAG_KEEP_PARAMS)) setscheduler_params(c, p, attr, policy, prio);
    if (change.old_prio < c.w.tasks[p].prio) flags |= ENQUEUE_HEAD;
    change.back(flags);
    s64 shown = is_rt_policy(policy) ? s64{attr.sched_priority} : s64{task_nice(c, p)};
    emit(c, Ev::sched_attr, c.here, p, u32{c.w.tasks[p].policy}, shown, Rule::none);
    requeue_pi_waiter(c, p);
    if (c.w.tasks[p].pi_blocked_on_owner)
        rt_mutex_adjust_prio_chain(c, c.w.tasks[p].pi_blocked_on_owner);
}

s32 refuse(Context& c, TaskId p, s32 error, Rule rule) {
    emit(c, Ev::refused, c.here, p, error, rule);
    return error;
}

/// __sched_setscheduler() for a user; policy -1: the one it has.
s32 set_scheduler(Context& c, TaskId caller, TaskId p, const sched_attr& attr, s32 policy) {
    task_struct& t = c.w.tasks[p];
    bool reset_on_fork = attr.sched_flags & SCHED_FLAG_RESET_ON_FORK;
    if (policy < 0) {
        reset_on_fork = t.sched_reset_on_fork;
        policy = t.policy;
    } else if (!valid_policy(policy)) {
        return refuse(c, p, -EINVAL, Rule::refused_call);
    }
    if (s32 error = check_attr(c, attr, policy)) return refuse(c, p, error, Rule::refused_call);
    if (needs_privilege(c, caller, p, attr, policy, reset_on_fork) && !capable_nice(c, caller))
        return refuse(c, p, -EPERM, Rule::refused_privilege);
    if (attr.sched_flags & SCHED_FLAG_SUGOV) return refuse(c, p, -EINVAL, Rule::refused_call);
    if (attr.sched_flags & SCHED_FLAG_UTIL_CLAMP)
        return refuse(c, p, -EOPNOTSUPP, Rule::refused_call);
    CpuId cpu = t.cpu;
    update_rq_clock(c, cpu);
    if (p == c.w.rqs[cpu.raw].stop) return refuse(c, p, -EINVAL, Rule::refused_call);
    if (!attr_differs(c, p, attr, policy)) {
        t.sched_reset_on_fork = reset_on_fork;
        return 0;
    }
    bool limited = c.w.g.tune.rt_runtime != NEVER;
    if (limited && dl_policy(policy)) {
        bool everywhere = root_domain_span(c, cpu).subset_of(c.w.cpumasks[t.cpus_mask]);
        if (!everywhere || c.w.g.tune.rt_runtime == 0)
            return refuse(c, p, -EPERM, Rule::dl_affinity);
    }
    // Here: a call that keeps the parameters of a task that has none reserves nothing; Linux
    // reserves bandwidth that is never given back.
    bool keeps_none = (attr.sched_flags & SCHED_FLAG_KEEP_PARAMS) && t.policy != SCHED_DEADLINE;
    if ((dl_policy(policy) || t.policy == SCHED_DEADLINE) && !keeps_none &&
        sched_dl_overflow(c, p, policy, attr))
        return refuse(c, p, -EBUSY, Rule::dl_overflow);
    t.sched_reset_on_fork = reset_on_fork;
    change_scheduler(c, p, attr, policy);
    return 0;
}

s32 set_policy_and_priority(Context& c, TaskId caller, TaskId p, s32 policy, u32 priority) {
    const task_struct& t = c.w.tasks[p];
    sched_attr attr{};
    attr.sched_priority = priority;
    attr.sched_nice = task_nice(c, p);
    if (c.w.g.kernel && c.w.se[t.se.raw].custom_slice)
        attr.sched_runtime = c.w.se[t.se.raw].slice;
    if (policy != policy_kept && (policy & static_cast<s32>(reset_on_fork_bit))) {
        attr.sched_flags |= SCHED_FLAG_RESET_ON_FORK;
        policy &= ~static_cast<s32>(reset_on_fork_bit);
    }
    attr.sched_policy = static_cast<u32>(policy);
    return set_scheduler(c, caller, p, attr, policy);
}

/// get_params(): what KEEP_PARAMS keeps and sched_getattr shows.
void get_params(const Context& c, TaskId p, sched_attr& attr) {
    const task_struct& t = c.w.tasks[p];
    if (t.policy == SCHED_DEADLINE) {
        const sched_dl_entity& d = c.w.dl_entities[t.dl];
        attr.sched_priority = t.rt_priority;
        attr.sched_runtime = d.dl_runtime;
        attr.sched_deadline = d.dl_deadline;
        attr.sched_period = d.dl_period;
        attr.sched_flags = (attr.sched_flags & ~u64{SCHED_DL_FLAGS}) | d.dl_flags;
    } else if (is_rt_policy(t.policy)) {
        attr.sched_priority = t.rt_priority;
    } else {
        attr.sched_nice = task_nice(c, p);
        if (c.w.g.kernel) attr.sched_runtime = c.w.se[t.se.raw].slice;
    }
}

}  // namespace

bool capable_nice(const Context& c, TaskId caller) {
    if (!caller || !c.w.tasks[caller].cred) return true;
    return c.w.creds[c.w.tasks[caller].cred].cap_effective & cap_sys_nice;
}

bool check_same_owner(const Context& c, TaskId caller, TaskId p) {
    if (!caller || !c.w.tasks[caller].cred || !c.w.tasks[p].cred) return true;
    const cred& own = c.w.creds[c.w.tasks[caller].cred];
    const cred& other = c.w.creds[c.w.tasks[p].cred];
    return own.euid == other.euid || own.euid == other.uid;
}

s32 sched_setattr(Context& c, TaskId caller, TaskId p, const sched_attr& given) {
    sched_attr attr = given;
    attr.sched_nice = clamp(attr.sched_nice, -20, 19);
    s32 policy = static_cast<s32>(attr.sched_policy);
    if (policy < 0) return refuse(c, p, -EINVAL, Rule::refused_call);
    if (attr.sched_flags & SCHED_FLAG_KEEP_POLICY) policy = policy_kept;
    if (attr.sched_flags & SCHED_FLAG_KEEP_PARAMS) get_params(c, p, attr);
    return set_scheduler(c, caller, p, attr, policy);
}

sched_attr sched_getattr(const Context& c, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    sched_attr attr{};
    attr.sched_policy = t.policy;
    if (t.sched_reset_on_fork) attr.sched_flags |= SCHED_FLAG_RESET_ON_FORK;
    get_params(c, p, attr);
    attr.sched_flags &= SCHED_FLAG_ALL;
    return attr;
}

s32 sched_setscheduler(Context& c, TaskId caller, TaskId p, u32 policy, u32 priority) {
    if (static_cast<s32>(policy) < 0) return refuse(c, p, -EINVAL, Rule::refused_call);
    return set_policy_and_priority(c, caller, p, static_cast<s32>(policy), priority);
}

s32 sched_setparam(Context& c, TaskId caller, TaskId p, u32 priority) {
    return set_policy_and_priority(c, caller, p, policy_kept, priority);
}

s32 sys_nice(Context& c, TaskId p, s32 increment) {
    increment = clamp(increment, -40, 40);
    s32 nice = clamp(task_nice(c, p) + increment, -20, 19);
    if (increment < 0 && !is_nice_reduction(c, p, nice) && !capable_nice(c, p))
        return refuse(c, p, -EPERM, Rule::refused_privilege);
    set_user_nice(c, p, nice);
    return 0;
}

s32 set_one_prio(Context& c, TaskId caller, TaskId p, s32 nice) {
    if (!check_same_owner(c, caller, p) && !capable_nice(c, caller))
        return refuse(c, p, -EPERM, Rule::refused_privilege);
    if (nice < task_nice(c, p) && !is_nice_reduction(c, p, nice) && !capable_nice(c, caller))
        return refuse(c, p, -EACCES, Rule::refused_privilege);
    set_user_nice(c, p, nice);
    return 0;
}

s32 sched_setaffinity(Context& c, TaskId caller, TaskId p, const cpumask& mask) {
    const task_struct& t = c.w.tasks[p];
    if (t.flags & PF_NO_SETAFFINITY) return refuse(c, p, -EINVAL, Rule::refused_call);
    if (!check_same_owner(c, caller, p) && !capable_nice(c, caller))
        return refuse(c, p, -EPERM, Rule::refused_privilege);
    cpumask allowed = mask & c.w.cpumasks[c.w.groups[t.sched_task_group].effective_cpus];
    bool limited = c.w.g.tune.rt_runtime != NEVER;
    if (t.policy == SCHED_DEADLINE && limited && !root_domain_span(c, t.cpu).subset_of(allowed))
        return refuse(c, p, -EBUSY, Rule::dl_affinity);
    if (allowed.empty()) return refuse(c, p, -EINVAL, Rule::refused_call);
    set_user_cpus_allowed(c, p, mask, allowed);
    return 0;
}

cpumask sched_getaffinity(const Context& c, TaskId p) {
    return c.w.cpumasks[c.w.tasks[p].cpus_mask] & c.w.cpumasks[0];
}

u64 sched_rr_get_interval(const Context& c, TaskId p) {
    return class_of(c, p).get_rr_interval(c, p);
}

s32 sched_rt_global_validate(const World& w, u64 rt_period, u64 rt_runtime) {
    if (rt_runtime == NEVER) return 0;
    if (rt_runtime > rt_period) return -EINVAL;
    const u64 each = to_ratio(rt_period, rt_runtime);
    for (u32 rd = 0; rd < w.root_domains.size(); ++rd)
        if (each * w.root_domains[rd].cpus < w.root_domains[rd].total_bw) return -EBUSY;
    return 0;
}

void sched_rt_do_global(World& w) {
    for (u32 cpu = 0; cpu < w.g.cpus; ++cpu) {
        w.rt_rqs[cpu].rt_runtime = w.g.tune.rt_runtime;
        init_dl_rq_bw_ratio(w, cpu);
    }
}

TaskId rt_mutex_top_waiter(const Context& c, TaskId p) {
    TaskId top;
    c.w.tasks.for_each([&](TaskId id, const task_struct& t) {
        if (t.pi_blocked_on_owner != p) return;
        if (!top || t.prio < c.w.tasks[top].prio) top = id;
        else if (dl_prio(t.prio) && dl_task(c.w, top) && dl_entity_preempt(c.w, id, top)) top = id;
    });
    return top;
}

namespace {

/// rt_mutex_setprio(): p runs with the priority of the one who waits for it, if that is better.
/// False if nothing changed.
bool rt_mutex_setprio(Context& c, TaskId p, TaskId waiter) {
    task_struct& t = c.w.tasks[p];
    s32 prio = best_prio(c, waiter, t.normal_prio);
    if (prio == t.prio && !dl_prio(prio)) return false;
    u32 own = dl_prio(prio) ? dl_entity_of(c, p) : t.dl;
    u32 pi_se = 0;
    bool lent = dl_prio(prio) && waiter && dl_task(c.w, waiter);
    if (lent && (!dl_prio(t.normal_prio) || dl_entity_preempt(c.w, waiter, p))) {
        u32 donor = c.w.tasks[waiter].dl;
        pi_se = c.w.dl_entities[donor].pi_se ? c.w.dl_entities[donor].pi_se : donor;
    }
    if (prio == t.prio && c.w.dl_entities[own].pi_se == pi_se) return false;
    update_rq_clock(c, t.cpu);
    u32 flags = requeue_flags;
    if (prio == t.prio) flags &= ~DEQUEUE_MOVE;
    finish_delayed_dequeue(c, p, class_of_prio(prio));
    Requeue change(c, p, flags);
    if (own) c.w.dl_entities[own].pi_se = pi_se;
    if (pi_se) flags |= ENQUEUE_REPLENISH;
    bool realtime = !dl_prio(prio) && prio < MAX_RT_PRIO;
    if (realtime && change.old_prio < prio) flags |= ENQUEUE_HEAD;
    c.w.tasks[p].prio = prio;
    c.w.tasks[p].sched_class = static_cast<u8>(class_of_prio(prio));
    emit(c, Ev::sched_pi_setprio, c.here, p, change.old_prio, prio, waiter);
    change.back(flags);
    requeue_pi_waiter(c, p);
    return true;
}

}  // namespace

void rt_mutex_adjust_prio_chain(Context& c, TaskId p) {
    constexpr u32 max_lock_depth = 1024;
    for (u32 depth = 0; p && depth < max_lock_depth; ++depth) {
        // Who ended with a mutex locked gets no one's priority.
        if (!c.w.tasks.alive(p) || (c.w.tasks[p].flags & PF_EXITING)) return;
        if (!rt_mutex_setprio(c, p, rt_mutex_top_waiter(c, p))) return;
        p = c.w.tasks[p].pi_blocked_on_owner;
    }
}

}  // namespace rq
