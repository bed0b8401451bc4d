// Two books are kept of every run: the World counts, and the views add up the trace. They must
// agree at every instant.
#include "engine.hpp"
#include "support/paths.hpp"

#include <doctest/doctest.h>

using namespace rq;

namespace {

/// What the World says a task has had on CPUs by now, the present stretch included.
u64 runtime_of(const World& w, const task_struct& p) {
    const sched_entity& se = w.se[p.se.raw];
    u64 ns = se.sum_exec_runtime;
    if (p.on_cpu) ns += w.g.now - se.exec_start;
    return ns;
}

/// After a wakeup that preempts, the switch books by the clock of the wakeup (the kernel skips that
/// update), while the trace has the instant of the switch: they differ by the way between them.
constexpr u64 clock_skew_ns = 4000;

void check_books(Simulation& s, view::Books& books, u64 booted) {
    bool ideal = s.image().scenario.profile == ProfileKind::ideal;
    books.update(s.trace(), s.now());
    const World& w = s.world();
    for (u32 i = 0; i < books.cast.count(); ++i) {
        TaskId id = books.cast[i].id;
        if (!w.tasks.alive(id)) continue;
        const task_struct& p = w.tasks[id];
        view::TaskStat stat = books.stats.at(i, w.g.now);
        CAPTURE(books.cast.name(i));
        u64 mine = stat.run_ns;
        u64 kernel = runtime_of(w, p);
        u64 difference = mine > kernel ? mine - kernel : kernel - mine;
        CHECK(difference <= (ideal ? 0 : clock_skew_ns * (stat.switched_in + 1)));
        CHECK(stat.nvcsw == p.nvcsw);
        CHECK(stat.nivcsw == p.nivcsw);
        CHECK(stat.switched_in == p.pcount);
        u64 waiting = p.last_queued && !p.on_cpu && p.on_rq ? w.g.now - p.last_queued : 0;
        CHECK(stat.wait_ns == p.run_delay + waiting);
        CHECK(books.timeline.run_ns(i, 0, w.g.now) == stat.run_ns);
    }
    CHECK(books.stats.context_switches() == w.g.nr_context_switches);
    Context c = s.context();
    view::CostReport costs = view::costs(c);
    CHECK(costs.total_ns == (w.g.now - booted) * w.g.cpus);
    u64 sum = 0;
    u32 permille = 0;
    for (const view::CostRow& row : costs.rows) {
        sum += row.ns;
        permille += row.permille;
    }
    CHECK(sum == costs.total_ns);
    CHECK(permille == (costs.total_ns ? 1000 : 0));
}

void check_scenario(const Scenario& scenario) {
    auto booted = Simulation::boot(scenario);
    REQUIRE(booted);
    Simulation& s = **booted;
    view::Books books;
    books.begin(s.world());
    u64 boot_time = s.world().g.now;
    for (u32 part = 1; part <= 20; ++part) {
        s.run_until(s.t0() + scenario.duration_ns * part / 20);
        check_books(s, books, boot_time);
    }
}

}  // namespace

TEST_CASE("books: CPU time, waiting, switches and costs of the scenarios agree with the World") {
    for (const char* file :
         {"scenarios/04-fair/nice-weighs.json", "scenarios/04-fair/batch-yields.json",
          "scenarios/04-fair/sleeper-preempts.json", "scenarios/01-processes/parent-waits.json"}) {
        CAPTURE(std::string(file));
        auto scenario = read_scenario(support::read_file(support::source_path(file)));
        REQUIRE(scenario);
        for (ProfileKind profile :
             {ProfileKind::realistic, ProfileKind::ideal, ProfileKind::emulated}) {
            scenario->profile = profile;
            check_scenario(*scenario);
        }
    }
}

TEST_CASE("books: they agree in random scenarios") {
    u32 ran = 0;
    for (u64 seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        Scenario scenario = random_scenario(seed);
        if (seed % 2) scenario.profile = ProfileKind::ideal;
        auto probe = Simulation::boot(scenario);
        if (!probe) continue;
        check_scenario(scenario);
        ++ran;
    }
    CHECK(ran >= 20);
}
