// "Why?": a card for one decision, from its record and the numbers made again for it.
#pragma once

#include "trace/trace.hpp"
#include "view/cast.hpp"

#include <string>
#include <vector>

namespace rq::view {

struct WhyCard {
    bool present = false;  ///< false: there is no decision to explain
    u64 record = 0;
    u64 time = 0;
    u32 cpu = 0;
    u32 task = no_task;    ///< the subject
    std::string question;  ///< "Why did nginx run now?"
    std::string answer;    ///< one styled sentence, see words.hpp
    struct Line {
        std::string text;     ///< "delta_exec = 4.000 ms"
        std::string verdict;  ///< the deciding relation, "4.000 > 3.000: preempt"; may be empty
    };
    std::vector<Line> numbers;
    std::string function;   ///< "check_preempt_tick()"
    std::string runner_up;  ///< styled; empty: nobody else was runnable
    std::string otherwise;  ///< styled; what would have happened; may be empty
};

/// The card of a record. A switch usually follows from a request to reschedule: `resched` is that
/// record (see find_resched) or null. `whys` are the numbers that Simulation::why() made again for
/// both; without them the card has words only.
WhyCard explain(const Record& record, const Record* resched, const std::vector<Why>& whys,
                const Cast& cast);

/// The request to reschedule that led to a sched_switch: the last one on its CPU since the switch
/// before; false if the running task gave up the CPU itself.
bool find_resched(const Trace& trace, const Record& record, Record& resched);

/// True for records that stand for a decision of the kernel.
bool explainable(const Record& record);

/// Why a task is to leave its CPU, as a clause that follows "because"; `prev` is that task, `by`
/// the one on whose account.
std::string leaving(Rule rule, const std::string& prev, const std::string& by, const Cast& cast);

/// A rule's sentence with its numbers filled in ("delta_exec 4.000 ms > ideal_runtime 3.000 ms"),
/// or without them where there are none.
std::string rule_text(Rule rule, const Why* why, const Cast& cast);

}  // namespace rq::view
