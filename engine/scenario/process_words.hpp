// Words of the operations on processes, signals, files and memory, and what they mean as bits.
#pragma once

#include "scenario/scenario.hpp"

#include <string_view>

namespace rq {

/// "SIGTERM", "TERM" or a number 1 … 64; 0 when it is none.
u32 parse_signal(std::string_view text);
/// Signals joined by commas, or "all", as a set with bit n - 1 for signal n.
bool parse_signal_set(std::string_view text, u64& set);

/// Fills op.flags (and n) from the words of an operation; null or what the word `bad` is not.
const char* process_words(const Scenario& scenario, Op& op, std::string_view& bad);

}  // namespace rq
