// Recordings of real kernels, reduced to the figures that runs are compared with; the format is
// told at the head of data/runs-*.txt.
#pragma once

#include "base/types.hpp"

#include <string>
#include <vector>

namespace oracle {

using ::rq::s64;
using ::rq::u32;
using ::rq::u64;

/// A recorded figure and twice the kernel's distance from itself in two further runs.
struct Figure {
    u64 value = 0;
    u64 own = 0;
    bool present = false;
};

struct RecordedTask {
    std::string name;
    Figure share_ppm, slice, latency, latency_p99;
};

struct RecordedGroup {
    std::string path;
    u64 nr_throttled = 0;
    u64 throttled_usec = 0;
};

/// A run of one task on one CPU; an idle stretch has task = idle and length 0.
struct Slice {
    static constexpr u32 idle = ~0u;
    u32 task;
    u32 length;  ///< in 0.1 ms
    bool operator==(const Slice& o) const { return task == o.task && length == o.length; }
};

/// One further recording of several CPUs, started at another phase.
struct Seed {
    u64 migrations = 0;
    std::vector<u64> share_ppm;  ///< in the order of `names`
};

struct Recording {
    std::string name, file, machine, boot;
    std::vector<std::string> sysctl, sched;
    u64 from = 0, length = 0, first_tick = 0;
    std::vector<std::string> names;
    // One CPU
    std::vector<RecordedTask> tasks;
    std::vector<RecordedGroup> groups;
    Figure switches;
    u64 want_order = 0, want_lengths = 0;  ///< thousandths
    std::vector<Slice> slices;
    // Several
    std::vector<std::vector<u32>> kinds;
    std::vector<Seed> seeds;

    bool several_cpus() const { return !seeds.empty(); }
};

/// Reads data/runs-KERNEL.txt; empty if there is no such file.
std::vector<Recording> read_recordings(const std::string& path);

/// How alike two sequences are, in thousandths: the longest common subsequence over the longer one.
u64 alike(const std::vector<Slice>& a, const std::vector<Slice>& b, bool with_lengths);

}  // namespace oracle
