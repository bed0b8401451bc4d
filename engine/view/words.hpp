// Words and sentences shared by the views: names of states, times, marked-up text.
#pragma once

#include "base/types.hpp"

#include <string>
#include <string_view>

namespace rq::view {

/// No task: what an idle CPU runs, or a field without one.
inline constexpr u32 no_task = ~0u;

/// In a styled sentence the name of a task stands between these two bytes, so that a shell can
/// print it bold; plain() takes them away.
inline constexpr char name_begin = '\x01';
inline constexpr char name_end = '\x02';
std::string plain(std::string_view styled);
/// Appends a name between the two bytes.
void append_name(std::string& out, std::string_view name);

/// What a task is doing, in the order in which lanes draw it.
enum class State : u8 { running, waiting, sleeping, disk, stopped, traced, zombie, dead, unborn };
/// "running", "waiting", "sleeping", "disk sleep", "stopped", "traced", "zombie", "dead".
const char* state_word(State state);
/// The letter of ps and /proc: R R S D T t Z X.
char state_letter(State state);
/// The state that a record's prev_state or a task's __state | exit_state means; `on_cpu` tells
/// running from waiting.
State state_of(u32 kernel_state, bool on_cpu);
/// True if a sched_switch's prev_state says that the task was preempted (TASK_REPORT_MAX alone).
inline bool shown_preempted(u32 prev_state) { return prev_state == 0x100; }
/// What the kernel's trace prints for a prev_state: "R", "R+", "S", "D", "Z" …
std::string prev_state_text(u32 kernel_state);

/// Short words for tables: "+12.345 ms" counted from t0, minus where before it.
std::string instant(u64 time, u64 t0);

}  // namespace rq::view
