// Scheduling calls: what they refuse, what they change, whom they preempt.
#include "sched/syscall_abi.hpp"

#include "oracle/sched_users.hpp"
#include "sim/setattr_table.hpp"

#include <doctest/doctest.h>

using namespace rq;

namespace {

s64 set_policy(SchedUsers& m, TaskId p, s32 policy, s32 priority) {
    return sys_sched_setscheduler(m.c, p, 0, policy, {&priority});
}

sched_attr deadline_attr(u64 runtime, u64 deadline, u64 period) {
    sched_attr a{};
    a.sched_policy = SCHED_DEADLINE;
    a.sched_runtime = runtime;
    a.sched_deadline = deadline;
    a.sched_period = period;
    return a;
}

}  // namespace

TEST_CASE("syscalls: bad parameters are EINVAL before privileges are asked for") {
    SchedUsers m;
    TaskId p = m.child();
    m.drop(p, 1000, 0, 0);
    CHECK(set_policy(m, p, SCHED_FIFO, 0) == -EINVAL);
    CHECK(set_policy(m, p, SCHED_FIFO, 100) == -EINVAL);
    CHECK(set_policy(m, p, SCHED_NORMAL, 1) == -EINVAL);
    CHECK(set_policy(m, p, 4, 0) == -EINVAL);
    CHECK(set_policy(m, p, SCHED_DEADLINE, 0) == -EINVAL);
    CHECK(set_policy(m, p, SCHED_FIFO, 1) == -EPERM);
    m.limits(p, 0, 50);
    CHECK(set_policy(m, p, SCHED_FIFO, 51) == -EPERM);
    CHECK(set_policy(m, p, SCHED_FIFO, 50) == 0);
    CHECK(m.w.tasks[p].prio == 49);
}

TEST_CASE("syscalls: a real-time task keeps its nice value, and has it again as a fair one") {
    SchedUsers m;
    TaskId p = m.child();
    set_user_nice(m.c, p, 7);
    CHECK(set_policy(m, p, SCHED_RR, 20) == 0);
    CHECK(task_nice(m.c, p) == 7);
    CHECK(m.w.tasks[p].prio == 79);
    CHECK(sys_setpriority(m.c, p, prio_process, 0, 3) == 0);
    CHECK(m.w.tasks[p].prio == 79);
    CHECK(set_policy(m, p, SCHED_NORMAL, 0) == 0);
    CHECK(m.w.tasks[p].prio == 123);
    CHECK(m.w.se[m.w.tasks[p].se.raw].weight == 526u << 10);
}

TEST_CASE("syscalls: RESET_ON_FORK cannot be cleared without privileges") {
    SchedUsers m;
    TaskId p = m.child();
    CHECK(set_policy(m, p, SCHED_NORMAL | 0x40000000, 0) == 0);
    CHECK(sys_sched_getscheduler(m.c, p, 0) == 0x40000000);
    m.drop(p, 1000, 0, 0);
    CHECK(set_policy(m, p, SCHED_NORMAL, 0) == -EPERM);
    CHECK(set_policy(m, p, SCHED_BATCH | 0x40000000, 0) == 0);
}

TEST_CASE("syscalls: a task that lowers itself gives way, and goes to the head of its new queue") {
    SchedUsers m;
    TaskId a = m.child(501);
    CHECK(set_policy(m, a, SCHED_FIFO, 30) == 0);
    TaskId b = m.task(SCHED_FIFO, 20);
    TaskId same = m.task(SCHED_FIFO, 10);
    m.wake(same);
    m.wake(b);
    CHECK(m.curr() == a);
    CHECK(set_policy(m, a, SCHED_FIFO, 10) == 0);
    m.reschedule();
    CHECK(m.curr() == b);
    m.sleep(b);
    CHECK(m.curr() == a);  // before `same`, which waited longer
}

TEST_CASE("syscalls: deadline tasks are admitted up to 95 % of the CPUs, in 20-bit fractions") {
    SchedUsers m;
    TaskId p = m.child();
    sched_attr half = deadline_attr(50 * ms, 100 * ms, 100 * ms);
    CHECK(sys_sched_setattr(m.c, p, 0, {&half}, 48, 0) == 0);
    CHECK(m.w.root_domains[1].total_bw == 524288);
    m.sleep(p);
    TaskId q = m.child(501);
    sched_attr rest = deadline_attr(45 * ms, 100 * ms, 100 * ms);
    CHECK(sys_sched_setattr(m.c, q, 0, {&rest}, 48, 0) == 0);  // 471859: 996147 in all
    CHECK(m.w.root_domains[1].total_bw == 996147);
    m.sleep(q);
    TaskId r = m.child(502);
    sched_attr tiny = deadline_attr(1024, NSEC_PER_SEC, NSEC_PER_SEC);
    CHECK(sys_sched_setattr(m.c, r, 0, {&tiny}, 48, 0) == -EBUSY);
    CHECK(m.w.tasks[r].policy == SCHED_NORMAL);
    CHECK(sched_rt_global_validate(m.w, NSEC_PER_SEC, 900 * ms) == -EBUSY);
    CHECK(sched_rt_global_validate(m.w, NSEC_PER_SEC, NEVER) == 0);
}

TEST_CASE("syscalls: a deadline task may not fork, nor be kept from any CPU") {
    SchedUsers m(4);
    TaskId p = m.child();
    cpumask one{};
    one.set(0);
    sched_attr a = deadline_attr(ms, 10 * ms, 10 * ms);
    CHECK(sched_setaffinity(m.c, p, p, one) == 0);
    CHECK(sys_sched_setattr(m.c, p, 0, {&a}, 48, 0) == -EPERM);
    CHECK(sched_setaffinity(m.c, p, p, m.w.cpumasks[0]) == 0);
    CHECK(sys_sched_setattr(m.c, p, 0, {&a}, 48, 0) == 0);
    CHECK(sched_setaffinity(m.c, p, p, one) == -EBUSY);
    TaskId born = m.w.tasks.create();
    CHECK(sched_fork(m.c, p, born) == -EAGAIN);
}

TEST_CASE("priority inheritance: the chain of owners runs with the best waiter's priority") {
    SchedUsers m;
    TaskId low = m.task(SCHED_NORMAL);
    TaskId middle = m.task(SCHED_FIFO, 10);
    TaskId high = m.task(SCHED_FIFO, 30);
    m.wake(low);
    m.w.tasks[middle].pi_blocked_on_owner = low;
    rt_mutex_adjust_prio_chain(m.c, low);
    CHECK(m.w.tasks[low].prio == 89);
    CHECK(m.w.tasks[low].sched_class == static_cast<u8>(ClassIndex::rt));
    m.w.tasks[high].pi_blocked_on_owner = middle;
    rt_mutex_adjust_prio_chain(m.c, middle);
    CHECK(m.w.tasks[middle].prio == 69);
    CHECK(m.w.tasks[low].prio == 69);
    m.w.tasks[high].pi_blocked_on_owner = {};
    rt_mutex_adjust_prio_chain(m.c, middle);
    CHECK(m.w.tasks[low].prio == 89);
    m.w.tasks[middle].pi_blocked_on_owner = {};
    rt_mutex_adjust_prio_chain(m.c, low);
    CHECK(m.w.tasks[low].prio == 120);
    CHECK(m.w.tasks[low].sched_class == static_cast<u8>(ClassIndex::fair));
    CHECK(m.w.cfs_rqs[1].nr_running == 1);
}

TEST_CASE("priority inheritance: a deadline waiter lends its deadline, beyond its budget") {
    SchedUsers m;
    TaskId owner = m.task(SCHED_NORMAL);
    TaskId hog = m.task(SCHED_FIFO, 50);
    m.wake(owner);
    TaskId waiter = m.child();
    sched_attr a = deadline_attr(5 * ms, 20 * ms, 20 * ms);
    CHECK(sys_sched_setattr(m.c, waiter, 0, {&a}, 48, 0) == 0);
    m.reschedule();
    CHECK(m.curr() == waiter);
    u64 deadline = m.w.dl_entities[m.w.tasks[waiter].dl].deadline;
    m.w.tasks[waiter].pi_blocked_on_owner = owner;
    rt_mutex_adjust_prio_chain(m.c, owner);
    m.sleep(waiter);
    m.wake(hog);
    CHECK(m.curr() == owner);
    CHECK(m.w.dl_entities[m.w.tasks[owner].dl].deadline == deadline);
    m.pass(40 * ms);
    CHECK(m.curr() == owner);
    m.w.tasks[waiter].pi_blocked_on_owner = {};
    rt_mutex_adjust_prio_chain(m.c, owner);
    m.reschedule();
    CHECK(m.curr() == hog);
    CHECK(m.w.tasks[owner].sched_class == static_cast<u8>(ClassIndex::fair));
    CHECK(m.w.dl_rqs[0].dl_nr_running == 0);
}

TEST_CASE("setattr table: what is held is missed by later cases, and comes back with the group") {
    SetattrTable table;
    SetattrCase half;
    half.policy = SCHED_DEADLINE;
    half.runtime = 60 * ms;
    half.deadline = half.period = 100 * ms;
    half.hold = true;
    table.groups.push_back({"first", {half, half}});
    half.hold = false;
    table.groups.push_back({"second", {half, half}});
    auto results = run_setattr_table(table, KernelVersion::v6_1, 1);
    CHECK(results[0][0].result == 0);
    CHECK(results[0][0].period == 100 * ms);
    CHECK(results[0][1].result == -EBUSY);
    CHECK(results[1][0].result == 0);
    CHECK(results[1][1].result == 0);
}
