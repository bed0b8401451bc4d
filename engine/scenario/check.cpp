// Meaning, once the form is right: tasks, groups and CPUs that are named must exist, names must
// tell tasks apart, numbers must stay within limits.hpp.
#include "base/limits.hpp"
#include "base/text.hpp"
#include "scenario/readers.hpp"

#include <set>

namespace rq {

namespace {

/// The names of all tasks of a scenario, instances counted out.
class TaskNames {
   public:
    explicit TaskNames(const Scenario& scenario) {
        for (const TaskSpec& task : scenario.tasks) tasks_.emplace(task.name, task.instances);
    }
    bool has(std::string_view name) const {
        auto whole = tasks_.find(name);
        if (whole != tasks_.end() && whole->second == 1) return true;
        // name0 … : the digits at the end may be an instance, however many belong to the name.
        for (std::size_t cut = name.size(); cut > 0;) {
            char digit = name[--cut];
            if (digit < '0' || digit > '9' || name.size() - cut > 7) return false;
            if (digit == '0' && cut + 1 != name.size()) continue;
            auto base = tasks_.find(name.substr(0, cut));
            if (base == tasks_.end() || base->second <= 1) continue;
            u64 number = 0;
            for (char c : name.substr(cut)) number = number * 10 + static_cast<u64>(c - '0');
            if (number < base->second) return true;
        }
        return false;
    }
    std::vector<std::string_view> all() const {
        std::vector<std::string_view> out;
        for (const auto& task : tasks_) out.emplace_back(task.first);
        return out;
    }

   private:
    std::map<std::string, u32, std::less<>> tasks_;
};

bool good_group_path(std::string_view path) {
    u32 parts = 0;
    while (true) {
        std::size_t slash = path.find('/');
        std::string_view part = path.substr(0, slash);
        if (part.empty() || part == "." || part == ".." || part.size() > 255) return false;
        for (char c : part) {
            if (static_cast<u8>(c) < 0x20 || c == 0x7f) return false;
        }
        if (++parts > limits::depth) return false;
        if (slash == std::string_view::npos) return true;
        path.remove_prefix(slash + 1);
    }
}

using GroupPaths = std::set<std::string, std::less<>>;

GroupPaths check_groups(Reading& reading, const Scenario& scenario) {
    GroupPaths paths;
    for (const CgroupSpec& group : scenario.cgroups) {
        if (!good_group_path(group.path))
            reading.fail("bad-name", group.place,
                         "the path of a control group is names with single slashes between, not " +
                             quoted(group.path) + ".");
        else if (!paths.insert(group.path).second)
            reading.fail("duplicate-key", group.place,
                         "the control group " + quoted(group.path) + " is written twice.");
    }
    if (scenario.cgroups.size() > limits::groups)
        reading.fail("limit", scenario.cgroups[limits::groups].place,
                     "there are more than 1024 control groups.");
    return paths;
}

void check_group(Reading& reading, const GroupPaths& paths, std::string_view path, Place place) {
    if (path.empty() || path == "/" || paths.count(path)) return;
    std::vector<std::string_view> known(paths.begin(), paths.end());
    reading.fail("unknown-cgroup", place,
                 "there is no control group " + quoted(path) + " in `cgroups`.",
                 did_you_mean(path, known));
}

void check_tasks(Reading& reading, const Scenario& scenario, const GroupPaths& paths) {
    u64 count = 0;
    std::set<std::string_view> names;
    for (const TaskSpec& task : scenario.tasks) {
        if (scenario.start == StartStyle::native && !names.insert(task.name).second)
            reading.fail("duplicate-name", task.place,
                         "two tasks are called " + quoted(task.name) + ".",
                         "Use `instances` for several of a kind.");
        check_group(reading, paths, task.cgroup, task.place);
        count += task.instances;
        if (count > limits::initial_tasks) {
            reading.fail("limit", task.place, "the tasks are more than 131,000.");
            break;
        }
    }
    if (scenario.tasks.empty())
        reading.fail("no-tasks", Place{1, 1}, "there is no task to run.");
}

void check_task_name(Reading& reading, const TaskNames& names, std::string_view name,
                     Place place) {
    if (names.has(name)) return;
    reading.fail("unknown-task", place, "there is no task " + quoted(name) + ".",
                 did_you_mean(name, names.all()));
}

/// True for the name a fork or clone gives its children: "child", or "child3" of several.
bool names_a_child(const Scenario& scenario, std::string_view name) {
    std::string_view base = name;
    while (!base.empty() && base.back() >= '0' && base.back() <= '9') base.remove_suffix(1);
    for (const ProgramSpec& program : scenario.programs)
        for (const Op& op : program.ops) {
            bool fork = op.code == OpCode::fork;
            u32 given = fork ? op.name[0] : op.code == OpCode::clone ? op.name[1] : 0;
            const std::string& own = scenario.names[given];
            if (given && (own == name || own == base)) return true;
        }
    return false;
}

Place place_of(const ProgramSpec& program, std::size_t op) {
    return op < program.places.size() ? program.places[op] : Place{};
}

}  // namespace

void check_meaning(Reading& reading, const Scenario& scenario) {
    GroupPaths paths = check_groups(reading, scenario);
    check_tasks(reading, scenario, paths);
    TaskNames names(scenario);
    for (const ActionSpec& action : scenario.actions) {
        if (!action.task.empty())
            check_task_name(reading, names, action.task, action.place);
    }
    for (const LessonStep& step : scenario.lesson) {
        if (!step.select.empty() && !names_a_child(scenario, step.select))
            check_task_name(reading, names, step.select, step.place);
    }
    for (const ProgramSpec& program : scenario.programs) {
        for (std::size_t i = 0; i < program.ops.size() && !reading.full(); ++i) {
            const Op& op = program.ops[i];
            if (op.code == OpCode::setgroup)
                check_group(reading, paths, scenario.names[op.name[0]], place_of(program, i));
        }
    }
}

namespace {

bool known_boot_word(std::string_view key) {
    static constexpr const char* known[] = {"isolcpus", "nohz_full", "rcu_nocbs", "irqaffinity"};
    for (const char* k : known)
        if (key == k) return true;
    return false;
}

/// The CPU lists of the boot line; flags before them ("isolcpus=domain,2-3") are skipped.
void check_boot_line(Reading& reading, const Scenario& scenario) {
    std::string_view line = scenario.boot;
    while (!line.empty() && !reading.full()) {
        std::size_t space = line.find(' ');
        std::string_view word = line.substr(0, space);
        line = space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
        if (word.empty()) continue;
        std::size_t equals = word.find('=');
        std::string_view key = word.substr(0, equals);
        if (!known_boot_word(key)) continue;
        std::string_view list =
            equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
        while (!list.empty() && (list[0] < '0' || list[0] > '9')) {
            std::size_t comma = list.find(',');
            list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
        }
        std::vector<u32> cpus;
        if (!parse_cpu_list(list, cpus) || cpus.empty())
            reading.fail("bad-cpus", Place{}, quoted(word) + " names no CPUs.",
                         "Write for example isolcpus=2-3.");
        else if (cpus.back() >= scenario.machine.cpus())
            reading.fail("bad-cpus", Place{},
                         quoted(word) + ": there is no CPU " + std::to_string(cpus.back()) + ".");
    }
}

/// Every group has a queue on every CPU: their product is bounded, or a short text could ask for
/// gigabytes.
void check_group_queues(Reading& reading, const Scenario& scenario) {
    u64 queues = u64{scenario.cgroups.size()} * scenario.machine.cpus();
    if (queues <= limits::group_queues) return;
    reading.fail("limit", Place{},
                 std::to_string(scenario.cgroups.size()) + " control groups on " +
                     std::to_string(scenario.machine.cpus()) + " CPUs are more than " +
                     std::to_string(limits::group_queues) + " queues.",
                 "Use fewer groups or CPUs.");
}

}  // namespace

Diagnostics boot_line_notices(const Scenario& scenario) {
    Diagnostics notices;
    std::string_view line = scenario.boot;
    while (!line.empty()) {
        std::size_t space = line.find(' ');
        std::string_view word = line.substr(0, space);
        line = space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
        if (word.empty() || known_boot_word(word.substr(0, word.find('=')))) continue;
        Diagnostic d;
        d.code = "no-effect";
        d.message = "the boot line's " + quoted(word) + " has no effect here.";
        notices.push_back(std::move(d));
    }
    return notices;
}

Diagnostics check_machine(const Scenario& scenario) {
    Reading reading;
    check_boot_line(reading, scenario);
    check_group_queues(reading, scenario);
    const u32 cpus = scenario.machine.cpus();
    if (std::string why = machine_fault(scenario.machine); !why.empty())
        reading.fail("bad-machine", Place{}, why);
    auto affinity = [&](const std::vector<u32>& list, Place place) {
        if (list.empty() || list.back() < cpus) return;
        reading.fail("bad-cpus", place,
                     "there is no CPU " + std::to_string(list.back()) + ": the machine has " +
                         std::to_string(cpus) + (cpus == 1 ? " CPU." : " CPUs."));
    };
    for (const TaskSpec& task : scenario.tasks) affinity(task.cpus, task.place);
    for (const ActionSpec& action : scenario.actions) affinity(action.cpus, action.place);
    for (const ProgramSpec& program : scenario.programs) {
        for (std::size_t i = 0; i < program.ops.size() && !reading.full(); ++i) {
            std::vector<u32> list;
            if (program.ops[i].code != OpCode::setaffinity) continue;
            if (parse_cpu_list(scenario.names[program.ops[i].name[0]], list))
                affinity(list, place_of(program, i));
        }
    }
    return reading.errors;
}

Diagnostics check_operations(const Scenario& scenario, bool (*supported)(OpCode)) {
    Reading reading;
    for (const ProgramSpec& program : scenario.programs) {
        for (std::size_t i = 0; i < program.ops.size() && !reading.full(); ++i) {
            OpCode code = program.ops[i].code;
            if (supported(code)) continue;
            reading.fail("not-simulated", place_of(program, i),
                         "the operation `" + std::string(op_info(code).name) +
                             "` is not simulated yet.");
        }
    }
    return reading.errors;
}

}  // namespace rq
