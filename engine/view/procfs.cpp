// The directory: which files there are, and who writes them.
#include "view/procfs.hpp"

#include "base/text.hpp"
#include "task/pid.hpp"
#include "view/costs.hpp"
#include "view/procfs_parts.hpp"
#include "view/sorting.hpp"

namespace rq::view {

namespace procfs {

namespace {

constexpr u64 NSEC_PER_TICK = 10'000'000;

/// user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice
void write_cpu_times(const u64 (&ns)[10], std::string& out) {
    for (u64 n : ns) {
        out += ' ';
        append_u64(out, n / NSEC_PER_TICK);
    }
    out += '\n';
}

void add_cpu_times(const rq& q, u64 now, u64 (&ns)[10]) {
    u64 by_kind[kinds] = {};
    add_time_by_kind(q, now, by_kind);
    u64 sum = 0;
    for (u32 k = 0; k < kinds; ++k) {
        sum += by_kind[k];
        switch (static_cast<Kind>(k)) {
        case Kind::idle: ns[3] += by_kind[k]; break;
        case Kind::irq: ns[5] += by_kind[k]; break;
        case Kind::user:
        case Kind::cache:
        case Kind::tlb:
        case Kind::remote: ns[0] += by_kind[k]; break;
        default: ns[2] += by_kind[k]; break;
        }
    }
    if (sum < now) ns[3] += now - sum;  // before boot there was nothing to do
}

}  // namespace

void write_system_stat(const Context& c, std::string& out) {
    u64 all[10] = {};
    std::string each;
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        u64 ns[10] = {};
        add_cpu_times(c.w.rqs[cpu], c.w.g.now, ns);
        for (u32 i = 0; i < 10; ++i) all[i] += ns[i];
        each += "cpu" + std::to_string(cpu);
        write_cpu_times(ns, each);
    }
    out += "cpu ";
    write_cpu_times(all, out);
    out += each;
    u32 running = 0;
    u32 blocked = 0;
    c.w.tasks.for_each([&](TaskId, const task_struct& p) {
        if (p.flags & PF_IDLE) return;
        if (p.on_rq || p.on_cpu) ++running;
        if (state_char(p) == 'D') ++blocked;
    });
    out += "ctxt " + std::to_string(c.w.g.nr_context_switches) + "\nbtime 0\nprocesses " +
           std::to_string(c.w.g.total_forks) + "\nprocs_running " + std::to_string(running) +
           "\nprocs_blocked " + std::to_string(blocked) + "\n";
}

void write_system_schedstat(const Context& c, std::string& out) {
    out += "version 15\ntimestamp " +
           std::to_string(c.w.g.jiffies_base + c.w.g.now / (c.w.g.tick_ns ? c.w.g.tick_ns : 1)) +
           "\n";
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        const rq& q = c.w.rqs[cpu];
        bool on = c.w.g.tune.schedstats != 0;
        out += "cpu" + std::to_string(cpu);
        for (u64 n : {on ? q.yld_count : 0, u64{0}, on ? q.sched_count : 0,
                      on ? q.sched_goidle : 0, on ? q.ttwu_count : 0, on ? q.ttwu_local : 0,
                      q.rq_cpu_time, q.run_delay, q.pcount}) {
            out += ' ';
            append_u64(out, n);
        }
        out += '\n';
    }
}

void write_uptime(const Context& c, std::string& out) {
    u64 idle = 0;
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        u64 ns[10] = {};
        add_cpu_times(c.w.rqs[cpu], c.w.g.now, ns);
        idle += ns[3];
    }
    auto seconds = [&](u64 ns) {
        append_u64(out, ns / NSEC_PER_SEC);
        out += '.';
        append_padded(out, ns % NSEC_PER_SEC / NSEC_PER_TICK, 2, '0');
    };
    seconds(c.w.g.now);
    out += ' ';
    seconds(idle);
    out += '\n';
}

void write_version(const Context& c, std::string& out) {
    out += std::string("Linux version ") + (c.w.g.kernel ? "6.12.0" : "6.1.0") +
           " (runqueue) #1 SMP PREEMPT_DYNAMIC\n";
}

}  // namespace procfs

namespace {

using namespace procfs;

using Writer = void (*)(const Context&, TaskId, std::string&);
struct TaskFile {
    std::string_view name;
    Writer group;   ///< in /proc/PID; null: not there
    Writer thread;  ///< in /proc/PID/task/TID
};

void write_comm(const Context& c, TaskId p, std::string& out) {
    out += c.w.comms[p.slot()].text;
    out += '\n';
}
/// The program's name stands for the command line; kernel threads and zombies have none.
void write_cmdline(const Context& c, TaskId p, std::string& out) {
    if (!c.w.tasks[p].mm) return;
    out += c.w.comms[p.slot()].text;
    out += '\0';
}
void write_oom_score_adj(const Context& c, TaskId p, std::string& out) {
    TaskId leader = c.w.tasks[p].group_leader;
    const task_struct& t = c.w.tasks[leader ? leader : p];
    out += std::to_string(t.signal ? c.w.signals[t.signal].oom_score_adj : 0) + "\n";
}
void write_timerslack(const Context& c, TaskId p, std::string& out) {
    out += std::to_string(c.w.tasks[p].timer_slack_ns) + "\n";
}
void write_personality(const Context&, TaskId, std::string& out) { out += "00000000\n"; }

constexpr TaskFile task_files[] = {
    {"cgroup", write_cgroup, write_cgroup},
    {"children", nullptr, write_children},
    {"cmdline", write_cmdline, write_cmdline},
    {"comm", write_comm, write_comm},
    {"limits", write_limits, write_limits},
    {"maps", write_maps, write_maps},
    {"numa_maps", write_numa_maps, write_numa_maps},
    {"oom_score_adj", write_oom_score_adj, write_oom_score_adj},
    {"personality", write_personality, write_personality},
    {"sched", write_sched, write_sched},
    {"schedstat", write_schedstat, write_schedstat},
    {"smaps", write_smaps, write_smaps},
    {"smaps_rollup", write_smaps_rollup, write_smaps_rollup},
    {"stat", [](const Context& c, TaskId p, std::string& out) {
         write_stat(c, p, Whole::group, out);
     },
     [](const Context& c, TaskId p, std::string& out) { write_stat(c, p, Whole::thread, out); }},
    {"statm", write_statm, write_statm},
    {"status", write_status, write_status},
    {"timerslack_ns", write_timerslack, nullptr},
};

struct SystemFile {
    std::string_view name;
    void (*write)(const Context&, std::string&);
};
constexpr SystemFile system_files[] = {
    {"schedstat", write_system_schedstat},
    {"stat", write_system_stat},
    {"uptime", write_uptime},
    {"version", write_version},
};

/// A number at the start of a path, which goes on behind it and a slash.
bool take_number(std::string_view& path, s32& number) {
    std::size_t i = 0;
    u64 n = 0;
    while (i < path.size() && i < 9 && path[i] >= '0' && path[i] <= '9')
        n = n * 10 + static_cast<u64>(path[i++] - '0');
    if (i == 0 || i >= path.size() || path[i] != '/') return false;
    number = static_cast<s32>(n);
    path.remove_prefix(i + 1);
    return true;
}

}  // namespace

bool proc_read(const Context& c, std::string_view path, std::string& text) {
    text.clear();
    for (const SystemFile& f : system_files) {
        if (path != f.name) continue;
        f.write(c, text);
        return true;
    }
    s32 pid = 0;
    if (!take_number(path, pid)) return false;
    TaskId p = find_task_by_pid(c, pid);
    if (!p || !c.w.tasks.alive(p)) return false;
    bool thread = path.substr(0, 5) == "task/";
    if (thread) {
        path.remove_prefix(5);
        s32 tid = 0;
        if (!take_number(path, tid)) return false;
        TaskId t = find_task_by_pid(c, tid);
        if (!t || !c.w.tasks.alive(t) || c.w.tasks[t].tgid != c.w.tasks[p].tgid) return false;
        p = t;
    }
    for (const TaskFile& f : task_files) {
        if (path != f.name) continue;
        Writer write = thread ? f.thread : f.group;
        if (!write) return false;
        write(c, p, text);
        return true;
    }
    return false;
}

const std::vector<std::string_view>& proc_task_files() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> v;
        for (const TaskFile& f : task_files)
            if (f.group) v.push_back(f.name);
        return v;
    }();
    return names;
}

const std::vector<std::string_view>& proc_system_files() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> v;
        for (const SystemFile& f : system_files) v.push_back(f.name);
        return v;
    }();
    return names;
}

std::vector<std::string> proc_files(const Context& c) {
    std::vector<std::string> all;
    for (const SystemFile& f : system_files) all.emplace_back(f.name);
    std::vector<TaskId> tasks;
    c.w.tasks.for_each([&](TaskId id, const task_struct& p) {
        if (p.pid > 0) tasks.push_back(id);
    });
    sort_stable(tasks, [&](TaskId a, TaskId b) { return c.w.tasks[a].pid < c.w.tasks[b].pid; });
    for (TaskId id : tasks) {
        const task_struct& p = c.w.tasks[id];
        std::string group = std::to_string(p.tgid) + "/";
        if (is_process(c, id))
            for (const TaskFile& f : task_files)
                if (f.group) all.push_back(group + std::string(f.name));
        std::string thread = group + "task/" + std::to_string(p.pid) + "/";
        for (const TaskFile& f : task_files)
            if (f.thread) all.push_back(thread + std::string(f.name));
    }
    return all;
}

}  // namespace rq::view
