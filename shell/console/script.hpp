// Programs that print: a list of steps that lead a process, one a line. What gcc here translates C
// into; it can be read with cat and edited.
//
//   data NAME            a variable in a page of its own
//   set NAME VALUE       writes it
//   print TEXT           prints, with \n, {NAME}, {pid} {ppid} {tid} {cpu} {affinity} {result}
//   clone FLAGS {        a child with these flags; its steps up to the closing brace
//   }
//   perror TEXT          if the call before failed: says so, and goes on behind the next `end`
//   end                  where perror leads to
//   waitpid              waits for the oldest child
//   anything else        an operation of scenario/ops.def, as in "sleep 1s"
#pragma once

#include "console/command.hpp"

namespace rq::console {

/// The first line of such a file.
inline constexpr std::string_view script_mark = "# steps";

/// Leads the command's process through the steps; its exit status.
s32 run_script(Run& run, std::string_view text);

/// C source as steps, or a complaint in the form of gcc: "clone_test.c:12: error: …".
bool translate_c(const std::string& name, std::string_view source, std::string& steps,
                 std::string& complaint);

}  // namespace rq::console
