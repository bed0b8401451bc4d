// Where pages come from: memory policies, cpuset.mems, and what happens when those nodes are full.
#include "mm/mempolicy.hpp"

#include "sched/group.hpp"
#include "task/uapi.hpp"
#include "unit/mm/machine.hpp"

using namespace rq;
using support::MemoryMachine;
using support::Run;

namespace {

constexpr const char* two_nodes = R"({"cpus":2,"nodes":2,"memory":"16MiB"})";

u64 taken(const MemoryMachine& m, u32 node) {
    return m.c.w.memory_nodes[node].present_pages - m.c.w.memory_nodes[node].free_pages;
}

}  // namespace

TEST_CASE("mempolicy: bind, preferred and interleave choose the node of a page") {
    MemoryMachine m(two_nodes);
    const u32 local = m.c.w.topology[m.c.w.tasks[m.p].cpu.raw].node.raw;
    const u32 far = 1 - local;
    const u64 at_start[2] = {taken(m, 0), taken(m, 1)};
    CHECK(m.touch(m.map(0, 10), 0, 10) == 10);
    CHECK(taken(m, local) - at_start[local] >= 10);
    CHECK(taken(m, far) == at_start[far]);
    CHECK(mpol_to_str(m.w(), m.p) == "default");
    CHECK(set_mempolicy(m.c, m.p, MPOL_BIND, u64{1} << far) == 0);
    CHECK(mpol_to_str(m.w(), m.p) == "bind:" + std::to_string(far));
    CHECK(m.touch(m.map(0, 10), 0, 10) == 10);
    CHECK(taken(m, far) == at_start[far] + 10);
    CHECK(set_mempolicy(m.c, m.p, MPOL_PREFERRED, u64{1} << far) == 0);
    CHECK(mpol_to_str(m.w(), m.p) == "prefer:" + std::to_string(far));
    CHECK(m.touch(m.map(0, 10), 0, 10) == 10);
    CHECK(taken(m, far) == at_start[far] + 20);
    const u64 before = taken(m, local);
    CHECK(set_mempolicy(m.c, m.p, MPOL_INTERLEAVE, 3) == 0);
    CHECK(m.touch(m.map(0, 10), 0, 10) == 10);
    CHECK(taken(m, far) == at_start[far] + 25);
    CHECK(taken(m, local) == before + 5);
    CHECK(set_mempolicy(m.c, m.p, MPOL_DEFAULT, 0) == 0);
    CHECK(m.touch(m.map(0, 10), 0, 10) == 10);
    CHECK(taken(m, far) == at_start[far] + 25);
    CHECK(m.run.laws().empty());
}

TEST_CASE("mempolicy: what the call refuses") {
    MemoryMachine m(two_nodes);
    CHECK(set_mempolicy(m.c, m.p, 6, 1) == -EINVAL);
    CHECK(set_mempolicy(m.c, m.p, MPOL_BIND, 0) == -EINVAL);
    CHECK(set_mempolicy(m.c, m.p, MPOL_BIND, 4) == -EINVAL);
    CHECK(set_mempolicy(m.c, m.p, MPOL_DEFAULT, 1) == -EINVAL);
    CHECK(set_mempolicy(m.c, m.p, MPOL_LOCAL, 1) == -EINVAL);
    CHECK(set_mempolicy(m.c, m.p, MPOL_PREFERRED, 0) == 0);
    CHECK(mpol_to_str(m.w(), m.p) == "local");
}

TEST_CASE("mempolicy: a preferred node that is full is left, a bound one is not") {
    const std::string begin =
        R"({"format":"runqueue/1","profile":"ideal","duration":"300ms","machine":)" +
        std::string(two_nodes) + R"(,"tasks":[{"name":"p","program":["set_mempolicy )";
    const std::string rest = R"( 1","map a 6000","touch a 0-5999","exit 7"]}]})";
    Run preferred(begin + "preferred" + rest);
    REQUIRE(preferred.ok());
    CHECK(preferred.count(Ev::oom_kill) == 0);
    CHECK(preferred.ended_at("p") < 100 * NSEC_PER_MSEC);
    Run bound(begin + "bind" + rest);
    REQUIRE(bound.ok());
    CHECK(bound.count(Ev::oom_kill) == 1);
    CHECK(bound.laws().empty());
}

TEST_CASE("mempolicy: for a full node only those die that may use it") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"300ms","machine":)" +
            std::string(R"({"cpus":2,"nodes":2,"memory":"32MiB"})") + R"(,"tasks":[
        {"name":"large","program":["set_mempolicy bind 0","map a 7000","touch a 0-6999","sleep 1s"]},
        {"name":"small","start":"10ms","program":["set_mempolicy bind 1","map b 3000",
            "touch b 0-2999","sleep 1s"]},
        {"name":"asks","start":"20ms","program":["set_mempolicy bind 1","map c 6000",
            "touch c 0-5999","exit 3"]}]})");
    REQUIRE(run.ok());
    std::string killed;
    run.each([&](const Record& r) {
        if (r.event != Ev::oom_kill) return;
        for (const char* name : {"large", "small", "asks"})
            if (r.task(0) == run.id(name)) killed += std::string(name) + " ";
    });
    CHECK(killed == "asks ");  // it has more pages on node 1 than `small`; `large` has none there
    CHECK(run.alive("large"));
    CHECK(run.alive("small"));
    CHECK(run.laws().empty());
}

TEST_CASE("mempolicy: fork and exec keep the policy") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"50ms","machine":)" +
                std::string(two_nodes) + R"(,"programs":{"other":["pause"]},"tasks":[
        {"name":"p","program":["set_mempolicy interleave 0-1",{"fork":["exec other"],"name":"c"},
            "pause"]}]})",
            10 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    u32 others = 0;
    run.world().tasks.for_each([&](TaskId id, const task_struct&) {
        if (std::string(run.world().comms[id.slot()].text) != "other") return;
        ++others;
        CHECK(mpol_to_str(run.world(), id) == "interleave:0-1");
    });
    CHECK(others == 1);
}

TEST_CASE("cpuset.mems: new pages come from there, and those there are already move") {
    MemoryMachine m(two_nodes);
    const u32 local = m.c.w.topology[m.c.w.tasks[m.p].cpu.raw].node.raw;
    const u32 far = 1 - local;
    const std::string list = std::to_string(far);
    CHECK(m.touch(m.map(0, 100), 0, 100) == 100);
    const u64 before = taken(m, far);
    GroupId group = group_create(m.c, m.c.w.g.root_group, "g");
    CHECK(group_write(m.c, group, "cpuset.mems", "2") == -EINVAL);
    CHECK(group_write(m.c, group, "cpuset.mems", list) == 0);
    group_attach(m.c, m.p, group);
    CHECK(taken(m, far) >= before + 100);
    const u64 moved = taken(m, far);
    CHECK(m.touch(m.map(0, 50), 0, 50) == 50);
    CHECK(taken(m, far) == moved + 50);
    CHECK(set_mempolicy(m.c, m.p, MPOL_BIND, u64{1} << local) == -EINVAL);
    CHECK(group_write(m.c, group, "cpuset.mems", "") == -ENOSPC);
    CHECK(group_write(m.c, group, "cpuset.mems", std::to_string(local)) == 0);
    CHECK(taken(m, far) + 150 <= moved + 50);
    CHECK(m.run.laws().empty());
}
