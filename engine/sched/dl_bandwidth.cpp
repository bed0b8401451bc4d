// Bandwidth of deadline tasks (kernel/sched/deadline.c, 6.1 and 6.12): the machine's admitted sum;
// by queue the sum of all (this_bw) and of the active ones (running_bw), which GRUB reclaims from.
// A task that blocks stays active until its 0-lag time.
#include "sched/deadline.hpp"

namespace rq {

void add_rq_bw(Context& c, u32 e, CpuId cpu) {
    c.w.dl_rqs[cpu.raw].this_bw += c.w.dl_entities[e].dl_bw;
}
void sub_rq_bw(Context& c, u32 e, CpuId cpu) {
    u64& sum = c.w.dl_rqs[cpu.raw].this_bw;
    u64 bw = c.w.dl_entities[e].dl_bw;
    RQ_DEBUG_ASSERT(sum >= bw);
    sum -= bw;
}
void add_running_bw(Context& c, u32 e, CpuId cpu) {
    c.w.dl_rqs[cpu.raw].running_bw += c.w.dl_entities[e].dl_bw;
}
void sub_running_bw(Context& c, u32 e, CpuId cpu) {
    u64& sum = c.w.dl_rqs[cpu.raw].running_bw;
    u64 bw = c.w.dl_entities[e].dl_bw;
    RQ_DEBUG_ASSERT(sum >= bw);
    sum -= bw;
}

namespace {

/// What is admitted to one is missing to all of its root domain: each queue's spare bandwidth
/// changes by its part.
void change_total_bw(Context& c, u32 rd, s64 change) {
    root_domain& r = c.w.root_domains[rd];
    r.total_bw += static_cast<u64>(change);
    const cpumask& span = c.w.cpumasks[r.span];
    for (u32 i = 0; i < c.w.g.cpus; ++i) {
        if (span.test(i))
            c.w.dl_rqs[i].extra_bw -= static_cast<u64>(change / static_cast<s64>(r.cpus));
    }
}

/// The root domain in which a task is that has to leave its CPU as well.
u32 root_domain_of(const World& w, u32 e) {
    const sched_dl_entity& d = w.dl_entities[e];
    CpuId cpu = dl_cpu(w, e);
    if (!d.task || !w.tasks.alive(d.task)) return w.rqs[cpu.raw].rd;
    const cpumask& allowed = w.cpumasks[w.tasks[d.task].cpus_mask];
    if (!allowed.test(cpu.raw)) cpu = CpuId{allowed.first()};
    return w.rqs[cpu.raw].rd;
}

bool task_is_dead(const World& w, const sched_dl_entity& d) {
    return !d.task || !w.tasks.alive(d.task) || w.tasks[d.task].__state == TASK_DEAD;
}
/// True for the entity of a task that has another policy now.
bool left_class(const World& w, const sched_dl_entity& d) {
    return d.task && w.tasks.alive(d.task) && !(w.tasks[d.task].prio < 0);
}

}  // namespace

void dl_bw_add(Context& c, u32 e, u64 bw) {
    sched_dl_entity& d = c.w.dl_entities[e];
    d.rd = root_domain_of(c.w, e);
    change_total_bw(c, d.rd, static_cast<s64>(bw));
}
void dl_bw_sub(Context& c, u32 e, u64 bw) {
    change_total_bw(c, c.w.dl_entities[e].rd, -static_cast<s64>(bw));
}

void dl_unbook_all(Context& c) {
    for (u32 e = 1; e < c.w.dl_entities.size(); ++e)
        if (!c.w.dl_entities[e].dl_server) dl_bw_sub(c, e, c.w.dl_entities[e].dl_bw);
}
void dl_book_all(Context& c) {
    for (u32 e = 1; e < c.w.dl_entities.size(); ++e)
        if (!c.w.dl_entities[e].dl_server) dl_bw_add(c, e, c.w.dl_entities[e].dl_bw);
}

u64 dl_limit(const World& w, u32 rd) {
    const Tunables& t = w.g.tune;
    if (t.rt_runtime == NEVER) return NEVER;
    return to_ratio(t.rt_period, t.rt_runtime) * w.root_domains[rd].cpus;
}

bool dl_overflow(const Context& c, u32 rd, u64 old_bw, u64 new_bw) {
    return dl_limit(c.w, rd) < c.w.root_domains[rd].total_bw - old_bw + new_bw;
}

void dl_change_utilization(Context& c, u32 e, CpuId cpu, u64 new_bw) {
    sched_dl_entity& d = c.w.dl_entities[e];
    if (d.dl_non_contending) {
        sub_running_bw(c, e, cpu);
        d.dl_non_contending = 0;
        timer_disarm(c, d.inactive_timer);
    }
    sub_rq_bw(c, e, cpu);
    c.w.dl_rqs[cpu.raw].this_bw += new_bw;
}

void task_non_contending(Context& c, u32 e) {
    sched_dl_entity& d = c.w.dl_entities[e];
    if (d.dl_runtime == 0) return;  // it only inherits a deadline
    CpuId cpu = dl_cpu(c.w, e);
    u64 used = static_cast<u64>(d.runtime) * d.dl_period;
    s64 lag = static_cast<s64>(used) / static_cast<s64>(d.dl_runtime);
    u64 zerolag = d.deadline - static_cast<u64>(lag);
    s64 zerolag_time = static_cast<s64>(zerolag - c.w.rqs[cpu.raw].clock);
    if (zerolag_time >= 0 && !c.w.timers[d.inactive_timer].armed) {
        d.dl_non_contending = 1;
        u64 due = c.w.g.now + static_cast<u64>(zerolag_time);
        timer_arm(c, d.inactive_timer, CpuId{c.here}, due, 0);
        return;
    }
    if (d.dl_server) return sub_running_bw(c, e, cpu);
    bool dead = task_is_dead(c.w, d);
    bool left = left_class(c.w, d);
    if (!left) sub_running_bw(c, e, cpu);
    if (!left && !dead) return;
    if (dead) sub_rq_bw(c, e, cpu);
    dl_bw_sub(c, e, d.dl_bw);
    dl_clear_params(d);
}

void task_contending(Context& c, u32 e, u32 flags) {
    sched_dl_entity& d = c.w.dl_entities[e];
    if (d.dl_runtime == 0) return;
    CpuId cpu = dl_cpu(c.w, e);
    if (flags & ENQUEUE_MIGRATED) add_rq_bw(c, e, cpu);
    if (d.dl_non_contending) {
        d.dl_non_contending = 0;
        timer_disarm(c, d.inactive_timer);
    } else {
        add_running_bw(c, e, cpu);
    }
}

void inactive_task_timer(Context& c, u32 e) {
    sched_dl_entity& d = c.w.dl_entities[e];
    CpuId cpu = dl_cpu(c.w, e);
    update_rq_clock(c, cpu);
    if (!d.dl_server && (left_class(c.w, d) || task_is_dead(c.w, d))) {
        bool dead = task_is_dead(c.w, d);
        if (dead && d.dl_non_contending) {
            sub_running_bw(c, e, cpu);
            sub_rq_bw(c, e, cpu);
        }
        d.dl_non_contending = 0;
        dl_bw_sub(c, e, d.dl_bw);
        dl_clear_params(d);
        if (!d.task) dl_entity_free(c, e);
        return;
    }
    if (!d.dl_non_contending) return;
    sub_running_bw(c, e, cpu);
    d.dl_non_contending = 0;
}

u64 dl_scaled_delta_exec(const Context& c, CpuId cpu, const sched_dl_entity& d, u64 delta_exec) {
    if (!(d.dl_flags & SCHED_FLAG_RECLAIM)) return delta_exec;
    const dl_rq& q = c.w.dl_rqs[cpu.raw];
    u64 u_inact = q.this_bw - q.running_bw;
    u64 u_act;
    if (c.w.g.kernel == 0) {
        u64 least = (d.dl_bw * q.bw_ratio) >> RATIO_SHIFT;
        u_act = u_inact + q.extra_bw > BW_UNIT - least ? least : BW_UNIT - u_inact - q.extra_bw;
    } else {
        bool more = u_inact + q.extra_bw > q.max_bw - d.dl_bw;
        u_act = more ? d.dl_bw : q.max_bw - u_inact - q.extra_bw;
        u_act = (u_act * q.bw_ratio) >> RATIO_SHIFT;
    }
    return (delta_exec * u_act) >> BW_SHIFT;
}

void init_dl_rq_bw_ratio(World& w, u32 cpu) {
    const Tunables& t = w.g.tune;
    dl_rq& q = w.dl_rqs[cpu];
    if (t.rt_runtime == NEVER) {
        q.bw_ratio = u64{1} << RATIO_SHIFT;
        q.max_bw = q.extra_bw = BW_UNIT;
        return;
    }
    u64 runtime_us = t.rt_runtime / NSEC_PER_USEC;
    u64 period_us = t.rt_period / NSEC_PER_USEC;
    q.bw_ratio = to_ratio(runtime_us, period_us) >> (BW_SHIFT - RATIO_SHIFT);
    q.max_bw = q.extra_bw = to_ratio(t.rt_period, t.rt_runtime);
}

}  // namespace rq
