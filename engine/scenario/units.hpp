// How amounts are written: "10ms", "4KiB", "0-3,8", SCHED_RR. Reading and writing, both exact.
#pragma once

#include "base/types.hpp"
#include "scenario/scenario.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq {

/// A decimal integer with optional sign and nothing else.
bool parse_s64(std::string_view text, s64& value);
/// A decimal integer, or a hexadecimal one after 0x.
bool parse_u64(std::string_view text, u64& value);
/// "4KiB", "2MiB", "1GiB", "512B", "3pages" (of 4 KiB) or a plain integer of bytes.
bool parse_bytes(std::string_view text, u64& bytes);

/// The shortest exact form: 5000000 is "5ms", 1500 "1500ns", 0 "0".
std::string format_time(u64 ns);
std::string format_bytes(u64 bytes);
/// Ascending CPUs as a list of ranges, "0-3,8".
std::string format_cpu_list(const std::vector<u32>& cpus);

/// CLONE_* words and a signal joined by |, as bits; false when a word is unknown (see `bad`).
bool parse_clone_flags(std::string_view text, u64& flags, std::string_view& bad);

/// The name cut to at most `bytes`, between characters.
std::string_view cut_name(std::string_view name, u32 bytes);

/// The candidate nearest to `word`, or empty when none is near enough to be what was meant.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace rq
