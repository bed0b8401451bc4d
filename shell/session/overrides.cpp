// Puts settings from outside into a scenario.
#include "session/overrides.hpp"

namespace rq {

namespace {

Diagnostic wrong(const char* code, std::string message, std::string hint) {
    Diagnostic d;
    d.code = code;
    d.message = std::move(message);
    d.hint = std::move(hint);
    return d;
}

/// "key=value" into a list of settings; a key that is there already is replaced.
void add_settings(const std::vector<std::string>& from, const char* option,
                  std::vector<Setting>& to, Diagnostics& errors) {
    for (const std::string& text : from) {
        std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0) {
            errors.push_back(wrong("bad-setting",
                                   std::string(option) + " `" + text + "` is not KEY=VALUE",
                                   "Write it like --sched latency_ns=24000000."));
            continue;
        }
        Setting setting{text.substr(0, equals), text.substr(equals + 1), {}};
        bool replaced = false;
        for (Setting& old : to) {
            if (old.key != setting.key || setting.key == "features") continue;
            old.value = setting.value;
            replaced = true;
        }
        if (!replaced) to.push_back(std::move(setting));
    }
}

}  // namespace

Diagnostics apply(const Overrides& o, Scenario& s) {
    Diagnostics errors;
    if (o.kernel) s.kernel = *o.kernel;
    if (o.profile) s.profile = *o.profile;
    if (!o.machine.empty()) {
        Result<MachineSpec> machine = parse_machine(o.machine);
        if (machine)
            s.machine = *machine;
        else
            errors.insert(errors.end(), machine.errors().begin(), machine.errors().end());
    }
    if (!o.boot.empty()) s.boot += (s.boot.empty() ? "" : " ") + o.boot;
    add_settings(o.sysctl, "--sysctl", s.sysctl, errors);
    add_settings(o.sched, "--sched", s.sched, errors);
    if (o.first_tick_ns) s.first_tick_ns = *o.first_tick_ns;
    if (o.seed) s.seed = *o.seed;
    // A run that is left before its end goes on to the end as far as its tasks know.
    u64 until = o.until_ns ? *o.until_ns : s.duration_ns;
    if (until > s.duration_ns) s.duration_ns = until;
    if (o.from_ns) s.window_from_ns = *o.from_ns;
    if (s.window_from_ns >= until)
        errors.push_back(wrong("empty-window", "the measured window is empty: it begins at " +
                                                   human_ns(s.window_from_ns) + " and ends at " +
                                                   human_ns(until),
                               "Give an --until after --from."));
    if (!errors.empty()) return errors;
    errors = check_machine(s);
    Diagnostics operations = check_operations(s, op_supported);
    errors.insert(errors.end(), operations.begin(), operations.end());
    return errors;
}

Result<Scenario> read_for_running(std::string_view text, const Overrides& overrides) {
    Result<Scenario> scenario = read_scenario(text);
    if (!scenario) return scenario;
    Diagnostics errors = apply(overrides, *scenario);
    if (!errors.empty()) return errors;
    return scenario;
}

}  // namespace rq
