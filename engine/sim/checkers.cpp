// Laws of scheduling state: who runs where, what queues hold and weigh, where the time went.
#include "sim/checkers.hpp"

#include "base/fixed.hpp"
#include "base/text.hpp"
#include "sched/core.hpp"

namespace rq {

namespace {

struct Report {
    std::vector<std::string> broken;
    void say(const char* law, u64 a, u64 b) {
        if (broken.size() >= 20) return;
        std::string line = law;
        line += ": ";
        append_u64(line, a);
        line += " against ";
        append_u64(line, b);
        broken.push_back(line);
    }
    void equal(const char* law, u64 a, u64 b) {
        if (a != b) say(law, a, b);
    }
    void holds(const char* law, bool ok, u64 who) {
        if (!ok) say(law, who, 0);
    }
};

/// Time of a CPU since the machine started is all accounted for: kinds add up, less the debt that
/// is charged but not yet worked off.
void check_time(const World& w, const rq& q, Report& r) {
    u64 sum = 0;
    for (u64 ns : q.time_by_kind) sum += ns;
    r.equal("time by kind adds up to the time that passed", sum,
            q.segment_start - w.g.t0_boot + q.debt_ns);
}

/// Red-black rules, order and the cached leftmost of one queue; returns its nodes.
struct TreeCheck {
    const World& w;
    Report& r;
    u32 nodes = 0;
    u64 weight = 0;
    u64 zero_vruntime = 0;
    s64 lags = 0;  ///< 6.12: sum of weight * (vruntime - zero_vruntime)
    u64 load = 0;

    void count(const sched_entity& se) {
        weight += se.weight;
        s64 down = static_cast<s64>(scale_load_down(se.weight));
        load += static_cast<u64>(down);
        lags += down * static_cast<s64>(se.vruntime - zero_vruntime);
    }

    /// What the tree compares is what the entity has; 6.12: the least of each subtree is right.
    void check_keys(const se_node& n, const sched_entity& se, u32 i) {
        r.equal("a node's key is its entity's", n.key, w.g.kernel ? se.deadline : se.vruntime);
        if (!w.g.kernel) return;
        u64 vruntime = se.vruntime;
        u64 slice = se.slice;
        for (u32 child : {n.link.left, n.link.right}) {
            if (!child) continue;
            vruntime = earlier(vruntime, w.se_nodes[child].min_vruntime);
            if (w.se_nodes[child].min_slice < slice) slice = w.se_nodes[child].min_slice;
        }
        r.equal("a node knows its subtree's least vruntime", n.min_vruntime, vruntime);
        r.equal("a node knows its subtree's least slice", n.min_slice, slice);
        r.holds("a task that is asleep in the queue does not run",
                !se.sched_delayed || se.my_q.raw || !w.tasks[se.task].on_cpu, i);
    }

    u32 walk(u32 i, u32 parent) {
        if (!i) return 1;
        const se_node& n = w.se_nodes[i];
        r.equal("a node knows its parent", n.link.parent_color >> 1, parent);
        bool red = !(n.link.parent_color & 1);
        for (u32 child : {n.link.left, n.link.right}) {
            if (!child) continue;
            bool child_red = !(w.se_nodes[child].link.parent_color & 1);
            r.holds("no red node has a red child", !(red && child_red), i);
        }
        if (n.link.left)
            r.holds("left keys are not later", !before(n.key, w.se_nodes[n.link.left].key), i);
        if (n.link.right)
            r.holds("right keys are not earlier", !before(w.se_nodes[n.link.right].key, n.key), i);
        ++nodes;
        count(w.se[i]);
        check_keys(n, w.se[i], i);
        r.holds("what is in a tree is on_rq", w.se[i].on_rq == 1, i);
        u32 left = walk(n.link.left, i);
        u32 right = walk(n.link.right, i);
        r.equal("every path has as many black nodes", left, right);
        return left + !red;
    }
};

/// Weighted lags against the average, which is rounded down, sum to zero, less the rounding; the
/// delayed are as many as the queue says.
void check_lags(const World& w, const cfs_rq& cfs, s64 sum, s64 load, Report& r) {
    if (load) {
        s64 lags = div_floor(sum, load) * load - sum;
        r.holds("lags sum to zero within rounding", lags <= 0 && lags > -load, cfs.cpu.raw);
    }
    if (cfs.tg != w.g.root_group) return;
    u32 delayed = 0;
    w.tasks.for_each([&](TaskId, const task_struct& t) {
        if (t.se.raw && w.se[t.se.raw].sched_delayed && t.cpu == cfs.cpu) ++delayed;
    });
    bool throttled = w.groups.count() > 1;  // a throttled group's are not counted above it
    r.holds("h_nr_delayed counts who is asleep and queued",
            throttled ? cfs.h_nr_delayed <= delayed : cfs.h_nr_delayed == delayed, cfs.cpu.raw);
}

void check_queue(const World& w, u32 index, Report& r) {
    const cfs_rq& cfs = w.cfs_rqs[index];
    TreeCheck t{w, r};
    t.zero_vruntime = cfs.min_vruntime;
    t.walk(cfs.tasks_timeline.root, 0);
    if (w.g.kernel) {
        r.equal("the average's sum is that of the tree", static_cast<u64>(cfs.avg_vruntime),
                static_cast<u64>(t.lags));
        r.equal("the average's load is that of the tree", cfs.avg_load, t.load);
    }
    if (cfs.curr.raw && w.se[cfs.curr.raw].on_rq) {
        ++t.nodes;
        t.count(w.se[cfs.curr.raw]);
    }
    if (w.g.kernel) check_lags(w, cfs, t.lags, static_cast<s64>(t.load), r);
    r.equal("nr_running counts the queue's entities", t.nodes, cfs.nr_running);
    r.equal("load is the sum of the weights", t.weight, cfs.load_weight);
    u32 first = cfs.tasks_timeline.root;
    while (first && w.se_nodes[first].link.left) first = w.se_nodes[first].link.left;
    r.equal("the leftmost node is cached", first, cfs.tasks_timeline.leftmost);
}

void check_cpus(const World& w, Report& r) {
    for (u32 cpu = 0; cpu < w.g.cpus; ++cpu) {
        const rq& q = w.rqs[cpu];
        check_time(w, q, r);
        r.holds("the running task lives", w.tasks.alive(q.curr), cpu);
        if (!w.tasks.alive(q.curr)) continue;
        const task_struct& t = w.tasks[q.curr];
        r.equal("the running task is on_cpu", t.on_cpu, 1);
        r.equal("the running task belongs to its CPU", t.cpu.raw, cpu);
        // Until an interrupt or a call is over, the stop task waits to move who may not stay.
        bool leaves = q.push_disallowed && q.need_resched;
        if (q.curr != q.idle && !(t.flags & PF_KTHREAD) && !leaves)
            r.holds("affinity is kept", w.cpumasks[t.cpus_mask].test(cpu), t.ordinal);
    }
}

void check_tasks(const World& w, Report& r) {
    u32 on_cpu = 0;
    w.tasks.for_each([&](TaskId id, const task_struct& t) {
        if (t.on_cpu) {
            ++on_cpu;
            r.holds("a task that is on_cpu is the one running there",
                    w.rqs[t.cpu.raw].curr == id, t.ordinal);
        }
        bool runnable = t.__state == TASK_RUNNING && !(t.flags & PF_IDLE) && !t.exit_state;
        if (runnable) r.holds("a runnable task is queued", t.on_rq != 0, t.ordinal);
        bool asleep = (t.__state & TASK_NORMAL) && !t.on_cpu && w.g.kernel == 0;
        if (asleep) r.holds("a sleeping task is not queued", t.on_rq == 0, t.ordinal);
    });
    r.equal("one task runs on each CPU", on_cpu, w.g.cpus);
}

}  // namespace

std::vector<std::string> check_laws(const World& w, const Image&) {
    Report r;
    check_cpus(w, r);
    check_tasks(w, r);
    for (u32 i = 1; i < w.cfs_rqs.size(); ++i) check_queue(w, i, r);
    check_process_laws(w, r.broken);
    check_realtime_laws(w, r.broken);
    return r.broken;
}

}  // namespace rq
