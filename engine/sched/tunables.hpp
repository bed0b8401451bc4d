// What can be tuned while a machine runs: /sys/kernel/debug/sched/*, kernel.sched_* and vm.*
// sysctls, and the feature switches. Plain state; sched/settings.cpp reads and writes it by name.
#pragma once

#include "base/column.hpp"

namespace rq {

enum class Feat : u8 {
#define FEAT(name, v6_1, v6_12) name,
#include "sched/features.def"
#undef FEAT
    count_
};
static_assert(static_cast<u32>(Feat::count_) <= 64);

/// All times in ns unless the name says otherwise.
struct Tunables {
    u64 features;                  ///< bit per Feat
    u64 latency;                   ///< 6.1: sched_latency
    u64 min_granularity;           ///< 6.1
    u64 idle_min_granularity;      ///< 6.1
    u64 wakeup_granularity;        ///< 6.1
    u64 base_slice;                ///< 6.12
    u64 migration_cost;
    u64 cfs_bandwidth_slice;
    u64 rt_period;
    u64 rt_runtime;                ///< NEVER = no limit (-1)
    u64 rr_timeslice;
    u64 dl_period_max;
    u64 dl_period_min;
    u64 fair_server_runtime;       ///< 6.12
    u64 fair_server_period;        ///< 6.12
    u32 nr_latency;                ///< 6.1: 8, renewed only when tunable_scaling is written
    u32 nr_migrate;
    u32 tunable_scaling;           ///< 0 none, 1 logarithmic, 2 linear
    u32 child_runs_first;
    u32 autogroup_enabled;
    u32 schedstats;
    u32 preempt_full;              ///< 0: kernel code is not preempted
    u16 preempt_none;              ///< not full: 1 = mode `none`, 0 = `voluntary`
    u16 energy_aware;              ///< 6.1: kept, but all CPUs are alike
    u32 unprivileged_userns_clone; ///< Debian's: 0 = user namespaces only for the privileged
    u32 overcommit_memory;         ///< vm.: 0 heuristic, 1 always, 2 never beyond the limit
    u32 overcommit_ratio;          ///< vm.: percent of memory that mode 2 hands out
    u32 zero;

    bool has(Feat f) const { return features >> static_cast<u32>(f) & 1; }
};
RQ_STATE_SIZE(Tunables, 168);

}  // namespace rq
