// The event log: one plain sentence for each record, and "describe this instant".
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

struct LogRow {
    u64 record = 0;
    u64 time = 0;         ///< simulated, not from t0
    u32 cpu = 0;
    const char* kind = "";  ///< the event's name, "sched_switch"
    u32 task = no_task;
    std::string sentence;   ///< styled, see words.hpp
    bool why = false;       ///< there is a card for it
};
LogRow log_row(const Record& record, const Cast& cast);
/// Up to `count` rows from ordinal `from` on; details (costs, sched_waking) are left out
/// unless `costs`. `next` gets the ordinal behind the last one looked at.
std::vector<LogRow> log_rows(const Trace& trace, const Cast& cast, u64 from, u32 count,
                             u64& next, bool costs = false);
/// Up to `count` rows that end before ordinal `before`, in order.
std::vector<LogRow> log_rows_before(const Trace& trace, const Cast& cast, u64 before, u32 count,
                                    bool costs = false);

/// Plain sentences about every CPU and task now: who runs, who waits, who sleeps.
/// `now` is the instant to be named, at or after that of the World; 0 = the World's.
std::string describe(const Context& c, const Cast& cast, u64 now = 0);

}  // namespace rq::view
