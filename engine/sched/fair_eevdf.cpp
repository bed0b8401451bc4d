// The fair class of Linux 6.12: EEVDF (kernel/sched/fair.c, 6.12.115). Each entity asks for a slice
// of time at once; the request's virtual deadline is vruntime + slice / weight. Of those that have
// not had more than their share (vruntime <= the weighted average) the earliest deadline runs, and
// once picked it runs until its request is done. What an entity is owed or owes, its lag, it keeps
// over sleep; who sleeps owing stays queued until that is worked off. Virtual time: eevdf.cpp.
#include "sched/balance.hpp"
#include "sched/bandwidth.hpp"
#include "sched/dl_server.hpp"
#include "sched/eevdf.hpp"
#include "sched/pelt.hpp"
#include "sched/policy.hpp"

namespace rq {

namespace {

cfs_rq& queue_of(Context& c, SeId se) { return c.w.cfs_rqs[c.w.se[se.raw].cfs_rq.raw]; }

/// Forgets the entity as next buddy, up the hierarchy as far as it is one.
void clear_buddies(Context& c, const cfs_rq& cfs, SeId id) {
    if (cfs.next != id) return;
    for (SeId at = id; at.raw; at = c.w.se[at.raw].parent) {
        cfs_rq& queue = queue_of(c, at);
        if (queue.next != at) break;
        queue.next = SeId{0};
    }
}

void set_next_buddy(Context& c, SeId id) {
    for (SeId at = id; at.raw; at = c.w.se[at.raw].parent) {
        const sched_entity& se = c.w.se[at.raw];
        if (!se.on_rq || se_is_idle(c.w, se)) return;
        queue_of(c, at).next = at;
    }
}

/// Settles the running entity's time up to the queue's clock, and ends its turn when its request is
/// done, or when it is neither protected nor eligible any more (update_curr).
void update_curr(Context& c, cfs_rq& cfs) {
    if (!cfs.curr.raw) return;
    SeId id = cfs.curr;
    sched_entity& curr = c.w.se[id.raw];
    u64 now = c.w.rqs[cfs.cpu.raw].clock_task;
    s64 delta = static_cast<s64>(now - curr.exec_start);
    if (delta <= 0) return;
    u64 delta_exec = static_cast<u64>(delta);
    curr.exec_start = now;
    curr.sum_exec_runtime += delta_exec;
    cfs.exec_clock += delta_exec;
    curr.vruntime += calc_delta_fair(delta_exec, curr);
    u64 deadline = curr.deadline;
    bool used_up = update_deadline(c.w, cfs, id);
    if (entity_is_task(curr)) {
        account_group_usage(c, curr.task, delta_exec);
        dl_server_update(c, cfs.cpu, delta_exec);
    }
    account_cfs_rq_runtime(c, cfs, delta_exec);
    if (cfs.nr_running == 1) return;
    Rule rule = Rule::tick_slice_used;
    if (used_up) {
        because(c, rule, curr.vruntime, deadline);
    } else if (c.w.g.tune.has(Feat::PREEMPT_SHORT) && !protect_slice(curr) &&
               !entity_eligible(c.w, cfs, id)) {
        rule = Rule::tick_ineligible;
        because(c, rule, curr.vruntime, cfs.min_vruntime);
    } else {
        return;
    }
    resched_curr(c, cfs.cpu, rule, first_task_of(c.w, CfsRqId{cfs.cpu.raw + 1}));
    clear_buddies(c, cfs, id);
}

/// Counts a task that is asleep but queued, or no longer, in the queues above it.
void count_delayed(Context& c, SeId id, bool delayed) {
    c.w.se[id.raw].sched_delayed = delayed;
    if (!entity_is_task(c.w.se[id.raw])) return;
    for (SeId at = id; at.raw; at = c.w.se[at.raw].parent) {
        cfs_rq& cfs = queue_of(c, at);
        delayed ? ++cfs.h_nr_delayed : --cfs.h_nr_delayed;
        if (cfs.throttled) break;
    }
}

void enqueue_entity(Context& c, SeId id, u32 flags) {
    cfs_rq& cfs = queue_of(c, id);
    sched_entity& se = c.w.se[id.raw];
    bool is_curr = cfs.curr == id;
    if (is_curr) place_entity_eevdf(c.w, cfs, id, flags);
    update_curr(c, cfs);
    update_load_avg(c, cfs, id, PELT_UPDATE_TG | PELT_DO_ATTACH);
    se_update_runnable(c, id);
    update_cfs_group(c, id);
    if (!is_curr) place_entity_eevdf(c.w, cfs, id, flags);
    account_entity_enqueue(c, cfs, se);
    if (flags & ENQUEUE_MIGRATED) se.exec_start = 0;
    if (!is_curr) enqueue_node_eevdf(c.w, cfs, id);
    se.on_rq = 1;
    if (cfs.nr_running != 1) return;
    check_enqueue_throttle(c, cfs);
    if (cfs.throttled && !cfs.throttled_clock)
        cfs.throttled_clock = c.w.rqs[cfs.cpu.raw].clock;
}

/// False if the entity sleeps with negative lag: it stays until it has worked that off.
bool dequeue_entity(Context& c, SeId id, u32 flags) {
    cfs_rq& cfs = queue_of(c, id);
    sched_entity& se = c.w.se[id.raw];
    const Tunables& tune = c.w.g.tune;
    bool sleep = flags & DEQUEUE_SLEEP;
    update_curr(c, cfs);
    clear_buddies(c, cfs, id);
    bool may_delay = sleep && !(flags & (DEQUEUE_DELAYED | DEQUEUE_SPECIAL));
    if (may_delay && tune.has(Feat::DELAY_DEQUEUE) && !entity_eligible(c.w, cfs, id)) {
        update_load_avg(c, cfs, id, 0);
        count_delayed(c, id, true);
        return false;
    }
    bool migrating = entity_is_task(se) && c.w.tasks[se.task].on_rq == TASK_ON_RQ_MIGRATING;
    update_load_avg(c, cfs, id, PELT_UPDATE_TG | (migrating ? PELT_DO_DETACH : 0));
    se_update_runnable(c, id);
    update_entity_lag(c.w, cfs, id);
    if (tune.has(Feat::PLACE_REL_DEADLINE) && !sleep) {
        se.deadline -= se.vruntime;
        se.rel_deadline = 1;
    }
    if (cfs.curr != id) dequeue_node_eevdf(c.w, cfs, id);
    se.on_rq = 0;
    account_entity_dequeue(c, cfs, se);
    return_cfs_rq_runtime(c, cfs);
    update_cfs_group(c, id);
    if (flags & DEQUEUE_DELAYED) {
        count_delayed(c, id, false);
        if (tune.has(Feat::DELAY_ZERO) && se.vlag > 0) se.vlag = 0;
    }
    if (cfs.nr_running == 0) update_idle_cfs_rq_clock_pelt(c, cfs);
    return true;
}

/// A delayed entity is wanted again: if it has worked off more than it owed, that is forgotten.
void requeue_delayed_entity(Context& c, SeId id) {
    cfs_rq& cfs = queue_of(c, id);
    sched_entity& se = c.w.se[id.raw];
    if (c.w.g.tune.has(Feat::DELAY_ZERO)) {
        update_entity_lag(c.w, cfs, id);
        if (se.vlag > 0) {
            --cfs.nr_running;
            bool in_tree = cfs.curr != id;
            if (in_tree) dequeue_node_eevdf(c.w, cfs, id);
            se.vlag = 0;
            place_entity_eevdf(c.w, cfs, id, 0);
            if (in_tree) enqueue_node_eevdf(c.w, cfs, id);
            ++cfs.nr_running;
        }
    }
    update_load_avg(c, cfs, id, 0);
    count_delayed(c, id, false);
}

/// What changes in each queue when tasks come below or go (negative numbers).
struct Counts {
    u32 tasks;
    u32 idle;
    u32 delayed;

    void add(cfs_rq& cfs, bool minus) {
        cfs.h_nr_running += minus ? 0 - tasks : tasks;
        cfs.idle_h_nr_running += minus ? 0 - idle : idle;
        cfs.h_nr_delayed += minus ? 0 - delayed : delayed;
        if (cfs.idle) idle = tasks;
    }
};

/// The levels above those that were queued or taken off: averages, the least slice, the counts.
/// False if it ended at a throttled queue.
bool update_above(Context& c, SeId from, u64 slice, Counts& counts, bool minus) {
    for (SeId at = from; at.raw; at = c.w.se[at.raw].parent) {
        cfs_rq& cfs = queue_of(c, at);
        update_load_avg(c, cfs, at, PELT_UPDATE_TG);
        se_update_runnable(c, at);
        update_cfs_group(c, at);
        c.w.se[at.raw].slice = slice;
        if (cfs.curr != at) slice_changed(c.w, cfs, at);
        slice = cfs_rq_min_slice(c.w, cfs);
        counts.add(cfs, minus);
        if (cfs.throttled) return false;
    }
    return true;
}

void enqueue_task_fair(Context& c, CpuId cpu, TaskId p, u32 flags) {
    SeId at = se_of(c.w, p);
    bool kept_delayed = c.w.se[at.raw].sched_delayed &&
                        (c.w.tasks[p].on_rq == TASK_ON_RQ_MIGRATING || (flags & ENQUEUE_RESTORE));
    if (!kept_delayed) util_est_enqueue(c, cpu, p);
    if (flags & ENQUEUE_DELAYED) return requeue_delayed_entity(c, at);
    Counts counts{1, c.w.tasks[p].policy == SCHED_IDLE, 0};
    if (!(flags & ENQUEUE_WAKEUP)) counts.delayed = c.w.se[at.raw].sched_delayed;
    u64 slice = 0;
    bool throttled = false;
    bool had_tasks = c.w.cfs_rqs[cpu.raw + 1].h_nr_running;
    for (; at.raw && !throttled; at = c.w.se[at.raw].parent) {
        sched_entity& se = c.w.se[at.raw];
        if (se.on_rq) {
            if (se.sched_delayed) requeue_delayed_entity(c, at);
            break;
        }
        if (slice) {  // a group asks for as little at once as the quickest of its members
            se.slice = slice;
            se.custom_slice = 1;
        }
        enqueue_entity(c, at, flags);
        cfs_rq& cfs = queue_of(c, at);
        slice = cfs_rq_min_slice(c.w, cfs);
        counts.add(cfs, false);
        throttled = cfs.throttled != 0;
        flags = ENQUEUE_WAKEUP;
    }
    if (!throttled && update_above(c, at, slice, counts, false)) {
        if (!had_tasks) {
            if (!c.w.rqs[cpu.raw].nr_running) dl_server_update_idle_time(c, cpu);
            dl_server_start(c, cpu);
        }
        ++c.w.rqs[cpu.raw].nr_running;
    }
    hrtick_update(c, cpu);
}

enum class Dequeued { delayed, throttled, done };

/// Takes an entity and the groups that become empty off their queues; a group may be delayed as a
/// task is, and finished later by the pick.
Dequeued dequeue_entities(Context& c, CpuId cpu, SeId id, u32 flags) {
    bool task_sleep = flags & DEQUEUE_SLEEP;
    Counts counts{};
    if (entity_is_task(c.w.se[id.raw])) {
        counts.tasks = 1;
        counts.idle = c.w.tasks[c.w.se[id.raw].task].policy == SCHED_IDLE;
        if (!task_sleep && !(flags & DEQUEUE_DELAYED))
            counts.delayed = c.w.se[id.raw].sched_delayed;
    }
    u64 slice = 0;
    SeId at = id;
    while (at.raw) {
        bool done = dequeue_entity(c, at, flags);
        cfs_rq& cfs = queue_of(c, at);
        if (!done) {
            if (at == id && counts.tasks) return Dequeued::delayed;
            slice = cfs_rq_min_slice(c.w, cfs);
            break;
        }
        counts.add(cfs, true);
        if (cfs.throttled) return Dequeued::throttled;
        at = c.w.se[at.raw].parent;
        if (cfs.load_weight) {
            slice = cfs_rq_min_slice(c.w, cfs);
            // The group keeps others: it is favoured, because p sleeps within its slice.
            if (task_sleep && at.raw && !throttled_hierarchy(cfs)) set_next_buddy(c, at);
            break;
        }
        flags |= DEQUEUE_SLEEP;
        flags &= ~(DEQUEUE_DELAYED | DEQUEUE_SPECIAL);
    }
    if (!update_above(c, at, slice, counts, true)) return Dequeued::throttled;
    c.w.rqs[cpu.raw].nr_running -= counts.tasks;
    return Dequeued::done;
}

/// Finishes the dequeue of an entity that was delayed; a task now sleeps for good.
void finish_delayed(Context& c, CpuId cpu, SeId id) {
    dequeue_entities(c, cpu, id, DEQUEUE_SLEEP | DEQUEUE_DELAYED);
    if (!entity_is_task(c.w.se[id.raw])) return;
    hrtick_update(c, cpu);
    c.w.tasks[c.w.se[id.raw].task].on_rq = 0;
}

bool dequeue_task_fair(Context& c, CpuId cpu, TaskId p, u32 flags) {
    SeId id = se_of(c.w, p);
    bool kept_delayed = c.w.se[id.raw].sched_delayed &&
                        (c.w.tasks[p].on_rq == TASK_ON_RQ_MIGRATING || (flags & DEQUEUE_SAVE));
    if (!kept_delayed) util_est_dequeue(c, cpu, p);
    util_est_update(c, cpu, p, flags & DEQUEUE_SLEEP);
    if (flags & DEQUEUE_DELAYED) {
        finish_delayed(c, cpu, id);
        return true;
    }
    if (dequeue_entities(c, cpu, id, flags) == Dequeued::delayed) return false;
    hrtick_update(c, cpu);
    return true;
}

void set_next_entity(Context& c, SeId id) {
    cfs_rq& cfs = queue_of(c, id);
    sched_entity& se = c.w.se[id.raw];
    clear_buddies(c, cfs, id);
    if (se.on_rq) {
        dequeue_node_eevdf(c.w, cfs, id);
        update_load_avg(c, cfs, id, PELT_UPDATE_TG);
        set_protect_slice(se);
    }
    se.exec_start = c.w.rqs[cfs.cpu.raw].clock_task;
    cfs.curr = id;
    se.prev_sum_exec_runtime = se.sum_exec_runtime;
}

void put_prev_entity(Context& c, SeId id) {
    cfs_rq& cfs = queue_of(c, id);
    sched_entity& prev = c.w.se[id.raw];
    if (prev.on_rq) update_curr(c, cfs);
    check_cfs_rq_runtime(c, cfs);
    if (prev.on_rq) {
        enqueue_node_eevdf(c.w, cfs, id);
        update_load_avg(c, cfs, id, 0);
    }
    cfs.curr = SeId{0};
}

/// The next buddy if it is eligible, else the pick; 0 if that slept and is off the queue now.
SeId pick_next_entity(Context& c, CpuId cpu, cfs_rq& cfs) {
    World& w = c.w;
    if (w.g.tune.has(Feat::PICK_BUDDY) && cfs.next.raw && entity_eligible(w, cfs, cfs.next)) {
        c.pick_rule = Rule::pick_buddy_eevdf;
        return cfs.next;
    }
    SeId pick = pick_eevdf(w, cfs);
    RQ_ASSERT(pick.raw);
    if (w.se[pick.raw].sched_delayed) {
        finish_delayed(c, cpu, pick);
        return SeId{0};
    }
    bool parity = pick == cfs.curr && w.g.tune.has(Feat::RUN_TO_PARITY) &&
                  protect_slice(w.se[pick.raw]) && entity_eligible(w, cfs, pick);
    c.pick_rule = cfs.nr_running == 1 ? Rule::pick_only
                  : parity            ? Rule::pick_eevdf_parity
                                      : Rule::pick_eevdf;
    return pick;
}

/// The task to run next, or null. The running one may not have been put back yet.
TaskId pick_task(Context& c, CpuId cpu) {
    CfsRqId queue{cpu.raw + 1};
    while (c.w.cfs_rqs[cpu.raw + 1].nr_running) {
        cfs_rq& cfs = c.w.cfs_rqs[queue.raw];
        if (cfs.curr.raw && c.w.se[cfs.curr.raw].on_rq) update_curr(c, cfs);
        SeId se;
        if (!check_cfs_rq_runtime(c, cfs)) se = pick_next_entity(c, cpu, cfs);
        if (!se.raw) {
            queue = CfsRqId{cpu.raw + 1};
            continue;
        }
        if (entity_is_task(c.w.se[se.raw])) return c.w.se[se.raw].task;
        queue = c.w.se[se.raw].my_q;
    }
    return {};
}

/// The numbers of the pick in the root queue: its deadline against the average's virtual time.
void explain_pick(Context& c, CpuId cpu, TaskId picked) {
    bool only = c.pick_rule == Rule::pick_only;
    c.runner_up = only ? TaskId{} : first_task_of(c.w, CfsRqId{cpu.raw + 1});
    if (!c.why) return;
    SeId top = se_of(c.w, picked);
    while (c.w.se[top.raw].parent.raw) top = c.w.se[top.raw].parent;
    const sched_entity& se = c.w.se[top.raw];
    const cfs_rq& root = c.w.cfs_rqs[cpu.raw + 1];
    because(c, c.pick_rule, c.pick_rule == Rule::pick_buddy_eevdf ? se.vruntime : se.deadline,
            root.min_vruntime);
}

void put_prev_task_fair(Context& c, CpuId, TaskId prev) {
    for (SeId at = se_of(c.w, prev); at.raw; at = c.w.se[at.raw].parent) put_prev_entity(c, at);
}

void set_next_task_fair(Context& c, CpuId cpu, TaskId next) {
    if (c.w.g.cpus > 1 && c.w.se[se_of(c.w, next).raw].on_rq)
        cfs_tasks_to_front(c, cpu, se_of(c.w, next));
    for (SeId at = se_of(c.w, next); at.raw; at = c.w.se[at.raw].parent) {
        set_next_entity(c, at);
        account_cfs_rq_runtime(c, queue_of(c, at), 0);
    }
}

TaskId pick_next_task_fair(Context& c, CpuId cpu, TaskId prev) {
    // For the fair server too, which passes nobody: the running task may not have been put back.
    if (!prev && c.w.cfs_rqs[cpu.raw + 1].curr.raw) prev = c.w.rqs[cpu.raw].curr;
    TaskId picked = pick_task(c, cpu);
    while (!picked && prev && c.w.g.cpus > 1 && newidle_balance(c, cpu))
        picked = pick_task(c, cpu);
    if (!picked) return {};
    explain_pick(c, cpu, picked);
    if (picked == prev) return picked;  // it goes on: its slice is not protected anew
    if (c.w.g.cpus > 1) cfs_tasks_to_front(c, cpu, se_of(c.w, picked));
    if (prev)
        switch_entities<put_prev_entity, set_next_entity>(c, se_of(c.w, picked),
                                                          se_of(c.w, prev));
    else
        set_next_task_fair(c, cpu, picked);
    if (c.w.g.tune.has(Feat::HRTICK)) hrtick_start_fair(c, cpu, picked);
    return picked;
}

/// Gives up the rest of the request: the entity goes to its deadline, if it is not ahead anyway.
void yield_task_fair(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    SeId id = se_of(c.w, q.curr);
    cfs_rq& cfs = queue_of(c, id);
    if (q.nr_running == 1) return;
    clear_buddies(c, cfs, id);
    update_rq_clock(c, cpu);
    update_curr(c, cfs);
    q.skip_clock_update = 1;
    if (!entity_eligible(c.w, cfs, id)) return;
    c.w.se[id.raw].vruntime = c.w.se[id.raw].deadline;
    update_deadline(c.w, cfs, id);
}

/// PREEMPT_SHORT: a shorter request that is eligible ends the protection of the running slice.
bool preempts_by_shortness(const World& w, const cfs_rq& cfs, SeId pse, SeId se) {
    if (!w.g.tune.has(Feat::PREEMPT_SHORT)) return false;
    const sched_entity& woken = w.se[pse.raw];
    const sched_entity& curr = w.se[se.raw];
    if (woken.slice >= curr.slice || !entity_eligible(w, cfs, pse)) return false;
    return before(woken.deadline, curr.deadline) || !entity_eligible(w, cfs, se);
}

void check_preempt_wakeup_fair(Context& c, CpuId cpu, TaskId p, u32 wake_flags) {
    World& w = c.w;
    SeId se = se_of(w, w.rqs[cpu.raw].curr);
    SeId pse = se_of(w, p);
    if (se == pse || throttled_hierarchy(queue_of(c, pse))) return;
    bool buddy = w.g.tune.has(Feat::NEXT_BUDDY) && !(wake_flags & WF_FORK);
    if (buddy && !w.se[pse.raw].sched_delayed) set_next_buddy(c, pse);
    if (w.rqs[cpu.raw].need_resched || !w.g.tune.has(Feat::WAKEUP_PREEMPTION)) return;
    find_matching_se(w, se, pse);
    bool cse_is_idle = se_is_idle(w, w.se[se.raw]);
    bool pse_is_idle = se_is_idle(w, w.se[pse.raw]);
    if (cse_is_idle && !pse_is_idle) {
        cancel_protect_slice(w.se[se.raw]);
        return resched_curr(c, cpu, Rule::wakeup_preempt_idle_policy, p);
    }
    if (cse_is_idle != pse_is_idle || w.tasks[p].policy != SCHED_NORMAL) return;
    cfs_rq& cfs = queue_of(c, se);
    update_curr(c, cfs);
    bool is_short = preempts_by_shortness(w, cfs, pse, se);
    if (is_short) cancel_protect_slice(w.se[se.raw]);
    const sched_entity& woken = w.se[pse.raw];
    const sched_entity& curr = w.se[se.raw];
    if (pick_eevdf(w, cfs) != pse) {
        because(c, Rule::wakeup_no_preempt_eevdf, woken.vruntime, woken.deadline, curr.deadline);
        return;
    }
    if (is_short)
        because(c, Rule::wakeup_preempt_short, woken.slice, curr.slice);
    else
        because(c, Rule::wakeup_preempt_eevdf, woken.deadline, curr.deadline);
    resched_curr(c, cpu, is_short ? Rule::wakeup_preempt_short : Rule::wakeup_preempt_eevdf, p);
}

void task_tick_fair(Context& c, CpuId cpu, TaskId curr) {
    for (SeId at = se_of(c.w, curr); at.raw; at = c.w.se[at.raw].parent) {
        cfs_rq& cfs = queue_of(c, at);
        update_curr(c, cfs);
        update_load_avg(c, cfs, at, PELT_UPDATE_TG);
        update_cfs_group(c, at);
        if (c.slice_timer)
            resched_curr(c, cpu, Rule::tick_hrtick, first_task_of(c.w, CfsRqId{cpu.raw + 1}));
    }
}

/// A new task joins without lag when it is woken for the first time.
void task_fork_fair(Context& c, TaskId child) {
    sched_entity& se = c.w.se[se_of(c.w, child).raw];
    se.vlag = 0;
    se.rel_deadline = 0;
}

void task_dead_fair(Context& c, TaskId p) {
    SeId id = se_of(c.w, p);
    CpuId cpu = c.w.tasks[p].cpu;
    if (c.w.se[id.raw].sched_delayed) {
        update_rq_clock(c, cpu);
        finish_delayed(c, cpu, id);
    }
    remove_entity_load_avg(c, id);
}

void switched_from_fair(Context& c, CpuId, TaskId p) { detach_entity_cfs_rq(c, se_of(c.w, p)); }

void switched_to_fair(Context& c, CpuId cpu, TaskId p) {
    attach_entity_cfs_rq(c, se_of(c.w, p));
    if (c.w.tasks[p].on_rq != TASK_ON_RQ_QUEUED) return;
    if (c.w.rqs[cpu.raw].curr == p)
        resched_curr(c, cpu, Rule::switched_class, {});
    else
        check_preempt_curr(c, cpu, p, 0);
}

void migrate_task_rq_fair(Context& c, TaskId p, CpuId) {
    SeId id = se_of(c.w, p);
    if (c.w.tasks[p].on_rq != TASK_ON_RQ_MIGRATING) remove_entity_load_avg(c, id);
    c.w.se_avgs[id.raw].last_update_time = 0;
}

u64 get_rr_interval_fair(const Context& c, TaskId p) {
    if (!c.w.cfs_rqs[c.w.tasks[p].cpu.raw + 1].load_weight) return 0;
    return c.w.se[se_of(c.w, p).raw].slice / c.w.g.tick_ns * c.w.g.tick_ns;
}


void update_curr_fair(Context& c, CpuId cpu) {
    SeId id = se_of(c.w, c.w.rqs[cpu.raw].curr);
    if (id.raw) update_curr(c, queue_of(c, id));
}

}  // namespace

void eevdf_task_change_group(Context& c, TaskId p, GroupId group) {
    SeId id = se_of(c.w, p);
    bool is_new = c.w.tasks[p].__state == TASK_NEW;
    if (!is_new) detach_entity_cfs_rq(c, id);
    c.w.se_avgs[id.raw].last_update_time = 0;
    c.w.tasks[p].sched_task_group = group;
    set_task_rq(c, p, c.w.tasks[p].cpu);
    if (!is_new) attach_entity_cfs_rq(c, id);
}

void eevdf_enqueue_entity(Context& c, SeId id, u32 flags) {
    // The dequeue of a group that was delayed when its queue was throttled is finished first.
    if (c.w.se[id.raw].sched_delayed) dequeue_entity(c, id, DEQUEUE_SLEEP | DEQUEUE_DELAYED);
    enqueue_entity(c, id, flags);
}

void eevdf_dequeue_entity(Context& c, SeId id, u32 flags) {
    flags |= DEQUEUE_SPECIAL | (c.w.se[id.raw].sched_delayed ? DEQUEUE_DELAYED : 0);
    dequeue_entity(c, id, flags);
}

void finish_delayed_group(Context& c, SeId id) {
    if (!c.w.se[id.raw].sched_delayed) return;
    CpuId cpu = queue_of(c, id).cpu;
    update_rq_clock(c, cpu);
    dequeue_entities(c, cpu, id, DEQUEUE_SLEEP | DEQUEUE_DELAYED);
}

void eevdf_reweight_entity(Context& c, SeId id, u32 weight, u32 inv_weight) {
    sched_entity& se = c.w.se[id.raw];
    cfs_rq& cfs = queue_of(c, id);
    if (!se.on_rq) {
        se.vlag = se.vlag * static_cast<s64>(se.weight) / static_cast<s64>(weight);
        return reweight_load_avg(c, cfs, id, weight, inv_weight);
    }
    update_curr(c, cfs);
    u64 average = avg_vruntime(c.w, cfs);
    bool in_tree = cfs.curr != id;
    if (in_tree) dequeue_node_eevdf(c.w, cfs, id);
    cfs.load_weight -= se.weight;
    reweight_eevdf(c.w, average, se, weight);
    reweight_load_avg(c, cfs, id, weight, inv_weight);
    cfs.load_weight += se.weight;
    if (in_tree) enqueue_node_eevdf(c.w, cfs, id);
}

const sched_class fair_eevdf_sched_class = {
    "fair",
    enqueue_task_fair,
    dequeue_task_fair,
    yield_task_fair,
    check_preempt_wakeup_fair,
    pick_next_task_fair,
    put_prev_task_fair,
    set_next_task_fair,
    balance_fair,
    select_task_rq_fair,
    task_tick_fair,
    task_fork_fair,
    task_dead_fair,
    task_woken_fair,
    migrate_task_rq_fair,
    set_cpus_allowed_fair,
    switched_from_fair,
    switched_to_fair,
    prio_changed_fair,
    get_rr_interval_fair,
    update_curr_fair,
};

}  // namespace rq
