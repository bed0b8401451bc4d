// Loads, from the averages that pelt.cpp keeps.
#include "sched/load.hpp"

#include "sched/fair.hpp"
#include "sched/pelt.hpp"

namespace rq {

void update_cpu_capacity(Context& c, CpuId cpu) {
    u8 running = c.w.tasks[c.w.rqs[cpu.raw].curr].sched_class;
    update_rt_rq_load_avg(c, cpu, running == static_cast<u8>(ClassIndex::rt));
    update_dl_rq_load_avg(c, cpu, running == static_cast<u8>(ClassIndex::deadline));
    u64 used = c.w.rt_rqs[cpu.raw].avg.util_avg + c.w.dl_rqs[cpu.raw].avg.util_avg;
    c.w.rqs[cpu.raw].cpu_capacity = used < SCHED_CAPACITY_SCALE ? SCHED_CAPACITY_SCALE - used : 1;
}

bool reduced_capacity(const Context& c, CpuId cpu, u32 imbalance_pct) {
    return c.w.rqs[cpu.raw].cpu_capacity * imbalance_pct < SCHED_CAPACITY_SCALE * 100;
}

u64 cpu_load(const Context& c, CpuId cpu) { return c.w.cfs_rqs[cpu.raw + 1].avg.load_avg; }

u64 cpu_util(const Context& c, CpuId cpu) {
    const sched_avg& sa = c.w.cfs_rqs[cpu.raw + 1].avg;
    u64 util = sa.util_avg;
    if (c.w.g.tune.has(Feat::UTIL_EST) && sa.util_est_enqueued > util)
        util = sa.util_est_enqueued;
    return util < SCHED_CAPACITY_SCALE ? util : SCHED_CAPACITY_SCALE;
}

u64 cpu_util_boost(const Context& c, CpuId cpu) {
    u64 util = cpu_util(c, cpu);
    u64 runnable = cpu_runnable(c, cpu);
    if (runnable > SCHED_CAPACITY_SCALE) runnable = SCHED_CAPACITY_SCALE;
    return runnable > util ? runnable : util;
}

u64 cpu_runnable(const Context& c, CpuId cpu) {
    return c.w.cfs_rqs[cpu.raw + 1].avg.runnable_avg;
}

namespace {

/// The load of a queue as a part of its CPU's root queue.
u64 h_load(const World& w, const cfs_rq& cfs) {
    if (!cfs.se.raw) return cfs.avg.load_avg;
    const cfs_rq& above = w.cfs_rqs[w.se[cfs.se.raw].cfs_rq.raw];
    return h_load(w, above) * w.se_avgs[cfs.se.raw].load_avg / (above.avg.load_avg + 1);
}

}  // namespace

u64 task_h_load(const Context& c, TaskId p) {
    SeId id = se_of(c.w, p);
    const cfs_rq& cfs = c.w.cfs_rqs[c.w.se[id.raw].cfs_rq.raw];
    return c.w.se_avgs[id.raw].load_avg * h_load(c.w, cfs) / (cfs.avg.load_avg + 1);
}

u64 task_util_est(const Context& c, TaskId p) {
    const sched_avg& sa = c.w.se_avgs[se_of(c.w, p).raw];
    u64 estimated = sa.util_est_ewma > sa.util_est_enqueued ? sa.util_est_ewma
                                                            : sa.util_est_enqueued;
    return sa.util_avg > estimated ? sa.util_avg : estimated;
}

namespace {

bool overloaded(u32 pct, const GroupStats& s) {
    if (s.nr_running <= s.weight) return false;
    return s.capacity * 100 < s.util * pct || s.capacity * pct < s.runnable * 100;
}

bool has_capacity(u32 pct, const GroupStats& s) {
    if (s.nr_running < s.weight) return true;
    if (s.capacity * pct < s.runnable * 100) return false;
    return s.capacity * 100 > s.util * pct;
}

}  // namespace

GroupType classify(u32 imbalance_pct, const sched_group& group, const GroupStats& s) {
    if (overloaded(imbalance_pct, s)) return GroupType::overloaded;
    if (group.imbalance) return GroupType::imbalanced;
    if (s.crowded_core) return GroupType::smt_balance;
    if (s.misfit_load) return GroupType::misfit_task;
    if (!has_capacity(imbalance_pct, s)) return GroupType::fully_busy;
    return GroupType::has_spare;
}

namespace {

void update_below(Context& c, GroupId group, CpuId cpu) {
    for (GroupId g = c.w.groups[group].children; g; g = c.w.groups[g].sibling)
        update_below(c, g, cpu);
    cfs_rq& cfs = c.w.cfs_rqs[c.w.groups[group].cfs_rq_base + cpu.raw];
    u64 now = c.w.rqs[cpu.raw].clock_pelt;
    if (cfs.throttle_count) return;
    update_cfs_rq_load_avg(now - cfs.throttled_clock_pelt_time, cfs);
    if (!cfs.se.raw) return;
    const sched_avg& sa = c.w.se_avgs[cfs.se.raw];
    if (sa.load_avg || sa.util_avg || cfs.propagate)
        update_load_avg(c, c.w.cfs_rqs[c.w.se[cfs.se.raw].cfs_rq.raw], cfs.se, PELT_UPDATE_TG);
}

}  // namespace

void update_blocked_averages(Context& c, CpuId cpu) {
    update_rq_clock(c, cpu);
    update_below(c, c.w.g.root_group, cpu);
}

s64 adjust_numa_imbalance(s64 imbalance, u32 dst_running, u32 imb_numa_nr) {
    constexpr s64 pair_of_tasks = 2;
    if (dst_running > imb_numa_nr) return imbalance;
    return imbalance <= pair_of_tasks ? 0 : imbalance;
}

}  // namespace rq
