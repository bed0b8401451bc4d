// cpu.max (bandwidth control in kernel/sched/fair.c, 6.1). Each period the group's pool gets its
// quota (and keeps up to `burst` of what was left). Queues take slices of 5 ms from it as they run;
// one that has used up its runtime and finds the pool empty is throttled: its entity leaves the
// tree. Overruns up to a tick are a debt that the next period pays first.
#include "sched/bandwidth.hpp"

#include "sched/dl_server.hpp"
#include "sched/fair.hpp"
#include "sched/pelt.hpp"
#include "sched/policy.hpp"
#include "sync/timer.hpp"

namespace rq {

namespace {

constexpr u64 min_cfs_rq_runtime = 1 * NSEC_PER_MSEC;
constexpr u64 min_bandwidth_expiration = 2 * NSEC_PER_MSEC;
constexpr u64 slack_period = 5 * NSEC_PER_MSEC;

cfs_bandwidth& pool_of(Context& c, const cfs_rq& cfs) { return c.w.groups[cfs.tg].bandwidth; }

void refill(cfs_bandwidth& pool) {
    if (pool.quota == NEVER) return;
    pool.runtime += pool.quota;
    s64 spent_of_burst = static_cast<s64>(pool.runtime_snap - pool.runtime);
    if (spent_of_burst > 0) {
        pool.burst_time += static_cast<u64>(spent_of_burst);
        ++pool.nr_burst;
    }
    u64 most = pool.quota + pool.burst;
    if (pool.runtime > most) pool.runtime = most;
    pool.runtime_snap = pool.runtime;
}

/// Gives the queue runtime up to `target`; true if it has some now.
bool assign_runtime(Context& c, cfs_rq& cfs, u64 target) {
    cfs_bandwidth& pool = pool_of(c, cfs);
    u64 wanted = target - static_cast<u64>(cfs.runtime_remaining);
    u64 amount = 0;
    if (pool.quota == NEVER) {
        amount = wanted;
    } else {
        start_cfs_bandwidth(c, cfs.tg);
        if (pool.runtime > 0) {
            amount = pool.runtime < wanted ? pool.runtime : wanted;
            pool.runtime -= amount;
            pool.idle = 0;
        }
    }
    cfs.runtime_remaining += static_cast<s64>(amount);
    return cfs.runtime_remaining > 0;
}

/// Calls f for the group's queue on a CPU and for those of all groups below it.
template <class F>
void walk_down(Context& c, GroupId group, CpuId cpu, F f) {
    f(c.w.cfs_rqs[c.w.groups[group].cfs_rq_base + cpu.raw]);
    for (GroupId g = c.w.groups[group].children; g; g = c.w.groups[g].sibling)
        walk_down(c, g, cpu, f);
}

void list_add_throttled(Context& c, cfs_bandwidth& pool, CfsRqId queue) {
    if (pool.throttled_last.raw)
        c.w.cfs_rqs[pool.throttled_last.raw].throttled_next = queue;
    else
        pool.throttled_first = queue;
    pool.throttled_last = queue;
}

void list_del_throttled(Context& c, cfs_bandwidth& pool, CfsRqId queue) {
    CfsRqId before{0};
    for (CfsRqId q = pool.throttled_first; q != queue; q = c.w.cfs_rqs[q.raw].throttled_next)
        before = q;
    CfsRqId after = c.w.cfs_rqs[queue.raw].throttled_next;
    (before.raw ? c.w.cfs_rqs[before.raw].throttled_next : pool.throttled_first) = after;
    if (pool.throttled_last == queue) pool.throttled_last = before;
    c.w.cfs_rqs[queue.raw].throttled_next = CfsRqId{0};
}

CfsRqId id_of(const Context& c, const cfs_rq& cfs) {
    return CfsRqId{c.w.groups[cfs.tg].cfs_rq_base + cfs.cpu.raw};
}

/// Takes what runs below the queue out of the queues above it, level by level, or puts it back.
/// `dequeue`: entities leave their tree while they have nothing else; else they join again.
void change_above(Context& c, const cfs_rq& cfs, bool dequeue) {
    u32 tasks = cfs.h_nr_running;
    u32 idle_tasks = cfs.idle_h_nr_running;
    u32 delayed = cfs.h_nr_delayed;
    bool moving = true;
    for (SeId at = cfs.se; at.raw; at = c.w.se[at.raw].parent) {
        if (dequeue && !c.w.se[at.raw].on_rq) return;
        cfs_rq& above = c.w.cfs_rqs[c.w.se[at.raw].cfs_rq.raw];
        if (!dequeue && c.w.se[at.raw].on_rq && !c.w.se[at.raw].sched_delayed) moving = false;
        if (moving) {
            dequeue ? dequeue_group_entity(c, at) : enqueue_group_entity(c, at);
        } else {
            update_load_avg(c, above, at, dequeue ? 0 : PELT_UPDATE_TG);
            se_update_runnable(c, at);
        }
        if (c.w.cfs_rqs[c.w.se[at.raw].my_q.raw].idle) idle_tasks = cfs.h_nr_running;
        if (dequeue) {
            above.h_nr_running -= tasks;
            above.idle_h_nr_running -= idle_tasks;
            above.h_nr_delayed -= delayed;
            if (above.load_weight) moving = false;
        } else {
            above.h_nr_running += tasks;
            above.idle_h_nr_running += idle_tasks;
            above.h_nr_delayed += delayed;
            if (above.throttled) return;
        }
    }
    rq& q = c.w.rqs[cfs.cpu.raw];
    dequeue ? q.nr_running -= tasks : q.nr_running += tasks;
}

bool throttle_cfs_rq(Context& c, cfs_rq& cfs) {
    cfs_bandwidth& pool = pool_of(c, cfs);
    if (assign_runtime(c, cfs, 1)) return false;
    list_add_throttled(c, pool, id_of(c, cfs));
    u64 pelt_clock = c.w.rqs[cfs.cpu.raw].clock_pelt;
    walk_down(c, cfs.tg, cfs.cpu, [&](cfs_rq& below) {
        if (!below.throttle_count++) below.throttled_clock_pelt = pelt_clock;
    });
    change_above(c, cfs, true);
    cfs.throttled = 1;
    // 6.12: a queue without tasks is not waiting yet.
    bool waits = !c.w.g.kernel || cfs.nr_running;
    cfs.throttled_clock = waits ? c.w.rqs[cfs.cpu.raw].clock : 0;
    because(c, Rule::throttle_cfs, cfs.runtime_remaining);
    emit(c, Ev::sched_throttle, cfs.cpu.raw, cfs.tg.raw, 0u, Rule::throttle_cfs);
    return true;
}

/// True if a refill is about to come anyway.
bool refresh_within(const Context& c, const cfs_bandwidth& pool, u64 least) {
    const hrtimer& t = c.w.timers[pool.period_timer];
    return !t.armed || static_cast<s64>(t.hard - c.w.g.now) < static_cast<s64>(least);
}

void distribute(Context& c, GroupId group) {
    CfsRqId next;
    for (CfsRqId id = c.w.groups[group].bandwidth.throttled_first; id.raw; id = next) {
        cfs_rq& cfs = c.w.cfs_rqs[id.raw];
        next = cfs.throttled_next;
        cfs_bandwidth& pool = c.w.groups[group].bandwidth;
        u64 runtime = static_cast<u64>(-cfs.runtime_remaining) + 1;
        if (runtime > pool.runtime) runtime = pool.runtime;
        pool.runtime -= runtime;
        u64 left = pool.runtime;
        cfs.runtime_remaining += static_cast<s64>(runtime);
        if (cfs.runtime_remaining > 0) {
            because(c, Rule::unthrottle_cfs, runtime);
            unthrottle_cfs_rq(c, cfs);
        }
        if (!left) break;
    }
}

}  // namespace

void start_cfs_bandwidth(Context& c, GroupId group) {
    cfs_bandwidth& pool = c.w.groups[group].bandwidth;
    if (pool.period_active) return;
    pool.period_active = 1;
    // The timer keeps its phase: it goes on to the next multiple of the period.
    u64 expiry = c.w.timers[pool.period_timer].soft;
    u64 now = c.w.g.now;
    if (expiry <= now) expiry += ((now - expiry) / pool.period + 1) * pool.period;
    timer_arm(c, pool.period_timer, CpuId{c.here}, expiry, 0);
}

void account_cfs_rq_runtime(Context& c, cfs_rq& cfs, u64 delta_exec) {
    if (!cfs.runtime_enabled) return;
    cfs.runtime_remaining -= static_cast<s64>(delta_exec);
    if (cfs.runtime_remaining > 0 || cfs.throttled) return;
    if (!assign_runtime(c, cfs, c.w.g.tune.cfs_bandwidth_slice) && cfs.curr.raw) {
        because(c, Rule::throttle_cfs, cfs.runtime_remaining);
        resched_curr(c, cfs.cpu, Rule::throttle_cfs, {});
    }
}

void unthrottle_cfs_rq(Context& c, cfs_rq& cfs) {
    CpuId cpu = cfs.cpu;
    cfs_bandwidth& pool = pool_of(c, cfs);
    cfs.throttled = 0;
    update_rq_clock(c, cpu);
    if (cfs.throttled_clock)
        pool.throttled_time += c.w.rqs[cpu.raw].clock - cfs.throttled_clock;
    cfs.throttled_clock = 0;
    list_del_throttled(c, pool, id_of(c, cfs));
    u64 pelt_clock = c.w.rqs[cpu.raw].clock_pelt;
    walk_down(c, cfs.tg, cpu, [&](cfs_rq& below) {
        if (!--below.throttle_count)
            below.throttled_clock_pelt_time += pelt_clock - below.throttled_clock_pelt;
    });
    emit(c, Ev::sched_unthrottle, cpu.raw, cfs.tg.raw, 0u, Rule::unthrottle_cfs);
    if (!cfs.load_weight) return;
    bool had_tasks = c.w.cfs_rqs[cpu.raw + 1].h_nr_running;
    change_above(c, cfs, false);
    if (!had_tasks && c.w.cfs_rqs[cpu.raw + 1].h_nr_running) dl_server_start(c, cpu);
    rq& q = c.w.rqs[cpu.raw];
    if (q.curr == q.idle && c.w.cfs_rqs[cpu.raw + 1].nr_running)
        resched_curr(c, cpu, Rule::unthrottle_cfs, first_task_of(c.w, id_of(c, cfs)));
}

void check_enqueue_throttle(Context& c, cfs_rq& cfs) {
    if (!cfs.runtime_enabled || cfs.curr.raw || cfs.throttled) return;
    account_cfs_rq_runtime(c, cfs, 0);
    if (cfs.runtime_remaining <= 0) throttle_cfs_rq(c, cfs);
}

bool check_cfs_rq_runtime(Context& c, cfs_rq& cfs) {
    if (!cfs.runtime_enabled || cfs.runtime_remaining > 0) return false;
    if (cfs.throttled) return true;
    return throttle_cfs_rq(c, cfs);
}

void return_cfs_rq_runtime(Context& c, cfs_rq& cfs) {
    if (!cfs.runtime_enabled || cfs.nr_running) return;
    s64 excess = cfs.runtime_remaining - static_cast<s64>(min_cfs_rq_runtime);
    if (excess <= 0) return;
    cfs_bandwidth& pool = pool_of(c, cfs);
    if (pool.quota != NEVER) {
        pool.runtime += static_cast<u64>(excess);
        bool waiting = pool.throttled_first.raw != 0;
        if (pool.runtime > c.w.g.tune.cfs_bandwidth_slice && waiting && !pool.slack_started &&
            !refresh_within(c, pool, slack_period + min_bandwidth_expiration)) {
            pool.slack_started = 1;
            timer_arm(c, pool.slack_timer, CpuId{c.here}, c.w.g.now + slack_period, 0);
        }
    }
    cfs.runtime_remaining -= excess;
}

void cfs_period_timer(Context& c, GroupId group) {
    cfs_bandwidth* pool = &c.w.groups[group].bandwidth;
    u64 expiry = c.w.timers[pool->period_timer].soft;
    u64 overrun = (c.w.g.now - expiry) / pool->period + 1;
    bool waiting = pool->throttled_first.raw != 0;
    bool stop = pool->quota == NEVER;
    if (!stop) {
        pool->nr_periods += overrun;
        refill(*pool);
        stop = pool->idle && !waiting;
    }
    if (stop) {
        pool->period_active = 0;
        c.w.timers[pool->period_timer].soft = expiry + overrun * pool->period;
        return;
    }
    timer_arm(c, pool->period_timer, CpuId{c.here}, expiry + overrun * pool->period, 0);
    if (!waiting) {
        pool->idle = 1;
        return;
    }
    pool->nr_throttled += overrun;
    while (pool->throttled_first.raw && pool->runtime > 0) distribute(c, group);
    pool->idle = 0;
}

void cfs_slack_timer(Context& c, GroupId group) {
    cfs_bandwidth& pool = c.w.groups[group].bandwidth;
    pool.slack_started = 0;
    if (refresh_within(c, pool, min_bandwidth_expiration)) return;
    if (pool.quota != NEVER && pool.runtime > c.w.g.tune.cfs_bandwidth_slice)
        distribute(c, group);
}

void set_cfs_bandwidth(Context& c, GroupId group, u64 period, u64 quota, u64 burst) {
    cfs_bandwidth& pool = c.w.groups[group].bandwidth;
    pool.period = period;
    pool.quota = quota;
    pool.burst = burst;
    refill(pool);
    bool enabled = quota != NEVER;
    if (enabled) start_cfs_bandwidth(c, group);
    u32 base = c.w.groups[group].cfs_rq_base;
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        cfs_rq& cfs = c.w.cfs_rqs[base + cpu];
        cfs.runtime_enabled = enabled;
        cfs.runtime_remaining = 0;
        if (cfs.throttled) unthrottle_cfs_rq(c, cfs);
    }
}

void account_group_usage(Context& c, TaskId p, u64 delta_exec) {
    if (c.w.groups.count() == 1) return;
    for (GroupId g = c.w.tasks[p].sched_task_group; g; g = c.w.groups[g].parent)
        c.w.groups[g].usage_ns += delta_exec;
}

}  // namespace rq
