// Virtual time and the pick of EEVDF, after kernel/sched/fair.c of 6.12.115. Sums are kept relative
// to a moving origin, so that keys stay small; divisions truncate or round down as the kernel's do.
#include "sched/eevdf.hpp"

namespace rq {

namespace {

/// Each node knows the least vruntime and the least slice of its subtree.
struct LeastOfSubtree {
    static u64 own_slice(const se_node& n) { return n.slice == ~0u ? ~u64{0} : n.slice; }

    static bool update(se_node* nodes, u32 i) {
        se_node& n = nodes[i];
        u64 vruntime = n.vruntime;
        u64 slice = own_slice(n);
        for (u32 child : {n.link.left, n.link.right}) {
            if (!child) continue;
            vruntime = earlier(vruntime, nodes[child].min_vruntime);
            if (nodes[child].min_slice < slice) slice = nodes[child].min_slice;
        }
        bool changed = n.min_vruntime != vruntime || n.min_slice != slice;
        n.min_vruntime = vruntime;
        n.min_slice = slice;
        return changed;
    }
};

using DeadlineTree = RbTree<se_node, LeastOfSubtree>;

DeadlineTree tree_of(World& w, cfs_rq& cfs) {
    return DeadlineTree(w.se_nodes.data(), cfs.tasks_timeline);
}

u32 slice_for_node(u64 slice) { return slice >= 0xffffffffu ? ~0u : static_cast<u32>(slice); }

bool entity_before(const sched_entity& a, const sched_entity& b) {
    return before(a.deadline, b.deadline);
}

s64 weight_of(const sched_entity& se) { return static_cast<s64>(scale_load_down(se.weight)); }

s64 key_of(const cfs_rq& cfs, u64 vruntime) {
    return static_cast<s64>(vruntime - cfs.min_vruntime);
}

/// The running entity while it is queued; it is outside the tree and its sums.
const sched_entity* queued_curr(const World& w, const cfs_rq& cfs) {
    if (!cfs.curr.raw) return nullptr;
    const sched_entity& curr = w.se[cfs.curr.raw];
    return curr.on_rq ? &curr : nullptr;
}

}  // namespace

u64 avg_vruntime(World& w, cfs_rq& cfs) {
    const sched_entity* curr = queued_curr(w, cfs);
    s64 weight = static_cast<s64>(cfs.avg_load);
    s64 delta = 0;
    if (weight) {
        s64 sum = cfs.avg_vruntime;
        if (curr) {
            sum += key_of(cfs, curr->vruntime) * weight_of(*curr);
            weight += weight_of(*curr);
        }
        if (sum < 0) sum -= weight - 1;  // rounds down
        delta = sum / weight;
    } else if (curr) {
        delta = key_of(cfs, curr->vruntime);
    }
    cfs.avg_vruntime -= static_cast<s64>(cfs.avg_load) * delta;
    cfs.min_vruntime += static_cast<u64>(delta);
    return cfs.min_vruntime;
}

bool vruntime_eligible(const World& w, const cfs_rq& cfs, u64 vruntime) {
    s64 sum = cfs.avg_vruntime;
    s64 load = static_cast<s64>(cfs.avg_load);
    if (const sched_entity* curr = queued_curr(w, cfs)) {
        sum += key_of(cfs, curr->vruntime) * weight_of(*curr);
        load += weight_of(*curr);
    }
    return sum >= key_of(cfs, vruntime) * load;
}

bool entity_eligible(const World& w, const cfs_rq& cfs, SeId se) {
    return vruntime_eligible(w, cfs, w.se[se.raw].vruntime);
}

s64 entity_lag(const World& w, u64 average, sched_entity& se) {
    u64 most = 2 * se.slice > w.g.tick_ns ? 2 * se.slice : w.g.tick_ns;
    s64 limit = static_cast<s64>(calc_delta_fair(most, se));
    s64 lag = static_cast<s64>(average - se.vruntime);
    return lag > limit ? limit : lag < -limit ? -limit : lag;
}

void update_entity_lag(World& w, cfs_rq& cfs, SeId id) {
    u64 average = avg_vruntime(w, cfs);
    w.se[id.raw].vlag = entity_lag(w, average, w.se[id.raw]);
}

bool update_deadline(World& w, cfs_rq& cfs, SeId id) {
    sched_entity& se = w.se[id.raw];
    if (before(se.vruntime, se.deadline)) return false;
    if (!se.custom_slice) se.slice = w.g.tune.base_slice;
    se.deadline = se.vruntime + calc_delta_fair(se.slice, se);
    avg_vruntime(w, cfs);
    return true;
}

void place_entity_eevdf(World& w, cfs_rq& cfs, SeId id, u32 flags) {
    const Tunables& tune = w.g.tune;
    sched_entity& se = w.se[id.raw];
    u64 vruntime = avg_vruntime(w, cfs);
    if (!se.custom_slice) se.slice = tune.base_slice;
    u64 vslice = calc_delta_fair(se.slice, se);
    s64 lag = 0;
    if (tune.has(Feat::PLACE_LAG) && cfs.nr_running) {
        // Joining moves the average towards the newcomer, by w / (W + w) of its lag. So that the
        // lag after joining is the one it left with, it is placed by (W + w) / W times as much.
        s64 load = static_cast<s64>(cfs.avg_load);
        if (const sched_entity* curr = queued_curr(w, cfs)) load += weight_of(*curr);
        lag = se.vlag * (load + weight_of(se));
        lag /= load ? load : 1;
    }
    se.vruntime = vruntime - static_cast<u64>(lag);
    if (tune.has(Feat::PLACE_REL_DEADLINE) && se.rel_deadline) {
        se.deadline += se.vruntime;
        se.rel_deadline = 0;
        return;
    }
    if (tune.has(Feat::PLACE_DEADLINE_INITIAL) && (flags & ENQUEUE_INITIAL)) vslice /= 2;
    se.deadline = se.vruntime + vslice;
}

void reweight_eevdf(const World& w, u64 average, sched_entity& se, u32 weight) {
    s64 old_weight = se.weight;
    s64 new_weight = weight;
    if (average != se.vruntime) {
        s64 lag = entity_lag(w, average, se) * old_weight / new_weight;
        se.vruntime = average - static_cast<u64>(lag);
    }
    s64 rest = static_cast<s64>(se.deadline - average) * old_weight / new_weight;
    se.deadline = average + static_cast<u64>(rest);
}

void enqueue_node_eevdf(World& w, cfs_rq& cfs, SeId id) {
    const sched_entity& se = w.se[id.raw];
    cfs.avg_vruntime += key_of(cfs, se.vruntime) * weight_of(se);
    cfs.avg_load += scale_load_down(se.weight);
    se_node& node = w.se_nodes[id.raw];
    node.key = se.deadline;
    node.vruntime = se.vruntime;
    node.slice = slice_for_node(se.slice);
    tree_of(w, cfs).insert(
        id.raw, [](const se_node& a, const se_node& b) { return before(a.key, b.key); });
}

void dequeue_node_eevdf(World& w, cfs_rq& cfs, SeId id) {
    tree_of(w, cfs).erase(id.raw);
    const sched_entity& se = w.se[id.raw];
    cfs.avg_vruntime -= key_of(cfs, se.vruntime) * weight_of(se);
    cfs.avg_load -= scale_load_down(se.weight);
}

void slice_changed(World& w, cfs_rq& cfs, SeId id) {
    w.se_nodes[id.raw].slice = slice_for_node(w.se[id.raw].slice);
    tree_of(w, cfs).propagate(id.raw, 0);
}

u64 cfs_rq_min_slice(const World& w, const cfs_rq& cfs) {
    const sched_entity* curr = queued_curr(w, cfs);
    u64 least = curr ? curr->slice : ~u64{0};
    u32 root = cfs.tasks_timeline.root;
    if (root && w.se_nodes[root].min_slice < least) least = w.se_nodes[root].min_slice;
    return least;
}

SeId pick_eevdf(const World& w, const cfs_rq& cfs) {
    SeId first{cfs.tasks_timeline.leftmost};
    const sched_entity* curr = queued_curr(w, cfs);
    if (cfs.nr_running == 1) return curr ? cfs.curr : first;
    if (curr && !vruntime_eligible(w, cfs, curr->vruntime)) curr = nullptr;
    if (curr && w.g.tune.has(Feat::RUN_TO_PARITY) && protect_slice(*curr)) return cfs.curr;
    SeId best;
    if (first.raw && entity_eligible(w, cfs, first)) {
        best = first;
    } else {
        // The tree is a heap of vruntimes too: a left subtree that holds an eligible entity holds
        // the earliest deadline of all that are.
        u32 at = cfs.tasks_timeline.root;
        while (at) {
            const se_node& node = w.se_nodes[at];
            u32 left = node.link.left;
            if (left && vruntime_eligible(w, cfs, w.se_nodes[left].min_vruntime)) {
                at = left;
            } else if (vruntime_eligible(w, cfs, node.vruntime)) {
                best = SeId{at};
                break;
            } else {
                at = node.link.right;
            }
        }
    }
    if (!best.raw || (curr && entity_before(*curr, w.se[best.raw])))
        return curr ? cfs.curr : SeId{};
    return best;
}

}  // namespace rq
