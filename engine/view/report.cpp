// The fold behind the report. It walks the ledger once with the definitions of report.hpp.
#include "view/report.hpp"

#include "base/text.hpp"
#include "cost/table.hpp"
#include "sched/group.hpp"
#include "sim/simulation.hpp"
#include "view/costs.hpp"
#include "view/sorting.hpp"

namespace rq::view {

Distribution distribution(std::vector<u64>& values) {
    Distribution d;
    d.n = values.size();
    if (values.empty()) return d;
    sort_stable(values, [](u64 a, u64 b) { return a < b; });
    d.min = values.front();
    d.max = values.back();
    std::size_t middle = values.size() / 2;
    d.median = values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    u64 sum = 0;
    for (u64 v : values) sum += v;
    d.mean = (sum + d.n / 2) / d.n;
    d.p99 = values[(99 * values.size() + 99) / 100 - 1];
    return d;
}

namespace {

/// A merged slice that is not finished: kernel threads may sit in it.
struct OpenSlice {
    bool open = false;
    bool on_cpu = false;
    u64 start = 0;
    u64 had = 0;
    u64 since = 0;
};

struct Task {
    TaskReport out;
    std::vector<u64> raw, slices, latencies, waits;
    OpenSlice slice;
    u64 woken = NEVER;
    u64 preempted = NEVER;
};

struct Cpu {
    TaskId curr;
    u64 since = 0;
    u32 last_work = no_task;
    u64 switches = 0;
};

class ReportFold {
   public:
    ReportFold(const ReportStart& start, u64 t0, u64 from, u64 until)
        : cast_(start.cast), t0_(t0), from_(from), until_(until) {
        for (TaskId id : start.running) {
            cpus_.emplace_back();
            cpus_.back().curr = id;
            cpus_.back().since = start.time;
        }
        grow();
    }
    void take(const Record& r);
    void finish(u64 time);

    Cast cast_;
    std::vector<Task> tasks_;
    std::vector<Cpu> cpus_;
    u64 total_ = 0;
    u64 among_work_ = 0;
    u64 kernel_ns_ = 0;
    u64 rig_ns_ = 0;
    u64 idle_ns_ = 0;

   private:
    u64 t0_, from_, until_;

    bool inside(u64 time) const { return from_ <= time && time <= until_; }
    u64 clip(u64 a, u64 b) const {
        if (a < from_) a = from_;
        if (b > until_) b = until_;
        return b > a ? b - a : 0;
    }
    bool work(u32 task) const { return task != no_task && cast_[task].role == Role::workload; }
    void grow() {
        tasks_.resize(cast_.count());
        for (Task& t : tasks_) t.out.cpu_time_by_cpu_ns.resize(cpus_.size());
    }
    void book(u32 cpu, u64 time);
    void leave(u32 task, u32 cpu, u64 time, bool blocked);
    void come(u32 task, u32 cpu, u64 time);
    void end_slice(Task& t, u64 time) {
        if (t.slice.start >= from_ && inside(time)) t.slices.push_back(t.slice.had);
        t.slice.open = false;
    }
};

/// The stretch that ends now goes to whoever had the CPU.
void ReportFold::book(u32 cpu, u64 time) {
    Cpu& c = cpus_[cpu];
    u64 ns = clip(c.since, time);
    u32 task = cast_.index(c.curr);
    if (work(task)) {
        TaskReport& t = tasks_[task].out;
        t.cpu_time_ns += ns;
        t.cpu_time_by_cpu_ns[cpu] += ns;
        u64 since = c.since > t0_ ? c.since : t0_;
        if (time > since) t.cpu_time_since_start_ns += time - since;
    } else if (task == no_task) {
        idle_ns_ += ns;
    } else {
        (cast_[task].role == Role::rig ? rig_ns_ : kernel_ns_) += ns;
    }
}

void ReportFold::leave(u32 task, u32 cpu, u64 time, bool blocked) {
    Task& t = tasks_[task];
    if (inside(time)) {
        ++(blocked ? t.out.switches_voluntary : t.out.switches_involuntary);
        t.raw.push_back(time - cpus_[cpu].since);
    }
    if (t.slice.open) {
        t.slice.had += time - t.slice.since;
        t.slice.on_cpu = false;
        if (blocked) end_slice(t, time);
    }
    t.preempted = blocked ? NEVER : time;
}

void ReportFold::come(u32 task, u32 cpu, u64 time) {
    Task& t = tasks_[task];
    if (!t.out.ran && time + NSEC_PER_MSEC >= t0_) {
        t.out.ran = true;
        t.out.first_run_after_t0_ns = static_cast<s64>(time - t0_);
    }
    if (t.woken != NEVER) {
        if (inside(time)) t.latencies.push_back(time - t.woken);
    } else if (t.preempted != NEVER && inside(time)) {
        t.waits.push_back(time - t.preempted);
    }
    t.woken = t.preempted = NEVER;
    // Another task of the workload, or idle, ends the open slice of the one before.
    u32 before = cpus_[cpu].last_work;
    if (before != no_task && before != task && tasks_[before].slice.open &&
        !tasks_[before].slice.on_cpu)
        end_slice(tasks_[before], time);
    if (t.slice.open && before == task) {
        t.slice.since = time;
    } else {
        if (t.slice.open) end_slice(t, time);
        t.slice = OpenSlice{true, true, time, 0, time};
    }
    t.slice.on_cpu = true;
    if (inside(time) && before != task) ++among_work_;
    cpus_[cpu].last_work = task;
}

void ReportFold::take(const Record& r) {
    if (cast_.take(r)) grow();
    bool in = inside(r.time);
    switch (r.event) {
    case Ev::sched_switch: {
        u32 prev = cast_.index(r.task(0));
        u32 next = cast_.index(r.task(1));
        if (in) {
            ++total_;
            ++cpus_[r.cpu].switches;
        }
        book(r.cpu, r.time);
        u32 state = static_cast<u32>(r.arg[2]);
        bool blocked = state_of(state, false) != State::waiting && !shown_preempted(state);
        if (work(prev)) leave(prev, r.cpu, r.time, blocked);
        if (work(next)) {
            come(next, r.cpu, r.time);
        } else if (next == no_task) {
            if (in && cpus_[r.cpu].last_work != no_task) ++among_work_;
            cpus_[r.cpu].last_work = no_task;
        }
        cpus_[r.cpu].curr = r.task(1);
        cpus_[r.cpu].since = r.time;
        return;
    }
    case Ev::sched_wakeup:
    case Ev::sched_wakeup_new: {
        u32 task = cast_.index(r.task(0));
        if (!work(task)) return;
        tasks_[task].woken = r.time;
        if (in) ++tasks_[task].out.wakeups;
        return;
    }
    case Ev::sched_process_exit: {
        u32 task = cast_.index(r.task(0));
        if (!work(task)) return;
        tasks_[task].out.exited = true;
        tasks_[task].out.exit_after_t0_ns = static_cast<s64>(r.time - t0_);
        tasks_[task].out.exit_status = r.number(1);
        return;
    }
    case Ev::sched_migrate_task: {
        u32 task = cast_.index(r.task(0));
        if (work(task) && in) ++tasks_[task].out.migrations;
        return;
    }
    case Ev::page_fault: {
        u32 task = cast_.index(r.task(0));
        bool major = r.arg[1] & 8;  // see the kinds in mm/memory.cpp
        if (work(task) && in)
            ++(major ? tasks_[task].out.major_faults : tasks_[task].out.minor_faults);
        return;
    }
    case Ev::oom_kill:
        if (u32 task = cast_.index(r.task(0)); work(task)) tasks_[task].out.oom_killed = true;
        return;
    default:
        return;
    }
}

void ReportFold::finish(u64 time) {
    for (u32 cpu = 0; cpu < cpus_.size(); ++cpu) book(cpu, time);
    cast_.label();
    for (u32 i = 0; i < tasks_.size(); ++i) {
        Task& t = tasks_[i];
        t.out.index = i;
        t.out.name = cast_.name(i);
        t.out.slice = distribution(t.slices);
        t.out.slice_raw = distribution(t.raw);
        t.out.wakeup_latency = distribution(t.latencies);
        t.out.preempted_wait = distribution(t.waits);
    }
}

/// The control group the scenario puts a task of that name into.
std::string group_of(const Scenario& s, const std::string& comm) {
    for (const TaskSpec& spec : s.tasks) {
        if (spec.cgroup.empty()) continue;
        if (spec.instances == 1 && spec.name == comm) return spec.cgroup;
        if (spec.instances == 1 || comm.compare(0, spec.name.size(), spec.name) != 0) continue;
        std::string number = comm.substr(spec.name.size());
        bool digits = !number.empty();
        for (char ch : number) digits = digits && ch >= '0' && ch <= '9';
        if (digits) return spec.cgroup;
    }
    return "";
}

/// The numbers of cpu.stat, as reading the file gives them.
void add_cpu_stat(GroupReport& out, const Context& c, GroupId id) {
    std::string text;
    if (!group_read(c, id, "cpu.stat", text)) return;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = text.find('\n', at);
        if (end == std::string::npos) end = text.size();
        std::size_t blank = text.find(' ', at);
        if (blank != std::string::npos && blank < end) {
            u64 n = 0;
            for (std::size_t i = blank + 1; i < end && text[i] >= '0' && text[i] <= '9'; ++i)
                n = n * 10 + static_cast<u64>(text[i] - '0');
            out.cpu_stat.emplace_back(text.substr(at, blank - at), n);
        }
        at = end + 1;
    }
}

/// CPU time of groups: that of their tasks and of the groups below.
void add_groups(RunReport& out, Simulation& sim) {
    const Scenario& s = sim.image().scenario;
    auto find = [&](const std::string& path) -> GroupReport& {
        for (GroupReport& g : out.groups)
            if (g.path == path) return g;
        out.groups.emplace_back();
        out.groups.back().path = path;
        return out.groups.back();
    };
    for (const CgroupSpec& spec : s.cgroups) find(spec.path);
    for (const TaskReport& t : out.tasks) {
        for (std::string path = t.cgroup; !path.empty();) {
            find(path).cpu_time_ns += t.cpu_time_ns;
            std::size_t slash = path.rfind('/');
            path = slash == std::string::npos ? "" : path.substr(0, slash);
        }
    }
    Context c = sim.context();
    for (GroupReport& group : out.groups)
        if (GroupId id = group_find(c.w, group.path)) add_cpu_stat(group, c, id);
}

std::string stop_sentence(const World& w) {
    switch (static_cast<LimitHit>(w.g.limit_hit)) {
    case LimitHit::none: break;
    case LimitHit::tasks: return "the limit of tasks was reached";
    case LimitHit::no_progress: return "the tasks make no progress at one instant";
    case LimitHit::trace_full: return "the trace is full";
    case LimitHit::time: return "the end of time was reached";
    case LimitHit::frames: return "the limit of page frames was reached";
    case LimitHit::panic:
        return "Kernel panic - not syncing: System is deadlocked on memory";
    }
    return "";
}

}  // namespace

ReportStart report_start(const Simulation& simulation) {
    ReportStart start;
    const World& w = simulation.world();
    start.cast.begin(w);
    start.time = w.g.now;
    for (u32 cpu = 0; cpu < w.g.cpus; ++cpu) start.running.push_back(w.rqs[cpu].curr);
    w.tasks.for_each([&](TaskId id, const task_struct& p) {
        KnownTask k;
        k.id = id;
        k.idle = (p.flags & PF_IDLE) != 0;
        k.pid = k.idle ? 0 : static_cast<u32>(p.pid);
        k.tgid = k.idle ? 0 : static_cast<u32>(p.tgid);
        k.prio = k.idle ? DEFAULT_PRIO : p.prio;
        k.comm = w.comms[id.slot()].text;
        for (u32 cpu = 0; cpu < w.g.cpus; ++cpu)
            if (w.rqs[cpu].curr == id) k.cpu = cpu;
        start.known.push_back(std::move(k));
    });
    return start;
}

RunReport report(Simulation& sim, const ReportStart& start, u64 from_ns, u64 until_ns) {
    const World& w = sim.world();
    const Scenario& s = sim.image().scenario;
    u64 t0 = sim.t0();
    ReportFold fold(start, t0, t0 + from_ns, t0 + until_ns);
    Record r;
    PreemptionFold preemptions(fold.cast_, t0 + from_ns, t0 + until_ns);
    for (Trace::Reader reader = sim.trace().read(0); reader.next(r);) {
        fold.take(r);
        preemptions.take(r);
    }
    fold.finish(sim.now());

    RunReport out;
    out.title = s.title;
    out.kernel = s.kernel == KernelVersion::v6_12 ? "6.12" : "6.1";
    out.profile = s.profile == ProfileKind::emulated ? "emulated"
                  : s.profile == ProfileKind::ideal  ? "ideal"
                                                     : "realistic";
    out.cpus = w.g.cpus;
    out.hz = static_cast<u32>(NSEC_PER_SEC / (w.g.tick_ns ? w.g.tick_ns : NSEC_PER_SEC));
    out.from_t0_ns = from_ns;
    out.length_ns = until_ns - from_ns;
    out.first_tick_ns = s.first_tick_ns;
    out.context_switches_total = fold.total_;
    out.context_switches_workload_only = fold.among_work_;
    for (const Cpu& cpu : fold.cpus_) out.context_switches_by_cpu.push_back(cpu.switches);
    out.kernel_threads_ns = fold.kernel_ns_;
    out.rig_ns = fold.rig_ns_;
    out.idle_ns = fold.idle_ns_;
    for (Task& t : fold.tasks_) {
        if (fold.cast_[t.out.index].role != Role::workload) continue;
        t.out.cgroup = group_of(s, fold.cast_[t.out.index].comm);
        out.tasks.push_back(std::move(t.out));
    }
    for (const PreemptionRow& row : preemptions.rows())
        out.preemptions.push_back(
            {row, fold.cast_.name(row.task),
             row.by == no_task ? std::string() : fold.cast_.name(row.by)});
    add_groups(out, sim);
    for (const CostRow& row : costs(sim.context()).rows) out.costs.emplace_back(row.name, row.ns);
    out.events = sim.events();
    out.records = sim.trace().records();
    out.trace_bytes = sim.trace().bytes();
    out.hash = sim.hash();
    out.stopped = stop_sentence(w);
    return out;
}

}  // namespace rq::view
