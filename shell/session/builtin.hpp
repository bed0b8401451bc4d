// The scenarios that come with the program, compiled in from scenarios/*.json by the build.
#pragma once

#include <string_view>
#include <vector>

namespace rq {

struct BuiltinScenario {
    std::string_view name;  ///< path below scenarios/ without ".json", as in "04-fair/nice"
    std::string_view text;  ///< the file
};

/// All of them in the order of their names.
const std::vector<BuiltinScenario>& builtin_scenarios();
/// The text of one, or empty.
std::string_view builtin_scenario(std::string_view name);

}  // namespace rq
