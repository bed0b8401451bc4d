// The fair class of Linux 6.1: CFS (kernel/sched/fair.c, 6.1.192). Every runnable entity has a
// vruntime, its running time divided by its weight; the queue is a red-black tree ordered by it and
// the leftmost entity runs next. The running entity is outside the tree. min_vruntime never goes
// back; what wakes is placed near it, so that sleeping earns half a latency of credit at most.
#include "sched/balance.hpp"
#include "sched/bandwidth.hpp"
#include "sched/fair.hpp"
#include "sched/pelt.hpp"
#include "sched/policy.hpp"

namespace rq {

namespace {

bool entity_before(const sched_entity& a, const sched_entity& b) {
    return before(a.vruntime, b.vruntime);
}

cfs_rq& queue_of(Context& c, SeId se) { return c.w.cfs_rqs[c.w.se[se.raw].cfs_rq.raw]; }

/// min_vruntime follows the least of the running entity and the leftmost, forwards only.
void update_min_vruntime(Context& c, cfs_rq& cfs) {
    u64 least = cfs.min_vruntime;
    bool have = false;
    if (cfs.curr.raw && c.w.se[cfs.curr.raw].on_rq) {
        least = c.w.se[cfs.curr.raw].vruntime;
        have = true;
    }
    if (u32 leftmost = cfs.tasks_timeline.leftmost) {
        u64 key = c.w.se_nodes[leftmost].key;
        least = have ? earlier(least, key) : key;
    }
    cfs.min_vruntime = later(cfs.min_vruntime, least);
}

void enqueue_node(Context& c, cfs_rq& cfs, SeId se) {
    c.w.se_nodes[se.raw].key = c.w.se[se.raw].vruntime;
    timeline(c.w, cfs).insert(
        se.raw, [](const se_node& a, const se_node& b) { return before(a.key, b.key); });
}

void dequeue_node(Context& c, cfs_rq& cfs, SeId se) { timeline(c.w, cfs).erase(se.raw); }

/// Settles the running entity's time up to the queue's clock (update_curr).
void update_curr(Context& c, cfs_rq& cfs) {
    if (!cfs.curr.raw) return;
    sched_entity& curr = c.w.se[cfs.curr.raw];
    u64 now = c.w.rqs[cfs.cpu.raw].clock_task;
    s64 delta = static_cast<s64>(now - curr.exec_start);
    if (delta <= 0) return;
    u64 delta_exec = static_cast<u64>(delta);
    curr.exec_start = now;
    curr.sum_exec_runtime += delta_exec;
    cfs.exec_clock += delta_exec;
    curr.vruntime += calc_delta_fair(delta_exec, curr);
    update_min_vruntime(c, cfs);
    if (entity_is_task(curr)) account_group_usage(c, curr.task, delta_exec);
    account_cfs_rq_runtime(c, cfs, delta_exec);
}

/// Where an entity joins: a new one a slice behind min_vruntime, a sleeper at most half a latency
/// before it, and never before where it was.
void place_entity(Context& c, cfs_rq& cfs, SeId id, bool initial) {
    const Tunables& tune = c.w.g.tune;
    sched_entity& se = c.w.se[id.raw];
    u64 vruntime = cfs.min_vruntime;
    if (initial) {
        if (tune.has(Feat::START_DEBIT))
            vruntime += calc_delta_fair(sched_slice(c.w, cfs, id), se);
    } else {
        u64 credit = se_is_idle(c.w, se) ? tune.min_granularity : tune.latency;
        if (tune.has(Feat::GENTLE_FAIR_SLEEPERS)) credit >>= 1;
        vruntime -= credit;
    }
    u64 now = c.w.rqs[cfs.cpu.raw].clock_task;
    // After some 104 days of sleep the difference of virtual times could wrap: forget the old one.
    constexpr u64 long_sleep = (u64{1} << 63) / 1024;
    bool long_sleeper = se.exec_start != 0 && now > se.exec_start &&
                        now - se.exec_start > long_sleep;
    se.vruntime = long_sleeper ? vruntime : later(se.vruntime, vruntime);
}

/// Forgets the entity as a buddy, up the hierarchy as far as it is one.
void clear_buddy(Context& c, SeId id, SeId cfs_rq::*which) {
    for (SeId at = id; at.raw; at = c.w.se[at.raw].parent) {
        cfs_rq& cfs = queue_of(c, at);
        if (cfs.*which != at) break;
        cfs.*which = SeId{0};
    }
}

void clear_buddies(Context& c, const cfs_rq& cfs, SeId id) {
    if (cfs.last == id) clear_buddy(c, id, &cfs_rq::last);
    if (cfs.next == id) clear_buddy(c, id, &cfs_rq::next);
    if (cfs.skip == id) clear_buddy(c, id, &cfs_rq::skip);
}

void set_buddy(Context& c, SeId id, SeId cfs_rq::*which) {
    for (SeId at = id; at.raw; at = c.w.se[at.raw].parent) {
        const sched_entity& se = c.w.se[at.raw];
        if (!se.on_rq || se_is_idle(c.w, se)) return;
        queue_of(c, at).*which = at;
    }
}

void enqueue_entity(Context& c, SeId id, u32 flags) {
    cfs_rq& cfs = queue_of(c, id);
    sched_entity& se = c.w.se[id.raw];
    bool renormalise = !(flags & ENQUEUE_WAKEUP) || (flags & ENQUEUE_MIGRATED);
    bool is_curr = cfs.curr == id;
    if (renormalise && is_curr) se.vruntime += cfs.min_vruntime;
    update_curr(c, cfs);
    if (renormalise && !is_curr) se.vruntime += cfs.min_vruntime;
    update_load_avg(c, cfs, id, PELT_UPDATE_TG | PELT_DO_ATTACH);
    se_update_runnable(c, id);
    update_cfs_group(c, id);
    account_entity_enqueue(c, cfs, se);
    if (flags & ENQUEUE_WAKEUP) place_entity(c, cfs, id, false);
    if (flags & ENQUEUE_MIGRATED) se.exec_start = 0;
    if (!is_curr) enqueue_node(c, cfs, id);
    se.on_rq = 1;
    if (cfs.nr_running == 1) check_enqueue_throttle(c, cfs);
}

void dequeue_entity(Context& c, SeId id, u32 flags) {
    cfs_rq& cfs = queue_of(c, id);
    sched_entity& se = c.w.se[id.raw];
    update_curr(c, cfs);
    bool migrating = entity_is_task(se) && c.w.tasks[se.task].on_rq == TASK_ON_RQ_MIGRATING;
    update_load_avg(c, cfs, id, PELT_UPDATE_TG | (migrating ? PELT_DO_DETACH : 0));
    se_update_runnable(c, id);
    clear_buddies(c, cfs, id);
    if (cfs.curr != id) dequeue_node(c, cfs, id);
    se.on_rq = 0;
    account_entity_dequeue(c, cfs, se);
    if (!(flags & DEQUEUE_SLEEP)) se.vruntime -= cfs.min_vruntime;
    return_cfs_rq_runtime(c, cfs);
    update_cfs_group(c, id);
    // What is put back at once must not find that min_vruntime has gone on without it.
    if ((flags & (DEQUEUE_SAVE | DEQUEUE_MOVE)) != DEQUEUE_SAVE) update_min_vruntime(c, cfs);
    if (cfs.nr_running == 0) update_idle_cfs_rq_clock_pelt(c, cfs);
}

void enqueue_task_fair(Context& c, CpuId cpu, TaskId p, u32 flags) {
    u32 idle_h = c.w.tasks[p].policy == SCHED_IDLE;
    util_est_enqueue(c, cpu, p);
    SeId at = se_of(c.w, p);
    bool throttled = false;
    for (; at.raw && !throttled; at = c.w.se[at.raw].parent) {
        if (c.w.se[at.raw].on_rq) break;
        enqueue_entity(c, at, flags);
        cfs_rq& cfs = queue_of(c, at);
        ++cfs.h_nr_running;
        cfs.idle_h_nr_running += idle_h;
        if (cfs.idle) idle_h = 1;
        throttled = cfs.throttled != 0;
        flags = ENQUEUE_WAKEUP;
    }
    for (; at.raw && !throttled; at = c.w.se[at.raw].parent) {
        cfs_rq& cfs = queue_of(c, at);
        update_load_avg(c, cfs, at, PELT_UPDATE_TG);
        se_update_runnable(c, at);
        update_cfs_group(c, at);
        ++cfs.h_nr_running;
        cfs.idle_h_nr_running += idle_h;
        if (cfs.idle) idle_h = 1;
        throttled = cfs.throttled != 0;
    }
    if (!throttled) ++c.w.rqs[cpu.raw].nr_running;
    hrtick_update(c, cpu);
}

bool dequeue_task_fair(Context& c, CpuId cpu, TaskId p, u32 flags) {
    u32 idle_h = c.w.tasks[p].policy == SCHED_IDLE;
    bool task_sleep = flags & DEQUEUE_SLEEP;
    util_est_dequeue(c, cpu, p);
    SeId at = se_of(c.w, p);
    bool throttled = false;
    while (at.raw) {
        dequeue_entity(c, at, flags);
        cfs_rq& cfs = queue_of(c, at);
        --cfs.h_nr_running;
        cfs.idle_h_nr_running -= idle_h;
        if (cfs.idle) idle_h = 1;
        throttled = cfs.throttled != 0;
        if (throttled) break;
        at = c.w.se[at.raw].parent;
        if (cfs.load_weight) {
            // The group keeps others: it is favoured, because p sleeps within its slice.
            if (task_sleep && at.raw && !throttled_hierarchy(cfs))
                set_buddy(c, at, &cfs_rq::next);
            break;
        }
        flags |= DEQUEUE_SLEEP;
    }
    for (; at.raw && !throttled; at = c.w.se[at.raw].parent) {
        cfs_rq& cfs = queue_of(c, at);
        update_load_avg(c, cfs, at, PELT_UPDATE_TG);
        se_update_runnable(c, at);
        update_cfs_group(c, at);
        --cfs.h_nr_running;
        cfs.idle_h_nr_running -= idle_h;
        if (cfs.idle) idle_h = 1;
        throttled = cfs.throttled != 0;
    }
    if (!throttled) --c.w.rqs[cpu.raw].nr_running;
    util_est_update(c, cpu, p, task_sleep);
    hrtick_update(c, cpu);
    return true;
}

/// By how much virtual time a waking entity must be behind the running one: the granularity in its
/// own virtual time, so that light entities preempt less easily.
u64 wakeup_gran(Context& c, sched_entity& se) {
    return calc_delta_fair(c.w.g.tune.wakeup_granularity, se);
}

/// -1: not behind; 0: behind by less than the granularity; 1: behind by more.
int wakeup_preempt_entity(Context& c, const sched_entity& curr, sched_entity& se) {
    s64 behind = static_cast<s64>(curr.vruntime - se.vruntime);
    if (behind <= 0) return -1;
    return behind > static_cast<s64>(wakeup_gran(c, se)) ? 1 : 0;
}

void check_preempt_tick(Context& c, const cfs_rq& cfs, SeId id) {
    sched_entity& curr = c.w.se[id.raw];
    u64 ideal_runtime = sched_slice(c.w, cfs, id);
    u64 delta_exec = curr.sum_exec_runtime - curr.prev_sum_exec_runtime;
    TaskId rival = first_task_of(c.w, curr.cfs_rq);
    if (delta_exec > ideal_runtime) {
        because(c, Rule::tick_ideal_runtime, delta_exec, ideal_runtime);
        resched_curr(c, cfs.cpu, Rule::tick_ideal_runtime, rival);
        clear_buddies(c, cfs, id);  // or a favour would elect it again
        return;
    }
    if (delta_exec < c.w.g.tune.min_granularity) return;
    s64 ahead = static_cast<s64>(curr.vruntime - c.w.se_nodes[cfs.tasks_timeline.leftmost].key);
    if (ahead < 0) return;
    if (static_cast<u64>(ahead) > ideal_runtime) {
        because(c, Rule::tick_vruntime_ahead, ahead, ideal_runtime);
        resched_curr(c, cfs.cpu, Rule::tick_vruntime_ahead, rival);
    }
}

void set_next_entity(Context& c, SeId id) {
    cfs_rq& cfs = queue_of(c, id);
    sched_entity& se = c.w.se[id.raw];
    clear_buddies(c, cfs, id);
    if (se.on_rq) {
        dequeue_node(c, cfs, id);
        update_load_avg(c, cfs, id, PELT_UPDATE_TG);
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
        enqueue_node(c, cfs, id);
        update_load_avg(c, cfs, id, 0);
    }
    cfs.curr = SeId{0};
}

/// The leftmost, unless it is to be skipped or a buddy is not too far behind it.
SeId pick_next_entity(Context& c, cfs_rq& cfs, SeId curr) {
    World& w = c.w;
    SeId left{cfs.tasks_timeline.leftmost};
    if (!left.raw || (curr.raw && entity_before(w.se[curr.raw], w.se[left.raw]))) left = curr;
    SeId pick = left;
    c.pick_rule = Rule::pick_leftmost;
    if (cfs.skip.raw && cfs.skip == pick) {
        SeId second;
        if (pick == curr) {
            second = SeId{cfs.tasks_timeline.leftmost};
        } else {
            second = SeId{timeline(w, cfs).next(pick.raw)};
            if (!second.raw || (curr.raw && entity_before(w.se[curr.raw], w.se[second.raw])))
                second = curr;
        }
        if (second.raw && wakeup_preempt_entity(c, w.se[second.raw], w.se[left.raw]) < 1) {
            pick = second;
            c.pick_rule = Rule::pick_second;
        }
    }
    if (cfs.next.raw && wakeup_preempt_entity(c, w.se[cfs.next.raw], w.se[left.raw]) < 1) {
        pick = cfs.next;
        c.pick_rule = Rule::pick_next_buddy;
    } else if (cfs.last.raw && wakeup_preempt_entity(c, w.se[cfs.last.raw], w.se[left.raw]) < 1) {
        pick = cfs.last;
        c.pick_rule = Rule::pick_last_buddy;
    }
    if (pick == left && c.pick_rule != Rule::pick_second) c.pick_rule = Rule::pick_leftmost;
    return pick;
}

/// Says why `pick` won in the root queue: its key, the next one's, and whose that is.
void explain_pick(Context& c, CpuId cpu, TaskId picked) {
    cfs_rq& root = c.w.cfs_rqs[cpu.raw + 1];
    c.runner_up = first_task_of(c.w, CfsRqId{cpu.raw + 1});
    if (!root.tasks_timeline.leftmost) {
        c.pick_rule = Rule::pick_only;
        c.runner_up = {};
    }
    if (!c.why) return;
    SeId top = se_of(c.w, picked);
    while (c.w.se[top.raw].parent.raw) top = c.w.se[top.raw].parent;
    u32 second = root.tasks_timeline.leftmost;
    u64 own = c.w.se[top.raw].vruntime;
    because(c, c.pick_rule, own, second ? c.w.se_nodes[second].key : own);
}

/// Walks down the hierarchy while prev's entities are still current; 0 = a queue on the way ran
/// out of runtime and the walk must start afresh.
SeId pick_with_prev(Context& c, CpuId cpu) {
    CfsRqId queue{cpu.raw + 1};
    for (;;) {
        cfs_rq& cfs = c.w.cfs_rqs[queue.raw];
        SeId curr = cfs.curr;
        if (curr.raw) {
            if (c.w.se[curr.raw].on_rq)
                update_curr(c, cfs);
            else
                curr = SeId{0};
            if (check_cfs_rq_runtime(c, cfs)) return SeId{0};
        }
        SeId se = pick_next_entity(c, cfs, curr);
        if (entity_is_task(c.w.se[se.raw])) return se;
        queue = c.w.se[se.raw].my_q;
    }
}

void put_prev_task_fair(Context& c, CpuId, TaskId prev) {
    for (SeId at = se_of(c.w, prev); at.raw; at = c.w.se[at.raw].parent) put_prev_entity(c, at);
}

TaskId pick_simple(Context& c, CpuId cpu) {
    CfsRqId queue{cpu.raw + 1};
    for (;;) {
        SeId se = pick_next_entity(c, c.w.cfs_rqs[queue.raw], SeId{0});
        set_next_entity(c, se);
        if (entity_is_task(c.w.se[se.raw])) return c.w.se[se.raw].task;
        queue = c.w.se[se.raw].my_q;
    }
}

TaskId pick_next_task_fair(Context& c, CpuId cpu, TaskId prev) {
    const cfs_rq& root = c.w.cfs_rqs[cpu.raw + 1];
    TaskId picked;
    for (;;) {
        if (!root.nr_running) {
            if (!prev || c.w.g.cpus == 1 || !newidle_balance(c, cpu)) return {};
            continue;
        }
        if (!prev) {
            picked = pick_simple(c, cpu);
            break;
        }
        SeId se = pick_with_prev(c, cpu);
        if (!se.raw) {
            if (!root.nr_running) continue;
            put_prev_task_fair(c, cpu, prev);
            picked = pick_simple(c, cpu);
            break;
        }
        picked = c.w.se[se.raw].task;
        if (picked != prev)
            switch_entities<put_prev_entity, set_next_entity>(c, se, se_of(c.w, prev));
        break;
    }
    if (c.w.g.cpus > 1) cfs_tasks_to_front(c, cpu, se_of(c.w, picked));
    explain_pick(c, cpu, picked);
    if (c.w.g.tune.has(Feat::HRTICK)) hrtick_start_fair(c, cpu, picked);
    return picked;
}

void set_next_task_fair(Context& c, CpuId cpu, TaskId next) {
    if (c.w.g.cpus > 1 && c.w.se[se_of(c.w, next).raw].on_rq)
        cfs_tasks_to_front(c, cpu, se_of(c.w, next));
    for (SeId at = se_of(c.w, next); at.raw; at = c.w.se[at.raw].parent) {
        set_next_entity(c, at);
        account_cfs_rq_runtime(c, queue_of(c, at), 0);
    }
}

void yield_task_fair(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    TaskId curr = q.curr;
    if (q.nr_running == 1) return;
    SeId id = se_of(c.w, curr);
    cfs_rq& cfs = queue_of(c, id);
    clear_buddies(c, cfs, id);
    if (c.w.tasks[curr].policy != SCHED_BATCH) {
        update_rq_clock(c, cpu);
        update_curr(c, cfs);
        q.skip_clock_update = 1;
    }
    for (SeId at = id; at.raw; at = c.w.se[at.raw].parent) queue_of(c, at).skip = at;
}

/// Ends the running task for a woken one, and remembers it as the last buddy where many run.
void preempt_for(Context& c, CpuId cpu, SeId se, TaskId p, Rule rule, bool scale) {
    resched_curr(c, cpu, rule, p);
    const sched_entity& curr = c.w.se[se.raw];
    if (!curr.on_rq || c.w.rqs[cpu.raw].curr == c.w.rqs[cpu.raw].idle) return;
    if (c.w.g.tune.has(Feat::LAST_BUDDY) && scale && entity_is_task(curr))
        set_buddy(c, se, &cfs_rq::last);
}

void check_preempt_wakeup(Context& c, CpuId cpu, TaskId p, u32 wake_flags) {
    World& w = c.w;
    TaskId curr = w.rqs[cpu.raw].curr;
    SeId se = se_of(w, curr);
    SeId pse = se_of(w, p);
    if (se == pse) return;
    if (throttled_hierarchy(queue_of(c, pse))) return;
    bool scale = queue_of(c, se).nr_running >= w.g.tune.nr_latency;
    bool next_marked = w.g.tune.has(Feat::NEXT_BUDDY) && scale && !(wake_flags & WF_FORK);
    if (next_marked) set_buddy(c, pse, &cfs_rq::next);
    if (w.rqs[cpu.raw].need_resched) return;
    if (w.tasks[curr].policy == SCHED_IDLE && w.tasks[p].policy != SCHED_IDLE)
        return preempt_for(c, cpu, se, p, Rule::wakeup_preempt_idle_policy, scale);
    if (w.tasks[p].policy != SCHED_NORMAL || !w.g.tune.has(Feat::WAKEUP_PREEMPTION)) return;
    find_matching_se(w, se, pse);
    bool cse_is_idle = se_is_idle(w, w.se[se.raw]);
    bool pse_is_idle = se_is_idle(w, w.se[pse.raw]);
    if (cse_is_idle && !pse_is_idle)
        return preempt_for(c, cpu, se, p, Rule::wakeup_preempt_idle_policy, scale);
    if (cse_is_idle != pse_is_idle) return;
    update_curr(c, queue_of(c, se));
    if (wakeup_preempt_entity(c, w.se[se.raw], w.se[pse.raw]) == 1) {
        if (!next_marked) set_buddy(c, pse, &cfs_rq::next);
        if (c.why)
            because(c, Rule::wakeup_preempt, w.se[se.raw].vruntime - w.se[pse.raw].vruntime,
                    wakeup_gran(c, w.se[pse.raw]));
        preempt_for(c, cpu, se, p, Rule::wakeup_preempt, scale);
    } else if (c.why) {
        because(c, Rule::wakeup_no_preempt, w.se[se.raw].vruntime - w.se[pse.raw].vruntime,
                wakeup_gran(c, w.se[pse.raw]));
    }
}

void task_tick_fair(Context& c, CpuId cpu, TaskId curr) {
    for (SeId at = se_of(c.w, curr); at.raw; at = c.w.se[at.raw].parent) {
        cfs_rq& cfs = queue_of(c, at);
        update_curr(c, cfs);
        update_load_avg(c, cfs, at, PELT_UPDATE_TG);
        update_cfs_group(c, at);
        if (c.slice_timer) {
            resched_curr(c, cpu, Rule::tick_hrtick, first_task_of(c.w, CfsRqId{cpu.raw + 1}));
            continue;
        }
        if (hrtick_active(c, cpu) && !c.w.g.tune.has(Feat::DOUBLE_TICK)) continue;
        if (cfs.nr_running > 1) check_preempt_tick(c, cfs, at);
    }
}

void task_fork_fair(Context& c, TaskId child) {
    CpuId cpu{c.here};
    TaskId parent = c.w.rqs[cpu.raw].curr;
    SeId id = se_of(c.w, child);
    sched_entity& se = c.w.se[id.raw];
    SeId parent_se = se_of(c.w, parent);
    cfs_rq& cfs = parent_se.raw ? queue_of(c, parent_se) : queue_of(c, id);
    SeId curr = cfs.curr;
    if (curr.raw) {
        update_curr(c, cfs);
        se.vruntime = c.w.se[curr.raw].vruntime;
    }
    place_entity(c, cfs, id, true);
    if (c.w.g.tune.child_runs_first && curr.raw && entity_before(c.w.se[curr.raw], se)) {
        u64 swap = c.w.se[curr.raw].vruntime;
        c.w.se[curr.raw].vruntime = se.vruntime;
        se.vruntime = swap;
        resched_curr(c, cpu, Rule::placed, child);
    }
    se.vruntime -= cfs.min_vruntime;
}

/// True if the entity's vruntime is relative to no queue's min_vruntime already.
bool vruntime_normalized(const Context& c, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    if (t.on_rq) return true;
    const sched_entity& se = c.w.se[t.se.raw];
    return se.sum_exec_runtime == 0;
}

void detach_task_cfs_rq(Context& c, TaskId p) {
    SeId id = se_of(c.w, p);
    cfs_rq& cfs = queue_of(c, id);
    if (!vruntime_normalized(c, p)) {
        place_entity(c, cfs, id, false);
        c.w.se[id.raw].vruntime -= cfs.min_vruntime;
    }
    detach_entity_cfs_rq(c, id);
}

void attach_task_cfs_rq(Context& c, TaskId p) {
    SeId id = se_of(c.w, p);
    attach_entity_cfs_rq(c, id);
    if (!vruntime_normalized(c, p)) c.w.se[id.raw].vruntime += queue_of(c, id).min_vruntime;
}

void switched_from_fair(Context& c, CpuId, TaskId p) { detach_task_cfs_rq(c, p); }

void switched_to_fair(Context& c, CpuId cpu, TaskId p) {
    attach_task_cfs_rq(c, p);
    if (c.w.tasks[p].on_rq != TASK_ON_RQ_QUEUED) return;
    if (c.w.rqs[cpu.raw].curr == p)
        resched_curr(c, cpu, Rule::switched_class, {});
    else
        check_preempt_curr(c, cpu, p, 0);
}

void migrate_task_rq_fair(Context& c, TaskId p, CpuId) {
    SeId id = se_of(c.w, p);
    sched_entity& se = c.w.se[id.raw];
    // A waking task carries its vruntime relative to the queue it leaves.
    if (c.w.tasks[p].__state != TASK_RUNNING && c.w.tasks[p].on_rq == 0)
        se.vruntime -= queue_of(c, id).min_vruntime;
    if (c.w.tasks[p].on_rq != TASK_ON_RQ_MIGRATING) remove_entity_load_avg(c, id);
    c.w.se_avgs[id.raw].last_update_time = 0;
}

u64 get_rr_interval_fair(const Context& c, TaskId p) {
    SeId id = se_of(c.w, p);
    const rq& q = c.w.rqs[c.w.tasks[p].cpu.raw];
    if (!c.w.cfs_rqs[q.cpu.raw + 1].load_weight) return 0;
    u64 slice = sched_slice(c.w, c.w.cfs_rqs[c.w.se[id.raw].cfs_rq.raw], id);
    return slice / c.w.g.tick_ns * c.w.g.tick_ns;
}

void task_dead_fair(Context& c, TaskId p) { remove_entity_load_avg(c, se_of(c.w, p)); }

void update_curr_fair(Context& c, CpuId cpu) {
    SeId id = se_of(c.w, c.w.rqs[cpu.raw].curr);
    if (id.raw) update_curr(c, queue_of(c, id));
}

}  // namespace

void cfs_task_change_group(Context& c, TaskId p, GroupId group) {
    detach_task_cfs_rq(c, p);
    c.w.se_avgs[c.w.tasks[p].se.raw].last_update_time = 0;
    c.w.tasks[p].sched_task_group = group;
    set_task_rq(c, p, c.w.tasks[p].cpu);
    attach_task_cfs_rq(c, p);
}

void cfs_enqueue_entity(Context& c, SeId id, u32 flags) { enqueue_entity(c, id, flags); }
void cfs_dequeue_entity(Context& c, SeId id, u32 flags) { dequeue_entity(c, id, flags); }

void cfs_reweight_entity(Context& c, SeId id, u32 weight, u32 inv_weight) {
    sched_entity& se = c.w.se[id.raw];
    cfs_rq& cfs = queue_of(c, id);
    if (se.on_rq) {
        if (cfs.curr == id) update_curr(c, cfs);
        cfs.load_weight -= se.weight;
    }
    reweight_load_avg(c, cfs, id, weight, inv_weight);
    if (se.on_rq) cfs.load_weight += se.weight;
}

const sched_class fair_cfs_sched_class = {
    "fair",
    enqueue_task_fair,
    dequeue_task_fair,
    yield_task_fair,
    check_preempt_wakeup,
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
