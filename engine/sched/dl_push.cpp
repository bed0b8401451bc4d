// Deadline tasks between CPUs (kernel/sched/deadline.c and cpudeadline.c, 6.1): a waiting task goes
// to a CPU without deadline tasks, or to the one that runs the latest deadline. Here: the tasks
// that may be moved are found in the queue; Linux keeps a tree of them. Left out: CPUs of unequal
// capacity, hotplug.
#include "sched/deadline.hpp"
#include "sched/rt.hpp"

namespace rq {

bool cpudl_find(const Context& c, TaskId p, cpumask* later) {
    const cpumask& allowed = c.w.cpumasks[c.w.tasks[p].cpus_mask];
    cpumask free{};
    u32 latest = cpumask::none;
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        const dl_rq& q = c.w.dl_rqs[cpu];
        if (!c.w.rqs[cpu].online || !same_root_domain(c, c.w.tasks[p].cpu, CpuId{cpu})) continue;
        if (!q.dl_nr_running) {
            if (allowed.test(cpu)) free.set(cpu);
        } else if (latest == cpumask::none ||
                   before(c.w.dl_rqs[latest].earliest_curr, q.earliest_curr)) {
            latest = cpu;
        }
    }
    // Who only asks whether there is a CPU is told of those with deadline tasks, not of free ones.
    if (later && !free.empty()) {
        *later = free;
        return true;
    }
    u64 deadline = c.w.dl_entities[c.w.tasks[p].dl].deadline;
    if (latest == cpumask::none || !allowed.test(latest) ||
        !before(deadline, c.w.dl_rqs[latest].earliest_curr))
        return false;
    if (later) {
        *later = cpumask{};
        later->set(latest);
    }
    return true;
}

bool dl_task_is_earliest_deadline(const Context& c, TaskId p, CpuId cpu) {
    const dl_rq& q = c.w.dl_rqs[cpu.raw];
    return !q.dl_nr_running ||
           before(c.w.dl_entities[c.w.tasks[p].dl].deadline, q.earliest_curr);
}

u32 find_later_rq(Context& c, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    cpumask later;
    if (t.nr_cpus_allowed == 1 || !cpudl_find(c, p, &later)) return cpumask::none;
    return nearest_cpu(c, later, t.cpu);
}

TaskId pick_earliest_pushable_dl_task(const Context& c, CpuId cpu, u32 target) {
    World& w = c.w;
    dl_rq& q = w.dl_rqs[cpu.raw];
    for (u32 e = q.root.leftmost; e; e = dl_tree(w, q).next(e)) {
        TaskId p = w.dl_entities[e].task;
        if (w.dl_entities[e].dl_server || p == w.rqs[cpu.raw].curr) continue;
        const task_struct& t = w.tasks[p];
        if (t.on_cpu || t.nr_cpus_allowed <= 1) continue;
        if (target == cpumask::none || w.cpumasks[t.cpus_mask].test(target)) return p;
    }
    return {};
}

bool push_dl_task(Context& c, CpuId cpu) {
    if (c.w.g.cpus == 1) return false;
    TaskId next = pick_earliest_pushable_dl_task(c, cpu, cpumask::none);
    if (!next) return false;
    TaskId curr = c.w.rqs[cpu.raw].curr;
    if (dl_task(c.w, curr) && dl_entity_preempt(c.w, next, curr) &&
        c.w.tasks[curr].nr_cpus_allowed > 1) {
        resched_curr(c, cpu, Rule::wakeup_preempt_dl, next);
        return false;
    }
    u32 target = find_later_rq(c, next);
    if (target == cpumask::none || target == cpu.raw) return false;
    if (!dl_task_is_earliest_deadline(c, next, CpuId{target})) return false;
    deactivate_task(c, cpu, next, 0);
    set_task_cpu(c, next, CpuId{target}, Rule::push_dl);
    activate_task(c, CpuId{target}, next, 0);
    resched_curr(c, CpuId{target}, Rule::push_dl, next);
    return true;
}

void pull_dl_task(Context& c, CpuId cpu) {
    u64 least = NEVER >> 1;
    TaskId pulled;
    for (u32 from = 0; from < c.w.g.cpus; ++from) {
        const dl_rq& source = c.w.dl_rqs[from];
        if (from == cpu.raw || source.dl_nr_running <= 1) continue;
        if (!same_root_domain(c, cpu, CpuId{from})) continue;
        TaskId p = pick_earliest_pushable_dl_task(c, CpuId{from}, cpu.raw);
        if (!p) continue;
        u64 deadline = c.w.dl_entities[c.w.tasks[p].dl].deadline;
        if (!before(deadline, least) || !dl_task_is_earliest_deadline(c, p, cpu)) continue;
        TaskId running = c.w.rqs[from].curr;
        if (c.w.tasks[running].dl && dl_entity_preempt(c.w, p, running)) continue;
        deactivate_task(c, CpuId{from}, p, 0);
        set_task_cpu(c, p, cpu, Rule::pull_dl);
        activate_task(c, cpu, p, 0);
        least = deadline;
        pulled = p;
    }
    if (pulled) resched_curr(c, cpu, Rule::pull_dl, pulled);
}

}  // namespace rq
