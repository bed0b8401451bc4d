// The scheduler's core, after kernel/sched/core.c of 6.1: clocks, wakeups, the switch, the tick.
// Left out: core scheduling, preemption models other than voluntary, wake lists of other CPUs.
#include "sched/core.hpp"

#include "base/fixed.hpp"
#include "context.hpp"
#include "sched/autogroup.hpp"
#include "sched/deadline.hpp"
#include "sched/pelt.hpp"
#include "sched/policy.hpp"
#include "sched/rt.hpp"
#include "sync/sources.hpp"
#include "sync/timer.hpp"
#include "task/exit.hpp"

#include <cstring>

namespace rq {

const sched_class& class_at(const Context& c, u32 index) {
    switch (static_cast<ClassIndex>(index)) {
        case ClassIndex::stop: return stop_sched_class;
        case ClassIndex::deadline: return dl_sched_class;
        case ClassIndex::rt: return rt_sched_class;
        case ClassIndex::fair:
            return c.w.g.kernel ? fair_eevdf_sched_class : fair_cfs_sched_class;
        case ClassIndex::idle: break;
    }
    return idle_sched_class;
}

namespace {

const sched_class& class_of(const Context& c, TaskId p) {
    return class_at(c, c.w.tasks[p].sched_class);
}

/// The way a state is shown in sched_switch: 0x100 = preempted, still runnable.
constexpr u32 trace_preempted = 0x100;

/// States that a stray wakeup must not end; 6.12 does not delay the dequeue of who enters them.
constexpr u32 special_states = __TASK_STOPPED | __TASK_TRACED | TASK_PARKED | TASK_DEAD;

void sched_info_queued(Context& c, TaskId p) { c.w.tasks[p].last_queued = c.w.g.now; }

void sched_info_arrive(Context& c, CpuId cpu, TaskId p) {
    task_struct& t = c.w.tasks[p];
    if (t.last_queued) {
        u64 waited = c.w.g.now - t.last_queued;
        t.run_delay += waited;
        c.w.rqs[cpu.raw].run_delay += waited;
        t.last_queued = 0;
    }
    ++t.pcount;
    ++c.w.rqs[cpu.raw].pcount;
}

/// A task goes to sleep: uninterruptible ones count into the load average, those that wait for a
/// disk into the time that their CPU then idles.
void count_sleeper(rq& q, task_struct& t, u32 state) {
    t.sched_contributes_to_load = (state & TASK_UNINTERRUPTIBLE) && !(state & TASK_NOLOAD);
    q.nr_uninterruptible += t.sched_contributes_to_load;
    if (!t.in_iowait) return;
    t.in_iowait = 2;
    ++q.nr_iowait;
}

/// It wakes on the CPU of `on`; `from` is the one where it went to sleep.
void uncount_sleeper(rq& from, rq& on, task_struct& t) {
    on.nr_uninterruptible -= t.sched_contributes_to_load;
    t.sched_contributes_to_load = 0;
    if (t.in_iowait == 2) --from.nr_iowait;
    t.in_iowait = 0;
}

/// Puts prev back and asks the classes from the highest on (pick_next_task).
TaskId pick_next_task(Context& c, CpuId cpu, TaskId prev) {
    rq& q = c.w.rqs[cpu.raw];
    const task_struct& p = c.w.tasks[prev];
    c.pick_rule = Rule::none;
    c.runner_up = {};
    u32 fair = static_cast<u32>(ClassIndex::fair);
    if (p.sched_class <= fair && q.nr_running == c.w.cfs_rqs[cpu.raw + 1].h_nr_running) {
        const sched_class& cls = class_at(c, fair);
        bool of_class = p.sched_class == fair;
        if (!of_class) class_at(c, p.sched_class).put_prev_task(c, cpu, prev);
        TaskId next = cls.pick_next_task(c, cpu, of_class ? prev : TaskId{});
        if (next) return next;
        if (of_class) cls.put_prev_task(c, cpu, prev);
        return idle_sched_class.pick_next_task(c, cpu, {});
    }
    if (c.w.g.cpus > 1)
        for (u32 i = p.sched_class; i > 0; --i)
            if (class_at(c, i).balance(c, cpu, prev)) break;
    // 6.12 picks before it puts a fair task back: its slice may be protected.
    bool put_late = c.w.g.kernel && p.sched_class == fair;
    if (!put_late) class_of(c, prev).put_prev_task(c, cpu, prev);
    for (u32 i = static_cast<u32>(ClassIndex::stop);; --i) {
        TaskId next =
            class_at(c, i).pick_next_task(c, cpu, i == fair && put_late ? prev : TaskId{});
        if (next && put_late && c.w.tasks[next].sched_class != fair)
            class_of(c, prev).put_prev_task(c, cpu, prev);
        if (next) return next;
        RQ_ASSERT(i > 0);
    }
}

/// The bookkeeping of context_switch(): who is on the CPU, counts, the record.
void context_switch(Context& c, CpuId cpu, TaskId prev, TaskId next, u32 shown_state,
                    bool voluntary) {
    rq& q = c.w.rqs[cpu.raw];
    task_struct& from = c.w.tasks[prev];
    task_struct& to = c.w.tasks[next];
    ++q.nr_switches;
    ++c.w.g.nr_context_switches;
    ++(voluntary ? from.nvcsw : from.nivcsw);
    q.curr = next;
    from.on_cpu = 0;
    to.on_cpu = 1;
    if (from.on_rq && from.__state == TASK_RUNNING && prev != q.idle) sched_info_queued(c, prev);
    if (next != q.idle) sched_info_arrive(c, cpu, next);
    emit(c, Ev::sched_switch, cpu.raw, prev, next, shown_state, c.pick_rule, c.runner_up);
}

}  // namespace

void update_rq_clock(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    q.clock = c.w.g.now;
    q.clock_task = q.clock;
    q.clock_pelt = q.clock_task - q.lost_idle_time;
}

void resched_curr(Context& c, CpuId cpu, Rule rule, TaskId by) {
    rq& q = c.w.rqs[cpu.raw];
    if (q.need_resched) return;
    q.need_resched = 1;
    q.resched_rule = static_cast<u32>(rule);
    q.resched_by = by;
    emit(c, Ev::resched, cpu.raw, q.curr, rule, by);
    if (cpu.raw != c.here) {
        ++c.acts.ipis;
        c.w.events.arm(source_reschedule(cpu.raw), c.w.g.now + c.image.cost[Cost::ipi],
                       tie_of(Rank::reschedule, cpu.raw));
    }
}

void activate_task(Context& c, CpuId cpu, TaskId p, u32 flags) {
    if (!(flags & ENQUEUE_NOCLOCK)) update_rq_clock(c, cpu);
    task_struct& t = c.w.tasks[p];
    if (t.on_rq == TASK_ON_RQ_MIGRATING) flags |= ENQUEUE_MIGRATED;
    if (!(flags & ENQUEUE_RESTORE) && !t.on_cpu) sched_info_queued(c, p);
    class_of(c, p).enqueue_task(c, cpu, p, flags);
    c.w.tasks[p].on_rq = TASK_ON_RQ_QUEUED;
    // A second task on a nohz_full CPU: they must take turns, so the tick comes back.
    const rq& q = c.w.rqs[cpu.raw];
    if (q.nohz_full && q.tick_stopped && q.nr_running > 1) tick_restart(c, cpu);
}

void deactivate_task(Context& c, CpuId cpu, TaskId p, u32 flags) {
    if (!(flags & DEQUEUE_NOCLOCK)) update_rq_clock(c, cpu);
    task_struct& t = c.w.tasks[p];
    t.on_rq = (flags & DEQUEUE_SLEEP) ? 0 : TASK_ON_RQ_MIGRATING;
    if (!(flags & DEQUEUE_SAVE)) t.last_queued = 0;
    if (!class_of(c, p).dequeue_task(c, cpu, p, flags))
        c.w.tasks[p].on_rq = TASK_ON_RQ_QUEUED;  // 6.12: it stays queued, dequeue is delayed
}

void check_preempt_curr(Context& c, CpuId cpu, TaskId p, u32 wake_flags) {
    rq& q = c.w.rqs[cpu.raw];
    u8 mine = c.w.tasks[p].sched_class;
    u8 running = c.w.tasks[q.curr].sched_class;
    if (mine == running) {
        class_of(c, p).check_preempt_curr(c, cpu, p, wake_flags);
    } else if (mine > running) {
        Rule rule = q.curr == q.idle ? Rule::wakeup_preempt_from_idle : Rule::wakeup_preempt_class;
        because(c, rule, mine, running);
        resched_curr(c, cpu, rule, p);
    }
    // The switch that follows uses the clock of this wakeup (rq_clock_skip_update); away from idle
    // the recorded kernels do not.
    if (c.w.tasks[q.curr].on_rq && q.curr != q.idle && q.need_resched) q.skip_clock_update = 1;
}

Switch schedule(Context& c, CpuId cpu, bool preempt) {
    rq& q = c.w.rqs[cpu.raw];
    TaskId prev = q.curr;
    task_struct& p = c.w.tasks[prev];
    if (c.w.g.tune.has(Feat::HRTICK) || c.w.g.tune.has(Feat::HRTICK_DL)) hrtick_clear(c, cpu);
    if (!q.skip_clock_update) update_rq_clock(c, cpu);
    ++q.sched_count;
    u32 state = p.__state;
    bool voluntary = !preempt && state != TASK_RUNNING;
    if (voluntary) {
        if (signal_pending_state(c, prev, state)) {
            p.__state = TASK_RUNNING;
        } else {
            count_sleeper(q, p, state);
            deactivate_task(c, cpu, prev, DEQUEUE_SLEEP | DEQUEUE_NOCLOCK |
                                              (state & special_states ? DEQUEUE_SPECIAL : 0));
        }
    }
    TaskId next = pick_next_task(c, cpu, prev);
    rq& now = c.w.rqs[cpu.raw];
    now.need_resched = 0;
    now.skip_clock_update = 0;
    if (next == prev) {
        run_balance_callbacks(c, cpu);
        return {prev, next, false};
    }
    task_struct& left = c.w.tasks[prev];
    u32 shown = preempt && prev != now.idle ? trace_preempted : left.__state | left.exit_state;
    if (next == now.idle) ++now.sched_goidle;
    context_switch(c, cpu, prev, next, shown, voluntary);
    run_balance_callbacks(c, cpu);
    if (c.w.tasks[prev].__state == TASK_DEAD) sched_task_dead(c, prev);
    return {prev, next, true};
}

void sched_task_dead(Context& c, TaskId p) {
    class_of(c, p).task_dead(c, p);
    dl_entity_release(c, p);
    task_off_cpu(c, p);
}

void run_balance_callbacks(Context& c, CpuId cpu) {
    u32 todo = c.w.rqs[cpu.raw].balance_callback;
    if (!todo) return;
    c.w.rqs[cpu.raw].balance_callback = 0;
    if (c.w.g.cpus == 1) return;
    if (todo & CALLBACK_PULL_DL) pull_dl_task(c, cpu);
    if (todo & CALLBACK_PULL_RT) pull_rt_task(c, cpu);
    if (todo & CALLBACK_PUSH_DL)
        while (push_dl_task(c, cpu)) {
        }
    if (todo & CALLBACK_PUSH_RT) push_rt_tasks(c, cpu);
    todo |= c.w.rqs[cpu.raw].balance_callback;  // pulling may have left it to the others
    c.w.rqs[cpu.raw].balance_callback = 0;
    if (todo & CALLBACK_TELL_RT) tell_cpus_to_push(c, cpu);
}

namespace {

/// The CPU for a woken or new task, with the reason (select_task_rq).
CpuId select_task_rq(Context& c, TaskId p, u32 wake_flags, Rule& rule) {
    const task_struct& t = c.w.tasks[p];
    rule = Rule::select_prev;
    if (t.nr_cpus_allowed == 1 || c.w.g.cpus == 1) {
        rule = Rule::select_only;
        if (c.w.g.cpus == 1) return CpuId{0};
        return CpuId{c.w.cpumasks[t.cpus_mask].first()};
    }
    c.pick_rule = Rule::select_prev;
    CpuId cpu = class_of(c, p).select_task_rq(c, p, t.wake_cpu, wake_flags);
    rule = c.pick_rule;
    if (!c.w.cpumasks[t.cpus_mask].test(cpu.raw)) {
        rule = Rule::select_fallback;
        cpu = CpuId{c.w.cpumasks[t.cpus_mask].next_wrap(cpu.raw)};
    }
    return cpu;
}

}  // namespace

void set_task_cpu(Context& c, TaskId p, CpuId cpu, Rule rule) {
    task_struct& t = c.w.tasks[p];
    if (t.cpu != cpu) {
        emit(c, Ev::sched_migrate_task, t.cpu.raw, p, t.cpu.raw, cpu.raw, rule);
        class_of(c, p).migrate_task_rq(c, p, cpu);
        ++c.w.se[t.se.raw].nr_migrations;
        ++c.acts.migrations;
    }
    t.cpu = cpu;
    t.wake_cpu = cpu;
    set_task_rq(c, p, cpu);
}

namespace {

/// The wakeup of a task that is queued: it runs and is about to sleep, or (6.12) it sleeps and its
/// dequeue was delayed (ttwu_runnable).
void wake_queued(Context& c, TaskId p, u32 wake_flags) {
    CpuId cpu = c.w.tasks[p].cpu;
    update_rq_clock(c, cpu);
    uncount_sleeper(c.w.rqs[cpu.raw], c.w.rqs[cpu.raw], c.w.tasks[p]);
    if (c.w.se[c.w.tasks[p].se.raw].sched_delayed) {
        class_of(c, p).enqueue_task(c, cpu, p, ENQUEUE_NOCLOCK | ENQUEUE_DELAYED);
        sched_info_queued(c, p);
    }
    if (!c.w.g.kernel || !c.w.tasks[p].on_cpu) check_preempt_curr(c, cpu, p, wake_flags);
    c.w.tasks[p].__state = TASK_RUNNING;
    emit(c, Ev::sched_wakeup, c.here, p, cpu.raw, Rule::select_prev);
    ++c.acts.wakeups;
}

/// A CPU that idled gets work: how long it idled goes into the average that decides whether it
/// pays to look for work elsewhere first.
void end_of_idle(rq& q) {
    if (!q.idle_stamp) return;
    u64 most = 2 * q.max_idle_balance_cost;
    s64 change = static_cast<s64>(q.clock - q.idle_stamp) - static_cast<s64>(q.avg_idle);
    q.avg_idle += static_cast<u64>(change / 8);
    if (q.avg_idle > most) q.avg_idle = most;
    q.idle_stamp = 0;
}

}  // namespace

bool try_to_wake_up(Context& c, TaskId p, u32 state, u32 wake_flags) {
    task_struct& t = c.w.tasks[p];
    if (!(t.__state & state)) return false;
    CpuId here{c.here};
    emit(c, Ev::sched_waking, here.raw, p, t.cpu.raw);
    if (t.on_rq) {
        wake_queued(c, p, wake_flags);
        return true;
    }
    u32 flags = ENQUEUE_WAKEUP | ENQUEUE_NOCLOCK;
    Rule rule;
    CpuId slept = t.cpu;
    CpuId cpu = select_task_rq(c, p, wake_flags | WF_TTWU, rule);
    if (cpu != t.cpu) {
        wake_flags |= WF_MIGRATED;
        flags |= ENQUEUE_MIGRATED;
        set_task_cpu(c, p, cpu, rule);
    }
    rq& q = c.w.rqs[cpu.raw];
    uncount_sleeper(c.w.rqs[slept.raw], q, c.w.tasks[p]);
    ++q.ttwu_count;
    if (cpu == here) ++q.ttwu_local;
    update_rq_clock(c, cpu);
    activate_task(c, cpu, p, flags);
    check_preempt_curr(c, cpu, p, wake_flags);
    c.w.tasks[p].__state = TASK_RUNNING;
    end_of_idle(c.w.rqs[cpu.raw]);
    emit(c, Ev::sched_wakeup, here.raw, p, cpu.raw, rule);
    class_of(c, p).task_woken(c, cpu, p);
    ++c.acts.wakeups;
    return true;
}

s32 sched_fork(Context& c, TaskId parent, TaskId child) {
    const task_struct& from = c.w.tasks[parent];
    task_struct& t = c.w.tasks[child];
    t.__state = TASK_NEW;
    t.on_rq = 0;
    t.on_cpu = 0;
    t.policy = from.policy;
    t.static_prio = from.static_prio;
    t.normal_prio = from.normal_prio;
    t.rt_priority = from.rt_priority;
    t.prio = from.normal_prio;
    t.sched_reset_on_fork = 0;
    t.cpus_mask = from.cpus_mask;
    t.user_cpus_mask = from.user_cpus_mask;
    t.nr_cpus_allowed = from.nr_cpus_allowed;
    t.sched_task_group = autogroup_of_child(c.w, from.sched_task_group);
    t.rt_time_slice_ticks = static_cast<u32>(c.w.g.tune.rr_timeslice / c.w.g.tick_ns);
    t.cpu = from.cpu;
    t.wake_cpu = from.cpu;
    t.se = se_alloc(c);
    c.w.se[t.se.raw].task = child;
    c.w.se[t.se.raw].slice = c.w.se[c.w.tasks[parent].se.raw].slice;
    c.w.se[t.se.raw].custom_slice = c.w.se[c.w.tasks[parent].se.raw].custom_slice;
    u8 policy = t.policy;
    s32 nice = t.static_prio - DEFAULT_PRIO;
    u32 rt_priority = t.rt_priority;
    if (from.sched_reset_on_fork) {
        c.w.se[t.se.raw].slice = c.w.g.tune.base_slice;
        c.w.se[t.se.raw].custom_slice = 0;
        if (policy == SCHED_FIFO || policy == SCHED_RR || policy == SCHED_DEADLINE) {
            policy = SCHED_NORMAL;
            nice = 0;
            rt_priority = 0;
        } else if (nice < 0) {
            nice = 0;
        }
    }
    if (policy == SCHED_DEADLINE) {
        se_free(c, t.se);
        t.se = SeId{};
        return -EAGAIN;
    }
    sched_set_params(c, child, policy, nice, rt_priority);
    init_entity_runnable_average(c, t.se);
    CpuId here{c.here};
    set_task_rq(c, child, here);
    c.w.tasks[child].cpu = here;
    update_rq_clock(c, here);
    class_of(c, child).task_fork(c, child);
    return 0;
}

void wake_up_new_task(Context& c, TaskId p) {
    c.w.tasks[p].__state = TASK_RUNNING;
    Rule rule;
    CpuId cpu = select_task_rq(c, p, WF_FORK, rule);
    task_struct& t = c.w.tasks[p];
    t.cpu = cpu;
    t.wake_cpu = cpu;
    set_task_rq(c, p, cpu);
    update_rq_clock(c, cpu);
    post_init_entity_util_avg(c, p);
    activate_task(c, cpu, p, ENQUEUE_NOCLOCK | ENQUEUE_INITIAL);
    emit(c, Ev::sched_wakeup_new, c.here, p, cpu.raw, rule);
    check_preempt_curr(c, cpu, p, WF_FORK);
    class_of(c, p).task_woken(c, cpu, p);
    ++c.acts.wakeups;
}

void scheduler_tick(Context& c, CpuId cpu) {
    update_rq_clock(c, cpu);
    TaskId curr = c.w.rqs[cpu.raw].curr;
    class_of(c, curr).task_tick(c, cpu, curr);
    if (c.w.g.cpus > 1) trigger_load_balance(c, cpu);
}

void do_sched_yield(Context& c, CpuId cpu) {
    update_rq_clock(c, cpu);
    ++c.w.rqs[cpu.raw].yld_count;
    class_of(c, c.w.rqs[cpu.raw].curr).yield_task(c, cpu);
}

void change_queued(Context& c, TaskId p, u32 flags, void (*change)(Context&, TaskId, void*),
                   void* data) {
    CpuId cpu = c.w.tasks[p].cpu;
    update_rq_clock(c, cpu);
    bool queued = c.w.tasks[p].on_rq == TASK_ON_RQ_QUEUED;
    bool running = c.w.rqs[cpu.raw].curr == p;
    u32 both = DEQUEUE_SAVE | DEQUEUE_NOCLOCK | flags;
    if (queued) class_of(c, p).dequeue_task(c, cpu, p, both);
    if (running) class_of(c, p).put_prev_task(c, cpu, p);
    change(c, p, data);
    if (queued) class_of(c, p).enqueue_task(c, cpu, p, ENQUEUE_RESTORE | ENQUEUE_NOCLOCK | flags);
    if (running) class_of(c, p).set_next_task(c, cpu, p);
}

bool task_is_running(const Context& c, TaskId p) {
    return c.w.rqs[c.w.tasks[p].cpu.raw].curr == p;
}

s32 task_nice(const Context& c, TaskId p) { return c.w.tasks[p].static_prio - DEFAULT_PRIO; }

void set_user_nice(Context& c, TaskId p, s32 nice) {
    task_struct& t = c.w.tasks[p];
    if (task_nice(c, p) == nice) return;
    if (t.policy == SCHED_FIFO || t.policy == SCHED_RR || t.policy == SCHED_DEADLINE) {
        t.static_prio = DEFAULT_PRIO + nice;
        return;
    }
    s32 old_prio = t.prio;
    change_queued(
        c, p, 0,
        [](Context& k, TaskId task, void* value) {
            const task_struct before = k.w.tasks[task];
            sched_set_params(k, task, before.policy, *static_cast<s32*>(value),
                             before.rt_priority);
            if (before.prio >= MAX_RT_PRIO) return;
            k.w.tasks[task].prio = before.prio;  // lent to it by who waits for its mutex
            k.w.tasks[task].sched_class = before.sched_class;
        },
        &nice);
    emit(c, Ev::sched_attr, c.here, p, u32{c.w.tasks[p].policy}, nice, Rule::none);
    class_of(c, p).prio_changed(c, c.w.tasks[p].cpu, p, old_prio);
}

void sched_set_params(Context& c, TaskId p, u8 policy, s32 nice, u32 rt_priority) {
    task_struct& t = c.w.tasks[p];
    t.policy = policy;
    t.static_prio = DEFAULT_PRIO + nice;
    t.rt_priority = rt_priority;
    if (policy == SCHED_DEADLINE) {
        t.normal_prio = -1;
        t.sched_class = static_cast<u8>(ClassIndex::deadline);
    } else if (policy == SCHED_FIFO || policy == SCHED_RR) {
        t.normal_prio = MAX_RT_PRIO - 1 - static_cast<s32>(rt_priority);
        t.sched_class = static_cast<u8>(ClassIndex::rt);
    } else {
        t.normal_prio = t.static_prio;
        t.sched_class = static_cast<u8>(ClassIndex::fair);
    }
    t.prio = t.normal_prio;
    sched_entity& se = c.w.se[t.se.raw];
    u32 weight = policy == SCHED_IDLE ? SCHED_IDLE_WEIGHT << 10 : weight_of_nice(nice) << 10;
    u32 inverse = policy == SCHED_IDLE ? SCHED_IDLE_WMULT : wmult_of_nice(nice);
    if (se.weight)
        reweight_entity(c, t.se, weight, inverse);
    else {
        se.weight = weight;
        se.inv_weight = inverse;
    }
}

SeId se_alloc(Context& c) {
    World& w = c.w;
    if (!w.se_free.empty()) {
        u32 index = w.se_free[w.se_free.size() - 1];
        w.se_free.pop();
        return SeId{index};
    }
    u32 index = w.se.size();
    w.se.push(sched_entity{});
    w.se_nodes.push(se_node{});
    w.se_avgs.push(sched_avg{});
    return SeId{index};
}

void se_free(Context& c, SeId se) {
    c.w.se[se.raw] = sched_entity{};
    c.w.se_nodes[se.raw] = se_node{};
    c.w.se_avgs[se.raw] = sched_avg{};
    c.w.se_free.push(se.raw);
}

u32 intern_cpumask(Context& c, const cpumask& mask) {
    for (u32 i = 0; i < c.w.cpumasks.size(); ++i)
        if (c.w.cpumasks[i] == mask) return i;
    return c.w.cpumasks.push(mask);
}

void init_idle(Context& c, TaskId p, CpuId cpu) {
    task_struct& t = c.w.tasks[p];
    t.__state = TASK_RUNNING;
    t.flags |= PF_IDLE;
    t.nr_cpus_allowed = c.w.g.cpus;
    t.sched_task_group = c.w.g.root_group;
    t.sched_class = static_cast<u8>(ClassIndex::idle);
    t.policy = SCHED_NORMAL;
    t.prio = t.static_prio = t.normal_prio = DEFAULT_PRIO;
    t.cpu = t.wake_cpu = cpu;
    t.on_rq = TASK_ON_RQ_QUEUED;
    t.on_cpu = 1;
    rq& q = c.w.rqs[cpu.raw];
    q.idle = p;
    q.curr = p;
}

void sched_init(Context& c) {
    World& w = c.w;
    u32 cpus = w.g.cpus;
    w.cpumasks.push(cpumask::up_to(cpus));
    w.root_domains.push(root_domain{w.cpumasks.push(cpumask{}), 0, 0});
    w.root_domains.push(root_domain{0, cpus, 0});  // until there are domains
    w.rqs.resize(cpus);
    w.cfs_rqs.resize(cpus + 1);
    w.rt_rqs.resize(cpus);
    w.dl_rqs.resize(cpus);
    w.se.resize(1);
    w.se_nodes.resize(1);
    w.se_avgs.resize(1);
    w.dl_entities.resize(1);
    w.g.root_group = w.groups.create();
    task_group& root = w.groups[w.g.root_group];
    root.shares = NICE_0_LOAD;
    root.cfs_rq_base = 1;
    root.bandwidth.quota = NEVER;
    root.bandwidth.period = 100 * NSEC_PER_MSEC;
    for (u32 i = 0; i < cpus; ++i) {
        w.rqs[i].cpu = CpuId{i};
        w.rqs[i].rd = 1;
        w.rqs[i].online = 1;
        w.rqs[i].cpu_capacity = 1024;
        cfs_rq& cfs = w.cfs_rqs[i + 1];
        cfs.tg = w.g.root_group;
        cfs.cpu = CpuId{i};
        // The kernel starts virtual time just below its wrap, so that wrapping is always exercised.
        cfs.min_vruntime = static_cast<u64>(-(s64{1} << 20));
        w.rt_rqs[i].highest_prio = RT_PRIO_NONE;
        w.rt_rqs[i].rt_runtime = w.g.tune.rt_runtime;
        init_dl_rq_bw_ratio(w, i);
    }
    fair_server_init(c);
}

}  // namespace rq
