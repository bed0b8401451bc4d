// Settings of a run that are given beside the scenario: by the command line, a link, a switch in
// the page. The same for every shell.
#pragma once

#include "engine.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rq {

struct Overrides {
    std::optional<KernelVersion> kernel;
    std::optional<ProfileKind> profile;
    std::string machine;         ///< empty: the scenario's
    std::string boot;            ///< added to the scenario's kernel command line
    std::vector<std::string> sysctl;  ///< "key=value"
    std::vector<std::string> sched;   ///< "key=value" of /sys/kernel/debug/sched
    std::optional<u64> first_tick_ns;
    std::optional<u64> seed;
    std::optional<u64> from_ns;  ///< the measured window, after t0
    std::optional<u64> until_ns; ///< its end; later than the run's own, it goes on so long
};

/// Puts the overrides into the scenario and checks what only now can be checked (affinity against
/// the machine, operations that the engine does not simulate). Empty: all is well.
Diagnostics apply(const Overrides& overrides, Scenario& scenario);

/// Reads a text of any kind that can be run and applies the overrides.
Result<Scenario> read_for_running(std::string_view text, const Overrides& overrides);

}  // namespace rq
