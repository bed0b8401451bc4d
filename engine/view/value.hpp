// A small tree of values, for reports: written as JSON, asked by path ("tasks.hogA.share").
#pragma once

#include "base/types.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rq::view {

struct Value {
    enum class Kind : u8 { null, number, text, object, array, boolean } kind = Kind::null;
    std::string text;  ///< number: as written ("0.753113", "-4"); text: its content
    std::vector<std::pair<std::string, Value>> members;  ///< in order; of an array: keys empty

    // Written out where the type is whole: clang's library asks for that in pairs.
    Value();
    Value(const Value& other);
    Value(Value&& other) noexcept;
    Value& operator=(const Value& other);
    Value& operator=(Value&& other) noexcept;
    ~Value();

    static Value number(u64 n);
    static Value signed_number(s64 n);
    /// numerator / denominator as a decimal fraction with `digits` digits, rounded half up.
    static Value fraction(u64 numerator, u64 denominator, u32 digits = 6);
    static Value string(std::string_view s);
    static Value object();
    static Value array();

    Value& add(std::string_view key, Value value);
    Value& push(Value value) { return add("", std::move(value)); }
    const Value* find(std::string_view key) const;
    /// The value at a dotted path; keys may contain dots themselves. Null pointer: no such path.
    const Value* at(std::string_view path) const;
    /// All paths that lead to a number or text, for "did you mean".
    void paths(std::string_view prefix, std::vector<std::string>& out) const;
};

/// Strict JSON, indented by one blank as the recordings are; ends with a line feed.
std::string to_json(const Value& value);

}  // namespace rq::view
