// ps and pstree as procps-ng 4 and psmisc print them, from /proc.
#include "console/proc.hpp"

#include <algorithm>

namespace rq::console {

namespace {

/// A column of ps: keyword, heading, width, alignment, text.
struct Column {
    const char* key;
    const char* heading;
    u32 width;
    bool on_left;
    std::string (*text)(const Proc&, u64 now);
};

std::string clock_time(u64 ticks) {
    u64 s = ticks / 100;
    return right(std::to_string(s / 3600), 2).replace(0, s / 3600 < 10, "0") + ":" +
           std::to_string(s / 60 % 60 / 10) + std::to_string(s / 60 % 10) + ":" +
           std::to_string(s % 60 / 10) + std::to_string(s % 10);
}

std::string short_time(u64 ticks) {
    u64 s = ticks / 100;
    return std::to_string(s / 60) + ":" + std::to_string(s % 60 / 10) + std::to_string(s % 10);
}

/// CPU time as a permille of the time since its start.
u64 permille(const Proc& p, u64 now) {
    u64 age = now > p.start ? now - p.start : 0;
    return age ? (p.utime + p.stime) * 1000 / age : 0;
}

std::string number(u64 n) {
    return std::to_string(n);
}

std::string command_line(const Proc& p) {
    return p.cmdline.empty() ? "[" + p.comm + "]" : p.cmdline;
}

/// The machine's clock begins with 1970, when it boots.
std::string time_of_day(u64 ticks) {
    u64 s = ticks / 100;
    return std::to_string(s / 36000 % 10) + std::to_string(s / 3600 % 10) + ":" +
           std::to_string(s / 600 % 6) + std::to_string(s / 60 % 10);
}

/// [HH:]MM:SS since its start.
std::string elapsed(u64 ticks) {
    const std::string text = clock_time(ticks);
    return text.substr(0, 3) == "00:" ? text.substr(3) : text;
}

constexpr Column columns[] = {
    {"user", "USER", 8, true, [](const Proc& p, u64) { return user_name(p.uid); }},
    {"uid", "UID", 8, true, [](const Proc& p, u64) { return user_name(p.uid); }},
    {"pid", "PID", 7, false, [](const Proc& p, u64) { return std::to_string(p.tgid); }},
    {"tgid", "TGID", 7, false, [](const Proc& p, u64) { return std::to_string(p.tgid); }},
    {"tid", "TID", 7, false, [](const Proc& p, u64) { return std::to_string(p.pid); }},
    {"lwp", "LWP", 7, false, [](const Proc& p, u64) { return std::to_string(p.pid); }},
    {"spid", "SPID", 7, false, [](const Proc& p, u64) { return std::to_string(p.pid); }},
    {"ppid", "PPID", 7, false, [](const Proc& p, u64) { return std::to_string(p.ppid); }},
    {"pgid", "PGID", 7, false, [](const Proc& p, u64) { return std::to_string(p.pgrp); }},
    {"pgrp", "PGRP", 7, false, [](const Proc& p, u64) { return std::to_string(p.pgrp); }},
    {"sid", "SID", 7, false, [](const Proc& p, u64) { return std::to_string(p.session); }},
    {"cls", "CLS", 3, false, [](const Proc& p, u64) { return std::string(class_name(p.policy)); }},
    {"class", "CLS", 3, true, [](const Proc& p, u64) { return std::string(class_name(p.policy)); }},
    {"policy", "POL", 3, true,
     [](const Proc& p, u64) { return std::string(class_name(p.policy)); }},
    {"rtprio", "RTPRIO", 6, false,
     [](const Proc& p, u64) { return p.rt_priority ? number(p.rt_priority) : std::string("-"); }},
    {"ni", "NI", 3, false,
     [](const Proc& p, u64) {
         bool fair = p.policy == 0 || p.policy == 3 || p.policy == 5;
         return fair ? std::to_string(p.nice) : std::string("-");
     }},
    {"nice", "NI", 3, false, [](const Proc& p, u64) { return std::to_string(p.nice); }},
    {"pri", "PRI", 3, false, [](const Proc& p, u64) { return std::to_string(39 - p.priority); }},
    {"priority", "PRI", 3, false, [](const Proc& p, u64) { return std::to_string(p.priority); }},
    {"psr", "PSR", 3, false, [](const Proc& p, u64) { return number(p.cpu); }},
    {"c", "C", 2, false,
     [](const Proc& p, u64 now) { return number(std::min<u64>(permille(p, now) / 10, 99)); }},
    {"pcpu", "%CPU", 4, false,
     [](const Proc& p, u64 now) { return fixed(permille(p, now), 10, 1); }},
    {"pmem", "%MEM", 4, false, [](const Proc&, u64) { return std::string("0.0"); }},
    {"vsz", "VSZ", 6, false, [](const Proc& p, u64) { return number(p.vsize_kb); }},
    {"rss", "RSS", 5, false, [](const Proc& p, u64) { return number(p.rss_kb); }},
    {"tty", "TTY", 8, true, [](const Proc& p, u64) { return std::string(p.tty ? "pts/0" : "?"); }},
    {"stat", "STAT", 4, true, [](const Proc& p, u64) { return p.stat(); }},
    {"s", "S", 1, true, [](const Proc& p, u64) { return std::string(1, p.state); }},
    {"state", "S", 1, true, [](const Proc& p, u64) { return std::string(1, p.state); }},
    {"start", "START", 5, true, [](const Proc& p, u64) { return time_of_day(p.start); }},
    {"stime", "STIME", 5, true, [](const Proc& p, u64) { return time_of_day(p.start); }},
    {"bsdtime", "TIME", 6, false, [](const Proc& p, u64) { return short_time(p.utime + p.stime); }},
    {"time", "TIME", 8, false, [](const Proc& p, u64) { return clock_time(p.utime + p.stime); }},
    {"etimes", "ELAPSED", 7, false,
     [](const Proc& p, u64 now) { return number(now > p.start ? (now - p.start) / 100 : 0); }},
    {"etime", "ELAPSED", 11, false,
     [](const Proc& p, u64 now) { return elapsed(now > p.start ? now - p.start : 0); }},
    {"lstart", "STARTED", 24, false,
     [](const Proc& p, u64) { return "Thu Jan  1 " + clock_time(p.start) + " 1970"; }},
    {"nlwp", "NLWP", 4, false, [](const Proc& p, u64) { return number(p.threads); }},
    {"wchan", "WCHAN", 6, true, [](const Proc& p, u64) { return p.wchan; }},
    {"min_flt", "MINFL", 6, false, [](const Proc& p, u64) { return number(p.min_flt); }},
    {"maj_flt", "MAJFL", 6, false, [](const Proc& p, u64) { return number(p.maj_flt); }},
    {"cgroup", "CGROUP", 27, true, [](const Proc& p, u64) { return p.cgroup; }},
    {"comm", "COMMAND", 15, true,
     [](const Proc& p, u64) { return p.branches + p.comm + (p.state == 'Z' ? " <defunct>" : ""); }},
    {"ucmd", "CMD", 15, true,
     [](const Proc& p, u64) { return p.branches + p.comm + (p.state == 'Z' ? " <defunct>" : ""); }},
    {"args", "COMMAND", 27, true,
     [](const Proc& p, u64) {
         return p.branches +
                (p.state == 'Z' ? "[" + p.comm + "] <defunct>" : command_line(p));
     }},
    {"cmd", "CMD", 27, true,
     [](const Proc& p, u64) {
         return p.branches +
                (p.state == 'Z' ? "[" + p.comm + "] <defunct>" : command_line(p));
     }},
};

struct Chosen {
    const Column* column;
    std::string heading;
    u32 width;
};

const Column* column_named(std::string_view key) {
    if (key == "%cpu") key = "pcpu";
    if (key == "%mem") key = "pmem";
    if (key == "command") key = "args";
    if (key == "user" || key == "euser" || key == "ruser") key = "user";
    if (key == "pri_baz") key = "priority";
    if (key == "sess") key = "sid";
    for (const Column& c : columns)
        if (key == c.key) return &c;
    return nullptr;
}

struct PsOptions {
    std::vector<Chosen> format;
    std::vector<s64> pids;
    std::vector<s64> parents;
    std::string sort;
    std::string command;
    std::string user;
    bool forest = false;
    bool all = false;
    bool threads = false;
    bool headings = true;
};

constexpr s64 widest = 1000;  // of a column

/// "pid,ni=NICE,wchan:20,comm"; false with a complaint.
bool add_format(Run& run, std::string_view text, PsOptions& o) {
    while (!text.empty()) {
        std::size_t comma = text.find_first_of(", ");
        std::string_view key = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
        std::size_t equals = key.find('=');
        std::string_view name = key.substr(0, equals);
        std::size_t colon = name.find(':');
        s64 width = 0;
        bool sized = colon != name.npos;
        bool right_size = !sized || (parse_number(name.substr(colon + 1), width) && width > 0 &&
                                     width <= widest);
        const Column* column = column_named(name.substr(0, colon));
        if (name.empty()) continue;
        if (!column || !right_size) {
            run.err += "error: unknown user-defined format specifier \"" + std::string(name) +
                       "\"\n\nUsage:\n ps [options]\n";
            return false;
        }
        std::string heading = column->heading;
        if (equals != std::string_view::npos) heading = key.substr(equals + 1);
        o.format.push_back({column, heading, sized ? static_cast<u32>(width) : column->width});
    }
    return true;
}

bool add_pids(std::string_view text, std::vector<s64>& pids) {
    while (!text.empty()) {
        std::size_t comma = text.find_first_of(", ");
        s64 pid = 0;
        if (!parse_number(text.substr(0, comma), pid)) return false;
        pids.push_back(pid);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return true;
}

bool unsupported(Run& run, const std::string& option) {
    run.err += "error: unsupported option `" + option + "'\n\nUsage:\n ps [options]\n";
    return false;
}

/// "--sort=KEY", "--sort KEY" and the others of two dashes; `i` moves to the last word read.
bool long_option(Run& run, std::size_t& i, PsOptions& o) {
    const std::string a = run.args[i];
    const std::size_t equals = a.find('=');
    const std::string name = a.substr(0, equals);
    auto value = [&] {
        if (equals != a.npos) return a.substr(equals + 1);
        return i + 1 < run.args.size() ? run.args[++i] : std::string();
    };
    if (name == "--sort")
        o.sort = value();
    else if (name == "--ppid")
        return add_pids(value(), o.parents);
    else if (name == "--pid")
        return add_pids(value(), o.pids);
    else if (name == "--user")
        o.user = value();
    else if (name == "--forest")
        o.forest = true;
    else if (name == "--no-headers" || name == "--no-heading")
        o.headings = false;
    else
        return unsupported(run, a);
    return true;
}

bool parse_ps(Run& run, PsOptions& o) {
    std::string preset = "pid,tty,time,ucmd";
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        std::string a = run.args[i];
        bool dash = a[0] == '-' && a.size() > 1;
        auto value = [&](std::size_t at) {
            if (at + 1 < a.size()) return a.substr(at + 1);
            return i + 1 < run.args.size() ? run.args[++i] : std::string();
        };
        if (a.substr(0, 2) == "--") {
            if (!long_option(run, i, o)) return false;
            continue;
        }
        s64 pid = 0;
        if (!dash && parse_number(a, pid)) {
            o.pids.push_back(pid);
            continue;
        }
        bool bsd = !dash;
        for (std::size_t at = dash; at < a.size(); ++at) {
            char c = a[at];
            if (c == 'e' || c == 'A' || (bsd && (c == 'a' || c == 'x'))) {
                o.all = true;
            } else if (bsd && c == 'f') {
                o.forest = true;
            } else if (!bsd && (c == 'H' || c == 'u' || c == 'U')) {
                if (c == 'H')
                    o.forest = true;
                else
                    o.user = value(at);
                if (c != 'H') break;
            } else if (c == 'f') {
                preset = "uid,pid,ppid,c,stime,tty,time,cmd";
            } else if (c == 'F') {
                preset = "uid,pid,ppid,c,vsz,rss,psr,stime,tty,time,cmd";
            } else if (bsd && c == 'u') {
                preset = "user,pid,pcpu,pmem,vsz,rss,tty,stat,start,bsdtime,args";
            } else if (c == 'l') {
                preset = "s,uid,pid,ppid,c,pri,ni,vsz,wchan,tty,time,ucmd";
            } else if (c == 'L' || c == 'T' || c == 'H' || c == 'm') {
                o.threads = true;
            } else if (c == 'c') {
                preset = "pid,cls,pri,tty,time,ucmd";
            } else if (c == 'w') {
                continue;
            } else if (c == 'C' && dash) {
                o.command = value(at);
                break;
            } else if (c == 'p' || c == 'o' || c == 'q') {
                std::string text = value(at);
                if (c == 'o' ? !add_format(run, text, o) : !add_pids(text, o.pids)) return false;
                break;
            } else {
                return unsupported(run, a);
            }
        }
    }
    if (o.format.empty()) {
        if (o.threads && preset.find("lwp") == std::string::npos)
            preset.insert(preset.find("pid") + 3, ",lwp");
        return add_format(run, preset, o);
    }
    return true;
}

/// Parents before their children, with the branches that ps draws between them.
std::vector<Proc> as_forest(std::vector<Proc> procs) {
    std::vector<Proc> out;
    auto below = [&](auto& self, s32 parent, const std::string& lead) -> void {
        std::vector<Proc*> children;
        for (Proc& p : procs)
            if (p.ppid == parent && p.pid == p.tgid) children.push_back(&p);
        for (Proc* child : children) {
            const bool last = child == children.back();
            child->branches = lead + " \\_ ";
            out.push_back(*child);
            self(self, child->pid, lead + (last ? "    " : " |  "));
        }
    };
    for (const Proc& root : procs) {
        const bool child = std::any_of(procs.begin(), procs.end(), [&](const Proc& p) {
            return p.pid == root.ppid;
        });
        if (child) continue;
        out.push_back(root);
        below(below, root.pid, "");
    }
    return out;
}

/// "-pcpu,pid": the order of ps --sort, for the keys that are numbers or names here.
void sort_procs(std::vector<Proc>& procs, std::string_view keys, u64 now) {
    bool down = !keys.empty() && keys[0] == '-';
    if (!keys.empty() && (keys[0] == '-' || keys[0] == '+')) keys.remove_prefix(1);
    const Column* column = column_named(keys.substr(0, keys.find(',')));
    if (!column) return;
    auto less = [&](const Proc& a, const Proc& b) {
        if (std::string_view(column->key) == "pcpu") return permille(a, now) < permille(b, now);
        std::string x = column->text(a, now);
        std::string y = column->text(b, now);
        s64 m = 0;
        s64 n = 0;
        if (parse_number(x, m) && parse_number(y, n)) return m < n;
        return x < y;
    };
    std::stable_sort(procs.begin(), procs.end(),
                     [&](const Proc& a, const Proc& b) { return down ? less(b, a) : less(a, b); });
}

void print_table(Run& run, const std::vector<Proc>& procs, const PsOptions& o, u64 now) {
    auto row = [&](auto text_of) {
        std::string line;
        for (std::size_t i = 0; i < o.format.size(); ++i) {
            const Column& c = *o.format[i].column;
            std::string text = text_of(o.format[i]);
            bool last = i + 1 == o.format.size();
            if (i) line += ' ';
            std::size_t width =
                std::max<std::size_t>(o.format[i].width, o.format[i].heading.size());
            line += !c.on_left ? right(text, width)
                    : last ? text : left(text.substr(0, width), width);
        }
        while (!line.empty() && line.back() == ' ') line.pop_back();
        run.out += line + "\n";
    };
    bool headed = false;
    for (const Chosen& c : o.format) headed = headed || !c.heading.empty();
    if (o.headings && headed) row([](const Chosen& c) { return c.heading; });
    for (const Proc& p : procs) row([&](const Chosen& c) { return c.column->text(p, now); });
}

}  // namespace

s32 cmd_ps(Run& run) {
    PsOptions o;
    if (!parse_ps(run, o)) return 1;
    u64 now = uptime_ticks(run);
    std::vector<Proc> procs;
    Proc self;
    read_proc(run, std::to_string(run.pid()), self);
    for (Proc& p : read_procs(run, o.threads)) {
        bool wanted = o.all;
        if (!o.pids.empty())
            wanted = std::find(o.pids.begin(), o.pids.end(), s64{p.tgid}) != o.pids.end();
        else if (!o.parents.empty())
            wanted = std::find(o.parents.begin(), o.parents.end(), p.ppid) != o.parents.end();
        else if (!o.user.empty())
            wanted = user_name(p.uid) == o.user || std::to_string(p.uid) == o.user;
        else if (!o.command.empty())
            wanted = p.comm == o.command;
        else if (!o.all)
            wanted = p.session == self.session;
        if (wanted) procs.push_back(std::move(p));
    }
    if (!o.sort.empty()) sort_procs(procs, o.sort, now);
    if (o.forest && !o.threads) procs = as_forest(std::move(procs));
    print_table(run, procs, o, now);
    return procs.empty() ? 1 : 0;
}

namespace {

struct Tree {
    const std::vector<Proc>& procs;
    bool numbers;
    std::string& out;

    /// Children below `pid`, each line behind `lead`; `first` continues the present line.
    void below(s32 pid, const std::string& lead) {
        std::vector<const Proc*> children;
        for (const Proc& p : procs)
            if (p.ppid == pid && p.pid != pid) children.push_back(&p);
        std::stable_sort(children.begin(), children.end(),
                         [](const Proc* a, const Proc* b) { return a->comm < b->comm; });
        for (std::size_t i = 0; i < children.size(); ++i) {
            bool last = i + 1 == children.size();
            bool alone = children.size() == 1;
            if (i) out += lead + " ";
            out += alone ? "---" : i == 0 ? "-+-" : last ? "`-" : "|-";
            std::string name = label(*children[i]);
            out += name;
            std::string mark = alone ? "   " : last ? "  " : "| ";
            if (!alone && i == 0) mark = " | ";
            std::string next = lead + (i && !alone ? " " : "") + mark;
            branch(*children[i], next + std::string(name.size(), ' '));
        }
        if (children.empty()) out += "\n";
    }
    void branch(const Proc& p, const std::string& lead) { below(p.pid, lead); }
    std::string label(const Proc& p) const {
        return p.comm + (numbers ? "(" + std::to_string(p.pid) + ")" : "");
    }
};

}  // namespace

s32 cmd_pstree(Run& run) {
    bool numbers = false;
    s64 root = 1;
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        if (run.args[i][0] == '-')
            numbers = numbers || run.args[i].find('p') != std::string::npos;
        else if (!parse_number(run.args[i], root))
            return run.fail(run.args[i] + ": no such process");
    }
    std::vector<Proc> procs = read_procs(run, false);
    for (const Proc& p : procs) {
        if (p.pid != root) continue;
        Tree tree{procs, numbers, run.out};
        std::string name = tree.label(p);
        run.out += name;
        tree.below(p.pid, std::string(name.size(), ' '));
        return 0;
    }
    return 1;
}

}  // namespace rq::console
