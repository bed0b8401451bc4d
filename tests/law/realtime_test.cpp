// Random scenarios with real-time and deadline tasks, on both kernels and up to four CPUs: every
// law after every event, and no deadline task gets more than its bandwidth.
#include "base/prng.hpp"
#include "sim/simulation.hpp"

#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <string>

using namespace rq;

namespace {

Scenario realtime_scenario(u64 seed) {
    Prng random = Prng::stream(seed, 78);
    RandomOptions o;
    o.cpus_max = random.chance(1, 2) ? 4 : 1;
    o.tasks_max = 3 + static_cast<u32>(random.below(10));
    o.realtime = random.chance(4, 5);
    o.deadline = random.chance(2, 3);
    o.forks = random.chance(1, 4);
    o.memory = false;
    o.pipes = random.chance(1, 4);
    o.mutexes = random.chance(1, 2);
    o.affinity = o.cpus_max > 1 && random.chance(1, 3);
    o.actions = random.chance(1, 3);
    Scenario s = random_scenario(seed, o);
    s.profile = static_cast<ProfileKind>(seed % 3);
    s.kernel = seed % 2 ? KernelVersion::v6_12 : KernelVersion::v6_1;
    return s;
}

/// Budgets since the start: a task has at most one for each period begun, and a tick more.
std::string over_budget(const Simulation& s) {
    const World& w = s.world();
    std::string over;
    w.tasks.for_each([&](TaskId, const task_struct& t) {
        if (t.policy != SCHED_DEADLINE || !t.dl) return;
        const sched_dl_entity& d = w.dl_entities[t.dl];
        if (!d.dl_period || w.g.now < w.g.t0) return;
        u64 periods = (w.g.now - w.g.t0) / d.dl_period + 2;
        u64 most = periods * d.dl_runtime + w.g.tick_ns;
        u64 had = w.se[t.se.raw].sum_exec_runtime;
        if (had > most)
            over = "pid " + std::to_string(t.pid) + " ran " + std::to_string(had) + " of " +
                   std::to_string(most);
    });
    return over;
}

}  // namespace

TEST_CASE("law: real-time and deadline queues hold after every event of random scenarios") {
    u64 first = 1, last = 600;
    if (const char* range = std::getenv("RUNQUEUE_SEEDS"))
        std::sscanf(range, "%llu-%llu", reinterpret_cast<unsigned long long*>(&first),
                    reinterpret_cast<unsigned long long*>(&last));
    u64 events = 0;
    for (u64 seed = first; seed <= last; ++seed) {
        SimulationOptions options;
        options.keyframes = false;
        options.trace_window = 2;
        auto run = Simulation::boot(realtime_scenario(seed), options);
        INFO("repeat: RUNQUEUE_SEEDS=", seed, "-", seed, " runqueue_law -tc='law: real-time*'");
        std::string why = run ? "" : to_string(run.errors()[0]);
        REQUIRE_MESSAGE(bool(run), why);
        Simulation& sim = **run;
        std::string broken;
        for (u32 i = 0; i < 3000 && broken.empty() && sim.step(); ++i) {
            for (const std::string& law : sim.broken_laws()) broken += law + "\n";
            if (broken.empty()) broken = over_budget(sim);
        }
        CHECK_MESSAGE(broken.empty(), "event ", sim.events(), " at ", sim.now() - sim.t0(),
                      " ns: ", broken);
        events += sim.events();
    }
    MESSAGE(events, " events");
}
