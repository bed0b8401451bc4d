// The fair server (kernel/sched/deadline.c, 6.12): a deadline entity of each CPU that serves fair
// tasks which others would starve: 50 ms in each second, given as late as possible (deferred).
// On 6.1 there is none and all of these do nothing.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;

/// Makes the servers of all CPUs; sched_init calls it.
void fair_server_init(Context& c);
/// Fair tasks became runnable on the CPU (from none).
void dl_server_start(Context& c, CpuId cpu);
void dl_server_stop(Context& c, CpuId cpu);
/// A fair task has run for that long.
void dl_server_update(Context& c, CpuId cpu, u64 delta_exec);
/// The CPU has been idle since it was last settled: that time counts as served.
void dl_server_update_idle_time(Context& c, CpuId cpu);
/// Takes over Tunables::fair_server_runtime and _period. 0, or -EBUSY if it does not fit.
s32 dl_server_apply_params(Context& c, CpuId cpu, u64 runtime, u64 period);

}  // namespace rq
