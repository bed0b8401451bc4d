// Mutexes: who has them, who is next, whose priority the owner runs with.
#include "sync/mutex.hpp"

#include "support/scenario_run.hpp"
#include "sync/wait.hpp"
#include "task/uapi.hpp"
#include "unit/sched/machine.hpp"

using namespace rq;
using ::rq::testing::SchedMachine;

namespace {

u32 new_object(World& w, SyncKind kind, bool pi = false) {
    if (w.sync_objects.empty()) w.sync_objects.resize(1);
    sync_object o{};
    o.kind = static_cast<u32>(kind);
    o.pi = pi;
    return w.sync_objects.push(o);
}

TaskId fifo(SchedMachine& m, const char* name, u32 priority) {
    TaskId p = m.make(name);
    sched_set_params(m.c, p, SCHED_FIFO, 0, priority);
    return p;
}

}  // namespace

TEST_CASE("a mutex is free, then mine, then busy for others; again EDEADLK, not mine EPERM") {
    SchedMachine m(0);
    TaskId a = m.sleeper("a", 0), b = m.sleeper("b", 0);
    u32 lock = new_object(m.w, SyncKind::mutex);
    CHECK(mutex_trylock(m.c, a, lock) == 0);
    CHECK(mutex_trylock(m.c, a, lock) == -EDEADLK);
    CHECK(mutex_trylock(m.c, b, lock) == -EBUSY);
    CHECK(mutex_unlock(m.c, b, lock) == -EPERM);
    CHECK(mutex_unlock(m.c, a, lock) == 0);
    CHECK(mutex_trylock(m.c, b, lock) == 0);
}

TEST_CASE("a plain mutex is free after the unlock: the one woken has to try again") {
    SchedMachine m(0);
    TaskId a = m.sleeper("a", 0), b = m.sleeper("b", 0);
    u32 lock = new_object(m.w, SyncKind::mutex);
    mutex_trylock(m.c, a, lock);
    mutex_wait(m.c, b, lock);
    CHECK(m.w.sync_objects[lock].waiters.first == b);
    mutex_unlock(m.c, a, lock);
    CHECK_FALSE(m.w.sync_objects[lock].owner);
    CHECK(m.w.tasks[b].__state == TASK_RUNNING);
    CHECK(mutex_trylock(m.c, a, lock) == 0);  // a steals it
    CHECK(mutex_trylock(m.c, b, lock) == -EBUSY);
}

TEST_CASE("waiters stand by priority: real-time before others, equal ones as they came") {
    SchedMachine m(0);
    TaskId owner = m.sleeper("owner", 0);
    TaskId fair = m.sleeper("fair", -20), low = fifo(m, "low", 10), high = fifo(m, "high", 50);
    TaskId second = m.sleeper("second", 19);
    u32 lock = new_object(m.w, SyncKind::mutex);
    mutex_trylock(m.c, owner, lock);
    for (TaskId p : {fair, low, second, high}) mutex_wait(m.c, p, lock);
    std::vector<TaskId> order;
    for (TaskId p = m.w.sync_objects[lock].waiters.first; p; p = m.w.tasks[p].wait_next)
        order.push_back(p);
    CHECK(order == std::vector<TaskId>{high, low, fair, second});
}

TEST_CASE("an inheriting mutex lends its owner the highest waiter's priority, and hands over") {
    SchedMachine m(0);
    TaskId owner = fifo(m, "owner", 1), mid = fifo(m, "mid", 20), high = fifo(m, "high", 50);
    u32 lock = new_object(m.w, SyncKind::mutex, true);
    mutex_trylock(m.c, owner, lock);
    mutex_wait(m.c, mid, lock);
    CHECK(m.w.tasks[owner].prio == 79);  // 99 - 20
    mutex_wait(m.c, high, lock);
    CHECK(m.w.tasks[owner].prio == 49);
    CHECK(m.w.tasks[owner].normal_prio == 98);
    mutex_stop_waiting(m.c, high, lock);  // a signal, say
    CHECK(m.w.tasks[owner].prio == 79);
    mutex_unlock(m.c, owner, lock);
    CHECK(m.w.sync_objects[lock].owner == mid);
    CHECK(m.w.tasks[owner].prio == 98);
    CHECK(mutex_trylock(m.c, owner, lock) == -EBUSY);
}

TEST_CASE("lent priority goes along a chain of mutexes") {
    SchedMachine m(0);
    TaskId a = fifo(m, "a", 1), b = fifo(m, "b", 2), c = fifo(m, "c", 60);
    u32 first = new_object(m.w, SyncKind::mutex, true);
    u32 second = new_object(m.w, SyncKind::mutex, true);
    mutex_trylock(m.c, a, first);
    mutex_trylock(m.c, b, second);
    mutex_wait(m.c, b, first);
    mutex_wait(m.c, c, second);
    CHECK(m.w.tasks[b].prio == 39);  // 99 - 60
    CHECK(m.w.tasks[a].prio == 39);
}

TEST_CASE("with inheritance the middle priority cannot delay the highest") {
    auto run = [](const char* pi) {
        return support::Run(std::string(R"({"format":"runqueue/1","profile":"ideal",
            "duration":"1s","tasks":[
            {"name":"low","policy":"fifo","priority":1,"program":["lock m)") +
                            pi + R"(","run 10ms","unlock m"]},
            {"name":"high","policy":"fifo","priority":50,"start":"2ms","program":["lock m)" + pi +
                            R"(","unlock m"]},
            {"name":"mid","policy":"fifo","priority":20,"start":"3ms","program":["run 100ms"]}]})");
    };
    CHECK(run("").ended_at("high") == 110 * NSEC_PER_MSEC);
    CHECK(run(" pi").ended_at("high") == 10 * NSEC_PER_MSEC);
}
