// Lists as written, what they come to, and the tasks and domains that follow.
#include "sched/cpuset.hpp"

#include "base/text.hpp"
#include "context.hpp"
#include "mm/mempolicy.hpp"
#include "sched/core.hpp"
#include "sched/deadline.hpp"
#include "sched/domains.hpp"
#include "sched/policy.hpp"
#include "sched/syscalls.hpp"
#include "task/uapi.hpp"

namespace rq {

namespace {

/// cpuset.cpus; of a group that has none all CPUs.
const cpumask& allowed_cpus(const World& w, GroupId group) {
    u32 list = w.groups[group].cpus_allowed;
    return w.cpumasks[list ? list - 1 : 0];
}

bool is_partition_valid(const World& w, GroupId group) {
    return group == w.g.root_group || w.groups[group].partition_root_state > 0;
}

/// Tasks of the group itself, or of groups below it that no partition of their own serves.
bool is_populated(const World& w, GroupId group, GroupId without) {
    if (group == without) return false;
    if (group == w.g.root_group || w.groups[group].nr_tasks) return true;
    for (GroupId g = w.groups[group].children; g; g = w.groups[g].sibling)
        if (w.groups[g].partition_root_state <= 0 && is_populated(w, g, without)) return true;
    return false;
}

template <class F>
void for_siblings(const World& w, GroupId group, F f) {
    for (GroupId g = w.groups[w.groups[group].parent].children; g; g = w.groups[g].sibling)
        if (g != group && w.groups[g].cpus_allowed) f(g);
}

/// False if the list of a sibling has some of these CPUs (validate_change).
bool is_exclusive(const World& w, GroupId group, const cpumask& cpus) {
    bool alone = true;
    for_siblings(w, group,
                 [&](GroupId g) { alone = alone && !cpus.intersects(allowed_cpus(w, g)); });
    return alone;
}

/// What keeps the group from being a partition root; `has` is what its parent can still give.
u32 partition_error(const World& w, GroupId group, const cpumask& has) {
    const task_group& tg = w.groups[group];
    if (!tg.cpus_allowed) return PERR_CPUSEMPTY;
    if (!is_partition_valid(w, tg.parent))
        return w.groups[tg.parent].partition_root_state ? PERR_INVPARENT : PERR_NOTPART;
    if (tg.partition_error == PERR_NOTEXCL) return PERR_NOTEXCL;  // until it is written again
    const cpumask& own = allowed_cpus(w, group);
    if (!own.intersects(has)) return PERR_INVCPUS;
    if (has.subset_of(own) && is_populated(w, tg.parent, group)) return PERR_NOCPUS;
    return 0;
}

/// The children that are partitions take their CPUs away from `has`, the group's own; what is left
/// is for the group and the others. Then the same one level down.
void distribute(Context& c, GroupId group, cpumask has) {
    World& w = c.w;
    std::vector<GroupId> children;
    for (GroupId g = w.groups[group].children; g; g = w.groups[g].sibling) children.push_back(g);
    for (GroupId g : children) {
        task_group& tg = w.groups[g];
        s32 wanted = tg.partition_root_state < 0 ? -tg.partition_root_state
                                                 : tg.partition_root_state;
        if (!wanted) continue;
        tg.partition_error = partition_error(w, g, has);
        tg.partition_root_state = tg.partition_error ? -wanted : wanted;
        if (tg.partition_error) continue;
        ++w.g.nr_partitions;
        const cpumask taken = allowed_cpus(w, g) & has;
        has = has & ~taken;
        w.groups[g].effective_cpus = intern_cpumask(c, taken);
    }
    w.groups[group].effective_cpus = intern_cpumask(c, has);
    for (GroupId g : children) {
        task_group& tg = w.groups[g];
        u64 mems = w.groups[group].effective_mems;
        tg.effective_mems = tg.mems_allowed & mems ? tg.mems_allowed & mems : mems;
        cpumask own = w.cpumasks[tg.effective_cpus];
        if (tg.partition_root_state <= 0) {
            own = tg.cpus_allowed ? allowed_cpus(w, g) & has : has;
            if (own.empty()) own = has;
        }
        distribute(c, g, own);
    }
}

/// A process's memory follows its leader's cpuset (cpuset_migrate_mm).
void move_memory(Context& c, TaskId p, u64 from, u64 to) {
    const task_struct& t = c.w.tasks[p];
    if (from != to && t.mm && t.group_leader == p) migrate_pages(c, t.mm, from, to);
}

/// Everything that follows from what is written.
void update_hierarchy(Context& c) {
    World& w = c.w;
    struct Before {
        u32 cpus = 0;
        u64 mems = 0;
    };
    std::vector<Before> before(w.groups.slot_end());
    w.groups.for_each([&](GroupId g, const task_group& tg) {
        before[g.slot()] = {tg.effective_cpus, tg.effective_mems};
    });
    const bool partitions = w.g.nr_partitions != 0;
    w.g.nr_partitions = 0;
    distribute(c, w.g.root_group, w.cpumasks[0]);
    for (u32 slot = 1; slot < w.tasks.slot_end(); ++slot) {
        if (!w.tasks.live_slot(slot)) continue;
        TaskId p = w.tasks.id_of_slot(slot);
        GroupId own = w.tasks[p].sched_task_group;
        if (!own) continue;
        const Before& was = before[own.slot()];
        move_memory(c, p, was.mems, w.groups[own].effective_mems);
        if (w.groups[own].effective_cpus == was.cpus) continue;
        if (w.tasks[p].flags & (PF_NO_SETAFFINITY | PF_IDLE)) continue;
        set_cpuset_cpus_allowed(c, p, w.groups[own].effective_cpus);
    }
    if (partitions || w.g.nr_partitions) rebuild_sched_domains(c);
}

/// cpuset_cpumask_can_shrink(): the deadline tasks of a partition fit in what it is to have.
bool deadline_fits(const World& w, GroupId group, const cpumask& cpus) {
    const task_group& tg = w.groups[group];
    if (tg.partition_root_state <= 0 || cpus.empty()) return true;
    const u32 rd = w.rqs[w.cpumasks[tg.effective_cpus].first()].rd;
    const root_domain& r = w.root_domains[rd];
    if (dl_limit(w, rd) == NEVER || !r.cpus) return true;
    return dl_limit(w, rd) / r.cpus * cpus.count() >= r.total_bw;
}

/// A new list that has CPUs of a sibling's makes partitions of both invalid, which they stay until
/// their own lists are written. That is checked with the list there was, so that a partition may
/// become valid again with CPUs of a sibling: as recorded of 6.1.
void share_or_conflict(World& w, GroupId group, const cpumask& cpus) {
    task_group& tg = w.groups[group];
    for_siblings(w, group, [&](GroupId g) {
        const bool conflict = cpus.intersects(allowed_cpus(w, g));
        if (conflict && w.groups[g].partition_root_state > 0)
            w.groups[g].partition_error = PERR_NOTEXCL;
    });
    const cpumask& checked = tg.partition_root_state > 0 ? cpus : allowed_cpus(w, group);
    const bool alone = !tg.cpus_allowed || is_exclusive(w, group, checked);
    tg.partition_error = alone ? 0 : PERR_NOTEXCL;
}

s32 write_cpus(Context& c, GroupId group, std::string_view text) {
    std::vector<u32> cpus;
    text = trimmed(text);
    if (!text.empty() && !parse_cpu_list(text, cpus)) return -EINVAL;
    cpumask mask{};
    for (u32 cpu : cpus) {
        if (cpu >= c.w.g.cpus) return -ERANGE;  // nr_cpu_ids: all CPUs there may be are there
        mask.set(cpu);
    }
    task_group& tg = c.w.groups[group];
    if (cpus.empty() && tg.cpus_allowed && is_populated(c.w, group, {})) return -ENOSPC;
    if (!deadline_fits(c.w, group, mask)) return -EBUSY;
    share_or_conflict(c.w, group, mask);
    u32 list = cpus.empty() ? 0 : intern_cpumask(c, mask) + 1;
    c.w.groups[group].cpus_allowed = list;
    update_hierarchy(c);
    return 0;
}

s32 write_mems(Context& c, GroupId group, std::string_view text) {
    std::vector<u32> nodes;
    text = trimmed(text);
    if (!text.empty() && !parse_cpu_list(text, nodes)) return -EINVAL;
    u64 mask = 0;
    for (u32 node : nodes) {
        if (node >= c.w.g.nodes) return -EINVAL;
        mask |= u64{1} << node;
    }
    task_group& tg = c.w.groups[group];
    if (!mask && tg.mems_allowed && is_populated(c.w, group, {})) return -ENOSPC;
    tg.mems_allowed = mask;
    update_hierarchy(c);
    return 0;
}

s32 write_partition(Context& c, GroupId group, std::string_view text) {
    text = trimmed(text);
    s32 wanted = PRS_MEMBER;
    if (text == "root") wanted = PRS_ROOT;
    else if (text == "isolated") wanted = PRS_ISOLATED;
    else if (text != "member") return -EINVAL;
    task_group& tg = c.w.groups[group];
    const s32 before = tg.partition_root_state;
    if (wanted == before) return 0;
    if (wanted && before < 0) {
        tg.partition_root_state = -wanted;  // another kind of what it is not
        return 0;
    }
    tg.partition_root_state = wanted;
    if (!before) {
        const bool alone = is_exclusive(c.w, group, allowed_cpus(c.w, group));
        tg.partition_error = tg.cpus_allowed && !alone ? PERR_NOTEXCL : 0;
    }
    update_hierarchy(c);
    return 0;
}

}  // namespace

void cpuset_init(Context& c) {
    task_group& root = c.w.groups[c.w.g.root_group];
    root.effective_cpus = 0;
    root.effective_mems = node_online_map(c.w);
}

s32 cpuset_write(Context& c, GroupId group, std::string_view file, std::string_view text) {
    if (file == "cpuset.cpus") return write_cpus(c, group, text);
    if (file == "cpuset.mems") return write_mems(c, group, text);
    if (file == "cpuset.cpus.partition") return write_partition(c, group, text);
    return -ENOENT;
}

std::string partition_text(const World& w, const task_group& group) {
    const s32 state = group.partition_root_state;
    std::string text = state == PRS_MEMBER                            ? "member"
                       : state == PRS_ROOT || state == -PRS_ROOT ? "root"
                                                                      : "isolated";
    if (state >= 0) return text;
    const char* const reasons[] = {
        "",
        "Invalid cpu list in cpuset.cpus",
        "Parent is an invalid partition root",
        "Parent is not a partition root",
        "Cpu list in cpuset.cpus not exclusive",
        "Parent unable to distribute cpu downstream",
        w.g.kernel ? "cpuset.cpus and cpuset.cpus.exclusive are empty" : "cpuset.cpus is empty"};
    return text + " invalid (" + reasons[group.partition_error] + ")";
}

s32 cpuset_can_attach(const Context& c, TaskId p, GroupId group) {
    const World& w = c.w;
    const task_struct& t = w.tasks[p];
    if (t.flags & PF_NO_SETAFFINITY) return -EINVAL;
    const cpumask& cpus = w.cpumasks[w.groups[group].effective_cpus];
    if (cpus.empty()) return -ENOSPC;
    if (t.policy != SCHED_DEADLINE || root_domain_span(c, t.cpu).intersects(cpus)) return 0;
    const u32 rd = w.rqs[cpus.first()].rd;
    return dl_overflow(c, rd, 0, w.dl_entities[t.dl].dl_bw) ? -EBUSY : 0;
}

void cpuset_attach(Context& c, TaskId p, GroupId from) {
    const task_group& before = c.w.groups[from];
    const task_group& now = c.w.groups[c.w.tasks[p].sched_task_group];
    move_memory(c, p, before.effective_mems, now.effective_mems);
    if (now.effective_cpus == before.effective_cpus) return;
    set_cpuset_cpus_allowed(c, p, now.effective_cpus);
    u32 e = c.w.tasks[p].dl;
    if (!e || !c.w.dl_entities[e].dl_bw) return;
    dl_bw_sub(c, e, c.w.dl_entities[e].dl_bw);
    dl_bw_add(c, e, c.w.dl_entities[e].dl_bw);
}

void cpuset_offline(Context& c, GroupId group) {
    if (c.w.groups[group].partition_root_state <= 0) return;
    c.w.groups[group].partition_root_state = PRS_MEMBER;
    update_hierarchy(c);
}

std::vector<cpumask> balanced_partitions(const World& w) {
    std::vector<cpumask> spans{w.cpumasks[w.groups[w.g.root_group].effective_cpus]};
    if (!w.g.nr_partitions) return spans;
    w.groups.for_each([&](GroupId, const task_group& tg) {
        if (tg.partition_root_state == PRS_ROOT) spans.push_back(w.cpumasks[tg.effective_cpus]);
    });
    return spans;
}

u64 cpuset_current_mems_allowed(const World& w, TaskId p) {
    GroupId group = w.tasks[p].sched_task_group;
    return group ? w.groups[group].effective_mems : node_online_map(w);
}

u64 node_online_map(const World& w) {
    return w.g.nodes >= 64 ? ~u64{0} : (u64{1} << w.g.nodes) - 1;
}

}  // namespace rq
