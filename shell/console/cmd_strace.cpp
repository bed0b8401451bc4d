// strace: the operations of a process, and of its children, as the system calls that they are.
#include "console/command.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace rq::console {

namespace {

/// execve("/usr/bin/sleep", ["sleep", "5"], …): what was found, and what it was given.
std::string exec_text(const std::string& program, const std::vector<std::string>& argv) {
    bool path = program.find('/') != program.npos;
    std::string out = "execve(" + json_quoted((path ? "" : "/usr/bin/") + program) + ", ";
    const char* separator = "[";
    for (const std::string& word : argv) {
        out += separator + json_quoted(word);
        separator = ", ";
    }
    return out + "], …)";
}

/// The words of an operation's command line (letter W of scenario/ops.def).
std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    for (std::size_t end = 0; end != line.npos;) {
        end = line.find('\0');
        words.emplace_back(line.substr(0, end));
        if (end != line.npos) line.remove_prefix(end + 1);
    }
    return words;
}

/// An operation as the system call that it is, in strace's words.
std::string call_text(const Context& c, const Op& op) {
    auto seconds = [](s64 ns) {
        return "{tv_sec=" + std::to_string(ns / 1'000'000'000) +
               ", tv_nsec=" + std::to_string(ns % 1'000'000'000) + "}";
    };
    const std::string& first = c.image.name(op.name[0]);
    const std::string& second = c.image.name(op.name[1]);
    std::string quoted = "\"" + first + "\"";
    switch (op.code) {
        case OpCode::sleep:
            return "clock_nanosleep(CLOCK_REALTIME, 0, " + seconds(op.n[0]) + ", NULL)";
        case OpCode::open:
            return "openat(AT_FDCWD, " + quoted + ", O_RDONLY|O_CLOEXEC)";
        case OpCode::close:
            return "close(" + quoted + ")";
        case OpCode::chdir:
            return "chdir(" + quoted + ")";
        case OpCode::exec:
            return exec_text(first, words_of(has_argument(op, 1) ? second : first));
        case OpCode::fork:
            return "clone(child_stack=NULL, flags=SIGCHLD)";
        case OpCode::clone:
            return "clone(child_stack=NULL, flags=" + first + ")";
        case OpCode::waitpid:
            return "wait4(" + (first.empty() || first == "any" ? "-1" : first) + ", …, NULL)";
        case OpCode::nice:
            return "setpriority(PRIO_PROCESS, 0, …)";
        case OpCode::renice:
            return "setpriority(PRIO_PROCESS, " + first + ", " + std::to_string(op.n[0]) + ")";
        case OpCode::setscheduler:
            return "sched_setscheduler(0, " + first + ", [" + std::to_string(op.n[0]) + "])";
        case OpCode::setaffinity:
            return "sched_setaffinity(0, [" + first + "])";
        case OpCode::kill:
            return "kill(" + first + ", " + second + ")";
        case OpCode::map:
            return "mmap(NULL, " + std::to_string(op.n[0] * 4096) +
                   ", PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)";
        case OpCode::yield:
            return "sched_yield()";
        case OpCode::unshare:
            return "unshare(" + first + ")";
        default:
            return std::string(op_info(op.code).name) + "(" + first + ")";
    }
}

/// What the command line asks for.
struct StraceOptions {
    bool counts_only = false;      ///< -c
    bool follow = false;           ///< -f
    bool negated = false;          ///< -e trace=!…
    std::set<std::string> traced;  ///< -e trace=…; empty: all

    bool wants(const std::string& call) const {
        return traced.empty() || (traced.count(call) != 0) != negated;
    }
};

/// A line of strace -c.
struct CallSum {
    u64 calls = 0;
    u64 errors = 0;
    u64 ns = 0;  ///< CPU time in the kernel
};

/// A process that is watched: where it was when it was last looked at.
struct Traced {
    TaskId id;
    s32 pid = 0;
    u32 program = 0;
    u32 pc = 0;
    u64 stime_ns = 0;  ///< at the beginning of the operation
    bool at_op = false;
    bool ended = false;
    Op op{};
};

/// Looks at its processes after every event: an operation is left when its process is at another.
class Tracer {
public:
    Tracer(Run& run, const StraceOptions& options) : run_(run), options_(options) {}

    void attach(TaskId task, const std::string& exec) {
        call(add(task, run_.shell.processes().world().tasks[task]), exec, 0, 0);
        look();
    }
    void look() {
        if (options_.follow) find_children();
        for (auto& each : traced_) look_at(each.second);
    }
    std::string report() const { return options_.counts_only ? sums() : text_; }

private:
    Traced& add(TaskId id, const task_struct& t) {
        Traced& traced = traced_[t.ordinal];
        traced.id = id;
        traced.pid = t.pid;
        return traced;
    }
    void look_at(Traced& traced) {
        const World& w = run_.shell.processes().world();
        if (!w.tasks.alive(traced.id)) return;
        const task_struct& t = w.tasks[traced.id];
        const bool exited = t.exit_state != 0;
        const bool moved = t.exec.program != traced.program || t.exec.pc != traced.pc;
        if (traced.ended || (!moved && !exited)) return;
        if (traced.at_op && is_system_call(traced.op.code)) leave(traced, t, exited);
        if (exited) exits(traced, t.exit_code);
        Context c = run_.context();
        traced.program = t.exec.program;
        traced.pc = t.exec.pc;
        traced.stime_ns = t.stime_ns;
        // The operation is copied: a new action makes a new image.
        const Op* now = current_op(c, traced.id);
        traced.op = now ? *now : Op{};
        traced.at_op = now != nullptr;
    }
    void leave(Traced& traced, const task_struct& t, bool exited) {
        if (traced.op.code == OpCode::exit || traced.op.code == OpCode::exit_group)
            return exits(traced, static_cast<s32>(traced.op.n[0] << 8));
        if (exited) return;
        // It ends with EINTR only; else the console has led a waiting child on.
        if (traced.op.code == OpCode::pause && t.exec.result != -EINTR) return;
        call(traced, call_text(run_.context(), traced.op), t.exec.result,
             t.stime_ns - traced.stime_ns);
    }
    void find_children() {
        const World& w = run_.shell.processes().world();
        w.tasks.for_each([&](TaskId id, const task_struct& t) {
            if (traced_.count(t.ordinal)) return;
            TaskId parent = t.pid == t.tgid ? t.real_parent : t.group_leader;
            if (!w.tasks.alive(parent) || !traced_.count(w.tasks[parent].ordinal)) return;
            add(id, t);
            text_ += "strace: Process " + std::to_string(t.pid) + " attached\n";
        });
    }
    /// "[pid  1003] " while more than one process is watched.
    std::string who(const Traced& traced) const {
        u32 there = 0;
        for (const auto& each : traced_) there += !each.second.ended;
        if (there < 2) return "";
        return "[pid " + right(std::to_string(traced.pid), 5) + "] ";
    }
    void call(const Traced& traced, std::string line, s64 result, u64 ns) {
        const std::string name = line.substr(0, line.find('('));
        if (!options_.wants(name)) return;
        CallSum& sum = sums_[name];
        ++sum.calls;
        sum.errors += result < 0;
        sum.ns += ns;
        line.resize(std::max<std::size_t>(line.size() + 1, 40), ' ');
        text_ += who(traced) + line + "= ";
        text_ += result < 0 ? "-1 (" + std::string(error_text(-result)) + ")"
                            : std::to_string(result);
        text_ += "\n";
    }
    /// The last words, of a packed wait status.
    void exits(Traced& traced, s32 status) {
        if (traced.ended) return;
        const std::string prefix = who(traced);
        traced.ended = true;
        if (status & 0x7f) {
            text_ += prefix + "+++ killed by signal " + std::to_string(status & 0x7f) + " +++\n";
            return;
        }
        std::string code = std::to_string(status >> 8 & 0xff);
        if (options_.wants("exit_group")) {
            ++sums_["exit_group"].calls;
            text_ += prefix + left("exit_group(" + code + ")", 40) + "= ?\n";
        }
        text_ += prefix + "+++ exited with " + code + " +++\n";
    }
    /// The table of strace -c, most time first.
    std::string sums() const {
        const std::string rule =
            "------ ----------- ----------- --------- --------- ----------------\n";
        std::vector<std::pair<std::string, CallSum>> rows(sums_.begin(), sums_.end());
        std::stable_sort(rows.begin(), rows.end(),
                         [](const auto& a, const auto& b) { return a.second.ns > b.second.ns; });
        CallSum all;
        for (const auto& row : rows) {
            all.calls += row.second.calls;
            all.errors += row.second.errors;
            all.ns += row.second.ns;
        }
        auto line = [&](const CallSum& s, const std::string& name) {
            const u64 whole = all.ns ? all.ns : 1;
            const u64 share = &s == &all ? 10'000 : s.ns * 10'000 / whole;
            return right(fixed(share, 100, 2), 6) + " " +
                   right(fixed(s.ns / 1000, 1'000'000, 6), 11) + " " +
                   right(std::to_string(s.calls ? s.ns / 1000 / s.calls : 0), 11) + " " +
                   right(std::to_string(s.calls), 9) + " " +
                   right(s.errors ? std::to_string(s.errors) : "", 9) + " " + name + "\n";
        };
        std::string out = "% time     seconds  usecs/call     calls    errors syscall\n" + rule;
        for (const auto& row : rows) out += line(row.second, row.first);
        return out + rule + line(all, "total");
    }

    Run& run_;
    const StraceOptions& options_;
    std::map<u32, Traced> traced_;  ///< by task_struct::ordinal: the order in which they began
    std::map<std::string, CallSum> sums_;
    std::string text_;
};

/// "trace=clone,wait4", "!close", "%process" …: false if it is not understood.
bool add_traced(std::string_view text, StraceOptions& o) {
    for (std::string_view key : {"trace=", "t="})
        if (text.substr(0, key.size()) == key) text.remove_prefix(key.size());
    o.negated = !text.empty() && text[0] == '!';
    if (o.negated) text.remove_prefix(1);
    if (text.find('=') != text.npos) return false;
    while (!text.empty()) {
        std::size_t comma = text.find(',');
        std::string name(text.substr(0, comma));
        text = comma == text.npos ? std::string_view{} : text.substr(comma + 1);
        if (name == "process" || name == "%process") {
            for (const char* call : {"clone", "execve", "exit_group", "wait4", "unshare", "kill"})
                o.traced.insert(call);
        } else if (name == "fork") {
            o.traced.insert("clone");
        } else if (name != "all") {
            o.traced.insert(name);
        }
    }
    return true;
}

/// The first word of the command; 0 with a complaint.
std::size_t parse_strace(Run& run, StraceOptions& o) {
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at][0] == '-'; ++at) {
        const std::string& a = run.args[at];
        if (a == "-e" || a.substr(0, 8) == "--trace=") {
            std::string_view value = a == "-e" ? "" : std::string_view(a).substr(8);
            if (a == "-e" && ++at < run.args.size()) value = run.args[at];
            if (add_traced(value, o)) continue;
            run.fail("invalid -e expression '" + std::string(value) + "'; trace=CALL,… is known");
            return 0;
        }
        for (std::size_t i = 1; i < a.size(); ++i) {
            if (a[i] == 'c') {
                o.counts_only = true;
            } else if (a[i] == 'f') {
                o.follow = true;
            } else {
                run.fail("invalid option -- '" + a.substr(i, 1) + "'; -c, -e and -f are known");
                return 0;
            }
        }
    }
    if (at < run.args.size()) return at;
    run.fail("must have PROG [ARGS]");
    return 0;
}

}  // namespace

s32 cmd_strace(Run& run) {
    StraceOptions options;
    const std::size_t at = parse_strace(run, options);
    if (!at) return 1;
    Tracer tracer(run, options);
    auto& watch = run.shell.processes().watch;
    s64 status = run.run_child(
        at,
        [&](Child child) {
            auto from = run.args.begin() + static_cast<std::ptrdiff_t>(at);
            tracer.attach(child.id, exec_text(run.args[at], {from, run.args.end()}));
            watch = [&] { tracer.look(); };
        },
        [&](Child) {
            tracer.look();
            watch = nullptr;
        });
    run.err += tracer.report();
    return shell_status(status);
}

}  // namespace rq::console
