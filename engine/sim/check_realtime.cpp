// Laws of the real-time and deadline queues: lists, bitmaps and trees hold what is counted, sums of
// bandwidth add up, and nobody runs where one of a higher class or priority could.
#include "base/fixed.hpp"
#include "base/rbtree.hpp"
#include "base/text.hpp"
#include "sim/checkers.hpp"

namespace rq {

namespace {

class RealtimeLaws {
   public:
    RealtimeLaws(const World& w, std::vector<std::string>& broken) : w_(w), broken_(broken) {}

    void check() {
        u64 active[2] = {0, 0};  // of all queues: of all entities, of active ones
        for (u32 cpu = 0; cpu < w_.g.cpus; ++cpu) {
            check_lists(cpu);
            check_tree(cpu);
            check_sum(cpu);
            check_order(cpu);
            holds("active bandwidth is part of the queue's",
                  w_.dl_rqs[cpu].running_bw <= w_.dl_rqs[cpu].this_bw, cpu);
            active[0] += w_.dl_rqs[cpu].this_bw;
            active[1] += w_.dl_rqs[cpu].running_bw;
        }
        check_bandwidth(active[0], active[1]);
    }

   private:
    void holds(const char* law, bool ok, u64 who) {
        if (ok || broken_.size() >= 20) return;
        std::string line = law;
        line += ": ";
        append_u64(line, who);
        broken_.push_back(line);
    }

    /// Each list has the tasks of its priority, linked both ways; the bitmap has the lists.
    void check_lists(u32 cpu) {
        const rt_rq& q = w_.rt_rqs[cpu];
        u32 count = 0;
        for (u32 prio = 0; prio < RT_PRIO_LEVELS; ++prio) {
            holds("the bitmap has the priorities that are not empty",
                  q.active.test(prio) == bool(q.queue_head[prio]), prio);
            TaskId before;
            for (TaskId p = q.queue_head[prio]; p; p = w_.tasks[p].rt_next) {
                const task_struct& t = w_.tasks[p];
                holds("a list is linked both ways", t.rt_prev == before, t.ordinal);
                holds("a task is in the list of its priority", t.prio == static_cast<s32>(prio),
                      t.ordinal);
                holds("a task is in its CPU's list", t.cpu.raw == cpu, t.ordinal);
                before = p;
                ++count;
            }
            holds("a list knows its last task", q.queue_tail[prio] == before, prio);
        }
        holds("rt_nr_running counts the lists' tasks", count == q.rt_nr_running, cpu);
        u32 first = q.active.first();
        s32 highest = first == Bitmap<128>::none ? MAX_RT_PRIO - 1 : static_cast<s32>(first);
        holds("highest_prio is the first of the bitmap", q.highest_prio == highest, cpu);
        if (q.rt_throttled) holds("a throttled queue does not count", !q.rt_queued, cpu);
    }

    void check_tree(u32 cpu) {
        const dl_rq& q = w_.dl_rqs[cpu];
        u32 count = 0;
        u64 before_key = 0;
        walk(q.root.root, cpu, before_key, count);
        holds("dl_nr_running counts the tree", count == q.dl_nr_running, cpu);
        u32 first = q.root.root;
        while (first && w_.dl_entities[first].link.left) first = w_.dl_entities[first].link.left;
        holds("the earliest deadline is cached", first == q.root.leftmost, cpu);
        holds("earliest_curr is the first deadline",
              q.earliest_curr == (first ? w_.dl_entities[first].deadline : 0), cpu);
    }

    void walk(u32 e, u32 cpu, u64& last, u32& count) {
        if (!e) return;
        const sched_dl_entity& d = w_.dl_entities[e];
        walk(d.link.left, cpu, last, count);
        holds("deadlines are in order", count == 0 || !before(d.deadline, last), e);
        holds("the key is the deadline", d.key == d.deadline, e);
        holds("what is in the tree knows it", d.on_dl_rq == 1, e);
        holds("what is in the tree is not throttled", !d.dl_throttled, e);
        u32 own = d.task ? w_.tasks[d.task].cpu.raw : d.cpu.raw;
        holds("an entity is in its CPU's tree", own == cpu, e);
        last = d.deadline;
        ++count;
        walk(d.link.right, cpu, last, count);
    }

    void check_sum(u32 cpu) {
        const rq& q = w_.rqs[cpu];
        const rt_rq& rt = w_.rt_rqs[cpu];
        u32 sum = w_.dl_rqs[cpu].dl_nr_running + (rt.rt_queued ? rt.rt_nr_running : 0);
        if (q.stop && w_.tasks[q.stop].on_rq) ++sum;
        const cfs_rq& fair = w_.cfs_rqs[cpu + 1];
        holds("nr_running is the sum of the classes", sum + fair.h_nr_running == q.nr_running, cpu);
    }

    /// Who runs is of the highest class and priority, unless the CPU is about to switch.
    void check_order(u32 cpu) {
        const rq& q = w_.rqs[cpu];
        if (q.need_resched || !w_.tasks.alive(q.curr)) return;
        const task_struct& curr = w_.tasks[q.curr];
        if (q.curr == q.stop || curr.__state != TASK_RUNNING) return;
        u32 first = w_.dl_rqs[cpu].root.leftmost;
        if (first) {
            const sched_dl_entity& d = w_.dl_entities[first];
            bool served = d.dl_server || curr.prio < 0;
            holds("a deadline task does not wait for a lower class", served, cpu);
            if (!d.dl_server && curr.prio < 0)
                holds("the earliest deadline runs",
                      !before(d.deadline, w_.dl_entities[curr.dl].deadline), cpu);
            return;
        }
        if (!w_.rt_rqs[cpu].rt_queued || curr.prio < 0) return;
        holds("no lower priority runs where a higher one could",
              curr.prio <= w_.rt_rqs[cpu].highest_prio, cpu);
    }

    /// The queues' sums are those of the entities that belong to them.
    void check_bandwidth(u64 all, u64 active) {
        u64 of_tasks = 0;
        u64 of_servers = 0;
        for (u32 e = 1; e < w_.dl_entities.size(); ++e) {
            const sched_dl_entity& d = w_.dl_entities[e];
            (d.dl_server ? of_servers : of_tasks) += d.dl_bw;
        }
        u64 admitted = 0;
        for (u32 rd = 0; rd < w_.root_domains.size(); ++rd)
            admitted += w_.root_domains[rd].total_bw;
        holds("the root domains' bandwidth is the entities'", admitted == of_tasks, admitted);
        holds("the queues' bandwidth is within the entities'", all <= of_tasks + of_servers, all);
        holds("active bandwidth is within the entities'", active <= of_tasks + of_servers, active);
    }

    const World& w_;
    std::vector<std::string>& broken_;
};

}  // namespace

void check_realtime_laws(const World& w, std::vector<std::string>& broken) {
    RealtimeLaws(w, broken).check();
}

}  // namespace rq
