// Laws of scheduling state: who runs where, what queues hold and weigh, where the time went.
#include "sim/checkers.hpp"

#include "base/text.hpp"
#include "base/fixed.hpp"

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
        weight += w.se[i].weight;
        r.holds("what is in a tree is on_rq", w.se[i].on_rq == 1, i);
        u32 left = walk(n.link.left, i);
        u32 right = walk(n.link.right, i);
        r.equal("every path has as many black nodes", left, right);
        return left + !red;
    }
};

void check_queue(const World& w, u32 index, Report& r) {
    const cfs_rq& cfs = w.cfs_rqs[index];
    TreeCheck t{w, r};
    t.walk(cfs.tasks_timeline.root, 0);
    if (cfs.curr.raw && w.se[cfs.curr.raw].on_rq) {
        ++t.nodes;
        t.weight += w.se[cfs.curr.raw].weight;
    }
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
        if (q.curr != q.idle && !(t.flags & PF_KTHREAD))
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
    return r.broken;
}

}  // namespace rq
