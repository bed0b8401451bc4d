// A seed to a valid scenario: what the swarm runs under all checkers. Every task sleeps, blocks or
// ends sometimes, locks are taken in one order, and pipes are written before they are read on one
// of their sides, so that a scenario can always go on.
#include "base/prng.hpp"
#include "scenario/program_builder.hpp"
#include "scenario/units.hpp"

#include <algorithm>

namespace rq {

namespace {

enum Stream : u64 { shape = 101, work = 102, actions_stream = 103, files_stream = 104 };

class Maker {
   public:
    Maker(u64 seed, const RandomOptions& options)
        : options_(options),
          shape_(Prng::stream(seed, shape)),
          work_(Prng::stream(seed, work)),
          timed_(Prng::stream(seed, actions_stream)),
          files_(Prng::stream(seed, files_stream)),
          builder_(reading_, s_) {
        s_.seed = seed;
    }

    Scenario make() {
        s_.title = "Random scenario";
        machine();
        groups();
        u32 count = 1 + static_cast<u32>(shape_.below(std::max<u32>(options_.tasks_max, 1)));
        while (s_.tasks.size() < count) {
            if (options_.pipes && s_.tasks.size() + 2 <= count && shape_.chance(1, 6)) {
                pipe_pair();
            } else {
                task(static_cast<u32>(s_.tasks.size()));
            }
        }
        if (options_.actions) timed_actions();
        if (options_.actions) timed_files();
        RQ_ASSERT(reading_.ok());
        return std::move(s_);
    }

   private:
    void machine() {
        u32 cpus = 1 + static_cast<u32>(shape_.below(std::max<u32>(options_.cpus_max, 1)));
        s_.machine.cores = cpus;
        if (cpus % 2 == 0 && shape_.chance(1, 2)) {
            s_.machine.cores = cpus / 2;
            (shape_.chance(1, 2) ? s_.machine.threads : s_.machine.sockets) = 2;
            if (s_.machine.sockets == 2 && shape_.chance(1, 2)) s_.machine.nodes = 2;
        }
        s_.duration_ns = (50 + shape_.below(400)) * NSEC_PER_MSEC;
        s_.first_tick_ns = 1 + shape_.below(4 * NSEC_PER_MSEC);
    }

    void groups() {
        if (!options_.groups) return;
        u64 count = shape_.below(4);
        for (u64 i = 0; i < count; ++i) {
            CgroupSpec group;
            bool child = i > 0 && shape_.chance(1, 3);
            group.path = (child ? s_.cgroups[0].path + "/" : std::string()) + "g" +
                         std::to_string(i);
            if (shape_.chance(1, 2))
                setting(group, "cpu.weight", std::to_string(1 + shape_.below(1000)));
            if (shape_.chance(1, 3)) {
                u64 period = 10'000 + 1000 * shape_.below(100);
                u64 quota = period * (10 + shape_.below(90)) / 100;
                setting(group, "cpu.max", std::to_string(quota) + " " + std::to_string(period));
            }
            s_.cgroups.push_back(std::move(group));
        }
    }
    static void setting(CgroupSpec& group, const char* key, std::string value) {
        group.files.push_back(Setting{key, std::move(value), {}});
    }

    void add(ProgramDraft& draft, const std::string& line) {
        bool good = builder_.command(draft, line, Place{});
        RQ_ASSERT(good);
    }
    std::string us(u64 low, u64 high) {
        return std::to_string(low + work_.below(high - low)) + "us";
    }

    /// One turn of a task: something to compute, something that blocks.
    void turn(ProgramDraft& draft, u32 depth) {
        add(draft, "run " + us(1, 12'000));
        if (options_.memory && work_.chance(1, 4)) {
            u64 first = work_.below(16);
            add(draft, "touch heap " + std::to_string(first) + "-" +
                           std::to_string(first + work_.below(16)));
        }
        if (options_.mutexes && work_.chance(1, 4)) critical_section(draft);
        if (work_.chance(1, 8)) add(draft, "yield");
        if (options_.forks && depth < 2 && work_.chance(1, 6)) family(draft, depth);
    }

    void critical_section(ProgramDraft& draft) {
        u64 first = work_.below(3);
        bool nested = work_.chance(1, 3);
        std::string a = "m" + std::to_string(first), b = "m" + std::to_string(first + 1);
        add(draft, "lock " + a);
        if (nested) add(draft, "lock " + b);
        add(draft, "run " + us(1, 3'000));
        if (options_.sleep && work_.chance(1, 3)) add(draft, "sleep " + us(1, 2'000));
        if (nested) add(draft, "unlock " + b);
        add(draft, "unlock " + a);
    }

    void family(ProgramDraft& draft, u32 depth) {
        ProgramDraft child;
        u64 turns = 1 + work_.below(3);
        for (u64 i = 0; i < turns; ++i) turn(child, depth + 1);
        if (options_.sleep && work_.chance(1, 2)) add(child, "sleep " + us(1, 9'000));
        if (work_.chance(1, 4)) add(child, "exit_group " + std::to_string(work_.below(256)));
        Op op = make_op(OpCode::fork);
        op.block = builder_.add(std::move(child));
        op.present = 3;
        op.n[0] = static_cast<s64>(1 + work_.below(4));
        builder_.push(draft, op, Place{});
        if (work_.chance(3, 4)) add(draft, "wait_children");
    }

    u32 program(bool may_end) {
        ProgramDraft draft;
        s64 times = may_end && work_.chance(1, 3) ? static_cast<s64>(1 + work_.below(20)) : -1;
        u32 opened = builder_.open(draft, OpCode::loop_begin, times, Place{});
        u64 turns = 1 + work_.below(3);
        for (u64 i = 0; i < turns; ++i) turn(draft, 0);
        // A parent that never sleeps would fork for ever: one that has children always waits.
        bool forks = std::any_of(draft.spec.ops.begin(), draft.spec.ops.end(),
                                 [](const Op& op) { return op.code == OpCode::fork; });
        if (forks) add(draft, "wait_children");
        if (options_.sleep && (forks || work_.chance(2, 3))) {
            std::string length = us(100, 20'000);  // first: the order of + is not fixed
            add(draft, (work_.chance(1, 2) ? "sleep " : "period ") + length);
        }
        builder_.close(draft, opened, Place{});
        return builder_.add(std::move(draft));
    }

    void sched(TaskSpec& task) {
        if (options_.nice && shape_.chance(1, 2)) {
            task.nice = static_cast<s32>(shape_.below(40)) - 20;
            u64 pick = shape_.below(6);
            if (pick == 0) task.policy = Policy::batch;
            if (pick == 1) task.policy = Policy::idle;
        }
        if (options_.groups && !s_.cgroups.empty() && shape_.chance(1, 2))
            task.cgroup = s_.cgroups[shape_.below(s_.cgroups.size())].path;
        if (options_.affinity && shape_.chance(1, 4)) {
            u32 cpus = s_.machine.cpus();
            u32 first = static_cast<u32>(shape_.below(cpus));
            u32 count = 1 + static_cast<u32>(shape_.below(cpus - first));
            for (u32 i = 0; i < count; ++i) task.cpus.push_back(first + i);
        }
        if (shape_.chance(1, 4)) task.start_ns = shape_.below(20 * NSEC_PER_MSEC);
    }

    /// Computes for a small part of a period, then waits for the next one.
    u32 periodic(u64 run_us, u64 period_us) {
        ProgramDraft draft;
        u32 opened = builder_.open(draft, OpCode::loop_begin, -1, Place{});
        add(draft, "run " + std::to_string(run_us) + "us");
        add(draft, "period " + std::to_string(period_us) + "us");
        builder_.close(draft, opened, Place{});
        return builder_.add(std::move(draft));
    }

    bool special(TaskSpec& task) {
        u64 period_us = 1000 * (4 + shape_.below(60));
        if (options_.realtime && shape_.chance(1, 5)) {
            task.policy = shape_.chance(1, 2) ? Policy::fifo : Policy::rr;
            task.rt_priority = 1 + static_cast<u32>(shape_.below(99));
            task.program = periodic(1 + period_us * shape_.below(20) / 100, period_us);
            return true;
        }
        // At most 80 % of one CPU is promised, which one CPU admits.
        u64 percent = 2 + shape_.below(20);
        if (options_.deadline && promised_ + percent <= 80 && shape_.chance(1, 5)) {
            promised_ += percent;
            task.policy = Policy::deadline;
            task.deadline.period_ns = period_us * NSEC_PER_USEC;
            task.deadline.deadline_ns = task.deadline.period_ns;
            task.deadline.runtime_ns = task.deadline.period_ns * percent / 100;
            task.program = periodic(period_us * percent / 125 + 1, period_us);
            return true;
        }
        return false;
    }

    void task(u32 number) {
        TaskSpec task;
        task.name = "t" + std::to_string(number);
        if (!special(task)) {
            sched(task);
            if (shape_.chance(1, 8)) task.instances = 2 + static_cast<u32>(shape_.below(3));
            task.program = program(true);
        }
        s_.tasks.push_back(std::move(task));
    }

    void pipe_pair() {
        std::string n = std::to_string(s_.tasks.size());
        for (u32 side = 0; side < 2; ++side) {
            TaskSpec task;
            task.name = (side ? "pong" : "ping") + n;
            sched(task);
            ProgramDraft draft;
            u32 opened = builder_.open(draft, OpCode::loop_begin, -1, Place{});
            if (side) add(draft, "pipe_read there" + n);
            add(draft, "run " + us(1, 2'000));
            add(draft, side ? "pipe_write back" + n : "pipe_write there" + n);
            if (!side) add(draft, "pipe_read back" + n);
            builder_.close(draft, opened, Place{});
            task.program = builder_.add(std::move(draft));
            s_.tasks.push_back(std::move(task));
        }
    }

    void timed_actions() {
        u64 count = timed_.below(4);
        for (u64 i = 0; i < count; ++i) {
            const TaskSpec& target = s_.tasks[timed_.below(s_.tasks.size())];
            bool fair = target.policy == Policy::normal || target.policy == Policy::batch;
            if (target.instances != 1 || !fair) continue;
            ActionSpec action;
            action.at_ns = timed_.below(s_.duration_ns);
            action.task = target.name;
            action.value = static_cast<s64>(timed_.below(40)) - 20;
            s_.actions.push_back(std::move(action));
        }
    }

    /// "1-3" of the machine's CPUs; now and then nothing, or one that there is not.
    std::string cpu_list() {
        if (files_.chance(1, 12)) return "";
        u64 first = files_.below(s_.machine.cpus());
        u64 count = files_.below(s_.machine.cpus() - first + (files_.chance(1, 12) ? 1 : 0));
        return std::to_string(first) + "-" + std::to_string(first + count);
    }

    /// Writes to the groups' files while they are used; what the kernel refuses changes nothing.
    void timed_files() {
        if (s_.cgroups.empty() || !files_.chance(1, 2)) return;
        u64 count = 1 + files_.below(6);
        for (u64 i = 0; i < count; ++i) {
            ActionSpec action;
            action.kind = ActionSpec::Kind::write_file;
            action.at_ns = files_.below(s_.duration_ns);
            action.path = s_.cgroups[files_.below(s_.cgroups.size())].path;
            switch (files_.below(4)) {
                case 0:
                    action.path += "/cpuset.mems";
                    action.text = std::to_string(files_.below(s_.machine.nodes));
                    break;
                case 1:
                case 2:
                    action.path += "/cpuset.cpus";
                    action.text = cpu_list();
                    break;
                default:
                    action.path += "/cpuset.cpus.partition";
                    action.text = files_.chance(1, 4)   ? "member"
                                  : files_.chance(1, 2) ? "root"
                                                        : "isolated";
            }
            s_.actions.push_back(std::move(action));
        }
    }

    const RandomOptions& options_;
    Prng shape_, work_, timed_, files_;
    u64 promised_ = 0;  // percent of a CPU given to deadline tasks
    Scenario s_;
    Reading reading_;
    ProgramBuilder builder_;
};

}  // namespace

Scenario random_scenario(u64 seed, const RandomOptions& options) {
    return Maker(seed, options).make();
}

Scenario random_scenario(u64 seed) { return random_scenario(seed, RandomOptions{}); }

}  // namespace rq
