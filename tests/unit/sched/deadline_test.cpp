// The deadline class: numbers worked out by hand from the kernel's rules.
#include "sched/deadline.hpp"

#include "support/sched_bench.hpp"

#include <doctest/doctest.h>

using namespace rq;

void SchedBench::make_deadline(TaskId p, u64 runtime, u64 deadline, u64 period) {
    sched_set_params(c, p, SCHED_DEADLINE, 0, 0);
    sched_dl_entity& d = w.dl_entities[dl_entity_of(c, p)];
    d.dl_runtime = runtime;
    d.dl_deadline = deadline;
    d.dl_period = period;
    d.dl_bw = to_ratio(period, runtime);
    d.dl_density = to_ratio(deadline, runtime);
    dl_bw_add(c, w.tasks[p].dl, d.dl_bw);
    dl_sched_class.switched_to(c, w.tasks[p].cpu, p);
}

namespace {

sched_dl_entity& dl(SchedBench& b, TaskId p) { return b.w.dl_entities[b.w.tasks[p].dl]; }

TaskId deadline_task(SchedBench& b, u64 runtime, u64 deadline, u64 period, u32 cpu = 0) {
    TaskId p = b.task(SCHED_NORMAL, 0, cpu);
    b.make_deadline(p, runtime, deadline, period);
    return p;
}

}  // namespace

TEST_CASE("deadline: bandwidth has 20 bits of fraction, rounded down") {
    CHECK(to_ratio(30 * ms, 10 * ms) == 349525);
    CHECK(to_ratio(1000000, 950000) == 996147);
    CHECK(to_ratio(NSEC_PER_SEC, 50 * ms) == 52428);
    CHECK(to_ratio(ms, NEVER) == 1048576);
}

TEST_CASE("deadline: a budget used up at a tick is paid back from the next period") {
    SchedBench b;
    TaskId p = deadline_task(b, 10 * ms, 30 * ms, 30 * ms);
    TaskId hog = b.task(SCHED_NORMAL);
    b.wake(hog);
    u64 start = b.w.g.now;
    b.wake(p);
    CHECK(b.curr() == p);
    CHECK(dl(b, p).deadline == start + 30 * ms);
    CHECK(dl(b, p).runtime == static_cast<s64>(10 * ms));
    b.until(start + 12 * ms);  // the third tick sees 12 ms of 10
    CHECK(dl(b, p).dl_throttled == 1);
    CHECK(dl(b, p).runtime == -static_cast<s64>(2 * ms));
    CHECK(b.curr() == hog);
    b.until(start + 30 * ms);
    CHECK(b.curr() == p);
    CHECK(dl(b, p).deadline == start + 60 * ms);
    CHECK(dl(b, p).runtime == static_cast<s64>(8 * ms));
    b.until(start + 38 * ms);
    CHECK(b.curr() == p);
    b.until(start + 40 * ms);
    CHECK(b.curr() == hog);
    CHECK(b.ran(p) == 22 * ms);
}

TEST_CASE("deadline: with HRTICK_DL a budget ends when it is used up, not at the tick after") {
    SchedBench b;
    b.w.g.tune.features |= u64{1} << static_cast<u32>(Feat::HRTICK_DL);
    TaskId p = deadline_task(b, 10 * ms, 30 * ms, 30 * ms);
    TaskId hog = b.task(SCHED_NORMAL);
    b.wake(hog);
    u64 start = b.w.g.now;
    b.wake(p);
    b.until(start + 10 * ms - 1);
    CHECK(b.curr() == p);
    b.until(start + 10 * ms);
    CHECK(b.curr() == hog);
    CHECK(dl(b, p).runtime == 0);
    b.until(start + 40 * ms);
    CHECK(b.curr() == hog);
    CHECK(b.ran(p) == 20 * ms);
}

TEST_CASE("deadline: the earlier deadline runs first") {
    SchedBench b;
    TaskId late = deadline_task(b, 16 * ms, 40 * ms, 40 * ms);
    TaskId early = deadline_task(b, 6 * ms, 15 * ms, 15 * ms);
    b.wake(late);
    b.pass(ms);
    b.wake(early);
    CHECK(b.curr() == early);
    CHECK(b.w.dl_rqs[0].earliest_curr == dl(b, early).deadline);
    CHECK(b.w.dl_rqs[0].dl_nr_running == 2);
    b.sleep(early);
    CHECK(b.curr() == late);
}

TEST_CASE("deadline: a wakeup keeps budget and deadline if they fit, else both are new") {
    SchedBench b;
    b.ticks = false;
    TaskId p = deadline_task(b, 10 * ms, 30 * ms, 30 * ms);
    u64 start = b.w.g.now;
    b.wake(p);
    b.pass(4 * ms);
    b.sleep(p);
    CHECK(dl(b, p).runtime == static_cast<s64>(6 * ms));
    b.until(start + 10 * ms);
    b.wake(p);  // 6 ms in 20 ms are less than 10 in 30
    CHECK(dl(b, p).deadline == start + 30 * ms);
    CHECK(dl(b, p).runtime == static_cast<s64>(6 * ms));
    b.sleep(p);
    b.until(start + 14 * ms);
    b.wake(p);  // 6 ms in 16 ms are more
    CHECK(dl(b, p).deadline == start + 44 * ms);
    CHECK(dl(b, p).runtime == static_cast<s64>(10 * ms));
}

TEST_CASE("deadline: a constrained task that wakes past its deadline waits for its next period") {
    SchedBench b;
    b.ticks = false;
    TaskId p = deadline_task(b, 4 * ms, 10 * ms, 40 * ms);
    u64 start = b.w.g.now;
    b.wake(p);
    b.pass(2 * ms);
    b.sleep(p);
    b.until(start + 20 * ms);
    b.wake(p);
    CHECK(dl(b, p).dl_throttled == 1);
    CHECK(b.curr() == b.w.rqs[0].idle);
    b.until(start + 40 * ms);
    CHECK(b.curr() == p);
    CHECK(dl(b, p).deadline == start + 50 * ms);
    CHECK(dl(b, p).runtime == static_cast<s64>(4 * ms));
}

TEST_CASE("deadline: a constrained task that wakes with too much budget gets its density's part") {
    SchedBench b;
    b.ticks = false;
    TaskId p = deadline_task(b, 4 * ms, 10 * ms, 40 * ms);
    u64 start = b.w.g.now;
    b.wake(p);
    b.pass(ms);
    b.sleep(p);
    b.until(start + 5 * ms);
    b.wake(p);  // 3 ms left in 5 ms > 4 in 10: density 419430 / 2^20 of 5,000,000 ns
    CHECK(dl(b, p).deadline == start + 10 * ms);
    CHECK(dl(b, p).runtime == 1999998);
}

TEST_CASE("deadline: yielding gives up the rest of the budget") {
    SchedBench b;
    TaskId p = deadline_task(b, 10 * ms, 30 * ms, 30 * ms);
    TaskId hog = b.task(SCHED_NORMAL);
    b.wake(hog);
    u64 start = b.w.g.now;
    b.wake(p);
    b.pass(ms);
    do_sched_yield(b.c, CpuId{0});
    schedule(b.c, CpuId{0}, false);
    CHECK(b.curr() == hog);
    b.until(start + 30 * ms);
    CHECK(b.curr() == p);
    CHECK(dl(b, p).runtime == static_cast<s64>(10 * ms));
    CHECK(dl(b, p).deadline == start + 60 * ms);
}

TEST_CASE("deadline: bandwidth stays active until the 0-lag time") {
    SchedBench b;
    b.ticks = false;
    TaskId p = deadline_task(b, 10 * ms, 30 * ms, 30 * ms);
    u64 start = b.w.g.now;
    b.wake(p);
    CHECK(b.w.dl_rqs[0].this_bw == 349525);
    CHECK(b.w.dl_rqs[0].running_bw == 349525);
    b.pass(4 * ms);
    b.sleep(p);  // 6 ms left: 0-lag at 30 - 6 * 30 / 10 = 12 ms
    b.until(start + 12 * ms - 1);
    CHECK(b.w.dl_rqs[0].running_bw == 349525);
    b.until(start + 12 * ms);
    CHECK(b.w.dl_rqs[0].running_bw == 0);
    CHECK(b.w.dl_rqs[0].this_bw == 349525);
    CHECK(b.w.root_domains[1].total_bw == 349525);
}

TEST_CASE("deadline: the bandwidth of a task that exits is given back at its 0-lag time") {
    SchedBench b;
    b.ticks = false;
    TaskId p = deadline_task(b, 10 * ms, 30 * ms, 30 * ms);
    u64 start = b.w.g.now;
    b.wake(p);
    b.pass(4 * ms);
    b.w.tasks[p].__state = TASK_DEAD;
    schedule(b.c, CpuId{0}, false);
    CHECK(b.w.tasks[p].dl == 0);
    b.until(start + 12 * ms - 1);
    CHECK(b.w.root_domains[1].total_bw == 349525);
    b.until(start + 12 * ms);
    CHECK(b.w.root_domains[1].total_bw == 0);
    CHECK(b.w.dl_rqs[0].this_bw == 0);
    CHECK(b.w.dl_entities[0].next_free != 0);
}

TEST_CASE("deadline: reclaiming slows the budget down to the task's own share of the CPU") {
    SchedBench b;
    b.ticks = false;
    TaskId p = deadline_task(b, 10 * ms, 40 * ms, 40 * ms);
    dl(b, p).dl_flags = SCHED_FLAG_RECLAIM;
    b.wake(p);
    b.pass(10 * ms);
    b.settle();
    // extra_bw = 996147 - 262144 = 734003; u_act = 1048576 - 734003 = 314573 (0.3 of real time)
    CHECK(dl(b, p).runtime == static_cast<s64>(10 * ms - ((10 * ms * 314573) >> 20)));
}

TEST_CASE("deadline: waiting tasks go to the CPU without deadlines, then to the latest one") {
    SchedBench b(2);
    TaskId a = deadline_task(b, 5 * ms, 20 * ms, 20 * ms, 0);
    TaskId second = deadline_task(b, 5 * ms, 40 * ms, 40 * ms, 0);
    TaskId third = deadline_task(b, 5 * ms, 30 * ms, 30 * ms, 0);
    b.wake(a);
    b.wake(second);
    CHECK(b.curr(0) == a);
    CHECK(b.curr(1) == second);
    b.wake(third);
    CHECK(b.curr(1) == third);
    b.sleep(a);
    CHECK(b.curr(0) == second);  // pulled by the CPU that became free
}

TEST_CASE("fair server: starved fair tasks get 50 ms in each second on 6.12") {
    SchedBench b(1, 1);
    TaskId fair = b.task(SCHED_NORMAL);
    TaskId hog = b.task(SCHED_FIFO, 10);
    u64 start = b.w.g.now;
    b.wake(fair);
    b.wake(hog);
    CHECK(b.curr() == hog);
    b.until(start + 949 * ms);
    CHECK(b.curr() == hog);
    b.until(start + 951 * ms);  // deadline 1000 ms, budget 50 ms
    CHECK(b.curr() == fair);
    b.until(start + 1100 * ms);
    CHECK(b.curr() == hog);
    u64 served = b.ran(fair);
    CHECK(served >= 50 * ms);
    CHECK(served <= 54 * ms);
    b.until(start + 2100 * ms);
    CHECK(b.ran(fair) >= 100 * ms);
}

TEST_CASE("fair server: fair tasks that run anyway put it off") {
    SchedBench b(1, 1);
    TaskId fair = b.task(SCHED_NORMAL);
    b.wake(fair);
    b.pass(940 * ms);
    TaskId hog = b.task(SCHED_FIFO, 10);
    b.wake(hog);
    u64 since = b.w.g.now;
    b.until(since + 900 * ms);
    CHECK(b.curr() == hog);
    b.until(since + 960 * ms);
    CHECK(b.curr() == fair);
}

TEST_CASE("fair server: there is none on 6.1") {
    SchedBench b(1, 0);
    CHECK(b.w.rqs[0].fair_server == 0);
    dl_server_start(b.c, CpuId{0});
    CHECK(b.w.dl_rqs[0].dl_nr_running == 0);
}
