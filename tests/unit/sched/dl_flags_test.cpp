// SCHED_FLAG_RECLAIM and SCHED_FLAG_DL_OVERRUN as a program asks for them.
#include "support/scenario_run.hpp"

using namespace rq;
using support::Run;

namespace {

constexpr u64 ms = NSEC_PER_MSEC;

Run budget(const std::string& flags) {
    return Run(R"({"format":"runqueue/1","profile":"ideal","duration":"1s","machine":{"cpus":1},
        "tasks":[{"name":"p","program":["setattr SCHED_DEADLINE)" + flags +
               R"( 10ms 100ms 100ms","run 10s"]}]})");
}

}  // namespace

TEST_CASE("setattr: with SCHED_FLAG_RECLAIM a deadline task uses what others leave") {
    Run plain = budget("");
    REQUIRE(plain.ok());
    CHECK(plain.task_cpu_time("p") < 150 * ms);
    Run reclaims = budget("|SCHED_FLAG_RECLAIM");
    REQUIRE(reclaims.ok());
    CHECK(reclaims.task_cpu_time("p") > 500 * ms);
    CHECK(reclaims.laws().empty());
}

TEST_CASE("setattr: with SCHED_FLAG_DL_OVERRUN an overrun sends SIGXCPU") {
    Run stays = budget("");
    CHECK(stays.ended_at("p") == NEVER);
    Run told = budget("|SCHED_FLAG_DL_OVERRUN|SCHED_FLAG_RESET_ON_FORK");
    REQUIRE(told.ok());
    CHECK(told.ended_at("p") < 120 * ms);  // the default is to end
}

TEST_CASE("setattr: flags of its own only, and setscheduler has none of them") {
    auto refused = [](const char* op) {
        auto scenario = read_scenario(R"({"format":"runqueue/1","tasks":[{"name":"p","program":[")" +
                                      std::string(op) + R"("]}]})");
        return !scenario;
    };
    CHECK(refused("setattr SCHED_DEADLINE|SCHED_FLAG_NONE 1ms 2ms 2ms"));
    CHECK(refused("setscheduler SCHED_FIFO|SCHED_FLAG_RECLAIM 1"));
    CHECK_FALSE(refused("setscheduler SCHED_FIFO|SCHED_RESET_ON_FORK 1"));
}
