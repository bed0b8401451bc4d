// A group of its own for every session (kernel/sched/autogroup.c, 6.1), while
// kernel.sched_autogroup_enabled is on: setsid() makes one, for tasks of the root control group.
// Linux: groups exist always and count only while it is on; here: made while it is on. A session's
// number stands for the group's.
#pragma once

#include "ids.hpp"
#include "sched/entities.hpp"

namespace rq {

struct Context;
struct World;
struct task_struct;

/// setsid() by a process: its threads go into the group of the new session.
void sched_autogroup_create_attach(Context& c, TaskId leader);
/// A task is gone: the group of its session ends with the last one.
void sched_autogroup_exit(Context& c, GroupId group);
/// The group for a new task whose parent is in `group`: the root once the setting is off.
GroupId autogroup_of_child(const World& w, GroupId group);
/// True for the group of a session, which is no control group.
bool task_group_is_autogroup(const World& w, GroupId group);
/// The control group of a task, as cgroup tells it.
GroupId task_cgroup(const World& w, const task_struct& p);
/// Writing /proc/PID/autogroup: the weight of the session's group. 0, -EINVAL without such a group
/// or beyond -20 … 19.
s32 proc_sched_autogroup_set_nice(Context& c, TaskId p, s64 nice);
/// The nice value whose weight the group has.
s32 autogroup_nice(const Context& c, GroupId group);

}  // namespace rq
