// interrupts, softirqs and the sums in /proc/stat. The disk's interrupts are counted as they come;
// the others here from the trace: a tick every 1/HZ on a CPU that is not idle, a timer for each
// wakeup that neither a task nor the disk has made, an IPI for each wakeup of another CPU's task.
#include "base/text.hpp"
#include "machine/topology.hpp"
#include "sched/domains.hpp"
#include "sim/kernfs.hpp"
#include "view/load_history.hpp"
#include "view/procfs_parts.hpp"

namespace rq::view::procfs {

namespace {

enum Interrupt : u32 { LOC, RES, CAL, disk, interrupts };

class InterruptFold {
   public:
    explicit InterruptFold(const Context& c)
        : c_(c), history_(c, c.w.g.root_group), count_(c.w.g.cpus), busy_(c.w.g.cpus) {
        history_.walk([&](u64 time) { settle(time); }, [&](const Record& r) { take(r); });
        flush();
        for (u32 cpu = 0; cpu < count_.size(); ++cpu)
            count_[cpu].of[disk] = c.w.rqs[cpu].nr_disk_irqs;
    }
    u64 operator()(u32 cpu, Interrupt i) const { return count_[cpu].of[i]; }
    u64 ticks(u32 cpu) const { return busy_[cpu].ticks; }
    u64 balances(u32 cpu) const { return busy_[cpu].balances; }

   private:
    struct Counts {
        u64 of[interrupts] = {};
    };
    struct Busy {
        u64 since = 0;
        u64 ticks = 0;
        u64 balances = 0;
    };
    /// Ticks of (from, until]; a nohz_full CPU with one task has none.
    u64 ticks_between(u64 from, u64 until) const {
        u64 tick = c_.w.g.tick_ns;
        u64 phase = c_.w.g.tick_origin % tick;
        auto before = [&](u64 t) { return t < phase ? 0 : (t - phase) / tick + 1; };
        return before(until) - before(from);
    }
    void settle(u64 until) {
        for (u32 cpu = 0; cpu < busy_.size(); ++cpu) {
            const CpuLoad& load = history_.cpus()[cpu];
            bool ticks = load.on_cpu && !(c_.w.rqs[cpu].nohz_full && load.running == 1);
            u64 n = ticks ? ticks_between(busy_[cpu].since, until) : 0;
            busy_[cpu].ticks += n;
            count_[cpu].of[LOC] += n;
            busy_[cpu].since = until;
        }
    }
    void flush() {
        if (woken_ && woken_cpu_ < count_.size()) ++count_[woken_cpu_].of[LOC];
        woken_ = false;
    }
    void take(const Record& r) {
        bool same = r.time == woken_time_ && r.cpu == woken_cpu_;
        if (woken_ && !same) flush();
        switch (r.event) {
        case Ev::sched_wakeup:
        case Ev::sched_wakeup_new:
            woken_ = r.event == Ev::sched_wakeup && !history_.woke_from_disk();
            woken_time_ = r.time;
            woken_cpu_ = r.cpu;
            remote(r);
            return;
        case Ev::sys_exit:
        case Ev::sched_process_fork:
        case Ev::sched_process_exit:
            if (same) woken_ = false;  // a system call has done it
            return;
        case Ev::balance: ++busy_[r.cpu].balances; return;
        default: return;
        }
    }
    void remote(const Record& r) {
        u32 target = static_cast<u32>(r.arg[1]);
        if (target == r.cpu || target >= count_.size()) return;
        bool near = cpus_share_cache(c_, CpuId{r.cpu}, CpuId{target});
        ++count_[target].of[near ? RES : CAL];
    }

    const Context& c_;
    LoadHistory history_;
    std::vector<Counts> count_;
    std::vector<Busy> busy_;
    u64 woken_time_ = 0;
    u32 woken_cpu_ = 0;
    bool woken_ = false;
};

/// An interrupt of the CPUs themselves; `counted`: which figure, `interrupts` = it never comes.
struct CpuInterrupt {
    const char* name;
    const char* words;
    Interrupt counted;
};
constexpr CpuInterrupt cpu_interrupts[] = {
    {"NMI", "Non-maskable interrupts", interrupts},
    {"LOC", "Local timer interrupts", LOC},
    {"SPU", "Spurious interrupts", interrupts},
    {"PMI", "Performance monitoring interrupts", interrupts},
    {"IWI", "IRQ work interrupts", interrupts},
    {"RTR", "APIC ICR read retries", interrupts},
    {"RES", "Rescheduling interrupts", RES},
    {"CAL", "Function call interrupts", CAL},
    {"TLB", "TLB shootdowns", interrupts},
    {"TRM", "Thermal event interrupts", interrupts},
    {"THR", "Threshold APIC interrupts", interrupts},
    {"DFR", "Deferred Error APIC interrupts", interrupts},
    {"MCE", "Machine check exceptions", interrupts},
    {"MCP", "Machine check polls", interrupts},
};
constexpr CpuInterrupt posted_interrupts[] = {
    {"PIN", "Posted-interrupt notification event", interrupts},
    {"NPI", "Nested posted-interrupt event", interrupts},
    {"PIW", "Posted-interrupt wakeup event", interrupts},
};

/// Lines that the kernel keeps descriptors for (arch_probe_nr_irqs with an I/O APIC of 24 pins).
u32 nr_irqs(u32 cpus) {
    u32 lines = 424 + 8 * cpus;
    return lines < 256 * cpus ? lines : 256 * cpus;
}
u32 number_width(u32 cpus) {
    u32 width = 3;
    for (u32 n = 1000; n <= nr_irqs(cpus); n *= 10) ++width;
    return width;
}

void row_of_cpu_interrupt(const InterruptFold& fold, u32 cpus, const CpuInterrupt& i,
                          std::string& out) {
    append_right(out, i.name, number_width(cpus));
    out += ": ";
    for (u32 cpu = 0; cpu < cpus; ++cpu) {
        append_padded(out, i.counted == interrupts ? 0 : fold(cpu, i.counted), 10);
        out += ' ';
    }
    out += std::string("  ") + i.words + "\n";
}

u64 line_count(const InterruptFold& fold, u32 number, u32 cpu) {
    return number == disk_interrupt ? fold(cpu, disk) : 0;
}

constexpr const char* softirq_names[] = {"HI",       "TIMER",   "NET_TX", "NET_RX",  "BLOCK",
                                         "IRQ_POLL", "TASKLET", "SCHED",  "HRTIMER", "RCU"};
constexpr u32 softirq_block = 4;
constexpr u32 softirq_sched = 7;

/// The tick asks for balancing, the disk's line for the end of its request; no others are raised.
u64 softirq_count(const InterruptFold& fold, u32 which, u32 cpu) {
    if (which == softirq_block) return fold(cpu, disk);
    return which == softirq_sched ? fold.ticks(cpu) + fold.balances(cpu) : 0;
}

}  // namespace

void write_interrupts(const Context& c, std::string& out) {
    InterruptFold fold(c);
    u32 cpus = c.w.g.cpus;
    u32 width = number_width(cpus);
    append_left(out, "", width + 8);
    for (u32 cpu = 0; cpu < cpus; ++cpu) append_left(out, "CPU" + std::to_string(cpu), 11);
    out += '\n';
    for (const InterruptLine& line : interrupt_lines) {
        append_padded(out, line.number, width);
        out += ": ";
        for (u32 cpu = 0; cpu < cpus; ++cpu) {
            append_padded(out, line_count(fold, line.number, cpu), 10);
            out += ' ';
        }
        out += ' ';
        append_right(out, line.chip, 8);
        out += ' ';
        append_padded(out, line.hwirq, width);
        out += '-';
        append_left(out, line.flow, 8);
        out += std::string("  ") + line.device + "\n";
    }
    for (const CpuInterrupt& i : cpu_interrupts) row_of_cpu_interrupt(fold, cpus, i, out);
    for (const char* name : {"ERR", "MIS"}) {
        append_right(out, name, width);
        out += ": ";
        append_padded(out, 0, 10);
        out += '\n';
    }
    for (const CpuInterrupt& i : posted_interrupts) row_of_cpu_interrupt(fold, cpus, i, out);
}

void write_softirqs(const Context& c, std::string& out) {
    InterruptFold fold(c);
    append_left(out, "", 20);
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) append_left(out, "CPU" + std::to_string(cpu), 11);
    out += '\n';
    for (u32 i = 0; i < std::size(softirq_names); ++i) {
        append_right(out, softirq_names[i], 12);
        out += ':';
        for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
            out += ' ';
            append_padded(out, softirq_count(fold, i, cpu), 10);
        }
        out += '\n';
    }
}

void write_interrupt_sums(const Context& c, std::string& intr, std::string& softirq) {
    InterruptFold fold(c);
    u64 all = 0;
    u64 soft[std::size(softirq_names)] = {};
    u64 soft_all = 0;
    std::vector<u64> line(nr_irqs(c.w.g.cpus));
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        for (u32 i = 0; i < interrupts; ++i) all += fold(cpu, static_cast<Interrupt>(i));
        line[disk_interrupt] += line_count(fold, disk_interrupt, cpu);
        for (u32 i = 0; i < std::size(softirq_names); ++i) {
            soft[i] += softirq_count(fold, i, cpu);
            soft_all += softirq_count(fold, i, cpu);
        }
    }
    intr = "intr " + std::to_string(all);
    for (u64 n : line) intr += " " + std::to_string(n);
    intr += '\n';
    softirq = "softirq " + std::to_string(soft_all);
    for (u64 n : soft) softirq += " " + std::to_string(n);
    softirq += '\n';
}

}  // namespace rq::view::procfs
