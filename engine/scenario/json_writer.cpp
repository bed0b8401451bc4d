// Writes format runqueue/1 in its canonical form: keys in one order, defaults left out, what fits
// on a line on one line. The same scenario gives the same bytes, and they read back as it.
#include "base/limits.hpp"
#include "base/text.hpp"
#include "scenario/program_builder.hpp"
#include "scenario/units.hpp"

#include <algorithm>

namespace rq {

namespace {

constexpr std::size_t columns = 96;

/// A value as it will be written: `text` alone, or brackets around other values.
struct Node {
    std::string text;
    char open = 0;                  // '[' or '{', 0 = text
    std::vector<std::string> keys;  // of an object, one for each value
    std::vector<Node> values;

    static Node array() {
        Node node;
        node.open = '[';
        return node;
    }
    static Node object() {
        Node node;
        node.open = '{';
        return node;
    }
    void add(Node value) { values.push_back(std::move(value)); }
    void add(std::string key, Node value) {
        keys.push_back(std::move(key));
        values.push_back(std::move(value));
    }
};

Node string_node(std::string_view text) {
    Node node;
    append_json_string(node.text, text);
    return node;
}

Node u64_node(u64 value) {
    Node node;
    append_u64(node.text, value);
    return node;
}

Node s64_node(s64 value) {
    Node node;
    append_s64(node.text, value);
    return node;
}

Node time_node(u64 ns) { return string_node(format_time(ns)); }

/// Digits, perhaps with a sign and a fraction, that any JSON reader takes back unchanged.
bool plain_number(std::string_view text) {
    std::size_t i = !text.empty() && text[0] == '-';
    if (text.size() > 18 || i == text.size() || text == "-0") return false;
    auto digits = [&] {
        std::size_t from = i;
        while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
        return i - from;
    };
    std::size_t first = i;
    std::size_t whole = digits();
    if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
    if (i == text.size()) return true;
    if (text[i++] != '.') return false;
    return digits() > 0 && i == text.size();
}

Node scalar_node(std::string_view text) {
    if (!plain_number(text)) return string_node(text);
    Node node;
    node.text = std::string(text);
    return node;
}

class Writer {
   public:
    explicit Writer(const Scenario& scenario) : s_(scenario) {}
    std::string run();

   private:
    void header(Node& root);
    void machine(Node& root);
    Node task(const TaskSpec& task);
    void task_sched(Node& out, const TaskSpec& task);
    Node action(const ActionSpec& action);
    Node expectation(const ExpectSpec& expect);
    Node lesson_step(const LessonStep& step);
    void count_uses();
    const std::string& name_of(u32 index);
    Node program(u32 index, u32 depth);
    Node body(const ProgramSpec& program, u32 from, u32 to, u32 depth);
    Node child(const Op& op, u32 depth);
    Node programs();
    Node settings(const std::vector<Setting>& list);
    template <class T, class Make>
    void list(Node& root, const char* key, const std::vector<T>& from, Make make) {
        if (from.empty()) return;
        Node array = Node::array();
        for (const T& element : from) array.add((this->*make)(element));
        root.add(key, std::move(array));
    }

    const Scenario& s_;
    std::vector<u32> uses_;             // of each program
    std::map<u32, std::string> named_;  // programs that are written under "programs"
    std::vector<u32> unwritten_;        // those of them whose bodies are still to be made
};

/// The program that an operation refers to is its argument.
bool has_program(const Op& op) {
    if (op.code == OpCode::clone) return op.present >> 1 & 1;
    return (op.code == OpCode::fork || op.code == OpCode::vfork) && (op.present & 1);
}

bool opens_block(OpCode code) {
    return code == OpCode::loop_begin || code == OpCode::if_child || code == OpCode::if_parent;
}

/// Blocks within blocks of a program.
u32 nesting(const ProgramSpec& p) {
    std::vector<u32> ends;
    std::size_t deepest = 0;
    for (u32 pc = 0; pc < p.ops.size(); ++pc) {
        while (!ends.empty() && ends.back() <= pc) ends.pop_back();
        if (opens_block(p.ops[pc].code)) ends.push_back(p.ops[pc].block);
        deepest = std::max(deepest, ends.size());
    }
    return static_cast<u32>(deepest);
}

void compact(std::string& out, const Node& node) {
    if (!node.open) {
        out += node.text;
        return;
    }
    out += node.open;
    for (std::size_t i = 0; i < node.values.size(); ++i) {
        if (i) out += ", ";
        if (node.open == '{') {
            append_json_string(out, node.keys[i]);
            out += ": ";
        }
        compact(out, node.values[i]);
    }
    out += node.open == '{' ? '}' : ']';
}

void write(std::string& out, const Node& node, std::size_t indent, std::size_t used, bool top) {
    if (!top) {
        std::string line;
        compact(line, node);
        if (!node.open || node.values.empty() || indent + used + line.size() <= columns) {
            out += line;
            return;
        }
    }
    out += node.open;
    for (std::size_t i = 0; i < node.values.size(); ++i) {
        out += i ? ",\n" : "\n";
        out.append(indent + 2, ' ');
        std::string label;
        if (node.open == '{') {
            append_json_string(label, node.keys[i]);
            label += ": ";
        }
        out += label;
        write(out, node.values[i], indent + 2, label.size(), false);
    }
    out += '\n';
    out.append(indent, ' ');
    out += node.open == '{' ? '}' : ']';
}

void text_member(Node& out, const char* key, const std::string& text) {
    if (!text.empty()) out.add(key, string_node(text));
}

Node Writer::settings(const std::vector<Setting>& list) {
    Node out = Node::object();
    for (const Setting& setting : list) out.add(setting.key, scalar_node(setting.value));
    return out;
}

void Writer::machine(Node& root) {
    const MachineSpec& m = s_.machine;
    const MachineSpec standard;
    auto same = [](const MachineSpec& a, const MachineSpec& b) {
        return a.name == b.name && a.sockets == b.sockets && a.cores == b.cores &&
               a.threads == b.threads && a.nodes == b.nodes && a.distance == b.distance &&
               a.memory_bytes_per_node == b.memory_bytes_per_node;
    };
    if (same(m, standard)) return;
    for (const MachineSpec& known : named_machines()) {
        if (same(m, known)) return root.add("machine", string_node(m.name));
    }
    Node out = Node::object();
    text_member(out, "name", m.name);
    if (m.sockets != 1) out.add("sockets", u64_node(m.sockets));
    if (m.cores != 1) out.add("cores", u64_node(m.cores));
    if (m.threads != 1) out.add("threads", u64_node(m.threads));
    if (m.nodes != 1) out.add("nodes", u64_node(m.nodes));
    if (m.distance != standard.distance) out.add("distance", u64_node(m.distance));
    if (m.memory_bytes_per_node != standard.memory_bytes_per_node)
        out.add("memory", string_node(format_bytes(m.memory_bytes_per_node)));
    root.add("machine", std::move(out));
}

void Writer::header(Node& root) {
    const Scenario standard;
    root.add("format", string_node("runqueue/1"));
    text_member(root, "title", s_.title);
    text_member(root, "question", s_.question);
    text_member(root, "hint", s_.hint);
    if (s_.kernel != standard.kernel) root.add("kernel", string_node("6.12"));
    if (s_.profile != standard.profile)
        root.add("profile",
                 string_node(s_.profile == ProfileKind::ideal ? "ideal" : "emulated"));
    if (s_.start != standard.start)
        root.add("start", string_node(s_.start == StartStyle::kload ? "kload" : "rt_app"));
    machine(root);
    if (s_.process_image != standard.process_image)
        root.add("image", string_node(s_.process_image == ProcessImage::none ? "none" : "program"));
    if (s_.files_cached) root.add("files", string_node("cached"));
    text_member(root, "boot", s_.boot);
    if (s_.seed != standard.seed) root.add("seed", u64_node(s_.seed));
    if (s_.first_tick_ns != standard.first_tick_ns)
        root.add("first_tick", time_node(s_.first_tick_ns));
    root.add("duration", time_node(s_.duration_ns));
    if (s_.window_from_ns) root.add("from", time_node(s_.window_from_ns));
    if (!s_.sysctl.empty()) root.add("sysctl", settings(s_.sysctl));
    if (!s_.sched.empty()) root.add("sched", settings(s_.sched));
    if (!s_.costs.empty()) root.add("costs", settings(s_.costs));
    if (!s_.cgroups.empty()) {
        Node groups = Node::object();
        for (const CgroupSpec& g : s_.cgroups) groups.add(g.path, settings(g.files));
        root.add("cgroups", std::move(groups));
    }
}

void Writer::count_uses() {
    uses_.assign(s_.programs.size(), 0);
    for (const TaskSpec& task : s_.tasks) ++uses_[task.program];
    for (u32 i = 0; i < s_.programs.size(); ++i) {
        if (!s_.programs[i].name.empty()) {
            named_[i] = s_.programs[i].name;
            unwritten_.push_back(i);
        }
        for (const Op& op : s_.programs[i].ops) {
            if (has_program(op)) ++uses_[op.block];
        }
    }
}

/// A program that has no name of its own gets one here.
const std::string& Writer::name_of(u32 index) {
    std::string& name = named_[index];
    if (!name.empty()) return name;
    name = "program";
    append_u64(name, index);
    auto taken = [&](const ProgramSpec& p) { return p.name == name; };
    while (std::any_of(s_.programs.begin(), s_.programs.end(), taken)) name += '_';
    unwritten_.push_back(index);
    return name;
}

/// The name of a program, or the list itself where it is used once and not nested too deep to be
/// read back; `depth` counts the brackets around it.
Node Writer::program(u32 index, u32 depth) {
    const ProgramSpec& p = s_.programs[index];
    bool inline_it = p.name.empty() && uses_[index] == 1 && !named_.count(index) &&
                     depth + 1 + 2 * nesting(p) <= limits::depth;
    if (!inline_it) return string_node(name_of(index));
    return body(p, 0, static_cast<u32>(p.ops.size()), depth);
}

Node Writer::programs() {
    std::map<u32, Node> bodies;
    while (!unwritten_.empty()) {
        u32 index = unwritten_.back();
        unwritten_.pop_back();
        const ProgramSpec& p = s_.programs[index];
        bodies[index] = body(p, 0, static_cast<u32>(p.ops.size()), 2);
    }
    Node out = Node::object();
    for (auto& [index, list] : bodies) out.add(named_[index], std::move(list));
    return out;
}

Node Writer::child(const Op& op, u32 depth) {
    const bool clone = op.code == OpCode::clone;
    Node out = Node::object();
    out.add(op_info(op.code).name, program(op.block, depth + 2));
    if (clone) out.add("flags", string_node(s_.names[op.name[0]]));
    if (op.code == OpCode::fork && (op.present >> 1 & 1)) out.add("count", s64_node(op.n[0]));
    const std::string& name = s_.names[op.name[clone]];
    if (op.present >> 2 & 1) text_member(out, "name", name);
    return out;
}

Node Writer::body(const ProgramSpec& p, u32 from, u32 to, u32 depth) {
    Node out = Node::array();
    for (u32 pc = from; pc < to; ++pc) {
        const Op& op = p.ops[pc];
        if (op.code == OpCode::loop_begin) {
            Node loop = Node::object();
            loop.add("repeat", s64_node(op.n[0]));
            loop.add("do", body(p, pc + 1, op.block, depth + 2));
            out.add(std::move(loop));
            pc = op.block;
        } else if (op.code == OpCode::if_child || op.code == OpCode::if_parent) {
            Node block = Node::object();
            block.add(op.code == OpCode::if_child ? "if child" : "if parent",
                      body(p, pc + 1, op.block, depth + 2));
            out.add(std::move(block));
            pc = op.block - 1;
        } else if (has_program(op)) {
            out.add(child(op, depth));
        } else {
            out.add(string_node(op_command(s_, op)));
        }
    }
    return out;
}

void Writer::task_sched(Node& out, const TaskSpec& task) {
    if (task.policy != Policy::normal)
        out.add("policy", string_node(policy_name(task.policy)));
    if (task.nice) out.add("nice", s64_node(task.nice));
    if (task.rt_priority) out.add("priority", u64_node(task.rt_priority));
    if (task.policy == Policy::deadline) {
        Node d = Node::object();
        d.add("runtime", time_node(task.deadline.runtime_ns));
        d.add("deadline", time_node(task.deadline.deadline_ns));
        d.add("period", time_node(task.deadline.period_ns));
        out.add("deadline", std::move(d));
    }
    if (task.slice_ns) out.add("slice", time_node(task.slice_ns));
}

Node Writer::task(const TaskSpec& task) {
    Node out = Node::object();
    Node yes;
    yes.text = "true";
    out.add("name", string_node(task.name));
    if (task.instances != 1) out.add("instances", u64_node(task.instances));
    task_sched(out, task);
    if (task.reset_on_fork) out.add("reset_on_fork", yes);
    if (!task.cpus.empty()) out.add("cpus", string_node(format_cpu_list(task.cpus)));
    text_member(out, "cgroup", task.cgroup);
    if (task.start_ns) out.add("start", time_node(task.start_ns));
    if (task.uid) out.add("uid", u64_node(task.uid));
    if (task.working_set_bytes)
        out.add("working_set", string_node(format_bytes(task.working_set_bytes)));
    if (!task.process) out.add("thread", yes);
    out.add("program", program(task.program, 3));
    return out;
}

Node Writer::action(const ActionSpec& action) {
    using Kind = ActionSpec::Kind;
    Node out = Node::object();
    out.add("at", time_node(action.at_ns));
    if (!action.task.empty()) out.add("task", string_node(action.task));
    switch (action.kind) {
        case Kind::setaffinity: out.add("cpus", string_node(format_cpu_list(action.cpus))); break;
        case Kind::renice: out.add("nice", s64_node(action.value)); break;
        case Kind::kill: out.add("kill", s64_node(action.value)); break;
        case Kind::setscheduler:
            out.add("policy", string_node(policy_name(action.policy)));
            if (action.value) out.add("priority", s64_node(action.value));
            break;
        case Kind::write_file:
            out.add("write", string_node(action.path));
            out.add("value", scalar_node(action.text));
            break;
        case Kind::make_folder: out.add("mkdir", string_node(action.path)); break;
        case Kind::remove_folder: out.add("rmdir", string_node(action.path)); break;
        case Kind::spawn:
        case Kind::run_program: break;  // users' actions stand in the log of a run only
    }
    return out;
}

Node Writer::expectation(const ExpectSpec& expect) {
    Node out = Node::object();
    text_member(out, "id", expect.id);
    out.add("metric", string_node(expect.metric));
    out.add("op", string_node(expect.op));
    out.add("value", scalar_node(expect.value));
    if (!expect.tolerance.empty()) out.add("tolerance", scalar_node(expect.tolerance));
    if (expect.points != 1) out.add("points", u64_node(expect.points));
    text_member(out, "message", expect.message);
    return out;
}

Node Writer::lesson_step(const LessonStep& step) {
    Node out = Node::object();
    text_member(out, "title", step.title);
    out.add("text", string_node(step.text));
    if (step.at_ns != NEVER) out.add("at", time_node(step.at_ns));
    text_member(out, "select", step.select);
    text_member(out, "question", step.question);
    if (!step.choices.empty()) {
        Node choices = Node::array();
        for (const std::string& choice : step.choices) choices.add(scalar_node(choice));
        out.add("choices", std::move(choices));
    }
    text_member(out, "answer", step.answer_metric);
    text_member(out, "unit", step.answer_unit);
    return out;
}

std::string Writer::run() {
    Node root = Node::object();
    header(root);
    count_uses();
    Node tasks = Node::array();
    for (const TaskSpec& t : s_.tasks) tasks.add(task(t));
    Node named = programs();
    if (!named.values.empty()) root.add("programs", std::move(named));
    root.add("tasks", std::move(tasks));
    list(root, "actions", s_.actions, &Writer::action);
    list(root, "expect", s_.expects, &Writer::expectation);
    list(root, "lesson", s_.lesson, &Writer::lesson_step);
    std::string out;
    write(out, root, 0, 0, true);
    out += '\n';
    return out;
}

}  // namespace

std::string write_scenario(const Scenario& scenario) { return Writer(scenario).run(); }

}  // namespace rq
