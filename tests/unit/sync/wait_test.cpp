// Wait queues and the table of named objects.
#include "sync/wait.hpp"

#include "support/scenario_run.hpp"
#include "unit/sched/machine.hpp"

using namespace rq;
using ::rq::testing::SchedMachine;

TEST_CASE("waiters are woken in the order in which they came, as many as asked for") {
    SchedMachine m(0);
    m.w.sync_objects.resize(1);
    u32 object = sync_object_of(m.c, SyncKind::cond, 1);
    TaskId p[4];
    for (TaskId& each : p) {
        each = m.sleeper("p", 0);
        m.w.tasks[each].__state = TASK_RUNNING;
        wait_on(m.c, each, Channel::object, object, TASK_INTERRUPTIBLE);
        CHECK(m.w.tasks[each].__state == TASK_INTERRUPTIBLE);
    }
    stop_waiting(m.c, p[1]);  // out of the middle
    CHECK_FALSE(in_wait_queue(m.c, p[1]));
    CHECK(wake_up_queue(m.c, Channel::object, object, 2) == 2);
    CHECK(m.w.tasks[p[0]].__state == TASK_RUNNING);
    CHECK(m.w.tasks[p[2]].__state == TASK_RUNNING);
    CHECK(m.w.tasks[p[3]].__state == TASK_INTERRUPTIBLE);
    CHECK(m.w.sync_objects[object].waiters.first == p[3]);
    CHECK(m.w.sync_objects[object].waiters.last == p[3]);
    CHECK(wake_up_queue(m.c, Channel::object, object, 9) == 1);
    CHECK_FALSE(m.w.sync_objects[object].waiters.first);
}

TEST_CASE("objects are told apart by kind, name and, where they have one, owner") {
    SchedMachine m(0);
    TaskId a = m.sleeper("a", 0), b = m.sleeper("b", 0);
    u32 mutex = sync_object_of(m.c, SyncKind::mutex, 1);
    CHECK(sync_object_of(m.c, SyncKind::mutex, 1) == mutex);
    u32 cond = sync_object_of(m.c, SyncKind::cond, 1);
    CHECK(cond != mutex);
    CHECK(sync_object_of(m.c, SyncKind::mutex, 2) != mutex);
    u32 own = sync_object_of(m.c, SyncKind::timer, 3, a);
    CHECK(sync_object_of(m.c, SyncKind::timer, 3, b) != own);
    CHECK(find_sync_object(m.c, SyncKind::timer, 3, a) == own);
    CHECK(find_sync_object(m.c, SyncKind::pipe, 1) == 0);
}

TEST_CASE("a condition's waiter has the mutex again when it goes on") {
    support::Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","tasks":[
        {"name":"waits","program":["lock m","cond_wait c m","run 1ms","unlock m"]},
        {"name":"signals","start":"5ms","program":["lock m","cond_signal c","run 3ms","unlock m"]}]})");
    REQUIRE(run.ok());
    CHECK(run.ended_at("waits") == 9 * NSEC_PER_MSEC);  // 5 + 3 for the mutex + 1
    CHECK(run.laws().empty());
}

TEST_CASE("a barrier lets all go when the last has come, again and again") {
    support::Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"200ms","tasks":[
        {"name":"a","program":["barrier b 2","run 1ms","barrier b 2"]},
        {"name":"z","start":"7ms","program":["barrier b 2","sleep 10ms","barrier b 2"]}]})");
    REQUIRE(run.ok());
    CHECK(run.ended_at("a") >= 17 * NSEC_PER_MSEC);
    CHECK(run.ended_at("a") < 18 * NSEC_PER_MSEC);
}
