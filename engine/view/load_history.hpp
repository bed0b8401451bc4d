// How many tasks ran, waited and slept on each CPU, as a fold of the trace up to the instant of a
// World: what load averages, pressure and interrupt counts are made of. Inside view/ only.
// Which group a task was in is known of now only: a task that is gone counts for the group of the
// one that forked it.
#pragma once

#include "context.hpp"

#include <vector>

namespace rq::view {

/// The tasks of one CPU, without its idle task.
struct CpuLoad {
    u32 running = 0;          ///< runnable, the one on the CPU included
    u32 on_cpu = 0;           ///< 1 if the running task is one of those counted
    u32 iowait = 0;           ///< asleep on this CPU until the disk answers
    u32 uninterruptible = 0;  ///< in state D, iowait included
};

class LoadHistory {
   public:
    /// Counts the tasks of a group and of those below it; the root group: all tasks.
    LoadHistory(const Context& c, GroupId group);

    /// Goes over the trace. Before each record that changes a count, `settle(time)` is called with
    /// the counts as they were up to that instant; at the end once with the World's now.
    /// `record` sees every record after the counts have taken it in.
    template <class Settle, class Observe>
    void walk(Settle settle, Observe observe) {
        Record r;
        for (Trace::Reader reader = c_.trace.read(0); reader.next(r);) {
            if (r.index >= c_.w.g.records) break;
            if (changes(r)) settle(r.time);
            take(r);
            observe(r);
        }
        settle(c_.w.g.now);
    }

    const std::vector<CpuLoad>& cpus() const { return cpus_; }
    GroupId group() const { return wanted_; }
    /// Whom the last wakeup woke had waited for a disk.
    bool woke_from_disk() const { return woke_from_disk_; }
    /// nr_running + nr_uninterruptible of all CPUs, as calc_load_fold_active() adds them up: what a
    /// throttled queue holds does not run.
    u32 active() const;

   private:
    enum class Place : u8 { asleep, queued, running };
    struct Known {
        u32 id = 0;  ///< raw; a slot that is used again starts anew
        u32 cpu = 0;
        GroupId group{};
        Place place = Place::asleep;
        bool counted = false;
        bool vforked = false;  ///< in vfork: when it sleeps, it is for the child and not the disk
        bool blocked = false;
        bool iowait = false;
    };
    static bool changes(const Record& r);
    void take(const Record& r);
    Known* known(TaskId id);
    void sleep(Known& k, u32 state);
    void wake(Known& k, u32 cpu);
    void count(const Known& k, s32 by);
    bool throttled(const Known& k) const;

    const Context& c_;
    GroupId wanted_;
    std::vector<CpuLoad> cpus_;
    std::vector<Known> tasks_;       ///< by slot
    bool woke_from_disk_ = false;
    std::vector<u64> throttles_;     ///< group and CPU of queues that are throttled now
};

}  // namespace rq::view
