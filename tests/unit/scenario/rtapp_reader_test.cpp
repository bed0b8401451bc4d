// rt-app's grammar: every key, every event, and what becomes of them.
#include "support/paths.hpp"
#include "unit/scenario/programs.hpp"

using namespace rq;
using namespace testing;

namespace {

Scenario one(const std::string& thread, const std::string& global = "{}") {
    return read("{\"tasks\": {\"t\": " + thread + "}, \"global\": " + global + "}");
}

std::string program(const std::string& thread, const std::string& global = "{}") {
    Scenario s = one(thread, global);
    return show_task(s, 0);
}

std::string complaint(const std::string& thread) {
    return first_complaint("{\"tasks\": {\"t\": " + thread + "}}");
}

bool noticed(const Scenario& s, const std::string& word) {
    for (const Diagnostic& d : s.notices) {
        if (d.message.find(word) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

TEST_CASE(
    "rt-app: a thread without phases repeats its events for ever unless loop says how often") {
    CHECK(program(R"({"run": 1000})") == "loop_begin -1>2; run 1ms; loop_end>0");
    CHECK(program(R"({"loop": -1, "run": 1000})") == "loop_begin -1>2; run 1ms; loop_end>0");
    CHECK(program(R"({"loop": 3, "run": 1000})") == "loop_begin 3>2; run 1ms; loop_end>0");
    CHECK(program(R"({"loop": 1, "run": 1000})") == "run 1ms");
    CHECK(noticed(one(R"({"loop": 3, "run": 1000})"), "for ever"));
}

TEST_CASE("rt-app: a phase runs as often as its loop, all phases as often as the thread's") {
    CHECK(program(R"({"loop": 2, "phases": {"a": {"loop": 10, "run": 1, "sleep": 2},
                                            "b": {"run": 3}}})") ==
          "loop_begin 2>6; loop_begin 10>4; run 1us; sleep 2us; loop_end>1; run 3us; loop_end>0");
    CHECK(program(R"({"phases": {"a": {"run": 1}}})") == "loop_begin -1>2; run 1us; loop_end>0");
}

TEST_CASE("rt-app: events match by the beginning of their name, and duplicates stay in order") {
    CHECK(program(R"({"loop": 1, "run0": 1, "run1": 2, "runtime7": 3, "sleepy": 4, "run": 5,
                      "sleep": 6, "run": 7, "memrunA": {"size": 4096, "count": 100}, "mem": 8,
                      "iorun": 9, "yield": ""})") ==
          "run 1us; run 2us; runtime 3us; sleep 4us; run 5us; sleep 6us; run 7us; "
          "memrun read|sequential 4KiB 100 64; mem 8; iorun 9; yield");
}

TEST_CASE("rt-app: locks, conditions and semaphores") {
    CHECK(program(R"({"loop": 1, "lock": "m", "wait": {"ref": "c", "mutex": "m"}, "signal": "c",
                      "broad": "c", "sync": {"ref": "c", "mutex": "m"}, "unlock": "m",
                      "sem_post": "s", "sem_wait": "s"})") ==
          "lock m; cond_wait c m; cond_signal c; cond_broadcast c; cond_sync c m; unlock m; "
          "sem_post s; sem_wait s");
    CHECK(program(R"({"loop": 1, "lock": "m", "unlock": "m"})", R"({"pi_enabled": true})") ==
          "lock m pi; unlock m");
}

TEST_CASE("rt-app: suspend waits for its own name unless it gives one; a bare key will do") {
    CHECK(program(R"({"loop": 1, "suspend": "x", "suspend": "", "suspend", "resume": "other",})") ==
          "suspend x; suspend t; suspend t; resume other");
}

TEST_CASE("rt-app: a unique timer is the thread's own, absolute if any use of it says so") {
    CHECK(program(R"({"loop": 1, "timer": {"ref": "unique", "period": 10000, "mode": "absolute"},
                      "timer2": {"ref": "unique", "period": 5000}})") ==
          "timer 10ms 1; timer 5ms 1");
    CHECK(program(R"({"loop": 1, "timer": {"ref": "uniqueA", "period": 1},
                      "timer": {"ref": "uniqueB", "period": 2, "mode": "absolute"}})") ==
          "timer 1us 0 uniqueA; timer 2us 1 uniqueB");
    Scenario s = read(R"({"tasks": {"a": {"loop": 1, "timer": {"ref": "tick", "period": 1000}},
        "b": {"loop": 1, "timer": {"ref": "tick", "period": 1000, "mode": "absolute"}}}})");
    CHECK(show_task(s, 0) == "timer 1ms 1 tick");
    CHECK(program(R"({"loop": 1, "timer": {"period": 1000}})") == "timer 1ms 0 unknown");
}

TEST_CASE("rt-app: a barrier waits for every instance, once for each event that names it") {
    Scenario s = read(R"({"tasks": {"a": {"instance": 3, "loop": 1, "barrier": "b"},
                                    "c": {"loop": 1, "barrier": "b", "run": 1, "barrier": "b"}}})");
    CHECK(show_task(s, 0) == "barrier b 5");
    CHECK(show_task(s, 1) == "barrier b 5; run 1us; barrier b 5");
}

TEST_CASE("rt-app: policy, priority, affinity, group and delay belong to the task") {
    Scenario s = read(R"({"tasks": {
        "n": {"priority": -5, "run": 1}, "f": {"policy": "SCHED_FIFO", "run": 1},
        "r": {"policy": "SCHED_RR", "priority": 42, "cpus": [1, 0], "delay": 700, "run": 1},
        "i": {"policy": "SCHED_IDLE", "taskgroup": "/a/b", "run": 1}}})");
    CHECK(s.tasks[0].nice == -5);
    CHECK(s.tasks[1].policy == Policy::fifo);
    CHECK(s.tasks[1].rt_priority == 10);
    CHECK(s.tasks[2].rt_priority == 42);
    CHECK(s.tasks[2].cpus == std::vector<u32>{0, 1});
    CHECK(s.tasks[2].start_ns == 700'000);
    CHECK(s.tasks[3].cgroup == "a/b");
    REQUIRE(s.cgroups.size() == 2);
    CHECK(s.cgroups[0].path == "a");
    CHECK(s.start == StartStyle::rt_app);
    CHECK_FALSE(s.tasks[0].process);
}

TEST_CASE("rt-app: deadline parameters default to each other, and older names are understood") {
    Scenario s = read(R"({"tasks": {
        "a": {"policy": "SCHED_DEADLINE", "dl-runtime": 10, "dl-period": 30, "run": 1},
        "b": {"policy": "SCHED_DEADLINE", "dl-runtime": 5, "dl-deadline": 20, "dl-period": 40,
              "run": 1},
        "c": {"policy": "SCHED_DEADLINE", "runtime": 6, "period": 50, "run": 1}}})");
    CHECK(s.tasks[0].deadline.runtime_ns == 10'000);
    CHECK(s.tasks[0].deadline.deadline_ns == 30'000);
    CHECK(s.tasks[1].deadline.deadline_ns == 20'000);
    CHECK(s.tasks[2].deadline.runtime_ns == 6'000);
    CHECK(s.tasks[2].deadline.period_ns == 50'000);
}

TEST_CASE("rt-app: instances get numbers, a template without instances is no task") {
    Scenario s = read(
        R"({"tasks": {"w": {"instance": 4, "run": 1}, "gone": {"instance": 0, "run": 1}}})");
    REQUIRE(s.tasks.size() == 1);
    CHECK(s.tasks[0].instances == 4);
    CHECK(s.tasks[0].name == "w");
}

TEST_CASE("rt-app: a phase that changes policy or CPUs says so to the kernel as it begins") {
    CHECK(program(R"({"cpus": [0], "loop": 1, "phases": {
        "a": {"policy": "SCHED_FIFO", "priority": 20, "run": 1},
        "b": {"cpus": [2, 3], "taskgroup": "/g", "policy": "SCHED_OTHER", "run": 2}}})") ==
          "setattr SCHED_FIFO 0 0 0 20; setaffinity 0; run 1us; "
          "setgroup g; setattr SCHED_OTHER 0 0 0 0; setaffinity 2-3; run 2us");
}

TEST_CASE("rt-app: fork starts a thread of another task, which gives itself its policy") {
    Scenario s = read(R"({"tasks": {
        "main": {"loop": 1, "run": 1, "fork": "kid"},
        "kid": {"instance": 0, "priority": 7, "delay": 3, "loop": 2, "run": 9}}})");
    REQUIRE(s.tasks.size() == 1);
    const Op& fork = s.programs[s.tasks[0].program].ops[1];
    CHECK(fork.code == OpCode::clone);
    CHECK((fork.flags & 0x10000) != 0);
    CHECK(s.names[fork.name[1]] == "kid");
    CHECK(show(s, fork.block) ==
          "setattr SCHED_OTHER 0 0 0 7; sleep 3us; loop_begin 2>4; run 9us; loop_end>2");
    CHECK(complaint(R"({"fork": "nobody"})").find("no task `nobody`") != std::string::npos);
}

TEST_CASE("rt-app: the duration is in seconds; without one ten seconds are simulated") {
    CHECK(one(R"({"run": 1})", R"({"duration": 3})").duration_ns == 3 * NSEC_PER_SEC);
    CHECK(one(R"({"run": 1})", R"({"duration": -1})").duration_ns == 10 * NSEC_PER_SEC);
    CHECK(one(R"({"run": 1})").duration_ns == 10 * NSEC_PER_SEC);
}

TEST_CASE("rt-app: the default policy is that of threads without one") {
    CHECK(one(R"({"run": 1})", R"({"default_policy": "SCHED_RR"})").tasks[0].policy == Policy::rr);
}

TEST_CASE("rt-app: what has no effect is read and said") {
    Scenario s = one(R"({"util_min": 100, "util_max": 1024, "nodes_membind": [0], "colour": 3,
                        "run": 1})", R"({"frobnicate": 1})");
    for (const char* word : {"util_min", "util_max", "nodes_membind", "colour", "frobnicate"})
        CHECK_MESSAGE(noticed(s, word), word);
    CHECK(noticed(one(R"({"run": 1, "phases": {"p": {"run": 2}}})"), "beside `phases`"));
}

TEST_CASE("rt-app: a name has room for 15 bytes") {
    Scenario s = read(R"({"tasks": {"AudioTick4567890ab": {"run": 1}}})");
    CHECK(s.tasks[0].name == "AudioTick456789");
    CHECK(noticed(s, "15 bytes"));
}

TEST_CASE("rt-app: what cannot be is refused with its place") {
    CHECK(complaint("{}").find("no event") != std::string::npos);
    CHECK(complaint(R"({"phases": {"p": {"loop": 2}}})").find("no event") != std::string::npos);
    CHECK(complaint(R"({"run": "fast"})").find("1:25: `run` must be a whole number") == 0);
    CHECK(complaint(R"({"priority": 20, "run": 1})").find("-20 to 19") != std::string::npos);
    CHECK(complaint(R"({"policy": "SCHED_FIFO", "priority": 0, "run": 1})").find("1 to 99") !=
          std::string::npos);
    CHECK(complaint(R"({"policy": "SCHED_FIFO", "taskgroup": "/g", "run": 1})").find("taskgroup") !=
          std::string::npos);
    CHECK(complaint(R"({"loop": -2, "run": 1})").find("-1 to") != std::string::npos);
    CHECK(complaint(R"({"lock": 3})").find("must be a string") != std::string::npos);
    CHECK(first_complaint(R"({"tasks": {"a": {"run": 1}, "a": {"run": 2}}})").find("twice") !=
          std::string::npos);
}

TEST_CASE("rt-app: the example files of the repository are read whole") {
    Scenario s = read(support::read_file(
        support::source_path("scenarios/imported/periodic.rt-app.json")));
    REQUIRE(s.tasks.size() == 3);
    CHECK(show_task(s, 0) == "loop_begin -1>3; run 2ms; timer 10ms 1; loop_end>0");
    CHECK(show_task(s, 2) ==
          "loop_begin -1>10; loop_begin 10>4; run 500us; sleep 4500us; loop_end>1; "
          "loop_begin 5>9; run 3ms; run 1ms; sleep 6ms; loop_end>5; loop_end>0");
    CHECK(s.duration_ns == NSEC_PER_SEC);
    Scenario h = read(support::read_file(
        support::source_path("scenarios/imported/handover.rt-app.json")));
    CHECK(show_task(h, 1) ==
          "loop_begin -1>6; lock box; cond_wait filled box; run 400us; unlock box; "
          "resume logger; loop_end>0");
}
