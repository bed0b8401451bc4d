// Walks the run queues and copies out what a picture needs.
#include "view/rq_tree.hpp"

#include "context.hpp"
#include "sched/group.hpp"
#include "view/curves.hpp"

namespace rq::view {

namespace {

/// load.weight as people know it: nice 0 = 1024.
u64 weight_of(const sched_entity& se) { return se.weight >> 10; }

RqNode node_of(const Context& c, const Cast& cast, u32 i) {
    const sched_entity& se = c.w.se[i];
    RqNode n;
    n.key = c.w.se_nodes[i].key;
    n.vruntime = se.vruntime;
    n.deadline = se.deadline;
    n.weight = weight_of(se);
    n.delayed = se.sched_delayed != 0;
    if (se.my_q.raw) {
        n.group_queue = se.my_q.raw;
        n.name = group_name(c.w, c.w.cfs_rqs[se.my_q.raw].tg);
    } else {
        n.task = cast.index(se.task);
        n.name = cast.name(n.task);
    }
    return n;
}

struct Walk {
    const Context& c;
    const Cast& cast;
    RqTree& tree;

    /// Appends the subtree in order; returns its root's place, -1 for none.
    s32 add(u32 i, u32 depth) {
        if (!i) return -1;
        const rb_link& link = c.w.se_nodes[i].link;
        s32 left = add(link.left, depth + 1);
        s32 here = static_cast<s32>(tree.nodes.size());
        tree.nodes.push_back(node_of(c, cast, i));
        RqNode& n = tree.nodes.back();
        n.red = !(link.parent_color & 1);
        n.leftmost = tree.nodes.size() == 1;
        n.depth = depth;
        n.left = left;
        s32 right = add(link.right, depth + 1);
        tree.nodes[static_cast<u32>(here)].right = right;
        if (left >= 0) tree.nodes[static_cast<u32>(left)].parent = here;
        if (right >= 0) tree.nodes[static_cast<u32>(right)].parent = here;
        return here;
    }
};

/// 6.12: the weighted average of vruntime and, against it, who is eligible.
void fill_eligible(const Context& c, RqTree& tree, const cfs_rq& q) {
    s64 sum = q.avg_vruntime;
    s64 load = static_cast<s64>(q.avg_load);
    if (q.curr.raw && c.w.se[q.curr.raw].on_rq) {
        const sched_entity& curr = c.w.se[q.curr.raw];
        s64 w = static_cast<s64>(weight_of(curr) > 2 ? weight_of(curr) : 2);
        sum += static_cast<s64>(curr.vruntime - q.min_vruntime) * w;
        load += w;
    }
    tree.avg_vruntime = queue_base(c.w, q);
    auto eligible = [&](u64 v) { return sum >= static_cast<s64>(v - q.min_vruntime) * load; };
    for (RqNode& n : tree.nodes) n.eligible = eligible(n.vruntime);
    tree.curr.eligible = eligible(tree.curr.vruntime);
}

void fill_path(const Context& c, RqTree& tree, u32 queue) {
    std::vector<u32> up;
    for (u32 q = queue; q; q = c.w.cfs_rqs[q].se.raw ? c.w.se[c.w.cfs_rqs[q].se.raw].cfs_rq.raw : 0)
        up.push_back(q);
    for (std::size_t i = up.size(); i-- > 0;) {
        const cfs_rq& q = c.w.cfs_rqs[up[i]];
        tree.path.emplace_back(q.se.raw ? group_name(c.w, q.tg) : "/");
        tree.path_queues.push_back(up[i]);
    }
}

}  // namespace

RqTree rq_tree(const Context& c, const Cast& cast, u32 cpu, u32 queue) {
    RqTree tree;
    tree.cpu = cpu;
    tree.queue = queue ? queue : cpu + 1;
    const cfs_rq& q = c.w.cfs_rqs[tree.queue];
    fill_path(c, tree, tree.queue);
    tree.min_vruntime = q.min_vruntime;
    tree.load_weight = q.load_weight >> 10;
    tree.nr_running = q.nr_running;
    tree.throttled = q.throttled != 0;
    if (q.curr.raw) {
        tree.has_curr = true;
        tree.curr = node_of(c, cast, q.curr.raw);
    }
    tree.root = Walk{c, cast, tree}.add(q.tasks_timeline.root, 0);
    if (c.w.g.kernel) {
        fill_eligible(c, tree, q);
        for (u32 i = 0; i < tree.nodes.size() && tree.pick < 0; ++i)
            if (tree.nodes[i].eligible) tree.pick = static_cast<s32>(i);
    } else if (!tree.nodes.empty()) {
        tree.pick = 0;
    }
    return tree;
}

RtQueue rt_queue(const Context& c, const Cast& cast, u32 cpu) {
    RtQueue out;
    const rt_rq& q = c.w.rt_rqs[cpu];
    out.rt_time = q.rt_time;
    out.rt_runtime = q.rt_runtime;
    out.throttled = q.rt_throttled != 0;
    for (u32 prio = 0; prio < RT_PRIO_LEVELS; ++prio) {
        if (!q.queue_head[prio]) continue;
        RtLevel level;
        level.priority = 99 - prio;
        for (TaskId id = q.queue_head[prio]; id; id = c.w.tasks[id].rt_next)
            level.tasks.push_back(cast.index(id));
        out.levels.push_back(std::move(level));
    }
    return out;
}

std::vector<DlNode> dl_queue(const Context& c, const Cast& cast, u32 cpu) {
    std::vector<DlNode> out;
    for (u32 i = 1; i < c.w.dl_entities.size(); ++i) {
        const sched_dl_entity& dl = c.w.dl_entities[i];
        if (dl.dl_server || !dl.task || dl.cpu.raw != cpu || !dl.dl_runtime) continue;
        bool running = c.w.rqs[cpu].curr == dl.task;
        if (!dl.on_dl_rq && !dl.dl_throttled && !running) continue;
        DlNode n{cast.index(dl.task), dl.deadline, dl.runtime,          dl.dl_runtime,
                 dl.dl_period,        dl.dl_throttled != 0, running};
        std::size_t at = out.size();
        while (at > 0 && n.deadline < out[at - 1].deadline) --at;
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), n);
    }
    return out;
}

}  // namespace rq::view
