// The report of a run: the figures of kernel recordings (shares, slices, latencies, switches), by
// the same definitions, over a window of time, plus what only a simulator knows.
#pragma once

#include "trace/known_task.hpp"
#include "trace/trace.hpp"
#include "view/cast.hpp"
#include "view/preemptions.hpp"
#include "view/value.hpp"

#include <string>
#include <vector>

namespace rq {
class Simulation;
}

namespace rq::view {

/// n values; the median of an even number is the mean of the middle two, rounded down; p99 is the
/// value at rank ceil(0.99 n).
struct Distribution {
    u64 n = 0;
    u64 min = 0;
    u64 median = 0;
    u64 mean = 0;  ///< rounded to the nearest
    u64 p99 = 0;
    u64 max = 0;
};
/// Sorts `values` on the way.
Distribution distribution(std::vector<u64>& values);

/// One task in the window. Its slices: time on the CPU between two other tasks of the workload or
/// idle; a kernel thread that gives the CPU back to the same task does not cut it and its time is
/// left out. What is open at an end of the window is not counted.
struct TaskReport {
    u32 index = no_task;
    std::string name;
    u64 cpu_time_ns = 0;
    u64 cpu_time_since_start_ns = 0;
    u64 switches_voluntary = 0;
    u64 switches_involuntary = 0;
    Distribution slice;
    Distribution slice_raw;        ///< cut at every switch
    u64 wakeups = 0;
    Distribution wakeup_latency;   ///< sched_wakeup to the switch-in
    Distribution preempted_wait;   ///< preempted to the next switch-in
    u64 migrations = 0;
    u64 minor_faults = 0;
    u64 major_faults = 0;          ///< those that had to wait for a disk
    bool ran = false;
    s64 first_run_after_t0_ns = 0;  ///< if ran
    bool exited = false;
    s64 exit_after_t0_ns = 0;       ///< if exited
    s64 exit_status = 0;            ///< if exited: as wait() packs it
    bool oom_killed = false;        ///< the OOM killer chose it
    std::vector<u64> cpu_time_by_cpu_ns;
    std::string cgroup;
};

struct GroupReport {
    std::string path;
    u64 cpu_time_ns = 0;
    std::vector<std::pair<std::string, u64>> cpu_stat;  ///< the kernel's keys and units
};

/// Who had to leave a CPU to whom in the window; names as in `tasks`, by_name "" = nobody ran then.
struct PreemptionReport {
    PreemptionRow row;
    std::string name;
    std::string by_name;
};

struct RunReport {
    std::string title;
    std::string kernel;
    std::string profile;
    u32 cpus = 1;
    u32 hz = 250;
    u64 from_t0_ns = 0;  ///< the window
    u64 length_ns = 0;
    u64 first_tick_ns = 0;
    u64 context_switches_total = 0;
    u64 context_switches_workload_only = 0;
    std::vector<u64> context_switches_by_cpu;
    u64 kernel_threads_ns = 0;
    u64 rig_ns = 0;
    u64 idle_ns = 0;
    std::vector<TaskReport> tasks;  ///< in order of birth
    std::vector<GroupReport> groups;
    std::vector<PreemptionReport> preemptions;
    std::vector<std::pair<const char*, u64>> costs;  ///< kind and ns, whole run, all CPUs
    u64 events = 0;
    u64 records = 0;
    u64 trace_bytes = 0;
    u64 hash = 0;
    std::string stopped;  ///< empty, or why the run ended before its time
};

/// What must be known of a run from its beginning: taken right after boot.
struct ReportStart {
    Cast cast;
    std::vector<TaskId> running;  ///< by CPU
    std::vector<KnownTask> known; ///< for writers of trace files
    u64 time = 0;
};
ReportStart report_start(const Simulation& simulation);
/// The window is [t0 + from, t0 + until].
RunReport report(Simulation& simulation, const ReportStart& start, u64 from_ns, u64 until_ns);

/// The JSON report: the keys of the recordings' summaries, then our own.
Value report_value(const RunReport& report);
/// The same for people: an aligned table.
std::string report_text(const RunReport& report);
/// One line of figures for each task, comma separated, with a head line.
std::string report_csv(const RunReport& report);

/// A cell of a CSV file: quoted where it must be, and never taken for a formula.
std::string csv_cell(std::string_view text);

}  // namespace rq::view
