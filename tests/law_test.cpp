// The swarm: random scenarios, every law checked after every event. A failure names its seed and
// the command that repeats it. RUNQUEUE_SEEDS=first-last chooses the seeds.
#include "base/prng.hpp"
#include "sim/simulation.hpp"

#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <string>

using namespace rq;

namespace {

struct Range {
    u64 first;
    u64 last;
};

Range seeds_of(const char* variable, Range by_default) {
    const char* text = std::getenv(variable);
    if (!text) return by_default;
    Range r = by_default;
    if (std::sscanf(text, "%llu-%llu", reinterpret_cast<unsigned long long*>(&r.first),
                    reinterpret_cast<unsigned long long*>(&r.last)) < 2)
        r.last = r.first;
    return r;
}

std::string repeat(const char* test, u64 seed) {
    std::string s = std::to_string(seed);
    return "repeat: RUNQUEUE_SEEDS=" + s + "-" + s + " runqueue_law -tc='" + test + "'";
}

/// What a seed may use: each seed leaves some features out, so that failures are small.
RandomOptions options_of(u64 seed) {
    Prng random = Prng::stream(seed, 77);
    RandomOptions o;
    o.cpus_max = random.chance(1, 3) ? 4 : 1;
    o.tasks_max = 2 + static_cast<u32>(random.below(14));
    o.nice = random.chance(3, 4);
    o.sleep = random.chance(3, 4);
    o.forks = random.chance(1, 2);
    o.memory = random.chance(1, 2);
    o.pipes = random.chance(1, 2);
    o.mutexes = random.chance(1, 2);
    o.affinity = o.cpus_max > 1 && random.chance(1, 3);
    o.groups = random.chance(1, 4);
    o.realtime = random.chance(1, 4);
    o.deadline = random.chance(1, 6);
    o.actions = random.chance(1, 3);
    return o;
}

Scenario scenario_of(u64 seed) {
    Scenario s = random_scenario(seed, options_of(seed));
    s.profile = static_cast<ProfileKind>(seed % 3);
    s.kernel = seed % 2 ? KernelVersion::v6_12 : KernelVersion::v6_1;
    return s;
}

constexpr u64 events_max = 4000;

}  // namespace

TEST_CASE("law: no random scenario breaks a law after any event") {
    Range seeds = seeds_of("RUNQUEUE_SEEDS", {1, 1200});
    u64 events = 0;
    for (u64 seed = seeds.first; seed <= seeds.last; ++seed) {
        SimulationOptions options;
        options.keyframes = false;
        options.trace_window = 2;
        auto run = Simulation::boot(scenario_of(seed), options);
        INFO("seed ", seed, "; ", repeat("law: no random*", seed));
        std::string why = run ? "" : to_string(run.errors()[0]);
        REQUIRE_MESSAGE(bool(run), why);
        Simulation& sim = **run;
        for (u64 i = 0; i < events_max && sim.step(); ++i) {
            std::vector<std::string> broken = sim.broken_laws();
            if (broken.empty()) continue;
            INFO("event ", sim.events(), " at ", sim.now() - sim.t0(), " ns after t0");
            FAIL(broken[0]);
        }
        REQUIRE(sim.world().g.limit_hit != static_cast<u32>(LimitHit::no_progress));
        events += sim.events();
    }
    std::string done = std::to_string(seeds.last - seeds.first + 1) + " scenarios, " +
                       std::to_string(events) + " events, every law after each";
    MESSAGE(done);
}

TEST_CASE("law: going back and on again gives the run that never went back") {
    Range seeds = seeds_of("RUNQUEUE_SEEDS", {1, 200});
    for (u64 seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed, "; ", repeat("law: going back*", seed));
        SimulationOptions options;
        options.keyframe_budget = 1 << 20;
        auto straight = Simulation::boot(scenario_of(seed), options);
        auto wandering = Simulation::boot(scenario_of(seed), options);
        REQUIRE(bool(straight));
        (*straight)->run_events(3000);
        u64 end = (*straight)->events();
        Prng random = Prng::stream(seed, 78);
        (*wandering)->run_events(end);
        for (u32 jump = 0; jump < 6; ++jump) {
            u64 to = random.below(end + 1);
            (*wandering)->seek_event(to);
            REQUIRE((*wandering)->events() == to);
        }
        (*wandering)->seek_event(end);
        CHECK((*wandering)->world() == (*straight)->world());
        CHECK((*wandering)->hash() == (*straight)->hash());
    }
}

TEST_CASE("law: a run that is not traced comes to the same state") {
    for (u64 seed = 1; seed <= 60; ++seed) {
        INFO("seed ", seed);
        SimulationOptions traced;
        SimulationOptions silent;
        silent.trace = false;
        silent.keyframes = false;
        auto a = Simulation::boot(scenario_of(seed), traced);
        auto b = Simulation::boot(scenario_of(seed), silent);
        REQUIRE(bool(a));
        (*a)->run_events(2000);
        (*b)->run_events(2000);
        CHECK((*a)->state_hash() == (*b)->state_hash());
    }
}
