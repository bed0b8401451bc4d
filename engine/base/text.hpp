// Text without locale, iostream or floating point: numbers, columns, nearest names.
#pragma once

#include "base/types.hpp"

#include <string>
#include <string_view>

namespace rq {

/// Appends a number in decimal.
void append_u64(std::string& out, u64 value);
void append_s64(std::string& out, s64 value);
/// Appends a number right-aligned in `width` columns, filled with `fill`.
void append_padded(std::string& out, u64 value, u32 width, char fill = ' ');
void append_hex(std::string& out, u64 value, u32 width = 0);
/// Appends text, then blanks up to `width` columns.
void append_left(std::string& out, std::string_view text, u32 width);
/// Blanks up to `width` columns, then the text.
void append_right(std::string& out, std::string_view text, u32 width);

/// numerator / denominator with `digits` decimal digits, rounded half up; "0" for 0/0.
std::string decimal(u64 numerator, u64 denominator, u32 digits);
/// "4.000 ms", "36.6 µs", "1.500 s": an amount of nanoseconds for people, one unit chosen by size.
std::string human_ns(u64 ns);
/// "4.000 ms" always in ms with three decimals.
std::string ms3(u64 ns);

/// The text without blanks, tabs and ends of lines at its ends.
std::string_view trimmed(std::string_view text);
/// A whole number in decimal with nothing beside it. False, and `value` as it was, for any other
/// text and for a number that the type cannot hold.
bool parse_decimal(std::string_view text, s32& value);
bool parse_decimal(std::string_view text, s64& value);
bool parse_decimal(std::string_view text, u64& value);

/// Edit distance, at most `limit` (then `limit`): for "did you mean".
u32 edit_distance(std::string_view a, std::string_view b, u32 limit);

/// JSON string literal with quotes; control characters and invalid UTF-8 escaped.
void append_json_string(std::string& out, std::string_view text);

/// The bytes a trace line may show as a task name: [A-Za-z0-9_./:+<>#-], others become '_'.
std::string comm_for_trace(std::string_view name);

}  // namespace rq
