// RT throttling (kernel/sched/rt.c, 6.1): in each period real-time tasks may use sched_rt_runtime
// of every CPU; beyond it they leave the CPU to others until the period is over. The period starts
// with the first real-time task that becomes runnable and runs on while there is any. 6.12 has the
// fair server (dl_server.cpp) in its place.
#include "base/fixed.hpp"
#include "sched/rt.hpp"
#include "sync/timer.hpp"

namespace rq {

namespace {

// World::g.rt_period_start is the timer's expiry: the end of the present period.

/// RT_RUNTIME_SHARE: takes what other CPUs do not need, up to the whole period.
void balance_runtime(Context& c, CpuId cpu) {
    rt_rq& mine = c.w.rt_rqs[cpu.raw];
    if (!c.w.g.tune.has(Feat::RT_RUNTIME_SHARE) || mine.rt_time <= mine.rt_runtime) return;
    u64 period = c.w.g.tune.rt_period;
    for (u32 i = 0; i < c.w.g.cpus; ++i) {
        rt_rq& other = c.w.rt_rqs[i];
        if (i == cpu.raw || other.rt_runtime == NEVER) continue;
        if (other.rt_runtime <= other.rt_time) continue;
        u64 part = (other.rt_runtime - other.rt_time) / c.w.g.cpus;
        if (mine.rt_runtime + part > period) part = period - mine.rt_runtime;
        other.rt_runtime -= part;
        mine.rt_runtime += part;
        if (mine.rt_runtime == period) return;
    }
}

void do_start_rt_bandwidth(Context& c) {
    Globals& g = c.w.g;
    if (g.rt_period_active) return;
    g.rt_period_active = 1;
    if (!g.rt_period_timer) g.rt_period_timer = timer_create(c, TimerKind::rt_period, 0);
    g.rt_period_start = g.now + 1;  // at once: what deadline tasks have used is forgotten
    timer_arm(c, g.rt_period_timer, CpuId{c.here}, g.rt_period_start, 0);
}

/// True if the queue is throttled (sched_rt_runtime_exceeded).
bool runtime_exceeded(Context& c, CpuId cpu) {
    rt_rq& q = c.w.rt_rqs[cpu.raw];
    if (q.rt_throttled) return true;
    if (q.rt_runtime >= c.w.g.tune.rt_period) return false;
    balance_runtime(c, cpu);
    if (q.rt_runtime == NEVER || q.rt_time <= q.rt_runtime) return false;
    if (!c.w.g.tune.rt_runtime) {  // a limit of 0 with tasks boosted by inheritance: let them run
        q.rt_time = 0;
        return false;
    }
    q.rt_throttled = 1;
    dequeue_top_rt_rq(c, cpu, q.rt_nr_running);
    because(c, Rule::throttle_rt, q.rt_time, q.rt_runtime);
    emit(c, Ev::sched_throttle, cpu.raw, c.w.g.root_group.raw, 1u, Rule::throttle_rt);
    return true;
}

/// What a new period does to one CPU; false if the CPU has no real-time work.
bool refill(Context& c, CpuId cpu, u64 overrun) {
    rt_rq& q = c.w.rt_rqs[cpu.raw];
    if (!c.w.g.tune.has(Feat::RT_RUNTIME_SHARE) && q.rt_runtime != NEVER)
        q.rt_runtime = c.w.g.tune.rt_runtime;
    if (!q.rt_time && !q.rt_nr_running) return false;
    update_rq_clock(c, cpu);
    bool busy = true;
    bool enqueue = false;
    if (q.rt_time) {
        if (q.rt_throttled) balance_runtime(c, cpu);
        u64 given = q.rt_runtime > NEVER / overrun ? NEVER : overrun * q.rt_runtime;
        q.rt_time -= q.rt_time < given ? q.rt_time : given;
        if (q.rt_throttled && q.rt_time < q.rt_runtime) {
            q.rt_throttled = 0;
            enqueue = true;
            emit(c, Ev::sched_unthrottle, cpu.raw, c.w.g.root_group.raw, 1u, Rule::unthrottle_rt);
        }
        busy = q.rt_time || q.rt_nr_running;
    } else {
        enqueue = !q.rt_throttled;
    }
    if (enqueue && q.rt_nr_running) {
        enqueue_top_rt_rq(c, cpu);
        resched_curr(c, cpu, Rule::unthrottle_rt, q.queue_head[q.active.first()]);
    }
    return busy;
}

}  // namespace

void dequeue_top_rt_rq(Context& c, CpuId cpu, u32 count) {
    rt_rq& q = c.w.rt_rqs[cpu.raw];
    if (!q.rt_queued) return;
    c.w.rqs[cpu.raw].nr_running -= count;
    q.rt_queued = 0;
}

void enqueue_top_rt_rq(Context& c, CpuId cpu) {
    rt_rq& q = c.w.rt_rqs[cpu.raw];
    if (q.rt_queued || q.rt_throttled || !q.rt_nr_running) return;
    c.w.rqs[cpu.raw].nr_running += q.rt_nr_running;
    q.rt_queued = 1;
}

void start_rt_bandwidth(Context& c) {
    if (c.w.g.tune.rt_runtime != NEVER) do_start_rt_bandwidth(c);
}

void account_rt_time(Context& c, CpuId cpu, u64 delta_exec) {
    rt_rq& q = c.w.rt_rqs[cpu.raw];
    if (c.w.g.tune.rt_runtime == NEVER || q.rt_runtime == NEVER) return;
    q.rt_time += delta_exec;
    if (!runtime_exceeded(c, cpu)) return;
    resched_curr(c, cpu, Rule::throttle_rt, {});
    do_start_rt_bandwidth(c);
}

void account_dl_time(Context& c, CpuId cpu, u64 delta_exec) {
    const Globals& g = c.w.g;
    rt_rq& q = c.w.rt_rqs[cpu.raw];
    if (g.tune.rt_runtime == NEVER) return;
    bool period_runs = g.rt_period_timer && c.w.timers[g.rt_period_timer].armed;
    if (period_runs || q.rt_time < g.tune.rt_runtime) q.rt_time += delta_exec;
}

void sched_rt_period_timer(Context& c) {
    Globals& g = c.w.g;
    u64 period = g.tune.rt_period;
    bool idle = false;
    while (g.rt_period_start <= g.now) {
        u64 overrun = (g.now - g.rt_period_start) / period + 1;
        g.rt_period_start += overrun * period;
        bool busy = false;
        bool throttled = false;
        for (u32 i = 0; i < g.cpus; ++i) {
            if (refill(c, CpuId{i}, overrun)) busy = true;
            if (c.w.rt_rqs[i].rt_throttled) throttled = true;
        }
        idle = !busy || (!throttled && g.tune.rt_runtime == NEVER);
    }
    if (idle)
        g.rt_period_active = 0;
    else
        timer_arm(c, g.rt_period_timer, CpuId{c.here}, g.rt_period_start, 0);
}

}  // namespace rq
