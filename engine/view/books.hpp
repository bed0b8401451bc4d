// All folds of one run, fed in one walk over the trace. A shell keeps one beside its Simulation.
#pragma once

#include "view/cast.hpp"
#include "view/latency.hpp"
#include "view/preemptions.hpp"
#include "view/task_stats.hpp"
#include "view/timeline.hpp"

#include <optional>

namespace rq::view {

class Books {
   public:
    Books() : timeline(cast), stats(cast), latency(cast), preemptions(cast) {}
    Books(const Books&) = delete;
    Books& operator=(const Books&) = delete;

    /// Starts anew with a World as booted.
    void begin(const World& world);
    /// Takes in the records that are new; `time` is how far the run has come. Returns how many.
    u64 update(const Trace& trace, u64 time);
    /// Forgets everything from record `index` on: the future was cut.
    void cut(const Trace& trace, const World& booted, u64 index, u64 time);

    Cast cast;
    Timeline timeline;
    TaskStats stats;
    LatencyFold latency;
    PreemptionFold preemptions;

   private:
    void begin_folds(const World& booted);
    void take(const Record& record);

    std::optional<Trace::Reader> reader_;
    u64 first_ = 0;
    u64 next_ = 0;
};

}  // namespace rq::view
