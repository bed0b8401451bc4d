// What `perf sched` (6.1) prints of a recording, made from our trace: latency, timehist and map in
// the tool's own layout. Times are counted from t0. Left out: options, callchains, summaries.
#pragma once

#include "trace/known_task.hpp"
#include "trace/trace.hpp"

#include <string>
#include <vector>

namespace rq::view {

/// What the three reports need of a run.
struct PerfInput {
    const Trace* trace = nullptr;
    std::vector<KnownTask> known;  ///< tasks before the first record
    u64 t0 = 0;          ///< where the recording begins, and times count from
    u64 until = NEVER;   ///< and where it ends
    u32 cpus = 1;
};

/// A line for each name: time on CPUs, switches, average and longest wait for a CPU. Tasks of one
/// name are one line, "name:(2)". The longest average comes first.
std::string perf_sched_latency(const PerfInput& input);
/// A line for each switch: how long the task that leaves had waited, been delayed, and run.
std::string perf_sched_timehist(const PerfInput& input);
/// A line for each switch: who is on each CPU, by two-character names.
std::string perf_sched_map(const PerfInput& input);

}  // namespace rq::view
