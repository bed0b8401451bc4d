// Linux 6.1's fair class on one CPU, worked by hand: the arithmetic to the last bit.
#include "machine.hpp"

#include "sched/fair.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace rq;
using ::rq::testing::SchedMachine;

TEST_CASE("cfs: nice 0 against nice 5 for twenty ticks, as the kernel's integers have it") {
    // Weights 1024 and 335. A tick of 4 ms advances A's vruntime by 4,000,000 and B's by
    // 4,000,000 * (1024 * 12820798 >> 2) >> 30 = 12,226,865. Slices of the 6 ms period, with the
    // inverse of the queue's weight 2^32 / 1359 = 3160388: A 4,520,971, B 1,479,028. So A is
    // relieved at the first tick after more than 4,520,971 ns, if B's vruntime is the smaller.
    struct Row {
        u64 a, b, min;
        char runs;  // from this tick on
    };
    constexpr Row rows[20] = {
        {4000000, 0, 0, 'A'},
        {8000000, 0, 0, 'B'},
        {8000000, 12226865, 8000000, 'A'},
        {12000000, 12226865, 12000000, 'A'},
        {16000000, 12226865, 12226865, 'B'},
        {16000000, 24453730, 16000000, 'A'},
        {20000000, 24453730, 20000000, 'A'},
        {24000000, 24453730, 24000000, 'A'},  // relieved by the rule, but still the leftmost
        {28000000, 24453730, 24453730, 'B'},
        {28000000, 36680595, 28000000, 'A'},
        {32000000, 36680595, 32000000, 'A'},
        {36000000, 36680595, 36000000, 'A'},
        {40000000, 36680595, 36680595, 'B'},
        {40000000, 48907460, 40000000, 'A'},
        {44000000, 48907460, 44000000, 'A'},
        {48000000, 48907460, 48000000, 'A'},
        {52000000, 48907460, 48907460, 'B'},
        {52000000, 61134325, 52000000, 'A'},
        {56000000, 61134325, 56000000, 'A'},
        {60000000, 61134325, 60000000, 'A'},
    };
    SchedMachine m(0);
    TaskId a = m.sleeper("A", 0);
    TaskId b = m.sleeper("B", 5);
    m.wake(a);
    m.wake(b);
    CHECK(m.root().load_weight == (1024 + 335) << 10);
    CHECK(m.reschedule() == a);
    CHECK(sched_slice(m.w, m.root(), se_of(m.w, a)) == 4520971);
    CHECK(sched_slice(m.w, m.root(), se_of(m.w, b)) == 1479028);
    for (u32 i = 0; i < 20; ++i) {
        CAPTURE(i + 1);
        m.at((i + 1) * 4 * NSEC_PER_MSEC);
        TaskId runs = m.tick();
        CHECK(m.se(a).vruntime == rows[i].a);
        CHECK(m.se(b).vruntime == rows[i].b);
        CHECK(m.root().min_vruntime == rows[i].min);
        CHECK((runs == a ? 'A' : 'B') == rows[i].runs);
    }
    CHECK(m.se(a).sum_exec_runtime == 60 * NSEC_PER_MSEC);
    CHECK(m.se(b).sum_exec_runtime == 20 * NSEC_PER_MSEC);
}

TEST_CASE("cfs: a sleeper gets half a latency of credit and preempts, a short one does not") {
    SchedMachine m(0);
    TaskId hog = m.sleeper("hog", 0);
    TaskId slp = m.sleeper("slp", 0);
    m.wake(hog);
    m.reschedule();
    m.at(20 * NSEC_PER_MSEC);
    m.tick();
    m.wake(slp);  // placed at min_vruntime - 3 ms, behind by more than the granularity of 1 ms
    CHECK(m.se(slp).vruntime == 17 * NSEC_PER_MSEC);
    CHECK(m.reschedule() == slp);
    m.at(23 * NSEC_PER_MSEC);
    CHECK(m.sleep() == hog);
    CHECK(m.se(slp).vruntime == 20 * NSEC_PER_MSEC);
    m.at(23 * NSEC_PER_MSEC + 500'000);
    m.wake(slp);  // its own vruntime is the later one; behind by 0.5 ms only
    CHECK(m.se(slp).vruntime == 20 * NSEC_PER_MSEC);
    CHECK(m.reschedule() == hog);
}

TEST_CASE("cfs: HRTICK ends a slice to the nanosecond") {
    SchedMachine m(0);
    CHECK(set_sched_debug(m.w, "features", "HRTICK").empty());
    TaskId a = m.sleeper("A", 0);
    TaskId b = m.sleeper("B", 5);
    m.wake(a);
    m.wake(b);
    CHECK(m.reschedule() == a);
    CHECK(timer_next_expiry(m.c, CpuId{0}) == SchedMachine::start + 4520971);
}
