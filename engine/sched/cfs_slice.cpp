// How long CFS grants an entity at once (sched_slice in kernel/sched/fair.c, 6.1).
#include "sched/fair.hpp"

namespace rq {

namespace {

bool sched_idle_cfs_rq(const cfs_rq& cfs) {
    return cfs.nr_running && cfs.nr_running == cfs.idle_nr_running;
}

}  // namespace

u64 sched_slice(const World& w, const cfs_rq& cfs, SeId id) {
    const Tunables& tune = w.g.tune;
    u32 nr = cfs.nr_running;
    if (tune.has(Feat::ALT_PERIOD)) nr = w.cfs_rqs[cfs.cpu.raw + 1].h_nr_running;
    nr += !w.se[id.raw].on_rq;
    u64 slice = nr > tune.nr_latency ? nr * tune.min_granularity : tune.latency;
    for (SeId at = id; at.raw; at = w.se[at.raw].parent) {
        const sched_entity& se = w.se[at.raw];
        u64 load = w.cfs_rqs[se.cfs_rq.raw].load_weight;
        if (!se.on_rq) load += se.weight;
        u32 inverse = 0;
        slice = calc_delta(slice, se.weight, load, inverse);
    }
    if (tune.has(Feat::BASE_SLICE)) {
        bool idle_among_others = se_is_idle(w, w.se[id.raw]) && !sched_idle_cfs_rq(cfs);
        u64 least = idle_among_others ? tune.idle_min_granularity : tune.min_granularity;
        if (slice < least) slice = least;
    }
    return slice;
}

}  // namespace rq
