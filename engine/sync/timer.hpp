// High-resolution timers (kernel/time/hrtimer.c, 6.1): each has a range, from its soft to its hard
// expiry. A CPU's interrupt is set to the earliest hard expiry; when it comes, every timer whose
// soft expiry has passed fires, in the order of hard expiries. Left out: clock bases other than
// monotonic, softirq timers, migration of timers between CPUs.
#pragma once

#include "base/rbtree.hpp"
#include "ids.hpp"

namespace rq {

struct Context;

/// What happens when a timer expires; dispatched by sim/timers.cpp.
enum class TimerKind : u8 {
    none,
    wake,           ///< wake the owner task (nanosleep and the like)
    itimer_real,    ///< SIGALRM to the owner task
    cfs_period,     ///< owner = group: refill cpu.max
    cfs_slack,      ///< owner = group: hand out what came back
    rt_period,      ///< RT throttling period of the machine
    dl_replenish,   ///< owner = index of a sched_dl_entity
    dl_inactive,    ///< owner = index of a sched_dl_entity: 0-lag time
    hrtick,         ///< owner = CPU
    disk,           ///< owner = index of a page_read: its pages have come from the disk
    rig,            ///< owner task: kload's common start
    oom_reaper,     ///< owner = address space of a victim that has not ended by itself
};

struct hrtimer {
    rb_link link;
    u32 owner;      ///< raw id of what the kind says
    u64 soft;       ///< earliest instant at which it may fire
    u64 hard;       ///< latest; the key of the queue
    u64 queued;     ///< when it was armed: of equal expiries the first queued goes first
    CpuId cpu;      ///< on whose queue it is
    u8 kind;        ///< TimerKind
    u8 armed;
    u16 zero;
};
RQ_STATE_SIZE(hrtimer, 48);

/// Makes a timer that is not armed.
TimerId timer_create(Context& c, TimerKind kind, u32 owner);
/// Disarms and ends a timer.
void timer_destroy(Context& c, TimerId timer);
/// (Re)arms on a CPU for [soft, soft + slack]; soft may be in the past: fires as soon as can be.
void timer_arm(Context& c, TimerId timer, CpuId cpu, u64 soft, u64 slack);
void timer_disarm(Context& c, TimerId timer);
/// The hard expiry of the CPU's first timer, or NEVER.
u64 timer_next_expiry(const Context& c, CpuId cpu);
/// Lets the CPU's tick come again, on its grid, after it was stopped.
void tick_restart(Context& c, CpuId cpu);
/// Sets the CPU's interrupt event to the earlier of its tick and its first timer; an interrupt that
/// is being served does so itself when it returns.
void timer_program(Context& c, CpuId cpu);
/// Takes the CPU's first timer if its soft expiry is at or before `now`; null if there is none.
TimerId timer_pop_expired(Context& c, CpuId cpu, u64 now);

}  // namespace rq
