// Words of the operations on processes, signals, files and memory.
#include "scenario/process_words.hpp"

#include "scenario/units.hpp"

namespace rq {

namespace {

struct Word {
    std::string_view name;
    u64 bits;
};

constexpr Word signals[] = {
    {"HUP", 1},   {"INT", 2},     {"QUIT", 3},  {"ILL", 4},     {"TRAP", 5},  {"ABRT", 6},
    {"BUS", 7},   {"FPE", 8},     {"KILL", 9},  {"USR1", 10},   {"SEGV", 11}, {"USR2", 12},
    {"PIPE", 13}, {"ALRM", 14},   {"TERM", 15}, {"STKFLT", 16}, {"CHLD", 17}, {"CONT", 18},
    {"STOP", 19}, {"TSTP", 20},   {"TTIN", 21}, {"TTOU", 22},   {"URG", 23},  {"XCPU", 24},
    {"XFSZ", 25}, {"VTALRM", 26}, {"PROF", 27}, {"WINCH", 28},  {"IO", 29},   {"PWR", 30},
    {"SYS", 31},
};
constexpr Word actions[] = {
    {"default", 0},
    {"ignore", 1},
    {"handle", 2},
    {"SA_NOCLDSTOP", u64{0x1} << 32},
    {"SA_NOCLDWAIT", u64{0x2} << 32},
    {"SA_RESTART", u64{0x10000000} << 32},
};
constexpr Word waits[] = {
    {"WNOHANG", 1},
    {"WUNTRACED", 2},
    {"WSTOPPED", 2},
    {"WEXITED", 4},
    {"WCONTINUED", 8},
    {"WNOWAIT", 0x1000000},
    {"__WNOTHREAD", 0x20000000},
    {"__WALL", 0x40000000},
    {"__WCLONE", 0x80000000},
    {"bad_status", WAIT_BAD_STATUS},
    {"bad_infop", WAIT_BAD_STATUS},
    {"bad_rusage", WAIT_BAD_RUSAGE},
};
constexpr Word open_flags[] = {{"cloexec", 1}, {"O_CLOEXEC", 1}, {"O_RDWR", 0}, {"O_RDONLY", 0}};
constexpr Word pidfd_flags[] = {{"nonblock", 04000}, {"PIDFD_NONBLOCK", 04000}};
constexpr Word advices[] = {
    {"dontneed", 4}, {"dontfork", 10}, {"dofork", 11}, {"wipeonfork", 18}, {"keeponfork", 19}};
constexpr Word protections[] = {{"none", 0}, {"r", 1}, {"rw", 3}, {"rx", 5}, {"rwx", 7}};
constexpr Word masks[] = {{"block", 0}, {"unblock", 1}, {"setmask", 2}};
constexpr Word controls[] = {{"subreaper", 1}, {"pdeathsig", 2}, {"name", 3}};
constexpr Word limit_words[] = {{"nproc", 0},  {"nice", 1},    {"rtprio", 2},
                                {"nofile", 3}, {"memlock", 4}, {"as", 5}};
constexpr Word traces[] = {{"traceme", 0}, {"attach", 1}, {"cont", 2}, {"detach", 3}};
constexpr Word id_types[] = {{"P_ALL", 0}, {"P_PID", 1}, {"P_PGID", 2}, {"P_PIDFD", 3}};
constexpr Word policies[] = {{"default", 0},    {"preferred", 1}, {"bind", 2},
                             {"interleave", 3}, {"local", 4},     {"preferred_many", 5}};
constexpr Word undo_words[] = {{"undo", 1}, {"SEM_UNDO", 1}};

template <u32 N>
bool one(const Word (&words)[N], std::string_view text, u64& bits) {
    for (const Word& w : words) {
        if (w.name != text) continue;
        bits = w.bits;
        return true;
    }
    return false;
}

/// Words joined by |, as the union of their bits.
template <u32 N>
bool several(const Word (&words)[N], std::string_view text, u64& bits, std::string_view& bad) {
    bits = 0;
    for (;;) {
        std::size_t bar = text.find('|');
        bad = text.substr(0, bar);
        u64 each = 0;
        if (!one(words, bad, each) && !parse_u64(bad, each)) return false;
        bits |= each;
        if (bar == std::string_view::npos) return true;
        text.remove_prefix(bar + 1);
    }
}

/// "0-1,3": a bit for each.
bool node_mask(std::string_view text, s64& mask) {
    std::vector<u32> nodes;
    if (!parse_cpu_list(text, nodes)) return false;
    u64 bits = 0;
    for (u32 node : nodes) {
        if (node > 63) return false;
        bits |= u64{1} << node;
    }
    mask = static_cast<s64>(bits);
    return true;
}

bool parse_octal(std::string_view text, u64& value) {
    value = 0;
    for (char c : text) {
        if (c < '0' || c > '7' || value > 0777) return false;
        value = value * 8 + static_cast<u64>(c - '0');
    }
    return !text.empty() && value <= 0777;
}

}  // namespace

u32 parse_signal(std::string_view text) {
    if (text.substr(0, 3) == "SIG") text.remove_prefix(3);
    u64 bits = 0;
    if (one(signals, text, bits)) return static_cast<u32>(bits);
    s64 number = 0;
    if (parse_s64(text, number) && number >= 1 && number <= 64) return static_cast<u32>(number);
    return 0;
}

bool parse_signal_set(std::string_view text, u64& set) {
    set = ~u64{0};
    if (text == "all") return true;
    set = 0;
    for (;;) {
        std::size_t comma = text.find(',');
        u32 signal = parse_signal(text.substr(0, comma));
        if (!signal) return false;
        set |= u64{1} << (signal - 1);
        if (comma == std::string_view::npos) return true;
        text.remove_prefix(comma + 1);
    }
}

namespace {

const char* signal_words(std::string_view first, std::string_view second, Op& op,
                         std::string_view& bad) {
    switch (op.code) {
        case OpCode::sigaction: {
            u32 signal = parse_signal(first);
            bad = first;
            if (!signal) return "no signal";
            u64 action = 0;
            if (!several(actions, second, action, bad)) return "nothing a signal can do";
            op.flags = signal | (action & 0xff) << 8 | (action & ~u64{0xff});
            return nullptr;
        }
        case OpCode::sigprocmask: {
            u64 how = 0;
            bad = first;
            if (!one(masks, first, how)) return "none of block, unblock, setmask";
            op.n[0] = static_cast<s64>(how);
            bad = second;
            return parse_signal_set(second, op.flags) ? nullptr : "no list of signals";
        }
        default: {
            bad = second;
            s64 number = 0;  // any number: it is the kernel's business to refuse it
            if (parse_s64(second, number)) {
                op.flags = static_cast<u32>(number);
                return nullptr;
            }
            op.flags = parse_signal(second);
            return op.flags ? nullptr : "no signal";
        }
    }
}

const char* memory_words(std::string_view second, Op& op, std::string_view& bad) {
    bad = second;
    if (op.code == OpCode::madvise)
        return one(advices, second, op.flags) ? nullptr : "no advice about memory";
    return one(protections, second, op.flags) ? nullptr : "none of none, r, rw, rx, rwx";
}

}  // namespace

const char* process_words(const Scenario& scenario, Op& op, std::string_view& bad) {
    std::string_view first = scenario.names[op.name[0]];
    std::string_view second = scenario.names[op.name[1]];
    bad = first;
    switch (op.code) {
        case OpCode::sigaction:
        case OpCode::sigprocmask:
        case OpCode::kill:
        case OpCode::tgkill:
        case OpCode::pidfd_send_signal:
            return signal_words(first, second, op, bad);
        case OpCode::madvise:
        case OpCode::mprotect:
            return memory_words(second, op, bad);
        case OpCode::clone3:
        case OpCode::unshare:
            return parse_clone_flags(first, op.flags, bad) ? nullptr : "no clone flag or signal";
        case OpCode::setns:
            return parse_clone_flags(second, op.flags, bad) ? nullptr : "no namespace's flag";
        case OpCode::umask:
            return parse_octal(first, op.flags) ? nullptr : "no umask in octal";
        case OpCode::open:
            if (!(op.present >> 1 & 1)) return nullptr;
            return several(open_flags, second, op.flags, bad) ? nullptr : "no flag of open";
        case OpCode::pidfd_open:
            if (!(op.present >> 1 & 1)) return nullptr;
            return several(pidfd_flags, second, op.flags, bad) ? nullptr : "no flag of pidfd_open";
        case OpCode::semop:
            bad = second;
            if (!(op.present >> 2 & 1)) return nullptr;
            return one(undo_words, second, op.flags) ? nullptr : "not `undo`";
        case OpCode::waitpid: {
            bool options_alone = !(op.present & 1) && (op.present >> 1 & 1);
            if (!(op.present >> 1 & 1)) return nullptr;
            return several(waits, options_alone ? first : second, op.flags, bad)
                       ? nullptr
                       : "no option of wait";
        }
        case OpCode::waitid:
            if (!one(id_types, first, op.flags) && !parse_u64(first, op.flags))
                return "no P_ALL, P_PID, P_PGID or P_PIDFD";
            op.flags <<= 48;
            {
                u64 options = 0;
                bad = scenario.names[op.name[1]];
                std::size_t at = bad.rfind(':');
                std::string_view text = at == bad.npos ? bad : bad.substr(at + 1);
                if (!several(waits, text, options, bad)) return "no option of wait";
                op.flags |= options;
            }
            return nullptr;
        case OpCode::prctl:
            if (!one(controls, first, op.flags)) return "none of subreaper, pdeathsig, name";
            bad = second;
            if (op.flags != 2) return nullptr;
            op.n[0] = parse_signal(second);
            return op.n[0] ? nullptr : "no signal";
        case OpCode::setrlimit:
            return one(limit_words, first, op.flags) ? nullptr : "no limit that is simulated";
        case OpCode::set_mempolicy:
            if (!one(policies, first, op.flags)) return "no memory policy";
            bad = second;
            return !(op.present >> 1 & 1) || node_mask(second, op.n[0]) ? nullptr
                                                                        : "no list of nodes";
        case OpCode::ptrace:
            return one(traces, first, op.flags) ? nullptr : "no ptrace request";
        default:
            return nullptr;
    }
}

}  // namespace rq
