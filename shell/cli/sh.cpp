// `runqueue sh`: the console at a terminal, or fed by a pipe.
#include "cli/commands.hpp"
#include "cli/line_editor.hpp"
#include "console/console.hpp"
#include "session/builtin.hpp"

#include <csignal>
#include <cstdio>

namespace rq::cli {

namespace {

void show(const std::vector<console::Shown>& pieces) {
    for (const console::Shown& piece : pieces) {
        std::fwrite(piece.text.data(), 1, piece.text.size(), piece.error ? stderr : stdout);
        std::fflush(piece.error ? stderr : stdout);
    }
}

volatile std::sig_atomic_t key_pressed = 0;

/// Executes; ^C ends what is executed, not the program.
std::vector<console::Shown> executed(console::Console& shell, const std::string& text) {
    key_pressed = 0;
    auto* before = std::signal(SIGINT, [](int) { key_pressed = 1; });
    std::vector<console::Shown> shown = shell.execute(text);
    std::signal(SIGINT, before);
    return shown;
}

/// Lines until the end of the input or `exit`; one command may take several.
int converse(console::Console& shell) {
    LineEditor editor(shell);
    shell.interrupted = [] { return key_pressed != 0; };
    std::string text;
    std::string line;
    while (!shell.finished()) {
        if (!editor.read(text.empty() ? shell.prompt() : "> ", line)) break;
        text += line + "\n";
        if (console::Console::unfinished(text)) continue;
        show(executed(shell, text));
        text.clear();
    }
    if (!text.empty()) show(executed(shell, text));
    return shell.status();
}

}  // namespace

int sh_command(const ShellArguments& a) {
    Overrides overrides;
    if (!understand(a.options, overrides)) return exit_bad_usage;
    std::string text(builtin_scenario(a.file));
    if (text.empty() && !read_file(a.file, text)) return exit_bad_input;
    SessionOptions options;
    options.stretch_events = 2000;
    options.horizon_ns = 0;
    Session session(options);
    session.set_overrides(overrides);
    Diagnostics errors = session.load(text, a.file);
    if (!errors.empty()) {
        say(a.file, errors);
        return exit_bad_input;
    }
    console::Console shell(session);
    if (!a.command.empty()) {
        show(shell.execute(a.command));
        return shell.status();
    }
    if (a.file == "-") {
        say("sh: the scenario came from standard input, so commands must be given with -c");
        return exit_bad_usage;
    }
    return converse(shell);
}

}  // namespace rq::cli
