// Reads rt-app files: the grammar of rt-app 1.0 and what later versions added. The threads become
// tasks of one process, the events of their phases a program.
//
// Where versions differ, 1.0 holds, the one whose runs were recorded: a thread without phases
// repeats its events for ever unless `loop` says how often, and `suspend` waits for the name it
// gives. Durations are times: `run` is not stretched by a calibration.
#include "scenario/rtapp_reader.hpp"

#include "base/limits.hpp"
#include "scenario/readers.hpp"
#include "scenario/units.hpp"

#include <algorithm>
#include <set>

namespace rq {

namespace {

const std::vector<std::string_view> sched_names = {
    "policy",   "priority",      "dl-runtime",    "dl-period", "dl-deadline",
    "cpus",     "membind_nodes", "nodes_membind", "numa",      "util_min",
    "util_max", "taskgroup",     "runtime",       "period",    "deadline"};

bool listed(std::string_view key, const std::vector<std::string_view>& names) {
    return std::find(names.begin(), names.end(), key) != names.end();
}

}  // namespace

void RtappReader::notice(Place place, std::string message) {
    if (scenario_.notices.size() >= 100) return;
    scenario_.notices.push_back(
        Diagnostic{"no-effect", std::move(message), "", place.line, place.column});
}

void RtappReader::duration(Json value) {
    s64 seconds = -1;
    if (!reading_.integer(value, -1, 0x7fffffff, "`duration`", seconds)) return;
    if (seconds > 0) scenario_.duration_ns = static_cast<u64>(seconds) * NSEC_PER_SEC;
}

void RtappReader::global_key(Json m) {
    std::string_view key = m.key();
    bool flag = false;
    if (key == "duration") {
        duration(m);
    } else if (key == "default_policy") {
        reading_.policy(m, default_policy_);
    } else if (key == "pi_enabled") {
        if (reading_.boolean(m, "`pi_enabled`", flag)) pi_ = flag;
    } else if (key == "lock_pages" || key == "gnuplot" || key == "cumulative_slack") {
        reading_.boolean(m, quoted(key), flag);
    } else if (key == "mem_buffer_size") {
        u64 bytes = 0;
        reading_.natural(m, u64{0}, u64{0x7fffffff}, "`mem_buffer_size`", bytes);
    } else if (key == "calibration") {
        bool cpu = m.is(JsonKind::string) && m.text().substr(0, 3) == "CPU";
        bool number = m.is(JsonKind::integer) && !m.negative();
        if (!cpu && !number)
            reading_.fail("wrong-type", m.place(),
                          "`calibration` must be \"CPU0\" or the like, or ns per loop.");
    } else if (key == "logdir" || key == "log_basename" || key == "io_device") {
        std::string ignored;
        reading_.string(m, quoted(key), ignored);
    } else if (key != "log_size" && key != "ftrace") {
        notice(m.key_place(), "unknown key " + quoted(key) + " in `global` is ignored.");
    }
}

void RtappReader::global(Json value) {
    // Without a duration the threads end by themselves or never: ten seconds show what they do.
    scenario_.duration_ns = 10 * NSEC_PER_SEC;
    if (!value || !reading_.want(value, JsonKind::object, "`global`")) return;
    for (Json m = value.first(); m && !reading_.full(); m = m.next()) global_key(m);
}

void RtappReader::deadline_keys(Json value, RtappSched& sched, Level level) {
    auto us = [&](const char* key, const char* older, u64 otherwise) {
        u64 ns = otherwise;
        Json m = Reading::member(value, key);
        if (!m && level != Level::phase && sched.policy == Policy::deadline)
            m = Reading::member(value, older);
        if (m) reading_.time_in(m, NSEC_PER_USEC, quoted(m.key()), ns);
        return ns;
    };
    DeadlineSpec& d = sched.deadline;
    d.runtime_ns = us("dl-runtime", "runtime", 0);
    d.period_ns = us("dl-period", "period", d.runtime_ns);
    d.deadline_ns = us("dl-deadline", "deadline", d.period_ns);
}

void RtappReader::sched_key(Json m, RtappSched& sched) {
    std::string_view key = m.key();
    if (key == "policy") {
        sched.has_policy = reading_.policy(m, sched.policy);
        sched.place = m.place();
    } else if (key == "priority") {
        sched.has_priority = reading_.integer(m, -20, 99, "`priority`", sched.priority);
        sched.place = m.place();
    } else if (key == "cpus") {
        sched.has_cpus = reading_.cpus(m, sched.cpus);
    } else if (key == "taskgroup") {
        if (!reading_.want(m, JsonKind::string, "`taskgroup`")) return;
        std::string_view path = m.text();
        if (path.empty()) return;
        if (path[0] != '/')
            return reading_.fail("bad-name", m.place(), "`taskgroup` must begin with a slash.");
        sched.has_group = true;
        sched.group = std::string(path.substr(1));
        group(sched.group, m.place());
    } else if (key == "util_min" || key == "util_max") {
        s64 clamp = 0;
        if (reading_.integer(m, -1, 1024, quoted(key), clamp))
            notice(m.key_place(), quoted(key) + " has no effect: CPUs have one frequency here.");
    } else if (key == "membind_nodes" || key == "nodes_membind" || key == "numa") {
        notice(m.key_place(), quoted(key) + " has no effect on the simulation yet.");
    }
}

void RtappReader::ranks(RtappSched& sched, Level level) {
    bool realtime = sched.policy == Policy::fifo || sched.policy == Policy::rr;
    if (!sched.has_priority) sched.priority = realtime ? 10 : 0;
    if (level == Level::phase && !sched.has_policy && !sched.has_priority) return;
    if (sched.policy == Policy::deadline) {
        sched.priority = 0;
        reading_.deadline(sched.place, sched.deadline);
    } else {
        reading_.rank(sched.place, sched.policy, realtime ? 0 : sched.priority,
                      realtime ? sched.priority : 0);
    }
    if (sched.has_group && (realtime || sched.policy == Policy::deadline))
        reading_.fail("bad-policy", sched.place,
                      "a `taskgroup` takes only SCHED_OTHER, SCHED_BATCH and SCHED_IDLE.");
}

void RtappReader::sched_keys(Json value, RtappSched& sched, Level level) {
    std::size_t errors = reading_.errors.size();
    for (Json m = value.first(); m; m = m.next()) sched_key(m, sched);
    deadline_keys(value, sched, level);
    if (reading_.errors.size() == errors) ranks(sched, level);
}

void RtappReader::other_keys(Json value, Level level) {
    const bool thread = level != Level::phase;
    for (Json m = value.first(); m; m = m.next()) {
        std::string_view key = m.key();
        if (key == "loop" || listed(key, sched_names)) continue;
        if (thread && (key == "instance" || key == "delay" || key == "phases")) continue;
        if (is_event(key)) {
            if (level == Level::thread_of_phases)
                notice(m.key_place(), "the event " + quoted(key) + " beside `phases` is ignored.");
            continue;
        }
        notice(m.key_place(), "unknown key " + quoted(key) + " is ignored.");
    }
}

void RtappReader::group(const std::string& path, Place place) {
    if (path.empty()) return;
    // Parents come first, as mkdir -p would make them.
    for (std::size_t end = 0; end != std::string::npos;) {
        end = path.find('/', end + 1);
        std::string part = path.substr(0, end);
        bool known = std::any_of(scenario_.cgroups.begin(), scenario_.cgroups.end(),
                                 [&](const CgroupSpec& g) { return g.path == part; });
        if (!known && scenario_.cgroups.size() < limits::groups)
            scenario_.cgroups.push_back(CgroupSpec{part, {}, place});
    }
}

void RtappReader::thread_name(Json value, std::string& name) {
    name = std::string(value.key());
    bool control = std::any_of(name.begin(), name.end(),
                               [](char c) { return static_cast<u8>(c) < 0x20 || c == 0x7f; });
    if (name.empty() || control)
        return reading_.fail("bad-name", value.key_place(),
                             "the name of a thread is empty or holds control characters.");
    if (name.size() <= limits::comm) return;
    name = std::string(cut_name(name, limits::comm));
    notice(value.key_place(), "the name of a thread has room for 15 bytes and was cut.");
}

void RtappReader::take(const RtappSched& sched, TaskSpec& task) {
    bool realtime = sched.policy == Policy::fifo || sched.policy == Policy::rr;
    task.policy = sched.policy;
    task.nice = realtime ? 0 : static_cast<s32>(sched.priority);
    task.rt_priority = realtime ? static_cast<u32>(sched.priority) : 0;
    if (sched.policy == Policy::deadline) task.deadline = sched.deadline;
    task.cpus = sched.cpus;
    task.cgroup = sched.group;
}

void RtappReader::task_keys(Json value, TaskSpec& task, s64& loop) {
    if (Json m = Reading::member(value, "instance"))
        reading_.natural(m, 0, limits::initial_tasks, "`instance`", task.instances);
    if (Json m = Reading::member(value, "delay")) {
        s64 us = 0;
        if (reading_.integer(m, -0x7fffffff, 0x7fffffff, "`delay`", us) && us > 0)
            task.start_ns = static_cast<u64>(us) * NSEC_PER_USEC;
    }
    if (Json m = Reading::member(value, "loop"))
        reading_.integer(m, -1, 0x7fffffff, "`loop`", loop);
}

void RtappReader::thread(Json value) {
    if (!reading_.want(value, JsonKind::object, "a thread")) return;
    TaskSpec task;
    task.place = value.key_place();
    task.process = false;
    thread_name(value, task.name);
    thread_ = task.name;
    s64 loop = -1;
    task_keys(value, task, loop);
    RtappSched sched;
    sched.policy = default_policy_;
    sched.place = value.place();
    Json phase_list = Reading::member(value, "phases");
    Level level = phase_list ? Level::thread_of_phases : Level::thread_alone;
    sched_keys(value, sched, level);
    take(sched, task);
    ProgramDraft draft;
    if (phase_list) {
        phases(draft, phase_list, loop, sched);
    } else {
        u32 opened = 0;
        if (loop != 1) opened = builder_.open(draft, OpCode::loop_begin, loop, value.place());
        events(draft, value);
        if (loop != 1) builder_.close(draft, opened, value.place());
        if (Json m = Reading::member(value, "loop"); m && loop >= 0)
            notice(m.place(), "rt-app 1.0 repeats a thread without phases for ever, whatever "
                              "`loop` says; here the number counts.");
    }
    other_keys(value, level);
    task.program = builder_.add(std::move(draft));
    scenario_.tasks.push_back(std::move(task));
    sched_of_task_.push_back(std::move(sched));
}

void RtappReader::phases(ProgramDraft& draft, Json value, s64 loop, const RtappSched& base) {
    if (!reading_.want(value, JsonKind::object, "`phases`")) return;
    if (value.size() == 0)
        return reading_.fail("no-events", value.place(), "`phases` holds no phase.");
    bool pins = false;  // some phase has CPUs of its own, so each must say which it wants
    for (Json p = value.first(); p; p = p.next()) pins |= bool(Reading::member(p, "cpus"));
    u32 opened = 0;
    if (loop != 1) opened = builder_.open(draft, OpCode::loop_begin, loop, value.place());
    for (Json p = value.first(); p && !reading_.full(); p = p.next()) phase(draft, p, base, pins);
    if (loop != 1) builder_.close(draft, opened, value.place());
}

void RtappReader::phase(ProgramDraft& draft, Json value, const RtappSched& base, bool pins) {
    if (!reading_.want(value, JsonKind::object, "a phase")) return;
    s64 loop = 1;
    if (Json m = Reading::member(value, "loop"))
        reading_.integer(m, -1, 0x7fffffff, "`loop`", loop);
    RtappSched now;
    now.policy = base.policy;
    now.place = value.place();
    sched_keys(value, now, Level::phase);
    switch_sched(draft, base, now, pins);
    u32 opened = 0;
    if (loop != 1) opened = builder_.open(draft, OpCode::loop_begin, loop, value.key_place());
    events(draft, value);
    if (loop != 1) builder_.close(draft, opened, value.key_place());
    other_keys(value, Level::phase);
}

void RtappReader::switch_sched(ProgramDraft& draft, const RtappSched& base, const RtappSched& now,
                               bool pins) {
    if (now.has_group) {
        Op op = make_op(OpCode::setgroup);
        op.present = 1;
        op.name[0] = scenario_.intern(now.group.empty() ? "/" : now.group);
        builder_.push(draft, op, now.place);
    }
    if (now.has_policy || now.has_priority) {
        Op op = make_op(OpCode::setattr);
        op.present = 31;
        op.name[0] = scenario_.intern(policy_name(now.policy));
        op.flags = static_cast<u64>(now.policy);
        const DeadlineSpec none;
        const DeadlineSpec& d = now.policy == Policy::deadline ? now.deadline : none;
        op.n[0] = static_cast<s64>(d.runtime_ns);
        op.n[1] = static_cast<s64>(d.deadline_ns);
        op.n[2] = static_cast<s64>(d.period_ns);
        op.n[3] = now.priority;
        builder_.push(draft, op, now.place);
    }
    if (pins) {
        const std::vector<u32>& cpus = now.has_cpus ? now.cpus : base.cpus;
        Op op = make_op(OpCode::setaffinity);
        op.present = 1;
        op.name[0] = scenario_.intern(cpus.empty() ? std::string("all") : format_cpu_list(cpus));
        builder_.push(draft, op, now.place);
    }
}

/// The program of a thread that is started by `fork`: it has to give itself what a task of the
/// file is born with.
u32 RtappReader::forked_program(std::string_view task_name, Place place) {
    for (std::size_t i = 0; i < scenario_.tasks.size(); ++i) {
        const TaskSpec task = scenario_.tasks[i];
        if (task.name != task_name) continue;
        u32 index = 0;
        if (!builder_.declare(task_name, index)) {
            builder_.find(task_name, place, index);
            return index;
        }
        ProgramDraft draft;
        RtappSched own = sched_of_task_[i];
        own.has_policy = true;
        own.place = task.place;
        switch_sched(draft, own, own, own.has_cpus);
        if (task.start_ns) {
            Op delay = make_op(OpCode::sleep);
            delay.present = 1;
            delay.n[0] = static_cast<s64>(task.start_ns);
            builder_.push(draft, delay, task.place);
        }
        const u32 shift = static_cast<u32>(draft.spec.ops.size());
        const ProgramSpec body = scenario_.programs[task.program];
        for (std::size_t k = 0; k < body.ops.size(); ++k) {
            Op op = body.ops[k];
            if (op.code == OpCode::loop_begin || op.code == OpCode::loop_end) op.block += shift;
            builder_.push(draft, op, body.places[k]);
        }
        builder_.define(index, std::move(draft));
        return index;
    }
    reading_.fail("unknown-task", place, "there is no task " + quoted(task_name) + " to fork.");
    return 0;
}

void RtappReader::forked_programs() {
    for (const Fork& f : forks_) forked_program(f.target, f.place);
    if (!reading_.ok()) return;
    for (ProgramSpec& program : scenario_.programs) {
        for (Op& op : program.ops) {
            if (op.code == OpCode::clone)
                builder_.find(scenario_.names[op.name[1]], Place{}, op.block);
        }
    }
}

/// A barrier waits for as many threads as name it: each instance counts, once for each event.
void RtappReader::settle_barriers() {
    std::map<u32, u64> users;
    for (const TaskSpec& task : scenario_.tasks) {
        for (const Op& op : scenario_.programs[task.program].ops) {
            if (op.code == OpCode::barrier) users[op.name[0]] += task.instances;
        }
    }
    for (ProgramSpec& program : scenario_.programs) {
        for (Op& op : program.ops) {
            if (op.code == OpCode::barrier)
                op.n[0] = static_cast<s64>(std::max<u64>(1, users[op.name[0]]));
        }
    }
}

/// A timer is absolute for all its users when one of them says so. A thread's only timer of its
/// own needs no name.
void RtappReader::settle_timers() {
    auto own = [&](const Op& op) {
        return scenario_.names[op.name[0]].substr(0, 6) == "unique";
    };
    std::map<u32, bool> absolute_shared;
    for (const ProgramSpec& program : scenario_.programs) {
        for (const Op& op : program.ops) {
            if (op.code == OpCode::timer && !own(op)) absolute_shared[op.name[0]] |= op.n[1] != 0;
        }
    }
    for (ProgramSpec& program : scenario_.programs) {
        std::map<u32, bool> absolute;
        for (const Op& op : program.ops) {
            if (op.code == OpCode::timer && own(op)) absolute[op.name[0]] |= op.n[1] != 0;
        }
        for (Op& op : program.ops) {
            if (op.code != OpCode::timer) continue;
            bool mine = own(op);
            op.n[1] = mine ? absolute[op.name[0]] : absolute_shared[op.name[0]];
            if (!mine || absolute.size() > 1) continue;
            op.name[0] = 0;
            op.present = 3;
        }
    }
}

void RtappReader::read(Json root) {
    scenario_.start = StartStyle::rt_app;
    scenario_.title = "An rt-app workload";
    for (Json m = root.first(); m; m = m.next()) {
        if (m.key() == "resources")
            notice(m.key_place(), "`resources` is not needed: names are made when first used.");
        else if (m.key() != "tasks" && m.key() != "global")
            notice(m.key_place(), "unknown key " + quoted(m.key()) + " is ignored.");
    }
    global(Reading::member(root, "global"));
    Json tasks = Reading::member(root, "tasks");
    if (!tasks) return reading_.missing(root, "tasks", "the file");
    if (!reading_.want(tasks, JsonKind::object, "`tasks`")) return;
    if (tasks.size() == 0)
        reading_.fail("no-tasks", tasks.place(), "there is no thread to run.");
    std::set<std::string_view> names;
    for (Json t = tasks.first(); t && !reading_.full(); t = t.next()) {
        if (!names.insert(t.key()).second)
            reading_.fail("duplicate-key", t.key_place(),
                          "the task " + quoted(t.key()) + " is written twice.");
        thread(t);
    }
    if (!reading_.ok()) return;
    forked_programs();
    settle_barriers();
    settle_timers();
    // `instance` 0 is a mere template for `fork`.
    auto gone = std::remove_if(scenario_.tasks.begin(), scenario_.tasks.end(),
                               [](const TaskSpec& task) { return task.instances == 0; });
    scenario_.tasks.erase(gone, scenario_.tasks.end());
}

void read_rtapp(Reading& reading, Json root, Scenario& scenario) {
    RtappReader(reading, scenario).read(root);
}

}  // namespace rq
