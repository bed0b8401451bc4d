// "oracle-kload-1" and "oracle-setattr-1".
#include "scenario/setattr.hpp"
#include "support/paths.hpp"
#include "unit/scenario/programs.hpp"

using namespace rq;
using namespace testing;

namespace {

std::string file(const std::string& tasks, const std::string& more = "") {
    return "{\"format\": \"oracle-kload-1\", \"duration_us\": 1000, " + more + "\"tasks\": " +
           tasks + "}";
}

}  // namespace

TEST_CASE("kload: every action is an operation") {
    Scenario s = read(file(R"([{"name": "t", "program": [{"run_us": 20}, {"sleep_us": 5},
        {"period_us": 10000}, "yield", {"pipe_write": 0}, {"pipe_read": 15}, {"lock": 2},
        {"unlock": 2}, {"loop": {"count": 3, "do": [{"run_us": 1}]}}, "wait_children",
        "exit"]}])"));
    CHECK(show_task(s, 0) ==
          "run 20us; sleep 5us; period 10ms; yield; pipe_write pipe0; pipe_read pipe15; "
          "lock mutex2; unlock mutex2; loop_begin 3>10; run 1us; loop_end>8; wait_children; "
          "exit_group");
    CHECK(s.duration_ns == 1'000'000);
    CHECK(s.start == StartStyle::kload);
}

TEST_CASE("kload: children are named after the first ten letters of their program, and numbered") {
    Scenario s = read(file(R"([{"name": "t", "program": [
        {"fork": {"count": 8, "program": "a-long-program"}}]}])",
                           R"("programs": {"a-long-program": [{"run_us": 7}]},)"));
    const Op& fork = s.programs[s.tasks[0].program].ops[0];
    CHECK(fork.n[0] == 8);
    CHECK(s.names[fork.name[0]] == "a-long-pro");
    CHECK((fork.present & 2) != 0);
    CHECK(show(s, fork.block) == "run 7us");
}

TEST_CASE("kload: a task's parameters arrive in ns and under the kernel's names") {
    Scenario s = read(file(R"([
        {"name": "a", "policy": "SCHED_DEADLINE", "dl_runtime_us": 5000, "dl_deadline_us": 20000,
         "dl_period_us": 20000, "program": []},
        {"name": "b", "policy": "SCHED_RR", "priority": 10, "cpus": [1], "start_us": 3,
         "instances": 3, "program": []},
        {"name": "c", "nice": -7, "slice_us": 500, "cgroup": "A/x", "program": []}])",
        R"("cgroups": {"A": {"cpu.weight": 100}, "A/x": {"cpu.max": "20000 100000"}},)"));
    CHECK(s.tasks[0].deadline.runtime_ns == 5'000'000);
    CHECK(s.tasks[1].rt_priority == 10);
    CHECK(s.tasks[1].instances == 3);
    CHECK(s.tasks[1].start_ns == 3000);
    CHECK(s.tasks[1].cpus == std::vector<u32>{1});
    CHECK(s.tasks[2].slice_ns == 500'000);
    CHECK(s.tasks[2].cgroup == "A/x");
    REQUIRE(s.cgroups.size() == 2);
    CHECK(s.cgroups[0].files[0].value == "100");
    CHECK(s.cgroups[1].files[0].key == "cpu.max");
}

TEST_CASE("kload: actions change affinity or nice value, or write a file") {
    Scenario s = read(file(R"([{"name": "h", "instances": 2, "program": []}])", R"("actions": [
        {"at_us": 5, "task": "h1", "nice": 10}, {"at_us": 6, "task": "h0", "cpus": [0]},
        {"at_us": 7, "write": "/proc/x", "value": 3}],)"));
    REQUIRE(s.actions.size() == 3);
    CHECK(s.actions[0].at_ns == 5000);
    CHECK(s.actions[0].value == 10);
    CHECK(s.actions[1].kind == ActionSpec::Kind::setaffinity);
    CHECK(s.actions[2].text == "3");
    CHECK(complaints(file(R"([{"name": "h", "instances": 2, "program": []}])",
                          R"("actions": [{"at_us": 5, "task": "h2", "nice": 10}],)"))
              .find("unknown-task") != std::string::npos);
}

TEST_CASE("kload: the example file of the repository is read whole") {
    Scenario s = read(support::read_file(
        support::source_path("scenarios/imported/fork-pipe.kload.json")));
    CHECK(s.tasks.size() == 4);
    CHECK(s.actions.size() == 1);
}

TEST_CASE("setattr tables: cases are what the file says, right or wrong") {
    Result<SetattrTable> table = read_setattr_table(R"({"format": "oracle-setattr-1",
        "about": "x", "groups": [["limits", [
          {"policy": 6, "runtime": 95000000, "deadline": 100000000, "period": 100000000, "hold": 1},
          {"policy": -1, "nice": 40, "prio": 100, "flags": 18446744073709551615, "uid": 1000,
           "cpus": 7, "note": "no"}]], ["empty", []]]})");
    REQUIRE(table);
    REQUIRE(table->groups.size() == 2);
    const SetattrGroup& group = table->groups[0];
    CHECK(group.title == "limits");
    REQUIRE(group.cases.size() == 2);
    CHECK(group.cases[0].runtime == 95'000'000);
    CHECK(group.cases[0].hold);
    CHECK(group.cases[1].policy == -1);
    CHECK(group.cases[1].nice == 40);
    CHECK(group.cases[1].flags == ~u64{0});
    CHECK(group.cases[1].note == "no");
    CHECK_FALSE(read_setattr_table(R"({"format": "oracle-setattr-1", "groups": [["x"]]})"));
    CHECK_FALSE(read_setattr_table(R"({"format": "runqueue/1", "tasks": []})"));
}

TEST_CASE("recognise: the content says what a text is, even a broken one") {
    CHECK(recognise(R"({"format": "runqueue/1"})") == InputKind::scenario);
    CHECK(recognise(R"(/* a */ {"tasks": {"t": {"suspend",}}})") == InputKind::rt_app);
    CHECK(recognise(R"({"format": "oracle-kload-1", "tasks": []})") == InputKind::kload);
    CHECK(recognise(R"({"format": "oracle-setattr-1"})") == InputKind::setattr_table);
    CHECK(recognise(R"({"tasks": []})") == InputKind::unknown);
    CHECK(recognise(R"({"format": "runqueue/1", )") == InputKind::scenario);
    CHECK(recognise(R"({"tasks": {)") == InputKind::rt_app);
    CHECK(recognise("# tracer: nop") == InputKind::unknown);
    CHECK(recognise("") == InputKind::unknown);
}
