// A task's memory and where it sleeps, in the layout of recorded files: equal byte by byte where
// the values are, and in shape where they are not.
#include "view/procfs.hpp"

#include "engine.hpp"
#include "support/proc_shape.hpp"

#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;
using namespace support;

namespace {

constexpr const char* scenario_text = R"({
  "format": "runqueue/1", "duration": "1s", "profile": "ideal", "machine": {"cpus": 2},
  "tasks": [
    {"name": "parent", "program": [
      "map heap 34", "write heap 0-1", "map shm 1 shared", "write shm 0-0",
      {"fork": ["write heap 0-0", "pause"], "name": "child"}, "pause"]},
    {"name": "waiter", "program": [{"fork": ["pause"], "name": "kid"}, "wait"]},
    {"name": "vforker", "program": [{"vfork": ["pause"]}]}
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
    /// Of the first task of that name.
    std::string of(std::string_view comm, const std::string& file) {
        s32 pid = 0;
        s->world().tasks.for_each([&](TaskId id, const task_struct& p) {
            if (comm == s->world().comms[id.slot()].text && (!pid || p.pid < pid)) pid = p.pid;
        });
        REQUIRE(pid != 0);
        std::string text;
        REQUIRE(view::read_file(s->context(), {}, "/proc/" + std::to_string(pid) + "/" + file,
                                text) == 0);
        return text;
    }
};

/// The lines of smaps that belong to the area of that name.
std::string area(const std::string& smaps, const std::string& name) {
    std::size_t at = smaps.find(name + "\n");
    REQUIRE(at != std::string::npos);
    std::size_t begin = smaps.rfind('\n', at) + 1;
    std::size_t end = smaps.find('\n', smaps.find("VmFlags:", at));
    return smaps.substr(begin, end - begin + 1);
}

std::string value(const std::string& text, const std::string& key) {
    std::size_t at = text.find(key + ":");
    REQUIRE(at != std::string::npos);
    at = text.find_first_not_of(' ', at + key.size() + 1);
    return text.substr(at, text.find('\n', at) - at);
}

}  // namespace

TEST_CASE("procfs: smaps describes heap and shared memory as recorded") {
    Machine m;
    std::string ours = area(m.of("parent", "smaps"), "[heap]");
    std::string real = area(sample("cow.smaps"), "[heap]");
    // Addresses have as many digits as they need; the name stands in column 73 all the same.
    CHECK(ours.find("[heap]") == 73);
    CHECK(real.find("[heap]") == 73);
    CHECK(shape(ours.substr(ours.find('\n'))) == shape(real.substr(real.find('\n'))));
    for (const char* key : {"Size", "KernelPageSize", "Rss", "Anonymous", "VmFlags"}) {
        CAPTURE(std::string(key));
        CHECK(value(ours, key) == value(real, key));
    }
    // Of two pages one has been copied by the child, the other is shared by two.
    CHECK(value(ours, "Pss") == "6 kB");
    CHECK(value(ours, "Shared_Dirty") == "4 kB");
    CHECK(value(ours, "Private_Dirty") == "4 kB");
    ours = area(m.of("parent", "smaps"), "/dev/zero (deleted)");
    real = area(sample("cow.smaps"), "/dev/zero (deleted)");
    CHECK(shape(ours) == shape(real));
    CHECK(value(ours, "Rss") == value(real, "Rss"));
    CHECK(value(m.of("parent", "smaps_rollup"), "Pss_Shmem") == "4 kB");
}

TEST_CASE("procfs: numa_maps counts pages as recorded") {
    Machine m;
    std::string ours = m.of("parent", "numa_maps");
    std::string real = sample("cow.numa_maps");
    CHECK(shape(lines_of(ours, " heap ", true)) == shape(lines_of(real, " heap ", true)));
    CHECK(lines_of(ours, " heap ", true).find("anon=2 dirty=2 mapmax=2 active=0 N0=2") !=
          std::string::npos);
    // Nobody else has touched our shared page.
    std::string shared = lines_of(real, "/dev/zero", true);
    replace(shared, " mapmax=3", "");
    CHECK(shape(lines_of(ours, "/dev/zero", true)) == shape(shared));
}

TEST_CASE("procfs: where a task sleeps is told by the symbols that were recorded") {
    Machine m;
    const char* tasks[][2] = {{"parent", "pause"}, {"waiter", "wait"}, {"vforker", "vfork"}};
    for (const auto& pair : tasks) {
        const char* task = pair[0];
        const char* name = pair[1];
        CAPTURE(std::string(task));
        CHECK(m.of(task, "wchan") == sample((std::string(name) + ".wchan").c_str()));
        CHECK(m.of(task, "stack") == sample((std::string(name) + ".stack").c_str()));
        std::vector<std::string> call = words(m.of(task, "syscall"));
        std::vector<std::string> real = words(sample((std::string(name) + ".syscall").c_str()));
        CHECK(call[0] == real[0]);
        CHECK(call.size() == real.size());
    }
    CHECK(m.of("parent", "oom_score") == "666\n");
    CHECK(m.of("systemd", "oom_score") == "0\n");
}
