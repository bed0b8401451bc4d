// Reads task_struct and its entities into rows.
#include "view/tasks.hpp"

#include "base/text.hpp"
#include "context.hpp"
#include "sched/class.hpp"
#include "sched/group.hpp"
#include "view/procfs_parts.hpp"

namespace rq::view {

namespace {

std::string hex(u64 value) {
    std::string out = "0x";
    append_hex(out, value);
    return out;
}

std::string task_ref(const Context& c, TaskId id) {
    if (!id || !c.w.tasks.alive(id)) return "none";
    return std::string(c.w.comms[id.slot()].text) + " (" + std::to_string(c.w.tasks[id].pid) + ")";
}

/// Time on the CPU that the kernel will book at its next look.
u64 unbooked(const Context& c, const task_struct& p, u64 now) {
    if (!p.on_cpu || (p.flags & PF_IDLE)) return 0;
    u64 start = c.w.se[p.se.raw].exec_start;
    if (now < c.w.g.now) now = c.w.g.now;
    return now > start ? now - start : 0;
}

}  // namespace

TaskRow task_row(const Context& c, const Cast& cast, TaskId id, u64 now) {
    TaskRow row;
    row.id = id;
    row.index = cast.index(id);
    if (row.index != no_task) {
        const Member& m = cast[row.index];
        row.pid = m.pid;
        row.comm = m.comm;
        row.label = m.label;
        row.role = m.role;
    }
    if (!c.w.tasks.alive(id)) {
        row.state_words = "X dead";
        return row;
    }
    const task_struct& p = c.w.tasks[id];
    const sched_entity& se = c.w.se[p.se.raw];
    row.alive = true;
    row.pid = static_cast<u32>(p.pid);
    row.comm = c.w.comms[id.slot()].text;
    if (row.label.empty()) row.label = row.comm;
    if (p.flags & PF_IDLE) row.role = Role::idle;
    if (p.real_parent && c.w.tasks.alive(p.real_parent))
        row.ppid = static_cast<u32>(c.w.tasks[p.real_parent].tgid);
    row.state = state_of(p.__state | p.exit_state, p.on_cpu != 0);
    row.letter = state_letter(row.state);
    row.state_words = std::string(1, row.letter) + " " + state_word(row.state);
    row.policy = policy_name(static_cast<Policy>(p.policy));
    row.nice = p.static_prio - DEFAULT_PRIO;
    row.rt_priority = p.rt_priority;
    row.prio = p.prio;
    Policy policy = static_cast<Policy>(p.policy);
    if (policy == Policy::fifo || policy == Policy::rr)
        row.priority = "rt " + std::to_string(p.rt_priority);
    else if (policy == Policy::deadline)
        row.priority = "deadline";
    else
        row.priority = "nice " + std::to_string(row.nice);
    row.vruntime = se.vruntime;
    bool dl = p.dl && policy == Policy::deadline;
    row.deadline = dl ? c.w.dl_entities[p.dl].deadline : se.deadline;
    row.sum_exec_runtime = se.sum_exec_runtime + unbooked(c, p, now);
    row.nvcsw = p.nvcsw;
    row.nivcsw = p.nivcsw;
    row.run_delay = p.run_delay;
    row.pcount = p.pcount;
    row.cpu = p.cpu.raw;
    row.on_cpu = p.on_cpu != 0;
    return row;
}

std::vector<TaskRow> task_rows(const Context& c, const Cast& cast, bool all, u64 now) {
    std::vector<TaskRow> rows;
    for (const Member& m : cast.members()) {
        if (!all && m.role != Role::workload) continue;
        if (c.w.tasks.alive(m.id)) rows.push_back(task_row(c, cast, m.id, now));
    }
    if (all)
        for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu)
            if (c.w.rqs[cpu].idle) rows.push_back(task_row(c, cast, c.w.rqs[cpu].idle, now));
    return rows;
}

namespace {

/// A set of signals by their numbers, as kill -l counts them.
std::string signals(u64 set) {
    if (!set) return "none";
    std::string out;
    for (u32 i = 0; i < 64; ++i)
        if (set >> i & 1) out += (out.empty() ? "" : ", ") + std::to_string(i + 1);
    return out;
}

/// The flags that are set, by name.
std::string flag_names(u32 flags) {
    struct Name {
        u32 bit;
        const char* text;
    };
    constexpr Name names[] = {
        {PF_IDLE, "PF_IDLE"}, {PF_EXITING, "PF_EXITING"}, {PF_WQ_WORKER, "PF_WQ_WORKER"},
        {PF_FORKNOEXEC, "PF_FORKNOEXEC"}, {PF_SUPERPRIV, "PF_SUPERPRIV"},
        {PF_SIGNALED, "PF_SIGNALED"}, {PF_KTHREAD, "PF_KTHREAD"},
        {PF_NO_SETAFFINITY, "PF_NO_SETAFFINITY"}};
    std::string out = hex(flags);
    for (const Name& n : names)
        if (flags & n.bit) out += std::string(" ") + n.text;
    return out;
}

/// An object's handle with its count of references.
std::string counted(u32 id, u32 count) {
    return id ? hex(id) + ", " + std::to_string(count) + (count == 1 ? " user" : " users")
              : "none";
}

std::string cpu_set(const Context& c, const task_struct& p) {
    return p.cpus_mask ? procfs::cpu_list(c, p.cpus_mask)
           : c.w.g.cpus == 1 ? "0" : "0-" + std::to_string(c.w.g.cpus - 1);
}

using Fields = std::vector<Field>;

template <class Number>
std::string number(Number v) {
    return std::to_string(v);
}

void add_state(const task_struct& p, const TaskRow& row, Fields& out) {
    out.push_back({"state", "__state", hex(p.__state) + "  " + row.state_words});
    out.push_back({"state", "exit_state", hex(p.exit_state)});
    out.push_back({"state", "exit_code", hex(static_cast<u32>(p.exit_code))});
    out.push_back({"state", "exit_signal", number(p.exit_signal)});
    out.push_back({"state", "flags", flag_names(p.flags)});
    out.push_back({"state", "on_cpu", number(p.on_cpu)});
    out.push_back({"state", "on_rq", number(p.on_rq)});
}

void add_identity(const Context& c, const task_struct& p, const TaskRow& row, Fields& out) {
    out.push_back({"identity", "pid", number(p.pid)});
    out.push_back({"identity", "tgid", number(p.tgid)});
    out.push_back({"identity", "comm", row.comm});
    out.push_back({"identity", "start_time", ms3(p.start_time)});
    if (!c.w.signals.alive(p.signal)) return;
    out.push_back({"identity", "signal->pgrp", number(c.w.signals[p.signal].pgrp)});
    out.push_back({"identity", "signal->session", number(c.w.signals[p.signal].session)});
}

void add_relationships(const Context& c, const task_struct& p, Fields& out) {
    out.push_back({"relationships", "real_parent", task_ref(c, p.real_parent)});
    out.push_back({"relationships", "parent", task_ref(c, p.parent)});
    out.push_back({"relationships", "group_leader", task_ref(c, p.group_leader)});
    out.push_back({"relationships", "children", task_ref(c, p.children)});
    out.push_back({"relationships", "sibling", task_ref(c, p.sibling_next)});
    if (c.w.signals.alive(p.signal))
        out.push_back({"relationships", "signal->nr_threads",
                       number(c.w.signals[p.signal].nr_threads)});
}

void add_scheduling(const Context& c, const task_struct& p, const TaskRow& row, Fields& out) {
    out.push_back({"scheduling", "policy", row.policy});
    out.push_back({"scheduling", "prio", number(p.prio)});
    out.push_back({"scheduling", "static_prio", number(p.static_prio)});
    out.push_back({"scheduling", "normal_prio", number(p.normal_prio)});
    out.push_back({"scheduling", "rt_priority", number(p.rt_priority)});
    out.push_back({"scheduling", "cpu", number(p.cpu.raw)});
    out.push_back({"scheduling", "cpus_mask", cpu_set(c, p)});
    if (p.user_cpus_mask)
        out.push_back({"scheduling", "user_cpus_ptr", procfs::cpu_list(c, p.user_cpus_mask)});
    out.push_back({"scheduling", "nr_cpus_allowed", number(p.nr_cpus_allowed)});
    out.push_back({"scheduling", "sched_task_group", group_path(c.w, p.sched_task_group)});
}

void add_fair(const Context& c, const sched_entity& se, Fields& out) {
    out.push_back({"se", "se.load.weight", number(se.weight)});
    out.push_back({"se", "se.vruntime", number(se.vruntime)});
    out.push_back({"se", "se.sum_exec_runtime", number(se.sum_exec_runtime)});
    out.push_back({"se", "se.exec_start", number(se.exec_start)});
    out.push_back({"se", "se.on_rq", number(se.on_rq)});
    out.push_back({"se", "se.nr_migrations", number(se.nr_migrations)});
    if (!c.w.g.kernel) return;
    out.push_back({"se", "se.deadline", number(se.deadline)});
    out.push_back({"se", "se.slice", number(se.slice)});
    out.push_back({"se", "se.vlag", number(se.vlag)});
    out.push_back({"se", "se.sched_delayed", number(se.sched_delayed)});
}

void add_real_time(const Context& c, const task_struct& p, Fields& out) {
    out.push_back({"rt", "rt.time_slice", number(p.rt_time_slice_ticks) + " ticks"});
    out.push_back({"rt", "rt.on_rq", number(p.rt_on_rq)});
    if (!p.dl) return;
    const sched_dl_entity& dl = c.w.dl_entities[p.dl];
    out.push_back({"dl", "dl.dl_runtime", number(dl.dl_runtime)});
    out.push_back({"dl", "dl.dl_deadline", number(dl.dl_deadline)});
    out.push_back({"dl", "dl.dl_period", number(dl.dl_period)});
    out.push_back({"dl", "dl.runtime", number(dl.runtime)});
    out.push_back({"dl", "dl.deadline", number(dl.deadline)});
    out.push_back({"dl", "dl.dl_throttled", number(dl.dl_throttled)});
}

void add_resources(const Context& c, const task_struct& p, Fields& out) {
    const World& w = c.w;
    auto put = [&](const char* name, u32 id, u32 count) {
        out.push_back({"resources", name, counted(id, count)});
    };
    put("mm", p.mm.raw, w.mms.alive(p.mm) ? w.mms[p.mm].mm_users : 0);
    out.push_back({"resources", "active_mm", p.active_mm ? hex(p.active_mm.raw) : "none"});
    put("files", p.files.raw, w.files.alive(p.files) ? w.files[p.files].count : 0);
    put("fs", p.fs.raw, w.fs.alive(p.fs) ? w.fs[p.fs].users : 0);
    put("signal", p.signal.raw, w.signals.alive(p.signal) ? w.signals[p.signal].sigcnt : 0);
    put("sighand", p.sighand.raw, w.sighands.alive(p.sighand) ? w.sighands[p.sighand].count : 0);
    put("nsproxy", p.nsproxy.raw, w.nsproxies.alive(p.nsproxy) ? w.nsproxies[p.nsproxy].count : 0);
    put("cred", p.cred.raw, w.creds.alive(p.cred) ? w.creds[p.cred].usage : 0);
}

void add_signals(const Context& c, const task_struct& p, Fields& out) {
    out.push_back({"signals", "blocked", signals(p.blocked)});
    out.push_back({"signals", "pending", signals(p.pending)});
    if (c.w.signals.alive(p.signal))
        out.push_back({"signals", "signal->shared_pending",
                       signals(c.w.signals[p.signal].shared_pending)});
}

void add_accounting(const task_struct& p, Fields& out) {
    out.push_back({"accounting", "utime", ms3(p.utime_ns)});
    out.push_back({"accounting", "stime", ms3(p.stime_ns)});
    out.push_back({"accounting", "nvcsw", number(p.nvcsw)});
    out.push_back({"accounting", "nivcsw", number(p.nivcsw)});
    out.push_back({"accounting", "min_flt", number(p.min_flt)});
    out.push_back({"accounting", "maj_flt", number(p.maj_flt)});
    out.push_back({"accounting", "sched_info.run_delay", number(p.run_delay)});
    out.push_back({"accounting", "sched_info.pcount", number(p.pcount)});
    out.push_back({"accounting", "timer_slack_ns", number(p.timer_slack_ns)});
}

}  // namespace

std::vector<Field> task_fields(const Context& c, const Cast& cast, TaskId id) {
    std::vector<Field> out;
    if (!c.w.tasks.alive(id)) return out;
    const task_struct& p = c.w.tasks[id];
    const TaskRow row = task_row(c, cast, id);
    add_state(p, row, out);
    add_identity(c, p, row, out);
    add_relationships(c, p, out);
    add_scheduling(c, p, row, out);
    add_fair(c, c.w.se[p.se.raw], out);
    add_real_time(c, p, out);
    add_resources(c, p, out);
    add_signals(c, p, out);
    add_accounting(p, out);
    return out;
}

}  // namespace rq::view
