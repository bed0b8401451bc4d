// Format runqueue/1: its keys, and what is said when they are wrong.
#include "support/paths.hpp"
#include "unit/scenario/programs.hpp"

using namespace rq;
using namespace testing;

namespace {

std::string with(const std::string& more, const std::string& task = "") {
    return "{\"format\": \"runqueue/1\"" + std::string(more.empty() ? "" : ", ") + more +
           ", \"tasks\": [{\"name\": \"t\"" + (task.empty() ? "" : ", ") + task +
           ", \"program\": []}]}";
}

}  // namespace

TEST_CASE("scenario: every key of the head arrives") {
    Scenario s = read(with(R"("$schema": "../schema.json", "title": "T", "question": "Q",
        "hint": "H", "kernel": "6.12", "profile": "ideal", "start": "kload",
        "machine": {"sockets": 2, "cores": 4, "nodes": 2, "distance": 31, "memory": "2GiB"},
        "boot": "isolcpus=1", "seed": 18446744073709551615, "first_tick": "1ms", "duration": "2s",
        "from": "100ms", "sysctl": {"kernel.sched_rt_runtime_us": -1},
        "sched": {"features": "NO_GENTLE_FAIR_SLEEPERS"}, "costs": {"tick": 5}, "x-note": [1, {}],
        "cgroups": {"a": {"cpu.weight": 200}, "a/b": {}})"));
    CHECK(s.title == "T");
    CHECK(s.question == "Q");
    CHECK(s.hint == "H");
    CHECK(s.kernel == KernelVersion::v6_12);
    CHECK(s.profile == ProfileKind::ideal);
    CHECK(s.start == StartStyle::kload);
    CHECK(s.machine.cpus() == 8);
    CHECK(s.machine.distance == 31);
    CHECK(s.machine.memory_bytes_per_node == u64{2} << 30);
    CHECK(s.boot == "isolcpus=1");
    CHECK(s.seed == ~u64{0});
    CHECK(s.first_tick_ns == 1'000'000);
    CHECK(s.duration_ns == 2 * NSEC_PER_SEC);
    CHECK(s.window_from_ns == 100'000'000);
    CHECK(s.sysctl[0].value == "-1");
    CHECK(s.sched[0].key == "features");
    CHECK(s.costs[0].value == "5");
    CHECK(s.cgroups[1].path == "a/b");
}

TEST_CASE("scenario: every key of a task arrives") {
    Scenario s = read(R"({"format": "runqueue/1", "cgroups": {"g": {}}, "tasks": [
        {"name": "dl", "policy": "SCHED_DEADLINE", "program": [],
         "deadline": {"runtime": "10ms", "period": "30ms"}},
        {"name": "many", "instances": 5, "policy": "SCHED_FIFO", "priority": 7, "program": [],
         "reset_on_fork": true, "cpus": "0-1", "cgroup": "g", "start": "2ms", "uid": 1000,
         "working_set": "64KiB", "thread": true},
        {"name": "fair", "nice": 19, "slice": "1ms", "program": []}]})");
    CHECK(s.tasks[0].deadline.deadline_ns == 30'000'000);
    const TaskSpec& t = s.tasks[1];
    CHECK(t.instances == 5);
    CHECK(t.rt_priority == 7);
    CHECK(t.reset_on_fork);
    CHECK(t.cpus == std::vector<u32>{0, 1});
    CHECK(t.cgroup == "g");
    CHECK(t.start_ns == 2'000'000);
    CHECK(t.uid == 1000);
    CHECK(t.working_set_bytes == 65'536);
    CHECK_FALSE(t.process);
    CHECK(s.tasks[2].nice == 19);
    CHECK(s.tasks[2].slice_ns == 1'000'000);
}

TEST_CASE("scenario: actions, expectations and lessons arrive") {
    Scenario s = read(with(R"("actions": [{"at": "1s", "task": "t", "kill": 9},
        {"at": 5, "task": "t", "policy": "SCHED_RR", "priority": 3},
        {"at": 6, "write": "a/cpu.max", "value": "max"}],
        "expect": [{"id": "e", "metric": "tasks.t.share", "op": "within", "value": 0.75,
                    "tolerance": "5%", "points": 2, "message": "m"}],
        "lesson": [{"title": "one", "text": "x", "at": "3ms", "select": "t", "question": "?",
                    "choices": [1, "two"], "answer": "tasks.t.share", "unit": "%"}])"));
    CHECK(s.actions[0].kind == ActionSpec::Kind::kill);
    CHECK(s.actions[0].value == 9);
    CHECK(s.actions[1].policy == Policy::rr);
    CHECK(s.actions[2].text == "max");
    CHECK(s.expects[0].value == "0.75");
    CHECK(s.expects[0].tolerance == "5%");
    CHECK(s.expects[0].points == 2);
    CHECK(s.lesson[0].at_ns == 3'000'000);
    CHECK(s.lesson[0].choices == std::vector<std::string>{"1", "two"});
    CHECK(s.lesson[0].answer_metric == "tasks.t.share");
}

TEST_CASE("scenario: an unknown key is an error with what may have been meant, x- keys are free") {
    CHECK(first_complaint(with("", R"("nise": 5)")) ==
          "1:50: unknown key `nise` in a task. Did you mean `nice`?");
    CHECK(complaints(with(R"("x-anything": {"a": [true, null, 1.5]})", R"("x-b": 1)")) == "none");
    CHECK(first_complaint(with(R"("dration": 5)")) ==
          "1:26: unknown key `dration` in the scenario. Did you mean `duration`?");
}

TEST_CASE("scenario: many mistakes are told at once, each with its place") {
    CHECK(complaints("{\"format\": \"runqueue/1\",\n \"kernel\": \"7.0\",\n \"duration\": \"1m\",\n"
                     " \"tasks\": [\n  {\"name\": \"\", \"nice\": 20, \"program\": [\"run\"]},\n"
                     "  {\"cpus\": [], \"program\": \"none\"}]}") ==
          "2:12 bad-value, 3:14 bad-time, 5:12 bad-name, 5:24 out-of-range, "
          "5:41 missing-argument, 6:3 missing-key, 6:12 bad-cpus, 6:27 unknown-program");
}

TEST_CASE("scenario: a hundred mistakes are enough") {
    std::string keys;
    for (u32 i = 0; i < 500; ++i) keys += ", \"k" + std::to_string(i) + "\": 0";
    Result<Scenario> result = read_scenario("{\"format\": \"runqueue/1\"" + keys + "}");
    REQUIRE_FALSE(result);
    CHECK(result.errors().size() == 100);
}

TEST_CASE("scenario: policy, priority and nice value must fit") {
    CHECK(complaints(with("", R"("policy": "SCHED_FIFO")")).find("bad-priority") !=
          std::string::npos);
    CHECK(complaints(with("", R"("priority": 5)")).find("bad-priority") != std::string::npos);
    CHECK(complaints(with("", R"("policy": "SCHED_DEADLINE")")).find("bad-deadline") !=
          std::string::npos);
    CHECK(complaints(with("", R"("deadline": {"runtime": 2000, "deadline": 5000})"))
              .find("bad-policy") != std::string::npos);
    auto deadline = [](const std::string& parameters) {
        return complaints(with("", R"("policy": "deadline", "deadline": {)" + parameters + "}"));
    };
    CHECK(deadline(R"("runtime": 1023, "deadline": 5000)").find("bad-deadline") !=
          std::string::npos);
    CHECK(deadline(R"("runtime": 1024, "deadline": 1024)") == "none");
}

TEST_CASE("check: names that are used must exist, names that tell apart must differ") {
    CHECK(first_complaint(with("", R"("cgroup": "a")")).find("no control group `a`") !=
          std::string::npos);
    CHECK(first_complaint(with(R"("actions": [{"at": 0, "task": "u", "nice": 1}])"))
              .find("no task `u`") != std::string::npos);
    CHECK(first_complaint(R"({"format": "runqueue/1", "tasks": [
        {"name": "a", "program": []}, {"name": "a", "program": []}]})").find("two tasks") !=
          std::string::npos);
    CHECK(first_complaint(R"({"format": "runqueue/1", "tasks": []})").find("no task") !=
          std::string::npos);
    CHECK(first_complaint(with(R"("cgroups": {"a//b": {}})")).find("single slashes") !=
          std::string::npos);
    CHECK(complaints(R"({"format": "runqueue/1", "tasks": [{"name": "t", "program":
        ["setgroup nowhere"]}]})") == "2:10 unknown-cgroup");
}

TEST_CASE("check: 131,000 tasks are read, one more is refused") {
    CHECK(complaints(with("", R"("instances": 131000)")) == "none");
    CHECK(complaints(R"({"format": "runqueue/1", "tasks": [
        {"name": "a", "instances": 131000, "program": []}, {"name": "b", "program": []}]})") ==
          "2:69 limit");
}

TEST_CASE("check: an action names one instance of a task, digits in names included") {
    const char* tasks = R"("tasks": [{"name": "h1", "instances": 12, "program": []},
                                      {"name": "solo2", "program": []}]})";
    auto action = [&](const std::string& name) {
        return complaints("{\"format\": \"runqueue/1\", \"actions\": [{\"at\": 0, \"task\": \"" +
                          name + "\", \"nice\": 1}], " + tasks);
    };
    CHECK(action("h10") == "none");
    CHECK(action("h111") == "none");
    CHECK(action("solo2") == "none");
    CHECK(action("h1") != "none");
    CHECK(action("h112") != "none");
    CHECK(action("h101") != "none");
    CHECK(action("solo20") != "none");
}

TEST_CASE("check: affinity is held against the machine that is there in the end") {
    Scenario s = read(R"({"format": "runqueue/1", "tasks": [
        {"name": "t", "cpus": [3], "program": ["setaffinity 0,5", "setaffinity all"]}]})");
    s.machine.cores = 4;
    Diagnostics errors = check_machine(s);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].code == "bad-cpus");
    CHECK(errors[0].message == "there is no CPU 5: the machine has 4 CPUs.");
    CHECK(errors[0].line == 2);
    CHECK(errors[0].column == 48);
    s.machine.cores = 6;
    CHECK(check_machine(s).empty());
    s.machine.cores = 1;
    CHECK(check_machine(s).size() == 2);
}

TEST_CASE("check: an operation that is not simulated is refused by name and place") {
    Scenario s = read(R"({"format": "runqueue/1", "tasks": [
        {"name": "t", "program": ["run 1ms", "sem_post s"]}]})");
    CHECK(check_operations(s, [](OpCode) { return true; }).empty());
    Diagnostics errors =
        check_operations(s, [](OpCode code) { return code != OpCode::sem_post; });
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].message.find("`sem_post`") != std::string::npos);
    CHECK(errors[0].column == 46);
}

TEST_CASE("machines: names, the short form, and what cannot be") {
    auto cpus = [](const char* text) {
        Result<MachineSpec> m = parse_machine(text);
        return m ? m->cpus() : 0;
    };
    CHECK(cpus("uniprocessor") == 1);
    CHECK(cpus("laptop") == 8);
    CHECK(cpus("server") == 32);
    CHECK(cpus("cpus=4") == 4);
    CHECK(cpus("sockets=2,cores=2,threads=2,nodes=2,distance=20,memory=512MiB") == 8);
    CHECK(cpus("sockets=1,cores=2,threads=1,nodes=2") == 2);
    CHECK(cpus("cpus=1024") == 1024);
    for (const char* text : {"", "cpus=0", "cpus=1025", "cpus=4,cores=2", "sockets=512,cores=3",
                             "cpus", "cpu=4", "cpus=4,cpus=4", "nodes=3,sockets=2", "cpus=4,",
                             "distance=9", "servr", "cpus=-1", "memory=1"})
        CHECK_MESSAGE(cpus(text) == 0, text);
    CHECK(to_string(parse_machine("servr").errors()[0]).find("`server`") != std::string::npos);
    for (const MachineSpec& m : named_machines()) CHECK(cpus(m.name.c_str()) == m.cpus());
}
