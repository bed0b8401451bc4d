// free, uptime, vmstat, sar, mpstat, lscpu, nproc: procps, sysstat and util-linux, from
// /proc and /sys.
#include "console/proc.hpp"

#include <algorithm>
#include <array>

namespace rq::console {

namespace {

u64 number_of(std::string_view text) {
    s64 n = 0;
    std::vector<std::string> f = fields_of(text);
    if (!f.empty()) parse_number(f[0], n);
    return n > 0 ? static_cast<u64>(n) : 0;
}

/// user nice system idle iowait irq softirq steal guest guest_nice
using CpuTimes = std::array<u64, 10>;

/// Of a line of /proc/stat: "cpu0 44 0 1 …".
CpuTimes cpu_times(const std::vector<std::string>& fields) {
    CpuTimes times{};
    for (std::size_t i = 0; i < times.size() && i + 1 < fields.size(); ++i)
        times[i] = number_of(fields[i + 1]);
    return times;
}

/// Figures of /proc/stat and /proc/vmstat at an instant.
struct Sample {
    CpuTimes cpu{};
    u64 interrupts = 0;
    u64 switches = 0;
    u64 running = 0;
    u64 blocked = 0;
    u64 page_in = 0;
    u64 page_out = 0;
};

Sample take(Run& run) {
    Sample s;
    const std::string stat = run.slurp("/proc/stat");
    for (std::string_view line : lines_of(stat)) {
        std::vector<std::string> f = fields_of(line);
        if (f.size() < 2) continue;
        if (f[0] == "cpu") s.cpu = cpu_times(f);
        if (f[0] == "intr") s.interrupts = number_of(f[1]);
        if (f[0] == "ctxt") s.switches = number_of(f[1]);
        if (f[0] == "procs_running") s.running = number_of(f[1]);
        if (f[0] == "procs_blocked") s.blocked = number_of(f[1]);
    }
    const std::string vmstat = run.slurp("/proc/vmstat");
    for (std::string_view line : lines_of(vmstat)) {
        std::vector<std::string> f = fields_of(line);
        if (f.size() == 2 && f[0] == "pgpgin") s.page_in = number_of(f[1]);
        if (f.size() == 2 && f[0] == "pgpgout") s.page_out = number_of(f[1]);
    }
    return s;
}

u64 meminfo(Run& run, const char* key) {
    return number_of(value_of(run.slurp("/proc/meminfo"), key));
}

}  // namespace

s32 cmd_free(Run& run) {
    u64 unit = 1024;
    u64 human = 0;
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        if (run.args[i] == "-b") unit = 1;
        if (run.args[i] == "-m") unit = 1024 * 1024;
        if (run.args[i] == "-g") unit = 1024 * 1024 * 1024;
        if (run.args[i] == "-h") human = 1;
    }
    auto show = [&](u64 kb) {
        if (!human) return right(std::to_string(kb * 1024 / unit), 12);
        if (kb < 1024) return right(std::to_string(kb) + "Ki", 12);
        if (kb < 1024 * 1024) return right(std::to_string(kb / 1024) + "Mi", 12);
        return right(fixed(kb, 1024 * 1024, 1) + "Gi", 12);
    };
    u64 total = meminfo(run, "MemTotal");
    u64 free = meminfo(run, "MemFree");
    u64 cache = meminfo(run, "Buffers") + meminfo(run, "Cached") + meminfo(run, "SReclaimable");
    u64 available = meminfo(run, "MemAvailable");
    run.out += "               total        used        free      shared  buff/cache   available\n";
    run.out += "Mem:    " + show(total) + show(total - std::min(total, available)) + show(free) +
               show(meminfo(run, "Shmem")) + show(cache) + show(available) + "\n";
    u64 swap = meminfo(run, "SwapTotal");
    u64 swap_free = meminfo(run, "SwapFree");
    run.out += "Swap:   " + show(swap) + show(swap - swap_free) + show(swap_free) + "\n";
    return 0;
}

namespace {

/// "00:00:12" of the machine's clock, which begins with its boot.
std::string clock_text(u64 ticks) {
    u64 s = ticks / 100;
    auto two = [](u64 n) { return std::to_string(n / 10 % 10) + std::to_string(n % 10); };
    return two(s / 3600 % 24) + ":" + two(s / 60 % 60) + ":" + two(s % 60);
}

}  // namespace

/// The machine's clock begins with 1970, when it boots.
s32 cmd_date(Run& run) {
    const u64 ns = run.shell.processes().world().g.now;
    const u64 seconds = ns / NSEC_PER_SEC;
    if (seconds >= 28 * 86'400) return run.fail("the machine has run for longer than a month");
    auto padded = [](u64 n, std::size_t digits) {
        std::string text = std::to_string(n);
        return std::string(digits - std::min(digits, text.size()), '0') + text;
    };
    const u64 day = seconds / 86'400;
    const char* const names[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    const std::string clock = clock_text(seconds * 100);
    if (run.args.size() < 2) {
        run.out += std::string(names[day % 7]) + " Jan " + right(std::to_string(day + 1), 2) +
                   " " + clock + " UTC 1970\n";
        return 0;
    }
    const std::string& form = run.args[1];
    if (form[0] != '+') return run.fail("the time of this machine cannot be set");
    for (std::size_t i = 1; i < form.size(); ++i) {
        if (form[i] != '%' || i + 1 == form.size()) {
            run.out += form[i];
            continue;
        }
        switch (form[++i]) {
            case 's':
                run.out += std::to_string(seconds);
                break;
            case 'N':
                run.out += padded(ns % NSEC_PER_SEC, 9);
                break;
            case 'T':
                run.out += clock;
                break;
            case 'F':
                run.out += "1970-01-" + padded(day + 1, 2);
                break;
            case '%':
                run.out += '%';
                break;
            default:
                return run.fail(std::string("%") + form[i] + " is not known; %s %N %T %F are");
        }
    }
    run.out += "\n";
    return 0;
}

s32 cmd_uptime(Run& run) {
    u64 now = uptime_ticks(run);
    u64 minutes = now / 6000;
    std::string up = minutes < 60
                         ? std::to_string(minutes) + " min"
                         : std::to_string(minutes / 60) + ":" + std::to_string(minutes % 60 / 10) +
                               std::to_string(minutes % 10);
    run.out += " " + clock_text(now) + " up " + up +
               ",  1 user,  load average: " + load_averages(run) + "\n";
    return 0;
}

namespace {

/// Sleeps for a delay of a sampling tool.
bool delay(Run& run, u64 ns) {
    return run.call("sleep " + std::to_string(ns) + "ns") >= 0;
}

void vmstat_line(Run& run, const Sample& a, const Sample& b, u64 centiseconds) {
    u64 d[10] = {};
    u64 sum = 0;
    for (u32 i = 0; i < 10; ++i) sum += d[i] = b.cpu[i] - a.cpu[i];
    if (!sum) sum = 1;
    if (!centiseconds) centiseconds = 1;
    auto rate = [&](u64 n) { return n * 100 / centiseconds; };
    auto percent = [&](u64 n) { return std::to_string((n * 100 + sum / 2) / sum); };
    u64 running = b.running ? b.running - 1 : 0;  // not vmstat itself
    run.out += right(std::to_string(running), 2) + " " + right(std::to_string(b.blocked), 2) + " " +
               right("0", 6) + " " + right(std::to_string(meminfo(run, "MemFree")), 6) + " " +
               right(std::to_string(meminfo(run, "Buffers")), 6) + " " +
               right(std::to_string(meminfo(run, "Cached")), 6) + "    0    0 " +
               right(std::to_string(rate(b.page_in - a.page_in)), 5) + " " +
               right(std::to_string(rate(b.page_out - a.page_out)), 5) + " " +
               right(std::to_string(rate(b.interrupts - a.interrupts)), 4) + " " +
               right(std::to_string(rate(b.switches - a.switches)), 4) + " " +
               right(percent(d[0] + d[1]), 2) + " " + right(percent(d[2] + d[5] + d[6]), 2) + " " +
               right(percent(d[3]), 2) + " " + right(percent(d[4]), 2) + " " +
               right(percent(d[7]), 2) + "\n";
}

/// The first line of sysstat's tools.
std::string sysstat_banner(Run& run) {
    const std::vector<std::string> version = fields_of(run.slurp("/proc/version"));
    return "Linux " + (version.size() > 2 ? version[2] : "") +
           " (runqueue) \t01/01/1970 \t_x86_64_\t(" +
           std::to_string(run.shell.processes().world().g.cpus) + " CPU)\n";
}

/// DELAY and COUNT from args[first] on; false with a complaint.
bool sampling(Run& run, std::size_t first, u64& ns, s64& count) {
    if (first < run.args.size() && !parse_seconds(run.args[first], ns)) return false;
    if (first + 1 < run.args.size() && !parse_number(run.args[first + 1], count)) return false;
    if (first < run.args.size() && first + 1 >= run.args.size()) count = 5;  // here: not for ever
    return count > 0 && count <= 1000;
}

}  // namespace

s32 cmd_vmstat(Run& run) {
    u64 ns = 0;
    s64 count = 1;
    if (!sampling(run, 1, ns, count)) return run.fail("usage: vmstat [delay [count]]");
    run.out +=
        "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n"
        " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n";
    Sample before;
    u64 elapsed = uptime_ticks(run);
    for (s64 i = 0; i < count; ++i) {
        if (i && !delay(run, ns)) return 130;
        Sample now = take(run);
        vmstat_line(run, before, now, i ? ns / 10'000'000 : elapsed);
        before = now;
    }
    return 0;
}

s32 cmd_sar(Run& run) {
    bool queue = run.args.size() > 1 && run.args[1] == "-q";
    bool cpu = run.args.size() > 1 && run.args[1] == "-u";
    u64 ns = 0;
    s64 count = 1;
    if ((!queue && !cpu) || run.args.size() < 3 || !sampling(run, 2, ns, count))
        return run.fail("usage: sar -q|-u DELAY COUNT");
    run.out += sysstat_banner(run) + "\n";
    run.out +=
        clock_text(uptime_ticks(run)) +
        (queue ? "      runq-sz  plist-sz   ldavg-1   ldavg-5  ldavg-15   blocked\n"
               : "        CPU     %user     %nice   %system   %iowait    %steal     %idle\n");
    u64 sums[6] = {};
    Sample first = take(run);
    Sample before = first;
    auto cpu_line = [&](const Sample& a, const Sample& b) {
        u64 d[10] = {};
        u64 sum = 0;
        for (u32 i = 0; i < 10; ++i) sum += d[i] = b.cpu[i] - a.cpu[i];
        if (!sum) sum = 1;
        std::string out = "        all";
        for (u64 n : {d[0], d[1], d[2] + d[5] + d[6], d[4], d[7], d[3]})
            out += right(fixed(n * 10'000 / sum, 100, 2), 10);
        return out + "\n";
    };
    for (s64 i = 0; i < count; ++i) {
        if (!delay(run, ns)) return 130;
        Sample now = take(run);
        run.out += clock_text(uptime_ticks(run));
        if (cpu) {
            run.out += cpu_line(before, now);
            before = now;
            continue;
        }
        std::vector<std::string> load = fields_of(run.slurp("/proc/loadavg"));
        u64 tasks = proc_ids(run, true).size();
        u64 v[6] = {now.running ? now.running - 1 : 0, tasks, 0, 0, 0, now.blocked};
        for (u32 k = 0; k < 3 && k < load.size(); ++k)
            v[2 + k] = static_cast<u64>(thousandths_of(load[k])) / 10;
        run.out += right(std::to_string(v[0]), 13) + right(std::to_string(v[1]), 10);
        for (u32 k = 2; k < 5; ++k) run.out += right(fixed(v[k], 100, 2), 10);
        run.out += right(std::to_string(v[5]), 10) + "\n";
        for (u32 k = 0; k < 6; ++k) sums[k] += v[k];
    }
    run.out += "Average:";
    if (cpu) {
        run.out += cpu_line(first, before);
        return 0;
    }
    u64 n = static_cast<u64>(count);
    run.out +=
        right(std::to_string((sums[0] + n / 2) / n), 13) + right(std::to_string(sums[1] / n), 10);
    for (u32 k = 2; k < 5; ++k) run.out += right(fixed(sums[k] / n, 100, 2), 10);
    run.out += right(std::to_string(sums[5] / n), 10) + "\n";
    return 0;
}

namespace {

/// Rows of mpstat: all CPUs together, then each where it is asked for.
using CpuTable = std::vector<CpuTimes>;
CpuTable cpu_table(Run& run, bool each) {
    CpuTable rows;
    const std::string stat = run.slurp("/proc/stat");
    for (std::string_view line : lines_of(stat))
        if (line.substr(0, 3) == "cpu" && (each || rows.empty()))
            rows.push_back(cpu_times(fields_of(line)));
    return rows;
}

void mpstat_rows(Run& run, const std::string& stamp, const CpuTable& from, const CpuTable& to) {
    // %usr %nice %sys %iowait %irq %soft %steal %guest %gnice %idle, as places in /proc/stat
    constexpr u32 order[] = {0, 1, 2, 4, 5, 6, 7, 8, 9, 3};
    for (std::size_t row = 0; row < to.size(); ++row) {
        u64 sum = 0;
        for (u32 i = 0; i < 8; ++i) sum += to[row][i] - from[row][i];
        run.out += left(stamp, 11) + " " + (row ? right(std::to_string(row - 1), 4) : " all");
        for (u32 i : order) {
            u64 part = to[row][i] - from[row][i];
            run.out += " " + right(fixed(sum ? part * 10'000 / sum : 0, 100, 2), 7);
        }
        run.out += "\n";
    }
}

}  // namespace

s32 cmd_mpstat(Run& run) {
    const bool each = run.args.size() > 2 && run.args[1] == "-P" && run.args[2] == "ALL";
    const std::size_t first = each ? 3 : 1;
    u64 ns = 0;
    s64 count = 1;
    if (!sampling(run, first, ns, count) || run.args.size() > first + 2)
        return run.fail("usage: mpstat [-P ALL] [DELAY [COUNT]]");
    run.out += sysstat_banner(run);
    const std::string headings =
        "  CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle\n";
    const bool since_boot = run.args.size() == first;
    CpuTable start = cpu_table(run, each);
    if (since_boot) start.assign(start.size(), CpuTimes{});
    CpuTable before = start;
    for (s64 i = 0; i < count; ++i) {
        run.out += "\n" + left(clock_text(uptime_ticks(run)), 11) + headings;
        if (!since_boot && !delay(run, ns)) return 130;
        CpuTable now = cpu_table(run, each);
        mpstat_rows(run, clock_text(uptime_ticks(run)), before, now);
        before = std::move(now);
    }
    if (since_boot) return 0;
    run.out += "\n" + left("Average:", 11) + headings;
    mpstat_rows(run, "Average:", start, before);
    return 0;
}

s32 cmd_nproc(Run& run) {
    std::vector<u32> online;
    std::string text = run.slurp("/sys/devices/system/cpu/online");
    while (!text.empty() && text.back() == '\n') text.pop_back();
    bool all = run.args.size() > 1 && run.args[1] == "--all";
    Proc self;
    read_proc(run, "self", self);
    std::vector<u32> allowed;
    parse_cpu_list(self.cpus_list, allowed);
    if (!parse_cpu_list(text, online)) online = allowed;
    run.out += std::to_string(all ? online.size() : allowed.size()) + "\n";
    return 0;
}

s32 cmd_lscpu(Run& run) {
    const MachineSpec& m = run.shell.session().scenario().machine;
    std::string info = run.slurp("/proc/cpuinfo");
    auto line = [&](const std::string& name, const std::string& value) {
        run.out += left(name + ":", 33) + value + "\n";
    };
    auto from_sys = [&](const std::string& path) {
        std::string text = run.slurp(path);
        while (!text.empty() && text.back() == '\n') text.pop_back();
        return text;
    };
    line("Architecture", "x86_64");
    line("CPU(s)", std::to_string(m.cpus()));
    line("On-line CPU(s) list", from_sys("/sys/devices/system/cpu/online"));
    std::string vendor = value_of(info, "vendor_id\t");
    std::string model = value_of(info, "model name\t");
    if (!vendor.empty()) line("Vendor ID", vendor);
    if (!model.empty()) line("Model name", model);
    line("Thread(s) per core", std::to_string(m.threads));
    line("Core(s) per socket", std::to_string(m.cores));
    line("Socket(s)", std::to_string(m.sockets));
    line("NUMA node(s)", std::to_string(m.nodes));
    for (u32 node = 0; node < m.nodes; ++node) {
        std::string name = std::to_string(node);
        line("NUMA node" + name + " CPU(s)",
             from_sys("/sys/devices/system/node/node" + name + "/cpulist"));
    }
    return 0;
}

}  // namespace rq::console
