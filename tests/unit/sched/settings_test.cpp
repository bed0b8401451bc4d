// Tunables by name: boot values, units, refusals and where old names went.
#include "machine.hpp"
#include "sched/settings.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace rq;

namespace {

World machine(u32 kernel, u32 cpus) {
    World w;
    w.g.kernel = kernel;
    w.g.cpus = cpus;
    w.g.tick_ns = 4'000'000;
    w.g.tune = default_tunables(kernel, cpus);
    return w;
}

bool has(const std::string& text, const char* part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("the values after boot are those read on the real kernels") {
    World one = machine(0, 1);
    CHECK(*get_sched_debug(one, "latency_ns") == "6000000");
    CHECK(*get_sched_debug(one, "min_granularity_ns") == "750000");
    CHECK(*get_sched_debug(one, "wakeup_granularity_ns") == "1000000");
    World four = machine(0, 4);
    CHECK(*get_sched_debug(four, "latency_ns") == "18000000");
    CHECK(*get_sched_debug(four, "min_granularity_ns") == "2250000");
    CHECK(*get_sched_debug(four, "wakeup_granularity_ns") == "3000000");
    CHECK(*get_sched_debug(four, "idle_min_granularity_ns") == "750000");
    CHECK(*get_sched_debug(machine(1, 1), "base_slice_ns") == "700000");
    CHECK(*get_sched_debug(machine(1, 4), "base_slice_ns") == "2100000");
    CHECK(*get_sched_debug(machine(1, 64), "base_slice_ns") == "2800000");
    CHECK(*get_sysctl(one, "kernel.sched_rt_runtime_us") == "950000");
    CHECK(*get_sysctl(one, "kernel.sched_deadline_period_max_us") == "4194304");
    CHECK(*get_sysctl(one, "kernel.sched_rr_timeslice_ms") == "100");
    CHECK(*get_sched_debug(one, "preempt") == "none (voluntary) full ");
    for (World* w : {&one, &four}) CHECK(*get_sched_debug(*w, "tunable_scaling") == "1");
    std::string features = *get_sched_debug(one, "features");
    CHECK(has(features, "GENTLE_FAIR_SLEEPERS START_DEBIT NO_NEXT_BUDDY LAST_BUDDY"));
    CHECK(!has(features, "PLACE_LAG"));
    std::string eevdf = *get_sched_debug(machine(1, 1), "features");
    CHECK(has(eevdf, "PLACE_LAG PLACE_DEADLINE_INITIAL PLACE_REL_DEADLINE RUN_TO_PARITY"));
    CHECK(!has(eevdf, "START_DEBIT"));
}

TEST_CASE("features are switched by NAME and NO_NAME, one or several") {
    World w = machine(1, 1);
    CHECK(set_sched_debug(w, "features", "NO_RUN_TO_PARITY\n").empty());
    CHECK(!w.g.tune.has(Feat::RUN_TO_PARITY));
    CHECK(set_sched_debug(w, "/sys/kernel/debug/sched/features", "HRTICK NO_PLACE_LAG").empty());
    CHECK(w.g.tune.has(Feat::HRTICK));
    CHECK(!w.g.tune.has(Feat::PLACE_LAG));
    Diagnostics wrong = set_sched_debug(w, "features", "START_DEBIT");
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].message == "write to /sys/kernel/debug/sched/features: Invalid argument");
    CHECK(wrong[0].hint == "`START_DEBIT` is a feature of Linux 6.1 (CFS) only");
    CHECK(has(set_sched_debug(w, "features", "NO_HRTIK")[0].hint, "did you mean `HRTICK`?"));
}

TEST_CASE("writing latency_ns leaves nr_latency, writing tunable_scaling renews it") {
    World w = machine(0, 1);
    CHECK(set_sched_debug(w, "latency_ns", "24000000").empty());
    CHECK(set_sched_debug(w, "min_granularity_ns", "0x2dc6c0").empty());
    CHECK(w.g.tune.latency == 24'000'000);
    CHECK(w.g.tune.min_granularity == 3'000'000);
    CHECK(w.g.tune.nr_latency == 8);
    CHECK(set_sched_debug(w, "latency_ns", "25000000").empty());
    CHECK(set_sched_debug(w, "tunable_scaling", "0").empty());
    CHECK(w.g.tune.nr_latency == 9);
    CHECK(!set_sched_debug(w, "tunable_scaling", "3").empty());
    CHECK(!set_sched_debug(w, "latency_ns", "6ms").empty());
}

TEST_CASE("an old name gives the tool's own error and says where it went") {
    World old = machine(0, 1);
    Diagnostics d = set_sysctl(old, "kernel.sched_latency_ns", "6000000");
    REQUIRE(d.size() == 1);
    CHECK(d[0].message ==
          "sysctl: cannot stat /proc/sys/kernel/sched_latency_ns: No such file or directory");
    CHECK(d[0].hint == "since 5.13 it is /sys/kernel/debug/sched/latency_ns");
    World young = machine(1, 1);
    CHECK(has(set_sysctl(young, "kernel.sched_latency_ns", "1")[0].hint, "base_slice_ns"));
    CHECK(has(set_sched_debug(young, "latency_ns", "1")[0].hint, "base_slice_ns"));
    CHECK(has(set_sysctl(young, "kernel.sched_child_runs_first", "1")[0].hint, "6.6"));
    CHECK(set_sysctl(old, "kernel.sched_child_runs_first", "1").empty());
    CHECK(has(set_sched_debug(old, "fair_server/cpu0/runtime", "0")[0].hint, "6.12"));
}

TEST_CASE("sysctls have their units, ranges and relations") {
    World w = machine(0, 1);
    CHECK(set_sysctl(w, "kernel.sched_rt_runtime_us", "-1").empty());
    CHECK(w.g.tune.rt_runtime == NEVER);
    CHECK(*get_sysctl(w, "kernel.sched_rt_runtime_us") == "-1");
    CHECK(set_sysctl(w, "kernel.sched_rt_runtime_us", "500000").empty());
    CHECK(w.g.tune.rt_runtime == 500 * NSEC_PER_MSEC);
    Diagnostics above = set_sysctl(w, "kernel.sched_rt_runtime_us", "1000001");
    REQUIRE(above.size() == 1);
    CHECK(above[0].message ==
          "sysctl: setting key \"kernel.sched_rt_runtime_us\": Invalid argument");
    CHECK(w.g.tune.rt_runtime == 500 * NSEC_PER_MSEC);
    CHECK(!set_sysctl(w, "kernel.sched_cfs_bandwidth_slice_us", "0").empty());
    CHECK(set_sysctl(w, "kernel/sched_cfs_bandwidth_slice_us", "10000").empty());
    CHECK(w.g.tune.cfs_bandwidth_slice == 10 * NSEC_PER_MSEC);
    CHECK(set_sysctl(w, "kernel.sched_rr_timeslice_ms", "5").empty());
    CHECK(w.g.tune.rr_timeslice == 8 * NSEC_PER_MSEC);
    CHECK(set_sysctl(w, "kernel.sched_rr_timeslice_ms", "0").empty());
    CHECK(w.g.tune.rr_timeslice == 100 * NSEC_PER_MSEC);
    CHECK(!set_sysctl(w, "kernel.sched_deadline_period_min_us", "5000000").empty());
    CHECK(!set_sysctl(w, "kernel.sched_autogroup_enabled", "2").empty());
}

TEST_CASE("the fair server's files are those of 6.12 and hold its limits") {
    World w = machine(1, 2);
    CHECK(*get_sched_debug(w, "fair_server/cpu1/runtime") == "50000000");
    CHECK(set_sched_debug(w, "fair_server/cpu0/runtime", "100000000").empty());
    CHECK(w.g.tune.fair_server_runtime == 100'000'000);
    CHECK(!set_sched_debug(w, "fair_server/cpu2/runtime", "1").empty());
    CHECK(!set_sched_debug(w, "fair_server/cpu0/period", "99999999").empty());
    CHECK(!set_sched_debug(w, "fair_server/cpu0/period", "5000000000").empty());
}

TEST_CASE("a running machine's fair server is changed on its CPU alone") {
    ::rq::testing::SchedMachine m(1, 2);
    CHECK(write_sched_debug(m.c, "fair_server/cpu1/runtime", "100000000").empty());
    CHECK(*get_sched_debug(m.w, "fair_server/cpu1/runtime") == "100000000");
    CHECK(*get_sched_debug(m.w, "fair_server/cpu0/runtime") == "50000000");
    CHECK(!write_sched_debug(m.c, "fair_server/cpu1/runtime", "-1").empty());
}
