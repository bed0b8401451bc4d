// Two books balance: what the views add up from the trace is what the World says, whenever asked.
#include "session/builtin.hpp"
#include "sim/simulation.hpp"
#include "view/books.hpp"

#include <doctest/doctest.h>
#include <string>

using namespace rq;

namespace {

/// Compares the fold with the World where no CPU is in the middle of a switch.
void compare(const Simulation& sim, const view::Books& books) {
    const World& w = sim.world();
    u64 now = w.g.now;
    w.tasks.for_each([&](TaskId id, const task_struct& t) {
        if (t.flags & PF_IDLE) return;
        u32 member = books.cast.index(id);
        view::TaskStat stat = books.stats.at(member, now);
        INFO("task ", w.comms[id.slot()].text, " at ", now - w.g.t0);
        CHECK(stat.nvcsw == t.nvcsw);
        CHECK(stat.nivcsw == t.nivcsw);
        CHECK(stat.switched_in == t.pcount);
    });
    CHECK(books.stats.context_switches() == w.g.nr_context_switches);
}

void run(const Scenario& scenario) {
    auto made = Simulation::boot(scenario);
    REQUIRE(bool(made));
    Simulation& sim = **made;
    view::Books books;
    books.begin(sim.world());
    for (u32 round = 0; round < 30; ++round) {
        Stop stop = sim.run_events(700);
        books.update(sim.trace(), sim.now());
        compare(sim, books);
        if (stop != Stop::reached) break;
    }
}

}  // namespace

TEST_CASE("balance: switches and arrivals of every scenario") {
    for (const BuiltinScenario& s : builtin_scenarios()) {
        INFO(std::string(s.name));
        Result<Scenario> scenario = read_scenario(s.text);
        REQUIRE(bool(scenario));
        run(*scenario);
    }
}

TEST_CASE("balance: switches and arrivals of random scenarios") {
    for (u64 seed = 1; seed <= 60; ++seed) {
        INFO("seed ", seed);
        run(random_scenario(seed));
    }
}
