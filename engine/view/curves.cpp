// A point for each change: vruntime moves while its owner runs, and jumps when it is placed anew.
#include "view/curves.hpp"

#include "base/fixed.hpp"
#include "context.hpp"
#include "sched/group.hpp"

namespace rq::view {

namespace {

const cfs_rq& root_queue(const World& w, u32 cpu) { return w.cfs_rqs[cpu + 1]; }

/// Appends the entities of a tree in order.
void walk(const World& w, u32 se, u32 most, std::vector<u32>& out) {
    std::vector<u32> path;
    while ((se || !path.empty()) && out.size() < most) {
        while (se) {
            path.push_back(se);
            se = w.se_nodes[se].link.left;
        }
        se = path.back();
        path.pop_back();
        out.push_back(se);
        se = w.se_nodes[se].link.right;
    }
}

}  // namespace

s64 queue_base(const World& w, const cfs_rq& queue) {
    const s64 least = static_cast<s64>(queue.min_vruntime);
    if (!w.g.kernel) return least;
    s64 sum = queue.avg_vruntime;
    s64 load = static_cast<s64>(queue.avg_load);
    if (queue.curr.raw && w.se[queue.curr.raw].on_rq) {
        const sched_entity& curr = w.se[queue.curr.raw];
        const s64 weight = curr.weight >> 10 > 2 ? curr.weight >> 10 : 2;
        sum += static_cast<s64>(curr.vruntime - queue.min_vruntime) * weight;
        load += weight;
    }
    return least + (load ? div_floor(sum, load) : 0);
}

void CurveFold::follow(const Context& c, const Cast& cast, u32 se) {
    for (const Follow& f : followed_)
        if (f.se == se) return;
    if (followed_.size() >= most_curves) {
        out_.cut = true;
        return;
    }
    Curve curve;
    if (c.w.se[se].my_q.raw) {
        curve.name = group_name(c.w, c.w.cfs_rqs[c.w.se[se].my_q.raw].tg);
    } else {
        curve.task = cast.index(c.w.se[se].task);
        curve.name = cast.name(curve.task);
    }
    out_.curves.push_back(curve);
    followed_.push_back(Follow{se});
}

void CurveFold::begin(const Context& c, const Cast& cast, u32 cpu, u64 time, u64 step) {
    out_ = Curves{};
    followed_.clear();
    out_.cpu = cpu;
    out_.from = time;
    out_.eevdf = c.w.g.kernel != 0;
    step_ = step;
    std::vector<u32> waiting;
    walk(c.w, root_queue(c.w, cpu).tasks_timeline.root, most_curves + 1, waiting);
    for (u32 se : waiting) follow(c, cast, se);
    take(c, cast, time);
}

void CurveFold::look(const Context& c, Follow& f, Curve& curve, u64 time, s64 base, u32 curr) {
    const sched_entity& se = c.w.se[f.se];
    const bool here = se.on_rq && se.cfs_rq.raw == out_.cpu + 1;
    const bool running = here && f.se == curr;
    const s64 vruntime = static_cast<s64>(se.vruntime);
    if (!here && !f.present) return;
    const bool turned = here != f.present || running != f.running;
    if (!turned && vruntime == f.vruntime) return;
    if (!turned && time < f.last + step_) return;
    if (curve.points.size() >= most_points) {
        out_.cut = true;
        return;
    }
    // A jump (placement, a new weight) is drawn as one: the old value holds up to the instant.
    if (turned && here && f.present && vruntime != f.vruntime && !f.running)
        curve.points.push_back({time, f.vruntime, 0, false, false});
    curve.points.push_back(
        {time, vruntime, out_.eevdf ? base - vruntime : 0, running, !here});
    f.present = here;
    f.running = running;
    f.vruntime = vruntime;
    f.last = time;
}

void CurveFold::take(const Context& c, const Cast& cast, u64 time) {
    const cfs_rq& queue = root_queue(c.w, out_.cpu);
    const u32 curr = queue.curr.raw;
    if (curr) follow(c, cast, curr);
    const s64 base = queue_base(c.w, queue);
    std::vector<CurvePoint>& line = out_.base;
    if (line.empty() || (line.back().vruntime != base && line.size() < most_points &&
                         time >= line.back().time + step_))
        line.push_back({time, base, 0, false, false});
    for (std::size_t i = 0; i < followed_.size(); ++i)
        look(c, followed_[i], out_.curves[i], time, base, curr);
    out_.to = time;
}

Curves CurveFold::done(u64 time) {
    if (time > out_.to) out_.to = time;
    return out_;
}

}  // namespace rq::view
