// perf stat and perf sched: what the tools of the same name print (perf of 6.1).
#include "console/proc.hpp"

#include <algorithm>

namespace rq::console {

namespace {

/// What the kernel has counted for a process and those of its children that it has waited for.
struct Counters {
    u64 switches = 0;
    u64 migrations = 0;
    u64 faults = 0;
    u64 minor = 0;
    u64 major = 0;
    u64 task_ns = 0;
    u64 user_ns = 0;
    u64 system_ns = 0;
};

/// Adds up over the process and every descendant of it, as inherited counters do.
class Counting {
public:
    Counting(Run& run, TaskId root) : run_(run) { add(root); }
    /// To be called after events: takes in who is new, and the last figures of each.
    void look() {
        const World& w = run_.shell.processes().world();
        w.tasks.for_each([&](TaskId id, const task_struct& t) {
            bool ours = false;
            for (const Member& m : members_)
                ours = ours || m.id == t.real_parent || m.id == t.group_leader;
            if (ours) add(id);
        });
        // perf's counters are detached in do_exit(), before the last switch.
        for (Member& m : members_)
            if (run_.shell.processes().alive(m.id)) m.counters = now(m.id);
    }
    Counters sum() const {
        Counters all;
        for (const Member& m : members_) {
            all.switches += m.counters.switches;
            all.migrations += m.counters.migrations;
            all.minor += m.counters.minor;
            all.major += m.counters.major;
            all.faults += m.counters.minor + m.counters.major;
            all.task_ns += m.counters.task_ns;
            all.user_ns += m.counters.user_ns;
            all.system_ns += m.counters.system_ns;
        }
        return all;
    }

private:
    struct Member {
        TaskId id;
        Counters counters;
    };
    void add(TaskId id) {
        for (const Member& m : members_)
            if (m.id == id) return;
        members_.push_back({id, {}});
    }
    Counters now(TaskId id) const {
        const World& w = run_.shell.processes().world();
        const task_struct& t = w.tasks[id];
        Counters c;
        c.switches = t.nvcsw + t.nivcsw;
        c.migrations = w.se[t.se.raw].nr_migrations;
        c.minor = t.min_flt;
        c.major = t.maj_flt;
        c.task_ns = w.se[t.se.raw].sum_exec_runtime;
        c.user_ns = t.utime_ns;
        c.system_ns = t.stime_ns;
        return c;
    }
    Run& run_;
    std::vector<Member> members_;
};

struct Event {
    const char* name;
    u64 Counters::*figure;
};
constexpr Event events[] = {
    {"context-switches", &Counters::switches}, {"cs", &Counters::switches},
    {"cpu-migrations", &Counters::migrations}, {"migrations", &Counters::migrations},
    {"page-faults", &Counters::faults},        {"faults", &Counters::faults},
    {"minor-faults", &Counters::minor},        {"major-faults", &Counters::major},
    {"task-clock", &Counters::task_ns},        {"cpu-clock", &Counters::task_ns},
};

/// 1234567 as "1,234,567".
std::string grouped(u64 n) {
    std::string digits = std::to_string(n);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
}

std::string event_line(const std::string& name, const Counters& c, u64 elapsed) {
    for (const Event& e : events) {
        if (name != e.name) continue;
        u64 value = c.*e.figure;
        if (e.figure != &Counters::task_ns)
            return right(grouped(value), 18) + "      " + name + "\n";
        std::string cpus = elapsed ? fixed(value * 1000 / elapsed, 1000, 3) : "0.000";
        return right(fixed(value, NSEC_PER_MSEC, 2), 18) + " msec " + left(name, 25) + " # " +
               right(cpus, 8) + " CPUs utilized\n";
    }
    return right("<not supported>", 18) + "      " + name + "\n";
}

std::string joined(const std::vector<std::string>& words, std::size_t first) {
    std::string out;
    for (std::size_t i = first; i < words.size(); ++i) out += (i > first ? " " : "") + words[i];
    return out;
}

s32 perf_stat(Run& run) {
    std::vector<std::string> wanted;
    std::size_t at = 2;
    for (; at < run.args.size() && run.args[at][0] == '-'; ++at) {
        if (run.args[at] == "--") {
            ++at;
            break;
        }
        if (run.args[at] != "-e" || at + 1 >= run.args.size()) continue;
        std::string list = run.args[++at];
        for (char& c : list)
            if (c == ',') c = ' ';
        for (std::string& name : fields_of(list)) wanted.push_back(name);
    }
    if (at >= run.args.size()) return run.fail("stat: a command is needed");
    if (wanted.empty())
        wanted = {"task-clock", "context-switches", "cpu-migrations", "page-faults"};
    u64 began = run.shell.session().now();
    u64 ended = began;
    Counters sum;
    Counting* counting = nullptr;
    auto& watch = run.shell.processes().watch;
    s64 status = run.run_child(
        at,
        [&](Child child) {
            counting = new Counting(run, child.id);
            watch = [counting] { counting->look(); };
        },
        [&](Child) {
            counting->look();
            ended = run.shell.session().now();
            sum = counting->sum();
            watch = nullptr;
        });
    delete counting;
    u64 elapsed = ended - began;
    run.err += "\n Performance counter stats for '" + joined(run.args, at) + "':\n\n";
    for (const std::string& name : wanted) run.err += event_line(name, sum, elapsed);
    run.err += "\n" + right(fixed(elapsed, NSEC_PER_SEC, 9), 16) + " seconds time elapsed\n\n" +
               right(fixed(sum.user_ns, NSEC_PER_SEC, 9), 16) + " seconds user\n" +
               right(fixed(sum.system_ns, NSEC_PER_SEC, 9), 16) + " seconds sys\n\n\n";
    return shell_status(status);
}

/// Linux: perf.data in the working directory; here: at home, whatever that is.
std::string recording_path() {
    return Files::absolute(home_directory, "perf.data");
}

s32 perf_record(Run& run) {
    std::size_t at = 3;
    while (at < run.args.size() && run.args[at][0] == '-') ++at;
    u64 began = run.shell.session().now();
    if (at >= run.args.size()) return run.fail("sched record: a command is needed");
    s64 status = run.run_child(
        at, [](Child) {}, [](Child) {});
    u64 ended = run.shell.session().now();
    std::string text =
        "# perf sched record\n" + std::to_string(began) + " " + std::to_string(ended) + "\n";
    run.shell.files().write(run.self, recording_path(), text, false);
    run.err +=
        "[ perf record: Woken up 1 times to write data ]\n"
        "[ perf record: Captured and wrote the switches of " +
        fixed(ended - began, NSEC_PER_MSEC, 3) + " ms into perf.data ]\n";
    return shell_status(status);
}

s32 perf_report(Run& run, const std::string& what) {
    std::string text = run.slurp(recording_path());
    std::vector<std::string_view> lines = lines_of(text);
    std::vector<std::string> span =
        lines.size() > 1 ? fields_of(lines[1]) : std::vector<std::string>{};
    s64 from = 0;
    s64 until = 0;
    if (span.size() != 2 || !parse_number(span[0], from) || !parse_number(span[1], until)) {
        run.err +=
            "failed to open perf.data: No such file or directory  (try 'perf record' first)\n";
        return 1;
    }
    Session& s = run.shell.session();
    view::PerfInput input;
    input.trace = &s.trace();
    input.known = s.known_tasks();
    input.t0 = static_cast<u64>(from);
    input.cpus = s.world().g.cpus;
    input.until = static_cast<u64>(until);
    run.out += what == "latency"    ? view::perf_sched_latency(input)
               : what == "timehist" ? view::perf_sched_timehist(input)
                                    : view::perf_sched_map(input);
    return 0;
}

}  // namespace

s32 cmd_perf(Run& run) {
    std::string sub = run.args.size() > 1 ? run.args[1] : "";
    std::string what = run.args.size() > 2 ? run.args[2] : "";
    if (sub == "stat") return perf_stat(run);
    if (sub == "sched" && what == "record") return perf_record(run);
    if (sub == "sched" && (what == "latency" || what == "timehist" || what == "map"))
        return perf_report(run, what);
    run.err +=
        "\n usage: perf stat [-e EVENTS] [--] COMMAND\n"
        "        perf sched record|latency|timehist|map\n\n";
    return 129;
}

}  // namespace rq::console
