// How long tasks wait from their wakeup to the CPU: a histogram in logarithmic classes.
#pragma once

#include "trace/trace.hpp"
#include "view/cast.hpp"

#include <vector>

namespace rq::view {

struct LatencyBucket {
    u64 from_ns = 0;  ///< inclusive
    u64 to_ns = 0;    ///< exclusive
    u64 count = 0;
    u64 example = 0;  ///< record of the switch-in of the longest one in the bucket
};
struct Latency {
    u64 n = 0;
    u64 min_ns = 0;
    u64 median_ns = 0;
    u64 p99_ns = 0;
    u64 max_ns = 0;
    u64 max_record = 0;  ///< switch-in of the slowest
    std::vector<LatencyBucket> buckets;  ///< from the first used to the last, eight to a doubling
};

/// Fold of wakeups and switch-ins. Percentiles are exact up to a bucket's width (1/8 of a
/// doubling), min and max exactly.
class LatencyFold {
   public:
    explicit LatencyFold(const Cast& cast) : cast_(&cast) {}
    void take(const Record& record);
    /// Of one task of the cast, or of all tasks of the workload with no_task.
    Latency of(u32 task) const;

   private:
    static constexpr u32 classes = 48 * 8;
    struct Histogram {
        u64 n = 0, min = NEVER, max = 0, max_record = 0, woken = NEVER;
        std::vector<u64> count, longest, example;
    };
    Histogram& slot(u32 task);
    static void add(Histogram& h, u64 ns, u64 record);
    const Cast* cast_;
    std::vector<Histogram> tasks_;
};

}  // namespace rq::view
