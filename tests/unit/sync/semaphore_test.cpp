// Semaphores: values, who goes on, what is undone at exit.
#include "sync/semaphore.hpp"

#include "support/scenario_run.hpp"
#include "task/uapi.hpp"
#include "unit/sched/machine.hpp"

using namespace rq;
using ::rq::testing::SchedMachine;

namespace {

u32 new_semaphore(World& w, s64 value) {
    w.sync_objects.resize(1);
    sync_object o{};
    o.kind = static_cast<u32>(SyncKind::semaphore);
    o.value = value;
    return w.sync_objects.push(o);
}

}  // namespace

TEST_CASE("undo takes back the sum of what was done with it, never below zero") {
    SchedMachine m(0);
    u32 sem = new_semaphore(m.w, 5);
    TaskId p = m.sleeper("p", 0);
    sem_add(m.c, p, sem, -3, true);
    sem_add(m.c, p, sem, 1, true);
    sem_add(m.c, p, sem, 4, false);
    CHECK(m.w.sync_objects[sem].value == 7);
    exit_sem(m.c, p);
    CHECK(m.w.sync_objects[sem].value == 9);  // +3 - 1
    sem_add(m.c, p, sem, 6, true);
    m.w.sync_objects[sem].value = 2;
    exit_sem(m.c, p);
    CHECK(m.w.sync_objects[sem].value == 0);
    CHECK(m.w.sem_undos.count() == 0);
}

TEST_CASE("a shared undo list is undone by the last of its users") {
    SchedMachine m(0);
    u32 sem = new_semaphore(m.w, 3);
    TaskId a = m.sleeper("a", 0), b = m.sleeper("b", 0);
    sem_add(m.c, a, sem, -2, true);
    m.w.tasks[b].sysvsem = m.w.tasks[a].sysvsem;  // CLONE_SYSVSEM
    ++m.w.sem_undos[m.w.tasks[a].sysvsem].refcnt;
    exit_sem(m.c, a);
    CHECK(m.w.sync_objects[sem].value == 1);
    exit_sem(m.c, b);
    CHECK(m.w.sync_objects[sem].value == 3);
}

TEST_CASE("semop waits until all of it can be taken; the exit of a holder lets the next go on") {
    support::Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"200ms","tasks":[
        {"name":"holder","program":["semset s 2","semop s -2 undo","sleep 20ms"]},
        {"name":"waits","start":"5ms","program":["semop s -1"]},
        {"name":"zero","start":"6ms","program":["semop s 0"]}]})");
    REQUIRE(run.ok());
    CHECK(run.ended_at("waits") >= 20 * NSEC_PER_MSEC);
    CHECK(run.ended_at("zero") == 6 * NSEC_PER_MSEC);
    CHECK(run.laws().empty());
}

TEST_CASE("more than 32,767 is ERANGE") {
    support::Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"50ms","tasks":[
        {"name":"p","program":["semset s 32000","semop s 768","semop s 767"]}]})");
    REQUIRE(run.ok());
    std::vector<s64> results;
    run.each([&](const Record& r) {
        if (r.event == Ev::sys_exit && r.arg[1] == static_cast<u64>(OpCode::semop))
            results.push_back(r.number(2));
    });
    CHECK(results == std::vector<s64>{-ERANGE, 0});
}
