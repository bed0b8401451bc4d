// How a CPU spends its time between two events. A stretch ("segment") is idle, user work or kernel
// work of a system call. Costs are a debt that is worked off before the work goes on; kernel work
// is not preempted (PREEMPT_VOLUNTARY), user work is at once.
#pragma once

#include "cost/table.hpp"
#include "ids.hpp"
#include "sched/core.hpp"

namespace rq {

struct Context;

/// Charges a cost to the CPU: its present work waits that much longer. settle() comes first.
void charge(Context& c, CpuId cpu, Cost what, u64 times = 1);
/// The same for an amount that is computed (cache refill and the like).
void charge_ns(Context& c, CpuId cpu, Kind kind, u64 ns);

/// Books the time since the segment began: debts first, then work; returns the time worked.
u64 settle(Context& c, CpuId cpu);
/// Sets the event at which the CPU's present segment ends.
void arm_segment(Context& c, CpuId cpu);
/// Lets the CPU go on from now: reschedules if it should, runs operations until one takes time.
void cpu_continue(Context& c, CpuId cpu);
/// The CPU's present segment has ended.
void segment_end(Context& c, CpuId cpu);
/// The CPU's timer interrupt: expired timers and the tick in the order of their expiries, one after
/// another; then, on the way out, the scheduler. Comes again while the interrupt takes time.
void timer_interrupt(Context& c, CpuId cpu);
/// What an expired timer does, by its kind (sim/timers.cpp).
void timer_expired(Context& c, TimerId timer);
/// An inter-processor reschedule interrupt has arrived.
void reschedule_interrupt(Context& c, CpuId cpu);

}  // namespace rq
