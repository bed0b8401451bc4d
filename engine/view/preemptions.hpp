// Who took the CPU from whom, how often and by which rule: a row for each pair and reason.
#pragma once

#include "trace/trace.hpp"
#include "view/cast.hpp"

#include <vector>

namespace rq::view {

/// A runnable task had to leave its CPU, and `by` came on instead.
struct PreemptionRow {
    u32 task = no_task;      ///< who had to leave
    u32 by = no_task;        ///< who ran next there; no_task = nobody, the CPU was idle
    Rule rule = Rule::none;  ///< why: the rule of the request to reschedule
    u64 times = 0;
    u64 waited_ns = 0;       ///< from then until it ran again, summed; open waits do not count
    u64 record = 0;          ///< trace ordinal of the last such switch
};

/// Fold of switches and requests to reschedule. Of whom nobody asked anything, it gave the CPU away
/// itself (Rule::yielded); kernel threads and the rig's tasks are counted as `by` only.
class PreemptionFold {
   public:
    /// Counts what happens in [from, until], both in time since the machine's start.
    explicit PreemptionFold(const Cast& cast, u64 from = 0, u64 until = NEVER)
        : cast_(&cast), from_(from), until_(until) {}
    /// The next record, after the cast has taken it.
    void take(const Record& record);
    /// By task in order of birth; of a task's rows the one that happened most often first.
    std::vector<PreemptionRow> rows() const;

   private:
    struct Waiting {
        u32 row = ~0u;  ///< whose time runs, ~0 = none
        u64 since = 0;
    };
    void leave(const Record& record);
    void come(u32 task, u64 time);

    const Cast* cast_;
    u64 from_, until_;
    std::vector<PreemptionRow> rows_;
    std::vector<std::vector<u32>> of_task_;  ///< indices of rows
    std::vector<Waiting> waiting_;           ///< by task
    std::vector<Rule> asked_;                ///< by CPU, since its last switch
};

/// The reason in a few words, "woke up with an earlier deadline"; the name of a rule without any.
const char* preemption_words(Rule rule);

}  // namespace rq::view
