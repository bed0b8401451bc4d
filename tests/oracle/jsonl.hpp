// Lines of JSON as the recordings use them, made flat: "thread.state" to its value.
#pragma once

#include "oracle/table.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace oracle {

/// Calls leaf(path, value) for everything in `value` that is no object; the keys on the way to it,
/// joined by dots, are its path.
template <class Leaf>
void each_leaf(const nlohmann::json& value, const std::string& path, Leaf&& leaf) {
    if (!value.is_object()) return leaf(path, value);
    for (const auto& [key, member] : value.items())
        each_leaf(member, path.empty() ? key : path + "." + key, leaf);
}

/// A line as cells of text: texts bare, numbers and arrays ("[1,2]") as JSON writes them; empty if
/// the line is no JSON.
inline Row flat_row(const std::string& line) {
    Row row;
    const nlohmann::json parsed = nlohmann::json::parse(line, nullptr, false);
    if (parsed.is_discarded()) return row;
    each_leaf(parsed, "", [&row](const std::string& path, const nlohmann::json& value) {
        row[path] = value.is_string() ? value.get<std::string>() : value.dump();
    });
    return row;
}

}  // namespace oracle
