// rq::cfs_tasks: the fair tasks of a CPU in the order in which they last ran, for balancing.
#include "context.hpp"
#include "sched/balance.hpp"

namespace rq {

void cfs_tasks_add(Context& c, CpuId cpu, SeId id) {
    rq& q = c.w.rqs[cpu.raw];
    sched_entity& se = c.w.se[id.raw];
    se.group_prev = SeId{0};
    se.group_next = q.cfs_tasks_first;
    if (q.cfs_tasks_first.raw)
        c.w.se[q.cfs_tasks_first.raw].group_prev = id;
    else
        q.cfs_tasks_last = id;
    q.cfs_tasks_first = id;
    ++q.nr_cfs_tasks;
}

void cfs_tasks_remove(Context& c, CpuId cpu, SeId id) {
    rq& q = c.w.rqs[cpu.raw];
    sched_entity& se = c.w.se[id.raw];
    (se.group_prev.raw ? c.w.se[se.group_prev.raw].group_next : q.cfs_tasks_first) = se.group_next;
    (se.group_next.raw ? c.w.se[se.group_next.raw].group_prev : q.cfs_tasks_last) = se.group_prev;
    se.group_prev = se.group_next = SeId{0};
    --q.nr_cfs_tasks;
}

void cfs_tasks_to_front(Context& c, CpuId cpu, SeId id) {
    if (c.w.rqs[cpu.raw].cfs_tasks_first == id) return;
    cfs_tasks_remove(c, cpu, id);
    cfs_tasks_add(c, cpu, id);
}

}  // namespace rq
