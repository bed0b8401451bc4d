// Who preempted whom, counted from a ledger written by hand.
#include "view/preemptions.hpp"

#include "unit/view/made_run.hpp"

#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;
using testing::MadeRun;

namespace {

std::vector<PreemptionRow> rows_of(MadeRun& m, Cast& cast, u64 from = 0, u64 until = NEVER) {
    PreemptionFold fold(cast, from, until);
    Record r;
    for (Trace::Reader reader = m.trace.read(0); reader.next(r);) {
        cast.take(r);
        fold.take(r);
    }
    return fold.rows();
}

}  // namespace

TEST_CASE("preemptions: each pair and reason is a row, with the time the loser waited") {
    MadeRun m;
    Cast cast;
    cast.begin(m.world);
    TaskId hog = m.fork("hog", 10);
    TaskId web = m.fork("web", 11);
    m.run(m.idle[0], hog, 0);
    for (u32 i = 0; i < 3; ++i) {
        m.now += 4'000'000;
        m.preempt(hog, web);  // at the tick
        m.now += 1'000'000;
        m.run(web, hog, TASK_INTERRUPTIBLE);  // goes to sleep: no preemption
        m.wake(web);
    }
    m.now += 500'000;
    m.put(Ev::resched, 0, hog, Rule::wakeup_preempt, web);
    m.run(hog, web, 0);
    std::vector<PreemptionRow> rows = rows_of(m, cast);
    REQUIRE(rows.size() == 2);
    CHECK(cast.name(rows[0].task) == "hog");
    CHECK(cast.name(rows[0].by) == "web");
    CHECK(rows[0].rule == Rule::tick_ideal_runtime);
    CHECK(rows[0].times == 3);
    CHECK(rows[0].waited_ns == 3'000'000);
    CHECK(rows[0].record < rows[1].record);
    CHECK(rows[1].rule == Rule::wakeup_preempt);
    CHECK(rows[1].times == 1);
    CHECK(rows[1].waited_ns == 0);  // it still waits
}

TEST_CASE("preemptions: without a request the task yielded; a request ends with its switch") {
    MadeRun m;
    Cast cast;
    cast.begin(m.world);
    TaskId a = m.fork("a", 10);
    TaskId b = m.fork("b", 11);
    m.run(m.idle[0], a, 0);
    m.now = 1000;
    m.preempt(a, b);
    m.now = 2000;
    m.run(b, a, 0);
    std::vector<PreemptionRow> rows = rows_of(m, cast);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].rule == Rule::tick_ideal_runtime);
    CHECK(rows[1].rule == Rule::yielded);
    CHECK(cast.name(rows[1].task) == "b");
}

TEST_CASE("preemptions: only what happens in the window counts, waits that end in it") {
    MadeRun m;
    Cast cast;
    cast.begin(m.world);
    TaskId a = m.fork("a", 10);
    TaskId b = m.fork("b", 11);
    m.run(m.idle[0], a, 0);
    for (u64 at : {1000u, 2000u, 3000u, 4000u}) {
        m.now = at;
        at % 2000 ? m.preempt(a, b) : m.preempt(b, a);
    }
    std::vector<PreemptionRow> rows = rows_of(m, cast, 1500, 3500);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].times == 1);
    CHECK(rows[0].waited_ns == 0);     // a, at 3000; its wait ends after the window
    CHECK(rows[1].times == 1);
    CHECK(rows[1].waited_ns == 1000);  // b, from 2000 to 3000
}
