// A task that exists before the first record of a trace, as writers of files must know it.
#pragma once

#include "ids.hpp"

#include <string>

namespace rq {

struct KnownTask {
    TaskId id;
    u32 pid = 0;
    u32 tgid = 0;
    s32 prio = 120;    ///< the kernel's number
    bool idle = false;
    u32 cpu = ~0u;     ///< the CPU it runs on, ~0 = none
    std::string comm;
};

}  // namespace rq
