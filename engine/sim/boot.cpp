// Boot: machine, settings, the tasks every system has, and the scenario's own, asleep until their
// start. Nothing has run yet when it is done; the first event is the first wakeup.
#include "sim/boot.hpp"

#include "base/fixed.hpp"
#include "base/limits.hpp"
#include "machine/topology.hpp"
#include "mm/frames.hpp"
#include "mm/image.hpp"
#include "sched/cpuset.hpp"
#include "sched/domains.hpp"
#include "base/text.hpp"
#include "sched/group.hpp"
#include "sched/policy.hpp"
#include "sched/settings.hpp"
#include "sched/syscalls.hpp"
#include "sim/cpu.hpp"
#include "sim/kernfs.hpp"
#include "sim/rig.hpp"
#include "sync/sources.hpp"
#include "sync/timer.hpp"
#include "task/fork.hpp"

#include <cstring>

namespace rq {

std::shared_ptr<Image> compile(const Scenario& scenario) {
    auto image = std::make_shared<Image>();
    image->scenario = scenario;
    intern_program_files(image->scenario);
    image->cost = cost_table(scenario.profile, scenario.kernel);
    // The recorded machine with several CPUs counts 4 ns an instruction instead of 1: what the
    // kernel does took three to four times as long there.
    if (scenario.profile == ProfileKind::emulated && scenario.machine.cpus() > 1)
        for (u64& ns : image->cost.ns) ns = ns * 7 / 2;
    for (const Setting& s : scenario.costs)
        for (u32 i = 0; i < static_cast<u32>(Cost::count_); ++i)
            if (s.key == cost_info(static_cast<Cost>(i)).name)
                parse_time(s.value, image->cost.ns[i]);
    image->program_begin = {0};
    image->program_end = {0};
    add_programs(*image, 0);
    return image;
}

void add_programs(Image& image, u32 first) {
    const auto& programs = image.scenario.programs;
    for (std::size_t i = first; i < programs.size(); ++i) {
        image.program_begin.push_back(image.ops.size());
        for (const Op& op : programs[i].ops) image.ops.push(op);
        image.program_end.push_back(image.ops.size());
    }
}

namespace {

constexpr u64 boot_ns = NSEC_PER_SEC;  // the machine has been up for a second at t0
constexpr u32 workload_first_pid = 1000;

Diagnostic refuse(const char* code, std::string message, const char* hint, Place place) {
    Diagnostic d;
    d.code = code;
    d.message = std::move(message);
    d.hint = hint;
    d.line = place.line;
    d.column = place.column;
    return d;
}

void set_globals(Context& c) {
    const Scenario& s = c.image.scenario;
    Globals& g = c.w.g;
    g.cpus = s.machine.cpus();
    g.nodes = s.machine.nodes;
    g.kernel = s.kernel == KernelVersion::v6_12;
    g.tick_ns = 4 * NSEC_PER_MSEC;  // HZ 250, as Debian builds it
    // 32,768 as the kernel boots with; more on large machines and for scenarios of many tasks.
    u64 wanted = 2000;
    for (const TaskSpec& t : s.tasks) wanted += t.instances;
    g.pid_max = 32768;
    if (g.cpus * 1024 > g.pid_max) g.pid_max = g.cpus * 1024;
    if (wanted > g.pid_max) g.pid_max = static_cast<u32>(wanted < 262'144 ? wanted : 262'144);
    g.t0 = boot_ns;
    g.bandwidth_phase = boot_ns;
    g.t0_boot = boot_ns;
    g.now = boot_ns;
    g.tick_origin = g.t0 + s.first_tick_ns;
    g.end_of_run = add_time(g.t0, s.duration_ns);
    for (u32 i = 0; i < static_cast<u32>(Stream::count_); ++i)
        g.random[i] = Prng::stream(s.seed, i);
}

void start_cpus(Context& c) {
    cpumask nohz_full = boot_cpus(c.w, c.image, "nohz_full=") |
                        boot_cpus(c.w, c.image, "isolcpus=", "nohz");
    Globals& g = c.w.g;
    for (u32 i = 0; i < g.cpus; ++i) {
        TaskCreate idle;
        std::string name = "swapper/";
        name += std::to_string(i);
        idle.comm = name;
        c.here = i;
        TaskId p = create_task(c, idle);
        init_idle(c, p, CpuId{i});
        rq& q = c.w.rqs[i];
        q.clock = q.clock_task = g.now;
        q.segment_start = g.now;
        q.segment = static_cast<u8>(Segment::idle);
        q.tick_stopped = 1;
        q.nohz_full = nohz_full.test(i);
        q.next_tick = g.tick_origin;
        while (q.next_tick >= g.now + g.tick_ns) q.next_tick -= g.tick_ns;
        while (q.next_tick < g.now) q.next_tick += g.tick_ns;
    }
    c.here = 0;
}

/// A task that sleeps until something wakes it, made by init or kthreadd.
TaskId make_sleeper(Context& c, TaskId parent, std::string_view name, bool kernel_thread) {
    TaskCreate what;
    what.parent = parent;
    what.comm = name;
    what.kernel_thread = kernel_thread;
    TaskId p = create_task(c, what);
    RQ_ASSERT(p);
    c.w.tasks[p].__state = kernel_thread ? TASK_IDLE : TASK_INTERRUPTIBLE;
    return p;
}

/// Processes may run on all CPUs but the isolated ones, unless they ask for those themselves.
void keep_off(Context& c, TaskId p, const cpumask& isolated) {
    cpumask housekeeping = c.w.cpumasks[0] & ~isolated;
    if (isolated.empty() || housekeeping.empty()) return;
    c.w.tasks[p].cpus_mask = intern_cpumask(c, housekeeping);
    c.w.tasks[p].nr_cpus_allowed = housekeeping.count();
}

void start_system_tasks(Context& c, const cpumask& isolated) {
    TaskId init = make_sleeper(c, {}, "systemd", false);
    c.w.g.init = init;
    keep_off(c, init, isolated);
    TaskId kthreadd = make_sleeper(c, {}, "kthreadd", true);
    c.w.tasks[kthreadd].__state = TASK_INTERRUPTIBLE;  // it is no worker: S, not I
    keep_off(c, kthreadd, isolated);
    for (u32 i = 0; i < c.w.g.cpus; ++i) {
        std::string name = "migration/" + std::to_string(i);
        c.here = i;
        TaskId p = make_sleeper(c, kthreadd, name, true);
        task_struct& t = c.w.tasks[p];
        cpumask only{};
        only.set(i);
        t.flags |= PF_NO_SETAFFINITY;
        t.cpus_mask = intern_cpumask(c, only);
        t.nr_cpus_allowed = 1;
        t.sched_class = static_cast<u8>(ClassIndex::stop);
        t.policy = SCHED_FIFO;
        t.rt_priority = 99;
        t.prio = t.normal_prio = 0;
        t.cpu = t.wake_cpu = CpuId{i};
        c.w.rqs[i].stop = p;
    }
    c.here = 0;
    if (c.w.g.last_pid < workload_first_pid - 1) c.w.g.last_pid = workload_first_pid - 1;
}

/// Puts a task that has not run yet to sleep with its queue's vruntime, so that all start even.
void sleep_until_start(Context& c, TaskId p, u64 at) {
    task_struct& t = c.w.tasks[p];
    t.__state = TASK_INTERRUPTIBLE;
    sched_entity& se = c.w.se[t.se.raw];
    se.vruntime = c.w.cfs_rqs[se.cfs_rq.raw].min_vruntime;
    TimerId timer = timer_create(c, TimerKind::rig, p.raw);
    timer_arm(c, timer, t.cpu, at, 0);
}

/// Tasks of one instant start on CPUs in turn, as fork balancing would spread them.
/// This is before its policy is set, so that a deadline task's bandwidth is booked where it is.
void place_at_boot(Context& c, TaskId p, const TaskSpec& spec, u32 index) {
    task_struct& t = c.w.tasks[p];
    cpumask allowed = c.w.cpumasks[t.cpus_mask];
    if (!spec.cpus.empty()) {
        allowed = cpumask{};
        for (u32 own : spec.cpus) allowed.set(own);
    }
    u32 cpu = allowed.next_wrap(index % c.w.g.cpus);
    t.cpu = t.wake_cpu = CpuId{cpu};
    set_task_rq(c, p, t.cpu);
}

}  // namespace

s32 apply_task_spec(Context& c, TaskId p, const TaskSpec& spec) {
    if (!spec.cpus.empty()) {
        cpumask mask{};
        for (u32 cpu : spec.cpus) mask.set(cpu);
        set_user_cpus_allowed(c, p, mask, mask);
    }
    if (!spec.cgroup.empty()) group_attach(c, p, group_find(c.w, spec.cgroup));
    bool realtime = spec.policy == Policy::fifo || spec.policy == Policy::rr ||
                    spec.policy == Policy::deadline;
    c.w.tasks[p].timer_slack_ns = realtime ? 0 : 50 * NSEC_PER_USEC;
    sched_attr attr{};
    attr.sched_policy = static_cast<u32>(spec.policy);
    attr.sched_nice = spec.nice;
    attr.sched_priority = spec.rt_priority;
    attr.sched_flags = spec.reset_on_fork ? SCHED_FLAG_RESET_ON_FORK : 0;
    attr.sched_runtime = spec.slice_ns;
    if (spec.policy == Policy::deadline) {
        attr.sched_runtime = spec.deadline.runtime_ns;
        attr.sched_deadline = spec.deadline.deadline_ns;
        attr.sched_period = spec.deadline.period_ns;
    }
    return sched_setattr(c, {}, p, attr);
}

namespace {

/// What the kernel's answer to the task's policy means, and what to do.
Diagnostic refuse_policy(const TaskSpec& spec, s32 error) {
    const char* hint = error == -EBUSY ? "The deadline tasks together ask for more than 95 % of "
                                         "the CPUs: lower a runtime."
                       : error == -EPERM ? "A deadline task must be allowed on every CPU: leave "
                                           "out its affinity."
                                         : "Runtime, deadline and period must be 1.024 us <= "
                                           "runtime <= deadline <= period.";
    std::string message = "task " + spec.name + ": sched_setattr fails with error ";
    append_s64(message, -error);
    return refuse("sched-setattr", std::move(message), hint, spec.place);
}

/// The control groups with what the scenario writes into their files, parents first.
Diagnostics start_groups(Context& c) {
    Diagnostics wrong;
    for (const CgroupSpec& spec : c.image.scenario.cgroups) {
        GroupId at = c.w.g.root_group;
        std::string_view path = spec.path;
        while (!path.empty()) {
            std::size_t slash = path.find('/');
            std::string_view name = path.substr(0, slash);
            path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
            if (name.empty()) continue;
            std::string whole = group_path(c.w, at);
            GroupId child = group_find(c.w, whole + "/" + std::string(name));
            at = child ? child : group_create(c, at, name);
        }
        for (const Setting& file : spec.files)
            if (s32 error = group_write(c, at, file.key, file.value)) {
                std::string message = spec.path + "/" + file.key + ": the kernel refuses \"" +
                                      file.value + "\" with error ";
                append_s64(message, -error);
                wrong.push_back(refuse("cgroup-file", std::move(message), "", file.place));
            }
    }
    return wrong;
}

Diagnostics start_workload(Context& c) {
    const Scenario& s = c.image.scenario;
    Diagnostics wrong;
    TaskId leader;
    u32 index = 0;
    std::vector<TaskId> made;
    for (const TaskSpec& spec : s.tasks) {
        for (u32 k = 0; k < spec.instances; ++k) {
            TaskCreate what;
            what.parent = !spec.process && leader ? leader : c.w.g.init;
            what.flags = !spec.process && leader ? thread_clone_flags : u64{SIGCHLD};
            what.program = spec.program + 1;
            std::string name = spec.name;
            if (spec.instances > 1) name += std::to_string(k);
            what.comm = name;
            what.anchor_ns = c.w.g.t0 + spec.start_ns;
            TaskId p = create_task(c, what);
            RQ_ASSERT(p);
            if (!spec.process && !leader) leader = p;
            made.push_back(p);
        }
    }
    // Policies come last: a deadline task makes no threads.
    for (const TaskSpec& spec : s.tasks) {
        for (u32 k = 0; k < spec.instances; ++k) {
            TaskId p = made[index];
            place_at_boot(c, p, spec, index++);
            if (s32 error = apply_task_spec(c, p, spec)) {
                wrong.push_back(refuse_policy(spec, error));
                return wrong;
            }
            sleep_until_start(c, p, c.w.g.t0 + spec.start_ns);
        }
    }
    return wrong;
}

Diagnostics check_supported(const Context& c) {
    Diagnostics wrong;
    const Scenario& s = c.image.scenario;
    u64 tasks = 0;
    for (const TaskSpec& t : s.tasks) tasks += t.instances;
    if (tasks > limits::initial_tasks)
        wrong.push_back(refuse("limit", "too many tasks: at most 131000", "", {}));
    return wrong;
}

/// Tunables as booted, then what the scenario writes into them, with the places of what is wrong.
Diagnostics apply_settings(Context& c) {
    World& w = c.w;
    Diagnostics wrong;
    auto apply = [&](const std::vector<Setting>& settings, auto write) {
        for (const Setting& s : settings)
            for (Diagnostic d : write(w, s.key, s.value)) {
                d.line = s.place.line;
                d.column = s.place.column;
                wrong.push_back(std::move(d));
            }
    };
    w.g.tune = default_tunables(w.g.kernel, w.g.cpus);
    apply(c.image.scenario.sysctl, set_sysctl);
    apply(c.image.scenario.sched, set_sched_debug);
    return wrong;
}

}  // namespace

Diagnostics boot_world(Context& c) {
    Diagnostics wrong = check_supported(c);
    if (!wrong.empty()) return wrong;
    set_globals(c);
    c.w.events.set_sources(source_count(c.w.g.cpus));
    Diagnostics settings = apply_settings(c);
    if (!settings.empty()) return settings;
    sched_init(c);
    topology_init(c, c.image.scenario.machine);
    memory_init(c, c.image.scenario.machine);
    c.w.g.disk_irq_cpu = interrupt_affinity(c.w, c.image, disk_interrupt).first();
    cpuset_init(c);
    cpumask isolated = boot_cpus(c.w, c.image, "isolcpus=", "domain");
    build_sched_domains(c, isolated);
    init_task_objects(c);
    start_cpus(c);
    start_system_tasks(c, isolated);
    wrong = start_groups(c);
    if (!wrong.empty()) return wrong;
    if (c.image.scenario.profile == ProfileKind::emulated && rig_knows(c.image.scenario))
        rig_start(c);
    else
        wrong = start_workload(c);
    arm_next_action(c);
    return wrong;
}

TaskId find_task(const World& w, const std::string& name) {
    TaskId found;
    w.tasks.for_each([&](TaskId id, const task_struct&) {
        if (!found && name == w.comms[id.slot()].text) found = id;
    });
    return found;
}

}  // namespace rq
