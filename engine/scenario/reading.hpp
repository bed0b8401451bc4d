// What the readers share: collecting diagnostics, typed values with their limits, unknown keys.
#pragma once

#include "base/result.hpp"
#include "scenario/json.hpp"
#include "scenario/scenario.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq {

/// One reading of one text. Each getter says what is wrong and where, and returns false.
class Reading {
   public:
    Diagnostics errors;

    void fail(std::string code, Place place, std::string message, std::string hint = "");
    bool ok() const { return errors.empty(); }
    /// Enough has been said; the rest would be noise.
    bool full() const { return errors.size() >= 100; }

    bool want(Json value, JsonKind kind, std::string_view what);
    bool integer(Json value, s64 low, s64 high, std::string_view what, s64& out);
    bool natural(Json value, u64 low, u64 high, std::string_view what, u64& out);
    bool natural(Json value, u32 low, u32 high, std::string_view what, u32& out);
    bool boolean(Json value, std::string_view what, bool& out);
    bool string(Json value, std::string_view what, std::string& out);
    /// A number as it stands, or a string: text in either case.
    bool scalar(Json value, std::string_view what, std::string& out);
    /// "5ms" or an integer of ns.
    bool time(Json value, std::string_view what, u64& ns);
    bool bytes(Json value, std::string_view what, u64& out);
    /// An integer of `unit_ns` each.
    bool time_in(Json value, u64 unit_ns, std::string_view what, u64& ns);
    /// An array of integers, or a string "0-3,8".
    bool cpus(Json value, std::vector<u32>& out);
    bool policy(Json value, Policy& out);
    /// The name of a task: 1 to `longest` bytes, no control characters.
    bool name(Json value, std::string_view what, u32 longest, std::string& out);
    /// Priority and nice value fit the policy; says so at `place` otherwise.
    bool rank(Place place, Policy policy, s64 nice, s64 rt_priority);
    bool deadline(Place place, const DeadlineSpec& spec);

    /// The member `key` of an object, or none. Further ones of that name are for `duplicates`.
    static Json member(Json object, std::string_view key);
    /// Says which keys are unknown (x-… are free) or written twice.
    void keys(Json object, const std::vector<std::string_view>& known, std::string_view where);
    void unknown_key(Json member, const std::vector<std::string_view>& known,
                     std::string_view where);
    void missing(Json object, std::string_view key, std::string_view where);
};

/// "`text`", cut when long, without control characters: safe to show.
std::string quoted(std::string_view text);
/// "Did you mean `x`?" or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace rq
