// The cpu controller of cgroup v2: groups that share CPU time by weight (kernel/sched/core.c,
// 6.1). A group has an entity and a queue on each CPU; its tasks compete inside that queue.
#pragma once

#include "ids.hpp"
#include "sched/entities.hpp"

#include <string>
#include <string_view>

namespace rq {

struct Context;
struct World;

/// Makes a group below `parent` with the default weight of 100.
GroupId group_create(Context& c, GroupId parent, std::string_view name);
/// Ends a group without tasks and children; 0 or -EBUSY.
s32 group_destroy(Context& c, GroupId group);
/// The group at "a/x" below the root ("" or "/" = the root), or null.
GroupId group_find(const World& w, std::string_view path);
/// Its path with a leading slash.
std::string group_path(const World& w, GroupId group);
std::string_view group_name(const World& w, GroupId group);

/// Moves a task into a group (cgroup.procs), with what is above it in the hierarchy.
void group_attach(Context& c, TaskId p, GroupId group);

/// Writes a file of the group as a shell would ("cpu.max" "50000 100000"). 0 or -errno: -EINVAL
/// for a bad value, -ERANGE for a weight out of range, -ENOENT for a file the group does not have.
s32 group_write(Context& c, GroupId group, std::string_view file, std::string_view text);
/// What reading the file gives; false if there is no such file.
bool group_read(const Context& c, GroupId group, std::string_view file, std::string& text);

}  // namespace rq
