// Control groups: what each may use of the CPUs (weight, quota), what it got, and when it was held
// up; the periods of cpu.max one by one.
#pragma once

#include "trace/trace.hpp"
#include "view/cast.hpp"
#include "view/timeline.hpp"

#include <string>
#include <vector>

namespace rq {
struct Context;
}

namespace rq::view {

struct GroupRow {
    GroupId id;
    std::string name;      ///< "/" for the root
    std::string path;      ///< "/web/nginx"
    u32 depth = 0;
    u32 weight = 0;        ///< cpu.weight, 1 … 10,000; 0 = cpu.idle, or the root
    u64 quota_ns = NEVER;  ///< of each period; NEVER = no limit
    u64 period_ns = 0;
    u64 burst_ns = 0;
    u64 usage_ns = 0;      ///< cpu.stat usage_usec, in ns; of the root: of all tasks
    u64 nr_periods = 0;
    u64 nr_throttled = 0;
    u64 throttled_ns = 0;
    u64 runtime_left_ns = 0;   ///< in the pool of this period
    u32 throttled_cpus = 0;    ///< queues that are held up now
    u32 queued = 0;            ///< runnable tasks below it, running ones included
    std::vector<u32> tasks;    ///< its own, in the cast
};
/// Every group, parents before children; just the root when the scenario has none.
std::vector<GroupRow> group_rows(const Context& c, const Cast& cast);

/// One period of a group's quota.
struct QuotaPeriod {
    u64 from = 0;
    u64 used_ns = 0;       ///< CPU time of the group's tasks and of those in groups below it
    u64 throttled_ns = 0;  ///< sum over its CPUs
};
/// The periods that overlap [from, to), the oldest first, at most `most`.
std::vector<QuotaPeriod> quota_periods(const Context& c, const Cast& cast,
                                       const Timeline& timeline, const Trace& trace,
                                       const GroupRow& group, u64 from, u64 to, u32 most = 64);

}  // namespace rq::view
