// The lanes of the timeline: how they grow, are cut, and where an instant lies in them.
#include "view/timeline.hpp"

#include "view/lanes.hpp"
#include "world.hpp"

namespace rq::view {

void Timeline::begin(const World& world) {
    cpus_.assign(world.g.cpus, CpuLane{});
    tasks_.assign(cast_->count(), TaskLane{});
    marks_.clear();
    begin_ = end_ = world.g.now;
    records_ = 0;
    for (u32 cpu = 0; cpu < world.g.cpus; ++cpu)
        cpu_point(cpu, begin_, cast_->index(world.rqs[cpu].curr), End::preempted, 0);
    for (u32 i = 0; i < cast_->count(); ++i) {
        const task_struct& p = world.tasks[(*cast_)[i].id];
        task_point(i, begin_, state_of(p.__state | p.exit_state, p.on_cpu != 0), p.cpu.raw, 0);
    }
}

void Timeline::cpu_point(u32 cpu, u64 time, u32 task, End end_before, u64 record) {
    CpuLane& lane = cpus_[cpu];
    lane.points.push_back(Point{time, static_cast<u32>(record),
                                (task + 1) << 4 | static_cast<u32>(end_before)});
    close_blocks(lane);
}

void Timeline::task_point(u32 task, u64 time, State state, u32 cpu, u64 record) {
    if (task >= tasks_.size()) tasks_.resize(task + 1);
    TaskLane& lane = tasks_[task];
    if (!lane.points.empty()) {
        const Point& last = lane.points.back();
        State before = static_cast<State>(last.what & 15);
        if (before == State::running) lane.run_ns += time - last.time;
        if (before == State::waiting) lane.wait_ns += time - last.time;
    }
    if (lane.points.size() % lanes::group == 0)
        lane.sums.push_back(Sum{time, lane.run_ns, lane.wait_ns});
    lane.points.push_back(
        Point{time, static_cast<u32>(record), cpu << 4 | static_cast<u32>(state)});
}

void Timeline::mark(const Record& r, MarkKind kind, u32 task, u32 other) {
    marks_.push_back(StoredMark{r.time, static_cast<u32>(r.index), task, other,
                                static_cast<u16>(r.cpu), kind});
}

void Timeline::take_switch(const Record& r) {
    u32 prev = cast_->index(r.task(0));
    u32 next = cast_->index(r.task(1));
    u32 prev_state = static_cast<u32>(r.arg[2]);
    State state = state_of(prev_state, false);
    End end = state == State::zombie || state == State::dead ? End::exited
              : state != State::waiting                      ? End::blocked
              : shown_preempted(prev_state)                  ? End::preempted
                                                             : End::yielded;
    cpu_point(r.cpu, r.time, next, end, r.index);
    if (prev != no_task) {
        task_point(prev, r.time, state, r.cpu, r.index);
        if (end == End::preempted && next != no_task) mark(r, MarkKind::preemption, prev, next);
    }
    if (next != no_task) task_point(next, r.time, State::running, r.cpu, r.index);
}

void Timeline::take_wakeup(const Record& r) {
    u32 task = cast_->index(r.task(0));
    if (task == no_task) return;
    bool runs = task < tasks_.size() && !tasks_[task].points.empty() &&
                static_cast<State>(tasks_[task].points.back().what & 15) == State::running;
    if (!runs) task_point(task, r.time, State::waiting, static_cast<u32>(r.arg[1]), r.index);
    mark(r, MarkKind::wakeup, task, cast_->index(runner(r.cpu)));
}

void Timeline::take(const Record& r) {
    end_ = r.time > end_ ? r.time : end_;
    records_ = r.index + 1;
    u32 task = cast_->index(r.task(0));
    switch (r.event) {
    case Ev::sched_switch:
        return take_switch(r);
    case Ev::sched_wakeup:
    case Ev::sched_wakeup_new:
        return take_wakeup(r);
    case Ev::sched_process_fork:
        return mark(r, MarkKind::fork, cast_->index(r.task(1)), task);
    case Ev::sched_process_exec:
        return mark(r, MarkKind::exec, task, no_task);
    case Ev::sched_process_exit:
        return mark(r, MarkKind::exit, task, no_task);
    case Ev::sched_process_free:
        if (task != no_task) task_point(task, r.time, State::dead, r.cpu, r.index);
        return;
    case Ev::task_state:
        if (task != no_task && state_of(static_cast<u32>(r.arg[1]), true) != State::running)
            task_point(task, r.time, state_of(static_cast<u32>(r.arg[1]), false), r.cpu, r.index);
        return;
    case Ev::sched_migrate_task:
        return mark(r, MarkKind::migration, task, static_cast<u32>(r.arg[1]));
    case Ev::sched_throttle:
        return mark(r, MarkKind::throttle, no_task, no_task);
    case Ev::sched_unthrottle:
        return mark(r, MarkKind::unthrottle, no_task, no_task);
    case Ev::signal_deliver:
        return mark(r, MarkKind::signal, task, no_task);
    case Ev::action:
        return mark(r, MarkKind::action, no_task, no_task);
    default:
        return;
    }
}

void Timeline::cut(u64 record_index, u64 time) {
    auto pop = [&](auto& points) {
        while (points.size() > 1 && points.back().record >= record_index) points.pop_back();
    };
    for (CpuLane& lane : cpus_) {
        pop(lane.points);
        std::size_t closed = (lane.points.size() - 1) / lanes::first_block;
        for (auto& level : lane.levels) {
            if (level.size() > closed) level.resize(closed);
            closed /= lanes::fan;
        }
    }
    tasks_.resize(cast_->count());
    for (TaskLane& lane : tasks_) {
        while (!lane.points.empty() && lane.points.back().record >= record_index &&
               lane.points.back().record > 0)
            lane.points.pop_back();
        lane.sums.resize((lane.points.size() + lanes::group - 1) / lanes::group);
        lane.run_ns = lane.wait_ns = 0;
        if (lane.points.empty()) continue;
        lane.run_ns = lane.sums.back().run_ns;
        lane.wait_ns = lane.sums.back().wait_ns;
        for (std::size_t i = (lane.sums.size() - 1) * lanes::group; i + 1 < lane.points.size();
             ++i) {
            u64 ns = lane.points[i + 1].time - lane.points[i].time;
            State state = static_cast<State>(lane.points[i].what & 15);
            if (state == State::running) lane.run_ns += ns;
            if (state == State::waiting) lane.wait_ns += ns;
        }
    }
    while (!marks_.empty() && marks_.back().record >= record_index) marks_.pop_back();
    end_ = time;
    records_ = record_index;
}

TaskId Timeline::runner(u32 cpu) const {
    u32 task = (cpus_[cpu].points.back().what >> 4) - 1;
    return task == no_task ? TaskId{} : (*cast_)[task].id;
}

CpuSlice Timeline::slice(const CpuLane& lane, std::size_t i) const {
    const Point& p = lane.points[i];
    CpuSlice s;
    s.from = p.time;
    bool last = i + 1 == lane.points.size();
    s.to = last ? end_ : lane.points[i + 1].time;
    s.task = (p.what >> 4) - 1;
    s.end = last ? End::still_running : static_cast<End>(lane.points[i + 1].what & 15);
    s.noise = s.task != no_task && (*cast_)[s.task].role != Role::workload;
    s.record = p.record;
    return s;
}

TaskSpan Timeline::span(const TaskLane& lane, std::size_t i) const {
    const Point& p = lane.points[i];
    u64 to = i + 1 == lane.points.size() ? end_ : lane.points[i + 1].time;
    return TaskSpan{p.time, to, static_cast<State>(p.what & 15), p.what >> 4, p.record};
}

bool Timeline::cpu_slices(u32 cpu, u64 from, u64 to, u32 max, std::vector<CpuSlice>& out) const {
    out.clear();
    const CpuLane& lane = cpus_[cpu];
    for (std::size_t i = lanes::at_or_before(lane.points, from); i < lane.points.size(); ++i) {
        if (lane.points[i].time >= to) break;
        CpuSlice s = slice(lane, i);
        if (s.task == no_task || s.to < from || (s.to == from && s.from < from)) continue;
        if (out.size() == max) return false;
        out.push_back(s);
    }
    return true;
}

bool Timeline::task_spans(u32 task, u64 from, u64 to, u32 max, std::vector<TaskSpan>& out) const {
    out.clear();
    if (task >= tasks_.size() || tasks_[task].points.empty()) return true;
    const TaskLane& lane = tasks_[task];
    for (std::size_t i = lanes::at_or_before(lane.points, from); i < lane.points.size(); ++i) {
        if (lane.points[i].time >= to) break;
        TaskSpan s = span(lane, i);
        if (s.to <= from || s.from == s.to) continue;
        if (out.size() == max) return false;
        out.push_back(s);
    }
    return true;
}

u64 Timeline::cpu_slice_count(u32 cpu, u64 from, u64 to) const {
    const auto& points = cpus_[cpu].points;
    return lanes::first_from(points, to) - lanes::first_from(points, from);
}

u64 Timeline::task_span_count(u32 task, u64 from, u64 to) const {
    if (task >= tasks_.size()) return 0;
    const auto& points = tasks_[task].points;
    return lanes::first_from(points, to) - lanes::first_from(points, from);
}

bool Timeline::marks(u64 from, u64 to, u32 max, std::vector<Mark>& out) const {
    out.clear();
    for (std::size_t i = lanes::first_from(marks_, from); i < marks_.size(); ++i) {
        const StoredMark& m = marks_[i];
        if (m.time >= to) break;
        if (out.size() == max) return false;
        bool moved = m.kind == MarkKind::migration;
        out.push_back(Mark{m.time, m.kind, m.cpu, m.task, moved ? no_task : m.other,
                           moved ? m.other : 0, m.record});
    }
    return true;
}

CpuSlice Timeline::slice_at(u32 cpu, u64 time) const {
    const CpuLane& lane = cpus_[cpu];
    return slice(lane, lanes::at_or_before(lane.points, time));
}

TaskSpan Timeline::span_at(u32 task, u64 time) const {
    if (task >= tasks_.size() || tasks_[task].points.empty()) return TaskSpan{};
    const TaskLane& lane = tasks_[task];
    if (time < lane.points.front().time) return TaskSpan{};
    return span(lane, lanes::at_or_before(lane.points, time));
}

u64 Timeline::next_switch(u32 cpu, u64 time) const {
    u64 best = NEVER;
    for (u32 i = cpu == ~0u ? 0 : cpu; i < (cpu == ~0u ? nr_cpus() : cpu + 1); ++i) {
        const auto& points = cpus_[i].points;
        std::size_t at = lanes::first_from(points, time + 1);
        if (at < points.size() && points[at].time < best) best = points[at].time;
    }
    return best;
}

u64 Timeline::previous_switch(u32 cpu, u64 time) const {
    u64 best = NEVER;
    for (u32 i = cpu == ~0u ? 0 : cpu; i < (cpu == ~0u ? nr_cpus() : cpu + 1); ++i) {
        const auto& points = cpus_[i].points;
        std::size_t at = lanes::first_from(points, time);
        if (at <= 1) continue;  // the first point is the start, not a switch
        u64 t = points[at - 1].time;
        if (best == NEVER || t > best) best = t;
    }
    return best;
}

}  // namespace rq::view
