// Real-time tasks between CPUs (kernel/sched/rt.c and cpupri.c, 6.1): a CPU with more than one
// pushes the one it cannot run to where the lowest priority runs; a CPU that falls below the
// priority of a task waiting elsewhere pulls it. Here: the tasks that may be moved are found in the
// queues; Linux keeps a list of them. Left out: CPUs of unequal capacity.
#include "sched/rt.hpp"

namespace rq {

namespace {

/// What cpupri compares: 0 no real-time task, then by priority, above all a deadline task.
u32 cpupri_of(const Context& c, u32 cpu) {
    if (c.w.dl_rqs[cpu].dl_nr_running) return 100;
    s32 prio = c.w.rt_rqs[cpu].highest_prio;
    return static_cast<u32>(RT_PRIO_NONE - prio);
}

u32 task_cpupri(const Context& c, TaskId p) {
    s32 prio = c.w.tasks[p].prio;
    if (dl_prio(prio)) return 100;
    return prio >= RT_PRIO_NONE ? 0 : static_cast<u32>(RT_PRIO_NONE - prio);
}

bool push_rt_task(Context& c, CpuId cpu) {
    TaskId next = pick_highest_pushable_task(c, cpu, cpumask::none);
    if (!next) return false;
    if (c.w.tasks[next].prio < c.w.tasks[c.w.rqs[cpu.raw].curr].prio) {
        resched_curr(c, cpu, Rule::wakeup_preempt_rt, next);
        return false;
    }
    u32 target = find_lowest_rq(c, next);
    if (target == cpumask::none || target == cpu.raw) return false;
    if (c.w.rt_rqs[target].highest_prio <= c.w.tasks[next].prio) return false;
    deactivate_task(c, cpu, next, 0);
    set_task_cpu(c, next, CpuId{target}, Rule::push_rt);
    activate_task(c, CpuId{target}, next, 0);
    resched_curr(c, CpuId{target}, Rule::push_rt, next);
    return true;
}

/// A member of `mask`, each time the next one (cpumask_any_distribute), or none.
u32 any_cpu_distribute(Context& c, const cpumask& mask) {
    u32& last = c.w.rqs[c.here].distribute_prev;
    u32 next = mask.next_wrap(last + 1);
    if (next != cpumask::none) last = next;
    return next;
}

}  // namespace

bool same_root_domain(const Context& c, CpuId a, CpuId b) {
    return c.w.rqs[a.raw].rd == c.w.rqs[b.raw].rd;
}

u32 nearest_cpu(Context& c, const cpumask& mask, CpuId near) {
    if (mask.test(near.raw)) return near.raw;  // its caches may be warm there
    bool here = mask.test(c.here);
    for (u32 d = c.w.rqs[near.raw].sd; d; d = c.w.domains[d].parent) {
        const sched_domain& sd = c.w.domains[d];
        if (!(sd.flags & SD_WAKE_AFFINE)) continue;
        const cpumask& span = c.w.cpumasks[sd.span];
        if (here && span.test(c.here)) return c.here;
        u32 next = any_cpu_distribute(c, mask & span);
        if (next != cpumask::none) return next;
    }
    return here ? c.here : any_cpu_distribute(c, mask);
}

bool cpupri_find(const Context& c, TaskId p, cpumask* lowest) {
    const task_struct& t = c.w.tasks[p];
    u32 limit = task_cpupri(c, p);
    const cpumask& allowed = c.w.cpumasks[t.cpus_mask];
    u32 best = limit;
    cpumask found{};
    for (u32 cpu = allowed.first(); cpu != cpumask::none; cpu = allowed.next(cpu + 1)) {
        if (!c.w.rqs[cpu].online || !same_root_domain(c, t.cpu, CpuId{cpu})) continue;
        u32 prio = cpupri_of(c, cpu);
        if (prio < best) found = cpumask{};
        if (prio < best) best = prio;
        if (prio == best) found.set(cpu);
    }
    if (best >= limit) return false;
    if (lowest) *lowest = found;
    return true;
}

u32 find_lowest_rq(Context& c, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    cpumask lowest;
    if (t.nr_cpus_allowed == 1 || !cpupri_find(c, p, &lowest)) return cpumask::none;
    return nearest_cpu(c, lowest, t.cpu);
}

TaskId pick_highest_pushable_task(const Context& c, CpuId cpu, u32 target) {
    const rt_rq& q = c.w.rt_rqs[cpu.raw];
    TaskId curr = c.w.rqs[cpu.raw].curr;
    for (u32 prio = q.active.first(); prio != Bitmap<128>::none; prio = q.active.next(prio + 1)) {
        for (TaskId p = q.queue_head[prio]; p; p = c.w.tasks[p].rt_next) {
            const task_struct& t = c.w.tasks[p];
            if (p == curr || t.on_cpu || t.nr_cpus_allowed <= 1) continue;
            if (target == cpumask::none || c.w.cpumasks[t.cpus_mask].test(target)) return p;
        }
    }
    return {};
}

void push_rt_tasks(Context& c, CpuId cpu) {
    if (c.w.g.cpus == 1) return;
    while (push_rt_task(c, cpu)) {
    }
}

void tell_cpus_to_push(Context& c, CpuId cpu) {
    u32 here = c.here;
    for (u32 from = 0; from < c.w.g.cpus; ++from) {
        if (from == cpu.raw || !same_root_domain(c, cpu, CpuId{from})) continue;
        if (!pick_highest_pushable_task(c, CpuId{from}, cpumask::none)) continue;
        ++c.acts.ipis;
        c.here = from;
        update_rq_clock(c, CpuId{from});
        push_rt_tasks(c, CpuId{from});
    }
    c.here = here;
}

void pull_rt_task(Context& c, CpuId cpu) {
    if (c.w.g.tune.has(Feat::RT_PUSH_IPI)) {
        c.w.rqs[cpu.raw].balance_callback |= CALLBACK_TELL_RT;
        return;
    }
    bool resched = false;
    TaskId pulled;
    for (u32 from = 0; from < c.w.g.cpus; ++from) {
        if (from == cpu.raw || c.w.rt_rqs[from].rt_nr_running < 1) continue;
        if (!same_root_domain(c, cpu, CpuId{from})) continue;
        TaskId p = pick_highest_pushable_task(c, CpuId{from}, cpu.raw);
        if (!p || c.w.tasks[p].prio >= c.w.rt_rqs[cpu.raw].highest_prio) continue;
        // It is about to preempt where it is: leave it.
        if (c.w.tasks[p].prio < c.w.tasks[c.w.rqs[from].curr].prio) continue;
        deactivate_task(c, CpuId{from}, p, 0);
        set_task_cpu(c, p, cpu, Rule::pull_rt);
        activate_task(c, cpu, p, 0);
        resched = true;
        pulled = p;
    }
    if (resched) resched_curr(c, cpu, Rule::pull_rt, pulled);
}

}  // namespace rq
