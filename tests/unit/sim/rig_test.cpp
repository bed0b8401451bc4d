// The recorded starts: where t0 lies, who wakes first, what reports leave out, and that every law
// of the state holds on the way.
#include "engine.hpp"
#include "scenario/scenario.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rq;

namespace {

constexpr const char* two_threads = R"({
 "tasks": {
  "hogA": {"priority": 0, "loop": -1, "run": 10000},
  "slp": {"priority": 5, "loop": -1, "run": 1000,
          "timer": {"ref": "unique", "period": 10000, "mode": "absolute"}}},
 "global": {"duration": 1, "calibration": 999, "default_policy": "SCHED_OTHER"}})";

constexpr const char* three_processes = R"({
 "format": "oracle-kload-1", "duration_us": 100000,
 "tasks": [
  {"name": "low", "policy": "SCHED_FIFO", "priority": 10, "program": [{"run_us": 2000}]},
  {"name": "fair", "program": [{"run_us": 3000}, {"sleep_us": 5000}, {"run_us": 1000}]},
  {"name": "high", "policy": "SCHED_FIFO", "priority": 20, "program": [{"run_us": 1000}]}]})";

std::unique_ptr<Simulation> boot(const char* text, KernelVersion kernel) {
    Result<Scenario> scenario = read_scenario(text);
    REQUIRE(scenario);
    scenario->profile = ProfileKind::emulated;
    scenario->kernel = kernel;
    auto simulation = Simulation::boot(*scenario);
    REQUIRE(simulation);
    return std::move(*simulation);
}

/// Instants from t0 at which records of a kind name a task in an argument.
std::vector<s64> instants(const Simulation& s, Ev event, u32 argument, const std::string& name) {
    std::vector<s64> out;
    Record r;
    for (auto reader = s.trace().read(0); reader.next(r);) {
        if (r.event != event) continue;
        TaskId task = r.task(argument);
        if (!s.world().tasks.alive(task)) continue;
        if (name == s.world().comms[task.slot()].text)
            out.push_back(static_cast<s64>(r.time - s.t0()));
    }
    return out;
}

void check_laws_for(Simulation& s, u64 ns) {
    u64 until = s.t0() + ns;
    while (s.now() < until && s.step()) {
        std::vector<std::string> broken = s.broken_laws();
        REQUIRE_MESSAGE(broken.empty(), broken.front());
    }
}

}  // namespace

TEST_CASE("rig: t0 is the last fork of rt-app at any phase of the tick, to 50 us") {
    for (KernelVersion kernel : {KernelVersion::v6_1, KernelVersion::v6_12}) {
        for (u64 first_tick : {100'000u, 1'900'000u, 3'990'000u}) {
            Result<Scenario> scenario = read_scenario(two_threads);
            REQUIRE(scenario);
            scenario->profile = ProfileKind::emulated;
            scenario->kernel = kernel;
            scenario->first_tick_ns = first_tick;
            auto s = Simulation::boot(*scenario);
            REQUIRE(s);
            (*s)->run_until((*s)->t0() + 1'000'000);
            auto forks = instants(**s, Ev::sched_process_fork, 1, "slp");
            REQUIRE(forks.size() == 1);
            // The record comes with the wakeup, some 1.3 us after the fork's own instant. A tick
            // with kernel threads just before may leave no start that fits exactly.
            CHECK(forks[0] > -50'000);
            CHECK(forks[0] < 50'000);
        }
    }
}

TEST_CASE("rig: kload's real-time tasks come by their priority, fair ones after them") {
    auto s = boot(three_processes, KernelVersion::v6_1);
    s->run_until(s->t0() + 50'000'000);
    auto high = instants(*s, Ev::sched_switch, 1, "high");
    auto low = instants(*s, Ev::sched_switch, 1, "low");
    auto fair = instants(*s, Ev::sched_switch, 1, "fair");
    // "high" and "low" have exited and are zombies of the starter: their names are still known.
    REQUIRE(!high.empty());
    REQUIRE(!low.empty());
    REQUIRE(!fair.empty());
    CHECK(high[0] < low[0]);
    CHECK(low[0] < fair[0]);
    CHECK(high[0] > -20'000);
    CHECK(high[0] < 20'000);
}

TEST_CASE("rig: every law holds after every event of the recorded starts, on both kernels") {
    for (KernelVersion kernel : {KernelVersion::v6_1, KernelVersion::v6_12})
        for (const char* text : {two_threads, three_processes}) {
            auto s = boot(text, kernel);
            check_laws_for(*s, 60'000'000);
        }
}

TEST_CASE("rig: a run with a rig goes back and comes again to the same state") {
    auto s = boot(two_threads, KernelVersion::v6_12);
    s->run_until(s->t0() + 100'000'000);
    u64 hash = s->hash();
    u64 events = s->events();
    s->seek_event(events / 3);
    s->seek_event(events);
    CHECK(s->hash() == hash);
}
