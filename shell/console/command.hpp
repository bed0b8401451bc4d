// What a command of the console gets and gives. To add one: a function in a file of its own kind,
// and a line in commands.def.
#pragma once

#include "console/console.hpp"

namespace rq::console {

/// One command while it is executed.
struct Run {
    Console& shell;
    std::vector<std::string> args;  ///< args[0] is its name
    bool has_input = false;         ///< something is piped or redirected into it
    std::string input;
    TaskId self{};    ///< the process it runs as; of builtins the shell
    std::string out;  ///< standard output
    std::string err;  ///< standard error
    bool background = false;
    bool piped = false;  ///< another command reads what it prints
    /// The process goes on by itself; its end gives the status.
    bool goes_on = false;

    /// "NAME: MESSAGE" to standard error; returns 1.
    s32 fail(std::string_view message, s32 status = 1);
    void print(std::string_view text) { out += text; }
    Context context() { return shell.session().context(); }
    /// The number of its process.
    s32 pid() const { return shell.processes().world().tasks[self].tgid; }
    /// One call of the process, see Processes::call.
    s64 call(std::string_view operation) { return shell.processes().call(self, operation); }
    /// The text of a file, or a complaint as `cat` makes it.
    bool read(const std::string& path, std::string& text);
    /// The texts of the files args[first …], "-" and none being the input; false: some could not be
    /// read, with a complaint.
    bool gather(std::size_t first, std::string& text);
    /// Files of the machine that are known to be there; empty if not.
    std::string slurp(const std::string& path);
    /// The process becomes another command: exec() of args from `first` on.
    s32 exec(std::size_t first);
    /// A child of this process runs the command args from `first` on while this one waits. Its
    /// packed wait status; `ended` is called at the instant at which it has ended.
    s64 run_child(std::size_t first, const std::function<void(Child)>& started,
                  const std::function<void(Child)>& ended);
};

enum class CommandKind : u8 {
    builtin,  ///< runs in the shell
    program,  ///< has a process of its own
};

struct CommandInfo {
    const char* name;
    CommandKind kind;
    s32 (*main)(Run&);
    const char* usage;
    const char* help;
};
const std::vector<CommandInfo>& commands();
/// Two lines: how it is written, what it does.
std::string help_of(const CommandInfo& command);
const CommandInfo* find_command(std::string_view name);

/// What `$?` says of a packed wait status, or of -errno.
s32 shell_status(s64 packed);
/// "Permission denied", "No such process" …: strerror() of a positive errno.
const char* error_text(s64 error);
/// A decimal number, all of the text, as parse_decimal() but with a `+` before it allowed.
bool parse_number(std::string_view text, s64& number);
/// Cut at blanks.
std::vector<std::string> fields_of(std::string_view text);
std::vector<std::string_view> lines_of(std::string_view text);
std::vector<std::string_view> lines_of(std::string&& text) = delete;  // the lines would outlive it
/// Right-aligned, left-aligned.
std::string right(std::string_view text, std::size_t width);
std::string left(std::string_view text, std::size_t width);
/// The number at the start of a text, times 1000: what sort -n compares.
s64 thousandths_of(std::string_view text);
/// "5", "0.1", "2m", "1h" of sleep and timeout, in ns.
bool parse_seconds(std::string_view text, u64& ns);
/// "TERM", "SIGTERM", "15"; -1 if it is no signal.
s32 signal_number(std::string_view text);
std::string fixed(u64 value, u64 unit, u32 digits);  ///< value / unit with digits, rounded down

#define COMMAND(name, kind, function, usage, help) s32 function(Run& run);
#include "console/commands.def"
#undef COMMAND
/// ./NAME: a file of the user's with operations or steps.
s32 cmd_own(Run& run);

}  // namespace rq::console
