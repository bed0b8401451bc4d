// nice, renice, chrt, taskset, numactl as util-linux and numactl print them; namespaces; sudo.
#include "console/proc.hpp"

namespace rq::console {

namespace {

TaskId task_of(Run& run, s64 pid) {
    return run.shell.processes().by_pid(static_cast<s32>(pid));
}

/// A call about another task, made by the command's process; 0 or -errno.
s32 act_on(Run& run, s64 pid, ActionSpec action) {
    TaskId p = pid == 0 ? run.self : task_of(run, pid);
    if (!p) return -ESRCH;
    action.task_id = p.raw;
    action.caller_id = run.self.raw;
    Session& s = run.shell.session();
    s.act(action);
    return s.refused();
}

const char* policy_words(u32 policy) {
    switch (policy) {
        case 0:
            return "SCHED_OTHER";
        case 1:
            return "SCHED_FIFO";
        case 2:
            return "SCHED_RR";
        case 3:
            return "SCHED_BATCH";
        case 5:
            return "SCHED_IDLE";
        case 6:
            return "SCHED_DEADLINE";
        default:
            return "unknown";
    }
}

}  // namespace

s32 cmd_nice(Run& run) {
    s64 by = 10;
    std::size_t first = 1;
    if (run.args.size() > 1 && run.args[1][0] == '-') {
        std::string text = run.args[1].substr(1);
        first = 2;
        if (text == "n" && run.args.size() > 2) {
            text = run.args[2];
            first = 3;
        } else if (text.substr(0, 1) == "n") {
            text = text.substr(1);
        } else if (text.substr(0, 12) == "-adjustment=") {
            text = text.substr(12);
        }
        if (!parse_number(text, by)) return run.fail("invalid adjustment '" + text + "'", 125);
    }
    if (first >= run.args.size()) {
        Proc p;
        read_proc(run, "self", p);
        run.out += std::to_string(p.nice) + "\n";
        return 0;
    }
    s64 error = run.call("nice " + std::to_string(by));
    if (error < 0 && error != -1)
        run.fail(std::string("cannot set niceness: ") + error_text(-error));
    if (error == -1) run.fail("cannot set niceness: Permission denied");
    return run.exec(first);
}

s32 cmd_renice(Run& run) {
    std::size_t at = 1;
    bool relative = false;
    if (at < run.args.size() && (run.args[at] == "-n" || run.args[at] == "--priority")) ++at;
    if (at < run.args.size() && run.args[at] == "--relative") relative = true, ++at;
    s64 nice = 0;
    if (at >= run.args.size() || !parse_number(run.args[at], nice))
        return run.fail(at < run.args.size()
                            ? "invalid priority '" + run.args[at] + "'"
                            : "bad usage\nTry 'renice --help' for more information.");
    s32 status = 0;
    for (++at; at < run.args.size(); ++at) {
        if (run.args[at] == "-p" || run.args[at] == "--pid") continue;
        s64 pid = 0;
        if (!parse_number(run.args[at], pid)) {
            status = run.fail("bad pid value: " + run.args[at]);
            continue;
        }
        Proc before;
        Proc after;
        bool there = read_proc(run, run.args[at], before);
        s64 wanted = relative ? before.nice + nice : nice;
        s64 error = there ? run.call("renice " + run.args[at] + " " + std::to_string(wanted)) : -3;
        if (error < 0) {
            status =
                run.fail(std::string("failed to ") + (there ? "set" : "get") + " priority for " +
                         run.args[at] + " (process ID): " + error_text(-error));
            continue;
        }
        read_proc(run, run.args[at], after);
        run.out += run.args[at] + " (process ID) old priority " + std::to_string(before.nice) +
                   ", new priority " + std::to_string(after.nice) + "\n";
    }
    return status;
}

namespace {

struct ChrtOptions {
    u32 policy = 2;  // chrt without a policy sets SCHED_RR
    bool given = false;
    bool pid = false;
    bool reset = false;
    std::string runtime, deadline, period;
};

/// Options up to the first word; its index, or 0 with a complaint.
std::size_t parse_chrt(Run& run, ChrtOptions& o) {
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at][0] == '-' && run.args[at].size() > 1; ++at) {
        const std::string& a = run.args[at];
        auto value = [&]() { return at + 1 < run.args.size() ? run.args[++at] : std::string(); };
        if (a == "--fifo")
            o.policy = 1, o.given = true;
        else if (a == "--rr")
            o.policy = 2, o.given = true;
        else if (a == "--other")
            o.policy = 0, o.given = true;
        else if (a == "--batch")
            o.policy = 3, o.given = true;
        else if (a == "--idle")
            o.policy = 5, o.given = true;
        else if (a == "--deadline")
            o.policy = 6, o.given = true;
        else if (a == "--pid")
            o.pid = true;
        else if (a == "--reset-on-fork")
            o.reset = true;
        else if (a == "-T" || a == "--sched-runtime")
            o.runtime = value();
        else if (a == "-D" || a == "--sched-deadline")
            o.deadline = value();
        else if (a == "-P" || a == "--sched-period")
            o.period = value();
        else
            for (char c : a.substr(1)) {
                constexpr std::string_view letters = "orbfid";
                constexpr u32 policies[] = {0, 2, 3, 1, 5, 6};
                std::size_t i = letters.find(c);
                if (i != std::string_view::npos)
                    o.policy = policies[i], o.given = true;
                else if (c == 'p')
                    o.pid = true;
                else if (c == 'R')
                    o.reset = true;
                else if (c != 'a' && c != 'v')
                    return run.fail(std::string("invalid option -- '") + c + "'"), 0;
            }
    }
    return at;
}

s32 show_policy(Run& run, const std::string& pid, const char* when) {
    Proc p;
    if (!read_proc(run, pid, p))
        return run.fail("failed to get pid " + pid + "'s policy: No such process");
    std::string who = "pid " + pid + "'s " + when + " scheduling ";
    run.out += who + "policy: " + policy_words(p.policy) + "\n" + who +
               "priority: " + std::to_string(p.rt_priority) + "\n";
    if (p.policy == 6) {
        std::string text = run.slurp("/proc/" + pid + "/sched");
        run.out += "pid " + pid + "'s " + when + " runtime/deadline/period parameters: ";
        const task_struct& t = run.shell.processes().world().tasks[task_of(run, p.pid)];
        const sched_dl_entity& dl = run.shell.processes().world().dl_entities[t.dl];
        run.out += std::to_string(dl.dl_runtime) + "/" + std::to_string(dl.dl_deadline) + "/" +
                   std::to_string(dl.dl_period) + "\n";
    }
    return 0;
}

void list_priorities(Run& run) {
    for (u32 policy : {0u, 1u, 2u, 3u, 5u, 6u}) {
        bool realtime = policy == 1 || policy == 2;
        run.out += std::string(policy_words(policy)) +
                   " min/max priority\t: " + (realtime ? "1/99" : "0/0") + "\n";
    }
}

/// What is not given follows from what is, as chrt has it: runtime <= deadline <= period.
DeadlineSpec deadline_of(const ChrtOptions& o) {
    auto number = [](const std::string& text, u64 otherwise) {
        s64 n = 0;
        return parse_number(text, n) && n > 0 ? static_cast<u64>(n) : otherwise;
    };
    DeadlineSpec d;
    d.period_ns = number(o.period, 0);
    d.deadline_ns = number(o.deadline, d.period_ns);
    d.runtime_ns = number(o.runtime, d.deadline_ns);
    return d;
}

}  // namespace

s32 cmd_chrt(Run& run) {
    if (run.args.size() > 1 && (run.args[1] == "-m" || run.args[1] == "--max"))
        return list_priorities(run), 0;
    ChrtOptions o;
    std::size_t at = parse_chrt(run, o);
    if (!at) return 1;
    if (o.pid && at + 1 == run.args.size()) return show_policy(run, run.args[at], "current");
    s64 priority = 0;
    if (at >= run.args.size() || !parse_number(run.args[at], priority))
        return run.fail(at < run.args.size()
                            ? "invalid priority argument: '" + run.args[at] + "'"
                            : "bad usage\nTry 'chrt --help' for more information.");
    bool realtime = o.policy == 1 || o.policy == 2;
    bool bad = realtime ? priority < 1 || priority > 99 : priority != 0;
    if (bad)
        return run.fail("unsupported priority value for the policy: " + run.args[at] +
                        ": see --max for valid range");
    ++at;
    if (at >= run.args.size())
        return run.fail("bad usage\nTry 'chrt --help' for more information.");
    std::string reset = o.reset ? "|SCHED_RESET_ON_FORK" : "";
    if (o.pid) {
        s64 pid = 0;
        if (!parse_number(run.args[at], pid))
            return run.fail("invalid PID argument: '" + run.args[at] + "'");
        ActionSpec action;
        action.kind = ActionSpec::Kind::setscheduler;
        action.policy = static_cast<Policy>(o.policy);
        action.value = priority;
        action.deadline = deadline_of(o);
        s32 error = act_on(run, pid, action);
        if (!error) return 0;
        return run.fail("failed to set pid " + run.args[at] + "'s policy: " + error_text(-error));
    }
    s64 error = 0;
    if (o.policy == 6) {
        const DeadlineSpec d = deadline_of(o);
        error = run.call("setattr SCHED_DEADLINE" + reset + " " + std::to_string(d.runtime_ns) +
                         "ns " + std::to_string(d.deadline_ns) + "ns " +
                         std::to_string(d.period_ns) + "ns");
    } else {
        error = run.call(std::string("setscheduler ") + policy_words(o.policy) + reset + " " +
                         std::to_string(priority));
    }
    if (error < 0)
        return run.fail(std::string("failed to set pid 0's policy: ") + error_text(-error));
    return run.exec(at);
}

namespace {

/// A hexadecimal mask as a list of CPUs; false if it is none.
bool mask_to_list(std::string_view mask, std::string& list) {
    if (mask.substr(0, 2) == "0x") mask.remove_prefix(2);
    list.clear();
    u32 cpu = 0;
    for (std::size_t i = mask.size(); i-- > 0;) {
        char c = mask[i];
        if (c == ',') continue;
        u32 digit = c >= '0' && c <= '9'   ? static_cast<u32>(c - '0')
                    : c >= 'a' && c <= 'f' ? static_cast<u32>(c - 'a') + 10
                    : c >= 'A' && c <= 'F' ? static_cast<u32>(c - 'A') + 10
                                           : 16;
        if (digit == 16) return false;
        for (u32 bit = 0; bit < 4; ++bit)
            if (digit >> bit & 1) list += (list.empty() ? "" : ",") + std::to_string(cpu + bit);
        cpu += 4;
    }
    return !mask.empty();
}

s32 show_affinity(Run& run, const std::string& pid, bool as_list, const char* when) {
    Proc p;
    if (!read_proc(run, pid, p))
        return run.fail("failed to get pid " + pid + "'s affinity: No such process");
    std::string hex = p.cpus_hex;
    while (hex.size() > 1 && (hex[0] == '0' || hex[0] == ',')) hex.erase(0, 1);
    run.out += "pid " + pid + "'s " + when + " affinity " +
               (as_list ? "list: " + p.cpus_list : "mask: " + hex) + "\n";
    return 0;
}

}  // namespace

s32 cmd_taskset(Run& run) {
    bool as_list = false;
    bool pid = false;
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at][0] == '-'; ++at) {
        as_list = as_list || run.args[at] == "--cpu-list" || run.args[at].find('c') == 1 ||
                  run.args[at] == "-pc" || run.args[at] == "-apc";
        pid = pid || run.args[at] == "--pid" ||
              (run.args[at][1] != '-' && run.args[at].find('p') != std::string::npos);
    }
    if (at >= run.args.size())
        return run.fail("bad usage\nTry 'taskset --help' for more information.");
    if (pid && at + 1 == run.args.size())
        return show_affinity(run, run.args[at], as_list, "current");
    std::string list = run.args[at];
    std::vector<u32> cpus;
    bool good = (as_list || mask_to_list(run.args[at], list)) && parse_cpu_list(list, cpus);
    if (!good)
        return run.fail(std::string("failed to parse CPU ") + (as_list ? "list: " : "mask: ") +
                        run.args[at]);
    ++at;
    if (at >= run.args.size())
        return run.fail("bad usage\nTry 'taskset --help' for more information.");
    if (!pid) {
        s64 error = run.call("setaffinity " + list);
        if (error < 0)
            return run.fail(std::string("failed to set pid 0's affinity: ") + error_text(-error));
        return run.exec(at);
    }
    s64 number = 0;
    if (!parse_number(run.args[at], number))
        return run.fail("invalid PID argument: '" + run.args[at] + "'");
    if (s32 status = show_affinity(run, run.args[at], as_list, "current")) return status;
    ActionSpec action;
    action.kind = ActionSpec::Kind::setaffinity;
    action.cpus = cpus;
    if (s32 error = act_on(run, number, action))
        return run.fail("failed to set pid " + run.args[at] + "'s affinity: " + error_text(-error));
    return show_affinity(run, run.args[at], as_list, "new");
}

namespace {

std::string trimmed(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

/// "0-2,5" with blanks between single numbers.
std::string spread(const std::string& list) {
    std::vector<u32> cpus;
    std::string out;
    if (parse_cpu_list(list, cpus))
        for (u32 cpu : cpus) out += " " + std::to_string(cpu);
    return out;
}

s32 show_hardware(Run& run) {
    const std::string base = "/sys/devices/system/node/";
    std::vector<u32> nodes;
    std::string online = trimmed(run.slurp(base + "online"));
    if (!parse_cpu_list(online, nodes))
        return run.fail("No NUMA support available on this system.");
    run.out += "available: " + std::to_string(nodes.size()) + " nodes (" + online + ")\n";
    std::string table;
    for (u32 node : nodes) {
        std::string name = "node" + std::to_string(node);
        std::string title = "node " + std::to_string(node);
        run.out += title + " cpus:" + spread(trimmed(run.slurp(base + name + "/cpulist"))) + "\n";
        std::string text = run.slurp(base + name + "/meminfo");
        for (const char* key : {"MemTotal", "MemFree"}) {
            std::vector<std::string> f =
                fields_of(value_of(text, "Node " + std::to_string(node) + " " + key));
            s64 kb = 0;
            if (!f.empty()) parse_number(f[0], kb);
            run.out += title + (key[3] == 'T' ? " size: " : " free: ") + std::to_string(kb / 1024) +
                       " MB\n";
        }
        table += right(std::to_string(node), 3) + ": ";
        for (const std::string& d : fields_of(run.slurp(base + name + "/distance")))
            table += right(d, 3) + " ";
        table += "\n";
    }
    run.out += "node distances:\nnode ";
    for (u32 node : nodes) run.out += right(std::to_string(node), 3) + " ";
    run.out += "\n" + table;
    return 0;
}

}  // namespace

namespace {

/// The mode of `set_mempolicy` that an option of numactl asks for, or null.
const char* memory_policy(std::string_view option) {
    constexpr std::pair<const char*, const char*> modes[] = {
        {"--membind", "bind"},         {"-m", "bind"},
        {"--preferred", "preferred"},  {"-p", "preferred"},
        {"--preferred-many", "preferred_many"}, {"-P", "preferred_many"},
        {"--interleave", "interleave"}, {"-i", "interleave"},
        {"--localalloc", "local"},     {"-l", "local"}};
    for (const auto& [name, mode] : modes)
        if (option == name) return mode;
    return nullptr;
}

std::string all_nodes(Run& run) {
    return trimmed(run.slurp("/sys/devices/system/node/online"));
}

s32 show_policy(Run& run) {
    const std::string maps = run.slurp("/proc/self/numa_maps");
    const std::vector<std::string> words = fields_of(maps.substr(0, maps.find('\n')));
    std::string policy = words.size() > 1 ? words[1] : "default";
    const std::size_t colon = policy.find(':');
    const std::string nodes = colon == policy.npos ? "" : policy.substr(colon + 1);
    policy = policy.substr(0, colon);
    if (policy == "prefer") policy = "preferred";
    const std::string status = run.slurp("/proc/self/status");
    const std::string allowed = trimmed(value_of(status, "Mems_allowed_list"));
    run.out += "policy: " + policy + "\npreferred node: " +
               (policy == "preferred" ? nodes : "current") + "\n";
    if (policy == "interleave") run.out += "interleavemask:" + spread(nodes) + " \n";
    run.out += "physcpubind:" + spread(trimmed(value_of(status, "Cpus_allowed_list"))) + " \n";
    std::string near;
    for (const std::string& node : fields_of(spread(all_nodes(run)))) {
        std::vector<u32> cpus, mine;
        parse_cpu_list(trimmed(run.slurp("/sys/devices/system/node/node" + node + "/cpulist")),
                       cpus);
        parse_cpu_list(trimmed(value_of(status, "Cpus_allowed_list")), mine);
        bool some = std::find_first_of(cpus.begin(), cpus.end(), mine.begin(), mine.end()) !=
                    cpus.end();
        if (some) near += node + " ";
    }
    run.out += "cpubind: " + near + "\nnodebind: " + near + "\n";
    run.out += "membind:" + spread(policy == "bind" ? nodes : allowed) + " \n";
    return 0;
}

}  // namespace

s32 cmd_numactl(Run& run) {
    std::size_t at = 1;
    std::string cpus;
    std::string policy;
    for (; at < run.args.size() && run.args[at][0] == '-'; ++at) {
        std::string a = run.args[at];
        if (a == "--hardware" || a == "-H") return show_hardware(run);
        if (a == "--show" || a == "-s") return show_policy(run);
        std::size_t equals = a.find('=');
        std::string value = equals == std::string::npos ? "" : a.substr(equals + 1);
        std::string name = a.substr(0, equals);
        bool takes = name == "-N" || name == "-C" || name == "-m" || name == "-i" || name == "-p" ||
                     name == "-P";
        if (takes && at + 1 < run.args.size()) value = run.args[++at];
        if (name == "--cpunodebind" || name == "-N") {
            std::vector<u32> nodes;
            if (!parse_cpu_list(value, nodes))
                return run.fail("node argument " + value + " is out of range");
            for (u32 node : nodes) {
                std::string list = trimmed(
                    run.slurp("/sys/devices/system/node/node" + std::to_string(node) + "/cpulist"));
                if (list.empty())
                    return run.fail("node argument " + std::to_string(node) + " is out of range");
                cpus += (cpus.empty() ? "" : ",") + list;
            }
        } else if (name == "--physcpubind" || name == "-C") {
            cpus = value;
        } else if (const char* mode = memory_policy(name)) {
            policy = mode;
            if (policy != "local" && value.empty())
                return run.fail("<" + value + "> is invalid", 1);
            if (!value.empty()) policy += " " + (value == "all" ? all_nodes(run) : value);
        } else {
            return run.fail("unrecognized option '" + a + "'");
        }
    }
    if (!policy.empty() && run.call("set_mempolicy " + policy) < 0)
        return run.fail("node argument " + policy.substr(policy.find(' ') + 1) +
                        " is out of range");
    if (!cpus.empty()) {
        s64 error = run.call("setaffinity " + cpus);
        if (error < 0) return run.fail(std::string("sched_setaffinity: ") + error_text(-error));
    }
    if (at >= run.args.size()) return run.fail("no command");
    return run.exec(at);
}

namespace {

struct NamespaceFlag {
    char letter;
    const char* word;
    const char* flag;
};
constexpr NamespaceFlag namespace_flags[] = {
    {'m', "--mount", "CLONE_NEWNS"},      {'u', "--uts", "CLONE_NEWUTS"},
    {'i', "--ipc", "CLONE_NEWIPC"},       {'n', "--net", "CLONE_NEWNET"},
    {'p', "--pid", "CLONE_NEWPID"},       {'U', "--user", "CLONE_NEWUSER"},
    {'C', "--cgroup", "CLONE_NEWCGROUP"}, {'T', "--time", "CLONE_NEWTIME"},
};

}  // namespace

s32 cmd_unshare(Run& run) {
    std::string flags;
    bool forks = false;
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at][0] == '-'; ++at) {
        const std::string& a = run.args[at];
        for (const NamespaceFlag& n : namespace_flags)
            if (a == n.word || (a[1] != '-' && a.find(n.letter) != std::string::npos))
                flags += (flags.empty() ? "" : "|") + std::string(n.flag);
        forks = forks || a == "--fork" || (a[1] != '-' && a.find('f') != std::string::npos);
    }
    if (!flags.empty()) {
        s64 error = run.call("unshare " + flags);
        if (error < 0) return run.fail(std::string("unshare failed: ") + error_text(-error));
    }
    if (at >= run.args.size()) return 0;
    if (!forks) return run.exec(at);
    s64 status = run.run_child(
        at, [](Child) {}, [](Child) {});
    return shell_status(status);
}

s32 cmd_nsenter(Run& run) {
    std::string target;
    std::vector<const char*> flags;
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at][0] == '-'; ++at) {
        const std::string& a = run.args[at];
        if (a == "-t" || a == "--target") {
            if (at + 1 < run.args.size()) target = run.args[++at];
            continue;
        }
        for (const NamespaceFlag& n : namespace_flags) {
            bool all = a == "-a" || a == "--all";
            bool named = a == n.word || (a[1] != '-' && a.find(n.letter) != std::string::npos);
            if (named || (all && n.letter != 'U' && n.letter != 'T')) flags.push_back(n.flag);
        }
    }
    if (target.empty()) return run.fail("no target PID specified for --all");
    for (const char* flag : flags) {
        s64 error = run.call("setns " + target + " " + flag);
        if (error == -3)
            return run.fail("cannot open /proc/" + target + "/ns: No such file or directory");
        if (error < 0)
            return run.fail(std::string("reassociate to namespaces failed: ") + error_text(-error));
    }
    return at < run.args.size() ? run.exec(at) : 0;
}

s32 cmd_sudo(Run& run) {
    std::size_t at = 1;
    s64 uid = 0;
    if (at + 1 < run.args.size() && run.args[at] == "-u") {
        std::string user = run.args[at + 1];
        if (user == "nobody")
            uid = 65534;
        else if (user == "student")
            uid = 1000;
        else if (user != "root" && !parse_number(user[0] == '#' ? user.substr(1) : user, uid))
            return run.fail("unknown user " + user);
        at += 2;
    }
    if (at >= run.args.size()) return run.fail("usage: sudo [-u user] command");
    if (uid) run.call("setuid " + std::to_string(uid));
    return run.exec(at);
}

s32 cmd_timeout(Run& run) {
    u64 ns = 0;
    if (run.args.size() < 3 || !parse_seconds(run.args[1], ns))
        return run.fail("missing operand\nTry 'timeout --help' for more information.", 125);
    const std::string timer = "setitimer " + std::to_string(ns) + "ns";
    if (run.background) {
        run.call(timer);
        return run.exec(2);
    }
    s64 status = run.run_child(
        2, [&](Child child) { run.shell.processes().call(child.id, timer); }, [](Child) {});
    if (status < 0) return 125;
    if ((status & 0x7f) == SIGALRM) return 124;
    return shell_status(status);
}

}  // namespace rq::console
