// Readers of /proc/PID/stat, status and cmdline.
#include "console/proc.hpp"

#include <algorithm>

namespace rq::console {

namespace {

u64 number_at(const std::vector<std::string>& fields, std::size_t at) {
    s64 number = 0;
    return at < fields.size() && parse_number(fields[at], number) ? static_cast<u64>(number) : 0;
}

void read_stat(const std::string& text, Proc& p) {
    std::size_t open = text.find('(');
    std::size_t close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos) return;
    p.pid = static_cast<s32>(number_at(fields_of(text.substr(0, open)), 0));
    p.comm = text.substr(open + 1, close - open - 1);
    // From the third field on, so that [0] is the state (proc(5) counts it 3).
    std::vector<std::string> f = fields_of(text.substr(close + 1));
    auto field = [&](std::size_t number) { return number_at(f, number - 3); };
    p.state = f.empty() ? '?' : f[0][0];
    p.ppid = static_cast<s32>(field(4));
    p.pgrp = static_cast<s32>(field(5));
    p.session = static_cast<s32>(field(6));
    p.tty = static_cast<s32>(field(7));
    p.foreground = static_cast<s32>(field(8));
    p.flags = field(9);
    p.min_flt = field(10);
    p.maj_flt = field(12);
    p.utime = field(14);
    p.stime = field(15);
    p.priority = static_cast<s32>(field(18));
    p.nice = static_cast<s32>(field(19));
    p.threads = static_cast<u32>(field(20));
    p.start = field(22);
    p.vsize_kb = field(23) / 1024;
    p.rss_kb = field(24) * 4;
    p.cpu = static_cast<u32>(field(39));
    p.rt_priority = static_cast<u32>(field(40));
    p.policy = static_cast<u32>(field(41));
}

void read_status(const std::string& text, Proc& p) {
    p.uid = static_cast<u32>(number_at(fields_of(value_of(text, "Uid")), 0));
    p.tgid = static_cast<s32>(number_at({value_of(text, "Tgid")}, 0));
    p.cpus_hex = value_of(text, "Cpus_allowed");
    p.cpus_list = value_of(text, "Cpus_allowed_list");
    p.voluntary = number_at({value_of(text, "voluntary_ctxt_switches")}, 0);
    p.nonvoluntary = number_at({value_of(text, "nonvoluntary_ctxt_switches")}, 0);
}

}  // namespace

std::string value_of(std::string_view text, std::string_view key) {
    for (std::string_view line : lines_of(text)) {
        std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        std::string_view name = line.substr(0, colon);
        while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
        if (name != key) continue;
        line.remove_prefix(colon + 1);
        while (!line.empty() && (line[0] == ' ' || line[0] == '\t')) line.remove_prefix(1);
        return std::string(line);
    }
    return "";
}

std::string Proc::stat() const {
    std::string s(1, state);
    if (nice < 0) s += '<';
    if (nice > 0) s += 'N';
    if (session && session == tgid && pid == tgid) s += 's';
    if (threads > 1) s += 'l';
    if (foreground > 0 && foreground == pgrp) s += '+';
    return s;
}

std::vector<std::string> proc_ids(Run& run, bool threads) {
    std::vector<std::string> out;
    auto numbers = [&](const std::string& path) {
        std::vector<Entry> entries;
        std::vector<s64> all;
        run.shell.files().list(run.self, path, entries);
        s64 number = 0;
        for (const Entry& e : entries)
            if (parse_number(e.name, number)) all.push_back(number);
        std::sort(all.begin(), all.end());
        return all;
    };
    for (s64 pid : numbers("/proc")) {
        std::string id = std::to_string(pid);
        if (!threads) {
            out.push_back(id);
            continue;
        }
        for (s64 tid : numbers("/proc/" + id + "/task"))
            out.push_back(id + "/task/" + std::to_string(tid));
    }
    return out;
}

bool read_proc(Run& run, const std::string& id, Proc& proc) {
    proc = Proc{};
    std::string base = "/proc/" + id + "/";
    std::string text = run.slurp(base + "stat");
    if (text.empty()) return false;
    read_stat(text, proc);
    read_status(run.slurp(base + "status"), proc);
    proc.cmdline = run.slurp(base + "cmdline");
    for (char& c : proc.cmdline)
        if (c == '\0') c = ' ';
    while (!proc.cmdline.empty() && proc.cmdline.back() == ' ') proc.cmdline.pop_back();
    proc.wchan = run.slurp(base + "wchan");
    if (proc.wchan.empty() || proc.wchan == "0") proc.wchan = "-";
    proc.cgroup = run.slurp(base + "cgroup");
    while (!proc.cgroup.empty() && proc.cgroup.back() == '\n') proc.cgroup.pop_back();
    return true;
}

std::vector<Proc> read_procs(Run& run, bool threads) {
    std::vector<Proc> out;
    for (const std::string& id : proc_ids(run, threads)) {
        Proc proc;
        if (read_proc(run, id, proc)) out.push_back(std::move(proc));
    }
    return out;
}

std::string user_name(u32 uid) {
    switch (uid) {
        case 0:
            return "root";
        case 1000:
            return "student";
        case 65534:
            return "nobody";
        default:
            return std::to_string(uid);
    }
}

u64 uptime_ticks(Run& run) {
    std::vector<std::string> f = fields_of(run.slurp("/proc/uptime"));
    if (f.empty()) return 0;
    std::size_t dot = f[0].find('.');
    s64 seconds = 0;
    s64 rest = 0;
    parse_number(f[0].substr(0, dot), seconds);
    if (dot != std::string::npos) parse_number(f[0].substr(dot + 1), rest);
    return static_cast<u64>(seconds * 100 + rest);
}

const char* class_name(u32 policy) {
    switch (policy) {
        case 0:
            return "TS";
        case 1:
            return "FF";
        case 2:
            return "RR";
        case 3:
            return "B";
        case 5:
            return "IDL";
        case 6:
            return "DLN";
        default:
            return "?";
    }
}

std::string load_averages(Run& run) {
    std::vector<std::string> f = fields_of(run.slurp("/proc/loadavg"));
    if (f.size() < 3) return "0.00, 0.00, 0.00";
    return f[0] + ", " + f[1] + ", " + f[2];
}

}  // namespace rq::console
