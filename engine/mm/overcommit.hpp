// How much memory processes may ask for (mm/util.c of 6.1): vm.overcommit_memory 0 refuses what is
// more than all memory at once, 1 refuses nothing, 2 nothing beyond the commit limit.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;
struct World;

inline constexpr u32 OVERCOMMIT_GUESS = 0;
inline constexpr u32 OVERCOMMIT_ALWAYS = 1;
inline constexpr u32 OVERCOMMIT_NEVER = 2;

/// __vm_enough_memory(): books pages that an address space may write from now on; 0 or -ENOMEM
/// (then nothing is booked). Mode 2 keeps a reserve for CAP_SYS_ADMIN (admin_reserve_kbytes) and
/// one that grows with the address space (user_reserve_kbytes).
s32 vm_enough_memory(Context& c, TaskId p, u64 pages);
/// Gives booked pages back.
void vm_unacct_memory(Context& c, u64 pages);
/// CommitLimit, in pages: vm.overcommit_ratio percent of the memory.
u64 vm_commit_limit(const World& w);

}  // namespace rq
