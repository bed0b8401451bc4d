// cpusets of cgroup v2 (kernel/cgroup/cpuset.c, 6.1): which CPUs and nodes the tasks of a group may
// use, and partitions, which take CPUs for themselves alone, with or without load balancing. What
// holds follows from what was written: it is worked out anew from the root after every change.
// Left out: hotplug, remote partitions and cpuset.cpus.exclusive of 6.12.
#pragma once

#include "ids.hpp"
#include "sched/entities.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq {

struct Context;
struct World;

// task_group::partition_root_state
inline constexpr s32 PRS_MEMBER = 0;
inline constexpr s32 PRS_ROOT = 1;
inline constexpr s32 PRS_ISOLATED = 2;  ///< a root whose CPUs no load balancing touches

// task_group::partition_error: why a partition that is wanted is none
inline constexpr u32 PERR_INVCPUS = 1;    ///< none of its CPUs is the parent's
inline constexpr u32 PERR_INVPARENT = 2;  ///< the parent wants to be one and is none
inline constexpr u32 PERR_NOTPART = 3;    ///< the parent is none
inline constexpr u32 PERR_NOTEXCL = 4;    ///< a sibling has some of its CPUs
inline constexpr u32 PERR_NOCPUS = 5;     ///< it would leave tasks of the parent without a CPU
inline constexpr u32 PERR_CPUSEMPTY = 6;  ///< cpuset.cpus is empty

/// The root group may use everything.
void cpuset_init(Context& c);
/// Writes cpuset.cpus, cpuset.mems or cpuset.cpus.partition. 0 or -errno: -EINVAL for what is no
/// list, names a CPU or node that there is not, or is no kind of partition; -ENOSPC for an empty
/// list where tasks are; -EBUSY if deadline tasks would not fit any more; -ENOENT for other files.
s32 cpuset_write(Context& c, GroupId group, std::string_view file, std::string_view text);
/// "member", "root", "isolated invalid (Parent is not a partition root)" …
std::string partition_text(const World& w, const task_group& group);
/// Whether a task may move into the group: 0, -EINVAL, or -EBUSY if its deadline bandwidth does
/// not fit there (cpuset_can_attach).
s32 cpuset_can_attach(const Context& c, TaskId p, GroupId group);
/// The task has moved into its group from another.
void cpuset_attach(Context& c, TaskId p, GroupId from);
/// The group ends: what it kept for itself is its parent's again.
void cpuset_offline(Context& c, GroupId group);
/// The CPUs that are balanced together: what the root group has left first, then the partitions.
std::vector<cpumask> balanced_partitions(const World& w);
/// The nodes a task may take memory from, a bit for each.
u64 cpuset_current_mems_allowed(const World& w, TaskId p);
/// All nodes of the machine.
u64 node_online_map(const World& w);

}  // namespace rq
