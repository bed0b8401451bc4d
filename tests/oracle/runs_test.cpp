// Runs of recorded workloads in the emulated profile against the recordings, figure by figure: a
// table of distances and tolerances, and a failure for each workload outside that is not known.
#include "runs_data.hpp"

#include "engine.hpp"
#include "session/overrides.hpp"
#include "support/paths.hpp"
#include "view/report.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>

using namespace oracle;

namespace {

/// Workloads that are outside, with the cause.
struct Known {
    const char* kernel;
    const char* name;
    const char* cause;
};
constexpr Known known[] = {
#include "runs_known.inc"
};

const Known* known_miss(const std::string& kernel, const std::string& name) {
    for (const Known& k : known)
        if (kernel == k.kernel && name == k.name) return &k;
    return nullptr;
}

u64 apart(u64 a, u64 b) { return a > b ? a - b : b - a; }

/// The worst figure of a kind: its distance and its tolerance.
struct Worst {
    u64 distance = 0;
    u64 tolerance = 1;
    bool any = false;

    void take(u64 d, u64 t) {
        if (t == 0) t = 1;
        // distance / tolerance, compared crosswise
        if (!any || d * tolerance > distance * t) *this = {d, t, true};
    }
    bool within() const { return distance <= tolerance; }
    std::string text(u64 unit) const {
        char line[64];
        if (!any) return "-";
        std::snprintf(line, sizeof line, "%llu/%llu",
                      static_cast<unsigned long long>((distance + unit / 2) / unit),
                      static_cast<unsigned long long>((tolerance + unit / 2) / unit));
        return line;
    }
};

struct Comparison {
    Worst share, switches, slice, latency, throttled;
    u64 order = 1000, lengths = 1000;
    std::string missing;
    bool order_within = true;

    bool within() const {
        return missing.empty() && share.within() && switches.within() && slice.within() &&
               latency.within() && throttled.within() && order_within;
    }
};

struct Run {
    std::unique_ptr<rq::Simulation> simulation;
    rq::view::ReportStart start;
    rq::view::RunReport report;
};

bool run(const Recording& r, bool new_kernel, Run& out) {
    rq::Overrides o;
    o.kernel = new_kernel ? rq::KernelVersion::v6_12 : rq::KernelVersion::v6_1;
    o.profile = rq::ProfileKind::emulated;
    o.machine = r.machine;
    o.boot = r.boot;
    o.sysctl = r.sysctl;
    o.sched = r.sched;
    if (r.first_tick) o.first_tick_ns = r.first_tick;
    o.from_ns = r.from;
    o.until_ns = r.from + r.length;
    std::string path = support::source_path("tests/oracle/data/workloads/" + r.file);
    auto scenario = rq::read_for_running(support::read_file(path), o);
    if (!scenario) return false;
    rq::SimulationOptions options;
    options.keyframes = false;
    auto booted = rq::Simulation::boot(*scenario, options);
    if (!booted) return false;
    out.simulation = std::move(*booted);
    out.start = rq::view::report_start(*out.simulation);
    out.simulation->run_until(out.simulation->t0() + r.from + r.length);
    out.report = rq::view::report(*out.simulation, out.start, r.from, r.from + r.length);
    return true;
}

const rq::view::TaskReport* find_task(const rq::view::RunReport& report, const std::string& name) {
    for (const rq::view::TaskReport& t : report.tasks)
        if (t.name == name) return &t;
    return nullptr;
}

u64 share_ppm(const rq::view::RunReport& report, const rq::view::TaskReport& t) {
    return (t.cpu_time_ns * 1'000'000 + report.length_ns / 2) / report.length_ns;
}

/// A figure that must be within a part of the recorded value, an absolute amount, or twice the
/// kernel's own distance from itself.
void compare(Worst& worst, const Figure& f, u64 computed, u64 percent, u64 least) {
    if (!f.present) return;
    worst.take(apart(computed, f.value), std::max({f.value * percent / 100, least, f.own}));
}

/// The workload's tasks in the order in which they held the CPU, idle stretches between them; what
/// other tasks took is left out and neighbouring pieces of a task are one.
std::vector<Slice> slices_of(const Run& run, const Recording& r) {
    constexpr std::size_t most = 500;
    rq::view::Cast cast = run.start.cast;
    std::vector<Slice> out;
    std::vector<u64> ns;
    u64 t0 = run.simulation->t0();
    s64 from = static_cast<s64>(r.from), until = static_cast<s64>(r.from + r.length);
    bool open = false;
    u32 current = Slice::idle;
    s64 since = 0;
    rq::Record record;
    for (auto reader = run.simulation->trace().read(0); reader.next(record);) {
        cast.take(record);
        if (record.event != rq::Ev::sched_switch) continue;
        s64 time = static_cast<s64>(record.time - t0);
        if (time > until) break;
        if (open && time > from) {
            s64 had = current == Slice::idle ? 0 : time - std::max(since, from);
            u64 length = static_cast<u64>(had);
            if (out.empty() || out.back().task != current) {
                out.push_back({current, 0});
                ns.push_back(0);
            }
            ns.back() += length;
        }
        if (out.size() > most) break;
        rq::TaskId next = record.task(1);
        open = cast.is_idle(next);
        current = Slice::idle;
        if (!open) {
            u32 member = cast.index(next);
            for (u32 i = 0; i < r.names.size() && member != rq::view::no_task; ++i)
                if (cast[member].comm == r.names[i]) {
                    open = true;
                    current = i;
                }
        }
        since = time;
    }
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i].length = static_cast<u32>((ns[i] + 50'000) / 100'000);
    if (out.size() > most) out.resize(most);
    return out;
}

void compare_groups(Comparison& c, const Recording& r, const rq::view::RunReport& report) {
    for (const RecordedGroup& g : r.groups) {
        u64 times = 0, usec = 0;
        for (const rq::view::GroupReport& mine : report.groups) {
            if (mine.path != g.path) continue;
            for (const auto& [key, value] : mine.cpu_stat) {
                if (key == "nr_throttled") times = value;
                if (key == "throttled_usec") usec = value;
            }
        }
        c.throttled.take(apart(times, g.nr_throttled), 2);
        c.throttled.take(apart(usec, g.throttled_usec),
                         std::max(g.throttled_usec * 5 / 100, u64{10'000}));
    }
}

/// One CPU: shares to 0.5 points, switches to 3 % or 3, slices to 5 % or 20 us, latencies to 10 %
/// or 30 us, throttling to 2 times and 5 % or 10 ms, orders as alike as the kernel's own.
Comparison compare_one_cpu(const Recording& r, const Run& run) {
    Comparison c;
    for (const RecordedTask& t : r.tasks) {
        const rq::view::TaskReport* mine = find_task(run.report, t.name);
        if (!mine) {
            c.missing += ' ' + t.name;
            continue;
        }
        compare(c.share, t.share_ppm, share_ppm(run.report, *mine), 0, 5000);
        compare(c.slice, t.slice, mine->slice.median, 5, 20'000);
        compare(c.latency, t.latency, mine->wakeup_latency.median, 10, 30'000);
        compare(c.latency, t.latency_p99, mine->wakeup_latency.p99, 10, 30'000);
    }
    compare(c.switches, r.switches, run.report.context_switches_workload_only, 3, 3);
    compare_groups(c, r, run.report);
    std::vector<Slice> mine = slices_of(run, r);
    c.order = alike(r.slices, mine, false);
    c.lengths = alike(r.slices, mine, true);
    c.order_within = c.order >= r.want_order && c.lengths >= r.want_lengths;
    return c;
}

std::vector<u64> sorted_shares(const std::vector<u64>& shares, const std::vector<u32>& kind) {
    std::vector<u64> out;
    for (u32 i : kind) out.push_back(shares[i]);
    std::sort(out.begin(), out.end());
    return out;
}

/// Several CPUs, against one recorded phase: tasks with equal parameters are a group, whose mean
/// share is within 2 points and each sorted share within 3 or twice the recordings' own distance.
Comparison compare_with_seed(const Recording& r, const std::vector<u64>& shares, u64 migrations,
                             const Seed& seed) {
    Comparison c;
    for (const std::vector<u32>& kind : r.kinds) {
        std::vector<u64> x = sorted_shares(shares, kind), y = sorted_shares(seed.share_ppm, kind);
        u64 sum_x = 0, sum_y = 0;
        for (std::size_t i = 0; i < kind.size(); ++i) {
            u64 least = rq::NEVER, greatest = 0;
            for (const Seed& other : r.seeds) {
                u64 share = sorted_shares(other.share_ppm, kind)[i];
                least = std::min(least, share);
                greatest = std::max(greatest, share);
            }
            c.share.take(apart(x[i], y[i]), std::max(u64{30'000}, 2 * (greatest - least)));
            sum_x += x[i];
            sum_y += y[i];
        }
        c.share.take(apart(sum_x, sum_y), 20'000 * kind.size());
    }
    u64 fewest = rq::NEVER, most = 0;
    for (const Seed& other : r.seeds) {
        fewest = std::min(fewest, other.migrations);
        most = std::max(most, other.migrations);
    }
    bool few_enough = migrations <= most * 3 + 3;
    bool enough = 3 * (migrations + 3) >= fewest;
    if (!few_enough || !enough) c.missing = " migrations " + std::to_string(migrations);
    return c;
}

Comparison compare_several(const Recording& r, const Run& run) {
    std::vector<u64> shares;
    u64 migrations = 0;
    for (const std::string& name : r.names) {
        const rq::view::TaskReport* mine = find_task(run.report, name);
        shares.push_back(mine ? share_ppm(run.report, *mine) : 0);
        if (mine) migrations += mine->migrations;
    }
    Comparison best;
    for (std::size_t i = 0; i < r.seeds.size(); ++i) {
        Comparison c = compare_with_seed(r, shares, migrations, r.seeds[i]);
        if (i == 0 || c.within()) best = c;
        if (c.within()) break;
    }
    return best;
}

void print(const Recording& r, const Comparison& c) {
    std::string order = "-";
    if (!r.several_cpus()) {
        char line[64];
        std::snprintf(line, sizeof line, "%llu %llu (%llu %llu)",
                      static_cast<unsigned long long>(c.order),
                      static_cast<unsigned long long>(c.lengths),
                      static_cast<unsigned long long>(r.want_order),
                      static_cast<unsigned long long>(r.want_lengths));
        order = line;
    }
    std::printf("%-24s %-15s %-9s %-12s %-12s %-11s %-22s%s%s\n", r.name.c_str(),
                c.share.text(1).c_str(), c.switches.text(1).c_str(), c.slice.text(1000).c_str(),
                c.latency.text(1000).c_str(), c.throttled.text(1).c_str(), order.c_str(),
                c.within() ? "" : " OUTSIDE", c.missing.c_str());
}

void compare_all(const std::string& kernel) {
    std::vector<Recording> recordings =
        read_recordings(support::source_path("tests/oracle/data/runs-" + kernel + ".txt"));
    REQUIRE(recordings.size() > 60);
    std::printf("\nLinux %s: distance/tolerance of the worst figure of its kind\n", kernel.c_str());
    std::printf("%-24s %-15s %-9s %-12s %-12s %-11s %s\n", "", "share ppm", "switches", "slice us",
                "latency us", "throttled", "order, with lengths, thousandths (wanted)");
    u32 within = 0;
    for (const Recording& r : recordings) {
        CAPTURE(r.name);
        Run one;
        bool ran = run(r, kernel == "6.12", one);
        CHECK(ran);
        if (!ran) continue;
        Comparison c = r.several_cpus() ? compare_several(r, one) : compare_one_cpu(r, one);
        print(r, c);
        const Known* miss = known_miss(kernel, r.name);
        if (!c.within() && miss) std::printf("    known: %s\n", miss->cause);
        if (c.within() && miss) std::printf("    no longer outside\n");
        within += c.within();
        if (!miss) CHECK(c.within());
    }
    std::printf("%u of %zu within tolerance\n", within, recordings.size());
}

}  // namespace

TEST_CASE("recordings: runs on Linux 6.1 are what the real kernel's recordings show") {
    compare_all("6.1");
}

TEST_CASE("recordings: runs on Linux 6.12 are what the real kernel's recordings show") {
    compare_all("6.12");
}

TEST_CASE("recordings: likeness of orders is the longest common subsequence over the longer") {
    std::vector<Slice> a{{0, 40}, {1, 40}, {0, 40}, {1, 80}};
    std::vector<Slice> b{{0, 40}, {0, 40}, {1, 80}};
    CHECK(alike(a, a, true) == 1000);
    CHECK(alike(a, b, true) == 750);
    b.back().length = 81;
    CHECK(alike(a, b, true) == 500);
    CHECK(alike(a, b, false) == 750);
    CHECK(alike({}, {}, true) == 1000);
}
