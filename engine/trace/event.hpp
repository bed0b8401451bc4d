// What a record says once it is decoded, and the tables that describe events and rules.
#pragma once

#include "base/types.hpp"
#include "ids.hpp"

namespace rq {

enum class Ev : u8 {
#define EVENT(name, fields) name,
#include "trace/events.def"
#undef EVENT
    count_
};

enum class Rule : u8 {
#define RULE(name, function, sentence) name,
#include "trace/rules.def"
#undef RULE
    count_
};

struct EventInfo {
    const char* name;
    const char* fields;  ///< "field:letter …"
};
const EventInfo& event_info(Ev event);

struct RuleInfo {
    const char* name;
    const char* function;  ///< kernel function a reader can look up
    const char* sentence;
};
const RuleInfo& rule_info(Rule rule);

inline constexpr u32 record_args = 6;

/// A decoded record. args are in the order of events.def; tasks are raw ids.
struct Record {
    u64 index = 0;  ///< ordinal in the run, from 0
    u64 time = 0;   ///< ns of simulated time (not counted from t0)
    Ev event = Ev::count_;
    u32 cpu = 0;
    u64 arg[record_args] = {};

    TaskId task(u32 i) const { return TaskId{static_cast<u32>(arg[i])}; }
    s64 number(u32 i) const { return static_cast<s64>(arg[i]); }
    Rule rule(u32 i) const { return static_cast<Rule>(arg[i]); }
};

/// The numbers of a decision, captured while it is made (or made again by a replay).
struct Why {
    u64 record = 0;  ///< index of the record that the decision leads to
    Rule rule = Rule::none;
    u32 count = 0;
    s64 value[6] = {};
};

}  // namespace rq
