// The fair server of each CPU (kernel/sched/deadline.c and fair.c, 6.12). It is deferred: while
// fair tasks run anyway their time is taken from its budget, and only if the budget is not used up
// by the latest instant (deadline - budget) does it join the deadline queue and let them run.
#include "sched/dl_server.hpp"

#include "sched/deadline.hpp"

namespace rq {

namespace {

/// A deferred timer is not set again for less than this much consumed runtime.
constexpr u64 dl_server_min_res = NSEC_PER_MSEC;

sched_dl_entity* server_of(Context& c, CpuId cpu) {
    u32 e = c.w.rqs[cpu.raw].fair_server;
    return e ? &c.w.dl_entities[e] : nullptr;
}

void set_params(sched_dl_entity& d, u64 runtime, u64 period) {
    d.dl_runtime = runtime;
    d.dl_deadline = d.dl_period = period;
    d.runtime = 0;
    d.deadline = 0;
    d.dl_bw = d.dl_density = to_ratio(period, runtime);
}

}  // namespace

void fair_server_init(Context& c) {
    if (c.w.g.kernel == 0) return;
    for (u32 i = 0; i < c.w.g.cpus; ++i) {
        u32 e = dl_entity_alloc(c);
        c.w.rqs[i].fair_server = e;
        sched_dl_entity& d = c.w.dl_entities[e];
        d.cpu = CpuId{i};
        d.dl_server = 1;
        d.dl_defer = 1;
        set_params(d, c.w.g.tune.fair_server_runtime, c.w.g.tune.fair_server_period);
        // Its bandwidth counts in the queue; the machine's sum is made anew, without it, when the
        // domains are built.
        c.w.dl_rqs[i].this_bw += d.dl_bw;
        c.w.dl_rqs[i].extra_bw -= d.dl_bw;
    }
}

void dl_server_start(Context& c, CpuId cpu) {
    sched_dl_entity* d = server_of(c, cpu);
    if (!d || !d->dl_runtime || d->dl_server_active) return;
    d->dl_server_active = 1;
    u32 e = c.w.rqs[cpu.raw].fair_server;
    enqueue_dl_entity(c, e, ENQUEUE_WAKEUP);
    if (c.w.rqs[cpu.raw].curr == c.w.rqs[cpu.raw].idle) return;  // the wakeup ends idling anyway
    const task_struct& curr = c.w.tasks[c.w.rqs[cpu.raw].curr];
    if (curr.prio >= 0 || before(c.w.dl_entities[e].deadline, c.w.dl_entities[curr.dl].deadline))
        resched_curr(c, cpu, Rule::replenish_dl, {});
}

void dl_server_stop(Context& c, CpuId cpu) {
    sched_dl_entity* d = server_of(c, cpu);
    if (!d || !d->dl_runtime || !d->dl_server_active) return;
    dequeue_dl_entity(c, c.w.rqs[cpu.raw].fair_server, DEQUEUE_SLEEP);
    timer_disarm(c, d->dl_timer);
    d->dl_defer_armed = 0;
    d->dl_throttled = 0;
    d->dl_server_active = 0;
}

void dl_server_update(Context& c, CpuId cpu, u64 delta_exec) {
    sched_dl_entity* d = server_of(c, cpu);
    if (!d || !d->dl_server_active || !d->dl_runtime) return;
    update_curr_dl_se(c, cpu, c.w.rqs[cpu.raw].fair_server, delta_exec);
}

void dl_server_update_idle_time(Context& c, CpuId cpu) {
    sched_dl_entity* d = server_of(c, cpu);
    if (!d || !d->dl_defer || d->runtime < 0) return;
    rq& q = c.w.rqs[cpu.raw];
    if (before(q.clock_task, q.idle_exec_start)) return;
    d->runtime -= static_cast<s64>(q.clock_task - q.idle_exec_start);
    if (d->runtime < 0) {
        d->dl_defer_running = 0;
        d->runtime = 0;
    }
    q.idle_exec_start = q.clock_task;
}

void dl_server_timer(Context& c, u32 e) {
    sched_dl_entity& d = c.w.dl_entities[e];
    if (!d.dl_throttled || !d.dl_runtime) return;
    update_rq_clock(c, d.cpu);
    u64 now = c.w.rqs[d.cpu.raw].clock;
    if (d.dl_defer_armed) {
        u64 latest = d.deadline - static_cast<u64>(d.runtime);
        if (before(now, latest - dl_server_min_res)) {
            u64 due = c.w.timers[d.dl_timer].soft;
            while (due <= c.w.g.now) due += latest - now;
            timer_arm(c, d.dl_timer, CpuId{c.here}, due, 0);
            return;
        }
        d.dl_defer_running = 1;
    }
    enqueue_dl_entity(c, e, ENQUEUE_REPLENISH);
    const task_struct& curr = c.w.tasks[c.w.rqs[d.cpu.raw].curr];
    if (curr.prio >= 0 || before(c.w.dl_entities[e].deadline, c.w.dl_entities[curr.dl].deadline))
        resched_curr(c, c.w.dl_entities[e].cpu, Rule::replenish_dl, {});
    push_dl_task(c, c.w.dl_entities[e].cpu);
}

s32 dl_server_apply_params(Context& c, CpuId cpu, u64 runtime, u64 period) {
    sched_dl_entity* d = server_of(c, cpu);
    if (!d) return 0;
    u64 new_bw = to_ratio(period, runtime);
    update_rq_clock(c, cpu);
    dl_server_stop(c, cpu);
    bool fits = !dl_overflow(c, c.w.rqs[cpu.raw].rd, 0, new_bw);
    if (fits) {
        dl_change_utilization(c, c.w.rqs[cpu.raw].fair_server, cpu, new_bw);
        set_params(*d, runtime, period);
    }
    if (c.w.cfs_rqs[cpu.raw + 1].h_nr_running) dl_server_start(c, cpu);
    return fits ? 0 : -EBUSY;
}

}  // namespace rq
