// loadavg and pressure: averages that the kernel renews at fixed instants (kernel/sched/loadavg.c,
// psi.c of 6.1), made from the history of the run queues.
#include "base/text.hpp"
#include "view/load_history.hpp"
#include "view/procfs_parts.hpp"
#include "view/tree.hpp"

namespace rq::view::procfs {

namespace {

// Averages are fractions of 2^11; a step with weight e / 2^11 keeps that much of the old value.
constexpr u64 FIXED_1 = 1u << 11;
struct Weights {
    u64 of[3];
};
constexpr Weights load_weights = {{1884, 2014, 2037}};      // 1, 5, 15 min at 5 s
constexpr Weights pressure_weights = {{1677, 1981, 2034}};  // 10, 60, 300 s at 2 s

u64 calc_load(u64 load, u64 weight, u64 active) {
    u64 next = load * weight + active * (FIXED_1 - weight);
    if (active >= load) next += FIXED_1 - 1;
    return next / FIXED_1;
}

void append_fixed(std::string& out, u64 value) {
    append_u64(out, value / FIXED_1);
    out += '.';
    append_padded(out, value % FIXED_1 * 100 / FIXED_1, 2, '0');
}

/// Periods of HZ-based averages: so many seconds and a tick.
u64 period_ns(const Context& c, u64 seconds) { return seconds * NSEC_PER_SEC + c.w.g.tick_ns; }

}  // namespace

void write_loadavg(const Context& c, std::string& out) {
    u64 average[3] = {};
    u64 period = period_ns(c, 5);
    // calc_global_load() comes ten ticks after the CPUs have handed in their counts.
    u64 delay = 10 * c.w.g.tick_ns;
    u64 next = period;
    LoadHistory history(c, c.w.g.root_group);
    history.walk(
        [&](u64 until) {
            for (; next < until && next + delay <= c.w.g.now; next += period)
                for (u32 i = 0; i < 3; ++i)
                    average[i] = calc_load(average[i], load_weights.of[i],
                                           history.active() * FIXED_1);
        },
        [](const Record&) {});
    for (u64 a : average) {
        append_fixed(out, a + FIXED_1 / 200);
        out += ' ';
    }
    u32 running = 0;
    u32 threads = 0;
    c.w.tasks.for_each([&](TaskId, const task_struct& p) {
        if (p.flags & PF_IDLE) return;
        ++threads;
        if (p.on_rq || p.on_cpu) ++running;
    });
    out += std::to_string(running) + "/" + std::to_string(threads) + " " +
           std::to_string(c.w.g.last_pid) + "\n";
}

std::vector<u64> iowait_times(const Context& c) {
    std::vector<u64> ns(c.w.g.cpus);
    LoadHistory history(c, c.w.g.root_group);
    u64 last = 0;
    history.walk(
        [&](u64 until) {
            for (u32 cpu = 0; cpu < ns.size(); ++cpu) {
                const CpuLoad& load = history.cpus()[cpu];
                if (load.iowait && !load.running) ns[cpu] += until - last;
            }
            last = until;
        },
        [](const Record&) {});
    return ns;
}

namespace {

enum Pressure : u32 { io_some, io_full, cpu_some, cpu_full, pressures };

/// Pressure of one group: times per CPU of the present period, totals and averages.
class PressureFold {
   public:
    PressureFold(const Context& c, GroupId group)
        : history_(c, group), cpus_(c.w.g.cpus), period_(period_ns(c, 2)), next_(period_) {
        history_.walk([&](u64 time) { settle(time); }, [](const Record&) {});
        collect();  // reading brings the totals, not the averages, up to now
    }
    u64 total(Pressure p) const { return total_[p]; }
    u64 average(Pressure p, u32 i) const { return average_[p][i]; }

   private:
    struct Times {
        u64 at[pressures];
        u64 nonidle;
    };
    static bool holds(const CpuLoad& load, Pressure p) {
        switch (p) {
        case io_some: return load.iowait > 0;
        case io_full: return load.iowait > 0 && load.running == 0;
        case cpu_some: return load.running > load.on_cpu;
        case cpu_full: return load.running > 0 && load.on_cpu == 0;
        case pressures: break;
        }
        return false;
    }
    /// Adds the time since the last change to what each CPU's tasks went through.
    void add(u64 until) {
        for (u32 cpu = 0; cpu < cpus_.size(); ++cpu) {
            const CpuLoad& load = history_.cpus()[cpu];
            for (u32 p = 0; p < pressures; ++p)
                if (holds(load, static_cast<Pressure>(p))) cpus_[cpu].at[p] += until - last_;
            if (load.running || load.iowait) cpus_[cpu].nonidle += until - last_;
        }
        last_ = until;
    }
    /// One figure of all CPUs: the mean, weighted with the jiffies in which each was not idle.
    void collect() {
        constexpr u64 jiffy = 4 * NSEC_PER_MSEC;
        u64 weights = 0;
        u64 sum[pressures] = {};
        for (Times& t : cpus_) {
            u64 weight = t.nonidle / jiffy;
            weights += weight;
            for (u32 p = 0; p < pressures; ++p) sum[p] += t.at[p] * weight;
            t = Times{};
        }
        for (u32 p = 0; p < pressures; ++p) total_[p] += weights ? sum[p] / weights : 0;
    }
    void settle(u64 until) {
        for (; next_ <= until; next_ += period_) {
            add(next_);
            collect();
            for (u32 p = 0; p < pressures; ++p) {
                u64 sample = total_[p] - averaged_[p];
                if (sample > period_) sample = period_;
                averaged_[p] += sample;
                u64 percent = sample * 100 / period_ * FIXED_1;
                for (u32 i = 0; i < 3; ++i)
                    average_[p][i] = calc_load(average_[p][i], pressure_weights.of[i], percent);
            }
        }
        add(until);
    }

    LoadHistory history_;
    std::vector<Times> cpus_;
    u64 period_;
    u64 next_;
    u64 last_ = 0;
    u64 total_[pressures] = {};
    u64 averaged_[pressures] = {};
    u64 average_[pressures][3] = {};
};

void pressure_line(std::string& out, const char* what, const u64 (&average)[3], u64 total_ns) {
    out += what;
    constexpr const char* names[3] = {" avg10=", " avg60=", " avg300="};
    for (u32 i = 0; i < 3; ++i) {
        out += names[i];
        append_fixed(out, average[i]);
    }
    out += " total=" + std::to_string(total_ns / NSEC_PER_USEC) + "\n";
}

void pressure_text(const Context& c, GroupId group, Pressure some, Pressure full,
                   std::string& out) {
    PressureFold fold(c, group);
    u64 average[3];
    for (u32 i = 0; i < 3; ++i) average[i] = fold.average(some, i);
    pressure_line(out, "some", average, fold.total(some));
    // Of the whole system's CPUs "full" means nothing: somebody runs whenever somebody waits.
    bool none = full == cpu_full && group == c.w.g.root_group;
    for (u32 i = 0; i < 3; ++i) average[i] = none ? 0 : fold.average(full, i);
    pressure_line(out, "full", average, none ? 0 : fold.total(full));
}

}  // namespace

void write_cpu_pressure(const Context& c, GroupId group, std::string& out) {
    pressure_text(c, group, cpu_some, cpu_full, out);
}

void write_io_pressure(const Context& c, GroupId group, std::string& out) {
    pressure_text(c, group, io_some, io_full, out);
}

/// Nobody stalls for memory: there is no reclaim, who finds none is killed or told so.
void write_memory_pressure(const Context&, GroupId, std::string& out) {
    u64 none[3] = {};
    pressure_line(out, "some", none, 0);
    pressure_line(out, "full", none, 0);
}

}  // namespace rq::view::procfs

namespace rq::view::tree {

namespace {

template <auto Write>
void of_root(const Context& c, const Node&, std::string& out) {
    Write(c, c.w.g.root_group, out);
}

constexpr Row pressure_files[] = {
    {"cpu", 0644, of_root<procfs::write_cpu_pressure>},
    {"io", 0644, of_root<procfs::write_io_pressure>},
    {"memory", 0644, of_root<procfs::write_memory_pressure>},
};

}  // namespace

const Folder pressure_folder{pressure_files};

}  // namespace rq::view::tree
