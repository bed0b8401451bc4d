// How fast the engine is: the same program natively and in node, so that both are measured alike.
//
//   runqueue_bench [--seconds S] [--json] [WORKLOAD...]    best of five, CPU time
//   runqueue_bench --events N WORKLOAD                      N events once, to count instructions
//   runqueue_bench --timeline N                             rows of a frame with N events in view
//
// W1-N   one CPU, N tasks that always want to run; a switch every tick (4 ms)
// W2     64 CPUs, 1,000 deadline tasks, utilisation 80 %, periods log-uniform 10 to 100 ms
// W3b    64 CPUs, 10,000 tasks that run 1 ms and sleep about 190 ms: 82 % load
// An event is a context switch or a wakeup. The whole trace is written, through a reused window.
#include "sim/simulation.hpp"
#include "view/books.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

namespace {

using namespace rq;

// ---- the workloads, built as a reader would build them

Op operation(OpCode code, s64 argument, u32 block = 0) {
    Op op{};
    op.code = code;
    op.present = argument != 0 ? 1 : 0;
    op.block = block;
    op.n[0] = argument;
    return op;
}

/// A program that repeats a body for ever.
u32 add_loop(Scenario& s, const std::vector<Op>& body) {
    ProgramSpec program;
    const u32 end = static_cast<u32>(body.size()) + 1;
    program.ops.push_back(operation(OpCode::loop_begin, -1, end));
    program.ops.insert(program.ops.end(), body.begin(), body.end());
    program.ops.push_back(operation(OpCode::loop_end, 0, 0));
    s.programs.push_back(program);
    return static_cast<u32>(s.programs.size()) - 1;
}

void add_task(Scenario& s, const std::string& name, u32 program) {
    TaskSpec task;
    task.name = name;
    task.program = program;
    s.tasks.push_back(task);
}

Scenario empty_scenario(u32 cpus) {
    Scenario s;
    s.profile = ProfileKind::ideal;
    s.machine.cores = cpus;
    s.duration_ns = 1'000'000 * NSEC_PER_SEC;
    return s;
}

Scenario always_runnable(u32 tasks) {
    Scenario s = empty_scenario(1);
    const u32 program = add_loop(s, {operation(OpCode::run, 1'000'000'000'000'000)});
    for (u32 i = 0; i < tasks; ++i) add_task(s, "hog" + std::to_string(i), program);
    return s;
}

/// A stream of our own: workloads must be the same on every build.
struct Random {
    u64 state = 0x9e3779b97f4a7c15;
    u64 next() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return state >> 16;
    }
};

/// 1,024 times 10^(i/64): the steps of a log-uniform choice from one decade.
u64 decade_step(u64 i) {
    u64 value = 1024u << 10;
    for (u64 k = 0; k < i; ++k) value = value * 10366329 / 10000000;  // 10^(1/64)
    return value >> 10;
}

Scenario periodic_deadline() {
    Scenario s = empty_scenario(64);
    Random random;
    for (u32 i = 0; i < 1000; ++i) {
        const u64 period = 10'000'000 * decade_step(random.next() % 64) / 1024;
        const u64 runtime = period * 64 * 80 / 100 / 1000;
        TaskSpec task;
        task.name = "edf" + std::to_string(i);
        task.policy = Policy::deadline;
        task.deadline = {runtime + runtime / 8, period, period};
        task.program = add_loop(s, {operation(OpCode::run, static_cast<s64>(runtime)),
                                    operation(OpCode::period, static_cast<s64>(period))});
        s.tasks.push_back(task);
    }
    return s;
}

/// 1,024 times -ln((k + 1/2) / 16): sixteen equally likely steps of an exponential distribution.
constexpr u64 exponential[16] = {3549, 2424, 1901, 1556, 1299, 1093, 922, 776,
                                 648,  534,  432,  339,  253,  174,  101, 33};

Scenario sleepers(u32 cpus, u32 tasks, u64 sleep_mean) {
    Scenario s = empty_scenario(cpus);
    Random random;
    for (u32 i = 0; i < tasks; ++i) {
        std::vector<Op> body;
        for (u32 k = 0; k < 16; ++k) {
            const u64 sleep = sleep_mean * exponential[random.next() % 16] / 1024;
            body.push_back(operation(OpCode::run, 1'000'000));
            body.push_back(operation(OpCode::sleep, static_cast<s64>(sleep)));
        }
        add_task(s, "io" + std::to_string(i), add_loop(s, body));
    }
    return s;
}

Scenario workload(const std::string& name) {
    if (name.rfind("W1-", 0) == 0) {
        return always_runnable(static_cast<u32>(std::atoi(name.c_str() + 3)));
    }
    if (name == "W2") return periodic_deadline();
    if (name == "W3b") return sleepers(64, 10'000, 190'000'000);
    std::fprintf(stderr, "there is no workload '%s': W1-10, W1-1000, W2, W3b\n", name.c_str());
    std::exit(3);
}

// ---- measuring

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

u64 scheduling_events(const Simulation& sim) {
    u64 wakeups = 0;  // as many as times a task went to sleep of its own will
    sim.world().tasks.for_each([&](TaskId, const task_struct& p) { wakeups += p.nvcsw; });
    return sim.world().g.nr_context_switches + wakeups;
}

std::unique_ptr<Simulation> boot(const std::string& name, u32 trace_window) {
    SimulationOptions options;
    options.trace_window = trace_window;
    auto booted = Simulation::boot(workload(name), options);
    if (!booted) {
        std::fprintf(stderr, "%s: %s\n", name.c_str(), booted.errors()[0].message.c_str());
        return nullptr;
    }
    return std::move(*booted);
}

struct Measured {
    double switches_per_s = 0;
    double events_per_s = 0;
    double simulated_per_s = 0;
    double bytes_per_record = 0;
    double snapshot_us = 0;
};

Measured measure(const std::string& name, double seconds) {
    Measured best;
    for (u32 repetition = 0; repetition < 5; ++repetition) {
        auto sim = boot(name, 64);
        if (!sim) return best;
        sim->run_until(sim->t0() + NSEC_PER_SEC / 10);  // past the start
        const u64 switches = sim->world().g.nr_context_switches;
        const u64 events = scheduling_events(*sim);
        const u64 simulated = sim->now();
        const double start = cpu_seconds();
        double elapsed = 0;
        while (elapsed < seconds / 5) {
            sim->run_events(20'000);
            elapsed = cpu_seconds() - start;
        }
        Measured m;
        m.switches_per_s =
            static_cast<double>(sim->world().g.nr_context_switches - switches) / elapsed;
        m.events_per_s = static_cast<double>(scheduling_events(*sim) - events) / elapsed;
        m.simulated_per_s = static_cast<double>(sim->now() - simulated) / 1e9 / elapsed;
        if (m.events_per_s > best.events_per_s) best = m;
    }
    auto sim = boot(name, 0);
    sim->run_events(100'000);
    best.bytes_per_record =
        static_cast<double>(sim->trace().bytes()) / static_cast<double>(sim->trace().records());
    World copy = sim->world();
    best.snapshot_us = 1e9;
    for (u32 i = 0; i < 20; ++i) {
        const double start = cpu_seconds();
        for (u32 k = 0; k < 10; ++k) copy = sim->world();
        best.snapshot_us = std::min(best.snapshot_us, (cpu_seconds() - start) * 1e5);
    }
    return best;
}

/// What a frame of the timeline asks for when N events are in view: shares of each pixel column of
/// 4 CPU lanes and 12 task lanes, 1,440 pixels wide. Prints the time of one frame, best of 20.
void measure_timeline(u64 events) {
    Scenario s = empty_scenario(4);
    const u32 program =
        add_loop(s, {operation(OpCode::run, 10'000), operation(OpCode::sleep, 30'000)});
    for (u32 i = 0; i < 12; ++i) add_task(s, "t" + std::to_string(i), program);
    auto booted = Simulation::boot(s);
    if (!booted) return;
    Simulation& sim = **booted;
    view::Books books;
    books.begin(sim.world());
    while (books.timeline.records() < events && !sim.finished()) {
        sim.run_events(20'000);
        books.update(sim.trace(), sim.now());
    }
    std::vector<view::ShareColumn> columns;
    std::vector<u16> run, wait;
    double best = 1e9;
    for (u32 i = 0; i < 20; ++i) {
        const double start = cpu_seconds();
        for (u32 cpu = 0; cpu < 4; ++cpu) {
            columns.clear();
            books.timeline.cpu_columns(cpu, sim.t0(), sim.now(), 1440, columns);
        }
        for (u32 task = 0; task < 12; ++task) {
            run.clear();
            wait.clear();
            books.timeline.task_columns(task + 1, sim.t0(), sim.now(), 1440, run, wait);
        }
        best = std::min(best, cpu_seconds() - start);
    }
    std::printf("%8llu events in view: %.3f ms a frame\n",
                static_cast<unsigned long long>(books.timeline.records()), best * 1e3);
}

void print(const std::string& name, const Measured& m, bool json) {
    if (json) {
        std::printf("{\"workload\": \"%s\", \"switches_per_s\": %.0f, \"events_per_s\": %.0f, "
                    "\"simulated_per_s\": %.1f, \"bytes_per_record\": %.2f, "
                    "\"snapshot_us\": %.1f}\n",
                    name.c_str(), m.switches_per_s, m.events_per_s, m.simulated_per_s,
                    m.bytes_per_record, m.snapshot_us);
    } else {
        std::printf("%-8s %8.2f M switches/s  %8.2f M events/s  %10.1f simulated s/s  "
                    "%5.2f B/record  %7.1f us/snapshot\n",
                    name.c_str(), m.switches_per_s / 1e6, m.events_per_s / 1e6, m.simulated_per_s,
                    m.bytes_per_record, m.snapshot_us);
    }
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> names;
    double seconds = 2.5;
    bool json = false;
    u64 events = 0, timeline = 0;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--json") json = true;
        else if (word == "--seconds" && i + 1 < argc) seconds = std::atof(argv[++i]);
        else if (word == "--events" && i + 1 < argc) events = std::strtoull(argv[++i], nullptr, 10);
        else if (word == "--timeline" && i + 1 < argc)
            timeline = std::strtoull(argv[++i], nullptr, 10);
        else names.push_back(word);
    }
    if (timeline > 0) {
        measure_timeline(timeline);
        return 0;
    }
    if (names.empty()) names = {"W1-10", "W1-1000"};
    for (const std::string& name : names) {
        if (events > 0) {
            auto sim = boot(name, 64);
            if (!sim) return 2;
            sim->run_until(sim->t0() + NSEC_PER_SEC / 10);
            const u64 before = scheduling_events(*sim);
            while (scheduling_events(*sim) - before < events && !sim->finished()) {
                sim->run_events(1'000);
            }
            std::printf("%s: %llu events\n", name.c_str(),
                        static_cast<unsigned long long>(scheduling_events(*sim) - before));
        } else {
            print(name, measure(name, seconds), json);
        }
    }
    return 0;
}
