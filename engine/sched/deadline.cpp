// The deadline class (kernel/sched/deadline.c, 6.1 and 6.12): earliest deadline first, each task in
// a constant bandwidth server: a budget of dl_runtime in each dl_period; who uses it up waits for
// the next period. Bandwidth sums are in dl_bandwidth.cpp, moving between CPUs in dl_push.cpp, the
// fair server in dl_server.cpp. Left out: SCHED_FLAG_SUGOV, CPUs of unequal speed.
#include "sched/deadline.hpp"

#include "sched/pelt.hpp"
#include "sched/policy.hpp"
#include "sched/rt.hpp"
#include "task/signal.hpp"

namespace rq {

namespace {

sched_dl_entity& entity(Context& c, u32 e) { return c.w.dl_entities[e]; }
sched_dl_entity& dl_of(Context& c, TaskId p) { return c.w.dl_entities[c.w.tasks[p].dl]; }
u64 rq_clock(const Context& c, u32 e) { return c.w.rqs[dl_cpu(c.w, e).raw].clock; }
bool dl_is_implicit(const sched_dl_entity& d) { return d.dl_deadline == d.dl_period; }
u64 dl_next_period(const sched_dl_entity& d) { return d.deadline - d.dl_deadline + d.dl_period; }

/// True if the remaining budget until the deadline is more than the entity's bandwidth allows.
bool dl_entity_overflow(const Context& c, const sched_dl_entity& d, u64 now) {
    const sched_dl_entity& p = pi_of(c.w, d);
    u64 left = (p.dl_deadline >> DL_SCALE) * static_cast<u64>(d.runtime >> DL_SCALE);
    u64 right = ((d.deadline - now) >> DL_SCALE) * (p.dl_runtime >> DL_SCALE);
    return before(right, left);
}

void note(Context& c, u32 e, u32 what, Rule rule) {
    sched_dl_entity& d = entity(c, e);
    emit(c, Ev::dl_event, dl_cpu(c.w, e).raw, d.task, what, rule);
}

/// A server that need not run yet is put off until it would have to.
void defer_replenished(Context& c, u32 e) {
    sched_dl_entity& d = entity(c, e);
    u64 now = rq_clock(c, e);
    if (!d.dl_defer || d.dl_defer_running || is_dl_boosted(d)) return;
    if (!before(now, d.deadline - static_cast<u64>(d.runtime))) return;
    d.dl_defer_armed = 1;
    d.dl_throttled = 1;
    if (start_dl_timer(c, e)) return;
    timer_disarm(c, d.dl_timer);
    d.dl_defer_armed = 0;
    d.dl_throttled = 0;
}

void replenish_dl_entity(Context& c, u32 e) {
    sched_dl_entity& d = entity(c, e);
    const sched_dl_entity& p = pi_of(c.w, d);
    u64 now = rq_clock(c, e);
    if (d.dl_deadline == 0 || (d.dl_defer_armed && dl_entity_overflow(c, d, now))) {
        d.deadline = now + p.dl_deadline;
        d.runtime = static_cast<s64>(p.dl_runtime);
    }
    if (d.dl_yielded && d.runtime > 0) d.runtime = 0;
    if (d.runtime <= 0) {
        // As many periods as it takes until there is budget again.
        u64 owed = static_cast<u64>(-d.runtime);
        u64 periods = owed / p.dl_runtime + 1;
        d.deadline += periods * p.dl_period;
        d.runtime += static_cast<s64>(periods * p.dl_runtime);
    }
    if (before(d.deadline, now)) replenish_dl_new_period(c, e);
    d.dl_yielded = 0;
    d.dl_throttled = 0;
    because(c, Rule::replenish_dl, d.runtime, d.deadline);
    note(c, e, DL_EVENT_REPLENISH, Rule::replenish_dl);
    if (d.dl_defer_armed) {
        d.dl_defer_armed = 0;
        return;
    }
    defer_replenished(c, e);
}

/// A wakeup: goes on with what is left of the period if that is no more than its bandwidth.
void update_dl_entity(Context& c, u32 e) {
    sched_dl_entity& d = entity(c, e);
    u64 now = rq_clock(c, e);
    bool passed = before(d.deadline, now);
    if (passed || dl_entity_overflow(c, d, now)) {
        bool constrained = !dl_is_implicit(d) || (d.dl_defer && d.dl_defer_running);
        if (constrained && !passed && !is_dl_boosted(d)) {
            // The revised rule: the old deadline, with as much as the density allows until then.
            u64 laxity = d.deadline - now;
            d.runtime = static_cast<s64>((d.dl_density * laxity) >> BW_SHIFT);
            note(c, e, DL_EVENT_WAKEUP_RULE, Rule::dl_wakeup_rule);
            return;
        }
        d.dl_defer_running = 0;
        replenish_dl_new_period(c, e);
        because(c, Rule::dl_wakeup_rule, d.deadline);
        note(c, e, DL_EVENT_WAKEUP_RULE, Rule::dl_wakeup_rule);
    } else if (d.dl_server && d.dl_defer && !d.dl_defer_running) {
        d.dl_defer_armed = 1;
        d.dl_throttled = 1;
    }
}

/// With a deadline before the end of the period: who wakes between the two has had its share.
void dl_check_constrained_dl(Context& c, u32 e) {
    sched_dl_entity& d = entity(c, e);
    u64 now = rq_clock(c, e);
    if (!before(d.deadline, now) || !before(now, dl_next_period(d))) return;
    if (is_dl_boosted(d) || !start_dl_timer(c, e)) return;
    d.dl_throttled = 1;
    if (d.runtime > 0) d.runtime = 0;
}

void enqueue_node(Context& c, u32 e) {
    CpuId cpu = dl_cpu(c.w, e);
    dl_rq& q = c.w.dl_rqs[cpu.raw];
    sched_dl_entity& d = entity(c, e);
    d.key = d.deadline;
    dl_tree(c.w, q).insert(e, [](const sched_dl_entity& a, const sched_dl_entity& b) {
        return before(a.key, b.key);
    });
    d.on_dl_rq = 1;
    ++q.dl_nr_running;
    ++c.w.rqs[cpu.raw].nr_running;
    q.earliest_curr = c.w.dl_entities[q.root.leftmost].key;
}

void dequeue_node(Context& c, u32 e) {
    sched_dl_entity& d = entity(c, e);
    if (!d.on_dl_rq) return;
    CpuId cpu = dl_cpu(c.w, e);
    dl_rq& q = c.w.dl_rqs[cpu.raw];
    dl_tree(c.w, q).erase(e);
    d.on_dl_rq = 0;
    --q.dl_nr_running;
    --c.w.rqs[cpu.raw].nr_running;
    q.earliest_curr = q.root.leftmost ? c.w.dl_entities[q.root.leftmost].key : 0;
}

bool migrating(const Context& c, const sched_dl_entity& d) {
    return d.task && c.w.tasks[d.task].on_rq == TASK_ON_RQ_MIGRATING;
}

}  // namespace

void replenish_dl_new_period(Context& c, u32 e) {
    sched_dl_entity& d = entity(c, e);
    const sched_dl_entity& p = pi_of(c.w, d);
    d.deadline = rq_clock(c, e) + p.dl_deadline;
    d.runtime = static_cast<s64>(p.dl_runtime);
    if (d.dl_defer && !d.dl_defer_running) {
        d.dl_throttled = 1;
        d.dl_defer_armed = 1;
    }
}

bool start_dl_timer(Context& c, u32 e) {
    sched_dl_entity& d = entity(c, e);
    u64 at = d.dl_defer_armed ? d.deadline - static_cast<u64>(d.runtime) : dl_next_period(d);
    // The queue's clock may stand still while real time goes on.
    s64 ahead = static_cast<s64>(at - rq_clock(c, e));
    if (ahead / 1000 < 0) return false;
    u64 due = c.w.g.now + static_cast<u64>(ahead > 0 ? ahead : 0);
    if (!c.w.timers[d.dl_timer].armed) timer_arm(c, d.dl_timer, CpuId{c.here}, due, 0);
    return true;
}

void enqueue_dl_entity(Context& c, u32 e, u32 flags) {
    sched_dl_entity& d = entity(c, e);
    RQ_DEBUG_ASSERT(!d.on_dl_rq);
    if (!d.dl_throttled && !dl_is_implicit(d)) dl_check_constrained_dl(c, e);
    if ((flags & ENQUEUE_RESTORE) || migrating(c, d)) {
        CpuId cpu = dl_cpu(c.w, e);
        add_rq_bw(c, e, cpu);
        add_running_bw(c, e, cpu);
    }
    if (!d.dl_defer && d.dl_throttled && !(flags & ENQUEUE_REPLENISH)) {
        if (flags & ENQUEUE_WAKEUP) task_contending(c, e, flags);
        return;  // the replenishment timer will queue it
    }
    if (flags & ENQUEUE_WAKEUP) {
        task_contending(c, e, flags);
        update_dl_entity(c, e);
    } else if (flags & ENQUEUE_REPLENISH) {
        replenish_dl_entity(c, e);
    } else if ((flags & ENQUEUE_RESTORE) && !is_dl_boosted(d) &&
               before(d.deadline, rq_clock(c, e)) && !d.dl_throttled) {
        replenish_dl_new_period(c, e);
    }
    if (d.dl_throttled && start_dl_timer(c, e)) return;
    if (d.dl_throttled) {
        timer_disarm(c, d.dl_timer);
        d.dl_defer_armed = 0;
        d.dl_throttled = 0;
    }
    enqueue_node(c, e);
}

void dequeue_dl_entity(Context& c, u32 e, u32 flags) {
    dequeue_node(c, e);
    if ((flags & DEQUEUE_SAVE) || migrating(c, entity(c, e))) {
        CpuId cpu = dl_cpu(c.w, e);
        sub_running_bw(c, e, cpu);
        sub_rq_bw(c, e, cpu);
    }
    if (flags & DEQUEUE_SLEEP) task_non_contending(c, e);
}

namespace {

void enqueue_task_dl(Context& c, CpuId, TaskId p, u32 flags) {
    u32 e = c.w.tasks[p].dl;
    sched_dl_entity& d = entity(c, e);
    if (is_dl_boosted(d)) {
        // What it inherits is not limited by its own budget.
        if (d.dl_throttled) timer_disarm(c, d.dl_timer);
        d.dl_throttled = 0;
    } else if (!dl_prio(c.w.tasks[p].normal_prio)) {
        d.dl_throttled = 0;  // about to lose the deadline it inherited
        return;
    }
    enqueue_dl_entity(c, e, flags);
}

void throttle(Context& c, CpuId cpu, u32 e) {
    sched_dl_entity& d = entity(c, e);
    d.dl_throttled = 1;
    if (d.runtime <= 0 && (d.dl_flags & SCHED_FLAG_DL_OVERRUN)) d.dl_overrun = 1;
    because(c, Rule::throttle_dl, -d.runtime);
    note(c, e, DL_EVENT_THROTTLE, Rule::throttle_dl);
    dequeue_dl_entity(c, e, 0);
    if (is_dl_boosted(d) || !start_dl_timer(c, e)) {
        if (d.dl_server)
            enqueue_dl_entity(c, e, ENQUEUE_REPLENISH);
        else
            enqueue_task_dl(c, cpu, d.task, ENQUEUE_REPLENISH);
    }
    if (c.w.dl_rqs[cpu.raw].root.leftmost != e)
        resched_curr(c, cpu, Rule::throttle_dl, {});
}

}  // namespace

void update_curr_dl_se(Context& c, CpuId cpu, u32 e, u64 delta_exec) {
    sched_dl_entity& d = entity(c, e);
    if (!delta_exec) {
        if (d.dl_yielded) throttle(c, cpu, e);
        return;
    }
    if (d.dl_server && d.dl_throttled && !d.dl_defer) return;
    u64 scaled = d.dl_server ? delta_exec : dl_scaled_delta_exec(c, cpu, d, delta_exec);
    d.runtime -= static_cast<s64>(scaled);
    if (d.dl_defer && d.dl_throttled && d.runtime <= 0) {
        // Fair tasks got their share without the server: it need not run in this period.
        d.dl_defer_running = 0;
        timer_disarm(c, d.dl_timer);
        replenish_dl_new_period(c, e);
        start_dl_timer(c, e);
        return;
    }
    if (d.runtime <= 0 || d.dl_yielded) throttle(c, cpu, e);
    if (!d.dl_server && c.w.g.kernel == 0) account_dl_time(c, cpu, delta_exec);
}

namespace {

void update_curr_dl(Context& c, CpuId cpu) {
    TaskId curr = c.w.rqs[cpu.raw].curr;
    u32 e = c.w.tasks[curr].dl;
    if (!dl_task(c.w, curr) || !e || !entity(c, e).on_dl_rq) return;
    update_curr_dl_se(c, cpu, e, update_curr_common(c, cpu));
}

bool dequeue_task_dl(Context& c, CpuId cpu, TaskId p, u32 flags) {
    update_curr_dl(c, cpu);
    dequeue_dl_entity(c, c.w.tasks[p].dl, flags);
    return true;
}

void yield_task_dl(Context& c, CpuId cpu) {
    dl_of(c, c.w.rqs[cpu.raw].curr).dl_yielded = 1;  // the rest of the budget is given up
    update_rq_clock(c, cpu);
    update_curr_dl(c, cpu);
    c.w.rqs[cpu.raw].skip_clock_update = 1;
}

void check_preempt_equal_dl(Context& c, CpuId cpu, TaskId p) {
    TaskId curr = c.w.rqs[cpu.raw].curr;
    if (c.w.tasks[curr].nr_cpus_allowed == 1 || !cpudl_find(c, curr, nullptr)) return;
    if (c.w.tasks[p].nr_cpus_allowed != 1 && cpudl_find(c, p, nullptr)) return;
    resched_curr(c, cpu, Rule::wakeup_preempt_dl, p);
}

void check_preempt_curr_dl(Context& c, CpuId cpu, TaskId p, u32) {
    const rq& q = c.w.rqs[cpu.raw];
    u64 mine = dl_of(c, p).deadline;
    u64 running = dl_of(c, q.curr).deadline;
    if (before(mine, running)) {
        because(c, Rule::wakeup_preempt_dl, mine, running);
        resched_curr(c, cpu, Rule::wakeup_preempt_dl, p);
    } else if (mine == running && !q.need_resched && c.w.g.cpus > 1) {
        check_preempt_equal_dl(c, cpu, p);
    }
}

void set_next_task_dl(Context& c, CpuId cpu, TaskId p) {
    TaskId before = c.w.rqs[cpu.raw].curr;
    if (c.w.tasks[before].sched_class != static_cast<u8>(ClassIndex::deadline))
        update_dl_rq_load_avg(c, cpu, false);
    c.w.se[c.w.tasks[p].se.raw].exec_start = c.w.rqs[cpu.raw].clock_task;
}

/// Says why the first of the queue runs, and whose deadline comes next.
void explain_pick(Context& c, CpuId cpu, u32 e) {
    dl_rq& q = c.w.dl_rqs[cpu.raw];
    u32 second = dl_tree(c.w, q).next(e);
    c.pick_rule = Rule::pick_deadline;
    c.runner_up = second ? c.w.dl_entities[second].task : TaskId{};
    because(c, Rule::pick_deadline, entity(c, e).deadline);
}

TaskId pick_next_task_dl(Context& c, CpuId cpu, TaskId) {
    const sched_class& fair = class_at(c, static_cast<u32>(ClassIndex::fair));
    while (u32 e = c.w.dl_rqs[cpu.raw].root.leftmost) {
        if (entity(c, e).dl_server) {
            TaskId served = fair.pick_next_task(c, cpu, {});
            if (served) return served;
            dl_server_stop(c, cpu);
            continue;
        }
        TaskId p = entity(c, e).task;
        set_next_task_dl(c, cpu, p);
        if (c.w.dl_rqs[cpu.raw].dl_nr_running > 1 && c.w.g.cpus > 1)
            c.w.rqs[cpu.raw].balance_callback |= CALLBACK_PUSH_DL;
        hrtick_start_dl(c, cpu, entity(c, e).runtime);
        explain_pick(c, cpu, e);
        return p;
    }
    return {};
}

void put_prev_task_dl(Context& c, CpuId cpu, TaskId) {
    update_curr_dl(c, cpu);
    update_dl_rq_load_avg(c, cpu, true);
}

bool balance_dl(Context& c, CpuId cpu, TaskId prev) {
    u32 e = c.w.tasks[prev].dl;
    bool queued = e && entity(c, e).on_dl_rq;
    if (!queued && dl_task(c.w, prev)) pull_dl_task(c, cpu);
    TaskId stop = c.w.rqs[cpu.raw].stop;
    return (stop && c.w.tasks[stop].on_rq) || c.w.dl_rqs[cpu.raw].dl_nr_running;
}

CpuId select_task_rq_dl(Context& c, TaskId p, CpuId cpu, u32 wake_flags) {
    if (!(wake_flags & WF_TTWU)) return cpu;
    TaskId curr = c.w.rqs[cpu.raw].curr;
    bool elsewhere = dl_task(c.w, curr) && c.w.tasks[p].nr_cpus_allowed > 1 &&
                     (c.w.tasks[curr].nr_cpus_allowed < 2 || !dl_entity_preempt(c.w, p, curr));
    if (!elsewhere) return cpu;
    u32 target = find_later_rq(c, p);
    if (target == cpumask::none || !dl_task_is_earliest_deadline(c, p, CpuId{target})) return cpu;
    c.pick_rule = Rule::select_dl;
    return CpuId{target};
}

void task_tick_dl(Context& c, CpuId cpu, TaskId curr) {
    sched_dl_entity& d = dl_of(c, curr);
    if (d.dl_overrun && !c.slice_timer) {  // check_dl_overrun(): told at the next tick
        d.dl_overrun = 0;
        send_signal(c, curr, SIGXCPU);
    }
    update_curr_dl(c, cpu);
    u32 e = c.w.tasks[curr].dl;
    bool goes_on = c.slice_timer && d.runtime > 0 && c.w.dl_rqs[cpu.raw].root.leftmost == e;
    if (goes_on) hrtick_start_dl(c, cpu, d.runtime);
}
void task_fork_dl(Context&, TaskId) {}  // a deadline task cannot fork
void task_dead_dl(Context&, TaskId) {}  // its entity waits for the 0-lag time (sched_task_dead)

void task_woken_dl(Context& c, CpuId cpu, TaskId p) {
    const rq& q = c.w.rqs[cpu.raw];
    bool push = q.curr != p && !q.need_resched && c.w.tasks[p].nr_cpus_allowed > 1 &&
                dl_task(c.w, q.curr) &&
                (c.w.tasks[q.curr].nr_cpus_allowed < 2 || !dl_entity_preempt(c.w, p, q.curr));
    if (push)
        while (push_dl_task(c, cpu)) {
        }
}

/// A waking task takes its bandwidth along: enqueueing adds it where it goes.
void migrate_task_rq_dl(Context& c, TaskId p, CpuId) {
    const task_struct& t = c.w.tasks[p];
    if (t.on_rq || t.__state == TASK_RUNNING) return;
    sched_dl_entity& d = entity(c, t.dl);
    if (d.dl_non_contending) {
        update_rq_clock(c, t.cpu);
        sub_running_bw(c, t.dl, t.cpu);
        d.dl_non_contending = 0;
        timer_disarm(c, d.inactive_timer);
    }
    sub_rq_bw(c, t.dl, t.cpu);
}

void set_cpus_allowed_dl(Context& c, TaskId p, u32 mask) { set_cpus_allowed_common(c, p, mask); }

void switched_from_dl(Context& c, CpuId cpu, TaskId p) {
    u32 e = c.w.tasks[p].dl;
    bool queued = c.w.tasks[p].on_rq == TASK_ON_RQ_QUEUED;
    if (queued && entity(c, e).dl_runtime) task_non_contending(c, e);
    if (!queued) {
        if (entity(c, e).dl_non_contending) sub_running_bw(c, e, cpu);
        sub_rq_bw(c, e, cpu);
    }
    entity(c, e).dl_non_contending = 0;
    if (queued && !c.w.dl_rqs[cpu.raw].dl_nr_running)
        c.w.rqs[cpu.raw].balance_callback |= CALLBACK_PULL_DL;
}

void switched_to_dl(Context& c, CpuId cpu, TaskId p) {
    u32 e = c.w.tasks[p].dl;
    timer_disarm(c, entity(c, e).inactive_timer);
    if (c.w.tasks[p].on_rq != TASK_ON_RQ_QUEUED) return add_rq_bw(c, e, cpu);
    rq& q = c.w.rqs[cpu.raw];
    if (q.curr == p) return;
    if (c.w.tasks[p].nr_cpus_allowed > 1 && c.w.g.cpus > 1)
        q.balance_callback |= CALLBACK_PUSH_DL;
    if (dl_task(c.w, q.curr))
        check_preempt_curr_dl(c, cpu, p, 0);
    else
        resched_curr(c, cpu, Rule::switched_class, p);
}

void prio_changed_dl(Context& c, CpuId cpu, TaskId p, s32) {
    if (c.w.tasks[p].on_rq != TASK_ON_RQ_QUEUED) return;
    rq& q = c.w.rqs[cpu.raw];
    q.balance_callback |= CALLBACK_PULL_DL;
    u64 deadline = dl_of(c, p).deadline;
    if (q.curr == p) {
        const dl_rq& dl = c.w.dl_rqs[cpu.raw];
        if (dl.dl_nr_running && before(dl.earliest_curr, deadline))
            resched_curr(c, cpu, Rule::prio_changed, entity(c, dl.root.leftmost).task);
    } else if (!dl_task(c.w, q.curr) || before(deadline, dl_of(c, q.curr).deadline)) {
        resched_curr(c, cpu, Rule::prio_changed, p);
    }
}

u64 get_rr_interval_dl(const Context&, TaskId) { return 0; }

}  // namespace

void dl_task_timer(Context& c, u32 e) {
    sched_dl_entity& d = entity(c, e);
    if (d.dl_server) return dl_server_timer(c, e);
    if (!d.task || !c.w.tasks.alive(d.task)) return;
    TaskId p = d.task;
    if (!dl_task(c.w, p) || is_dl_boosted(d) || !d.dl_throttled) return;
    CpuId cpu = c.w.tasks[p].cpu;
    update_rq_clock(c, cpu);
    if (c.w.tasks[p].on_rq != TASK_ON_RQ_QUEUED) return replenish_dl_entity(c, e);
    enqueue_task_dl(c, cpu, p, ENQUEUE_REPLENISH);
    if (dl_task(c.w, c.w.rqs[cpu.raw].curr))
        check_preempt_curr_dl(c, cpu, p, 0);
    else
        resched_curr(c, cpu, Rule::replenish_dl, p);
    push_dl_task(c, cpu);
}

u32 dl_entity_alloc(Context& c) {
    Column<sched_dl_entity>& all = c.w.dl_entities;
    u32 e = all[0].next_free;
    if (e)
        all[0].next_free = all[e].next_free;
    else
        e = all.push(sched_dl_entity{});
    all[e] = sched_dl_entity{};
    all[e].dl_timer = timer_create(c, TimerKind::dl_replenish, e);
    all[e].inactive_timer = timer_create(c, TimerKind::dl_inactive, e);
    return e;
}

void dl_entity_free(Context& c, u32 e) {
    Column<sched_dl_entity>& all = c.w.dl_entities;
    timer_destroy(c, all[e].dl_timer);
    timer_destroy(c, all[e].inactive_timer);
    all[e] = sched_dl_entity{};
    all[e].next_free = all[0].next_free;
    all[0].next_free = e;
}

u32 dl_entity_of(Context& c, TaskId p) {
    if (!c.w.tasks[p].dl) {
        u32 e = dl_entity_alloc(c);
        c.w.dl_entities[e].task = p;
        c.w.tasks[p].dl = e;
    }
    return c.w.tasks[p].dl;
}

void dl_entity_release(Context& c, TaskId p) {
    u32 e = c.w.tasks[p].dl;
    if (!e) return;
    sched_dl_entity& d = entity(c, e);
    c.w.tasks[p].dl = 0;
    d.cpu = c.w.tasks[p].cpu;
    d.task = {};
    timer_disarm(c, d.dl_timer);
    if (!c.w.timers[d.inactive_timer].armed) dl_entity_free(c, e);
}

void dl_clear_params(sched_dl_entity& d) {
    d.dl_runtime = d.dl_deadline = d.dl_period = d.dl_bw = d.dl_density = 0;
    d.dl_flags = 0;
    d.dl_throttled = d.dl_yielded = d.dl_non_contending = d.dl_overrun = 0;
    d.dl_server = d.dl_defer = d.dl_defer_running = d.dl_defer_armed = 0;
    d.pi_se = 0;
}

const sched_class dl_sched_class = {
    "deadline",
    enqueue_task_dl,
    dequeue_task_dl,
    yield_task_dl,
    check_preempt_curr_dl,
    pick_next_task_dl,
    put_prev_task_dl,
    set_next_task_dl,
    balance_dl,
    select_task_rq_dl,
    task_tick_dl,
    task_fork_dl,
    task_dead_dl,
    task_woken_dl,
    migrate_task_rq_dl,
    set_cpus_allowed_dl,
    switched_from_dl,
    switched_to_dl,
    prio_changed_dl,
    get_rr_interval_dl,
    update_curr_dl,
};

}  // namespace rq
