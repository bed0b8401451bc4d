// The real-time class: numbers worked out by hand from the kernel's rules.
#include "sched/rt.hpp"

#include "support/sched_bench.hpp"

#include <doctest/doctest.h>

using namespace rq;

TEST_CASE("rt: the highest priority runs, and among equals the first to come") {
    SchedBench b;
    TaskId a = b.task(SCHED_FIFO, 10);
    TaskId second = b.task(SCHED_FIFO, 10);
    TaskId high = b.task(SCHED_FIFO, 20);
    TaskId fair = b.task(SCHED_NORMAL);
    b.wake(fair);
    CHECK(b.curr() == fair);
    b.wake(a);
    CHECK(b.curr() == a);
    b.wake(second);
    CHECK(b.curr() == a);
    b.wake(high);
    CHECK(b.curr() == high);
    CHECK(b.w.rt_rqs[0].highest_prio == 79);
    CHECK(b.w.rqs[0].nr_running == 4);
    b.sleep(high);
    CHECK(b.curr() == a);  // a preempted task keeps its place at the head
    b.sleep(a);
    CHECK(b.curr() == second);
    b.sleep(second);
    CHECK(b.curr() == fair);
    CHECK(b.w.rt_rqs[0].highest_prio == RT_PRIO_NONE);
}

TEST_CASE("rt: sched_yield goes to the end of the own priority only") {
    SchedBench b;
    TaskId a = b.task(SCHED_FIFO, 10);
    TaskId same = b.task(SCHED_FIFO, 10);
    TaskId lower = b.task(SCHED_FIFO, 9);
    b.wake(a);
    b.wake(same);
    b.wake(lower);
    do_sched_yield(b.c, CpuId{0});
    schedule(b.c, CpuId{0}, false);
    CHECK(b.curr() == same);
    do_sched_yield(b.c, CpuId{0});
    schedule(b.c, CpuId{0}, false);
    CHECK(b.curr() == a);
}

TEST_CASE("rt: round robin gives 25 ticks of 4 ms each, FIFO never gives way") {
    SchedBench b;
    b.w.g.tune.rt_runtime = NEVER;
    for (u32 i = 0; i < b.w.g.cpus; ++i) b.w.rt_rqs[i].rt_runtime = NEVER;
    TaskId r0 = b.task(SCHED_RR, 10);
    TaskId r1 = b.task(SCHED_RR, 10);
    b.wake(r0);
    b.wake(r1);
    b.pass(100 * ms - 1);
    CHECK(b.curr() == r0);
    b.pass(1);
    CHECK(b.curr() == r1);
    CHECK(b.ran(r0) == 100 * ms);
    b.pass(100 * ms);
    CHECK(b.curr() == r0);
    b.w.tasks[r0].policy = SCHED_FIFO;
    b.pass(300 * ms);
    CHECK(b.curr() == r0);
}

TEST_CASE("rt: a round robin task alone in its priority goes on with a new slice") {
    SchedBench b;
    TaskId r0 = b.task(SCHED_RR, 10);
    TaskId lower = b.task(SCHED_RR, 9);
    b.wake(r0);
    b.wake(lower);
    b.pass(100 * ms);
    CHECK(b.curr() == r0);
    CHECK(b.w.tasks[r0].rt_time_slice_ticks == 25);
}

TEST_CASE("rt: a hog is throttled at the tick after 950 ms of a period that began when it woke") {
    SchedBench b;
    TaskId hog = b.task(SCHED_FIFO, 10);
    TaskId fair = b.task(SCHED_NORMAL);
    b.wake(fair);
    b.pass(10 * ms);
    u64 start = b.w.g.now;  // 1,010 ms; ticks at multiples of 4 ms
    b.wake(hog);
    CHECK(b.w.g.rt_period_start == start + 1);
    b.until(start + 949 * ms);
    CHECK(b.curr() == hog);
    b.until(start + 950 * ms);
    CHECK(b.w.rt_rqs[0].rt_throttled == 0);  // 950 ms exactly are not exceeded
    b.until(start + 954 * ms);
    CHECK(b.curr() == fair);
    CHECK(b.w.rt_rqs[0].rt_throttled == 1);
    CHECK(b.w.rt_rqs[0].rt_time == 954 * ms);
    CHECK(b.w.rqs[0].nr_running == 1);
    b.until(start + 1000 * ms + 1);
    CHECK(b.curr() == hog);
    CHECK(b.w.rt_rqs[0].rt_time == 4 * ms);  // the overrun is owed
    CHECK(b.w.rqs[0].nr_running == 2);
}

TEST_CASE("rt: the period ends when there is no real-time work, and begins anew with the next") {
    SchedBench b;
    TaskId p = b.task(SCHED_FIFO, 10);
    b.wake(p);
    b.pass(20 * ms);
    b.sleep(p);
    CHECK(b.w.rt_rqs[0].rt_time == 20 * ms);
    b.pass(980 * ms);
    CHECK(b.w.g.rt_period_active == 1);
    b.pass(1);
    CHECK(b.w.rt_rqs[0].rt_time == 0);
    CHECK(b.w.g.rt_period_active == 0);
    b.wake(p);
    CHECK(b.w.g.rt_period_start == b.w.g.now + 1);
}

TEST_CASE("rt: without a limit nothing is throttled") {
    SchedBench b;
    b.w.g.tune.rt_runtime = NEVER;
    b.w.rt_rqs[0].rt_runtime = NEVER;
    TaskId hog = b.task(SCHED_FIFO, 10);
    b.wake(hog);
    b.pass(3000 * ms);
    b.settle();
    CHECK(b.ran(hog) == 3000 * ms);
    CHECK(b.w.g.rt_period_active == 0);
}

TEST_CASE("rt: a woken task goes to a CPU with a lower priority, a waiting one is pulled") {
    SchedBench b(2);
    TaskId a = b.task(SCHED_FIFO, 20, 0);
    TaskId second = b.task(SCHED_FIFO, 10, 0);
    TaskId third = b.task(SCHED_FIFO, 5, 0);
    b.wake(a);
    CHECK(b.curr(0) == a);
    b.wake(second);  // its CPU runs a higher one: CPU 1 is idle
    CHECK(b.curr(1) == second);
    b.wake(third);
    CHECK(b.w.tasks[third].on_cpu == 0);
    b.sleep(second);  // CPU 1 falls below third's priority and pulls it
    CHECK(b.curr(1) == third);
    CHECK(b.w.tasks[third].cpu.raw == 1);
}

TEST_CASE("rt: a preempted task is pushed to where a lower priority runs, a pinned one stays") {
    SchedBench b(2);
    TaskId low = b.task(SCHED_FIFO, 10, 0);
    TaskId high = b.task(SCHED_FIFO, 30, 0);
    b.pin(high, 0);
    b.wake(low);
    b.wake(high);
    CHECK(b.curr(0) == high);
    CHECK(b.curr(1) == low);
    TaskId pinned = b.task(SCHED_FIFO, 20, 0);
    b.pin(pinned, 0);
    b.wake(pinned);
    CHECK(b.w.tasks[pinned].cpu.raw == 0);
    CHECK(b.w.tasks[pinned].on_cpu == 0);
}

TEST_CASE("rt: of equal CPUs the nearest is taken, by the domains of the CPU the task was on") {
    SchedBench b(4);
    cpumask pair{};
    pair.set(2);
    pair.set(3);
    b.w.domains.resize(1);
    sched_domain d{};
    d.span = intern_cpumask(b.c, pair);
    d.flags = SD_WAKE_AFFINE;
    b.w.rqs[3].sd = b.w.domains.push(d);
    TaskId low = b.task(SCHED_FIFO, 10, 3);
    TaskId high = b.task(SCHED_FIFO, 30, 3);
    b.pin(high, 3);
    b.wake(low);
    CHECK(b.curr(3) == low);
    b.c.here = 1;  // the waker's own CPU lies outside the pair
    b.wake(high);
    CHECK(b.curr(3) == high);
    CHECK(b.w.tasks[low].cpu.raw == 2);
}

TEST_CASE("rt: isolated CPUs neither push to the others nor are pushed to") {
    SchedBench b(3);
    b.w.rqs[2].rd = 0;
    TaskId first = b.task(SCHED_FIFO, 20, 0);
    TaskId second = b.task(SCHED_FIFO, 20, 1);
    TaskId third = b.task(SCHED_FIFO, 10, 0);
    b.wake(first);
    b.wake(second);
    b.wake(third);
    CHECK(b.w.tasks[third].on_cpu == 0);  // CPU 2 idles
    CHECK(b.curr(2) == b.w.rqs[2].idle);
    b.sleep(second);
    CHECK(b.curr(1) == third);
}

TEST_CASE("rt: with RT_PUSH_IPI a CPU that falls below tells the others to push") {
    SchedBench b(2);
    b.w.g.tune.features |= u64{1} << static_cast<u32>(Feat::RT_PUSH_IPI);
    TaskId a = b.task(SCHED_FIFO, 20, 0);
    TaskId second = b.task(SCHED_FIFO, 10, 0);
    TaskId third = b.task(SCHED_FIFO, 5, 0);
    b.wake(a);
    b.wake(second);
    b.wake(third);
    CHECK(b.curr(1) == second);
    b.sleep(second);
    CHECK(b.curr(1) == third);
    CHECK(b.w.tasks[third].cpu.raw == 1);
}
