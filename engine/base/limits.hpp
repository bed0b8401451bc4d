// Every capacity of the engine, with its reason. Reaching one is an error the user is told about.
#pragma once

#include "base/types.hpp"

namespace rq::limits {

/// CPUs of a machine: as many as the kernel's CONFIG_NR_CPUS on common server builds can hold.
inline constexpr u32 cpus = 1024;
/// NUMA nodes of a machine.
inline constexpr u32 nodes = 64;
/// Tasks alive at once: four times the kernel's default pid_max of 32,768; pid_max can be set.
inline constexpr u32 tasks = 131'072;
/// Page frames in use at once: 64 GiB of simulated memory that was touched, 256 MiB of ours.
inline constexpr u32 frames = 1u << 24;  // and an entry of a page table has room for 2^26
/// Control groups, as ecosystem peers; a cfs_rq exists for each CPU of each of them.
inline constexpr u32 groups = 1024;
/// Groups times CPUs: a queue and an entity each, about half a kilobyte.
inline constexpr u32 group_queues = 1u << 17;
/// Bytes of scenario text.
inline constexpr u32 scenario_bytes = 16u << 20;
/// Bytes of a scenario inflated from a link.
inline constexpr u32 link_bytes = 256u << 10;
/// Bytes of an imported trace.
inline constexpr u32 import_bytes = 64u << 20;
/// Nesting of JSON values and of `repeat` and `fork` blocks.
inline constexpr u32 depth = 32;
/// Values of one JSON text: 16 MiB hold more only when they are nothing but brackets.
inline constexpr u32 json_values = 1u << 22;
/// Nested `repeat` blocks of one program: the loop counters a task carries.
inline constexpr u32 loops = 8;
/// Operations of all programs of a scenario together.
inline constexpr u32 ops = 1u << 20;
/// Tasks that a scenario's `instances` may make before the run starts.
inline constexpr u32 initial_tasks = 131'000;
/// Latest instant of a run: 2^62 ns, so that differences of instants fit into 63 bits.
inline constexpr u64 time_ns = u64{1} << 62;
/// Events at one simulated instant before the run is stopped as one that makes no progress.
inline constexpr u32 events_at_one_instant = 100'000;
/// Longest name of a task (the kernel's TASK_COMM_LEN is 16 with the final zero).
inline constexpr u32 comm = 15;
/// Bytes of a full trace, natively.
inline constexpr u64 trace_bytes_native = u64{4} << 30;
/// Bytes of a full trace in the page.
inline constexpr u64 trace_bytes_page = u64{256} << 20;
/// Bytes of keyframes, natively.
inline constexpr u64 keyframe_bytes_native = u64{256} << 20;
/// Bytes of keyframes in the page.
inline constexpr u64 keyframe_bytes_page = u64{64} << 20;

}  // namespace rq::limits
