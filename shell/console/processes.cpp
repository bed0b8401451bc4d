// How commands lead processes.
#include "console/processes.hpp"

namespace rq::console {

namespace {

constexpr u64 events_max = 5'000'000;      // of one wait: some seconds of the user's patience
constexpr s64 led_ns = 3'600'000'000'007;  // a length that no program's own `run` has
constexpr const char* led = "\"run 3600000000007ns\"";
constexpr std::size_t arguments_max = 4096;
constexpr const char* shell_rest = "{\"repeat\": -1, \"do\": [\"pause\"]}";
/// What the shell does when it starts; SIGTERM and SIGINT do not end an interactive one.
constexpr const char* shell_start =
    "\"setsid\", \"sigaction SIGTERM handle\", \"sigaction SIGINT handle\", "
    "\"sigaction SIGQUIT ignore\", \"open /dev/tty\", \"dup /dev/tty\", \"dup /dev/tty\", ";
/// Loading a program: its text and the C library's, heap, stack, and what the loader computes.
/// Linux: each program its own sizes; here: one size for all.
std::string startup(std::string_view name) {
    std::string text = "/usr/bin/" + std::string(name);
    std::string library = "/usr/lib/x86_64-linux-gnu/libc.so.6";
    std::string out;
    for (const std::string& op :
         {"map " + text + " 16 file", "map " + library + " 488 file", "read " + text + " 0-1",
          "read " + library + " 0-7", std::string("touch heap 0-3"), std::string("touch stack 0-2"),
          std::string("run 400us")})
        out += json_quoted(op) + ", ";
    return out;
}

/// The operation that replaces a process by the program of argv[0], which is called `name`. The
/// last words of a line that is too long are left out of what /proc shows.
std::string exec_operation(const std::string& name, const std::vector<std::string>& argv) {
    std::string line = "exec ";
    append_word(line, name);
    for (std::size_t i = 1; i < argv.size() && line.size() < arguments_max; ++i) {
        line += ' ';
        append_word(line, argv[i]);
    }
    return json_quoted(line);
}

}  // namespace

const char* Processes::led_operation() {
    return led;
}

std::string base_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

std::string json_quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<u8>(c) < 0x20)
            out += ' ';
        else
            out += c;
    }
    return out + "\"";
}

TaskId Processes::by_pid(s32 pid) const {
    const World& w = world();
    u32 at = static_cast<u32>(pid);
    return pid > 0 && at < w.pids.size() ? w.pids[at].task : TaskId{};
}

bool Processes::alive(TaskId p) const {
    return p && world().tasks.alive(p) && !world().tasks[p].exit_state &&
           !(world().tasks[p].flags & PF_EXITING);
}

bool Processes::resting(TaskId p) const {
    if (!alive(p)) return false;
    const exec_state& e = world().tasks[p].exec;
    const Op* op = current_op(session_.context(), p);
    if (!op) return false;
    if (op->code == OpCode::pause) return e.phase == PHASE_BLOCKED;
    return op->code == OpCode::run && op->n[0] == led_ns && e.phase == PHASE_WORK;
}

bool Processes::give(TaskId p, const std::string& text) {
    ActionSpec action;
    action.kind = ActionSpec::Kind::run_program;
    action.task_id = p.raw;
    action.text = text;
    if (!session_.act(action).empty() || session_.refused() != 0) return false;
    if (watch) watch();  // a call that ends within its first event is seen here only
    return true;
}

bool Processes::interrupt(TaskId p) {
    if (!alive(p)) return false;
    ActionSpec action;
    action.kind = ActionSpec::Kind::kill;
    action.task_id = p.raw;
    action.value = 2;  // SIGINT
    session_.act(action);
    session_.advance_until([&](const World&) { return !alive(p); }, events_max / 100);
    return false;
}

bool Processes::come_to_rest(TaskId p) {
    return session_.advance_until(
        [&](const World&) {
            if (watch) watch();
            return resting(p) || !alive(p);
        },
        events_max);
}

std::string Processes::rest_of(TaskId p) const {
    return p == shell_ ? shell_rest : led;
}

TaskId Processes::shell() {
    if (alive(shell_)) return shell_;
    ActionSpec action;
    action.kind = ActionSpec::Kind::spawn;
    action.task = "bash";
    action.text = std::string("{\"run\": [") + shell_start + shell_rest + "]}";
    u32 before = world().g.task_ordinal;
    if (!session_.act(action).empty()) return {};
    shell_ = {};
    world().tasks.for_each([&](TaskId id, const task_struct& t) {
        if (t.ordinal >= before) shell_ = id;
    });
    come_to_rest(shell_);
    return shell_;
}

void Processes::give_up_fork(TaskId parent, u32 first_ordinal) {
    if (alive(parent)) give(parent, "{\"run\": [" + rest_of(parent) + "]}");
    std::vector<TaskId> born;
    world().tasks.for_each([&](TaskId id, const task_struct& t) {
        if (t.ordinal >= first_ordinal && t.real_parent == parent) born.push_back(id);
    });
    for (TaskId child : born) {
        ActionSpec action;
        action.kind = ActionSpec::Kind::kill;
        action.task_id = child.raw;
        action.value = 9;
        session_.act(action);
    }
}

Child Processes::fork(TaskId parent, const std::vector<std::string>& argv,
                      std::string_view before) {
    if (!resting(parent)) return {};
    std::string ops(before);
    if (!ops.empty()) ops += ", ";
    const std::string name = base_name(argv[0]);
    std::string text = "{" + json_quoted(name) + ": [" + startup(name) + led +
                       "], \"run\": [{\"fork\": [" + ops + exec_operation(name, argv) + "]}, " +
                       rest_of(parent) + "]}";
    const u32 before_fork = world().g.task_ordinal;
    if (!give(parent, text)) return {{}, -EINVAL};
    if (!come_to_rest(parent)) {
        give_up_fork(parent, before_fork);
        return {{}, -EINTR};
    }
    if (!alive(parent)) return {};
    s64 pid = world().tasks[parent].exec.result;
    if (pid < 0) return {{}, static_cast<s32>(pid)};
    Child child{by_pid(static_cast<s32>(pid)), static_cast<s32>(pid)};
    if (child.id) come_to_rest(child.id);
    return child;
}

Child Processes::clone(TaskId parent, std::string_view flags) {
    if (!resting(parent)) return {};
    u32 before = world().g.task_ordinal;
    std::string text =
        "{\"run\": [{\"clone\": [{\"repeat\": -1, \"do\": [\"pause\"]}], \"flags\": " +
        json_quoted(flags) + "}, " + rest_of(parent) + "]}";
    if (!give(parent, text)) return {{}, -EINVAL};
    TaskId child;
    auto newest = [&](const World& w) {
        w.tasks.for_each([&](TaskId id, const task_struct& t) {
            bool related = t.real_parent == parent || t.tgid == w.tasks[parent].tgid ||
                           t.real_parent == w.tasks[parent].real_parent;
            if (t.ordinal >= before && related && id != parent) child = id;
        });
        return resting(parent) || (child && resting(child));
    };
    session_.advance_until(newest, events_max);
    if (child) {
        come_to_rest(child);
        return {child, world().tasks[child].pid};
    }
    if (!alive(parent)) return {};
    return {{}, static_cast<s32>(world().tasks[parent].exec.result)};
}

bool Processes::begin(TaskId p, std::string_view operation) {
    if (!resting(p)) return false;
    return give(p, "{\"run\": [" + json_quoted(operation) + ", " + rest_of(p) + "]}");
}

s64 Processes::call(TaskId p, std::string_view operation) {
    if (!resting(p)) return -ESRCH;
    if (!begin(p, operation)) return -EINVAL;
    if (!come_to_rest(p)) interrupt(p);
    return alive(p) ? world().tasks[p].exec.result : -EINTR;
}

void Processes::exec(TaskId p, const std::vector<std::string>& argv) {
    if (!resting(p)) return;
    const std::string name = base_name(argv[0]);
    std::string text = "{" + json_quoted(name) + ": [" + startup(name) + led + "], \"run\": [" +
                       exec_operation(name, argv) + "]}";
    if (give(p, text)) come_to_rest(p);
}

bool Processes::become(TaskId p, std::string_view operations, std::string& error,
                       std::string_view programs) {
    if (!resting(p)) return false;
    ActionSpec action;
    action.kind = ActionSpec::Kind::run_program;
    action.task_id = p.raw;
    action.text = "{";
    if (!programs.empty()) action.text += std::string(programs) + ", ";
    action.text += "\"run\": " + std::string(operations) + "}";
    Diagnostics errors = session_.act(action);
    if (!errors.empty())
        error = errors[0].message + (errors[0].hint.empty() ? "" : " ") + errors[0].hint;
    return errors.empty();
}

void Processes::finish(TaskId p, s32 status) {
    if (!resting(p)) return;
    if (give(p, "{\"run\": [\"exit_group " + std::to_string(status) + "\"]}")) until_exit(p);
}

bool Processes::until_exit(TaskId p) {
    bool there = session_.advance_until(
        [&](const World& w) {
            if (watch) watch();
            if (!p || !w.tasks.alive(p) || w.tasks[p].exit_state) return true;
            return (w.tasks[p].__state & (__TASK_STOPPED | __TASK_TRACED)) != 0;
        },
        events_max);
    return there || interrupt(p);
}

s64 Processes::wait(TaskId parent, s32 pid) {
    if (!resting(parent)) return -ESRCH;
    std::string op = "\"waitpid " + std::to_string(pid) + " WUNTRACED\"";
    if (!give(parent, "{\"run\": [" + op + ", " + rest_of(parent) + "]}")) return -EINVAL;
    if (!come_to_rest(parent)) {
        interrupt(by_pid(pid));
        come_to_rest(parent);
    }
    if (!alive(parent)) return -EINTR;
    const exec_state& e = world().tasks[parent].exec;
    return e.result < 0 ? e.result : e.wait_status;
}

}  // namespace rq::console
