// Counting what each task got while the records pass by.
#include "view/task_stats.hpp"

#include "world.hpp"

namespace rq::view {

TaskStats::Now& TaskStats::slot(u32 task) {
    if (task >= tasks_.size()) tasks_.resize(task + 1);
    return tasks_[task];
}

void TaskStats::begin(const World& world) {
    tasks_.clear();
    switches_ = 0;
    for (u32 i = 0; i < cast_->count(); ++i) {
        Now& n = slot(i);
        if (!world.tasks.alive((*cast_)[i].id)) continue;  // born later
        const task_struct& p = world.tasks[(*cast_)[i].id];
        n.since = world.g.now;
        n.running = p.on_cpu != 0;
        n.waiting = !n.running && p.on_rq != 0;
    }
}

void TaskStats::take(const Record& r) {
    switch (r.event) {
    case Ev::sched_switch: {
        ++switches_;
        if (u32 prev = cast_->index(r.task(0)); prev != no_task) {
            Now& n = slot(prev);
            if (n.running) n.sum.run_ns += r.time - n.since;
            bool runnable = state_of(static_cast<u32>(r.arg[2]), false) == State::waiting;
            ++(runnable ? n.sum.nivcsw : n.sum.nvcsw);
            n.running = false;
            n.waiting = runnable;
            n.since = r.time;
        }
        if (u32 next = cast_->index(r.task(1)); next != no_task) {
            Now& n = slot(next);
            if (n.waiting) n.sum.wait_ns += r.time - n.since;
            if (n.woken != NEVER && r.time - n.woken > n.sum.latency_max_ns)
                n.sum.latency_max_ns = r.time - n.woken;
            n.woken = NEVER;
            ++n.sum.switched_in;
            n.running = true;
            n.waiting = false;
            n.since = r.time;
        }
        return;
    }
    case Ev::sched_wakeup:
    case Ev::sched_wakeup_new: {
        u32 task = cast_->index(r.task(0));
        if (task == no_task) return;
        Now& n = slot(task);
        ++n.sum.wakeups;
        n.woken = r.time;
        if (n.running || n.waiting) return;
        n.waiting = true;
        n.since = r.time;
        return;
    }
    case Ev::sched_migrate_task:
        if (u32 task = cast_->index(r.task(0)); task != no_task) ++slot(task).sum.migrations;
        return;
    default:
        return;
    }
}

TaskStat TaskStats::at(u32 task, u64 time) const {
    if (task >= tasks_.size()) return TaskStat{};
    const Now& n = tasks_[task];
    TaskStat s = n.sum;
    if (n.running && time > n.since) s.run_ns += time - n.since;
    if (n.waiting && time > n.since) s.wait_ns += time - n.since;
    return s;
}

}  // namespace rq::view
