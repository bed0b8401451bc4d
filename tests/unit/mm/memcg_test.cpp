// memory.max and what is charged to whom.
#include "mm/memcg.hpp"
#include "sched/group.hpp"
#include "task/uapi.hpp"
#include "unit/mm/machine.hpp"

using namespace rq;
using support::MemoryMachine;
using support::Run;

namespace {

std::string text_of(MemoryMachine& m, GroupId group, const char* name) {
    std::string text;
    return group_read(m.c, group, name, text) ? text : "none";
}

}  // namespace

TEST_CASE("pages are charged to the group and to those above it, and given back") {
    MemoryMachine m(R"({"cpus":1})");
    GroupId a = group_create(m.c, m.w().g.root_group, "a");
    GroupId b = group_create(m.c, a, "b");
    group_attach(m.c, m.p, b);
    VmaId area = m.map(0, 10);
    m.touch(area, 0, 10);
    CHECK(text_of(m, b, "memory.current") == "40960\n");
    CHECK(text_of(m, a, "memory.current") == "40960\n");
    CHECK(m.run.laws().empty());
    zap_ptes(m.c, area, 2, 10);
    CHECK(text_of(m, a, "memory.current") == "8192\n");
    CHECK(text_of(m, a, "memory.peak") == "40960\n");
}

TEST_CASE("memory.max takes bytes, K, M, G and max, in whole pages; all else is EINVAL") {
    MemoryMachine m(R"({"cpus":1})");
    GroupId a = group_create(m.c, m.w().g.root_group, "a");
    CHECK(text_of(m, a, "memory.max") == "max\n");
    CHECK(group_write(m.c, a, "memory.max", "10000") == 0);
    CHECK(text_of(m, a, "memory.max") == "8192\n");
    CHECK(group_write(m.c, a, "memory.max", "3M\n") == 0);
    CHECK(text_of(m, a, "memory.max") == "3145728\n");
    CHECK(group_write(m.c, a, "memory.max", "max") == 0);
    CHECK(text_of(m, a, "memory.max") == "max\n");
    for (const char* wrong : {"", "x", "-1", "3MB", "K"})
        CHECK(group_write(m.c, a, "memory.max", wrong) == -EINVAL);
    CHECK(group_write(m.c, a, "memory.current", "1") == -2);
}

TEST_CASE("at the limit page cache goes first, then nothing more is charged") {
    MemoryMachine m(R"({"cpus":1})", R"(,"files":"cached")");
    GroupId a = group_create(m.c, m.w().g.root_group, "a");
    group_attach(m.c, m.p, a);
    CHECK(group_write(m.c, a, "memory.max", "40K") == 0);
    VmaId data = m.map(0, 6, MapKind::file);
    CHECK(m.touch(data, 0, 6, false) == 6);
    zap_ptes(m.c, data, 0, 6);
    VmaId area = m.map(0, 64);
    CHECK(m.touch(area, 0, 64) == 10);
    CHECK(m.w().mappings[m.w().vmas[data].mapping].nrpages == 0);
    CHECK(memcg_at_limit(m.c, m.p) == a);
    CHECK(text_of(m, a, "memory.current") == "40960\n");
    CHECK(m.run.laws().empty());
}

TEST_CASE("the victim is one of the group, though others have more") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms",
        "cgroups":{"jail":{"memory.max":"4M"}},"tasks":[
        {"name":"free","program":["map a 4000","touch a 0-3999","sleep 1s"]},
        {"name":"jailed","cgroup":"jail","start":"5ms","program":["map b 2000","touch b 0-1999"]}]})");
    REQUIRE(run.ok());
    TaskId victim;
    run.each([&](const Record& r) {
        if (r.event == Ev::oom_kill) victim = r.task(0);
    });
    CHECK(victim == run.id("jailed"));
    CHECK(run.alive("free"));
    Context c = run.simulation().context();
    std::string events;
    REQUIRE(group_read(c, group_find(c.w, "jail"), "memory.events", events));
    CHECK(events.find("oom_kill 1\n") != std::string::npos);
    CHECK(run.laws().empty());
}

TEST_CASE("a group that ends leaves what is charged to it to its parent") {
    MemoryMachine m(R"({"cpus":1})");
    GroupId a = group_create(m.c, m.w().g.root_group, "a");
    GroupId b = group_create(m.c, a, "b");
    group_attach(m.c, m.p, b);
    VmaId area = m.map(0, 5);
    m.touch(area, 0, 5);
    group_attach(m.c, m.p, a);
    CHECK(group_destroy(m.c, b) == 0);
    CHECK(text_of(m, a, "memory.current") == "20480\n");
    CHECK(m.run.laws().empty());
    zap_ptes(m.c, area, 0, 5);
    CHECK(text_of(m, a, "memory.current") == "0\n");
}
