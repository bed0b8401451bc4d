// Reads task_struct and its entities into rows.
#include "view/tasks.hpp"

#include "base/text.hpp"
#include "context.hpp"
#include "sched/class.hpp"

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

std::vector<Field> task_fields(const Context& c, const Cast& cast, TaskId id) {
    std::vector<Field> out;
    if (!c.w.tasks.alive(id)) return out;
    const task_struct& p = c.w.tasks[id];
    const sched_entity& se = c.w.se[p.se.raw];
    TaskRow row = task_row(c, cast, id);
    auto number = [](auto v) { return std::to_string(v); };
    out = {
        {"state", "__state", hex(p.__state) + "  " + row.state_words},
        {"state", "exit_state", hex(p.exit_state)},
        {"state", "exit_code", number(p.exit_code)},
        {"state", "flags", hex(p.flags)},
        {"state", "on_cpu", number(p.on_cpu)},
        {"state", "on_rq", number(p.on_rq)},
        {"identity", "pid", number(p.pid)},
        {"identity", "tgid", number(p.tgid)},
        {"identity", "comm", row.comm},
        {"identity", "start_time", ms3(p.start_time)},
        {"relationships", "real_parent", task_ref(c, p.real_parent)},
        {"relationships", "parent", task_ref(c, p.parent)},
        {"relationships", "group_leader", task_ref(c, p.group_leader)},
        {"relationships", "children", task_ref(c, p.children)},
        {"relationships", "sibling", task_ref(c, p.sibling_next)},
        {"scheduling", "policy", row.policy},
        {"scheduling", "prio", number(p.prio)},
        {"scheduling", "static_prio", number(p.static_prio)},
        {"scheduling", "normal_prio", number(p.normal_prio)},
        {"scheduling", "rt_priority", number(p.rt_priority)},
        {"scheduling", "cpu", number(p.cpu.raw)},
        {"scheduling", "nr_cpus_allowed", number(p.nr_cpus_allowed)},
        {"scheduling", "se.load.weight", number(se.weight)},
        {"scheduling", "se.vruntime", number(se.vruntime)},
        {"scheduling", "se.sum_exec_runtime", number(se.sum_exec_runtime)},
        {"scheduling", "se.exec_start", number(se.exec_start)},
        {"scheduling", "se.nr_migrations", number(se.nr_migrations)},
        {"scheduling", "nvcsw", number(p.nvcsw)},
        {"scheduling", "nivcsw", number(p.nivcsw)},
        {"scheduling", "sched_info.run_delay", number(p.run_delay)},
        {"scheduling", "sched_info.pcount", number(p.pcount)},
        {"scheduling", "timer_slack_ns", number(p.timer_slack_ns)},
        {"resources", "mm", hex(p.mm.raw)},
        {"resources", "active_mm", hex(p.active_mm.raw)},
        {"resources", "files", hex(p.files.raw)},
        {"resources", "fs", hex(p.fs.raw)},
        {"resources", "signal", hex(p.signal.raw)},
        {"resources", "sighand", hex(p.sighand.raw)},
        {"resources", "nsproxy", hex(p.nsproxy.raw)},
        {"resources", "cred", hex(p.cred.raw)},
        {"resources", "min_flt", number(p.min_flt)},
        {"resources", "maj_flt", number(p.maj_flt)},
    };
    if (c.w.g.kernel) {
        out.push_back({"scheduling", "se.deadline", number(se.deadline)});
        out.push_back({"scheduling", "se.slice", number(se.slice)});
        out.push_back({"scheduling", "se.vlag", number(se.vlag)});
    }
    return out;
}

}  // namespace rq::view
