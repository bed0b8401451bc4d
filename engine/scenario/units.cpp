// How amounts are written. Figures of policies and clone flags: include/uapi/linux/sched.h.
#include "scenario/units.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace rq {

namespace {

struct Unit {
    std::string_view name;
    u64 factor;
};

constexpr Unit time_units[] = {{"ns", 1},
                               {"us", NSEC_PER_USEC},
                               {"µs", NSEC_PER_USEC},
                               {"ms", NSEC_PER_MSEC},
                               {"s", NSEC_PER_SEC}};
constexpr Unit byte_units[] = {{"B", 1},           {"KiB", 1u << 10},  {"MiB", 1u << 20},
                               {"GiB", 1u << 30},  {"TiB", 1ull << 40}, {"pages", 4096}};

/// Digits, perhaps a decimal fraction, a unit; exact, or false.
template <std::size_t N>
bool parse_amount(std::string_view text, const Unit (&units)[N], u64 limit, u64& value) {
    const char* end = text.data() + text.size();
    u64 whole = 0;
    auto number = std::from_chars(text.data(), end, whole);
    if (number.ec != std::errc{}) return false;
    std::string_view fraction;
    if (number.ptr != end && *number.ptr == '.') {
        const char* first = ++number.ptr;
        while (number.ptr != end && *number.ptr >= '0' && *number.ptr <= '9') ++number.ptr;
        fraction = std::string_view(first, static_cast<std::size_t>(number.ptr - first));
        if (fraction.empty() || fraction.size() > 12) return false;
    }
    std::string_view unit(number.ptr, static_cast<std::size_t>(end - number.ptr));
    u64 factor = unit.empty() && fraction.empty() ? 1 : 0;
    for (const Unit& u : units) {
        if (u.name == unit) factor = u.factor;
    }
    if (factor == 0 || whole > limit / factor) return false;
    value = whole * factor;
    for (char digit : fraction) {
        if (factor % 10) {
            if (digit != '0') return false;
            continue;
        }
        factor /= 10;
        value += static_cast<u64>(digit - '0') * factor;
    }
    return value <= limit;
}

template <std::size_t N>
std::string format_amount(u64 value, const Unit (&units)[N], u64 keep_plain_below) {
    std::string out;
    const Unit* best = &units[0];
    for (const Unit& u : units) {
        bool ascii = static_cast<u8>(u.name[0]) < 0x80 && u.name != "pages";
        if (ascii && u.factor > best->factor && value % u.factor == 0) best = &u;
    }
    append_u64(out, value / best->factor);
    if (value >= keep_plain_below) out += best->name;
    return out;
}

struct Word {
    std::string_view name;
    u64 bits;
};

constexpr Word clone_words[] = {
    {"CLONE_NEWTIME", 0x80},          {"CLONE_VM", 0x100},
    {"CLONE_FS", 0x200},              {"CLONE_FILES", 0x400},
    {"CLONE_SIGHAND", 0x800},         {"CLONE_PIDFD", 0x1000},
    {"CLONE_PTRACE", 0x2000},         {"CLONE_VFORK", 0x4000},
    {"CLONE_PARENT", 0x8000},         {"CLONE_THREAD", 0x10000},
    {"CLONE_NEWNS", 0x20000},         {"CLONE_SYSVSEM", 0x40000},
    {"CLONE_SETTLS", 0x80000},        {"CLONE_PARENT_SETTID", 0x100000},
    {"CLONE_CHILD_CLEARTID", 0x200000}, {"CLONE_DETACHED", 0x400000},
    {"CLONE_UNTRACED", 0x800000},     {"CLONE_CHILD_SETTID", 0x1000000},
    {"CLONE_NEWCGROUP", 0x2000000},   {"CLONE_NEWUTS", 0x4000000},
    {"CLONE_NEWIPC", 0x8000000},      {"CLONE_NEWUSER", 0x10000000},
    {"CLONE_NEWPID", 0x20000000},     {"CLONE_NEWNET", 0x40000000},
    {"CLONE_IO", 0x80000000},         {"CLONE_CLEAR_SIGHAND", 0x100000000},
    {"CLONE_INTO_CGROUP", 0x200000000},
    {"SIGHUP", 1},                    {"SIGUSR1", 10},
    {"SIGUSR2", 12},                  {"SIGCHLD", 17},
};

struct PolicyWord {
    const char* name;
    Policy policy;
};

/// Full names first: policy_name gives the first of a policy.
constexpr PolicyWord policy_words[] = {
    {"SCHED_OTHER", Policy::normal},  {"SCHED_FIFO", Policy::fifo},
    {"SCHED_RR", Policy::rr},         {"SCHED_BATCH", Policy::batch},
    {"SCHED_IDLE", Policy::idle},     {"SCHED_DEADLINE", Policy::deadline},
    {"SCHED_NORMAL", Policy::normal}, {"other", Policy::normal},
    {"normal", Policy::normal},       {"fifo", Policy::fifo},
    {"rr", Policy::rr},               {"batch", Policy::batch},
    {"idle", Policy::idle},           {"deadline", Policy::deadline},
};

}  // namespace

bool parse_s64(std::string_view text, s64& value) {
    const char* end = text.data() + text.size();
    const char* begin = text.data();
    if (begin != end && *begin == '+') {
        ++begin;
        if (begin != end && *begin == '-') return false;
    }
    auto number = std::from_chars(begin, end, value);
    return number.ec == std::errc{} && number.ptr == end;
}

bool parse_u64(std::string_view text, u64& value) {
    int base = 10;
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text.remove_prefix(2);
    }
    const char* end = text.data() + text.size();
    auto number = std::from_chars(text.data(), end, value, base);
    return number.ec == std::errc{} && number.ptr == end;
}

bool parse_time(std::string_view text, u64& ns) {
    return parse_amount(text, time_units, limits::time_ns, ns);
}

bool parse_bytes(std::string_view text, u64& bytes) {
    return parse_amount(text, byte_units, u64{1} << 50, bytes);
}

std::string format_time(u64 ns) { return format_amount(ns, time_units, 1); }

std::string format_bytes(u64 bytes) { return format_amount(bytes, byte_units, 1024); }

bool parse_cpu_list(std::string_view text, std::vector<u32>& cpus) {
    cpus.clear();
    const char* p = text.data();
    const char* end = p + text.size();
    while (true) {
        u32 first = 0;
        auto number = std::from_chars(p, end, first);
        if (number.ec != std::errc{}) return false;
        u32 last = first;
        p = number.ptr;
        if (p != end && *p == '-') {
            number = std::from_chars(p + 1, end, last);
            if (number.ec != std::errc{}) return false;
            p = number.ptr;
        }
        if (last < first || last >= limits::cpus) return false;
        for (u32 cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
        if (p == end) break;
        if (*p++ != ',') return false;
        if (cpus.size() > std::size_t{16} * limits::cpus) return false;
    }
    std::stable_sort(cpus.begin(), cpus.end());
    cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
    return true;
}

std::string format_cpu_list(const std::vector<u32>& cpus) {
    std::string out;
    for (std::size_t i = 0; i < cpus.size();) {
        std::size_t j = i;
        while (j + 1 < cpus.size() && cpus[j + 1] == cpus[j] + 1) ++j;
        if (!out.empty()) out += ',';
        append_u64(out, cpus[i]);
        if (j > i) {
            out += '-';
            append_u64(out, cpus[j]);
        }
        i = j + 1;
    }
    return out;
}

bool parse_clone_flags(std::string_view text, u64& flags, std::string_view& bad) {
    flags = 0;
    while (true) {
        std::size_t bar = text.find('|');
        bad = text.substr(0, bar);
        const Word* found = nullptr;
        for (const Word& word : clone_words) {
            if (word.name == bad) found = &word;
        }
        bool signal = found && found->bits < 0x80;
        if (!found || (signal && (flags & 0x7f))) return false;
        flags |= found->bits;
        if (bar == std::string_view::npos) return true;
        text.remove_prefix(bar + 1);
    }
}

bool parse_policy(std::string_view text, Policy& policy) {
    for (const PolicyWord& word : policy_words) {
        if (text == word.name) {
            policy = word.policy;
            return true;
        }
    }
    return false;
}

const char* policy_name(Policy policy) {
    for (const PolicyWord& word : policy_words) {
        if (word.policy == policy) return word.name;
    }
    return "SCHED_OTHER";
}

std::string_view cut_name(std::string_view name, u32 bytes) {
    if (name.size() <= bytes) return name;
    while (bytes > 0 && (static_cast<u8>(name[bytes]) & 0xc0) == 0x80) --bytes;
    return name.substr(0, bytes);
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
    // Two letters changed places, or a wrong one, are slips of the hand; more is another word.
    u32 best = (word.size() < 3 ? 0 : word.size() < 4 ? 1 : word.size() < 12 ? 2 : 3) + 1;
    std::string_view found;
    for (std::string_view candidate : candidates) {
        u32 distance = edit_distance(word, candidate, best);
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

}  // namespace rq
