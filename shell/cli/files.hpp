// Files and streams of the command line, without exceptions.
#pragma once

#include "engine.hpp"

#include <string>

namespace rq::cli {

/// Exit codes of the program.
inline constexpr int exit_pass = 0;
inline constexpr int exit_check_failed = 1;
inline constexpr int exit_bad_input = 2;
inline constexpr int exit_bad_usage = 3;
inline constexpr int exit_limit = 4;
inline constexpr int exit_invariant = 5;

/// Reads a file, or standard input for "-". On failure says so and returns false.
bool read_file(const std::string& path, std::string& text);
/// Writes a whole file, or standard output for "-"; false (and said so) when it cannot.
bool write_file(const std::string& path, std::string_view text);

/// A result, to standard output.
void print(std::string_view text);
/// Anything else, to standard error, as a line.
void say(std::string_view text);
/// "FILE:12:5: message. hint" for each.
void say(const std::string& path, const Diagnostics& diagnostics);

}  // namespace rq::cli
