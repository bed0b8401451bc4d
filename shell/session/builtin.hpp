// The scenarios that come with the program, compiled in from scenarios/*.json by the build.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rq {

struct BuiltinScenario {
    std::string_view name;  ///< path below scenarios/ without ".json", as in "04-fair/nice"
    std::string_view text;  ///< the file
};

/// The table that the build writes.
std::vector<BuiltinScenario> compiled_in_scenarios();
/// Takes in further ones: for each a line "NAME BYTES", then so many bytes. The page starts with
/// one scenario and is given the others. False: malformed, and nothing was taken in.
bool add_builtin_scenarios(std::string pack);
/// All of them in the order of their names.
const std::vector<BuiltinScenario>& builtin_scenarios();
/// The text of one, or empty.
std::string_view builtin_scenario(std::string_view name);

}  // namespace rq
