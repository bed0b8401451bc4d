// Memory is used up: who must go (mm/oom_kill.c, fs/proc/base.c of 6.1). Left out: constraints by
// cpuset and memory policy, panic_on_oom.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;

inline constexpr s32 OOM_SCORE_ADJ_MIN = -1000;
inline constexpr s32 OOM_SCORE_ADJ_MAX = 1000;
/// What oom_badness() says of those who are never chosen.
inline constexpr s64 OOM_UNKILLABLE = -s64{1} - (s64{1} << 62) - ((s64{1} << 62) - 1);

/// Pages that the end of a process would give back: those in memory and those of its page tables,
/// plus oom_score_adj thousandths of `totalpages`. OOM_UNKILLABLE for init, kernel threads, an
/// adjustment of -1000, a vfork child before its exec, and who has been reaped.
s64 oom_badness(const Context& c, TaskId p, u64 totalpages);
/// /proc/PID/oom_score, 0 … 2000 (proc_oom_score).
u32 proc_oom_score(const Context& c, TaskId p);

/// out_of_memory(): p could not get a page. The worst process gets SIGKILL, with all that share its
/// memory; nobody does while an earlier victim has not ended. If p's control group is at its limit
/// the victim is one of the group. False when there is nobody left to kill in the whole system:
/// then the kernel panics.
bool out_of_memory(Context& c, TaskId p);
/// The same for a group that has more than its memory.max; `by` may be null.
void memcg_out_of_memory(Context& c, TaskId by, GroupId group);
/// The OOM reaper takes a victim's private memory that has not ended two seconds after it was to.
void oom_reap(Context& c, MmId mm);

/// Writes /proc/PID/oom_score_adj of p's process (`by` null: as root), for all who share its
/// memory. -EINVAL out of range; -EACCES below the lowest that a privileged task set, without
/// CAP_SYS_RESOURCE.
s32 set_oom_score_adj(Context& c, TaskId by, TaskId p, s64 value);

}  // namespace rq
