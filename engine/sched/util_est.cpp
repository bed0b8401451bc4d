// Estimated utilisation (kernel/sched/fair.c, 6.1 and 6.12): what a task needed when it last ran,
// kept while it sleeps, so that its CPU looks as busy as it will be. Only placement on several CPUs
// reads it.
#include "context.hpp"
#include "sched/pelt.hpp"

namespace rq {

namespace {

constexpr u32 util_avg_unchanged = 0x80000000u;
constexpr u32 ewma_shift = 2;
constexpr u32 margin = 1024 / 100;

/// The larger of the last activation and the average over activations.
u32 task_util_est(const sched_avg& sa) {
    u32 enqueued = sa.util_est_enqueued & ~util_avg_unchanged;
    return sa.util_est_ewma > enqueued ? sa.util_est_ewma : enqueued;
}

/// 6.12: one number, which follows a rise at once and falls slowly; not where the task would have
/// run for longer if it could.
void util_est_decay(sched_avg& sa, u32 util) {
    if (sa.util_est_ewma <= util) {
        sa.util_est_ewma = util;
        return;
    }
    u32 difference = sa.util_est_ewma - util;
    if (difference < margin || util + margin < sa.runnable_avg) return;
    sa.util_est_ewma = ((sa.util_est_ewma << ewma_shift) - difference) >> ewma_shift;
}

bool on(const Context& c) { return c.w.g.cpus > 1 && c.w.g.tune.has(Feat::UTIL_EST); }

sched_avg& avg_of(Context& c, TaskId p) { return c.w.se_avgs[c.w.tasks[p].se.raw]; }

}  // namespace

void util_est_enqueue(Context& c, CpuId cpu, TaskId p) {
    if (on(c)) c.w.cfs_rqs[cpu.raw + 1].avg.util_est_enqueued += task_util_est(avg_of(c, p));
}

void util_est_dequeue(Context& c, CpuId cpu, TaskId p) {
    if (!on(c)) return;
    u32& sum = c.w.cfs_rqs[cpu.raw + 1].avg.util_est_enqueued;
    u32 own = task_util_est(avg_of(c, p));
    sum -= sum < own ? sum : own;
}

void util_est_update(Context& c, CpuId cpu, TaskId p, bool task_sleep) {
    if (!on(c) || !task_sleep) return;
    sched_avg& sa = avg_of(c, p);
    u32 util = static_cast<u32>(sa.util_avg);
    if (c.w.g.kernel) return util_est_decay(sa, util);
    sa.util_est_enqueued = util;
    if (c.w.g.tune.has(Feat::UTIL_EST_FASTUP) && sa.util_est_ewma < util) {
        sa.util_est_ewma = util;
        return;
    }
    s64 difference = s64{util} - s64{sa.util_est_ewma};
    if (difference < s64{margin} && difference > -s64{margin}) return;
    if (util > c.w.rqs[cpu.raw].cpu_capacity) return;
    s64 ewma = (s64{sa.util_est_ewma} << ewma_shift) + difference;
    sa.util_est_ewma = static_cast<u32>(ewma >> ewma_shift);
}

}  // namespace rq
