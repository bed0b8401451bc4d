// Loads of CPUs and of groups of CPUs, as balancing and placement see them (struct sg_lb_stats).
#pragma once

#include "sched/domains.hpp"

namespace rq {

/// In the order of how much a group needs help.
enum class GroupType : u8 {
    has_spare,
    fully_busy,
    misfit_task,
    smt_balance,  ///< 6.12: several tasks on one core, seen from an idle CPU
    asym_packing,
    imbalanced,
    overloaded
};

struct GroupStats {
    u64 avg_load = 0;
    u64 load = 0;
    u64 capacity = 0;
    u64 util = 0;
    u64 runnable = 0;
    u64 misfit_load = 0;   ///< of a lone task on a CPU that other classes keep busy
    u32 nr_running = 0;
    u32 h_nr_running = 0;
    u32 idle_cpus = 0;
    u32 weight = 0;
    bool crowded_core = false;  ///< 6.12: to be balanced because its tasks share a core
    GroupType type = GroupType::has_spare;
};

inline constexpr u64 SCHED_CAPACITY_SCALE = 1024;

/// What other classes leave of the CPU; 1024 = all (rq::cpu_capacity).
void update_cpu_capacity(Context& c, CpuId cpu);
/// True if other classes take so much of the CPU that it counts as a smaller one.
bool reduced_capacity(const Context& c, CpuId cpu, u32 imbalance_pct);
u64 cpu_load(const Context& c, CpuId cpu);
u64 cpu_util(const Context& c, CpuId cpu);
/// The same, or how long tasks were runnable if that is more (cpu_util_cfs_boost in 6.12).
u64 cpu_util_boost(const Context& c, CpuId cpu);
u64 cpu_runnable(const Context& c, CpuId cpu);
/// A task's load seen from the root of its CPU's hierarchy.
u64 task_h_load(const Context& c, TaskId p);
u64 task_util_est(const Context& c, TaskId p);
GroupType classify(u32 imbalance_pct, const sched_group& group, const GroupStats& s);
/// Brings the averages of all queues of a CPU up to now (update_blocked_averages).
void update_blocked_averages(Context& c, CpuId cpu);
/// An imbalance between nodes that is too small to matter counts as none.
s64 adjust_numa_imbalance(s64 imbalance, u32 dst_running, u32 imb_numa_nr);
/// Brings a sleeping task's average up to its queue's time.
void sync_entity_load_avg(Context& c, SeId se);

}  // namespace rq
