// Groups of sessions: made by setsid(), ended with their last task.
#include "sched/autogroup.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "context.hpp"
#include "sched/group.hpp"

namespace rq {

namespace {

bool room_for_group(const World& w) {
    return w.groups.count() < limits::groups &&
           u64{w.groups.count() + 1} * w.g.cpus <= limits::group_queues;
}

}  // namespace

bool task_group_is_autogroup(const World& w, GroupId group) {
    return group && w.groups.alive(group) && w.groups[group].autogroup;
}

GroupId task_cgroup(const World& w, const task_struct& p) {
    GroupId group = p.sched_task_group;
    if (!group || !w.groups.alive(group)) return w.g.root_group;
    return w.groups[group].autogroup ? w.g.root_group : group;
}

GroupId autogroup_of_child(const World& w, GroupId group) {
    bool left = w.g.tune.autogroup_enabled == 0 && task_group_is_autogroup(w, group);
    return left ? w.g.root_group : group;
}

void sched_autogroup_create_attach(Context& c, TaskId leader) {
    World& w = c.w;
    if (!w.g.tune.autogroup_enabled || !room_for_group(w)) return;
    GroupId from = w.tasks[leader].sched_task_group;
    if (from != w.g.root_group && !task_group_is_autogroup(w, from)) return;
    u32 session = static_cast<u32>(w.signals[w.tasks[leader].signal].session);
    GroupId own = group_create(c, w.g.root_group, "autogroup-" + std::to_string(session));
    w.groups[own].autogroup = session;
    for (TaskId t = leader; t; t = w.tasks[t].thread_next)
        if (!w.tasks[t].exit_state) group_attach(c, t, own);
    sched_autogroup_exit(c, from);
}

void sched_autogroup_exit(Context& c, GroupId group) {
    World& w = c.w;
    if (!task_group_is_autogroup(w, group)) return;
    bool used = false;
    w.tasks.for_each(
        [&](TaskId, const task_struct& p) { used = used || p.sched_task_group == group; });
    if (used) return;
    w.groups[group].nr_tasks = 0;
    group_destroy(c, group);
}

s32 proc_sched_autogroup_set_nice(Context& c, TaskId p, s64 nice) {
    GroupId group = c.w.tasks[p].sched_task_group;
    if (nice < -20 || nice > 19 || !task_group_is_autogroup(c.w, group)) return -EINVAL;
    return group_write(c, group, "cpu.weight.nice", std::to_string(nice));
}

s32 autogroup_nice(const Context& c, GroupId group) {
    std::string text;
    s32 nice = 0;
    if (group_read(c, group, "cpu.weight.nice", text))
        parse_decimal(trimmed(text), nice);
    return nice;
}

}  // namespace rq
