// Out of memory: points, the victim, what becomes of it.
#include "mm/oom.hpp"

#include "task/uapi.hpp"
#include "unit/mm/machine.hpp"

using namespace rq;
using support::MemoryMachine;
using support::Run;

TEST_CASE("badness: pages in memory and of page tables, and thousandths of all memory") {
    MemoryMachine m(R"({"cpus":1,"memory":"256MiB"})");
    u64 total = totalram_pages(m.w());
    CHECK(total == 65536);
    m.touch(m.map(0, 1000), 0, 1000);
    s64 tables = static_cast<s64>(mm_pgtables_bytes(m.c, m.mm()) >> PAGE_SHIFT);
    CHECK(tables >= 4);  // 1000 pages span two or three page tables, and two levels above
    CHECK(oom_badness(m.c, m.p, total) == 1000 + tables);
    CHECK(set_oom_score_adj(m.c, m.p, m.p, 100) == 0);
    CHECK(oom_badness(m.c, m.p, total) == 1000 + tables + 100 * 65);
    CHECK(proc_oom_score(m.c, m.p) ==
          static_cast<u32>((1000 + (7500 + tables) * 1000 / 65536) * 2 / 3));
    CHECK(set_oom_score_adj(m.c, m.p, m.p, -1000) == 0);
    CHECK(oom_badness(m.c, m.p, total) == OOM_UNKILLABLE);
    CHECK(proc_oom_score(m.c, m.p) == 0);
    CHECK(oom_badness(m.c, m.w().g.init, total) == OOM_UNKILLABLE);
}

TEST_CASE("oom_score_adj: out of range EINVAL; lower only with privileges, else EACCES") {
    MemoryMachine m(R"({"cpus":1})");
    CHECK(set_oom_score_adj(m.c, m.p, m.p, 1001) == -EINVAL);
    CHECK(set_oom_score_adj(m.c, m.p, m.p, -1001) == -EINVAL);
    CHECK(set_oom_score_adj(m.c, m.p, m.p, 300) == 0);  // with privileges: this is the floor
    m.w().creds[m.w().tasks[m.p].cred].cap_effective = 0;
    CHECK(set_oom_score_adj(m.c, m.p, m.p, 500) == 0);
    CHECK(set_oom_score_adj(m.c, m.p, m.p, 300) == 0);
    CHECK(set_oom_score_adj(m.c, m.p, m.p, 299) == -EACCES);
}

TEST_CASE("the largest is killed, not the one who asks; the asker then gets its pages") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"200ms",
        "machine":{"cpus":2,"memory":"64MiB"},"tasks":[
        {"name":"large","program":["map a 9000","touch a 0-8999","sleep 1s"]},
        {"name":"asks","start":"10ms","program":["map b 8000","touch b 0-7999","exit 3"]}]})");
    REQUIRE(run.ok());
    TaskId victim;
    run.each([&](const Record& r) {
        if (r.event == Ev::oom_kill) victim = r.task(0);
    });
    CHECK(victim == run.id("large"));
    CHECK(run.count(Ev::oom_kill) == 1);
    CHECK(run.world().g.oom_kills == 1);
    CHECK_FALSE(run.alive("large"));
    CHECK(run.ended_at("asks") < 20 * NSEC_PER_MSEC);  // it slept a jiffy or two
    CHECK(run.laws().empty());
}

TEST_CASE("who has nobody larger is killed itself, in the middle of its touches") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"200ms",
        "machine":{"cpus":1,"memory":"16MiB"},"tasks":[
        {"name":"p","program":[{"fork":["map a 4096","touch a 0-4095","exit 0"],"name":"c"},"wait"]}]})");
    REQUIRE(run.ok());
    CHECK(run.status_of_wait("p") == 9);
    CHECK(free_ram_pages(run.world()) == 4096);
}

TEST_CASE("a process that shares the victim's memory dies with it") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"200ms",
        "machine":{"cpus":1,"memory":"16MiB"},"tasks":[
        {"name":"p","program":[{"clone":["sleep 100ms"],"flags":"CLONE_VM|SIGCHLD","name":"twin"},
         "map a 4096","touch a 0-4095"]}]})",
            50 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    CHECK_FALSE(run.alive("p"));
    CHECK_FALSE(run.alive("twin"));
}

TEST_CASE("nobody may be killed: the kernel panics, the run ends") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"200ms",
        "machine":{"cpus":1,"memory":"16MiB"},"tasks":[
        {"name":"p","program":["oom_score_adj -1000","map a 4096","touch a 0-4095"]}]})");
    REQUIRE(run.ok());
    CHECK(run.world().g.limit_hit == static_cast<u32>(LimitHit::panic));
    CHECK(run.laws().empty());
}

TEST_CASE("a victim that cannot run loses its private memory to the reaper after two seconds") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"4s",
        "sysctl":{"kernel.sched_rt_runtime_us":-1},
        "machine":{"cpus":1,"memory":"16MiB"},"tasks":[
        {"name":"victim","program":["map a 3000","touch a 0-2999","sleep 10s"]},
        {"name":"hog","start":"4ms","policy":"fifo","priority":50,"program":["run 10s"]},
        {"name":"asks","start":"5ms","policy":"fifo","priority":60,
         "program":["map b 2000","touch b 0-1999"]}]})",
            2000 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    REQUIRE(run.count(Ev::oom_kill) == 1);
    REQUIRE(run.alive("victim"));
    MmId mm = run.task("victim")->mm;
    REQUIRE(mm);
    CHECK(run.world().mms[mm].rss_anon == 3000);
    run.until(2100 * NSEC_PER_MSEC);
    CHECK(run.world().mms[mm].rss_anon == 0);
    CHECK((run.world().mms[mm].flags & MMF_OOM_SKIP) != 0);
    CHECK(run.ended_at("asks") < 2020 * NSEC_PER_MSEC);
    CHECK(run.laws().empty());
}
