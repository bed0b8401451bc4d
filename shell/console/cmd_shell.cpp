// Commands of the shell itself: words, directories, jobs, signals, help.
#include "console/command.hpp"

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
    if (result >= 0) return true;
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
