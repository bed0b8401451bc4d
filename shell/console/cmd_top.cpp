// top in batch mode, as procps-ng 4 prints it, from /proc.
#include "console/proc.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace rq::console {

namespace {

struct TopOptions {
    s64 frames = 1;
    u64 delay_ns = 3 * NSEC_PER_SEC;
    std::vector<s64> pids;  ///< none: all
};

/// What the next frame's figures are differences to: clock ticks since boot.
struct Seen {
    u64 at = 0;
    std::array<u64, 8> cpu{};  ///< user, nice, system, idle, iowait, irq, softirq, steal
    std::map<s32, u64> used;   ///< CPU time by PID
};

/// "-n 2", "-n2": the value of an option, or null when it is missing.
const std::string* value_of_option(Run& run, std::size_t& i, std::string& attached) {
    attached = run.args[i].substr(2);
    if (!attached.empty()) return &attached;
    return ++i < run.args.size() ? &run.args[i] : nullptr;
}

bool add_pids(std::string_view list, std::vector<s64>& pids) {
    while (true) {
        std::size_t comma = list.find(',');
        s64 pid = 0;
        if (!parse_number(list.substr(0, comma), pid) || pid < 0) return false;
        pids.push_back(pid);
        if (comma == list.npos) return true;
        list.remove_prefix(comma + 1);
    }
}

/// 0, or what the command ends with after saying what is wrong.
s32 read_options(Run& run, TopOptions& o) {
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        const std::string option = run.args[i].substr(0, 2);
        if (run.args[i] == "-b") continue;
        if (option != "-n" && option != "-d" && option != "-p")
            return run.fail("unknown option '" + run.args[i] + "'\nUsage:\n " +
                            find_command("top")->usage);
        std::string attached;
        const std::string* value = value_of_option(run, i, attached);
        if (!value) return run.fail("-" + option.substr(1) + " requires argument");
        if (option == "-n" && (!parse_number(*value, o.frames) || o.frames < 1 || o.frames > 1000))
            return run.fail("bad iterations argument '" + *value + "'");
        if (option == "-d" && !parse_seconds(*value, o.delay_ns))
            return run.fail("bad delay interval '" + *value + "'");
        if (option == "-p" && !add_pids(*value, o.pids))
            return run.fail("bad pid '" + *value + "'");
    }
    return 0;
}

std::array<u64, 8> cpu_times(Run& run) {
    std::array<u64, 8> times{};
    const std::string stat = run.slurp("/proc/stat");
    const std::vector<std::string> f = fields_of(stat.substr(0, stat.find('\n')));
    for (std::size_t i = 0; i < 8 && i + 1 < f.size(); ++i) {
        s64 n = 0;
        parse_number(f[i + 1], n);
        times[i] = static_cast<u64>(n);
    }
    return times;
}

std::string cpu_line(const std::array<u64, 8>& before, const std::array<u64, 8>& now) {
    u64 sum = 0;
    for (std::size_t i = 0; i < 8; ++i) sum += now[i] - before[i];
    if (!sum) sum = 1;
    struct Part {
        u32 at;
        const char* name;
    };
    constexpr Part order[] = {{0, "us"}, {2, "sy"}, {1, "ni"}, {3, "id"},
                              {4, "wa"}, {5, "hi"}, {6, "si"}, {7, "st"}};
    std::string out = "%Cpu(s):";
    for (const Part& part : order)
        out += right(fixed((now[part.at] - before[part.at]) * 1000 / sum, 10, 1), 5) + " " +
               part.name + (part.at == 7 ? "" : ",");
    return out + "\n";
}

std::string memory_lines(Run& run) {
    std::string text = run.slurp("/proc/meminfo");
    auto kb = [&](const char* key) {
        std::vector<std::string> f = fields_of(value_of(text, key));
        s64 n = 0;
        if (!f.empty()) parse_number(f[0], n);
        return static_cast<u64>(n);
    };
    u64 total = kb("MemTotal");
    u64 free = kb("MemFree");
    u64 cache = kb("Buffers") + kb("Cached") + kb("SReclaimable");
    auto mib = [](u64 n) { return right(fixed(n * 10 / 1024, 10, 1), 8); };
    return "MiB Mem :" + mib(total) + " total," + mib(free) + " free," +
           mib(total - free - std::min(cache, total - free)) + " used," + mib(cache) +
           " buff/cache\nMiB Swap:" + mib(kb("SwapTotal")) + " total," + mib(kb("SwapFree")) +
           " free," + mib(0) + " used." + mib(kb("MemAvailable")) + " avail Mem\n";
}

std::string two(u64 n) { return std::to_string(n / 10 % 10) + std::to_string(n % 10); }

/// The lines above the table.
std::string summary(Run& run, const std::vector<Proc>& procs, u64 now) {
    u32 count[4] = {};  // running, sleeping, stopped, zombie
    for (const Proc& p : procs)
        ++count[p.state == 'R' ? 0 : p.state == 'Z' ? 3 : p.state == 'T' || p.state == 't' ? 2 : 1];
    auto four = [](u64 n) { return right(std::to_string(n), 4); };
    const u64 s = now / 100;
    return "top - " + two(s / 3600) + ":" + two(s / 60 % 60) + ":" + two(s % 60) + " up " +
           std::to_string(s / 60) + " min,  1 user,  load average: " + load_averages(run) +
           "\nTasks:" + four(procs.size()) + " total," + four(count[0]) + " running," +
           four(count[1]) + " sleeping," + four(count[2]) + " stopped," + four(count[3]) +
           " zombie\n";
}

/// CPU time since the frame before, or for the first since the task's start, in permille.
u64 permille(const Proc& p, const Seen& before, u64 now) {
    u64 used = p.utime + p.stime;
    u64 since = p.start;
    if (auto seen = before.used.find(p.pid); seen != before.used.end()) {
        used -= std::min(used, seen->second);
        since = before.at;
    }
    return now > since ? used * 1000 / (now - since) : 0;
}

std::string row(const Proc& p, u64 busy) {
    const u64 ticks = p.utime + p.stime;
    const std::string time =
        std::to_string(ticks / 6000) + ":" + two(ticks / 100 % 60) + "." + two(ticks % 100);
    return right(std::to_string(p.pid), 7) + " " + left(user_name(p.uid), 8) + " " +
           right(p.priority <= -100 ? "rt" : std::to_string(p.priority), 3) + " " +
           right(std::to_string(p.nice), 3) + " " + right(std::to_string(p.vsize_kb), 7) + " " +
           right(std::to_string(p.rss_kb), 6) + "      0 " + std::string(1, p.state) + " " +
           right(fixed(busy, 10, 1), 5) + "   0.0 " + right(time, 9) + " " + p.comm + "\n";
}

void frame(Run& run, const TopOptions& o, Seen& seen) {
    std::vector<Proc> procs = read_procs(run, false);
    if (!o.pids.empty())
        std::erase_if(procs, [&o](const Proc& p) {
            return std::find(o.pids.begin(), o.pids.end(), s64{p.pid}) == o.pids.end();
        });
    Seen now;
    now.at = uptime_ticks(run);
    now.cpu = cpu_times(run);
    std::vector<std::pair<u64, const Proc*>> busiest;
    for (const Proc& p : procs) {
        now.used[p.pid] = p.utime + p.stime;
        busiest.emplace_back(permille(p, seen, now.at), &p);
    }
    std::stable_sort(busiest.begin(), busiest.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    run.out += summary(run, procs, now.at) + cpu_line(seen.cpu, now.cpu) + memory_lines(run) +
               "\n    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n";
    for (const auto& [busy, p] : busiest) run.out += row(*p, busy);
    seen = now;
}

}  // namespace

s32 cmd_top(Run& run) {
    TopOptions o;
    if (s32 wrong = read_options(run, o)) return wrong;
    Seen seen;
    for (s64 i = 0; i < o.frames; ++i) {
        if (i && run.call("sleep " + std::to_string(o.delay_ns) + "ns") < 0) return 130;
        if (i) run.out += "\n";
        frame(run, o, seen);
    }
    return 0;
}

}  // namespace rq::console
