// Sessions as groups: with autogrouping each session gets one share, however many tasks it has.
#include "sched/autogroup.hpp"

#include "engine.hpp"

#include <doctest/doctest.h>

using namespace rq;

namespace {

/// Two sessions on one CPU: one with a hog, one with three.
std::string scenario_text(const char* kernel, bool enabled) {
    return std::string(R"({"format": "runqueue/1", "duration": "4s", "machine": {"cpus": 1},
      "profile": "ideal", "kernel": ")") + kernel +
           R"(", "sysctl": {"kernel.sched_autogroup_enabled": )" + (enabled ? "1" : "0") + R"(},
      "programs": {"hog": [{"repeat": -1, "do": ["run 10ms"]}]},
      "tasks": [
        {"name": "editor", "program": [{"fork": ["setsid", {"repeat": -1, "do": ["run 10ms"]}],
                                        "name": "single"}, "wait"]},
        {"name": "terminal", "program": [{"fork": [
          "setsid", {"fork": "hog", "name": "make"}, {"fork": "hog", "name": "make"},
          {"repeat": -1, "do": ["run 10ms"]}], "name": "make"}, "wait"]}
      ]})";
}

struct Machine {
    std::unique_ptr<Simulation> s;
    Machine(const char* kernel, bool enabled) {
        auto scenario = read_scenario(scenario_text(kernel, enabled));
        REQUIRE(scenario);
        auto booted = Simulation::boot(*scenario);
        REQUIRE(booted);
        s = std::move(*booted);
    }
    TaskId task(std::string_view comm) {
        TaskId found;
        s->world().tasks.for_each([&](TaskId id, const task_struct&) {
            if (!found && comm == s->world().comms[id.slot()].text) found = id;
        });
        REQUIRE(found);
        return found;
    }
    /// Its share of the CPU in permille between two instants, in ms.
    u64 share(std::string_view comm, u64 from, u64 until) {
        s->run_until(s->t0() + from * NSEC_PER_MSEC);
        auto runtime = [&] { return s->world().se[s->world().tasks[task(comm)].se.raw]
                                 .sum_exec_runtime; };
        u64 before = runtime();
        s->run_until(s->t0() + until * NSEC_PER_MSEC);
        return (runtime() - before) / ((until - from) * 1000);
    }
    std::string read(std::string_view comm, const char* file) {
        std::string text;
        std::string pid = std::to_string(s->world().tasks[task(comm)].pid);
        REQUIRE(view::read_file(s->context(), {}, "/proc/" + pid + "/" + file, text) == 0);
        return text;
    }
    s32 write(std::string_view comm, const char* file, const char* text) {
        ActionSpec action;
        std::string pid = std::to_string(s->world().tasks[task(comm)].pid);
        s32 error = view::write_action(s->context(), {}, "/proc/" + pid + "/" + file, text, action);
        if (!error) s->act(action), s->run_until(s->now());
        return error;
    }
};

}  // namespace

TEST_CASE("autogroup: a session of one task gets as much as a session of three") {
    for (const char* kernel : {"6.1", "6.12"}) {
        CAPTURE(std::string(kernel));
        Machine on(kernel, true);
        u64 share = on.share("single", 500, 3500);
        CHECK(share > 480);
        CHECK(share < 520);
        CHECK(on.s->broken_laws().empty());
        Machine off(kernel, false);
        share = off.share("single", 500, 3500);
        CHECK(share > 230);
        CHECK(share < 270);
    }
}

TEST_CASE("autogroup: the group is no control group, has a nice value and ends with its session") {
    Machine m("6.1", true);
    m.s->run_until(m.s->t0() + 100 * NSEC_PER_MSEC);
    std::string pid = std::to_string(m.s->world().tasks[m.task("single")].pid);
    CHECK(m.read("single", "autogroup") == "/autogroup-" + pid + " nice 0\n");
    CHECK(m.read("single", "cgroup") == "0::/\n");
    u32 groups = m.s->world().groups.count();
    CHECK(m.write("single", "autogroup", "10\n") == 0);
    CHECK(m.read("single", "autogroup") == "/autogroup-" + pid + " nice 10\n");
    CHECK(m.share("single", 500, 2500) < 130);  // 110 to 1024
    CHECK(m.write("single", "autogroup", "20\n") == -EINVAL);
    CHECK(m.write("systemd", "autogroup", "1\n") == -EINVAL);
    ActionSpec kill;
    kill.kind = ActionSpec::Kind::kill;
    kill.task = "single";
    kill.value = SIGKILL;
    m.s->act(kill);
    m.s->run_until(m.s->t0() + 2600 * NSEC_PER_MSEC);
    CHECK(m.s->world().groups.count() == groups - 1);
    CHECK(m.s->broken_laws().empty());
}
