// Reads "oracle-kload-1": processes that a FIFO starter forks and that all begin at t0. Each
// action of a program is one system call of the recorded rig, or a busy loop.
#include "base/limits.hpp"
#include "base/text.hpp"
#include "scenario/readers.hpp"
#include "scenario/units.hpp"

namespace rq {

namespace {

const std::vector<std::string_view> action_names = {
    "run_us",     "sleep_us",  "period_us", "yield", "fork",   "wait_children", "exit",
    "pipe_write", "pipe_read", "lock",      "unlock", "loop"};

class KloadReader {
   public:
    KloadReader(Reading& reading, Scenario& scenario)
        : reading_(reading), scenario_(scenario), builder_(reading, scenario) {}

    void read(Json root);

   private:
    void cgroups(Json value);
    void programs(Json value);
    void task(Json value);
    void deadline_of(Json value, TaskSpec& task);
    void action(Json value);
    void list(ProgramDraft& draft, Json value);
    void step(ProgramDraft& draft, std::string_view verb, Json argument, Place place);
    void fork(ProgramDraft& draft, Json argument, Place place);
    void loop(ProgramDraft& draft, Json argument, Place place);
    void timed(ProgramDraft& draft, OpCode code, Json argument, Place place);
    void named(ProgramDraft& draft, OpCode code, Json argument, const char* prefix, Place place);

    Reading& reading_;
    Scenario& scenario_;
    ProgramBuilder builder_;
};

void KloadReader::timed(ProgramDraft& draft, OpCode code, Json argument, Place place) {
    Op op = make_op(code);
    u64 ns = 0;
    if (!argument) return reading_.fail("missing-argument", place, "a time in us is missing.");
    if (!reading_.time_in(argument, NSEC_PER_USEC, "a time in us", ns)) return;
    op.n[0] = static_cast<s64>(ns);
    op.present = 1;
    op.flags = code == OpCode::period;  // a forked child counts from t0 as well
    builder_.push(draft, op, place);
}

void KloadReader::named(ProgramDraft& draft, OpCode code, Json argument, const char* prefix,
                        Place place) {
    // The rig makes 16 pipes and 16 mutexes.
    u32 number = 0;
    if (!argument)
        return reading_.fail("missing-argument", place,
                             "the number of a " + std::string(prefix) + " is missing.");
    if (!reading_.natural(argument, 0, 15, "the number of a " + std::string(prefix), number))
        return;
    Op op = make_op(code);
    op.name[0] = scenario_.intern(prefix + std::to_string(number));
    op.present = 1;
    builder_.push(draft, op, place);
}

void KloadReader::fork(ProgramDraft& draft, Json argument, Place place) {
    if (!argument) return reading_.fail("missing-argument", place, "`fork` wants an object.");
    if (!reading_.want(argument, JsonKind::object, "`fork`")) return;
    reading_.keys(argument, {"count", "program"}, "`fork`");
    Json count = Reading::member(argument, "count");
    Json program = Reading::member(argument, "program");
    if (!count) return reading_.missing(argument, "count", "`fork`");
    if (!program) return reading_.missing(argument, "program", "`fork`");
    Op op = make_op(OpCode::fork);
    op.present = 7;
    std::string name;
    if (!reading_.integer(count, 1, 65'536, "the number of children", op.n[0])) return;
    if (!reading_.string(program, "the program", name)) return;
    if (!builder_.find(name, program.place(), op.block)) return;
    op.name[0] = scenario_.intern(cut_name(name, 10));
    builder_.push(draft, op, place);
}

void KloadReader::loop(ProgramDraft& draft, Json argument, Place place) {
    if (!argument) return reading_.fail("missing-argument", place, "`loop` wants an object.");
    if (!reading_.want(argument, JsonKind::object, "`loop`")) return;
    reading_.keys(argument, {"count", "do"}, "`loop`");
    Json count = Reading::member(argument, "count");
    Json body = Reading::member(argument, "do");
    if (!count) return reading_.missing(argument, "count", "`loop`");
    if (!body) return reading_.missing(argument, "do", "`loop`");
    s64 times = 0;
    if (!reading_.integer(count, -1, s64{1} << 31, "the count of a loop", times)) return;
    u32 opened = builder_.open(draft, OpCode::loop_begin, times, place);
    list(draft, body);
    builder_.close(draft, opened, body.place());
}

void KloadReader::step(ProgramDraft& draft, std::string_view verb, Json argument, Place place) {
    if (verb == "run_us") return timed(draft, OpCode::run, argument, place);
    if (verb == "sleep_us") return timed(draft, OpCode::sleep, argument, place);
    if (verb == "period_us") return timed(draft, OpCode::period, argument, place);
    if (verb == "fork") return fork(draft, argument, place);
    if (verb == "loop") return loop(draft, argument, place);
    if (verb == "pipe_write") return named(draft, OpCode::pipe_write, argument, "pipe", place);
    if (verb == "pipe_read") return named(draft, OpCode::pipe_read, argument, "pipe", place);
    if (verb == "lock") return named(draft, OpCode::lock, argument, "mutex", place);
    if (verb == "unlock") return named(draft, OpCode::unlock, argument, "mutex", place);
    OpCode code = verb == "yield"           ? OpCode::yield
                  : verb == "wait_children" ? OpCode::wait_children
                  : verb == "exit"          ? OpCode::exit_group
                                            : OpCode::count_;
    if (code != OpCode::count_) return builder_.push(draft, make_op(code), place);
    reading_.fail("unknown-op", place, "unknown action " + quoted(verb) + ".",
                  did_you_mean(verb, action_names));
}

void KloadReader::list(ProgramDraft& draft, Json value) {
    if (!reading_.want(value, JsonKind::array, "a program")) return;
    for (Json e = value.first(); e && !reading_.full(); e = e.next()) {
        if (e.is(JsonKind::string)) {
            step(draft, e.text(), Json(), e.place());
        } else if (e.is(JsonKind::object) && e.size() == 1) {
            step(draft, e.first().key(), e.first(), e.first().key_place());
        } else {
            reading_.fail("wrong-type", e.place(),
                          "an action must be a string or an object with one key.");
        }
    }
}

void KloadReader::programs(Json value) {
    if (!value || !reading_.want(value, JsonKind::object, "`programs`")) return;
    std::vector<u32> indices;
    for (Json p = value.first(); p; p = p.next()) {
        u32 index = ~0u;
        if (!builder_.declare(p.key(), index)) {
            index = ~0u;
            reading_.fail("duplicate-key", p.key_place(),
                          "the program " + quoted(p.key()) + " is written twice.");
        }
        indices.push_back(index);
    }
    std::size_t i = 0;
    for (Json p = value.first(); p; p = p.next(), ++i) {
        if (indices[i] == ~0u) continue;
        ProgramDraft draft;
        list(draft, p);
        builder_.define(indices[i], std::move(draft));
    }
}

void KloadReader::cgroups(Json value) {
    if (!value || !reading_.want(value, JsonKind::object, "`cgroups`")) return;
    for (Json g = value.first(); g && !reading_.full(); g = g.next()) {
        CgroupSpec group;
        group.path = std::string(g.key());
        group.place = g.key_place();
        if (!reading_.want(g, JsonKind::object, "a control group")) continue;
        for (Json f = g.first(); f; f = f.next()) {
            Setting file;
            file.key = std::string(f.key());
            file.place = f.key_place();
            if (reading_.scalar(f, "a control group's file", file.value))
                group.files.push_back(std::move(file));
        }
        scenario_.cgroups.push_back(std::move(group));
    }
}

void KloadReader::deadline_of(Json value, TaskSpec& task) {
    Json runtime = Reading::member(value, "dl_runtime_us");
    Json deadline = Reading::member(value, "dl_deadline_us");
    Json period = Reading::member(value, "dl_period_us");
    DeadlineSpec& d = task.deadline;
    if (runtime) reading_.time_in(runtime, NSEC_PER_USEC, "`dl_runtime_us`", d.runtime_ns);
    if (deadline) reading_.time_in(deadline, NSEC_PER_USEC, "`dl_deadline_us`", d.deadline_ns);
    if (period) reading_.time_in(period, NSEC_PER_USEC, "`dl_period_us`", d.period_ns);
    if (task.policy != Policy::deadline) return;
    if (!d.period_ns) d.period_ns = d.deadline_ns;  // as the kernel does
    if (reading_.ok()) reading_.deadline(value.place(), d);
}

void KloadReader::task(Json value) {
    if (!reading_.want(value, JsonKind::object, "a task")) return;
    reading_.keys(value,
                  {"name", "instances", "policy", "nice", "priority", "dl_runtime_us",
                   "dl_deadline_us", "dl_period_us", "slice_us", "cpus", "cgroup", "start_us",
                   "program"},
                  "a task");
    TaskSpec task;
    task.place = value.place();
    s64 nice = 0, priority = 0;
    Json rank_at = value;
    auto with = [&](const char* key) { return Reading::member(value, key); };
    if (Json m = with("name")) {
        reading_.name(m, "the name of a task", limits::comm, task.name);
    } else {
        reading_.missing(value, "name", "a task");
    }
    if (Json m = with("instances"))
        reading_.natural(m, 1, limits::initial_tasks, "`instances`", task.instances);
    if (Json m = with("policy")) reading_.policy(m, task.policy);
    if (Json m = with("nice"); m && reading_.integer(m, -20, 19, "`nice`", nice)) rank_at = m;
    if (Json m = with("priority"); m && reading_.integer(m, 0, 99, "`priority`", priority))
        rank_at = m;
    if (reading_.ok()) reading_.rank(rank_at.place(), task.policy, nice, priority);
    task.nice = static_cast<s32>(nice);
    task.rt_priority = static_cast<u32>(priority);
    deadline_of(value, task);
    if (Json m = with("slice_us")) reading_.time_in(m, NSEC_PER_USEC, "`slice_us`", task.slice_ns);
    if (Json m = with("cpus")) reading_.cpus(m, task.cpus);
    if (Json m = with("cgroup")) reading_.string(m, "`cgroup`", task.cgroup);
    if (Json m = with("start_us")) reading_.time_in(m, NSEC_PER_USEC, "`start_us`", task.start_ns);
    if (Json m = with("program")) {
        ProgramDraft draft;
        list(draft, m);
        task.program = builder_.add(std::move(draft));
    } else {
        reading_.missing(value, "program", "a task");
    }
    scenario_.tasks.push_back(std::move(task));
}

void KloadReader::action(Json value) {
    if (!reading_.want(value, JsonKind::object, "an action")) return;
    reading_.keys(value, {"at_us", "task", "cpus", "nice", "write", "value"}, "an action");
    ActionSpec action;
    action.place = value.place();
    Json at = Reading::member(value, "at_us");
    if (!at) return reading_.missing(value, "at_us", "an action");
    if (!reading_.time_in(at, NSEC_PER_USEC, "`at_us`", action.at_ns)) return;
    if (Json m = Reading::member(value, "write")) {
        action.kind = ActionSpec::Kind::write_file;
        Json text = Reading::member(value, "value");
        if (!text) return reading_.missing(value, "value", "an action that writes");
        reading_.string(m, "`write`", action.path);
        reading_.scalar(text, "`value`", action.text);
    } else {
        Json task = Reading::member(value, "task");
        if (!task) return reading_.missing(value, "task", "an action");
        reading_.string(task, "`task`", action.task);
        if (Json cpus = Reading::member(value, "cpus")) {
            action.kind = ActionSpec::Kind::setaffinity;
            reading_.cpus(cpus, action.cpus);
        } else if (Json nice = Reading::member(value, "nice")) {
            action.kind = ActionSpec::Kind::renice;
            reading_.integer(nice, -20, 19, "`nice`", action.value);
        } else {
            return reading_.missing(value, "nice", "an action (or `cpus`, or `write`)");
        }
    }
    scenario_.actions.push_back(std::move(action));
}

void KloadReader::read(Json root) {
    reading_.keys(root,
                  {"format", "about", "duration_us", "cgroups", "programs", "tasks", "actions"},
                  "the workload");
    scenario_.start = StartStyle::kload;
    if (Json m = Reading::member(root, "about")) reading_.string(m, "`about`", scenario_.title);
    if (Json m = Reading::member(root, "duration_us")) {
        reading_.time_in(m, NSEC_PER_USEC, "`duration_us`", scenario_.duration_ns);
    } else {
        reading_.missing(root, "duration_us", "the workload");
    }
    cgroups(Reading::member(root, "cgroups"));
    programs(Reading::member(root, "programs"));
    if (Json m = Reading::member(root, "tasks")) {
        if (reading_.want(m, JsonKind::array, "`tasks`")) {
            for (Json t = m.first(); t && !reading_.full(); t = t.next()) task(t);
            if (m.size() == 0)
                reading_.fail("no-tasks", m.place(), "there is no task to run.");
        }
    } else {
        reading_.missing(root, "tasks", "the workload");
    }
    if (Json m = Reading::member(root, "actions")) {
        if (!reading_.want(m, JsonKind::array, "`actions`")) return;
        for (Json a = m.first(); a && !reading_.full(); a = a.next()) action(a);
    }
}

}  // namespace

void read_kload(Reading& reading, Json root, Scenario& scenario) {
    KloadReader(reading, scenario).read(root);
}

}  // namespace rq
