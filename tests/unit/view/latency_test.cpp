// Latencies and statistics of hand-made runs.
#include "unit/view/made_run.hpp"

#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;
using testing::MadeRun;

TEST_CASE("latency: counted from the wakeup to the switch-in, per task and over all") {
    MadeRun m;
    Books books;
    books.begin(m.world);
    TaskId a = m.fork("a", 10);
    m.run(m.idle[0], a, 0);
    for (u64 k = 1; k <= 100; ++k) {
        m.now += 1'000'000;
        m.run(a, m.idle[0], TASK_INTERRUPTIBLE);
        m.now += 1'000'000;
        m.wake(a);
        m.now += k * 100;
        m.run(m.idle[0], a, 0);
    }
    books.update(m.trace, m.now);
    Latency l = books.latency.of(books.cast.index(a));
    CHECK(l.n == 101);
    CHECK(l.min_ns == 0);
    CHECK(l.max_ns == 10'000);
    CHECK(l.median_ns >= 5000);
    CHECK(l.median_ns <= 5000 * 9 / 8);
    CHECK(l.p99_ns >= 9900);
    u64 sum = 0;
    for (const LatencyBucket& b : l.buckets) sum += b.count;
    CHECK(sum == l.n);
    Record r;
    REQUIRE(m.trace.get(l.max_record, r));
    CHECK(r.event == Ev::sched_switch);
    CHECK(books.latency.of(no_task).n == 101);
}

TEST_CASE("stats: switches are voluntary when the task is not runnable afterwards") {
    MadeRun m;
    Books books;
    books.begin(m.world);
    TaskId a = m.fork("a", 10);
    TaskId b = m.fork("b", 11);
    m.run(m.idle[0], a, 0);
    m.now = 300;
    m.preempt(a, b);
    m.now = 500;
    m.run(b, a, TASK_INTERRUPTIBLE);
    books.update(m.trace, 700);
    TaskStat sa = books.stats.at(books.cast.index(a), 700);
    TaskStat sb = books.stats.at(books.cast.index(b), 700);
    CHECK(sa.run_ns == 500);
    CHECK(sa.wait_ns == 200);
    CHECK(sa.nivcsw == 1);
    CHECK(sa.nvcsw == 0);
    CHECK(sb.run_ns == 200);
    CHECK(sb.nvcsw == 1);
    CHECK(sb.latency_max_ns == 300);
}
