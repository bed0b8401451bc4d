// Doors of load balancing; the rest of its interface stands in policy.hpp.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;

/// Why a CPU balances: it is busy, its tick found it idle, or it is about to idle.
enum class Idle : u8 { not_idle, idle, newly_idle };

/// One attempt to balance one domain (index into World::domains) of a CPU; the number of tasks that
/// came. `go_on` becomes false if wider domains are another CPU's to balance.
u32 load_balance(Context& c, CpuId here, u32 domain, Idle idle, bool& go_on);

/// Pushes one task of a CPU to the CPU that asked for it; run by the CPU's stop task.
void active_load_balance(Context& c, CpuId busiest);

/// The list of a CPU's fair tasks, most recently run first (rq::cfs_tasks).
void cfs_tasks_add(Context& c, CpuId cpu, SeId se);
void cfs_tasks_remove(Context& c, CpuId cpu, SeId se);
void cfs_tasks_to_front(Context& c, CpuId cpu, SeId se);

}  // namespace rq
