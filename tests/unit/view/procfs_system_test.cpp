// The files of the system have the layout of a real kernel's, byte by byte once values are
// replaced; their values are those of the run.
#include "view/procfs.hpp"

#include "engine.hpp"
#include "support/proc_shape.hpp"

#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;
using namespace support;

namespace {

struct Machine {
    std::unique_ptr<Simulation> s;
    explicit Machine(const char* text) {
        auto scenario = read_scenario(text);
        REQUIRE(scenario);
        auto booted = Simulation::boot(*scenario);
        REQUIRE(booted);
        s = std::move(*booted);
    }
    void run(u64 ms) { s->run_until(s->t0() + ms * NSEC_PER_MSEC); }
    std::string read(const std::string& path) {
        std::string text;
        CAPTURE(path);
        REQUIRE(view::read_file(s->context(), {}, path, text) == 0);
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
};

// As the recorded machine: two CPUs of one socket, a load of one that never ends.
constexpr const char* one_hog = R"({
  "format": "runqueue/1", "duration": "400s", "profile": "ideal", "machine": {"cpus": 2},
  "tasks": [{"name": "hog", "program": [{"repeat": -1, "do": ["run 100ms"]}]}]
})";
constexpr const char* two_hogs = R"({
  "format": "runqueue/1", "duration": "60s", "profile": "ideal", "machine": {"cpus": 2},
  "cgroups": {"a": {"cpu.max": "10000 100000"}},
  "tasks": [
    {"name": "hogA", "cpus": "0", "program": [{"repeat": -1, "do": ["run 100ms"]}]},
    {"name": "hogB", "cpus": "0", "program": [{"repeat": -1, "do": ["run 100ms"]}]},
    {"name": "held", "cpus": "1", "cgroup": "a", "program": [{"repeat": -1, "do": ["run 1ms"]}]}
  ]
})";

std::string number_after(const std::string& text, const std::string& key) {
    std::size_t at = text.find(key);
    REQUIRE(at != std::string::npos);
    at += key.size();
    while (at < text.size() && text[at] == ' ') ++at;
    return text.substr(at, text.find_first_of(" \n", at) - at);
}

}  // namespace

TEST_CASE("procfs: the system's files have the recorded layout") {
    Machine m(one_hog);
    m.run(500);
    // The recorded disk has a queue for each CPU, ours has one.
    std::string real = lines_of(sample("system.interrupts"), "virtio0-req.1", false);
    CHECK(columns(shape(m.read("/proc/interrupts"))) == columns(shape(real)));
    CHECK(m.read("/proc/interrupts").size() == real.size());
    CHECK(shape(m.read("/proc/softirqs")) == shape(sample("system.softirqs")));
    CHECK(m.read("/proc/softirqs").size() == sample("system.softirqs").size());
    CHECK(shape(m.read("/proc/schedstat")) == shape(sample("system.schedstat")));
    CHECK(shape(m.read("/proc/pressure/cpu")) == shape(sample("system.pressure_cpu")));
    CHECK(shape(m.read("/proc/loadavg")) == shape(sample("system.loadavg")));
    CHECK(shape(m.read("/proc/uptime")) == shape(sample("system.uptime")));
    CHECK(shape(m.read("/proc/stat")) == shape(sample("system.stat")));
    CHECK(m.read("/proc/version") == sample("system.version"));
    std::string memory = m.read("/proc/meminfo");
    CHECK(keys(memory) == keys(sample("system.meminfo")));
    // All columns end where the recorded ones do, but for the amount of addresses for vmalloc.
    CHECK(columns(shape(lines_of(memory, "VmallocTotal", false))) ==
          columns(shape(lines_of(sample("system.meminfo"), "VmallocTotal", false))));
    CHECK(shape(m.read("/proc/vmstat")) == shape(sample("system.vmstat")));
    std::string node = m.read("/sys/devices/system/node/node0/meminfo");
    CHECK(shape(node) == shape(sample("node1.meminfo")));
    CHECK(shape(m.read("/sys/devices/system/node/node0/vmstat")) == shape(sample("node1.vmstat")));
}

TEST_CASE("procfs: the queues are printed as sched/debug prints them") {
    Machine m(one_hog);
    m.run(500);
    std::string ours = m.read("/sys/kernel/debug/sched/debug");
    std::string real = sample("system.sched_debug");
    // Up to the table of tasks, CPU 0 has the lines that were recorded.
    auto head = [](const std::string& text) {
        std::string part = text.substr(0, text.find("\n S            task"));
        return lines_of(part, "cpu#0", false);
    };
    CHECK(shape(head(ours)) == shape(head(real)));
    std::size_t table = real.find(" S            task");
    std::string titles = real.substr(table, real.find('\n', real.find("---", table)) - table + 1);
    CHECK(ours.find(titles) != std::string::npos);
    std::size_t hog = ours.find(">R             hog");
    REQUIRE(hog != std::string::npos);
    std::size_t init = real.find(" S            init");
    std::string row = ours.substr(hog, ours.find('\n', hog) - hog);
    CHECK(row.size() == real.find('\n', init) - init);
    CHECK(ours.find("  .sysctl_sched_features                   : 125703739\n") !=
          std::string::npos);
    CHECK(m.read("/sys/kernel/debug/sched/features") == sample("system.sched_features"));
}

TEST_CASE("procfs: domains tell what was recorded of two nodes with two CPUs each") {
    Machine m(R"({"format": "runqueue/1", "duration": "1s",
      "machine": {"sockets": 1, "cores": 4, "nodes": 2, "distance": 21},
      "tasks": [{"name": "a", "program": ["run 1ms"]}]})");
    std::string all;
    const std::string dir = "/sys/kernel/debug/sched/domains/cpu0/domain0/";
    for (const char* file : {"busy_factor", "cache_nice_tries", "flags", "imbalance_pct",
                             "max_interval", "min_interval", "name"})
        all += std::string(file) + " = " + m.read(dir + file);
    CHECK(all == lines_of(sample("domain0.values"), "max_newidle_lb_cost", false));
    CHECK(m.read("/sys/kernel/debug/sched/domains/cpu0/domain1/name") == "NUMA\n");
}

TEST_CASE("procfs: the load average of one hog grows as recorded") {
    Machine m(one_hog);
    // calc_load's steps of 5 s: one task that always runs.
    m.run(10'000);
    CHECK(m.read("/proc/loadavg").substr(0, 14) == "0.15 0.03 0.01");
    m.run(60'000);
    CHECK(m.read("/proc/loadavg").substr(0, 4) == "0.63");
    m.run(390'000);
    CHECK(m.read("/proc/loadavg").substr(0, 4) == "1.00");
}

TEST_CASE("procfs: pressure is the time in which tasks waited for a CPU") {
    Machine m(two_hogs);
    m.run(20'000);
    std::string cpu = m.read("/proc/pressure/cpu");
    // One of two hogs waits all the time; CPU 1 is idle most of it and weighs little.
    CHECK(std::stod(number_after(cpu, "some avg10=")) > 75);
    CHECK(std::stoull(number_after(cpu, "total=")) > 15'000'000);
    CHECK(cpu.find("full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n") != std::string::npos);
    // The group may run for a tenth of the time: it is held back for the rest.
    std::string group = m.read("/sys/fs/cgroup/a/cpu.pressure");
    CHECK(std::stod(number_after(group, "full avg10=")) > 70);
    CHECK(m.read("/proc/pressure/io").substr(0, 15) == "some avg10=0.00");
}

TEST_CASE("procfs: ticks come every 4 ms on a CPU that works") {
    Machine m(two_hogs);
    m.run(1'000);
    std::string before = lines_of(m.read("/proc/interrupts"), "LOC:", true);
    u64 first = std::stoull(number_after(before, "LOC:"));
    m.run(2'000);
    u64 second = std::stoull(number_after(m.read("/proc/interrupts"), "LOC:"));
    CHECK(second - first == 250);
}

TEST_CASE("procfs: schedstats add their lines to a task's sched") {
    Machine m(R"({"format": "runqueue/1", "duration": "1s", "machine": {"cpus": 2},
      "sysctl": {"kernel.sched_schedstats": 1},
      "tasks": [{"name": "procsamp", "nice": 5,
                 "program": [{"repeat": -1, "do": ["run 1ms", "sleep 9ms"]}]}]})");
    m.run(501);
    std::string ours = m.read("/proc/" + std::to_string(m.pid("procsamp")) + "/sched");
    CHECK(shape(ours) == shape(sample("running.sched_schedstats1")));
    CHECK(std::stoi(number_after(ours, "nr_wakeups                                   :")) >= 49);
    CHECK(std::stod(number_after(ours, "sum_sleep_runtime                            :")) > 440);
}
