// Tunables and features by name, as kernel/sched/debug.c and the sysctl tables of 6.1 and 6.12
// read and write them. Left out: numa_balancing/*, domains/*, and what only prints warnings.
#include "sched/settings.hpp"

#include "base/text.hpp"
#include "context.hpp"
#include "sched/dl_server.hpp"
#include "sched/syscalls.hpp"

#include <algorithm>

namespace rq {

namespace {

struct FeatureInfo {
    const char* name;
    s8 defaults[2];
};
constexpr FeatureInfo features[] = {
#define FEAT(name, v6_1, v6_12) {#name, {v6_1, v6_12}},
#include "sched/features.def"
#undef FEAT
};
constexpr u32 feature_count = static_cast<u32>(Feat::count_);

constexpr u8 ON_6_1 = 1;
constexpr u8 ON_6_12 = 2;
constexpr u8 ON_BOTH = 3;

/// A plain number of Tunables. `unit` = ns per unit of the file (1 for numbers without one).
struct Number {
    const char* name;
    u8 kernels;
    u64 Tunables::*wide;
    u32 Tunables::*narrow;
    u32 unit;
    s64 least;
    s64 most;
};

constexpr s64 INT_LEAST = -s64{1} - 0x7fffffff;
constexpr s64 INT_MOST = 0x7fffffff;
constexpr s64 UINT_MOST = 0xffffffff;

// debugfs_create_u32: any number is taken.
constexpr Number debug_numbers[] = {
    {"latency_ns", ON_6_1, &Tunables::latency, nullptr, 1, 0, UINT_MOST},
    {"min_granularity_ns", ON_6_1, &Tunables::min_granularity, nullptr, 1, 0, UINT_MOST},
    {"idle_min_granularity_ns", ON_6_1, &Tunables::idle_min_granularity, nullptr, 1, 0, UINT_MOST},
    {"wakeup_granularity_ns", ON_6_1, &Tunables::wakeup_granularity, nullptr, 1, 0, UINT_MOST},
    {"base_slice_ns", ON_6_12, &Tunables::base_slice, nullptr, 1, 0, UINT_MOST},
    {"migration_cost_ns", ON_BOTH, &Tunables::migration_cost, nullptr, 1, 0, UINT_MOST},
    {"nr_migrate", ON_BOTH, nullptr, &Tunables::nr_migrate, 1, 0, UINT_MOST},
};

constexpr Number sysctl_numbers[] = {
    {"sched_autogroup_enabled", ON_BOTH, nullptr, &Tunables::autogroup_enabled, 1, 0, 1},
    {"sched_cfs_bandwidth_slice_us", ON_BOTH, &Tunables::cfs_bandwidth_slice, nullptr, 1000, 1,
     INT_MOST},
    {"sched_child_runs_first", ON_6_1, nullptr, &Tunables::child_runs_first, 1, INT_LEAST,
     INT_MOST},
    {"sched_deadline_period_max_us", ON_BOTH, &Tunables::dl_period_max, nullptr, 1000, 0,
     UINT_MOST},
    {"sched_deadline_period_min_us", ON_BOTH, &Tunables::dl_period_min, nullptr, 1000, 0,
     UINT_MOST},
    {"sched_rr_timeslice_ms", ON_BOTH, &Tunables::rr_timeslice, nullptr, 1000000, INT_LEAST,
     INT_MOST},
    {"sched_rt_period_us", ON_BOTH, &Tunables::rt_period, nullptr, 1000, 1, INT_MOST},
    {"sched_rt_runtime_us", ON_BOTH, &Tunables::rt_runtime, nullptr, 1000, -1, INT_MOST},
    {"sched_schedstats", ON_BOTH, nullptr, &Tunables::schedstats, 1, 0, 1},
    {"unprivileged_userns_clone", ON_BOTH, nullptr, &Tunables::unprivileged_userns_clone, 1,
     INT_LEAST, INT_MOST},
    {"vm.overcommit_memory", ON_BOTH, nullptr, &Tunables::overcommit_memory, 1, 0, 2},
    {"vm.overcommit_ratio", ON_BOTH, nullptr, &Tunables::overcommit_ratio, 1, 0, INT_MOST},
};

/// Names that older kernels had, and where one finds what they did.
struct Moved {
    const char* name;
    const char* hint_6_1;
    const char* hint_6_12;
};
constexpr const char* gone_with_cfs =
    "EEVDF (6.6 and newer) has no such setting; the length of a request is "
    "/sys/kernel/debug/sched/base_slice_ns";
constexpr Moved moved[] = {
    {"sched_latency_ns", "since 5.13 it is /sys/kernel/debug/sched/latency_ns", gone_with_cfs},
    {"sched_min_granularity_ns", "since 5.13 it is /sys/kernel/debug/sched/min_granularity_ns",
     gone_with_cfs},
    {"sched_wakeup_granularity_ns",
     "since 5.13 it is /sys/kernel/debug/sched/wakeup_granularity_ns", gone_with_cfs},
    {"sched_idle_min_granularity_ns",
     "it is /sys/kernel/debug/sched/idle_min_granularity_ns and never was a sysctl",
     gone_with_cfs},
    {"sched_base_slice_ns", "6.1 schedules by CFS: latency_ns and min_granularity_ns in "
     "/sys/kernel/debug/sched", "it is /sys/kernel/debug/sched/base_slice_ns"},
    {"sched_migration_cost_ns", "since 5.13 it is /sys/kernel/debug/sched/migration_cost_ns",
     "since 5.13 it is /sys/kernel/debug/sched/migration_cost_ns"},
    {"sched_nr_migrate", "since 5.13 it is /sys/kernel/debug/sched/nr_migrate",
     "since 5.13 it is /sys/kernel/debug/sched/nr_migrate"},
    {"sched_tunable_scaling", "since 5.13 it is /sys/kernel/debug/sched/tunable_scaling",
     "since 5.13 it is /sys/kernel/debug/sched/tunable_scaling"},
    {"sched_features", "it is /sys/kernel/debug/sched/features",
     "it is /sys/kernel/debug/sched/features"},
    {"sched_child_runs_first", "", "it went with CFS in 6.6; a new task joins with half a slice"},
    {"sched_time_avg_ms", "it is gone since 4.15", "it is gone since 4.15"},
    {"sched_shares_window_ns", "it is gone since 4.8", "it is gone since 4.8"},
    {"sched_compat_yield", "it is gone since 2.6.39", "it is gone since 2.6.39"},
    {"sched_util_clamp_min", "this kernel is built without utilization clamping",
     "this kernel is built without utilization clamping"},
    {"sched_util_clamp_max", "this kernel is built without utilization clamping",
     "this kernel is built without utilization clamping"},
};
constexpr Moved moved_files[] = {
    {"latency_ns", "", gone_with_cfs},
    {"min_granularity_ns", "", gone_with_cfs},
    {"idle_min_granularity_ns", "", gone_with_cfs},
    {"wakeup_granularity_ns", "", gone_with_cfs},
    {"min_base_ns", "6.1 has min_granularity_ns", "it is base_slice_ns"},
    {"base_slice_ns", "6.1 schedules by CFS: latency_ns and min_granularity_ns", ""},
    {"fair_server", "the fair server came with 6.12; 6.1 throttles real-time tasks: "
     "sysctl kernel.sched_rt_runtime_us", "the file is fair_server/cpuN/runtime or period"},
};

constexpr const char* debug_dir = "/sys/kernel/debug/sched/";

u8 kernel_bit(const World& w) { return w.g.kernel ? ON_6_12 : ON_6_1; }

/// A number as the kernel's kstrtoull and proc_dointvec read it with base 0: 12, 0x1f, 017, -3.
bool parse_number(std::string_view text, s64& out) {
    text = trimmed(text);
    bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    u64 base = 10;
    if (text.size() > 1 && text[0] == '0') {
        base = text[1] == 'x' || text[1] == 'X' ? 16 : 8;
        text.remove_prefix(base == 16 ? 2 : 1);
    }
    if (text.empty()) return false;
    u64 value = 0;
    for (char ch : text) {
        u64 digit = ch >= '0' && ch <= '9'   ? static_cast<u64>(ch - '0')
                    : ch >= 'a' && ch <= 'f' ? static_cast<u64>(ch - 'a' + 10)
                    : ch >= 'A' && ch <= 'F' ? static_cast<u64>(ch - 'A' + 10)
                                             : 99;
        if (digit >= base || value > (u64{1} << 58)) return false;
        value = value * base + digit;
    }
    out = negative ? -static_cast<s64>(value) : static_cast<s64>(value);
    return true;
}

Diagnostic complaint(const char* code, std::string message, std::string hint = {}) {
    Diagnostic d;
    d.code = code;
    d.message = std::move(message);
    d.hint = std::move(hint);
    return d;
}

Diagnostic write_error(std::string_view file, const char* error, std::string hint = {}) {
    return complaint("sched-file",
                     "write to " + std::string(debug_dir) + std::string(file) + ": " + error,
                     std::move(hint));
}

/// The whole name of a sysctl: those without a table are the kernel's.
std::string dotted(std::string_view name) {
    return (name.substr(0, 3) == "vm." ? "" : "kernel.") + std::string(name);
}

Diagnostic sysctl_error(std::string_view name, std::string hint = {}) {
    return complaint("sysctl", "sysctl: setting key \"" + dotted(name) + "\": Invalid argument",
                     std::move(hint));
}

template <u32 N>
std::string moved_hint(const World& w, const Moved (&table)[N], std::string_view name) {
    for (const Moved& m : table)
        if (name == m.name) return w.g.kernel ? m.hint_6_12 : m.hint_6_1;
    return {};
}

/// The nearest of the names that this kernel has, as "did you mean".
template <u32 N>
std::string nearest_hint(const World& w, const Number (&table)[N], std::string_view name) {
    const char* best = nullptr;
    u32 least = 4;
    for (const Number& n : table) {
        u32 distance = edit_distance(name, n.name, least);
        if ((n.kernels & kernel_bit(w)) && distance < least) {
            least = distance;
            best = n.name;
        }
    }
    return best ? "Did you mean `" + std::string(best) + "`?" : std::string{};
}

Diagnostic no_such_file(const World& w, std::string_view file) {
    std::string hint = moved_hint(w, moved_files, file.substr(0, file.find('/')));
    if (hint.empty()) hint = nearest_hint(w, debug_numbers, file);
    return complaint("unknown-sched-file", std::string(debug_dir) + std::string(file) +
                     ": No such file or directory", std::move(hint));
}

Diagnostic no_such_sysctl(const World& w, std::string_view name) {
    std::string hint = moved_hint(w, moved, name);
    if (hint.empty()) hint = nearest_hint(w, sysctl_numbers, name);
    std::string path = dotted(name);
    path[path.find('.')] = '/';
    return complaint("unknown-sysctl", "sysctl: cannot stat /proc/sys/" + path +
                     ": No such file or directory", std::move(hint));
}

template <u32 N>
const Number* find_number(const World& w, const Number (&table)[N], std::string_view name) {
    for (const Number& n : table)
        if ((n.kernels & kernel_bit(w)) && name == n.name) return &n;
    return nullptr;
}

void store(Tunables& tune, const Number& n, u64 value) {
    if (n.wide)
        tune.*n.wide = value * n.unit;
    else
        tune.*n.narrow = static_cast<u32>(value);
}

std::string number_text(const Tunables& tune, const Number& n) {
    std::string out;
    if (n.wide && tune.*n.wide == NEVER) return "-1";
    if (n.wide)
        append_u64(out, tune.*n.wide / n.unit);
    else
        append_s64(out, static_cast<s32>(tune.*n.narrow));
    return out;
}

/// One NAME or NO_NAME; false if this kernel knows no such feature.
bool set_feature(World& w, std::string_view word) {
    bool on = word.substr(0, 3) != "NO_";
    if (!on) word.remove_prefix(3);
    for (u32 i = 0; i < feature_count; ++i) {
        if (word != features[i].name || !feature_known(w.g.kernel, static_cast<Feat>(i))) continue;
        u64 bit = u64{1} << i;
        w.g.tune.features = on ? w.g.tune.features | bit : w.g.tune.features & ~bit;
        return true;
    }
    return false;
}

Diagnostic unknown_feature(const World& w, std::string_view word) {
    std::string_view name = word.substr(0, 3) == "NO_" ? word.substr(3) : word;
    std::string hint;
    u32 least = 4;
    for (u32 i = 0; i < feature_count; ++i) {
        if (name == features[i].name)
            return write_error("features", "Invalid argument",
                               "`" + std::string(name) + "` is a feature of Linux " +
                                   (w.g.kernel ? "6.1 (CFS)" : "6.12 (EEVDF)") + " only");
        if (!feature_known(w.g.kernel, static_cast<Feat>(i))) continue;
        u32 distance = edit_distance(name, features[i].name, least);
        if (distance >= least) continue;
        least = distance;
        hint = "`" + std::string(name) + "`: did you mean `" + features[i].name + "`?";
    }
    if (hint.empty()) hint = "no feature is called `" + std::string(name) + "`";
    return write_error("features", "Invalid argument", std::move(hint));
}

Diagnostics set_features(World& w, std::string_view text) {
    text = trimmed(text);
    if (text.empty()) return {unknown_feature(w, text)};
    while (!text.empty()) {
        std::string_view word = text.substr(0, text.find_first_of(" \t\n,"));
        if (!set_feature(w, word)) return {unknown_feature(w, word)};
        text.remove_prefix(word.size());
        while (!text.empty() && (text.front() == ',' || trimmed(text).size() != text.size())) {
            if (text.front() == ',') text.remove_prefix(1);
            text = trimmed(text);
        }
    }
    return {};
}

/// 1 + log2(CPUs), or CPUs, or 1 (get_update_sysctl_factor).
u32 scaling_factor(u32 scaling, u32 cpus) {
    u32 counted = cpus > 8 ? 8 : cpus;
    if (scaling == 0) return 1;
    if (scaling == 2) return counted;
    u32 log = 0;
    while (counted >> (log + 1)) ++log;
    return 1 + log;
}

/// As in the kernel, the values stay; only what is derived from them is made anew.
Diagnostics set_scaling(World& w, std::string_view text) {
    s64 value;
    if (!parse_number(text, value) || value < 0 || value > 2)
        return {write_error("tunable_scaling", "Invalid argument",
                            "0 = none, 1 = logarithmic, 2 = linear")};
    Tunables& tune = w.g.tune;
    tune.tunable_scaling = static_cast<u32>(value);
    if (!w.g.kernel && tune.min_granularity)
        tune.nr_latency = static_cast<u32>((tune.latency + tune.min_granularity - 1) /
                                           tune.min_granularity);
    return {};
}

Diagnostics set_preempt(World& w, std::string_view text) {
    std::string_view mode = trimmed(text);
    if (mode != "none" && mode != "voluntary" && mode != "full")
        return {write_error("preempt", "Invalid argument", "none, voluntary or full")};
    w.g.tune.preempt_full = mode == "full";
    w.g.tune.preempt_none = mode == "none";
    return {};
}

/// A number of a CPU's fair server: a file "fair_server/cpuN/{runtime,period}".
struct ServerFile {
    CpuId cpu;
    u64 Tunables::*which = nullptr;  ///< null: it is no such file
};

ServerFile fair_server_file(const World& w, std::string_view file) {
    constexpr std::string_view dir = "fair_server/cpu";
    ServerFile server;
    if (!w.g.kernel || file.substr(0, dir.size()) != dir) return server;
    file.remove_prefix(dir.size());
    std::string_view digits = file.substr(0, file.find('/'));
    s64 cpu;
    if (!parse_number(digits, cpu) || cpu < 0 || cpu >= s64{w.g.cpus}) return server;
    server.cpu = CpuId{static_cast<u32>(cpu)};
    file.remove_prefix(digits.size());
    if (file == "/runtime") server.which = &Tunables::fair_server_runtime;
    if (file == "/period") server.which = &Tunables::fair_server_period;
    return server;
}

/// The server's numbers as Tunables holds them: those of its CPU once there is one.
Tunables server_numbers(const World& w, CpuId cpu) {
    Tunables t = w.g.tune;
    u32 e = cpu.raw < w.rqs.size() ? w.rqs[cpu.raw].fair_server : 0;
    if (!e) return t;
    t.fair_server_runtime = w.dl_entities[e].dl_runtime;
    t.fair_server_period = w.dl_entities[e].dl_period;
    return t;
}

/// Checks and changes the numbers; `t` is what they were.
Diagnostics set_fair_server(Tunables& t, std::string_view file, u64 Tunables::*which,
                            std::string_view text) {
    constexpr u64 period_max = (u64{1} << 22) * NSEC_PER_USEC;
    constexpr u64 period_min = 100 * NSEC_PER_USEC;
    s64 value;
    Tunables next = t;
    bool number = parse_number(text, value) && value >= 0;
    if (number) next.*which = static_cast<u64>(value);
    if (!number || next.fair_server_runtime > next.fair_server_period ||
        next.fair_server_period > period_max || next.fair_server_period < period_min)
        return {write_error(file, "Invalid argument",
                            "runtime <= period, and the period from 100 us to 4.19 s, in ns")};
    t = next;
    return {};
}

std::string_view without(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix ? text.substr(prefix.size()) : text;
}

std::string sysctl_name(std::string_view key) {
    key = without(key, "/proc/sys/");
    if (key.substr(0, 7) == "kernel." || key.substr(0, 7) == "kernel/") key.remove_prefix(7);
    std::string name(key);
    if (name.compare(0, 3, "vm/") == 0) name[2] = '.';
    return name;
}

/// sched_rr_timeslice_ms: whole ticks, rounded up; nothing or less means the default of 100 ms.
void set_rr_timeslice(World& w, s64 ms) {
    u64 tick = w.g.tick_ns ? w.g.tick_ns : 4 * NSEC_PER_MSEC;
    u64 ns = ms <= 0 ? 100 * NSEC_PER_MSEC : static_cast<u64>(ms) * NSEC_PER_MSEC;
    w.g.tune.rr_timeslice = (ns + tick - 1) / tick * tick;
}

template <u32 N>
void add_names(const World& w, const Number (&table)[N], std::vector<std::string_view>& names) {
    for (const Number& n : table)
        if (n.kernels & kernel_bit(w)) names.emplace_back(n.name);
}

}  // namespace

std::vector<std::string_view> sysctl_names(const World& w) {
    std::vector<std::string_view> names;
    add_names(w, sysctl_numbers, names);
    names.emplace_back("sched_energy_aware");
    return names;
}

std::vector<std::string_view> sched_debug_names(const World& w) {
    std::vector<std::string_view> names{"features", "preempt", "tunable_scaling"};
    add_names(w, debug_numbers, names);
    return names;
}

const char* feature_name(Feat f) { return features[static_cast<u32>(f)].name; }

std::vector<Feat> feature_order(u32 kernel) {
    constexpr Feat first_of_6_12[] = {
        Feat::PLACE_LAG,   Feat::PLACE_DEADLINE_INITIAL, Feat::PLACE_REL_DEADLINE,
        Feat::RUN_TO_PARITY, Feat::PREEMPT_SHORT, Feat::NEXT_BUDDY, Feat::PICK_BUDDY,
        Feat::CACHE_HOT_BUDDY, Feat::DELAY_DEQUEUE, Feat::DELAY_ZERO};
    std::vector<Feat> order;
    if (kernel) order.assign(std::begin(first_of_6_12), std::end(first_of_6_12));
    std::size_t first = order.size();
    for (u32 i = 0; i < feature_count; ++i) {
        Feat f = static_cast<Feat>(i);
        auto end = order.begin() + static_cast<std::ptrdiff_t>(first);
        if (feature_known(kernel, f) && std::find(order.begin(), end, f) == end)
            order.push_back(f);
    }
    return order;
}

bool feature_known(u32 kernel, Feat f) {
    return features[static_cast<u32>(f)].defaults[kernel ? 1 : 0] >= 0;
}

Tunables default_tunables(u32 kernel, u32 cpus) {
    Tunables t{};
    for (u32 i = 0; i < feature_count; ++i)
        if (features[i].defaults[kernel ? 1 : 0] > 0) t.features |= u64{1} << i;
    t.tunable_scaling = 1;
    u64 factor = scaling_factor(t.tunable_scaling, cpus);
    if (kernel) {
        t.base_slice = 700'000 * factor;
        t.fair_server_runtime = 50 * NSEC_PER_MSEC;
        t.fair_server_period = NSEC_PER_SEC;
    } else {
        t.latency = 6'000'000 * factor;
        t.min_granularity = 750'000 * factor;
        t.wakeup_granularity = 1'000'000 * factor;
        t.idle_min_granularity = 750'000;
        t.nr_latency = 8;
        t.energy_aware = 1;
    }
    t.migration_cost = 500'000;
    t.cfs_bandwidth_slice = 5 * NSEC_PER_MSEC;
    t.rt_period = NSEC_PER_SEC;
    t.rt_runtime = 950 * NSEC_PER_MSEC;
    t.rr_timeslice = 100 * NSEC_PER_MSEC;
    t.dl_period_max = (u64{1} << 22) * NSEC_PER_USEC;
    t.dl_period_min = 100 * NSEC_PER_USEC;
    t.nr_migrate = 32;
    t.unprivileged_userns_clone = 1;
    t.overcommit_ratio = 50;
    return t;
}

Diagnostics set_sched_debug(World& w, std::string_view path, std::string_view text) {
    std::string_view file = without(path, debug_dir);
    if (file == "features") return set_features(w, text);
    if (file == "tunable_scaling") return set_scaling(w, text);
    if (file == "preempt") return set_preempt(w, text);
    ServerFile server = fair_server_file(w, file);
    if (server.which) return set_fair_server(w.g.tune, file, server.which, text);
    const Number* n = find_number(w, debug_numbers, file);
    if (!n) return {no_such_file(w, file)};
    s64 value;
    if (!parse_number(text, value) || value < 0)
        return {write_error(file, "Invalid argument", "a whole number is expected")};
    store(w.g.tune, *n, static_cast<u64>(value) & UINT_MOST);
    return {};
}

Diagnostics write_sched_debug(Context& c, std::string_view path, std::string_view text) {
    std::string_view file = without(path, debug_dir);
    ServerFile server = fair_server_file(c.w, file);
    if (!server.which) return set_sched_debug(c.w, path, text);
    Tunables t = server_numbers(c.w, server.cpu);
    Diagnostics wrong = set_fair_server(t, file, server.which, text);
    if (!wrong.empty()) return wrong;
    if (dl_server_apply_params(c, server.cpu, t.fair_server_runtime, t.fair_server_period) == 0)
        return {};
    return {write_error(file, "Device or resource busy", "the deadline tasks leave too little")};
}

Result<std::string> get_sched_debug(const World& w, std::string_view path) {
    std::string_view file = without(path, debug_dir);
    const Tunables& tune = w.g.tune;
    std::string out;
    if (file == "features") {
        for (Feat f : feature_order(w.g.kernel)) {
            if (!tune.has(f)) out += "NO_";
            out += feature_name(f);
            out += ' ';
        }
        return out;
    }
    if (file == "preempt") {
        out = tune.preempt_full   ? "none voluntary (full) "
              : tune.preempt_none ? "(none) voluntary full "
                                  : "none (voluntary) full ";
        return out;
    }
    if (file == "tunable_scaling") {
        append_u64(out, tune.tunable_scaling);
        return out;
    }
    ServerFile server = fair_server_file(w, file);
    if (server.which) {
        append_u64(out, server_numbers(w, server.cpu).*server.which);
        return out;
    }
    if (const Number* n = find_number(w, debug_numbers, file)) return number_text(tune, *n);
    return no_such_file(w, file);
}

Diagnostics set_sysctl(World& w, std::string_view key, std::string_view text) {
    std::string name = sysctl_name(key);
    Tunables& tune = w.g.tune;
    s64 value;
    bool number = parse_number(text, value);
    if (name == "sched_energy_aware") {
        if (!number || w.g.kernel || value < 0 || value > 1)
            return {sysctl_error(name, "all CPUs of this machine have the same capacity")};
        tune.energy_aware = static_cast<u16>(value);
        return {};
    }
    const Number* n = find_number(w, sysctl_numbers, name);
    if (!n) return {no_such_sysctl(w, name)};
    if (!number || value < n->least || value > n->most)
        return {sysctl_error(name, "a whole number in the range of the setting is expected")};
    if (name == "sched_rr_timeslice_ms") return set_rr_timeslice(w, value), Diagnostics{};
    Tunables next = tune;
    store(next, *n, static_cast<u64>(value));
    if (name == "sched_rt_runtime_us" && value == -1) next.rt_runtime = NEVER;
    if (next.rt_runtime != NEVER && next.rt_runtime > next.rt_period)
        return {sysctl_error(name, "kernel.sched_rt_runtime_us must not exceed "
                                   "kernel.sched_rt_period_us; -1 = no limit")};
    if (next.dl_period_min > next.dl_period_max)
        return {sysctl_error(name, "the shortest period must not exceed the longest")};
    bool bandwidth = name == "sched_rt_runtime_us" || name == "sched_rt_period_us";
    if (bandwidth && sched_rt_global_validate(w, next.rt_period, next.rt_runtime) == -EBUSY)
        return {sysctl_error(name, "deadline tasks have been admitted that need more")};
    tune = next;
    if (bandwidth && !w.rt_rqs.empty()) sched_rt_do_global(w);
    return {};
}

Result<std::string> get_sysctl(const World& w, std::string_view key) {
    std::string name = sysctl_name(key);
    if (name == "sched_energy_aware") {
        std::string out;
        if (!w.g.kernel) append_u64(out, w.g.tune.energy_aware);
        return out;
    }
    if (const Number* n = find_number(w, sysctl_numbers, name)) return number_text(w.g.tune, *n);
    return no_such_sysctl(w, name);
}

}  // namespace rq
