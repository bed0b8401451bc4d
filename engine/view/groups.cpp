// Groups as rows; periods added up from the lanes of the timeline and the records of throttling.
#include "view/groups.hpp"

#include "context.hpp"
#include "sched/group.hpp"

namespace rq::view {

namespace {

u32 weight_of(const Context& c, GroupId id) {
    std::string text;
    u32 weight = 0;
    if (!group_read(c, id, "cpu.weight", text)) return 0;
    for (char digit : text)
        if (digit >= '0' && digit <= '9') weight = weight * 10 + static_cast<u32>(digit - '0');
    return weight;
}

GroupRow row_of(const Context& c, GroupId id, u32 depth) {
    const task_group& tg = c.w.groups[id];
    GroupRow row;
    row.id = id;
    row.depth = depth;
    row.path = group_path(c.w, id);
    row.name = tg.parent ? std::string(group_name(c.w, id)) : "/";
    row.weight = weight_of(c, id);
    row.quota_ns = tg.parent ? tg.bandwidth.quota : NEVER;
    row.period_ns = tg.bandwidth.period;
    row.burst_ns = tg.bandwidth.burst;
    row.usage_ns = tg.usage_ns;
    row.nr_periods = tg.bandwidth.nr_periods;
    row.nr_throttled = tg.bandwidth.nr_throttled;
    row.throttled_ns = tg.bandwidth.throttled_time;
    row.runtime_left_ns = tg.bandwidth.runtime == NEVER ? 0 : tg.bandwidth.runtime;
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        const cfs_rq& queue = c.w.cfs_rqs[tg.cfs_rq_base + cpu];
        row.throttled_cpus += queue.throttled != 0;
        row.queued += queue.h_nr_running;
    }
    return row;
}

bool within(const World& w, GroupId group, GroupId ancestor) {
    for (; group; group = w.groups[group].parent)
        if (group == ancestor) return true;
    return false;
}

/// How long the group's queues are held up inside each period, from the records.
void add_throttled(const Trace& trace, const GroupRow& group, u64 end,
                   std::vector<QuotaPeriod>& periods) {
    std::vector<u64> since;  // by CPU, NEVER = not held up
    auto add = [&](u64 from, u64 to) {
        for (QuotaPeriod& p : periods) {
            const u64 a = from > p.from ? from : p.from;
            const u64 last = p.from + group.period_ns;
            const u64 b = to < last ? to : last;
            if (b > a) p.throttled_ns += b - a;
        }
    };
    // A queue may have been held up before the first period shown.
    const u64 begin = periods.front().from;
    const u64 before = begin > group.period_ns ? begin - group.period_ns : 0;
    Trace::Reader reader = trace.read(trace.index_at(before));
    for (Record r; reader.next(r) && r.time < end;) {
        const bool on = r.event == Ev::sched_throttle;
        if ((!on && r.event != Ev::sched_unthrottle) || r.arg[0] != group.id.raw) continue;
        if (r.cpu >= since.size()) since.resize(r.cpu + 1, NEVER);
        if (!on && since[r.cpu] != NEVER) add(since[r.cpu], r.time);
        since[r.cpu] = on ? r.time : NEVER;
    }
    for (u64 at : since)
        if (at != NEVER) add(at, end);
}

}  // namespace

std::vector<GroupRow> group_rows(const Context& c, const Cast& cast) {
    std::vector<GroupRow> rows;
    struct Visit {
        GroupId id;
        u32 depth;
    };
    std::vector<Visit> todo{{c.w.g.root_group, 0}};
    while (!todo.empty()) {
        const Visit v = todo.back();
        todo.pop_back();
        if (!c.w.groups.alive(v.id)) continue;
        rows.push_back(row_of(c, v.id, v.depth));
        std::vector<GroupId> children;
        for (GroupId g = c.w.groups[v.id].children; g; g = c.w.groups[g].sibling)
            children.push_back(g);
        // Siblings are linked newest first; people expect the order of the scenario.
        for (GroupId g : children) todo.push_back({g, v.depth + 1});
    }
    for (u32 i = 0; i < cast.count(); ++i) {
        if (cast[i].role != Role::workload || !c.w.tasks.alive(cast[i].id)) continue;
        for (GroupRow& row : rows)
            if (row.id == c.w.tasks[cast[i].id].sched_task_group) row.tasks.push_back(i);
    }
    return rows;
}

std::vector<QuotaPeriod> quota_periods(const Context& c, const Cast& cast,
                                       const Timeline& timeline, const Trace& trace,
                                       const GroupRow& group, u64 from, u64 to, u32 most) {
    std::vector<QuotaPeriod> out;
    if (group.quota_ns == NEVER || !group.period_ns || to <= from) return out;
    const u64 phase = c.w.g.bandwidth_phase % group.period_ns;
    u64 at = from > phase ? (from - phase) / group.period_ns * group.period_ns + phase : phase;
    for (; at < to && out.size() < most; at += group.period_ns) {
        if (timeline.end_time() <= at) break;
        QuotaPeriod period;
        period.from = at;
        out.push_back(period);
    }
    if (out.empty()) return out;
    for (u32 i = 0; i < cast.count(); ++i) {
        const TaskId id = cast[i].id;
        if (!c.w.tasks.alive(id) || !within(c.w, c.w.tasks[id].sched_task_group, group.id))
            continue;
        for (QuotaPeriod& p : out)
            p.used_ns += timeline.run_ns(i, p.from, p.from + group.period_ns);
    }
    add_throttled(trace, group, timeline.end_time(), out);
    return out;
}

}  // namespace rq::view
