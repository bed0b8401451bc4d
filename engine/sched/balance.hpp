// Doors of load balancing; the rest of its interface stands in policy.hpp.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;

/// Pushes one task of a CPU to the CPU that asked for it; run by the CPU's stop task.
void active_load_balance(Context& c, CpuId busiest);

/// The list of a CPU's fair tasks, most recently run first (rq::cfs_tasks).
void cfs_tasks_add(Context& c, CpuId cpu, SeId se);
void cfs_tasks_remove(Context& c, CpuId cpu, SeId se);
void cfs_tasks_to_front(Context& c, CpuId cpu, SeId se);

}  // namespace rq
