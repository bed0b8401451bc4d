// The memory controller of cgroup v2 (mm/memcontrol.c of 6.1): pages are charged to the group of
// the task that touched them first, and to all groups above it. Left out: memory.high, memory.low,
// swap, charges of kernel memory, moving of charges.
#pragma once

#include "ids.hpp"

#include <string>
#include <string_view>

namespace rq {

struct Context;
struct World;

/// Charges a page to the group and those above it; unused page cache of a group that is at its
/// memory.max is given up first. False if that was not enough: nothing is charged.
bool memcg_try_charge(Context& c, GroupId group);
void memcg_uncharge(Context& c, GroupId group);
/// The group, of p's and those above, that is at its limit; null if none is.
GroupId memcg_at_limit(const Context& c, TaskId p);
/// True if `group` is `outer` or lies below it.
bool memcg_within(const World& w, GroupId group, GroupId outer);
/// A victim of the OOM killer was of this group (memory.events: oom_kill).
void memcg_count_oom_kill(Context& c, GroupId group);
/// The group ends: what is still charged to it is its parent's from now on.
void memcg_offline(Context& c, GroupId group);

/// Writes memory.max: bytes with K, M or G, or "max". Who has more gives up page cache, then a task
/// of the group is killed. 0, -EINVAL, or -ENOENT for a file that cannot be written.
s32 memcg_write(Context& c, GroupId group, std::string_view file, std::string_view text);
/// Reads memory.current, memory.max, memory.peak or memory.events; false if there is no such file.
bool memcg_read(const Context& c, GroupId group, std::string_view file, std::string& text);

}  // namespace rq
