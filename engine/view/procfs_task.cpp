// What a task tells of itself: stat, status, sched, schedstat, limits, children, cgroup.
#include "base/fixed.hpp"
#include "base/text.hpp"
#include "mm/frames.hpp"
#include "mm/mempolicy.hpp"
#include "sched/autogroup.hpp"
#include "sched/core.hpp"
#include "sched/cpuset.hpp"
#include "sched/group.hpp"
#include "task/namespace.hpp"
#include "task/pid.hpp"
#include "view/procfs_parts.hpp"

namespace rq::view::procfs {

namespace {

constexpr u64 NSEC_PER_TICK = 10'000'000;  // USER_HZ 100
constexpr u32 status_letters = 9;
constexpr const char* state_names[status_letters] = {
    "R (running)", "S (sleeping)", "D (disk sleep)", "T (stopped)", "t (tracing stop)",
    "X (dead)",    "Z (zombie)",   "P (parked)",     "I (idle)"};

/// fls of what the kernel reports: __state | exit_state, idle sleepers apart.
u32 state_index(const task_struct& p) {
    u32 state = p.__state | p.exit_state;
    if ((state & TASK_IDLE) == TASK_IDLE) return 8;
    state &= 0x7f;
    u32 index = 0;
    while (state) {
        ++index;
        state >>= 1;
    }
    return index;
}

/// utime and stime of a thread, scaled so that they add up to its time on CPUs (cputime_adjust).
struct CpuTimes {
    u64 user = 0;
    u64 system = 0;
    u64 runtime = 0;
};

CpuTimes raw_times(const Context& c, TaskId id) {
    const task_struct& p = c.w.tasks[id];
    const sched_entity& se = c.w.se[p.se.raw];
    CpuTimes t{p.utime_ns, p.stime_ns, se.sum_exec_runtime};
    if (!p.on_cpu) return t;
    if (c.w.g.now > se.exec_start) t.runtime += c.w.g.now - se.exec_start;
    const rq& q = c.w.rqs[p.cpu.raw];
    u64 elapsed = c.w.g.now - q.segment_start;
    u64 paid = elapsed < q.debt_ns ? elapsed : q.debt_ns;
    (q.segment == static_cast<u8>(Segment::user) ? t.user : t.system) += elapsed - paid;
    return t;
}

CpuTimes adjusted(CpuTimes t) {
    u64 sum = t.user + t.system;
    if (t.system == 0 || sum == 0) return {t.runtime, 0, t.runtime};
    if (t.user == 0) return {0, t.runtime, t.runtime};
    u64 system = mul_div_u64(t.system, t.runtime, sum);
    return {t.runtime - system, system, t.runtime};
}

CpuTimes times_of(const Context& c, TaskId id, Whole whole) {
    if (whole == Whole::thread) return adjusted(raw_times(c, id));
    const task_struct& p = c.w.tasks[id];
    CpuTimes sum;
    if (p.signal) {
        const signal_struct& s = c.w.signals[p.signal];
        sum = {s.utime_ns, s.stime_ns, s.sum_sched_runtime};
    }
    for (TaskId t = p.group_leader; t; t = c.w.tasks[t].thread_next) {
        CpuTimes one = raw_times(c, t);
        sum.user += one.user;
        sum.system += one.system;
        sum.runtime += one.runtime;
    }
    return adjusted(sum);
}

s32 ppid_of(const Context& c, const task_struct& p) {
    return p.real_parent && c.w.tasks.alive(p.real_parent) ? c.w.tasks[p.real_parent].tgid : 0;
}

u32 threads_of(const Context& c, const task_struct& p) {
    return p.signal ? c.w.signals[p.signal].nr_threads : 1;
}

void field(std::string& out, u64 value) {
    out += ' ';
    append_u64(out, value);
}
void field_signed(std::string& out, s64 value) {
    out += ' ';
    append_s64(out, value);
}

/// comm as in stat: a newline and a backslash are escaped.
void append_comm(std::string& out, const char* comm) {
    for (; *comm; ++comm) {
        if (*comm == '\n')
            out += "\\n";
        else if (*comm == '\\')
            out += "\\\\";
        else
            out += *comm;
    }
}

struct FaultCounts {
    u64 minor = 0, major = 0, child_minor = 0, child_major = 0;
};

FaultCounts faults_of(const Context& c, TaskId id, Whole whole) {
    const task_struct& p = c.w.tasks[id];
    FaultCounts f;
    if (whole == Whole::thread) return {p.min_flt, p.maj_flt, 0, 0};
    if (p.signal) {
        const signal_struct& s = c.w.signals[p.signal];
        f = {s.min_flt, s.maj_flt, s.cmin_flt, s.cmaj_flt};
    }
    for (TaskId t = p.group_leader; t; t = c.w.tasks[t].thread_next) {
        f.minor += c.w.tasks[t].min_flt;
        f.major += c.w.tasks[t].maj_flt;
    }
    return f;
}

/// Fields 23 to 30: memory, seen by root.
void write_stat_memory(const Context& c, const task_struct& p, std::string& out) {
    if (p.mm) {
        const mm_struct& mm = c.w.mms[p.mm];
        field(out, mm.total_vm << PAGE_SHIFT);
        field(out, u64{mm.rss_anon} + mm.rss_file + mm.rss_shmem);
    } else {
        out += " 0 0";
    }
    field(out, NEVER);
    u64 code_start = 0;
    u64 code_end = 0;
    u64 stack = 0;
    if (p.mm)
        for (VmaId v = c.w.mms[p.mm].mmap; v; v = c.w.vmas[v].vm_next) {
            const vm_area_struct& area = c.w.vmas[v];
            if ((area.vm_flags & VM_EXEC) && !code_end) {
                code_start = area.vm_start;
                code_end = area.vm_end;
            }
            if (area.vm_flags & VM_GROWSDOWN) stack = area.vm_end;
        }
    field(out, code_start);
    field(out, code_end);
    field(out, stack);
    out += " 0 0";
}

constexpr u64 signal_bits = 0x7fffffff;  // stat shows the low 31 signals

struct SignalSets {
    u64 pending = 0, shared = 0, blocked = 0, ignored = 0, caught = 0;
};

SignalSets signals_of(const Context& c, const task_struct& p) {
    SignalSets s;
    s.pending = p.pending;
    s.blocked = p.blocked;
    if (p.signal) s.shared = c.w.signals[p.signal].shared_pending;
    if (p.sighand) {
        s.ignored = c.w.sighands[p.sighand].ignored;
        s.caught = c.w.sighands[p.sighand].handled;
    }
    return s;
}

}  // namespace

char state_char(const task_struct& p) { return state_names[state_index(p)][0]; }
const char* state_name(const task_struct& p) { return state_names[state_index(p)]; }

bool is_process(const Context& c, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    return t.pid == t.tgid;
}

void write_stat(const Context& c, TaskId id, Whole whole, std::string& out) {
    const task_struct& p = c.w.tasks[id];
    const signal_struct* signal = p.signal ? &c.w.signals[p.signal] : nullptr;
    append_s64(out, p.pid);
    out += " (";
    append_comm(out, c.w.comms[id.slot()].text);
    out += ") ";
    out += state_char(p);
    field_signed(out, ppid_of(c, p));
    field_signed(out, signal ? signal->pgrp : 0);
    field_signed(out, signal ? signal->session : 0);
    out += " 0 -1";
    field(out, p.flags);
    FaultCounts faults = faults_of(c, id, whole);
    for (u64 n : {faults.minor, faults.child_minor, faults.major, faults.child_major})
        field(out, n);
    CpuTimes t = times_of(c, id, whole);
    field(out, t.user / NSEC_PER_TICK);
    field(out, t.system / NSEC_PER_TICK);
    field(out, signal ? signal->cutime_ns / NSEC_PER_TICK : 0);
    field(out, signal ? signal->cstime_ns / NSEC_PER_TICK : 0);
    field_signed(out, p.prio - MAX_RT_PRIO);
    field_signed(out, p.static_prio - DEFAULT_PRIO);
    field(out, threads_of(c, p));
    out += " 0";
    field(out, p.start_time / NSEC_PER_TICK);
    write_stat_memory(c, p, out);
    SignalSets s = signals_of(c, p);
    for (u64 set : {s.pending, s.blocked, s.ignored, s.caught}) field(out, set & signal_bits);
    bool sleeps = (p.__state & TASK_NORMAL) != 0 || p.exit_state != 0;
    out += sleeps && (whole == Whole::thread || threads_of(c, p) < 2) ? " 1" : " 0";
    out += " 0 0";
    field_signed(out, p.exit_signal);
    field(out, p.cpu.raw);
    field(out, p.rt_priority);
    field(out, p.policy);
    out += " 0 0 0 0 0 0 0 0 0 0";
    field_signed(out, p.exit_code);
    out += '\n';
}

namespace {

void line(std::string& out, const char* key, std::string_view value) {
    out += key;
    out += ":\t";
    out += value;
    out += '\n';
}

void line_hex(std::string& out, const char* key, u64 value) {
    std::string hex;
    append_hex(hex, value, 16);
    line(out, key, hex);
}

/// A process number in every pid namespace it is seen in, the outermost first.
std::string numbers(const Context& c, s32 outer) {
    std::string text = std::to_string(outer);
    TaskId who = outer > 0 ? find_task_by_pid(c, outer) : TaskId{};
    if (!who || !c.w.tasks.alive(who)) return text;
    std::vector<s32> inner;
    for (u32 i = c.w.tasks[who].upids; i; i = c.w.upids[i].next) inner.push_back(c.w.upids[i].nr);
    for (std::size_t i = inner.size(); i-- > 0;) text += "\t" + std::to_string(inner[i]);
    return text;
}

/// RLIMIT_SIGPENDING, which nothing here changes: fork_init() makes it half of the threads.
u64 signals_queued_at_most(const Context& c) { return default_max_threads(c.w) / 2; }

void write_status_identity(const Context& c, TaskId id, std::string& out) {
    const task_struct& p = c.w.tasks[id];
    line(out, "Name", c.w.comms[id.slot()].text);
    if (p.fs) {
        u32 umask = c.w.fs[p.fs].umask;
        std::string octal = "0";
        for (u32 shift = 9; shift > 0; shift -= 3)
            octal += static_cast<char>('0' + (umask >> (shift - 3) & 7));
        line(out, "Umask", octal);
    }
    line(out, "State", state_name(p));
    line(out, "Tgid", std::to_string(p.tgid));
    line(out, "Ngid", "0");
    line(out, "Pid", std::to_string(p.pid));
    line(out, "PPid", std::to_string(ppid_of(c, p)));
    bool traced = p.parent && p.parent != p.real_parent && c.w.tasks.alive(p.parent);
    line(out, "TracerPid", std::to_string(traced ? c.w.tasks[p.parent].pid : 0));
    s32 uid = 0, euid = 0, suid = 0, gid = 0;
    if (p.cred) {
        const cred& k = c.w.creds[p.cred];
        uid = k.uid;
        euid = k.euid;
        suid = k.suid;
        gid = k.gid;
    }
    std::string tab = "\t";
    std::string e = std::to_string(euid);
    line(out, "Uid", std::to_string(uid) + tab + e + tab + std::to_string(suid) + tab + e);
    std::string g = std::to_string(gid);
    line(out, "Gid", g + tab + g + tab + g + tab + g);
    // Tables begin with room for 64 descriptors and grow to powers of two (alloc_fdtable).
    u32 slots = p.files ? 64 : 0;
    while (p.files && slots < c.w.files[p.files].max_fds) slots = slots < 256 ? 256 : slots * 2;
    line(out, "FDSize", std::to_string(slots));
    line(out, "Groups", " ");
    line(out, "NStgid", numbers(c, p.tgid));
    line(out, "NSpid", numbers(c, p.pid));
    line(out, "NSpgid", numbers(c, p.signal ? c.w.signals[p.signal].pgrp : 0));
    line(out, "NSsid", numbers(c, p.signal ? c.w.signals[p.signal].session : 0));
}

}  // namespace

std::string mask_list(const Context& c, const cpumask& m) {
    std::string out;
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        if (!m.test(cpu)) continue;
        u32 last = cpu;
        while (last + 1 < c.w.g.cpus && m.test(last + 1)) ++last;
        if (!out.empty()) out += ',';
        out += std::to_string(cpu);
        if (last > cpu) out += "-" + std::to_string(last);
        cpu = last;
    }
    return out;
}

std::string mask_hex(const Context& c, const cpumask& m) {
    std::string out;
    u32 groups = (c.w.g.cpus + 31) / 32;
    for (u32 g = groups; g-- > 0;) {
        u32 bits = g + 1 == groups && c.w.g.cpus % 32 ? c.w.g.cpus % 32 : 32;
        u32 word = 0;
        for (u32 i = 0; i < bits; ++i)
            if (m.test(g * 32 + i)) word |= 1u << i;
        append_hex(out, word, (bits + 3) / 4);
        if (g) out += ',';
    }
    return out;
}

// Mask 0 is that of all CPUs.
std::string cpu_list(const Context& c, u32 mask) { return mask_list(c, c.w.cpumasks[mask]); }
std::string cpu_hex(const Context& c, u32 mask) { return mask_hex(c, c.w.cpumasks[mask]); }

std::string range_list(u32 count) {
    return count > 1 ? "0-" + std::to_string(count - 1) : std::string("0");
}

void write_status(const Context& c, TaskId id, std::string& out) {
    const task_struct& p = c.w.tasks[id];
    write_status_identity(c, id, out);
    if (p.mm) {
        write_status_vm(c, p.mm, out);
        line(out, "CoreDumping", "0");
        line(out, "THP_enabled", "1");
    }
    line(out, "Threads", std::to_string(threads_of(c, p)));
    line(out, "SigQ", "0/" + std::to_string(signals_queued_at_most(c)));
    SignalSets s = signals_of(c, p);
    line_hex(out, "SigPnd", s.pending);
    line_hex(out, "ShdPnd", s.shared);
    line_hex(out, "SigBlk", s.blocked);
    line_hex(out, "SigIgn", s.ignored);
    line_hex(out, "SigCgt", s.caught);
    line_hex(out, "CapInh", 0);
    line_hex(out, "CapPrm", p.cred ? c.w.creds[p.cred].cap_permitted : 0);
    line_hex(out, "CapEff", p.cred ? c.w.creds[p.cred].cap_effective : 0);
    line_hex(out, "CapBnd", CAP_FULL_SET);
    line_hex(out, "CapAmb", 0);
    out += "NoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n"
           "Speculation_Store_Bypass:\tnot vulnerable\n"
           "SpeculationIndirectBranch:\talways enabled\n";
    line(out, "Cpus_allowed", cpu_hex(c, p.cpus_mask));
    line(out, "Cpus_allowed_list", cpu_list(c, p.cpus_mask));
    u64 nodes = cpuset_current_mems_allowed(c.w, id);
    out += "Mems_allowed:\t";
    for (u32 group = 32; group-- > 0;) {
        append_hex(out, group == 1 ? nodes >> 32 : group == 0 ? nodes & 0xffffffff : 0, 8);
        out += group ? ',' : '\n';
    }
    line(out, "Mems_allowed_list", node_list(nodes));
    line(out, "voluntary_ctxt_switches", std::to_string(p.nvcsw));
    line(out, "nonvoluntary_ctxt_switches", std::to_string(p.nivcsw));
}

/// "%-45s:%21Ld"
void sched_number(std::string& out, const char* key, s64 value) {
    append_left(out, key, 45);
    out += ':';
    std::string text;
    append_s64(text, value);
    append_right(out, text, 21);
    out += '\n';
}

/// "%-45s:%14Ld.%06ld": ns in ms
void sched_ms(std::string& out, const char* key, u64 ns) {
    append_left(out, key, 45);
    out += ':';
    s64 value = static_cast<s64>(ns);
    u64 size = value < 0 ? ~ns + 1 : ns;
    // The kernel takes the sign along with the whole ms only: -1 reads 0.000001.
    std::string whole = value < 0 && size >= NSEC_PER_MSEC ? "-" : "";
    append_u64(whole, size / NSEC_PER_MSEC);
    append_right(out, whole, 14);
    out += '.';
    append_padded(out, size % NSEC_PER_MSEC, 6, '0');
    out += '\n';
}

void write_sched(const Context& c, TaskId id, std::string& out) {
    const task_struct& p = c.w.tasks[id];
    const sched_entity& se = c.w.se[p.se.raw];
    const sched_avg avg = p.se.raw < c.w.se_avgs.size() ? c.w.se_avgs[p.se.raw] : sched_avg{};
    out += c.w.comms[id.slot()].text;
    out += " (" + std::to_string(p.pid) + ", #threads: " + std::to_string(threads_of(c, p)) + ")\n";
    out.append(67, '-');
    out += '\n';
    sched_ms(out, "se.exec_start", se.exec_start);
    sched_ms(out, "se.vruntime", se.vruntime);
    sched_ms(out, "se.sum_exec_runtime", se.sum_exec_runtime);
    auto number = [&](const char* key, u64 value) {
        sched_number(out, key, static_cast<s64>(value));
    };
    number("se.nr_migrations", se.nr_migrations);
    if (c.w.g.tune.schedstats) write_sched_statistics(c, id, out);
    number("nr_switches", p.nvcsw + p.nivcsw);
    number("nr_voluntary_switches", p.nvcsw);
    number("nr_involuntary_switches", p.nivcsw);
    number("se.load.weight", se.weight);
    number("se.avg.load_sum", avg.load_sum);
    number("se.avg.runnable_sum", avg.runnable_sum);
    number("se.avg.util_sum", avg.util_sum);
    number("se.avg.load_avg", avg.load_avg);
    number("se.avg.runnable_avg", avg.runnable_avg);
    number("se.avg.util_avg", avg.util_avg);
    number("se.avg.last_update_time", avg.last_update_time);
    if (c.w.g.kernel) {
        number("se.avg.util_est", avg.util_est_ewma);
    } else {
        number("se.avg.util_est.ewma", avg.util_est_ewma);
        number("se.avg.util_est.enqueued", avg.util_est_enqueued);
    }
    number("policy", p.policy);
    sched_number(out, "prio", p.prio);
    bool fair = p.policy == SCHED_NORMAL || p.policy == SCHED_BATCH || p.policy == SCHED_IDLE;
    if (c.w.g.kernel && fair) number("se.slice", se.slice);
    if (p.policy == SCHED_DEADLINE && p.dl) {
        sched_number(out, "dl.runtime", c.w.dl_entities[p.dl].runtime);
        number("dl.deadline", c.w.dl_entities[p.dl].deadline);
    }
    number("clock-delta", 0);  // the clock does not move while it is read
    if (p.mm) number("mm->numa_scan_seq", 0);
    number("numa_pages_migrated", 0);
    sched_number(out, "numa_preferred_nid", -1);
    number("total_numa_faults", 0);
    u32 node = c.w.g.nodes > 1 ? p.cpu.raw * c.w.g.nodes / c.w.g.cpus : 0;
    out += "current_node=" + std::to_string(node) + ", numa_group_id=0\n";
    for (u32 n = 0; n < c.w.g.nodes; ++n)
        out += "numa_faults node=" + std::to_string(n) +
               " task_private=0 task_shared=0 group_private=0 group_shared=0\n";
}

void write_schedstat(const Context& c, TaskId id, std::string& out) {
    const task_struct& p = c.w.tasks[id];
    append_u64(out, c.w.se[p.se.raw].sum_exec_runtime);
    field(out, p.run_delay);
    field(out, p.pcount);
    out += '\n';
}

void write_children(const Context& c, TaskId id, std::string& out) {
    for (TaskId k = c.w.tasks[id].children; k; k = c.w.tasks[k].sibling_next)
        out += std::to_string(c.w.tasks[k].pid) + " ";
}

void write_cgroup(const Context& c, TaskId id, std::string& out) {
    out += "0::" + group_path(c.w, task_cgroup(c.w, c.w.tasks[id])) + "\n";
}

void write_limits(const Context& c, TaskId id, std::string& out) {
    const task_struct& p = c.w.tasks[id];
    rlimit_set r = {0, 0, 0, 1024, 8388608, NEVER};
    u32 index = p.signal ? c.w.signals[p.signal].rlimits : 0;
    if (index < c.w.rlimits.size()) r = c.w.rlimits[index];
    struct Row {
        const char* name;
        u64 soft;
        u64 hard;
        const char* unit;
    };
    const u64 queued = signals_queued_at_most(c);
    const Row rows[] = {
        {"Max cpu time", NEVER, NEVER, "seconds"},
        {"Max file size", NEVER, NEVER, "bytes"},
        {"Max data size", NEVER, NEVER, "bytes"},
        {"Max stack size", 8388608, NEVER, "bytes"},
        {"Max core file size", 0, NEVER, "bytes"},
        {"Max resident set", NEVER, NEVER, "bytes"},
        {"Max processes", r.nproc, r.nproc, "processes"},
        {"Max open files", r.nofile, r.nofile < 4096 ? 4096 : r.nofile, "files"},
        {"Max locked memory", r.memlock, r.memlock, "bytes"},
        {"Max address space", r.as, r.as, "bytes"},
        {"Max file locks", NEVER, NEVER, "locks"},
        {"Max pending signals", queued, queued, "signals"},
        {"Max msgqueue size", 819200, 819200, "bytes"},
        {"Max nice priority", r.nice, r.nice, ""},
        {"Max realtime priority", r.rtprio, r.rtprio, ""},
        {"Max realtime timeout", NEVER, NEVER, "us"},
    };
    auto amount = [](u64 v) { return v == NEVER ? std::string("unlimited") : std::to_string(v); };
    auto write_row = [&](std::string_view name, const std::string& soft, const std::string& hard,
                         std::string_view unit) {
        append_left(out, name, 25);
        out += ' ';
        append_left(out, soft, 20);
        out += ' ';
        append_left(out, hard, 20);
        if (unit.empty()) {
            out += " \n";
            return;
        }
        out += ' ';
        append_left(out, unit, 10);
        out += '\n';
    };
    write_row("Limit", "Soft Limit", "Hard Limit", "Units");
    for (const Row& row : rows) write_row(row.name, amount(row.soft), amount(row.hard), row.unit);
}

void write_comm(const Context& c, TaskId p, std::string& out) {
    out += c.w.comms[p.slot()].text;
    out += '\n';
}

/// Kernel threads and zombies have none. A task of the scenario was called by its name alone.
void write_cmdline(const Context& c, TaskId p, std::string& out) {
    MmId mm = c.w.tasks[p].mm;
    if (!mm) return;
    if (u32 arguments = c.w.mms[mm].arguments)
        out += c.image.name(arguments);
    else
        out += c.w.comms[p.slot()].text;
    out += '\0';
}

void write_timerslack(const Context& c, TaskId p, std::string& out) {
    out += std::to_string(c.w.tasks[p].timer_slack_ns) + "\n";
}

}  // namespace rq::view::procfs
