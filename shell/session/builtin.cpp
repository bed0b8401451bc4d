// Finds built-in scenarios by name. The table is written by the build; a page adds to it.
#include "session/builtin.hpp"

#include <algorithm>
#include <list>

namespace rq {

namespace {

std::vector<BuiltinScenario>& table() {
    static std::vector<BuiltinScenario> all = compiled_in_scenarios();
    return all;
}

/// Reads "NAME BYTES\n" at the head of a pack and the bytes behind it; false at anything else.
bool take_one(std::string_view& pack, BuiltinScenario& out) {
    const std::size_t end = pack.find('\n');
    if (end == std::string_view::npos) return false;
    const std::string_view head = pack.substr(0, end);
    const std::size_t blank = head.rfind(' ');
    if (blank == std::string_view::npos || blank == 0 || blank + 1 == head.size()) return false;
    std::size_t size = 0;
    for (char digit : head.substr(blank + 1)) {
        if (digit < '0' || digit > '9' || size > pack.size()) return false;
        size = size * 10 + static_cast<std::size_t>(digit - '0');
    }
    if (size > pack.size() - end - 1) return false;
    out.name = head.substr(0, blank);
    out.text = pack.substr(end + 1, size);
    pack.remove_prefix(end + 1 + size);
    return true;
}

}  // namespace

const std::vector<BuiltinScenario>& builtin_scenarios() { return table(); }

bool add_builtin_scenarios(std::string text) {
    static std::list<std::string> packs;  // what the views below point into
    packs.push_back(std::move(text));
    std::string_view pack = packs.back();
    std::vector<BuiltinScenario> all = table();
    while (!pack.empty()) {
        BuiltinScenario one;
        if (!take_one(pack, one)) {
            packs.pop_back();
            return false;
        }
        auto same = [&](const BuiltinScenario& s) { return s.name == one.name; };
        if (std::none_of(all.begin(), all.end(), same)) all.push_back(one);
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    table() = std::move(all);
    return true;
}

std::string_view builtin_scenario(std::string_view name) {
    for (const BuiltinScenario& s : builtin_scenarios())
        if (s.name == name) return s.text;
    return {};
}

}  // namespace rq
