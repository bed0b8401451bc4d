// Linux 6.12's fair class on one CPU, worked by hand: averages, lags and deadlines to the last bit.
#include "machine.hpp"

#include "sched/eevdf.hpp"
#include "sched/group.hpp"
#include "sched/pelt.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace rq;
using ::rq::testing::SchedMachine;

namespace {

/// Where virtual time starts: 2^20 below zero.
constexpr s64 zero = -(s64{1} << 20);

s64 signed_of(u64 v) { return static_cast<s64>(v); }

/// Sum of weight * (average - vruntime) over the queue; the average is rounded down, so that it
/// lies between 0 and less than the sum of weights below.
s64 sum_of_lags(SchedMachine& m, std::initializer_list<TaskId> tasks) {
    u64 average = avg_vruntime(m.w, m.root());
    s64 sum = 0;
    for (TaskId p : tasks)
        sum += static_cast<s64>(m.se(p).weight >> 10) * signed_of(average - m.se(p).vruntime);
    return sum;
}

}  // namespace

TEST_CASE("eevdf: nice 0 against nice 5 for twenty ticks, as the kernel's integers have it") {
    // The slice of 700,000 ns is that much virtual time for A (weight 1024) and
    // 700,000 * (1024 * 12820798 >> 2) >> 30 = 2,139,701 for B (weight 335). A tick passes each
    // deadline, so each tick looks for the eligible entity with the earliest one; the average is
    // floor((1024 * vA + 335 * vB) / 1359).
    struct Row {
        s64 a, a_deadline, b, b_deadline, average;
        char runs;
    };
    constexpr Row rows[20] = {
        {2951424, 3651424, -1048576, 1091125, 1965404, 'B'},
        {2951424, 3651424, 11178289, 13317990, 4979385, 'A'},
        {6951424, 7651424, 11178289, 13317990, 7993366, 'A'},
        {10951424, 11651424, 11178289, 13317990, 11007347, 'A'},
        {14951424, 15651424, 11178289, 13317990, 14021328, 'B'},
        {14951424, 15651424, 23405154, 25544855, 17035308, 'A'},
        {18951424, 19651424, 23405154, 25544855, 20049289, 'A'},
        {22951424, 23651424, 23405154, 25544855, 23063270, 'A'},
        {26951424, 27651424, 23405154, 25544855, 26077251, 'B'},
        {26951424, 27651424, 35632019, 37771720, 29091232, 'A'},
        {30951424, 31651424, 35632019, 37771720, 32105213, 'A'},
        {34951424, 35651424, 35632019, 37771720, 35119193, 'A'},
        {38951424, 39651424, 35632019, 37771720, 38133174, 'B'},
        {38951424, 39651424, 47858884, 49998585, 41147155, 'A'},
        {42951424, 43651424, 47858884, 49998585, 44161136, 'A'},
        {46951424, 47651424, 47858884, 49998585, 47175117, 'A'},
        {50951424, 51651424, 47858884, 49998585, 50189098, 'B'},
        {50951424, 51651424, 60085749, 62225450, 53203078, 'A'},
        {54951424, 55651424, 60085749, 62225450, 56217059, 'A'},
        {58951424, 59651424, 60085749, 62225450, 59231040, 'A'},
    };
    SchedMachine m(1);
    TaskId a = m.sleeper("A", 0);
    TaskId b = m.sleeper("B", 5);
    m.wake(a);
    m.wake(b);
    CHECK(signed_of(m.se(a).vruntime) == zero);
    CHECK(signed_of(m.se(a).deadline) == zero + 700'000);
    CHECK(signed_of(m.se(b).deadline) == zero + 2'139'701);
    CHECK(m.reschedule() == a);
    for (u32 i = 0; i < 20; ++i) {
        CAPTURE(i + 1);
        m.at((i + 1) * 4 * NSEC_PER_MSEC);
        TaskId runs = m.tick();
        CHECK(signed_of(m.se(a).vruntime) == rows[i].a);
        CHECK(signed_of(m.se(a).deadline) == rows[i].a_deadline);
        CHECK(signed_of(m.se(b).vruntime) == rows[i].b);
        CHECK(signed_of(m.se(b).deadline) == rows[i].b_deadline);
        CHECK(signed_of(m.root().min_vruntime) == rows[i].average);
        CHECK(signed_of(avg_vruntime(m.w, m.root())) == rows[i].average);
        CHECK((runs == a ? 'A' : 'B') == rows[i].runs);
        s64 lags = sum_of_lags(m, {a, b});
        CHECK(lags <= 0);
        CHECK(lags > -1359);
    }
}

TEST_CASE("eevdf: a task that sleeps owing stays queued until the pick meets it") {
    SchedMachine m(1);
    TaskId a = m.sleeper("A", 0);
    TaskId b = m.sleeper("B", 0);
    m.wake(a);
    m.wake(b);
    m.reschedule();
    m.at(1'000'000);
    CHECK(m.sleep() == b);  // A's vruntime is 1 ms, the average 0.5 ms: not eligible
    CHECK(m.se(a).sched_delayed == 1);
    CHECK(m.w.tasks[a].on_rq == TASK_ON_RQ_QUEUED);
    CHECK(m.root().nr_running == 2);
    CHECK(m.root().h_nr_delayed == 1);
    CHECK(m.w.rqs[0].nr_running == 2);
    m.at(4'000'000);
    CHECK(m.tick() == b);  // the pick was A, eligible by now: it leaves, B goes on
    CHECK(m.se(a).sched_delayed == 0);
    CHECK(m.se(a).on_rq == 0);
    CHECK(m.w.tasks[a].on_rq == 0);
    CHECK(m.root().nr_running == 1);
    CHECK(m.root().h_nr_delayed == 0);
    // It was owed (3 - 1) / 2 ms by then; DELAY_ZERO: sleeping earns nothing.
    CHECK(m.se(a).vlag == 0);
    m.at(5'000'000);
    m.wake(a);
    CHECK(signed_of(m.se(a).vruntime) == zero + 4'000'000);
    CHECK(m.root().nr_running == 2);
}

TEST_CASE("eevdf: waking a delayed task keeps its debt, and forgets what it would be owed") {
    for (bool owed : {false, true}) {
        CAPTURE(owed);
        SchedMachine m(1);
        TaskId a = m.sleeper("A", 0);
        TaskId b = m.sleeper("B", 0);
        m.wake(a);
        m.wake(b);
        m.reschedule();
        m.at(1'000'000);
        m.sleep();
        u64 deadline = m.se(a).deadline;
        m.at(owed ? 2'600'000 : 1'400'000);
        update_rq_clock(m.c, CpuId{0});
        class_at(m.c, static_cast<u32>(ClassIndex::fair)).update_curr(m.c, CpuId{0});
        m.wake(a);
        CHECK(m.se(a).sched_delayed == 0);
        CHECK(m.w.tasks[a].__state == TASK_RUNNING);
        CHECK(m.root().nr_running == 2);
        CHECK(m.root().h_nr_delayed == 0);
        if (owed) {  // average (1.0 + 1.6) / 2 = 1.3 ms lies after its 1.0: placed at the average,
                     // which is B's vruntime, the only other one
            CHECK(signed_of(m.se(a).vruntime) == zero + 1'600'000);
            CHECK(m.se(a).deadline == m.se(a).vruntime + 700'000);
        } else {  // average (1.0 + 0.4) / 2 = 0.7 ms: it still owes and stays where it is
            CHECK(signed_of(m.se(a).vruntime) == zero + 1'000'000);
            CHECK(m.se(a).deadline == deadline);
        }
    }
}

TEST_CASE("eevdf: lag survives sleep without DELAY_DEQUEUE, made larger by (W + w) / W") {
    SchedMachine m(1);
    CHECK(set_sched_debug(m.w, "features", "NO_DELAY_DEQUEUE").empty());
    TaskId a = m.sleeper("A", 0);
    TaskId b = m.sleeper("B", 5);
    m.wake(a);
    m.wake(b);
    m.reschedule();
    m.at(1'000'000);
    CHECK(m.sleep() == b);
    // vA = 1,000,000 and vB = 0 from the origin: the average is floor(1024e6 / 1359) = 753,495.
    CHECK(m.se(a).vlag == 753'495 - 1'000'000);
    m.at(2'000'000);
    m.wake(a);
    // B alone is the average: it has run 1 ms of real, 3,056,716 of virtual time.
    CHECK(signed_of(m.se(b).vruntime) == zero + 3'056'716);
    // Lag -246,505 * (335 + 1024) / 335 = -1,000,000.13: truncated towards zero.
    CHECK(signed_of(m.se(a).vruntime) == zero + 3'056'716 + 1'000'000);
    CHECK(entity_lag(m.w, avg_vruntime(m.w, m.root()), m.se(a)) == -246'505);
}

TEST_CASE("eevdf: RUN_TO_PARITY protects a slice, PREEMPT_SHORT lets a shorter request through") {
    for (bool is_short : {false, true}) {
        CAPTURE(is_short);
        SchedMachine m(1);
        TaskId a = m.sleeper("A", 0);
        TaskId b = m.sleeper("B", 0);
        for (TaskId p : {a, b}) {
            m.se(p).custom_slice = 1;
            m.se(p).slice = 20'000'000;
        }
        if (is_short) m.se(b).slice = 1'000'000;
        m.wake(a);
        CHECK(m.reschedule() == a);
        m.at(2'000'000);
        m.wake(b);  // without lag, at the average: where A is
        CHECK(m.reschedule() == (is_short ? b : a));
        CHECK(m.root().nr_running == 2);
    }
}

TEST_CASE("eevdf: without RUN_TO_PARITY the earlier deadline runs at once") {
    for (bool parity : {false, true}) {
        CAPTURE(parity);
        SchedMachine m(1);
        CHECK(set_sched_debug(m.w, "features", "NO_PREEMPT_SHORT").empty());
        if (!parity) CHECK(set_sched_debug(m.w, "features", "NO_RUN_TO_PARITY").empty());
        TaskId a = m.sleeper("A", 0);
        TaskId b = m.sleeper("B", 0);
        m.se(a).custom_slice = 1;
        m.se(a).slice = 20'000'000;
        m.wake(a);
        m.reschedule();
        m.at(300'000);
        m.wake(b);  // joins at A's vruntime, deadline 0.7 ms away; A's lies 19.7 ms away
        CHECK(m.reschedule() == (parity ? a : b));
    }
}

TEST_CASE("eevdf: yield goes to the deadline and asks for a new slice") {
    SchedMachine m(1);
    TaskId a = m.sleeper("A", 0);
    TaskId b = m.sleeper("B", 0);
    m.wake(a);
    m.wake(b);
    CHECK(m.reschedule() == a);
    do_sched_yield(m.c, CpuId{0});
    CHECK(signed_of(m.se(a).vruntime) == zero + 700'000);
    CHECK(signed_of(m.se(a).deadline) == zero + 1'400'000);
    CHECK(schedule(m.c, CpuId{0}, false).next == b);
}

TEST_CASE("eevdf: renice keeps the lag in real time and the distance to the deadline") {
    SchedMachine m(1);
    TaskId a = m.sleeper("A", 0);
    TaskId b = m.sleeper("B", 0);
    m.wake(a);
    m.wake(b);
    m.reschedule();
    m.at(200'000);
    // A: vruntime 200,000, average 100,000: lag -100,000; deadline 500,000 away.
    set_user_nice(m.c, a, 5);
    // Lag in B's company: -100,000 * 1024 / 335 = -305,671, placed at * (1024 + 335) / 1024.
    CHECK(signed_of(m.se(a).vruntime) == zero + 305'671 * 1359 / 1024);
    CHECK(m.se(a).deadline - m.se(a).vruntime == 500'000);
    CHECK(m.root().load_weight == (1024 + 335) << 10);
    CHECK(m.w.rqs[0].curr == a);
    CHECK(m.w.rqs[0].need_resched == 1);
}

TEST_CASE("eevdf: a new task's first deadline is half a slice away") {
    SchedMachine m(1);
    TaskId a = m.sleeper("A", 0);
    m.wake(a);
    m.reschedule();
    TaskId child = m.make("child");
    se_free(m.c, m.w.tasks[child].se);
    CHECK(sched_fork(m.c, a, child) == 0);
    m.at(100'000);
    wake_up_new_task(m.c, child);
    CHECK(signed_of(m.se(child).vruntime) == zero + 100'000);
    CHECK(m.se(child).deadline == m.se(child).vruntime + 350'000);
}

TEST_CASE("eevdf: the pick is the earliest deadline among the eligible, whatever the tree") {
    SchedMachine m(1);
    CHECK(set_sched_debug(m.w, "features", "NO_RUN_TO_PARITY").empty());
    Prng random = Prng::stream(7, 0);
    std::vector<TaskId> tasks;
    for (u32 i = 0; i < 40; ++i) {
        TaskId p = m.sleeper("t", static_cast<s32>(random.below(40)) - 20);
        m.se(p).custom_slice = 1;
        m.se(p).slice = 100'000 + random.below(20) * 1'000'000;
        tasks.push_back(p);
    }
    u64 now = 0;
    for (u32 step = 0; step < 4000; ++step) {
        CAPTURE(step);
        now += random.below(3'000'000);
        m.at(now);
        TaskId p = tasks[random.below(40)];
        if (m.w.tasks[p].__state == TASK_INTERRUPTIBLE)
            m.wake(p);
        else if (random.below(3) == 0 && m.w.rqs[0].curr != m.w.rqs[0].idle)
            m.sleep();
        m.tick();
        const cfs_rq& root = m.root();
        if (root.nr_running < 2) continue;
        TaskId best;
        u64 least_slice = ~u64{0};
        s64 sum = 0;
        s64 load = 0;
        for (TaskId t : tasks) {
            const sched_entity& se = m.se(t);
            if (!se.on_rq) continue;
            load += static_cast<s64>(se.weight >> 10);
            sum += static_cast<s64>(se.weight >> 10) * signed_of(se.vruntime - root.min_vruntime);
            if (se.slice < least_slice) least_slice = se.slice;
        }
        for (TaskId t : tasks) {
            const sched_entity& se = m.se(t);
            if (!se.on_rq || signed_of(se.vruntime - root.min_vruntime) * load > sum) continue;
            if (!best || before(se.deadline, m.se(best).deadline)) best = t;
        }
        REQUIRE(best);
        SeId pick = pick_eevdf(m.w, root);
        REQUIRE(pick.raw);
        CHECK(m.w.se[pick.raw].deadline == m.se(best).deadline);
        CHECK(cfs_rq_min_slice(m.w, root) == least_slice);
    }
}

TEST_CASE("groups: one that empties keeps its weight in 6.12, in 6.1 it falls to the least") {
    for (u32 kernel : {0u, 1u}) {
        SchedMachine m(kernel);
        GroupId group = group_create(m.c, m.w.g.root_group, "g");
        SeId se{m.w.groups[group].se_base};
        u32 before = m.w.se[se.raw].weight;
        update_cfs_group(m.c, se);  // no task, no load
        CHECK(m.w.se[se.raw].weight == (kernel ? before : 2));
    }
}
