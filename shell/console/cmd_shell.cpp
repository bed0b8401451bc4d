// Commands of the shell itself: words, directories, jobs, signals, help.
#include "console/command.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace rq::console {

namespace {

struct SignalName {
    const char* name;
    s32 number;
};
constexpr SignalName signal_names[] = {
    {"HUP", 1},   {"INT", 2},   {"QUIT", 3},  {"ILL", 4},   {"TRAP", 5},  {"ABRT", 6},
    {"BUS", 7},   {"FPE", 8},   {"KILL", 9},  {"USR1", 10}, {"SEGV", 11}, {"USR2", 12},
    {"PIPE", 13}, {"ALRM", 14}, {"TERM", 15}, {"CHLD", 17}, {"CONT", 18}, {"STOP", 19},
    {"TSTP", 20}, {"TTIN", 21}, {"TTOU", 22}, {"URG", 23},  {"XCPU", 24}, {"WINCH", 28},
};

std::string job_line(const Run& run, const Job& job, bool newest, bool numbers) {
    const World& w = run.shell.processes().world();
    bool stopped = (w.tasks[job.id].__state & __TASK_STOPPED) != 0;
    std::string line = "[" + std::to_string(job.number) + "]" + (newest ? "+" : "-") + "  ";
    if (numbers) line += std::to_string(job.pid) + " ";
    return line + left(stopped ? "Stopped" : "Running", 24) + job.text + (stopped ? "" : " &") +
           "\n";
}

/// Waits for one job in the foreground and forgets it; what `$?` becomes.
s32 wait_for(Run& run, s32 pid) {
    s64 status = run.shell.processes().wait(run.self, pid);
    std::vector<Job>& jobs = run.shell.jobs();
    for (std::size_t i = 0; i < jobs.size(); ++i)
        if (jobs[i].pid == pid && status >= 0 && (status & 0xff) != 0x7f)
            jobs.erase(jobs.begin() + static_cast<std::ptrdiff_t>(i--));
    return shell_status(status);
}

}  // namespace

s32 signal_number(std::string_view text) {
    s64 number = 0;
    if (parse_number(text, number))
        return number >= 0 && number <= 64 ? static_cast<s32>(number) : -1;
    if (text.substr(0, 3) == "SIG") text.remove_prefix(3);
    for (const SignalName& s : signal_names)
        if (text == s.name) return s.number;
    return -1;
}

s32 cmd_echo(Run& run) {
    std::size_t first = run.args.size() > 1 && run.args[1] == "-n" ? 2 : 1;
    for (std::size_t i = first; i < run.args.size(); ++i)
        run.out += (i > first ? " " : "") + run.args[i];
    if (first == 1) run.out += '\n';
    return 0;
}

namespace {

/// One conversion of printf: "%5d" of a word; what it is printed as.
std::string converted(const std::string& conversion, const std::string& word) {
    const char kind = conversion.back();
    std::string text = word;
    s64 number = 0;
    if (std::strchr("duxo", kind)) {
        parse_number(word, number);
        char digits[32];
        const char* form = kind == 'x' ? "%llx" : kind == 'o' ? "%llo" : "%lld";
        std::snprintf(digits, sizeof digits, form, static_cast<long long>(number));
        text = digits;
    } else if (kind == 'c') {
        text = word.substr(0, 1);
    }
    std::size_t at = 1;
    bool on_left = false;
    bool zeros = false;
    for (; conversion[at] == '-' || conversion[at] == '0'; ++at)
        (conversion[at] == '-' ? on_left : zeros) = true;
    s64 width = 0;
    parse_number(conversion.substr(at, conversion.size() - 1 - at), width);
    const std::size_t size = static_cast<std::size_t>(std::clamp<s64>(width, 0, 1000));
    if (on_left) return left(text, size);
    if (zeros && kind != 's' && text.size() < size) text.insert(0, size - text.size(), '0');
    return right(text, size);
}

/// The format once, with words from `next` on.
std::string formatted(const std::string& format, const std::vector<std::string>& words,
                      std::size_t& next) {
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] == '\\' && i + 1 < format.size()) {
            ++i;
            out += format[i] == 'n' ? '\n' : format[i] == 't' ? '\t' : format[i];
            continue;
        }
        const std::size_t end = format.find_first_of("sduxoc%", i + 1);
        if (format[i] != '%' || end == format.npos) {
            out += format[i];
        } else if (format[end] == '%') {
            out += '%';
            i = end;
        } else {
            out += converted(format.substr(i, end - i + 1),
                             next < words.size() ? words[next] : std::string());
            ++next;
            i = end;
        }
    }
    return out;
}

}  // namespace

s32 cmd_printf(Run& run) {
    if (run.args.size() < 2) return run.fail("usage: printf FORMAT [WORD …]", 2);
    std::size_t next = 2;
    for (;;) {
        const std::size_t before = next;
        run.out += formatted(run.args[1], run.args, next);
        if (next == before || next >= run.args.size()) return 0;
    }
}

s32 cmd_cd(Run& run) {
    std::string path = run.args.size() > 1 ? run.args[1] : "/root";
    std::string whole = Files::absolute(run.shell.directory(), path);
    if (!run.shell.files().is_directory(run.self, whole)) {
        Entry entry;
        bool there = run.shell.files().info(run.self, whole, entry) == 0;
        run.err += "bash: cd: " + path + ": " + error_text(there ? 20 : 2) + "\n";
        return 1;
    }
    run.call("chdir " + whole);
    run.shell.set_directory(whole);
    run.shell.variables()["PWD"] = whole;
    return 0;
}

s32 cmd_pwd(Run& run) {
    run.out += run.shell.directory() + "\n";
    return 0;
}

s32 cmd_true(Run&) {
    return 0;
}
s32 cmd_false(Run&) {
    return 1;
}

s32 cmd_export(Run& run) {
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        std::size_t equals = run.args[i].find('=');
        if (equals == std::string::npos) continue;
        run.shell.variables()[run.args[i].substr(0, equals)] = run.args[i].substr(equals + 1);
    }
    return 0;
}

s32 cmd_unset(Run& run) {
    for (std::size_t i = 1; i < run.args.size(); ++i) run.shell.variables().erase(run.args[i]);
    return 0;
}

namespace {

/// A limit as bash's ulimit names it, as `setrlimit` does, and as /proc/PID/limits does.
struct Limit {
    char letter;
    const char* words;  ///< of ulimit -a, with unit and letter
    const char* resource;
    const char* row;
    u64 unit;  ///< of ulimit, in that of the row
};
constexpr Limit limits[] = {
    {'e', "scheduling priority                 (-e) ", "nice", "Max nice priority", 1},
    {'l', "max locked memory           (kbytes, -l) ", "memlock", "Max locked memory", 1024},
    {'n', "open files                          (-n) ", "nofile", "Max open files", 1},
    {'r', "real-time priority                  (-r) ", "rtprio", "Max realtime priority", 1},
    {'u', "max user processes                  (-u) ", "nproc", "Max processes", 1},
    {'v', "virtual memory              (kbytes, -v) ", "as", "Max address space", 1024},
};

/// The soft limit of the shell, in ulimit's unit.
std::string limit_of(Run& run, const Limit& limit) {
    const std::string text = run.slurp("/proc/" + std::to_string(run.pid()) + "/limits");
    const std::string_view row = limit.row;
    for (std::string_view line : lines_of(text)) {
        if (line.substr(0, row.size()) != row) continue;
        const std::vector<std::string> values = fields_of(line.substr(row.size()));
        s64 value = 0;
        if (values.empty() || !parse_number(values[0], value)) return "unlimited";
        return std::to_string(static_cast<u64>(value) / limit.unit);
    }
    return "unlimited";
}

}  // namespace

s32 cmd_ulimit(Run& run) {
    const std::string option = run.args.size() > 1 ? run.args[1] : "";
    if (option == "-a") {
        for (const Limit& limit : limits) run.out += limit.words + limit_of(run, limit) + "\n";
        return 0;
    }
    const Limit* which = nullptr;
    for (const Limit& limit : limits)
        if (option.size() == 2 && option[0] == '-' && option[1] == limit.letter) which = &limit;
    if (!which || run.args.size() > 3) {
        return run.fail("usage: ulimit -a, or -e, -l, -n, -r, -u or -v with a new limit", 2);
    }
    if (run.args.size() == 2) {
        run.out += limit_of(run, *which) + "\n";
        return 0;
    }
    s64 value = -1;
    const std::string& wanted = run.args[2];
    const s64 unit = static_cast<s64>(which->unit);
    if (wanted != "unlimited" &&
        (!parse_number(wanted, value) || value < 0 || value > INT64_MAX / unit))
        return run.fail(wanted + ": invalid number");
    if (value > 0) value *= unit;
    const s64 result =
        run.call(std::string("setrlimit ") + which->resource + " " + std::to_string(value));
    return result < 0 ? run.fail(std::string("cannot modify limit: ") + error_text(-result)) : 0;
}

s32 cmd_exit(Run& run) {
    s64 status = 0;
    if (run.args.size() > 1) parse_number(run.args[1], status);
    run.shell.leave(static_cast<s32>(status & 0xff));
    return static_cast<s32>(status & 0xff);
}

s32 cmd_jobs(Run& run) {
    run.shell.look_after_jobs();
    bool numbers = run.args.size() > 1 && run.args[1] == "-l";
    std::vector<Job>& jobs = run.shell.jobs();
    for (std::size_t i = 0; i < jobs.size(); ++i)
        run.out += job_line(run, jobs[i], i + 1 == jobs.size(), numbers);
    return 0;
}

s32 cmd_wait(Run& run) {
    s32 status = 0;
    if (run.args.size() == 1) {
        std::vector<Job> jobs = run.shell.jobs();
        for (const Job& job : jobs) wait_for(run, job.pid);
        return 0;
    }
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        Job* job = run.shell.find_job(run.args[i]);
        s64 pid = job ? job->pid : 0;
        if (!job && !parse_number(run.args[i], pid)) {
            run.err += "bash: wait: `" + run.args[i] + "': not a pid or valid job spec\n";
            status = 1;
            continue;
        }
        TaskId task = run.shell.processes().by_pid(static_cast<s32>(pid));
        bool child = task && run.shell.processes().world().tasks[task].real_parent == run.self;
        if (!child)
            run.err += "bash: wait: pid " + std::to_string(pid) + " is not a child of this shell\n";
        status = child ? wait_for(run, static_cast<s32>(pid)) : 127;
    }
    return status;
}

namespace {

s32 continue_job(Run& run, bool foreground) {
    std::string name = run.args.size() > 1 ? run.args[1] : "";
    Job* job = run.shell.find_job(name);
    if (!job) {
        run.err +=
            "bash: " + run.args[0] + ": " + (name.empty() ? "current" : name) + ": no such job\n";
        return 1;
    }
    s32 pid = job->pid;
    run.out += foreground ? job->text + "\n"
                          : "[" + std::to_string(job->number) + "]+ " + job->text + " &\n";
    run.call("kill " + std::to_string(pid) + " SIGCONT");
    return foreground ? wait_for(run, pid) : 0;
}

/// The target of one argument of kill; false with a complaint.
bool kill_one(Run& run, const std::string& who, s32 signal) {
    Job* job = run.shell.find_job(who);
    s64 pid = job ? -s64{job->pid} : 0;
    if (!job && !parse_number(who, pid)) {
        run.err += who[0] == '%'
                       ? "bash: kill: " + who + ": no such job\n"
                       : "bash: kill: " + who + ": arguments must be process or job IDs\n";
        return false;
    }
    s64 result = 0;
    if (pid < 0) {
        // A group by its number: that of the process that leads it.
        TaskId leader = run.shell.processes().by_pid(static_cast<s32>(-pid));
        result =
            leader ? run.call("kill " + std::to_string(-pid) + " " + std::to_string(signal)) : -3;
    } else {
        TaskId task = run.shell.processes().by_pid(static_cast<s32>(pid));
        result = task ? run.call("kill " + std::to_string(pid) + " " + std::to_string(signal)) : -3;
    }
    if (result >= 0 || !run.shell.processes().alive(run.self)) return true;
    run.err += "bash: kill: (" + std::to_string(pid) + ") - " + error_text(-result) + "\n";
    return false;
}

}  // namespace

s32 cmd_fg(Run& run) {
    return continue_job(run, true);
}
s32 cmd_bg(Run& run) {
    return continue_job(run, false);
}

s32 cmd_kill(Run& run) {
    s32 signal = 15;
    std::size_t first = 1;
    if (run.args.size() > 1 && run.args[1] == "-l") {
        for (const SignalName& s : signal_names)
            run.out += right(std::to_string(s.number), 2) + ") SIG" + s.name + "\n";
        return 0;
    }
    if (run.args.size() > 1 && run.args[1].size() > 1 && run.args[1][0] == '-') {
        std::string name = run.args[1].substr(1);
        first = 2;
        if ((name == "s" || name == "n") && run.args.size() > 2) {
            name = run.args[2];
            first = 3;
        }
        signal = signal_number(name);
        if (signal < 0) {
            run.err += "bash: kill: " + name + ": invalid signal specification\n";
            return 1;
        }
    }
    if (first >= run.args.size()) {
        run.err +=
            "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or "
            "kill -l [sigspec]\n";
        return 2;
    }
    s32 status = 0;
    for (std::size_t i = first; i < run.args.size(); ++i)
        if (!kill_one(run, run.args[i], signal)) status = 1;
    return status;
}

s32 cmd_help(Run& run) {
    if (run.args.size() > 1) {
        const CommandInfo* info = find_command(run.args[1]);
        if (!info || !*info->usage) {
            run.err += "bash: help: no help topics match `" + run.args[1] + "'\n";
            return 1;
        }
        run.out += help_of(*info);
        return 0;
    }
    for (const CommandInfo& c : commands())
        if (*c.usage && c.name[0] != ':') run.out += left(c.name, 12) + std::string(c.help) + "\n";
    run.out +=
        "\n`help COMMAND` shows how it is written. Quotes, $variables, $(…), $((…)), pipes, > and\n"
        ">>, ; && || &, for and while work as in bash. ./NAME runs a program of your own: a file\n"
        "with a list of operations such as [\"run 20ms\", \"sleep 5ms\"].\n";
    return 0;
}

}  // namespace rq::console
