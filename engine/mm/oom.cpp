// Choosing a victim, killing it, taking its memory.
#include "mm/oom.hpp"

#include "context.hpp"
#include "mm/frames.hpp"
#include "mm/memcg.hpp"
#include "mm/mempolicy.hpp"
#include "mm/memory.hpp"
#include "sched/cpuset.hpp"
#include "sync/timer.hpp"
#include "task/signal.hpp"
#include "task/uapi.hpp"

namespace rq {

namespace {

constexpr u64 OOM_REAPER_DELAY = 2 * NSEC_PER_SEC;
constexpr u64 CAP_SYS_RESOURCE = 24;

/// find_lock_task_mm(): the leader may have ended while other threads still use the memory.
MmId process_mm(const Context& c, TaskId p) {
    for (TaskId t = c.w.tasks[p].group_leader; t; t = c.w.tasks[t].thread_next)
        if (c.w.tasks[t].mm) return c.w.tasks[t].mm;
    return {};
}

bool is_global_init(const Context& c, TaskId p) {
    return c.w.tasks[p].group_leader == c.w.tasks[c.w.g.init].group_leader;
}

u64 rss_pages(const mm_struct& mm) { return u64{mm.rss_anon} + mm.rss_file + mm.rss_shmem; }

/// in_vfork(): its death would free nothing, the memory is its parent's.
bool in_vfork(const Context& c, TaskId p, MmId mm) {
    const task_struct& t = c.w.tasks[p];
    return t.vfork_parent && t.real_parent && c.w.tasks[t.real_parent].mm == mm;
}

template <class F>
void for_each_process(const Context& c, F f) {
    for (u32 slot = 1; slot < c.w.tasks.slot_end(); ++slot) {
        if (!c.w.tasks.live_slot(slot)) continue;
        TaskId p = c.w.tasks.id_of_slot(slot);
        if (c.w.tasks[p].signal && c.w.tasks[p].group_leader == p) f(p);
    }
}

struct Choice {
    TaskId victim;
    s64 points = OOM_UNKILLABLE;
    bool wait = false;  // an earlier victim still holds its memory
};

/// Whose death can help: of a group's tasks, unless that is null; of those that may use nodes that
/// are short (oom_cpuset_eligible).
struct Domain {
    GroupId within;
    u64 nodes = ~u64{0};
    bool bound = false;  // the nodes are those of a policy, not of a cpuset

    bool holds(const World& w, TaskId p) const {
        if (within) return memcg_within(w, w.tasks[p].sched_task_group, within);
        for (TaskId t = p; t; t = w.tasks[t].thread_next) {
            u64 its = bound ? bound_nodes(w, t) : cpuset_current_mems_allowed(w, t);
            if ((its & nodes) || (bound && !its)) return true;
        }
        return false;
    }
};

/// The nodes that are short for a task, and why it has no others (constrained_alloc).
Domain domain_of(const World& w, TaskId p) {
    const u64 mems = cpuset_current_mems_allowed(w, p);
    if (u64 bound = bound_nodes(w, p); bound && bound != node_online_map(w))
        return {{}, bound & mems ? bound & mems : mems, true};
    return {{}, mems, false};
}

u64 pages_of_nodes(const World& w, u64 nodes) {
    u64 pages = 0;
    for (u32 n = 0; n < w.memory_nodes.size(); ++n)
        if (nodes >> n & 1) pages += w.memory_nodes[n].present_pages;
    return pages;
}

/// select_bad_process(): the most points; of equal ones the youngest.
Choice select_bad_process(const Context& c, const Domain& domain, u64 totalpages) {
    Choice best;
    for_each_process(c, [&](TaskId p) {
        MmId mm = process_mm(c, p);
        if (!mm || best.wait) return;
        if (!domain.holds(c.w, p)) return;
        u32 flags = c.w.mms[mm].flags;
        if ((flags & MMF_OOM_VICTIM) && !(flags & MMF_OOM_SKIP)) {
            best.wait = true;
            return;
        }
        s64 points = oom_badness(c, p, totalpages);
        if (points == OOM_UNKILLABLE || points < best.points) return;
        bool older = best.victim && points == best.points &&
                     c.w.tasks[p].ordinal < c.w.tasks[best.victim].ordinal;
        if (older) return;
        best.victim = p;
        best.points = points;
    });
    return best;
}

/// mark_oom_victim(), queue_oom_reaper().
void mark_victim(Context& c, MmId mm) {
    c.w.mms[mm].flags |= MMF_OOM_VICTIM;
    if (c.w.mms[mm].oom_reaper_timer) return;
    TimerId timer = timer_create(c, TimerKind::oom_reaper, mm.raw);
    c.w.mms[mm].oom_reaper_timer = timer;
    timer_arm(c, timer, CpuId{c.here}, c.w.g.now + OOM_REAPER_DELAY, 0);
}

/// Its memory will be free without any help (task_will_free_mem).
bool is_dying(const Context& c, TaskId p) {
    return c.w.tasks[p].mm && (c.w.signals[c.w.tasks[p].signal].flags & SIGNAL_GROUP_EXIT);
}

void oom_kill_process(Context& c, TaskId by, const Choice& chosen, u64 totalpages) {
    TaskId victim = chosen.victim;
    MmId mm = process_mm(c, victim);
    if (is_dying(c, victim)) return mark_victim(c, mm);
    const mm_struct& m = c.w.mms[mm];
    s32 adj = c.w.signals[c.w.tasks[victim].signal].oom_score_adj;
    because(c, Rule::oom_badness, chosen.points, rss_pages(m),
            mm_pgtables_bytes(c, mm) >> PAGE_SHIFT, adj, totalpages);
    emit(c, Ev::oom_kill, c.here, victim, by, rss_pages(m), Rule::oom_badness, m.total_vm,
         chosen.points);
    ++c.w.g.oom_kills;
    memcg_count_oom_kill(c, c.w.tasks[victim].sched_task_group);
    mark_victim(c, mm);
    send_signal(c, victim, SIGKILL, true, {}, true);
    for_each_process(c, [&](TaskId p) {
        if (p == victim || process_mm(c, p) != mm || is_global_init(c, p)) return;
        send_signal(c, p, SIGKILL, true, {}, true);
    });
}

}  // namespace

s64 oom_badness(const Context& c, TaskId p, u64 totalpages) {
    const task_struct& t = c.w.tasks[p];
    if (!t.signal || (t.flags & PF_KTHREAD) || is_global_init(c, p)) return OOM_UNKILLABLE;
    MmId mm = process_mm(c, p);
    if (!mm || (c.w.mms[mm].flags & MMF_OOM_SKIP) || in_vfork(c, p, mm)) return OOM_UNKILLABLE;
    s64 adj = c.w.signals[t.signal].oom_score_adj;
    if (adj == OOM_SCORE_ADJ_MIN) return OOM_UNKILLABLE;
    u64 pages = rss_pages(c.w.mms[mm]) + (mm_pgtables_bytes(c, mm) >> PAGE_SHIFT);
    return static_cast<s64>(pages) + adj * static_cast<s64>(totalpages / 1000);
}

u32 proc_oom_score(const Context& c, TaskId p) {
    u64 total = totalram_pages(c.w);
    s64 badness = oom_badness(c, p, total);
    if (badness == OOM_UNKILLABLE) return 0;
    return static_cast<u32>((1000 + badness * 1000 / static_cast<s64>(total)) * 2 / 3);
}

bool out_of_memory(Context& c, TaskId p) {
    if (is_dying(c, p)) {
        mark_victim(c, c.w.tasks[p].mm);
        return true;
    }
    if (GroupId group = memcg_at_limit(c, p)) {
        memcg_out_of_memory(c, p, group);
        return true;
    }
    const Domain domain = domain_of(c.w, p);
    const u64 total = pages_of_nodes(c.w, domain.nodes);
    Choice chosen = select_bad_process(c, domain, total);
    if (chosen.wait) return true;
    if (!chosen.victim) return false;
    oom_kill_process(c, p, chosen, total);
    return true;
}

void memcg_out_of_memory(Context& c, TaskId by, GroupId group) {
    u64 total = c.w.groups[group].memory_max;
    if (!total) total = 1;
    Choice chosen = select_bad_process(c, {group}, total);
    if (chosen.victim && !chosen.wait) oom_kill_process(c, by, chosen, total);
}

void oom_reap(Context& c, MmId mm) {
    if (!c.w.mms.alive(mm)) return;
    for (VmaId at = c.w.mms[mm].mmap; at; at = c.w.vmas[at].vm_next)
        if (!(c.w.vmas[at].vm_flags & VM_SHARED)) zap_ptes(c, at, 0, ~0u);
    c.w.mms[mm].flags |= MMF_OOM_SKIP;
}

s32 set_oom_score_adj(Context& c, TaskId by, TaskId p, s64 value) {
    if (value < OOM_SCORE_ADJ_MIN || value > OOM_SCORE_ADJ_MAX) return -EINVAL;
    s32 adj = static_cast<s32>(value);
    CredId cred = by ? c.w.tasks[by].cred : CredId{};
    bool capable = !cred || (c.w.creds[cred].cap_effective >> CAP_SYS_RESOURCE & 1);
    signal_struct& s = c.w.signals[c.w.tasks[p].signal];
    if (adj < s.oom_score_adj_min && !capable) return -EACCES;
    MmId mm = process_mm(c, p);
    for_each_process(c, [&](TaskId other) {
        bool same = c.w.tasks[other].signal == c.w.tasks[p].signal;
        bool shares = mm && process_mm(c, other) == mm && !c.w.tasks[other].vfork_parent &&
                      !is_global_init(c, other);
        if (!same && !shares) return;
        signal_struct& each = c.w.signals[c.w.tasks[other].signal];
        each.oom_score_adj = adj;
        if (capable) each.oom_score_adj_min = adj;
    });
    return 0;
}

}  // namespace rq
