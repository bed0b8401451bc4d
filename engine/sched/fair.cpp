// The shared half of the fair class, after kernel/sched/fair.c of 6.1.
#include "sched/fair.hpp"

#include "base/limits.hpp"
#include "sched/balance.hpp"
#include "sched/policy.hpp"

namespace rq {

void account_entity_enqueue(Context& c, cfs_rq& cfs, const sched_entity& se) {
    cfs.load_weight += se.weight;
    ++cfs.nr_running;
    if (entity_is_task(se) && c.w.g.cpus > 1) cfs_tasks_add(c, cfs.cpu, c.w.tasks[se.task].se);
    if (se_is_idle(c.w, se)) ++cfs.idle_nr_running;
}

void account_entity_dequeue(Context& c, cfs_rq& cfs, const sched_entity& se) {
    cfs.load_weight -= se.weight;
    --cfs.nr_running;
    if (entity_is_task(se) && c.w.g.cpus > 1) cfs_tasks_remove(c, cfs.cpu, c.w.tasks[se.task].se);
    if (se_is_idle(c.w, se)) --cfs.idle_nr_running;
}

void find_matching_se(const World& w, SeId& a, SeId& b) {
    while (w.se[a.raw].depth > w.se[b.raw].depth) a = w.se[a.raw].parent;
    while (w.se[b.raw].depth > w.se[a.raw].depth) b = w.se[b.raw].parent;
    while (w.se[a.raw].cfs_rq != w.se[b.raw].cfs_rq) {
        a = w.se[a.raw].parent;
        b = w.se[b.raw].parent;
    }
}

namespace {

u32 first_not_delayed(const World& w, CfsRqId queue) {
    rb_root root = w.cfs_rqs[queue.raw].tasks_timeline;
    RbTree<const se_node> tree(w.se_nodes.data(), root);
    u32 first = root.leftmost;
    while (first && w.se[first].sched_delayed) first = tree.next(first);
    return first;
}

}  // namespace

TaskId first_task_of(const World& w, CfsRqId queue) {
    for (u32 depth = 0; depth < limits::depth * 4; ++depth) {
        u32 first = w.cfs_rqs[queue.raw].tasks_timeline.leftmost;
        if (!first) return {};
        if (w.se[first].sched_delayed) {
            first = first_not_delayed(w, queue);
            if (!first) return {};
        }
        const sched_entity& se = w.se[first];
        if (entity_is_task(se)) return se.task;
        queue = se.my_q;
    }
    return {};
}

void reweight_entity(Context& c, SeId se, u32 weight, u32 inv_weight) {
    if (c.w.g.kernel)
        eevdf_reweight_entity(c, se, weight, inv_weight);
    else
        cfs_reweight_entity(c, se, weight, inv_weight);
}

void task_change_group(Context& c, TaskId p, GroupId group) {
    if (c.w.tasks[p].sched_class != static_cast<u8>(ClassIndex::fair)) {
        c.w.tasks[p].sched_task_group = group;
        set_task_rq(c, p, c.w.tasks[p].cpu);
        return;
    }
    if (c.w.g.kernel)
        eevdf_task_change_group(c, p, group);
    else
        cfs_task_change_group(c, p, group);
}

void enqueue_group_entity(Context& c, SeId se) {
    if (c.w.g.kernel)
        eevdf_enqueue_entity(c, se, ENQUEUE_WAKEUP);
    else
        cfs_enqueue_entity(c, se, ENQUEUE_WAKEUP);
}
void dequeue_group_entity(Context& c, SeId se) {
    if (c.w.g.kernel)
        eevdf_dequeue_entity(c, se, DEQUEUE_SLEEP);
    else
        cfs_dequeue_entity(c, se, DEQUEUE_SLEEP);
}

void task_woken_fair(Context&, CpuId, TaskId) {}  // nothing to push: balancing is periodic
void set_cpus_allowed_fair(Context& c, TaskId p, u32 mask) { set_cpus_allowed_common(c, p, mask); }

bool balance_fair(Context& c, CpuId cpu, TaskId) {
    return c.w.rqs[cpu.raw].nr_running || newidle_balance(c, cpu);
}

void prio_changed_fair(Context& c, CpuId cpu, TaskId p, s32 old_prio) {
    if (c.w.tasks[p].on_rq != TASK_ON_RQ_QUEUED) return;
    if (c.w.cfs_rqs[cpu.raw + 1].nr_running == 1) return;
    if (c.w.rqs[cpu.raw].curr == p) {
        if (c.w.tasks[p].prio > old_prio)
            resched_curr(c, cpu, Rule::prio_changed, first_task_of(c.w, CfsRqId{cpu.raw + 1}));
    } else {
        check_preempt_curr(c, cpu, p, 0);
    }
}

void set_task_rq(Context& c, TaskId p, CpuId cpu) {
    task_struct& t = c.w.tasks[p];
    if (t.se.raw == 0) return;
    const task_group& group = c.w.groups[t.sched_task_group];
    sched_entity& se = c.w.se[t.se.raw];
    se.cfs_rq = CfsRqId{group.cfs_rq_base + cpu.raw};
    se.parent = group.se_base ? SeId{group.se_base + cpu.raw} : SeId{0};
    se.depth = group.se_base ? c.w.se[se.parent.raw].depth + 1 : 0;
}

}  // namespace rq
