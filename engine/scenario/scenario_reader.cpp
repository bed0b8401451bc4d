// Reads format runqueue/1. Unknown keys are errors, except x-…; every list of keys below is the
// format, and scenarios/schema.json says the same.
#include "base/limits.hpp"
#include "base/text.hpp"
#include "scenario/readers.hpp"
#include "scenario/units.hpp"

namespace rq {

namespace {

class NativeReader {
   public:
    NativeReader(Reading& reading, Scenario& scenario)
        : reading_(reading), scenario_(scenario), programs_(reading, scenario) {}

    void read(Json root);

   private:
    void header(Json root);
    void machine(Json value);
    void machine_object(Json value);
    template <class T, std::size_t N>
    void choice(Json value, const char* what, const std::string_view (&words)[N], T& out);
    void settings(Json value, const char* what, std::vector<Setting>& out);
    void cgroups(Json value);
    void task(Json value);
    void task_sched(Json value, TaskSpec& task);
    void action(Json value);
    bool action_kind(Json value, ActionSpec& action);
    void expectation(Json value);
    void lesson_step(Json value);
    void lesson_question(Json value, LessonStep& step);
    using Each = void (NativeReader::*)(Json);
    void each(Json value, const char* what, Each read_one);

    Reading& reading_;
    Scenario& scenario_;
    ProgramReader programs_;
};

template <class T, std::size_t N>
void NativeReader::choice(Json value, const char* what, const std::string_view (&words)[N],
                          T& out) {
    std::string text;
    if (!value || !reading_.string(value, what, text)) return;
    std::string all;
    for (std::size_t i = 0; i < N; ++i) {
        if (words[i] == text) {
            out = static_cast<T>(i);
            return;
        }
        all += (i ? ", " : "") + std::string(words[i]);
    }
    reading_.fail("bad-value", value.place(),
                  std::string(what) + " must be one of " + all + ", not " + quoted(text) + ".",
                  did_you_mean(text, {std::begin(words), std::end(words)}));
}

void NativeReader::each(Json value, const char* what, Each read_one) {
    if (!value || !reading_.want(value, JsonKind::array, what)) return;
    for (Json e = value.first(); e && !reading_.full(); e = e.next()) (this->*read_one)(e);
}

void NativeReader::machine_object(Json value) {
    reading_.keys(value,
                  {"name", "cpus", "sockets", "cores", "threads", "nodes", "distance", "memory"},
                  "the machine");
    MachineSpec& m = scenario_.machine;
    auto with = [&](const char* key) { return Reading::member(value, key); };
    std::size_t errors = reading_.errors.size();
    if (Json v = with("name")) reading_.string(v, "`name`", m.name);
    if (Json v = with("cpus")) reading_.natural(v, 1, limits::cpus, "`cpus`", m.cores);
    if (Json v = with("sockets")) reading_.natural(v, 1, limits::cpus, "`sockets`", m.sockets);
    if (Json v = with("cores")) reading_.natural(v, 1, limits::cpus, "`cores`", m.cores);
    if (Json v = with("threads")) reading_.natural(v, 1, 8, "`threads`", m.threads);
    if (Json v = with("nodes")) reading_.natural(v, 1, limits::nodes, "`nodes`", m.nodes);
    if (Json v = with("distance")) reading_.natural(v, 10, 254, "`distance`", m.distance);
    if (Json v = with("memory")) reading_.bytes(v, "`memory`", m.memory_bytes_per_node);
    if (Json v = with("cpus"); v && (with("sockets") || with("cores") || with("threads")))
        reading_.fail("bad-machine", v.key_place(),
                      "`cpus` says it all; it does not go with sockets, cores, threads.");
    if (reading_.errors.size() != errors) return;
    std::string why = machine_fault(m);
    if (!why.empty()) reading_.fail("bad-machine", value.place(), why);
}

void NativeReader::machine(Json value) {
    if (!value) return;
    if (value.is(JsonKind::object)) return machine_object(value);
    std::string text;
    if (!reading_.string(value, "`machine`", text)) return;
    Result<MachineSpec> spec = parse_machine(text);
    if (spec) {
        scenario_.machine = *spec;
    } else {
        const Diagnostic& why = spec.errors().front();
        reading_.fail(why.code, value.place(), why.message, why.hint);
    }
}

void NativeReader::settings(Json value, const char* what, std::vector<Setting>& out) {
    if (!value || !reading_.want(value, JsonKind::object, what)) return;
    for (Json m = value.first(); m && !reading_.full(); m = m.next()) {
        Setting setting;
        setting.key = std::string(m.key());
        setting.place = m.key_place();
        if (reading_.scalar(m, "a setting", setting.value)) out.push_back(std::move(setting));
    }
}

void NativeReader::cgroups(Json value) {
    if (!value || !reading_.want(value, JsonKind::object, "`cgroups`")) return;
    for (Json g = value.first(); g && !reading_.full(); g = g.next()) {
        CgroupSpec group;
        group.path = std::string(g.key());
        group.place = g.key_place();
        settings(g, "a control group", group.files);
        scenario_.cgroups.push_back(std::move(group));
    }
}

void NativeReader::task_sched(Json value, TaskSpec& task) {
    auto with = [&](const char* key) { return Reading::member(value, key); };
    std::size_t errors = reading_.errors.size();
    s64 nice = 0, priority = 0;
    Place at = value.place();
    if (Json m = with("policy")) reading_.policy(m, task.policy), at = m.place();
    if (Json m = with("nice")) reading_.integer(m, -20, 19, "`nice`", nice), at = m.place();
    if (Json m = with("priority"))
        reading_.integer(m, 1, 99, "`priority`", priority), at = m.place();
    if (Json d = with("deadline"); d && reading_.want(d, JsonKind::object, "`deadline`")) {
        reading_.keys(d, {"runtime", "deadline", "period"}, "`deadline`");
        DeadlineSpec& spec = task.deadline;
        Json runtime = Reading::member(d, "runtime");
        Json deadline = Reading::member(d, "deadline");
        Json period = Reading::member(d, "period");
        if (!runtime) reading_.missing(d, "runtime", "`deadline`");
        if (!deadline && !period) reading_.missing(d, "deadline", "`deadline`");
        if (runtime) reading_.time(runtime, "`runtime`", spec.runtime_ns);
        if (deadline) reading_.time(deadline, "`deadline`", spec.deadline_ns);
        if (period) reading_.time(period, "`period`", spec.period_ns);
        if (!deadline) spec.deadline_ns = spec.period_ns;
        if (!period) spec.period_ns = spec.deadline_ns;
        if (task.policy != Policy::deadline)
            reading_.fail("bad-policy", d.key_place(), "`deadline` goes with SCHED_DEADLINE.");
        if (reading_.errors.size() == errors) reading_.deadline(d.place(), spec);
    } else if (task.policy == Policy::deadline && reading_.errors.size() == errors) {
        reading_.fail("bad-deadline", at, "SCHED_DEADLINE wants a `deadline` of runtime, "
                                          "deadline and period.");
    }
    if (reading_.errors.size() == errors) reading_.rank(at, task.policy, nice, priority);
    task.nice = static_cast<s32>(nice);
    task.rt_priority = static_cast<u32>(priority);
}

void NativeReader::task(Json value) {
    if (!reading_.want(value, JsonKind::object, "a task")) return;
    reading_.keys(value,
                  {"name", "instances", "policy", "nice", "priority", "deadline", "slice",
                   "reset_on_fork", "cpus", "cgroup", "start", "uid", "working_set", "thread",
                   "program"},
                  "a task");
    TaskSpec task;
    task.place = value.place();
    auto with = [&](const char* key) { return Reading::member(value, key); };
    if (Json m = with("name")) {
        reading_.name(m, "the name of a task", limits::comm, task.name);
        task.place = m.place();
    } else {
        reading_.missing(value, "name", "a task");
    }
    if (Json m = with("instances"))
        reading_.natural(m, 1, limits::initial_tasks, "`instances`", task.instances);
    task_sched(value, task);
    if (Json m = with("slice")) reading_.time(m, "`slice`", task.slice_ns);
    if (Json m = with("reset_on_fork"))
        reading_.boolean(m, "`reset_on_fork`", task.reset_on_fork);
    if (Json m = with("cpus")) reading_.cpus(m, task.cpus);
    if (Json m = with("cgroup")) reading_.string(m, "`cgroup`", task.cgroup);
    if (Json m = with("start")) reading_.time(m, "`start`", task.start_ns);
    if (Json m = with("uid")) reading_.natural(m, 0, ~u32{0} - 1, "`uid`", task.uid);
    if (Json m = with("working_set"))
        reading_.bytes(m, "`working_set`", task.working_set_bytes);
    bool thread = false;
    if (Json m = with("thread")) reading_.boolean(m, "`thread`", thread);
    task.process = !thread;
    if (Json m = with("program")) {
        programs_.read_program(m, task.program);
    } else {
        reading_.missing(value, "program", "a task");
    }
    scenario_.tasks.push_back(std::move(task));
}

bool NativeReader::action_kind(Json value, ActionSpec& action) {
    using Kind = ActionSpec::Kind;
    if (Json m = Reading::member(value, "write")) {
        action.kind = Kind::write_file;
        Json text = Reading::member(value, "value");
        if (!text) return reading_.missing(value, "value", "an action that writes"), false;
        return reading_.string(m, "`write`", action.path) &&
               reading_.scalar(text, "`value`", action.text);
    }
    for (const char* verb : {"mkdir", "rmdir"}) {
        if (Json m = Reading::member(value, verb)) {
            action.kind = verb[0] == 'm' ? Kind::make_folder : Kind::remove_folder;
            return reading_.string(m, verb, action.path);
        }
    }
    Json task = Reading::member(value, "task");
    if (!task) return reading_.missing(value, "task", "an action"), false;
    if (!reading_.string(task, "`task`", action.task)) return false;
    if (Json m = Reading::member(value, "cpus")) {
        action.kind = Kind::setaffinity;
        return reading_.cpus(m, action.cpus);
    }
    if (Json m = Reading::member(value, "nice")) {
        action.kind = Kind::renice;
        return reading_.integer(m, -20, 19, "`nice`", action.value);
    }
    if (Json m = Reading::member(value, "kill")) {
        action.kind = Kind::kill;
        return reading_.integer(m, 1, 64, "the signal", action.value);
    }
    if (Json m = Reading::member(value, "policy")) {
        action.kind = Kind::setscheduler;
        if (!reading_.policy(m, action.policy)) return false;
        if (Json p = Reading::member(value, "priority");
            p && !reading_.integer(p, 1, 99, "`priority`", action.value))
            return false;
        return reading_.rank(m.place(), action.policy, 0, action.value);
    }
    reading_.fail("missing-key", value.place(),
                  "an action must say what is done: cpus, nice, kill, policy, write, mkdir or "
                  "rmdir.");
    return false;
}

void NativeReader::action(Json value) {
    if (!reading_.want(value, JsonKind::object, "an action")) return;
    reading_.keys(value,
                  {"at", "task", "cpus", "nice", "kill", "policy", "priority", "write", "value",
                   "mkdir", "rmdir"},
                  "an action");
    ActionSpec action;
    action.place = value.place();
    Json at = Reading::member(value, "at");
    if (!at) return reading_.missing(value, "at", "an action");
    if (!reading_.time(at, "`at`", action.at_ns)) return;
    if (action_kind(value, action)) scenario_.actions.push_back(std::move(action));
}

void NativeReader::expectation(Json value) {
    if (!reading_.want(value, JsonKind::object, "an expectation")) return;
    reading_.keys(value, {"id", "metric", "op", "value", "tolerance", "points", "message"},
                  "an expectation");
    ExpectSpec expect;
    expect.place = value.place();
    auto with = [&](const char* key) { return Reading::member(value, key); };
    for (const char* key : {"metric", "op", "value"}) {
        if (!with(key)) return reading_.missing(value, key, "an expectation");
    }
    if (Json m = with("id")) reading_.string(m, "`id`", expect.id);
    reading_.string(with("metric"), "`metric`", expect.metric);
    reading_.scalar(with("value"), "`value`", expect.value);
    static const std::string_view ops[] = {"==", "!=", "<", "<=", ">", ">=", "within"};
    u32 op = 0;
    choice(with("op"), "`op`", ops, op);
    expect.op = std::string(ops[op]);
    if (Json m = with("tolerance")) reading_.scalar(m, "`tolerance`", expect.tolerance);
    if (expect.op == "within" && expect.tolerance.empty())
        reading_.missing(value, "tolerance", "an expectation `within`");
    if (Json m = with("points")) reading_.natural(m, 0, 1000, "`points`", expect.points);
    if (Json m = with("message")) reading_.string(m, "`message`", expect.message);
    scenario_.expects.push_back(std::move(expect));
}

void NativeReader::lesson_question(Json value, LessonStep& step) {
    auto with = [&](const char* key) { return Reading::member(value, key); };
    if (Json m = with("question")) reading_.string(m, "`question`", step.question);
    if (Json m = with("answer")) reading_.string(m, "`answer`", step.answer_metric);
    if (Json m = with("unit")) reading_.string(m, "`unit`", step.answer_unit);
    if (Json m = with("choices"); m && reading_.want(m, JsonKind::array, "`choices`")) {
        for (Json c = m.first(); c && !reading_.full(); c = c.next()) {
            std::string text;
            if (reading_.scalar(c, "a choice", text)) step.choices.push_back(std::move(text));
        }
    }
    if (!step.question.empty() && step.answer_metric.empty())
        reading_.missing(value, "answer", "a step with a question");
}

void NativeReader::lesson_step(Json value) {
    if (!reading_.want(value, JsonKind::object, "a step of the lesson")) return;
    reading_.keys(value,
                  {"title", "text", "at", "select", "question", "choices", "answer", "unit"},
                  "a step of the lesson");
    LessonStep step;
    step.place = value.place();
    auto with = [&](const char* key) { return Reading::member(value, key); };
    if (Json m = with("title")) reading_.string(m, "`title`", step.title);
    if (Json m = with("text")) {
        reading_.string(m, "`text`", step.text);
    } else {
        reading_.missing(value, "text", "a step of the lesson");
    }
    if (Json m = with("at")) reading_.time(m, "`at`", step.at_ns);
    if (Json m = with("select")) reading_.string(m, "`select`", step.select);
    lesson_question(value, step);
    scenario_.lesson.push_back(std::move(step));
}

void NativeReader::header(Json root) {
    auto with = [&](const char* key) { return Reading::member(root, key); };
    if (Json m = with("title")) reading_.string(m, "`title`", scenario_.title);
    if (Json m = with("question")) reading_.string(m, "`question`", scenario_.question);
    if (Json m = with("hint")) reading_.string(m, "`hint`", scenario_.hint);
    static const std::string_view kernels[] = {"6.1", "6.12"};
    static const std::string_view profiles[] = {"realistic", "ideal", "emulated"};
    static const std::string_view starts[] = {"native", "rt_app", "kload"};
    choice(with("kernel"), "`kernel`", kernels, scenario_.kernel);
    choice(with("profile"), "`profile`", profiles, scenario_.profile);
    choice(with("start"), "`start`", starts, scenario_.start);
    static const std::string_view images[] = {"standard", "none", "program"};
    choice(with("image"), "`image`", images, scenario_.process_image);
    static const std::string_view places[] = {"disk", "cached"};
    choice(with("files"), "`files`", places, scenario_.files_cached);
    machine(with("machine"));
    if (Json m = with("boot")) reading_.string(m, "`boot`", scenario_.boot);
    if (Json m = with("seed")) reading_.natural(m, u64{0}, ~u64{0}, "`seed`", scenario_.seed);
    if (Json m = with("first_tick"))
        reading_.time(m, "`first_tick`", scenario_.first_tick_ns);
    if (Json m = with("duration")) {
        reading_.time(m, "`duration`", scenario_.duration_ns);
        if (scenario_.duration_ns == 0)
            reading_.fail("out-of-range", m.place(), "`duration` must be more than 0.");
    }
    if (Json m = with("from")) {
        reading_.time(m, "`from`", scenario_.window_from_ns);
        if (scenario_.window_from_ns >= scenario_.duration_ns)
            reading_.fail("out-of-range", m.place(), "`from` must come before the `duration`.");
    }
    settings(with("sysctl"), "`sysctl`", scenario_.sysctl);
    settings(with("sched"), "`sched`", scenario_.sched);
    settings(with("costs"), "`costs`", scenario_.costs);
    cgroups(with("cgroups"));
}

void NativeReader::read(Json root) {
    reading_.keys(root,
                  {"$schema", "format", "title", "question", "hint", "kernel", "profile", "start",
                   "machine", "boot", "seed", "first_tick", "duration", "from", "files", "image",
                   "sysctl", "sched", "costs", "cgroups", "programs", "tasks", "actions",
                   "expect", "lesson"},
                  "the scenario");
    header(root);
    programs_.read_programs(Reading::member(root, "programs"));
    Json tasks = Reading::member(root, "tasks");
    if (!tasks) reading_.missing(root, "tasks", "the scenario");
    if (tasks && tasks.size() == 0)
        reading_.fail("no-tasks", tasks.place(), "there is no task to run.");
    each(tasks, "`tasks`", &NativeReader::task);
    each(Reading::member(root, "actions"), "`actions`", &NativeReader::action);
    each(Reading::member(root, "expect"), "`expect`", &NativeReader::expectation);
    each(Reading::member(root, "lesson"), "`lesson`", &NativeReader::lesson_step);
}

}  // namespace

void read_native(Reading& reading, Json root, Scenario& scenario) {
    NativeReader(reading, scenario).read(root);
}

}  // namespace rq
