// Grading a run: each expectation of a scenario against the report.
#pragma once

#include "scenario/scenario.hpp"
#include "view/value.hpp"

#include <string>
#include <vector>

namespace rq::view {

struct Verdict {
    const ExpectSpec* expect = nullptr;
    std::string id;       ///< the expectation's, or its metric
    bool known = false;   ///< the metric exists in the report
    bool passed = false;
    std::string actual;   ///< as in the report
    std::string sentence; ///< "tasks.hogA.share is 0.753113, expected within 0.005 of 0.75"
};

/// Numbers compare as numbers (times such as "5ms" count as ns, "50%" as 0.5), other text as text.
/// A tolerance in per cent is relative to the expected value.
Verdict judge(const ExpectSpec& expect, const Value& report);
std::vector<Verdict> judge_all(const Scenario& scenario, const Value& report);

}  // namespace rq::view
