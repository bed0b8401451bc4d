// Timers: the queue's order, slack, and what the CPU's interrupt is set to.
#include "sync/timer.hpp"

#include "unit/sched/machine.hpp"

#include <doctest/doctest.h>

using namespace rq;
using ::rq::testing::SchedMachine;

namespace {

constexpr u64 ms = NSEC_PER_MSEC;
constexpr CpuId cpu{0};

struct Timers : SchedMachine {
    Timers() : SchedMachine(0) { w.rqs[0].tick_stopped = 1; }
    TimerId arm(u64 soft, u64 slack) {
        TimerId t = timer_create(c, TimerKind::wake, 0);
        timer_arm(c, t, cpu, start + soft, slack);
        return t;
    }
};

}  // namespace

TEST_CASE("the interrupt comes at the earliest hard expiry: soft plus slack") {
    Timers m;
    m.arm(10 * ms, 5 * ms);
    CHECK(timer_next_expiry(m.c, cpu) == m.start + 15 * ms);
    TimerId exact = m.arm(12 * ms, 0);
    CHECK(timer_next_expiry(m.c, cpu) == m.start + 12 * ms);
    timer_disarm(m.c, exact);
    CHECK(timer_next_expiry(m.c, cpu) == m.start + 15 * ms);
}

TEST_CASE("what expires: by hard expiry, and all whose soft expiry has passed; equals as armed") {
    Timers m;
    TimerId late = m.arm(10 * ms, 5 * ms);
    TimerId first = m.arm(12 * ms, 0);
    TimerId second = m.arm(12 * ms, 0);
    TimerId other = m.arm(13 * ms, 0);
    u64 now = m.start + 12 * ms;
    CHECK(timer_pop_expired(m.c, cpu, now) == first);
    CHECK(timer_pop_expired(m.c, cpu, now) == second);
    CHECK_FALSE(timer_pop_expired(m.c, cpu, now));  // 13 ms comes before 15: it holds up the queue
    timer_disarm(m.c, other);
    CHECK(timer_pop_expired(m.c, cpu, now) == late);  // its range has begun
    CHECK_FALSE(m.w.timers[late].armed);
}

TEST_CASE("arming again moves a timer; destroying takes it off the queue") {
    Timers m;
    TimerId t = m.arm(10 * ms, 0);
    timer_arm(m.c, t, cpu, m.start + 3 * ms, 0);
    CHECK(timer_next_expiry(m.c, cpu) == m.start + 3 * ms);
    timer_destroy(m.c, t);
    CHECK(timer_next_expiry(m.c, cpu) == NEVER);
    CHECK_FALSE(m.w.timers.alive(t));
}

TEST_CASE("the tick comes back on its grid after it was stopped") {
    Timers m;
    m.w.rqs[0].next_tick = m.start + 1 * ms;
    m.at(10 * ms);
    tick_restart(m.c, cpu);
    CHECK(m.w.rqs[0].next_tick == m.start + 13 * ms);  // 1, 5, 9, 13 ms
    CHECK(m.w.rqs[0].tick_stopped == 0);
}
