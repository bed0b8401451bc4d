// Priority inheritance where something changes while it lasts: nice, priorities, the owner's end.
#include "support/scenario_run.hpp"
#include "task/uapi.hpp"

using namespace rq;
using support::Run;

namespace {

constexpr u64 ms = NSEC_PER_MSEC;

Run pi_run(const std::string& rest, const std::string& cpus = "1") {
    return Run(R"({"format":"runqueue/1","profile":"ideal","duration":"200ms","machine":{"cpus":)" +
               cpus + "}," + rest + "}");
}

}  // namespace

TEST_CASE("pi: a nice value written while a priority is lent leaves it lent") {
    Run run = pi_run(R"("tasks":[
        {"name":"lo","program":["lock m pi","run 10ms","unlock m","run 100ms"]},
        {"name":"mid","policy":"SCHED_FIFO","priority":10,"start":"2ms","program":["run 20ms"]},
        {"name":"hi","policy":"SCHED_FIFO","priority":50,"start":"3ms",
         "program":["lock m pi","run 1ms","unlock m"]}],
        "actions":[{"at":"5ms","task":"lo","nice":5}])");
    REQUIRE(run.ok());
    CHECK(run.ended_at("hi") < 13 * ms);
    CHECK(run.ended_at("mid") < 33 * ms);
    u32 boosts = 0;
    run.each([&](const Record& r) { boosts += r.event == Ev::sched_pi_setprio; });
    CHECK(boosts == 2);  // lent once, given back once
    CHECK(run.laws().empty());
}

TEST_CASE("pi: a waiter to whom a priority is lent takes its new place at the mutex") {
    Run lent = pi_run(R"("tasks":[
        {"name":"o","program":["lock m pi","run 20ms","unlock m"]},
        {"name":"x","policy":"SCHED_FIFO","priority":5,"start":"1ms",
         "program":["lock n pi","lock m pi","run 1ms","unlock m","unlock n"]},
        {"name":"y","policy":"SCHED_FIFO","priority":10,"start":"2ms",
         "program":["lock m pi","run 1ms","unlock m"]},
        {"name":"z","policy":"SCHED_FIFO","priority":40,"start":"3ms",
         "program":["lock n pi","run 1ms","unlock n"]}])");
    REQUIRE(lent.ok());
    CHECK(lent.ended_at("z") < lent.ended_at("y"));  // x went before y, with the priority of z
    CHECK(lent.laws().empty());
}

TEST_CASE("pi: who ends with the mutex hands it to a waiter; to who comes later it stays locked") {
    Run waits = pi_run(R"("tasks":[
        {"name":"own","program":["lock m pi","run 10ms"]},
        {"name":"w","start":"2ms","program":["lock m pi","run 1ms","unlock m"]}])");
    REQUIRE(waits.ok());
    CHECK(waits.ended_at("w") < 20 * ms);
    Run late = pi_run(R"("tasks":[{"name":"own","program":["lock m pi","run 1ms"]},
        {"name":"dl","start":"5ms","policy":"SCHED_DEADLINE",
         "deadline":{"runtime":"1ms","deadline":"8ms","period":"10ms"},
         "program":["lock m pi","run 1ms"]}])");
    REQUIRE(late.ok());
    CHECK(late.alive("dl"));
    CHECK(late.laws().empty());
}

TEST_CASE("setgroup: a thread moves itself, and gets what the group may have") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"50ms","machine":{"cpus":2},
        "cgroups":{"g":{"cpuset.cpus":"1"}},
        "tasks":[{"name":"p","program":["setgroup g","run 1s"]},
                 {"name":"q","program":["setgroup g","run 1s"]}]})");
    REQUIRE(run.ok());
    CHECK(run.results("p", OpCode::setgroup) == std::vector<s64>{0});
    CHECK(run.task("p")->cpu.raw == 1);
    CHECK(run.task("q")->cpu.raw == 1);
    CHECK(run.task_cpu_time("p") < 30 * ms);
    CHECK(run.laws().empty());
}

TEST_CASE("isolcpus: flags say what is isolated") {
    auto isolated = [](const char* boot) {
        Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"10ms","machine":{"cpus":4},
            "boot":")" + std::string(boot) + R"(","tasks":[{"name":"p","program":["run 1ms"]}]})");
        REQUIRE(run.ok());
        u32 bits = 0;
        for (u32 i = 0; i < 4; ++i) {
            bits |= u32{run.world().rqs[i].isolated} << i;
            bits |= u32{run.world().rqs[i].nohz_full} << (8 + i);
        }
        return bits;
    };
    CHECK(isolated("isolcpus=3") == 0x8);
    CHECK(isolated("isolcpus=domain,3") == 0x8);
    CHECK(isolated("isolcpus=managed_irq,3") == 0);
    CHECK(isolated("isolcpus=nohz,3") == 0x800);
    CHECK(isolated("isolcpus=nohz,domain,2-3") == 0xc0c);
}
