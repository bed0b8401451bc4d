// Walks children and thread lists without recursion: a chain of forks may be long.
#include "view/process_tree.hpp"

#include "context.hpp"

namespace rq::view {

namespace {

struct Visit {
    TaskId id;
    u32 depth;
    u64 rails;
    bool last;
};

bool shown(const task_struct& p) { return !(p.flags & (PF_KTHREAD | PF_IDLE)); }

TreeRow row_of(const Context& c, const Cast& cast, const Visit& v) {
    const task_struct& p = c.w.tasks[v.id];
    TreeRow row;
    row.task = cast.index(v.id);
    row.pid = static_cast<u32>(p.pid);
    row.tgid = static_cast<u32>(p.tgid);
    if (c.w.tasks.alive(p.real_parent))
        row.ppid = static_cast<u32>(c.w.tasks[p.real_parent].tgid);
    row.name = row.task != no_task ? cast.name(row.task) : c.w.comms[v.id.slot()].text;
    row.state = state_of(p.__state | p.exit_state, p.on_cpu != 0);
    row.state_words = std::string(1, state_letter(row.state)) + " " + state_word(row.state);
    row.depth = v.depth;
    row.rails = v.rails;
    row.last = v.last;
    row.thread = p.pid != p.tgid;
    row.kernel = row.task == no_task || cast[row.task].role != Role::workload;
    row.exit_code = p.exit_code;
    if (c.w.signals.alive(p.signal)) {
        row.nr_threads = c.w.signals[p.signal].nr_threads;
        row.sid = static_cast<u32>(c.w.signals[p.signal].session);
    }
    return row;
}

/// The lines right below a task: the other threads of its group, then the children it forked.
std::vector<TaskId> below(const Context& c, TaskId id) {
    std::vector<TaskId> out;
    const task_struct& p = c.w.tasks[id];
    if (p.pid == p.tgid)
        for (TaskId t = p.thread_next; t && t != id; t = c.w.tasks[t].thread_next)
            out.push_back(t);
    for (TaskId child = p.children; child; child = c.w.tasks[child].sibling_next)
        if (shown(c.w.tasks[child])) out.push_back(child);
    return out;
}

}  // namespace

std::vector<TreeRow> process_tree(const Context& c, const Cast& cast, u32 most) {
    std::vector<TreeRow> rows;
    std::vector<Visit> todo;
    if (c.w.tasks.alive(c.w.g.init)) todo.push_back({c.w.g.init, 0, 0, true});
    while (!todo.empty() && rows.size() < most) {
        const Visit v = todo.back();
        todo.pop_back();
        rows.push_back(row_of(c, cast, v));
        const std::vector<TaskId> next = below(c, v.id);
        // The line beside this row goes on for its own later siblings, not for its children.
        u64 rails = v.rails;
        if (!v.last && v.depth < 64) rails |= u64{1} << v.depth;
        for (std::size_t i = next.size(); i-- > 0;)
            todo.push_back({next[i], v.depth + 1, rails, i + 1 == next.size()});
    }
    return rows;
}

std::string exit_words(s32 status) {
    const s32 signal = status & 0x7f;
    if (!signal) return "exit " + std::to_string(status >> 8 & 0xff);
    return "killed by " + std::to_string(signal) + (status & 0x80 ? ", core dumped" : "");
}

}  // namespace rq::view
