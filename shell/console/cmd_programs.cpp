// Programs that compute or sleep, and the user's own.
#include "console/script.hpp"
#include "console/syntax.hpp"

namespace rq::console {

namespace {

/// The process goes on by itself with these operations.
s32 become(Run& run, const std::string& operations) {
    std::string error;
    run.goes_on = run.shell.processes().become(run.self, operations, error);
    return run.goes_on ? 0 : run.fail(error.empty() ? "killed" : error);
}

constexpr const char* compute = "{\"repeat\": -1, \"do\": [\"run 1000s\"]}";

}  // namespace

bool parse_seconds(std::string_view text, u64& ns) {
    u64 unit = 1;
    if (!text.empty()) {
        char last = text.back();
        if (last == 'm') unit = 60;
        if (last == 'h') unit = 3600;
        if (last == 'd') unit = 86400;
        if (last == 's' || unit > 1) text.remove_suffix(1);
    }
    if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos)
        return false;
    u64 whole = static_cast<u64>(thousandths_of(text));
    if (whole > u64{1'000'000'000'000}) return false;
    ns = whole * NSEC_PER_MSEC * unit;
    return true;
}

s32 cmd_sleep(Run& run) {
    u64 total = 0;
    if (run.args.size() < 2)
        return run.fail("missing operand\nTry 'sleep --help' for more information.");
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        u64 ns = 0;
        if (!parse_seconds(run.args[i], ns))
            return run.fail("invalid time interval '" + run.args[i] +
                            "'\nTry 'sleep --help' for more information.");
        total += ns;
    }
    return become(run, "[\"sleep " + std::to_string(total) + "ns\"]");
}

/// Linux: it writes 8 KiB a call; here it computes, and prints only into a pipe.
s32 cmd_yes(Run& run) {
    if (!run.piped) return become(run, std::string("[") + compute + "]");
    std::string word = run.args.size() > 1 ? run.args[1] : "y";
    for (u32 i = 0; i < 4096; ++i) run.out += word + "\n";
    return 128 + 13;  // SIGPIPE: nobody reads on
}

s32 cmd_stress(Run& run) {
    s64 workers = 1;
    u64 seconds = 0;
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        std::string a = run.args[i];
        std::string value = i + 1 < run.args.size() ? run.args[i + 1] : "";
        if (a == "-c" || a == "--cpu") {
            if (!parse_number(value, workers) || workers < 1 || workers > 1024)
                return run.fail("bogus value for --cpu: " + value);
            ++i;
        } else if (a == "-t" || a == "--timeout") {
            if (!parse_seconds(value, seconds))
                return run.fail("bogus value for --timeout: " + value);
            ++i;
        } else {
            return run.fail("unrecognized option: " + a);
        }
    }
    std::string work = seconds ? "\"runtime " + std::to_string(seconds) + "ns\"" : compute;
    // Without a name the children keep their parent's.
    std::string body = "[{\"fork\": [" + work + "], \"count\": " + std::to_string(workers) +
                       "}, \"wait_children\"]";
    return become(run, body);
}

namespace {

/// A text of the shell in a process of its own. A loop that does nothing else computes for ever.
s32 run_text(Run& run, const std::string& text, const std::vector<std::string>& words) {
    const Parsed parsed = parse(text);
    const bool one = parsed.list.size() == 1 && parsed.list[0].pipeline.commands.size() == 1;
    if (one && computes_for_ever(parsed.list[0].pipeline.commands[0]))
        return become(run, std::string("[") + compute + "]");
    return run.shell.subshell(run, text, words);
}

}  // namespace

s32 cmd_bash(Run& run) {
    std::vector<std::string> words;
    if (run.args.size() > 1 && run.args[1] == "-c") {
        if (run.args.size() < 3) return run.fail("-c: option requires an argument", 2);
        words.assign(run.args.begin() + 3, run.args.end());
        if (words.empty()) words.push_back(run.args[0]);
        return run_text(run, run.args[2], words);
    }
    if (run.args.size() > 1 && run.args[1][0] == '-')
        return run.fail(run.args[1] + ": invalid option; -c TEXT and FILE are known", 2);
    std::string text = run.input;
    words.assign(run.args.begin() + (run.args.size() > 1), run.args.end());
    if (run.args.size() > 1) {
        const std::string path = Files::absolute(run.shell.directory(), run.args[1]);
        const s32 error = run.shell.files().read(run.self, path, text);
        if (error) return run.fail(run.args[1] + ": " + error_text(-error), 127);
    } else if (!run.has_input) {
        return run.fail("a second prompt is not there: bash -c 'COMMANDS', or bash FILE", 2);
    }
    return run_text(run, text, words);
}

s32 cmd_nohup(Run& run) {
    if (run.args.size() < 2) return run.fail("missing operand", 125);
    run.call("sigaction SIGHUP ignore");
    return run.exec(1);
}

s32 cmd_setsid(Run& run) {
    if (run.args.size() < 2) return run.fail("no command specified");
    if (run.call("setsid") >= 0) return run.exec(1);
    // It leads a group: a child of it can.
    auto alone = [&](Child child) { run.shell.processes().call(child.id, "setsid"); };
    return shell_status(run.run_child(1, alone, [](Child) {}));
}

s32 cmd_env(Run& run) {
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at].find('=') != std::string::npos; ++at) {
    }
    if (at < run.args.size()) return run.exec(at);
    for (const auto& variable : run.shell.variables())
        if (is_name(variable.first)) run.out += variable.first + "=" + variable.second + "\n";
    return 0;
}

s32 cmd_own(Run& run) {
    std::string text;
    std::string path = Files::absolute(run.shell.directory(), run.args[0]);
    s32 error = run.shell.files().read(run.self, path, text);
    if (error) {
        run.err += "bash: " + run.args[0] + ": " + error_text(-error) + "\n";
        return 127;
    }
    if (!text.empty() && text[0] == '[') return become(run, text);
    if (text.compare(0, script_mark.size(), script_mark) == 0) return run_script(run, text);
    if (text.compare(0, 2, "#!") == 0 && text.find("sh") < text.find('\n'))
        return run_text(run, text, run.args);
    run.err += "bash: " + run.args[0] +
               ": cannot execute binary file: a program here is a list of "
               "operations such as [\"run 20ms\", \"sleep 5ms\"]\n";
    return 126;
}

s32 cmd_gcc(Run& run) {
    std::string source;
    std::string output = "a.out";
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        const std::string& a = run.args[i];
        if (a == "-o" && i + 1 < run.args.size())
            output = run.args[++i];
        else if (a[0] != '-')
            source = a;
    }
    std::string text;
    if (source.empty()) {
        run.err += "gcc: fatal error: no input files\ncompilation terminated.\n";
        return 1;
    }
    if (run.shell.files().read(run.self, Files::absolute(run.shell.directory(), source), text)) {
        run.err += "cc1: fatal error: " + source +
                   ": No such file or directory\n"
                   "compilation terminated.\n";
        return 1;
    }
    run.call("run 20ms");
    std::string steps;
    std::string complaint;
    if (!translate_c(source, text, steps, complaint)) {
        run.err += complaint + "\n";
        return 1;
    }
    std::string path = Files::absolute(run.shell.directory(), output);
    s32 error = run.shell.files().write(run.self, path, steps, false);
    return error ? run.fail(output + ": " + error_text(-error)) : 0;
}

}  // namespace rq::console
