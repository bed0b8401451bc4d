// What the machine as a whole tells: stat, schedstat, uptime, version.

#include "base/text.hpp"
#include "sched/domains.hpp"
#include "view/costs.hpp"
#include "view/procfs_parts.hpp"

namespace rq::view {

namespace procfs {

namespace {

constexpr u64 NSEC_PER_TICK = 10'000'000;
/// When the machine was started: 2024-01-01 00:00:00 UTC, as the recordings' machine.
constexpr u64 boot_time = 1'704'067'200;

/// user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice
void write_cpu_times(const u64 (&ns)[10], std::string& out) {
    for (u64 n : ns) {
        out += ' ';
        append_u64(out, n / NSEC_PER_TICK);
    }
    out += '\n';
}

void add_cpu_times(const rq& q, u64 now, u64 (&ns)[10]) {
    u64 by_kind[kinds] = {};
    add_time_by_kind(q, now, by_kind);
    u64 sum = 0;
    for (u32 k = 0; k < kinds; ++k) {
        sum += by_kind[k];
        switch (static_cast<Kind>(k)) {
        case Kind::idle: ns[3] += by_kind[k]; break;
        case Kind::irq: ns[5] += by_kind[k]; break;
        case Kind::user:
        case Kind::cache:
        case Kind::tlb:
        case Kind::remote: ns[0] += by_kind[k]; break;
        default: ns[2] += by_kind[k]; break;
        }
    }
    if (sum < now) ns[3] += now - sum;  // before boot there was nothing to do
}

}  // namespace

void machine_times(const Context& c, u64& user, u64& system) {
    u64 ns[10] = {};
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) add_cpu_times(c.w.rqs[cpu], c.w.g.now, ns);
    user = ns[0] + ns[1];
    system = ns[2] + ns[5] + ns[6];
}

void write_system_stat(const Context& c, std::string& out) {
    u64 all[10] = {};
    std::string each;
    std::vector<u64> iowait = iowait_times(c);
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        u64 ns[10] = {};
        add_cpu_times(c.w.rqs[cpu], c.w.g.now, ns);
        // What costs still to be paid have taken from the idle time is no time of waiting.
        ns[4] = iowait[cpu] < ns[3] ? iowait[cpu] : ns[3];
        ns[3] -= ns[4];
        for (u32 i = 0; i < 10; ++i) all[i] += ns[i];
        each += "cpu" + std::to_string(cpu);
        write_cpu_times(ns, each);
    }
    out += "cpu ";
    write_cpu_times(all, out);
    out += each;
    u32 running = 0;
    u32 blocked = 0;
    c.w.tasks.for_each([&](TaskId, const task_struct& p) {
        if (p.flags & PF_IDLE) return;
        if (p.on_rq || p.on_cpu) ++running;
        if (p.wait_channel == static_cast<u32>(Channel::disk)) ++blocked;  // nr_iowait()
    });
    std::string intr;
    std::string softirq;
    write_interrupt_sums(c, intr, softirq);
    out += intr + "ctxt " + std::to_string(c.w.g.nr_context_switches) + "\nbtime " +
           std::to_string(boot_time) + "\nprocesses " +
           std::to_string(c.w.g.total_forks) + "\nprocs_running " + std::to_string(running) +
           "\nprocs_blocked " + std::to_string(blocked) + "\n" + softirq;
}

u64 shown_jiffies(const Context& c, u64 count) {
    constexpr u64 initial = 0xffffffff - 300 * 250 + 1;
    constexpr u64 boot_jiffies = 1'000'000;  // where the count begins, at the first tick
    return initial + c.w.g.tick_origin / c.w.g.tick_ns - 1 + count - boot_jiffies;
}

/// Version 16 (6.12) counts the kinds of idleness in another order; what it counts is the same.
/// Balancing is not counted: the domains' figures are 0, as without kernel.sched_schedstats.
void write_system_schedstat(const Context& c, std::string& out) {
    constexpr u32 domain_figures = 36;
    out += c.w.g.kernel ? "version 16\ntimestamp " : "version 15\ntimestamp ";
    out += std::to_string(shown_jiffies(c, jiffies(c))) + "\n";
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        const rq& q = c.w.rqs[cpu];
        bool on = c.w.g.tune.schedstats != 0;
        out += "cpu" + std::to_string(cpu);
        for (u64 n : {on ? q.yld_count : 0, u64{0}, on ? q.sched_count : 0,
                      on ? q.sched_goidle : 0, on ? q.ttwu_count : 0, on ? q.ttwu_local : 0,
                      q.rq_cpu_time, q.run_delay, q.pcount}) {
            out += ' ';
            append_u64(out, n);
        }
        out += '\n';
        u32 level = 0;
        for (u32 d = q.sd; d; d = c.w.domains[d].parent) {
            out += "domain" + std::to_string(level++) + " " + cpu_hex(c, c.w.domains[d].span);
            for (u32 i = 0; i < domain_figures; ++i) out += " 0";
            out += '\n';
        }
    }
}

void write_uptime(const Context& c, std::string& out) {
    u64 idle = 0;
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        u64 ns[10] = {};
        add_cpu_times(c.w.rqs[cpu], c.w.g.now, ns);
        idle += ns[3];
    }
    auto seconds = [&](u64 ns) {
        append_u64(out, ns / NSEC_PER_SEC);
        out += '.';
        append_padded(out, ns % NSEC_PER_SEC / NSEC_PER_TICK, 2, '0');
    };
    seconds(c.w.g.now);
    out += ' ';
    seconds(idle);
    out += '\n';
}

/// The kernels of the recordings (package versions of Debian 12 and its backports).
std::string release(const Context& c) {
    return c.w.g.kernel ? "6.12.115+deb12-amd64" : "6.1.0-56-amd64";
}

std::string build_version(const Context& c) {
    return c.w.g.kernel ? "#1 SMP PREEMPT_DYNAMIC Debian 6.12.115-2~deb12u1 (2026-11-04)"
                        : "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)";
}

void write_version(const Context& c, std::string& out) {
    out += "Linux version " + release(c) +
           " (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld "
           "(GNU Binutils for Debian) 2.40) " + build_version(c) + "\n";
}

void write_boot_line(const Context& c, std::string& out) {
    out += "BOOT_IMAGE=/boot/vmlinuz-" + release(c) + " root=/dev/vda1 ro";
    if (!c.image.scenario.boot.empty()) out += " " + c.image.scenario.boot;
    out += '\n';
}

namespace {

/// "key\t: value": keys shorter than a tab stop take a second tab.
void info(std::string& out, std::string_view key, std::string_view value) {
    out += key;
    out += key.size() < 8 ? "\t\t: " : "\t: ";
    out += value;
    out += '\n';
}

}  // namespace

/// What the costs are measured for is a server of 2.5 GHz with PCID; the model has no other name.
void write_cpuinfo(const Context& c, std::string& out) {
    const MachineSpec& machine = c.image.scenario.machine;
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        const cpu_topology& t = c.w.topology[cpu];
        auto number = [&](const char* key, u64 value) { info(out, key, std::to_string(value)); };
        number("processor", cpu);
        info(out, "vendor_id", "Runqueue");
        number("cpu family", 6);
        number("model", 1);
        info(out, "model name", "Runqueue simulated CPU @ 2.50GHz");
        number("stepping", 0);
        info(out, "cpu MHz", "2500.000");
        info(out, "cache size", std::to_string(machine_caches[3].kib) + " KB");
        number("physical id", t.package);
        number("siblings", machine.cores * machine.threads);
        number("core id", t.core % (machine.cores ? machine.cores : 1));
        number("cpu cores", machine.cores);
        number("apicid", cpu);
        number("initial apicid", cpu);
        info(out, "fpu", "yes");
        info(out, "fpu_exception", "yes");
        number("cpuid level", 13);
        info(out, "wp", "yes");
        info(out, "flags", "fpu tsc msr apic cmov mmx fxsr sse sse2 ht syscall nx lm constant_tsc "
                           "nonstop_tsc cpuid pcid tsc_deadline_timer hypervisor arat");
        info(out, "bugs", "");
        info(out, "bogomips", "5000.00");
        number("clflush size", 64);
        number("cache_alignment", 64);
        info(out, "address sizes", "40 bits physical, 48 bits virtual");
        out += "power management:\n\n";
    }
}

}  // namespace procfs

}  // namespace rq::view
