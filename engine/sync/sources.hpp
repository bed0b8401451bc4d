// The sources of simulation events and the order of what happens at one instant.
#pragma once

#include "base/types.hpp"

namespace rq {

/// At one instant: work that ends comes before interrupts, so that a task that is just done is not
/// preempted; then interrupts by CPU, then actions from outside. Within a rank the lower CPU first.
enum class Rank : u8 {
    segment_end,  ///< a CPU's present stretch (user work, system call) is over
    interrupt,    ///< a CPU's next timer: tick or hrtimer
    reschedule,   ///< an inter-processor interrupt arrived at a CPU
    action,       ///< the scenario's or the user's next action
};

/// Each CPU has three sources; the machine has one more.
inline constexpr u32 source_segment(u32 cpu) { return cpu * 3; }
inline constexpr u32 source_interrupt(u32 cpu) { return cpu * 3 + 1; }
inline constexpr u32 source_reschedule(u32 cpu) { return cpu * 3 + 2; }
inline constexpr u32 source_action(u32 cpus) { return cpus * 3; }
inline constexpr u32 source_count(u32 cpus) { return cpus * 3 + 1; }

inline constexpr u64 tie_of(Rank rank, u32 cpu) { return static_cast<u64>(rank) << 32 | cpu; }

}  // namespace rq
