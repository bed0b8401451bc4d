// cyclictest (rt-tests): how late a task is that sleeps until the instants of a grid.
#include "console/command.hpp"

#include <algorithm>

namespace rq::console {

namespace {

struct CyclicOptions {
    s64 priority = 0;
    s64 interval = 1000;
    s64 loops = 1000;
    s64 histogram = 0;
    u64 duration = 0;
    std::string cpus;
};

bool parse_cyclictest(Run& run, CyclicOptions& o) {
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        std::string a = run.args[i];
        if (a.size() < 2 || a[0] != '-') return false;
        char c = a[1];
        if (c == 'm' || c == 'q' || a == "-S") continue;
        std::string value = a.size() > 2              ? a.substr(2)
                            : i + 1 < run.args.size() ? run.args[++i]
                                                      : "";
        if (a.substr(0, 2) == "--") return false;
        if (c == 'D') {
            if (!parse_seconds(value, o.duration) && !parse_time(value, o.duration)) return false;
        } else if (c == 'a') {
            o.cpus = value;
        } else if (c == 'p' || c == 'i' || c == 'l' || c == 'h' || c == 't') {
            s64 n = 0;
            if (!parse_number(value, n)) return false;
            (c == 'p'   ? o.priority
             : c == 'i' ? o.interval
             : c == 'l' ? o.loops
             : c == 'h' ? o.histogram
                        : n) = n;
        } else {
            return false;
        }
    }
    return o.interval > 0;
}

/// What the rounds have given, in µs.
struct Lateness {
    u64 least = NEVER;
    u64 most = 0;
    u64 last = 0;
    u64 sum = 0;
    u64 rounds = 0;
    u64 over = 0;             ///< beyond the histogram
    std::vector<u64> counts;  ///< by µs

    void add(u64 us) {
        last = us;
        least = std::min(least, us);
        most = std::max(most, us);
        sum += us;
        ++rounds;
        if (us < counts.size())
            ++counts[us];
        else
            ++over;
    }
};

/// Lets the process make its rounds by itself and looks at it each time it comes back from a sleep.
/// False: it took too many events, or ended.
bool measure(Run& run, const CyclicOptions& o, Lateness& out) {
    constexpr u64 events_max = 20'000'000;
    u64 grid = static_cast<u64>(o.interval) * NSEC_PER_USEC;
    std::string error;
    Processes& machine = run.shell.processes();
    TaskId self = run.self;
    std::string body = "[{\"repeat\": " + std::to_string(o.loops) + ", \"do\": [\"timer " +
                       std::to_string(grid) + "ns\", \"run 1us\"]}, " + Processes::led_operation() +
                       "]";
    if (!machine.become(self, body, error)) return false;
    constexpr u32 awake = 2;  // index of the operation behind the sleep
    u32 before = 0;
    u64 previous = 0;
    return run.shell.session().advance_until(
        [&](const World& w) {
            if (!machine.alive(self)) return true;
            const exec_state& e = w.tasks[self].exec;
            if (e.pc == awake && before != awake && e.period_ns) {
                u64 late = w.g.now > e.period_ns ? w.g.now - e.period_ns : 0;
                if (previous && e.period_ns != previous) out.add(late / NSEC_PER_USEC);
                previous = e.period_ns;
            }
            before = e.pc;
            return machine.resting(self);
        },
        events_max);
}

std::string six(u64 n) {
    std::string digits = std::to_string(n);
    return std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
}

}  // namespace

/// Linux: -t N threads; here: one. At most 20,000 rounds.
s32 cmd_cyclictest(Run& run) {
    CyclicOptions o;
    if (!parse_cyclictest(run, o))
        return run.fail("usage: cyclictest [-p PRIO] [-i US] [-l LOOPS|-D TIME] [-a CPU]");
    if (!o.cpus.empty() && run.call("setaffinity " + o.cpus) < 0)
        return run.fail("could not set CPU affinity to CPU " + o.cpus);
    if (o.priority > 0) run.call("setscheduler SCHED_FIFO " + std::to_string(o.priority));
    if (o.duration) o.loops = static_cast<s64>(o.duration / NSEC_PER_USEC) / o.interval;
    o.loops = std::clamp<s64>(o.loops, 2, 20'000);
    Lateness l;
    l.counts.resize(static_cast<std::size_t>(std::clamp<s64>(o.histogram, 0, 10'000)));
    if (!measure(run, o, l) || !l.rounds) return run.fail("the rounds did not come to their end");
    u64 mean = l.sum / l.rounds;
    run.out += "# /dev/cpu_dma_latency set to 0us\n";
    if (!l.counts.empty()) {
        run.out += "# Histogram\n";
        for (std::size_t i = 0; i < l.counts.size(); ++i)
            run.out += six(i) + " " + six(l.counts[i]) + "\n";
        run.out += "# Total: " + six(l.rounds) + "\n# Min Latencies: " + six(l.least) +
                   "\n# Avg Latencies: " + six(mean) + "\n# Max Latencies: " + six(l.most) +
                   "\n# Histogram Overflows: " + six(l.over) + "\n";
        return 0;
    }
    auto pad = [](u64 n, std::size_t width) { return right(std::to_string(n), width); };
    s32 pid = run.shell.processes().world().tasks[run.self].pid;
    run.out += "T: 0 (" + pad(static_cast<u64>(pid), 5) +
               ") P:" + right(std::to_string(o.priority), 2) + " I:" + std::to_string(o.interval) +
               " C:" + pad(l.rounds, 7) + " Min:" + pad(l.least, 7) + " Act:" + pad(l.last, 5) +
               " Avg:" + pad(mean, 5) + " Max:" + pad(l.most, 8) + "\n";
    return 0;
}

}  // namespace rq::console
