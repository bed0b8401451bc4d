// The real-time class (kernel/sched/rt.c, 6.1 and 6.12): a queue for each of 100 priorities and a
// bitmap of those that are not empty; the first task of the highest one runs. SCHED_RR tasks go to
// the end of their queue when their time slice is over. Bandwidth (6.1) is in rt_bandwidth.cpp,
// moving tasks between CPUs in rt_push.cpp. Left out: RT_GROUP_SCHED, RLIMIT_RTTIME.
#include "sched/rt.hpp"

#include "base/fixed.hpp"
#include "sched/bandwidth.hpp"
#include "sched/pelt.hpp"
#include "sched/policy.hpp"

namespace rq {

u64 update_curr_common(Context& c, CpuId cpu) {
    TaskId curr = c.w.rqs[cpu.raw].curr;
    sched_entity& se = c.w.se[c.w.tasks[curr].se.raw];
    u64 now = c.w.rqs[cpu.raw].clock_task;
    if (!before(se.exec_start, now)) return 0;
    u64 delta_exec = now - se.exec_start;
    se.exec_start = now;
    se.sum_exec_runtime += delta_exec;
    account_group_usage(c, curr, delta_exec);
    return delta_exec;
}

namespace {

rt_rq& queue_of(Context& c, CpuId cpu) { return c.w.rt_rqs[cpu.raw]; }

/// False for a change that keeps the task's place in its list.
bool move_entity(u32 flags) { return (flags & (DEQUEUE_SAVE | DEQUEUE_MOVE)) != DEQUEUE_SAVE; }

void list_add(Context& c, rt_rq& q, TaskId p, bool head) {
    task_struct& t = c.w.tasks[p];
    u32 prio = static_cast<u32>(t.prio);
    TaskId& first = q.queue_head[prio];
    TaskId& last = q.queue_tail[prio];
    t.rt_prev = head ? TaskId{} : last;
    t.rt_next = head ? first : TaskId{};
    if (t.rt_prev) c.w.tasks[t.rt_prev].rt_next = p;
    if (t.rt_next) c.w.tasks[t.rt_next].rt_prev = p;
    if (!t.rt_prev) first = p;
    if (!t.rt_next) last = p;
    q.active.set(prio);
    t.rt_on_rq |= RT_ON_LIST;
}

void list_remove(Context& c, rt_rq& q, TaskId p) {
    task_struct& t = c.w.tasks[p];
    u32 prio = static_cast<u32>(t.prio);
    (t.rt_prev ? c.w.tasks[t.rt_prev].rt_next : q.queue_head[prio]) = t.rt_next;
    (t.rt_next ? c.w.tasks[t.rt_next].rt_prev : q.queue_tail[prio]) = t.rt_prev;
    t.rt_next = t.rt_prev = {};
    if (!q.queue_head[prio]) q.active.clear(prio);
    t.rt_on_rq &= static_cast<u8>(~RT_ON_LIST);
}

void update_highest_prio(rt_rq& q) {
    u32 first = q.rt_nr_running ? q.active.first() : Bitmap<128>::none;
    q.highest_prio = first == Bitmap<128>::none ? RT_PRIO_NONE : static_cast<s32>(first);
}

void dequeue_entity(Context& c, CpuId cpu, TaskId p, u32 flags) {
    rt_rq& q = queue_of(c, cpu);
    task_struct& t = c.w.tasks[p];
    u32 count = q.rt_nr_running;
    if (t.rt_on_rq & RT_ON_RQ) {
        if (move_entity(flags)) list_remove(c, q, p);
        t.rt_on_rq &= static_cast<u8>(~RT_ON_RQ);
        --q.rt_nr_running;
        if (t.policy == SCHED_RR) --q.rr_nr_running;
        update_highest_prio(q);
    }
    dequeue_top_rt_rq(c, cpu, count);
}

void enqueue_task_rt(Context& c, CpuId cpu, TaskId p, u32 flags) {
    rt_rq& q = queue_of(c, cpu);
    dequeue_entity(c, cpu, p, flags);
    task_struct& t = c.w.tasks[p];
    if (move_entity(flags)) list_add(c, q, p, flags & ENQUEUE_HEAD);
    t.rt_on_rq |= RT_ON_RQ;
    ++q.rt_nr_running;
    if (t.policy == SCHED_RR) ++q.rr_nr_running;
    update_highest_prio(q);
    if (c.w.g.kernel == 0) start_rt_bandwidth(c);
    enqueue_top_rt_rq(c, cpu);
}

void update_curr_rt(Context& c, CpuId cpu) {
    TaskId curr = c.w.rqs[cpu.raw].curr;
    if (c.w.tasks[curr].sched_class != static_cast<u8>(ClassIndex::rt)) return;
    u64 delta_exec = update_curr_common(c, cpu);
    if (delta_exec && c.w.g.kernel == 0) account_rt_time(c, cpu, delta_exec);
}

bool dequeue_task_rt(Context& c, CpuId cpu, TaskId p, u32 flags) {
    update_curr_rt(c, cpu);
    dequeue_entity(c, cpu, p, flags);
    enqueue_top_rt_rq(c, cpu);
    return true;
}

void requeue_task_rt(Context& c, CpuId cpu, TaskId p, bool head) {
    if (!(c.w.tasks[p].rt_on_rq & RT_ON_RQ)) return;
    rt_rq& q = queue_of(c, cpu);
    list_remove(c, q, p);
    list_add(c, q, p, head);
}

void yield_task_rt(Context& c, CpuId cpu) {
    requeue_task_rt(c, cpu, c.w.rqs[cpu.raw].curr, false);
}

/// Equal priorities: the woken task goes first if the running one could go elsewhere and it not.
void check_preempt_equal_prio(Context& c, CpuId cpu, TaskId p) {
    TaskId curr = c.w.rqs[cpu.raw].curr;
    if (c.w.tasks[curr].nr_cpus_allowed == 1 || !cpupri_find(c, curr, nullptr)) return;
    if (c.w.tasks[p].nr_cpus_allowed != 1 && cpupri_find(c, p, nullptr)) return;
    requeue_task_rt(c, cpu, p, true);
    resched_curr(c, cpu, Rule::wakeup_preempt_rt, p);
}

/// A priority as users know it: 99 is the highest.
s32 user_prio(s32 prio) { return MAX_RT_PRIO - 1 - prio; }

void check_preempt_curr_rt(Context& c, CpuId cpu, TaskId p, u32) {
    const rq& q = c.w.rqs[cpu.raw];
    s32 mine = c.w.tasks[p].prio;
    s32 running = c.w.tasks[q.curr].prio;
    if (mine < running) {
        because(c, Rule::wakeup_preempt_rt, user_prio(mine), user_prio(running));
        resched_curr(c, cpu, Rule::wakeup_preempt_rt, p);
    } else if (mine == running && !q.need_resched && c.w.g.cpus > 1) {
        check_preempt_equal_prio(c, cpu, p);
    }
}

void set_next_task_rt(Context& c, CpuId cpu, TaskId p) {
    TaskId before = c.w.rqs[cpu.raw].curr;
    if (c.w.tasks[before].sched_class != static_cast<u8>(ClassIndex::rt))
        update_rt_rq_load_avg(c, cpu, false);
    c.w.se[c.w.tasks[p].se.raw].exec_start = c.w.rqs[cpu.raw].clock_task;
}

/// Who would run if `picked` did not.
TaskId second_of(const Context& c, const rt_rq& q, TaskId picked) {
    const task_struct& t = c.w.tasks[picked];
    if (t.rt_next) return t.rt_next;
    u32 next = q.active.next(static_cast<u32>(t.prio) + 1);
    return next == Bitmap<128>::none ? TaskId{} : q.queue_head[next];
}

TaskId pick_next_task_rt(Context& c, CpuId cpu, TaskId) {
    rt_rq& q = queue_of(c, cpu);
    if (!q.rt_queued) return {};
    TaskId p = q.queue_head[q.active.first()];
    set_next_task_rt(c, cpu, p);
    if (q.rt_nr_running > 1 && c.w.g.cpus > 1)
        c.w.rqs[cpu.raw].balance_callback |= CALLBACK_PUSH_RT;
    c.pick_rule = Rule::pick_rt;
    c.runner_up = second_of(c, q, p);
    because(c, Rule::pick_rt, user_prio(c.w.tasks[p].prio));
    return p;
}

void put_prev_task_rt(Context& c, CpuId cpu, TaskId) {
    update_curr_rt(c, cpu);
    update_rt_rq_load_avg(c, cpu, true);
}

bool balance_rt(Context& c, CpuId cpu, TaskId prev) {
    bool queued = c.w.tasks[prev].rt_on_rq & RT_ON_RQ;
    if (!queued && queue_of(c, cpu).highest_prio > c.w.tasks[prev].prio) pull_rt_task(c, cpu);
    TaskId stop = c.w.rqs[cpu.raw].stop;
    return (stop && c.w.tasks[stop].on_rq) || c.w.dl_rqs[cpu.raw].dl_nr_running ||
           queue_of(c, cpu).rt_queued;
}

CpuId select_task_rq_rt(Context& c, TaskId p, CpuId cpu, u32 wake_flags) {
    if (!(wake_flags & (WF_TTWU | WF_FORK))) return cpu;
    TaskId curr = c.w.rqs[cpu.raw].curr;
    const task_struct& running = c.w.tasks[curr];
    bool stays = !rt_task(c.w, curr) ||
                 (running.nr_cpus_allowed >= 2 && running.prio > c.w.tasks[p].prio);
    if (stays) return cpu;
    u32 target = find_lowest_rq(c, p);
    if (target == cpumask::none || c.w.tasks[p].prio >= c.w.rt_rqs[target].highest_prio)
        return cpu;
    c.pick_rule = Rule::select_rt;
    return CpuId{target};
}

void task_tick_rt(Context& c, CpuId cpu, TaskId curr) {
    update_curr_rt(c, cpu);
    update_rt_rq_load_avg(c, cpu, true);
    task_struct& t = c.w.tasks[curr];
    if (t.policy != SCHED_RR) return;
    if (t.rt_time_slice_ticks > 1) {
        --t.rt_time_slice_ticks;
        return;
    }
    const Globals& g = c.w.g;
    t.rt_time_slice_ticks = static_cast<u32>(g.tune.rr_timeslice / g.tick_ns);
    if (!t.rt_next && !t.rt_prev) return;  // alone in its queue: no other task's turn
    TaskId rival = queue_of(c, cpu).queue_head[t.prio];
    if (rival == curr) rival = t.rt_next;
    requeue_task_rt(c, cpu, curr, false);
    because(c, Rule::tick_rr, g.tune.rr_timeslice);
    resched_curr(c, cpu, Rule::tick_rr, rival);
}

void task_fork_rt(Context&, TaskId) {}  // a child's time slice is whole (sched_fork)
void task_dead_rt(Context&, TaskId) {}  // nothing of the class outlives a task

void task_woken_rt(Context& c, CpuId cpu, TaskId p) {
    const rq& q = c.w.rqs[cpu.raw];
    const task_struct& t = c.w.tasks[p];
    const task_struct& curr = c.w.tasks[q.curr];
    bool need_to_push = q.curr != p && !q.need_resched && t.nr_cpus_allowed > 1 &&
                        curr.prio < MAX_RT_PRIO &&
                        (curr.nr_cpus_allowed < 2 || curr.prio <= t.prio);
    if (need_to_push) push_rt_tasks(c, cpu);
}

void migrate_task_rq_rt(Context&, TaskId, CpuId) {}  // nothing is kept by CPU
void set_cpus_allowed_rt(Context& c, TaskId p, u32 mask) { set_cpus_allowed_common(c, p, mask); }

void switched_from_rt(Context& c, CpuId cpu, TaskId p) {
    if (c.w.tasks[p].on_rq != TASK_ON_RQ_QUEUED || queue_of(c, cpu).rt_nr_running) return;
    c.w.rqs[cpu.raw].balance_callback |= CALLBACK_PULL_RT;
}

void switched_to_rt(Context& c, CpuId cpu, TaskId p) {
    rq& q = c.w.rqs[cpu.raw];
    if (q.curr == p || c.w.tasks[p].on_rq != TASK_ON_RQ_QUEUED) return;
    if (c.w.tasks[p].nr_cpus_allowed > 1 && c.w.g.cpus > 1)
        q.balance_callback |= CALLBACK_PUSH_RT;
    if (c.w.tasks[p].prio < c.w.tasks[q.curr].prio)
        resched_curr(c, cpu, Rule::switched_class, p);
}

void prio_changed_rt(Context& c, CpuId cpu, TaskId p, s32 old_prio) {
    rq& q = c.w.rqs[cpu.raw];
    s32 prio = c.w.tasks[p].prio;
    if (c.w.tasks[p].on_rq != TASK_ON_RQ_QUEUED) return;
    if (q.curr == p) {
        if (old_prio < prio) q.balance_callback |= CALLBACK_PULL_RT;
        const rt_rq& rt = queue_of(c, cpu);
        if (prio > rt.highest_prio)
            resched_curr(c, cpu, Rule::prio_changed, rt.queue_head[rt.highest_prio]);
    } else if (prio < c.w.tasks[q.curr].prio) {
        resched_curr(c, cpu, Rule::prio_changed, p);
    }
}

u64 get_rr_interval_rt(const Context& c, TaskId p) {
    return c.w.tasks[p].policy == SCHED_RR ? c.w.g.tune.rr_timeslice : 0;
}

}  // namespace

const sched_class rt_sched_class = {
    "rt",
    enqueue_task_rt,
    dequeue_task_rt,
    yield_task_rt,
    check_preempt_curr_rt,
    pick_next_task_rt,
    put_prev_task_rt,
    set_next_task_rt,
    balance_rt,
    select_task_rq_rt,
    task_tick_rt,
    task_fork_rt,
    task_dead_rt,
    task_woken_rt,
    migrate_task_rq_rt,
    set_cpus_allowed_rt,
    switched_from_rt,
    switched_to_rt,
    prio_changed_rt,
    get_rr_interval_rt,
    update_curr_rt,
};

}  // namespace rq
