// Pipes: bytes, room, who is woken when.
#include "sync/pipe.hpp"

#include "support/scenario_run.hpp"
#include "sync/wait.hpp"
#include "unit/sched/machine.hpp"

using namespace rq;
using ::rq::testing::SchedMachine;

namespace {

u32 new_pipe(World& w) {
    w.sync_objects.resize(1);
    sync_object o{};
    o.kind = static_cast<u32>(SyncKind::pipe);
    return w.sync_objects.push(o);
}

}  // namespace

TEST_CASE("what is written can be read, up to 64 KiB at once") {
    SchedMachine m(0);
    u32 pipe = new_pipe(m.w);
    CHECK(pipe_read(m.c, pipe, 10) == 0);
    CHECK(pipe_write(m.c, pipe, 65'000) == 65'000);
    CHECK(pipe_write(m.c, pipe, 1000) == 536);
    CHECK(pipe_write(m.c, pipe, 1) == 0);
    CHECK(pipe_read(m.c, pipe, 36) == 36);
    CHECK(pipe_write(m.c, pipe, 100) == 36);
    CHECK(pipe_read(m.c, pipe, 100'000) == 65'536);
}

TEST_CASE("a write to an empty pipe wakes one reader, and that one the next if bytes are left") {
    SchedMachine m(0);
    u32 pipe = new_pipe(m.w);
    TaskId a = m.sleeper("a", 0), b = m.sleeper("b", 0);
    wait_on(m.c, a, Channel::object, pipe, TASK_INTERRUPTIBLE);
    wait_on(m.c, b, Channel::object, pipe, TASK_INTERRUPTIBLE);
    pipe_write(m.c, pipe, 10);
    CHECK(m.w.tasks[a].__state == TASK_RUNNING);
    CHECK(m.w.tasks[b].__state == TASK_INTERRUPTIBLE);
    pipe_write(m.c, pipe, 10);  // it is not empty any more: nobody is woken
    CHECK(m.w.tasks[b].__state == TASK_INTERRUPTIBLE);
    pipe_read(m.c, pipe, 5);
    CHECK(m.w.tasks[b].__state == TASK_RUNNING);
}

TEST_CASE("a read from a full pipe wakes one writer") {
    SchedMachine m(0);
    u32 pipe = new_pipe(m.w);
    TaskId a = m.sleeper("a", 0), b = m.sleeper("b", 0);
    pipe_write(m.c, pipe, PIPE_BYTES);
    wait_on(m.c, a, Channel::pipe_write, pipe, TASK_INTERRUPTIBLE);
    wait_on(m.c, b, Channel::pipe_write, pipe, TASK_INTERRUPTIBLE);
    pipe_read(m.c, pipe, 1);
    CHECK(m.w.tasks[a].__state == TASK_RUNNING);
    CHECK(m.w.tasks[b].__state == TASK_INTERRUPTIBLE);
    pipe_read(m.c, pipe, 1);
    CHECK(m.w.tasks[b].__state == TASK_INTERRUPTIBLE);
}

TEST_CASE("a writer of more than fits sleeps until the reader has made room for all of it") {
    support::Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"200ms","tasks":[
        {"name":"w","program":["pipe_write p 65536","pipe_write p 5000"]},
        {"name":"r","program":["sleep 10ms","pipe_read p 4096","sleep 10ms","pipe_read p 904"]}]})");
    REQUIRE(run.ok());
    CHECK(run.ended_at("w") > 20 * NSEC_PER_MSEC);
    CHECK(run.ended_at("w") < 21 * NSEC_PER_MSEC);
    CHECK(run.laws().empty());
}
