// What every fuzz target holds of a text: a refusal says something, and what is read is written in
// a form that reads back as the same text and survives the checks that come before a run.
#pragma once

#include "scenario/scenario.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

/// Aborts, for the fuzzer to see, where that does not hold; true if the text was read.
inline bool round_trip(std::string_view text) {
    rq::Result<rq::Scenario> scenario = rq::read_scenario(text);
    if (!scenario) {
        for (const rq::Diagnostic& d : scenario.errors()) {
            if (d.message.empty()) std::abort();
        }
        return false;
    }
    rq::check_machine(*scenario);
    std::string first = rq::write_scenario(*scenario);
    rq::Result<rq::Scenario> again = rq::read_scenario(first);
    if (!again || rq::write_scenario(*again) != first) std::abort();
    return true;
}
