// What each task got, as a fold of the trace: CPU time, switches, wakeups, latencies. Its totals
// must equal what the World keeps (the two books balance).
#pragma once

#include "trace/trace.hpp"
#include "view/cast.hpp"

#include <vector>

namespace rq::view {

struct TaskStat {
    u64 run_ns = 0;        ///< on a CPU
    u64 wait_ns = 0;       ///< runnable, not running
    u64 nvcsw = 0;         ///< switched away because it blocked or ended
    u64 nivcsw = 0;        ///< switched away while runnable
    u64 wakeups = 0;
    u64 migrations = 0;
    u64 switched_in = 0;
    u64 latency_max_ns = 0;  ///< longest wait from a wakeup to the switch-in
};

class TaskStats {
   public:
    explicit TaskStats(const Cast& cast) : cast_(&cast) {}
    void begin(const World& world);
    void take(const Record& record);
    /// The figures at an instant at or after the last record taken: open stretches count.
    TaskStat at(u32 task, u64 time) const;
    u64 context_switches() const { return switches_; }

   private:
    struct Now {
        TaskStat sum;
        u64 since = 0;
        u64 woken = NEVER;
        bool running = false;
        bool waiting = false;
    };
    Now& slot(u32 task);
    const Cast* cast_;
    std::vector<Now> tasks_;
    u64 switches_ = 0;
};

}  // namespace rq::view
