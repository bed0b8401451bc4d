// The stop task of a CPU ("migration/N", kernel/stop_machine.c): it runs before everything else and
// moves tasks that are running, or may no longer run there.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;

/// Wakes the CPU's stop task; what there is to do it finds in the CPU's queue.
void stop_one_cpu_nowait(Context& c, CpuId cpu);
/// The stop task's work, on its CPU: an active balance, and tasks that may no longer run there.
void run_stop_work(Context& c, CpuId cpu);

}  // namespace rq
