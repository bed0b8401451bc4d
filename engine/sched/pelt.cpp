// Load averages: not kept yet, so groups have the weight of their shares alone.
#include "sched/pelt.hpp"

#include "context.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"

namespace rq {

void update_load_avg(Context&, cfs_rq&, SeId, u32) {}
void se_update_runnable(Context&, SeId) {}
void update_cfs_group(Context&, SeId) {}
void attach_entity_cfs_rq(Context&, SeId) {}
void detach_entity_cfs_rq(Context&, SeId) {}
void remove_entity_load_avg(Context&, SeId) {}
void update_idle_cfs_rq_clock_pelt(Context&, cfs_rq&) {}
void util_est_enqueue(Context&, CpuId, TaskId) {}
void util_est_dequeue(Context&, CpuId, TaskId) {}
void util_est_update(Context&, CpuId, TaskId, bool) {}
void post_init_entity_util_avg(Context&, TaskId) {}

void reweight_task(Context& c, SeId id, u32 weight, u32 inv_weight) {
    sched_entity& se = c.w.se[id.raw];
    cfs_rq& cfs = c.w.cfs_rqs[se.cfs_rq.raw];
    cfs.load_weight = cfs.load_weight - se.weight + weight;
    se.weight = weight;
    se.inv_weight = inv_weight;
}

}  // namespace rq
