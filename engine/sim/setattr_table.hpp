// Tables of single sched_setattr calls, made through the engine: each case by a fresh SCHED_OTHER
// task of a machine with nothing else to do, as the recorded program dltab makes them.
#pragma once

#include "scenario/setattr.hpp"

namespace rq {

/// What one call returned (0 or -errno) and what sched_getattr shows of the task afterwards.
struct SetattrResult {
    s64 result = 0;
    s64 policy = 0;
    u64 flags = 0;
    s64 nice = 0;
    s64 prio = 0;
    u64 runtime = 0;
    u64 deadline = 0;
    u64 period = 0;
};

/// Results by group and case, in the table's order. `cpus` of the machine: 1 … limits::cpus.
std::vector<std::vector<SetattrResult>> run_setattr_table(const SetattrTable& table,
                                                          KernelVersion kernel, u32 cpus);

/// The name of an errno that scheduling calls give ("EBUSY"), "ok" for 0.
const char* setattr_result_name(s64 result);

}  // namespace rq
