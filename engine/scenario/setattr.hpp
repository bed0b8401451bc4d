// Tables of single sched_setattr calls ("oracle-setattr-1"): each case is made by a fresh
// SCHED_OTHER task, and what the call returns is the result.
#pragma once

#include "base/result.hpp"
#include "base/types.hpp"
#include "scenario/scenario.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq {

/// One call. Times in ns as in struct sched_attr; numbers are what the file says, right or wrong:
/// it is the kernel's business to refuse them.
struct SetattrCase {
    s64 policy = 0;
    u64 flags = 0;
    s64 nice = 0;
    s64 prio = 0;
    u64 runtime = 0;
    u64 deadline = 0;
    u64 period = 0;
    u32 uid = 0;     ///< real, effective and saved, set before the call
    u64 cpus = 0;    ///< affinity mask set before the call; 0 = none set
    bool hold = false;  ///< the task keeps what it got until the end of its group
    std::string note;
    Place place;
};

/// Cases that share one system: what earlier ones hold, later ones miss.
struct SetattrGroup {
    std::string title;
    std::vector<SetattrCase> cases;
};

struct SetattrTable {
    std::string about;
    std::vector<SetattrGroup> groups;
};

Result<SetattrTable> read_setattr_table(std::string_view text);

}  // namespace rq
