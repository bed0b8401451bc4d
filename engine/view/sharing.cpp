// Collects a family and the objects behind its pointers.
#include "view/sharing.hpp"

#include "context.hpp"

#include <algorithm>

namespace rq::view {

namespace {

constexpr SharedWords words[] = {
    {"mm", "mm_struct", "mm_users", "CLONE_VM"},
    {"files", "files_struct", "count", "CLONE_FILES"},
    {"fs", "fs_struct", "users", "CLONE_FS"},
    {"sighand", "sighand_struct", "count", "CLONE_SIGHAND"},
    {"signal", "signal_struct", "sigcnt", "CLONE_THREAD"},
    {"nsproxy", "nsproxy", "count", ""},
    {"cred", "cred", "usage", ""},
};


struct Pointer {
    u32 id;
    u32 count;
};

Pointer pointer_of(const World& w, const task_struct& p, SharedKind kind) {
    switch (kind) {
    case SharedKind::mm:
        return {p.mm.raw, w.mms.alive(p.mm) ? w.mms[p.mm].mm_users : 0};
    case SharedKind::files:
        return {p.files.raw, w.files.alive(p.files) ? w.files[p.files].count : 0};
    case SharedKind::fs: return {p.fs.raw, w.fs.alive(p.fs) ? w.fs[p.fs].users : 0};
    case SharedKind::sighand:
        return {p.sighand.raw, w.sighands.alive(p.sighand) ? w.sighands[p.sighand].count : 0};
    case SharedKind::signal:
        return {p.signal.raw, w.signals.alive(p.signal) ? w.signals[p.signal].sigcnt : 0};
    case SharedKind::nsproxy:
        return {p.nsproxy.raw, w.nsproxies.alive(p.nsproxy) ? w.nsproxies[p.nsproxy].count : 0};
    case SharedKind::cred:
        return {p.cred.raw, w.creds.alive(p.cred) ? w.creds[p.cred].usage : 0};
    case SharedKind::count_: break;
    }
    return {0, 0};
}

/// The eldest of a task's line that still belongs to the scenario.
TaskId eldest(const Context& c, const Cast& cast, TaskId id) {
    // A thread's real_parent is its leader's.
    if (c.w.tasks.alive(c.w.tasks[id].group_leader)) id = c.w.tasks[id].group_leader;
    for (u32 steps = 0; steps < cast.count(); ++steps) {
        const TaskId parent = c.w.tasks[id].real_parent;
        if (!c.w.tasks.alive(parent)) return id;
        const u32 index = cast.index(parent);
        if (index == no_task || cast[index].role != Role::workload) return id;
        id = c.w.tasks[parent].group_leader ? c.w.tasks[parent].group_leader : parent;
        if (!c.w.tasks.alive(id)) return parent;
    }
    return id;
}

/// How near a relative is: itself, its threads, parent and children, everybody else.
u32 distance(const Context& c, TaskId of, TaskId to) {
    const task_struct& p = c.w.tasks[of];
    const task_struct& q = c.w.tasks[to];
    if (of == to) return 0;
    if (p.tgid == q.tgid) return 1;
    if (p.real_parent == to || q.real_parent == of) return 2;
    return 3;
}

}  // namespace

const SharedWords& shared_words(SharedKind kind) { return words[static_cast<u32>(kind)]; }

std::vector<u32> family(const Context& c, const Cast& cast, u32 task, u32 most, u32& left_out) {
    const bool chosen = task < cast.count() && c.w.tasks.alive(cast[task].id);
    std::vector<u32> out;
    left_out = 0;
    const TaskId root = chosen ? eldest(c, cast, cast[task].id) : TaskId{};
    for (u32 i = 0; i < cast.count(); ++i) {
        if (cast[i].role != Role::workload && i != task) continue;
        if (!c.w.tasks.alive(cast[i].id)) continue;
        if (!chosen || eldest(c, cast, cast[i].id) == root) out.push_back(i);
    }
    if (out.size() <= most) return out;
    left_out = static_cast<u32>(out.size()) - most;
    if (chosen)
        std::stable_sort(out.begin(), out.end(), [&](u32 a, u32 b) {
            return distance(c, cast[task].id, cast[a].id) < distance(c, cast[task].id, cast[b].id);
        });
    out.resize(most);
    std::stable_sort(out.begin(), out.end());
    return out;
}

Sharing sharing(const Context& c, const Cast& cast, u32 task, u32 most) {
    Sharing out;
    out.tasks = family(c, cast, task, most, out.left_out);
    for (u32 k = 0; k < static_cast<u32>(SharedKind::count_); ++k) {
        const SharedKind kind = static_cast<SharedKind>(k);
        const std::size_t first = out.objects.size();
        for (u32 i = 0; i < out.tasks.size(); ++i) {
            const Pointer p = pointer_of(c.w, c.w.tasks[cast[out.tasks[i]].id], kind);
            if (!p.id) continue;
            std::size_t at = first;
            while (at < out.objects.size() && out.objects[at].id != p.id) ++at;
            if (at == out.objects.size()) out.objects.push_back({kind, p.id, p.count, {}});
            out.objects[at].holders.push_back(i);
        }
    }
    return out;
}

}  // namespace rq::view
