// cpusets and partitions: who may run where, what is balanced, and what deadline tasks find.
#include "sched/cpuset.hpp"

#include "context.hpp"
#include "sched/domains.hpp"
#include "sched/group.hpp"
#include "sched/syscalls.hpp"
#include "support/scenario_run.hpp"
#include "task/uapi.hpp"

using namespace rq;

namespace {

constexpr u64 ms = NSEC_PER_MSEC;

/// Four CPUs on two nodes with a group `p` of two hogs and two hogs outside of it.
struct Machine {
    support::Run run;
    Context c;
    GroupId p, q;

    explicit Machine(const char* more = "")
        : run(std::string(R"({"format":"runqueue/1","profile":"ideal","duration":"10s",
            "machine":{"cpus":4,"nodes":2,"memory":"64MiB"},)") + more + R"(
            "cgroups":{"p":{},"q":{}},"programs":{"hog":[{"repeat":-1,"do":["run 10ms"]}]},
            "tasks":[{"name":"in","instances":2,"cgroup":"p","program":"hog"},
                     {"name":"out","instances":2,"program":"hog"}]})", ms),
          c(run.simulation().context()),
          p(group_find(c.w, "p")),
          q(group_find(c.w, "q")) {}
    s32 write(GroupId group, const char* file, const char* text) {
        return group_write(c, group, file, text);
    }
    std::string state(GroupId group) const { return partition_text(c.w, c.w.groups[group]); }
    u64 cpus(GroupId group) const { return bits(c.w.cpumasks[c.w.groups[group].effective_cpus]); }
    u64 allowed(const char* name) const {
        return bits(c.w.cpumasks[c.w.tasks[run.id(name)].cpus_mask]);
    }
    static u64 bits(const cpumask& mask) {
        u64 out = 0;
        for (u32 i = 0; i < 4; ++i) out |= u64{mask.test(i)} << i;
        return out;
    }
    /// Time for the stop tasks to move who may not stay where it is.
    void settle() { run.until(c.w.g.now - run.simulation().t0() + 5 * ms); }
    /// CPUs on which tasks `in…` or `out…` were put from soon on, a bit for each.
    u64 used(char first, u64 until) {
        settle();
        const u64 from = c.w.g.now;
        run.until(until);
        u64 out = 0;
        run.each([&](const Record& r) {
            if (r.event != Ev::sched_switch || r.time < from) return;
            const char* comm = c.w.comms[r.task(1).slot()].text;
            if (comm[0] == first && (comm[1] == 'n' || comm[1] == 'u')) out |= u64{1} << r.cpu;
        });
        return out;
    }
};

}  // namespace

TEST_CASE("cpuset: a list holds for the tasks; what the parent has not falls back to what it has") {
    Machine m;
    CHECK(m.cpus(m.p) == 0xf);
    CHECK(m.write(m.p, "cpuset.cpus", "1-2") == 0);
    CHECK(m.cpus(m.p) == 0x6);
    CHECK(m.allowed("in0") == 0x6);
    CHECK(m.allowed("out0") == 0xf);
    CHECK((m.used('i', 100 * ms) & ~u64{0x6}) == 0);
    CHECK(m.write(m.p, "cpuset.cpus", "4") == -ERANGE);
    CHECK(m.write(m.p, "cpuset.cpus", "x") == -EINVAL);
    CHECK(m.write(m.p, "cpuset.cpus", "") == -ENOSPC);  // tasks are in it
    CHECK(m.write(m.q, "cpuset.cpus", "0") == 0);
    CHECK(m.write(m.q, "cpuset.cpus", "") == 0);
    CHECK(m.cpus(m.q) == 0xf);
    GroupId below = group_create(m.c, m.p, "below");
    CHECK(m.cpus(below) == 0x6);
    CHECK(m.write(below, "cpuset.cpus", "3") == 0);  // the parent has not got that one
    CHECK(m.cpus(below) == 0x6);
    CHECK(m.write(below, "cpuset.cpus", "2-3") == 0);
    CHECK(m.cpus(below) == 0x4);
    CHECK(m.run.laws().empty());
}

TEST_CASE("cpuset: an affinity of one's own outlives the cpuset's change on 6.12, not on 6.1") {
    for (const char* kernel : {"6.1", "6.12"}) {
        CAPTURE(kernel);
        const bool kept = std::string_view(kernel) == "6.12";
        Machine m((R"("kernel":")" + std::string(kernel) + "\",").c_str());
        const TaskId in = m.run.id("in0");
        cpumask own{};
        own.set(1);
        own.set(3);
        CHECK(sched_setaffinity(m.c, in, in, own) == 0);
        CHECK(m.allowed("in0") == 0xa);
        CHECK(m.write(m.p, "cpuset.cpus", "2-3") == 0);
        CHECK(m.allowed("in0") == (kept ? 0x8 : 0xc));
        CHECK(m.allowed("in1") == 0xc);
        CHECK(m.write(m.p, "cpuset.cpus", "2") == 0);  // none of its own
        CHECK(m.allowed("in0") == 0x4);
        CHECK(m.write(m.p, "cpuset.cpus", "0-3") == 0);
        CHECK(m.allowed("in0") == (kept ? 0xa : 0xf));
        group_attach(m.c, m.run.id("out0"), m.p);
        CHECK(m.allowed("out0") == 0xf);
        m.settle();
        CHECK(m.run.laws().empty());
    }
}

TEST_CASE("cpuset: an isolated partition takes its CPUs from the others, and nobody balances it") {
    Machine m;
    CHECK(m.write(m.p, "cpuset.cpus", "2-3") == 0);
    CHECK(m.write(m.p, "cpuset.cpus.partition", "isolated") == 0);
    CHECK(m.state(m.p) == "isolated");
    CHECK(m.cpus(m.p) == 0xc);
    CHECK(m.cpus(m.c.w.g.root_group) == 0x3);
    CHECK(m.allowed("out1") == 0x3);
    CHECK(m.c.w.rqs[2].sd == 0);
    CHECK(m.c.w.rqs[2].isolated == ISOLATED_PARTITION);
    CHECK(m.c.w.rqs[2].rd == 0);
    CHECK(m.c.w.rqs[0].rd == m.c.w.rqs[1].rd);
    CHECK(m.c.w.rqs[0].rd != 0);
    for (u32 d = m.c.w.rqs[0].sd; d; d = m.c.w.domains[d].parent)
        CHECK(Machine::bits(m.c.w.cpumasks[m.c.w.domains[d].span]) == 0x3);
    CHECK(m.used('o', 200 * ms) == 0x3);
    CHECK(sched_setaffinity(m.c, m.run.id("out0"), m.run.id("out0"),
                            m.c.w.cpumasks[m.c.w.groups[m.p].effective_cpus]) == -EINVAL);
    // Both hogs of the partition on one CPU: they stay there.
    cpumask two{};
    two.set(2);
    for (const char* name : {"in0", "in1"})
        CHECK(sched_setaffinity(m.c, m.run.id(name), m.run.id(name), two) == 0);
    m.run.until(300 * ms);
    for (const char* name : {"in0", "in1"})
        CHECK(sched_setaffinity(m.c, m.run.id(name), m.run.id(name),
                                m.c.w.cpumasks[m.c.w.groups[m.p].effective_cpus]) == 0);
    CHECK(m.used('i', 600 * ms) == 0x4);
    CHECK(m.write(m.p, "cpuset.cpus.partition", "root") == 0);  // now it is balanced
    CHECK(m.used('i', 900 * ms) != 0x4);
    for (u32 cpu : {2u, 3u})
        CHECK(m.c.w.comms[m.c.w.rqs[cpu].curr.slot()].text[0] == 'i');  // one each
    CHECK(m.write(m.p, "cpuset.cpus.partition", "member") == 0);
    CHECK(m.cpus(m.c.w.g.root_group) == 0xf);
    CHECK(m.allowed("out0") == 0xf);
    CHECK(m.c.w.rqs[2].isolated == 0);
    CHECK(m.run.laws().empty());
}

TEST_CASE("cpuset: what is no partition says why, step by step as Linux 6.1.192 was recorded") {
    Machine m;
    const GroupId root = m.c.w.g.root_group;
    CHECK(m.write(m.p, "cpuset.cpus.partition", "shared") == -EINVAL);
    CHECK(m.write(m.p, "cpuset.cpus.partition", "root") == 0);
    CHECK(m.state(m.p) == "root invalid (cpuset.cpus is empty)");
    CHECK(m.write(m.p, "cpuset.cpus", "0-3") == 0);
    CHECK(m.state(m.p) == "root invalid (Parent unable to distribute cpu downstream)");
    CHECK(m.write(m.p, "cpuset.cpus", "1-3") == 0);
    CHECK(m.state(m.p) == "root");
    CHECK(m.cpus(m.q) == 0x1);
    CHECK(m.write(m.q, "cpuset.cpus", "3") == 0);
    CHECK(m.state(m.p) == "root invalid (Cpu list in cpuset.cpus not exclusive)");
    CHECK(m.cpus(m.q) == 0x8);
    CHECK(m.cpus(root) == 0xf);
    CHECK(m.write(m.q, "cpuset.cpus", "0") == 0);
    CHECK(m.state(m.p) == "root invalid (Cpu list in cpuset.cpus not exclusive)");
    GroupId below = group_create(m.c, m.q, "below");
    CHECK(m.write(below, "cpuset.cpus", "0") == 0);
    CHECK(m.write(below, "cpuset.cpus.partition", "isolated") == 0);
    CHECK(m.state(below) == "isolated invalid (Parent is not a partition root)");
    CHECK(m.write(m.p, "cpuset.cpus.partition", "member") == 0);
    CHECK(m.cpus(m.p) == 0xe);
    CHECK(m.write(m.p, "cpuset.cpus", "") == -ENOSPC);
    CHECK(m.write(m.p, "cpuset.cpus", "2-3") == 0);
    CHECK(m.write(m.p, "cpuset.cpus.partition", "isolated") == 0);
    CHECK(m.state(m.p) == "isolated");
    CHECK(m.cpus(root) == 0x3);
    CHECK(m.write(m.q, "cpuset.cpus", "2-3") == 0);
    CHECK(m.state(m.p) == "isolated invalid (Cpu list in cpuset.cpus not exclusive)");
    CHECK(m.cpus(below) == 0xc);  // its own CPU is not the parent's any more
    CHECK(m.write(m.q, "cpuset.cpus", "1") == 0);
    CHECK(m.state(m.p) == "isolated invalid (Cpu list in cpuset.cpus not exclusive)");
    CHECK(m.cpus(below) == 0x2);
    CHECK(m.write(m.p, "cpuset.cpus", "1-2") == 0);
    CHECK(m.state(m.p) == "isolated");  // the old list was exclusive
    CHECK(m.cpus(root) == 0x9);
    CHECK(m.write(m.p, "cpuset.cpus", "2-3") == 0);
    CHECK(m.state(m.p) == "isolated");
    CHECK(m.cpus(root) == 0x3);
    CHECK(m.write(m.p, "cpuset.cpus.partition", "root") == 0);
    CHECK(m.state(m.p) == "root");
    CHECK(m.write(m.p, "cpuset.cpus", "0-3") == 0);
    CHECK(m.state(m.p) == "root invalid (Cpu list in cpuset.cpus not exclusive)");
    CHECK(m.cpus(root) == 0xf);
    CHECK(m.write(m.p, "cpuset.cpus", "3") == 0);
    CHECK(m.state(m.p) == "root invalid (Cpu list in cpuset.cpus not exclusive)");
    CHECK(m.cpus(m.p) == 0x8);
    m.settle();
    for (const std::string& law : m.run.laws()) FAIL_CHECK(law);
}

TEST_CASE("cpuset: a partition within a partition, and what becomes of it without the outer one") {
    Machine m;
    CHECK(m.write(m.p, "cpuset.cpus", "1-3") == 0);
    CHECK(m.write(m.p, "cpuset.cpus.partition", "root") == 0);
    GroupId inner = group_create(m.c, m.p, "inner");
    CHECK(m.write(inner, "cpuset.cpus", "3") == 0);
    CHECK(m.write(inner, "cpuset.cpus.partition", "isolated") == 0);
    CHECK(m.state(inner) == "isolated");
    CHECK(m.cpus(m.p) == 0x6);
    CHECK(m.cpus(inner) == 0x8);
    CHECK(m.write(m.p, "cpuset.cpus.partition", "member") == 0);
    CHECK(m.state(inner) == "isolated invalid (Parent is not a partition root)");
    CHECK(m.write(inner, "cpuset.cpus.partition", "member") == 0);
    CHECK(group_destroy(m.c, inner) == 0);
    m.settle();
    for (const std::string& law : m.run.laws()) FAIL_CHECK(law);
}

TEST_CASE("cpuset: an ended partition gives its CPUs back") {
    Machine m;
    CHECK(m.write(m.q, "cpuset.cpus", "3") == 0);
    CHECK(m.write(m.q, "cpuset.cpus.partition", "root") == 0);
    CHECK(m.cpus(m.c.w.g.root_group) == 0x7);
    CHECK(group_destroy(m.c, m.q) == 0);
    CHECK(m.cpus(m.c.w.g.root_group) == 0xf);
    CHECK(m.allowed("out0") == 0xf);
}

TEST_CASE("cpuset: in a partition a deadline task may be tied to its CPUs, and is admitted there") {
    Machine m;
    CHECK(m.write(m.p, "cpuset.cpus", "3") == 0);
    TaskId in = m.run.id("in0");
    TaskId out = m.run.id("out0");
    sched_attr attr{};
    attr.sched_policy = SCHED_DEADLINE;
    attr.sched_runtime = 60 * ms;
    attr.sched_deadline = attr.sched_period = 100 * ms;
    CHECK(sched_setattr(m.c, in, in, attr) == -EPERM);  // not all CPUs of its root domain
    CHECK(m.write(m.p, "cpuset.cpus.partition", "root") == 0);
    m.settle();
    CHECK(sched_setattr(m.c, in, in, attr) == 0);
    const u32 rd = m.c.w.rqs[3].rd;
    CHECK(m.c.w.root_domains[rd].cpus == 1);
    CHECK(m.c.w.root_domains[rd].total_bw == 629145);
    TaskId other = m.run.id("in1");
    CHECK(sched_setattr(m.c, other, other, attr) == -EBUSY);  // 1.2 CPUs do not fit in one
    CHECK(sched_setattr(m.c, out, out, attr) == 0);           // the others have three
    CHECK(cpuset_can_attach(m.c, out, m.p) == -EBUSY);
    CHECK(cpuset_can_attach(m.c, other, m.q) == 0);
    m.run.until(500 * ms);
    CHECK(m.run.laws().empty());
    CHECK(m.write(m.p, "cpuset.cpus.partition", "member") == 0);
    CHECK(m.c.w.root_domains[m.c.w.rqs[0].rd].total_bw == 2 * 629145);
    CHECK(m.run.laws().empty());
}

TEST_CASE("cpuset: isolcpus= and partitions leave each other's CPUs alone") {
    Machine m(R"("boot":"isolcpus=3",)");
    CHECK(m.c.w.rqs[3].isolated == ISOLATED_BOOT);
    CHECK(m.write(m.p, "cpuset.cpus", "2-3") == 0);
    CHECK(m.write(m.p, "cpuset.cpus.partition", "root") == 0);
    CHECK(m.c.w.rqs[3].isolated == ISOLATED_BOOT);  // no domain takes it in
    CHECK(m.c.w.rqs[2].isolated == 0);
    CHECK(m.c.w.rqs[2].sd == 0);  // a domain of one is none
}
