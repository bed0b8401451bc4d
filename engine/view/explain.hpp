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

/// The card of a record; `whys` are the numbers that Simulation::why(record) made again. t0 is the
/// instant from which times are counted.
WhyCard explain(const Record& record, const std::vector<Why>& whys, const Cast& cast, u64 t0);

/// True for records that stand for a decision of the kernel.
bool explainable(const Record& record);

}  // namespace rq::view
