// Finds built-in scenarios by name; the table itself is written by the build.
#include "session/builtin.hpp"

namespace rq {

std::string_view builtin_scenario(std::string_view name) {
    for (const BuiltinScenario& s : builtin_scenarios())
        if (s.name == name) return s.text;
    return {};
}

}  // namespace rq
