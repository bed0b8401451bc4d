// /proc texts have the shape of a real kernel's: with the values replaced, they are equal byte by
// byte, and the values are those of the World.
#include "view/procfs.hpp"

#include "engine.hpp"
#include "support/proc_shape.hpp"

#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;
using namespace support;

namespace {

constexpr const char* scenario_text = R"({
  "format": "runqueue/1", "duration": "1s", "machine": {"cpus": 2},
  "tasks": [
    {"name": "busy", "nice": 5, "program": [{"repeat": -1, "do": ["run 10ms"]}]},
    {"name": "parent", "program": [
      {"fork": ["run 1ms", "exit 3"], "name": "child"}, "sleep 900ms", "wait"]}
  ]
})";

struct Machine {
    std::unique_ptr<Simulation> s;
    Machine() {
        auto scenario = read_scenario(scenario_text);
        REQUIRE(scenario);
        auto booted = Simulation::boot(*scenario);
        REQUIRE(booted);
        s = std::move(*booted);
        s->run_until(s->t0() + 500 * NSEC_PER_MSEC);
    }
    std::string read(const std::string& path) {
        std::string text;
        Context c = s->context();
        REQUIRE(read_file(c, {}, "/proc/" + path, text) == 0);
        return text;
    }
    s32 pid(std::string_view comm) {
        s32 found = 0;
        s->world().tasks.for_each([&](TaskId id, const task_struct& p) {
            if (comm == s->world().comms[id.slot()].text) found = p.pid;
        });
        REQUIRE(found != 0);
        return found;
    }
    std::string of(std::string_view comm, const std::string& file) {
        return read(std::to_string(pid(comm)) + "/" + file);
    }
};

}  // namespace

TEST_CASE("procfs: stat has the kernel's 52 fields with the task's values") {
    Machine m;
    std::string ours = m.of("busy", "stat");
    CHECK(words(ours).size() == words(sample("running.stat")).size());
    std::vector<std::string> w = words(ours);
    CHECK(w[0] == std::to_string(m.pid("busy")));
    CHECK(w[1] == "(busy)");
    CHECK(w[2] == "R");
    CHECK(w[17] == "25");  // priority: 20 + nice
    CHECK(w[18] == "5");   // nice
    CHECK(w[19] == "1");   // threads
    CHECK(w[37] == "17");  // exit_signal
    CHECK(w[40] == "0");   // policy
    // It ran for half a second, all of it user time: fifty ticks of a hundredth.
    CHECK(std::stoi(w[13]) + std::stoi(w[14]) >= 49);
    CHECK(std::stoi(w[13]) + std::stoi(w[14]) <= 50);
}

TEST_CASE("procfs: a zombie keeps its exit status and has no memory") {
    Machine m;
    std::vector<std::string> ours = words(m.of("child", "stat"));
    std::vector<std::string> real = words(sample("zombie.stat"));
    REQUIRE(ours.size() == real.size());
    CHECK(ours[2] == "Z");
    CHECK(ours[51] == "768");
    for (std::size_t i : {22u, 23u, 24u, 25u, 26u, 27u, 33u, 37u, 51u}) {
        CAPTURE(i + 1);
        CHECK(ours[i] == real[i]);
    }
    CHECK(keys(m.of("child", "status")) == keys(sample("zombie.status")));
    CHECK(m.of("child", "statm") == "0 0 0 0 0 0 0\n");
    CHECK(m.of("child", "cmdline").empty());
}

TEST_CASE("procfs: cmdline is what exec was given") {
    auto scenario = read_scenario(R"({"format": "runqueue/1", "duration": "1s",
        "programs": {"worker": ["fork", "pause"]},
        "tasks": [{"name": "shell", "program": ["exec worker -n \"two words\" \"\" 3"]},
                  {"name": "plain", "program": ["pause"]}]})");
    REQUIRE(scenario);
    auto booted = Simulation::boot(*scenario);
    REQUIRE(booted);
    Simulation& s = **booted;
    s.run_until(s.t0() + 100 * NSEC_PER_MSEC);
    const Context c = s.context();
    auto cmdline = [&](TaskId id) {
        std::string text;
        const std::string path = "/proc/" + std::to_string(s.world().tasks[id].pid) + "/cmdline";
        CHECK(read_file(c, {}, path, text) == 0);
        return text;
    };
    using namespace std::string_literals;
    u32 workers = 0;
    s.world().tasks.for_each([&](TaskId id, const task_struct& t) {
        const std::string comm = s.world().comms[id.slot()].text;
        if (comm == "worker") {
            ++workers;
            CHECK(cmdline(id) == "worker\0-n\0two words\0\0003\0"s);
        }
        if (comm == "plain") CHECK(cmdline(id) == "plain\0"s);
        if (!t.mm && t.pid) CHECK(cmdline(id).empty());
    });
    CHECK(workers == 2);
}

TEST_CASE("procfs: status has every line of a real kernel's, in its form") {
    Machine m;
    std::string ours = m.of("busy", "status");
    std::string real = sample("running.status");
    replace(real, "procsamp", "busy");
    CHECK(shape(ours) == shape(real));
    CHECK(ours.find("State:\tR (running)\n") != std::string::npos);
    CHECK(ours.find("Cpus_allowed:\t3\nCpus_allowed_list:\t0-1\n") != std::string::npos);
    std::string thread = m.of("migration/0", "status");
    CHECK(keys(thread) == keys(sample("kthread.status")));
    CHECK(thread.find("Cpus_allowed:\t1\nCpus_allowed_list:\t0\n") != std::string::npos);
}

TEST_CASE("procfs: sched has the kernel's columns and the entity's numbers") {
    Machine m;
    std::string ours = m.of("busy", "sched");
    std::string real = sample("running.sched");
    replace(real, "procsamp", "busy");
    CHECK(shape(ours) == shape(real));
    std::size_t widths = 0;
    std::size_t begin = 0;
    for (std::string text : {ours, real}) {
        begin = text.find("se.load.weight");
        std::size_t length = text.find('\n', begin) - begin;
        if (widths) CHECK(length == widths);
        widths = length;
    }
    CHECK(ours.find("se.load.weight                               :               343040\n") !=
          std::string::npos);
    CHECK(ours.find("prio                                         :                  125\n") !=
          std::string::npos);
    CHECK(keys(m.of("migration/0", "sched")).find("numa_scan_seq") == std::string::npos);
    CHECK(keys(sample("kthread.sched")).find("numa_scan_seq") == std::string::npos);
}

TEST_CASE("procfs: limits, schedstat, statm, cgroup and smaps_rollup have the kernel's form") {
    Machine m;
    std::string ours = m.of("busy", "limits");
    std::string real = sample("running.limits");
    // 1 GiB has 262,144 pages: 8,192 threads of an eighth of it, half as many queued signals.
    CHECK(ours.find("Max pending signals       4096                 4096") != std::string::npos);
    CHECK(m.of("busy", "status").find("SigQ:\t0/4096\n") != std::string::npos);
    CHECK(keys(ours).substr(0, 60) == keys(real).substr(0, 60));
    std::size_t begin = 0;
    while (begin < real.size()) {
        std::size_t end = real.find('\n', begin);
        CHECK(ours.find(real.substr(begin, 26)) != std::string::npos);
        begin = end + 1;
    }
    CHECK(ours.size() == real.size());
    CHECK(shape(m.of("busy", "schedstat")) == shape(sample("running.schedstat")));
    CHECK(shape(m.of("busy", "statm")) == shape(sample("running.statm")));
    CHECK(m.of("busy", "cgroup") == sample("running.cgroup"));
    std::string rollup = m.of("busy", "smaps_rollup");
    if (!rollup.empty()) CHECK(shape(rollup) == shape(sample("running.smaps_rollup")));
}

TEST_CASE("procfs: threads and children are found below task/, and nothing else is") {
    Machine m;
    s32 parent = m.pid("parent");
    std::string dir = std::to_string(parent) + "/task/" + std::to_string(parent) + "/";
    CHECK(m.read(dir + "children") == std::to_string(m.pid("child")) + " ");
    CHECK(m.read(dir + "comm") == "parent\n");
    Context c = m.s->context();
    std::string text;
    for (const char* path : {"1/nothing", "99999/stat", "1/task/2/stat", "-1/stat", "1/children",
                             "0/stat", "01/stat", "self/stat"}) {
        CAPTURE(std::string(path));
        CHECK(read_file(c, {}, std::string("/proc/") + path, text) == -ENOENT);
    }
}

TEST_CASE("procfs: /proc/stat adds up to the time of the machine") {
    Machine m;
    std::vector<std::string> w = words(m.read("stat"));
    CHECK(w[0] == "cpu");
    u64 ticks = 0;
    for (int i = 2; i < 12; ++i) ticks += std::stoull(w[static_cast<std::size_t>(i)]);
    u64 time = 2 * m.s->now() / 10'000'000;
    CHECK(ticks <= time);
    CHECK(ticks + 10 >= time);
}
