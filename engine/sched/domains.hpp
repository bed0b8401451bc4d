// Scheduling domains (kernel/sched/topology.c, 6.1): for each CPU a chain of ever wider sets of
// CPUs among which load is balanced, each divided into groups. Isolated CPUs have none.
#pragma once

#include "ids.hpp"
#include "sched/entities.hpp"

namespace rq {

struct Context;

inline constexpr u32 SD_BALANCE_NEWIDLE = 0x0001;
inline constexpr u32 SD_BALANCE_EXEC = 0x0002;
inline constexpr u32 SD_BALANCE_FORK = 0x0004;
inline constexpr u32 SD_BALANCE_WAKE = 0x0008;
inline constexpr u32 SD_WAKE_AFFINE = 0x0010;
inline constexpr u32 SD_SHARE_CPUCAPACITY = 0x0080;
inline constexpr u32 SD_SHARE_PKG_RESOURCES = 0x0200;
inline constexpr u32 SD_SERIALIZE = 0x0400;
inline constexpr u32 SD_PREFER_SIBLING = 0x1000;
inline constexpr u32 SD_OVERLAP = 0x2000;
inline constexpr u32 SD_NUMA = 0x4000;

enum class DomainLevel : u32 { SMT, MC, PKG, NUMA };

/// One CPU's view of one level. Intervals are in ms, instants in jiffies, as in the kernel.
struct sched_domain {
    u32 parent;            ///< index into World::domains, 0 = none
    u32 child;
    u32 groups;            ///< first of a ring in World::sched_groups: the CPU's own group
    u32 span;              ///< interned mask
    u32 span_weight;
    u32 flags;
    u32 level;             ///< DomainLevel
    u32 imbalance_pct;
    u32 busy_factor;
    u32 min_interval;
    u32 max_interval;
    u32 balance_interval;
    u32 cache_nice_tries;
    u32 nr_balance_failed;
    u32 imb_numa_nr;
    u32 newidle_call;
    u32 newidle_success;
    u32 newidle_ratio;
    u64 last_balance;
    u64 last_decay_max_lb_cost;
    u64 max_newidle_lb_cost;
};
RQ_STATE_SIZE(sched_domain, 96);

/// A group of a domain; the domains of all CPUs in a span share its groups.
struct sched_group {
    u32 next;              ///< ring
    u32 mask;              ///< interned
    u32 weight;
    u32 imbalance;         ///< a balancing below failed because of affinity
};
RQ_STATE_SIZE(sched_group, 16);

/// What the CPUs around one last-level cache share.
struct llc_shared {
    u32 nr_idle_scan;
    u32 has_idle_cores;
};
RQ_STATE_SIZE(llc_shared, 8);

/// CPUs among which real-time and deadline tasks are pushed and pulled, and whose bandwidth is
/// admitted as one: those of the whole machine, or of a partition.
struct root_domain {
    u32 span;              ///< interned mask
    u32 cpus;
    u64 total_bw;          ///< of the deadline tasks admitted (dl_bw)
};
RQ_STATE_SIZE(root_domain, 16);

// rq::isolated
inline constexpr u8 ISOLATED_BOOT = 1;       ///< isolcpus=
inline constexpr u8 ISOLATED_PARTITION = 2;  ///< in a partition without load balancing

/// Builds the domains of all CPUs that are not in `isolated`.
void build_sched_domains(Context& c, const cpumask& isolated);
/// Builds them anew from the partitions (rebuild_sched_domains): one set for what the root cpuset
/// has left, one for each partition that is balanced; nothing is kept of the old ones.
void rebuild_sched_domains(Context& c);
/// The CPUs of a CPU's root domain.
const cpumask& root_domain_span(const Context& c, CpuId cpu);
/// The number of ticks so far: what the kernel's balancing counts time in.
u64 jiffies(const Context& c);
/// The widest domain of a CPU within its last-level cache, or 0 (sd_llc).
u32 llc_domain(const Context& c, CpuId cpu);
bool cpus_share_cache(const Context& c, CpuId a, CpuId b);
/// True if nothing runs or is about to run on the CPU.
bool idle_cpu(const Context& c, CpuId cpu);
/// True if only SCHED_IDLE tasks are on the CPU.
bool sched_idle_cpu(const Context& c, CpuId cpu);

}  // namespace rq
