// /sys/fs/cgroup: the unified hierarchy with its cpu and cpuset controllers
// (kernel/cgroup/cgroup.c, cpuset.c, kernel/sched/core.c of 6.1).
#include "base/fixed.hpp"
#include "mm/mempolicy.hpp"
#include "sched/autogroup.hpp"
#include "sched/cpuset.hpp"
#include "sched/group.hpp"
#include "sim/kernfs.hpp"
#include "view/procfs_parts.hpp"
#include "view/sorting.hpp"
#include "view/tree.hpp"

namespace rq::view::tree {

namespace {

using namespace procfs;

bool below_root(const Context& c, const Node& n) { return n.group != c.w.g.root_group; }

bool within(const World& w, GroupId group, GroupId outer) {
    while (group && group != outer) group = w.groups[group].parent;
    return bool(group);
}

/// The group that a task counts for; the dead count for none.
GroupId group_of(const Context& c, const task_struct& p) {
    bool counts = !p.exit_state && !(p.flags & PF_IDLE) && p.sched_task_group;
    return counts ? task_cgroup(c.w, p) : GroupId{};
}

void write_members(const Context& c, const Node& n, bool threads, std::string& out) {
    std::vector<s32> numbers;
    c.w.tasks.for_each([&](TaskId, const task_struct& p) {
        bool listed = threads || p.pid == p.tgid;
        if (listed && group_of(c, p) == n.group) numbers.push_back(p.pid);
    });
    sort_stable(numbers, [](s32 a, s32 b) { return a < b; });
    for (s32 nr : numbers) out += std::to_string(nr) + "\n";
}

bool populated(const Context& c, GroupId group) {
    bool any = false;
    c.w.tasks.for_each([&](TaskId, const task_struct& p) {
        GroupId own = group_of(c, p);
        any = any || (own && within(c.w, own, group));
    });
    return any;
}

u32 descendants(const World& w, GroupId group) {
    u32 n = 0;
    for (GroupId g = w.groups[group].children; g; g = w.groups[g].sibling)
        if (!w.groups[g].autogroup) n += 1 + descendants(w, g);
    return n;
}

/// A file of the cpu or memory controller, which keeps its texts itself.
void cpu_file(const Context& c, const Node& n, std::string& out) {
    std::string text;
    if (group_read(c, n.group, n.name, text)) out += text;
}

/// Time of the programs and of the kernel for them, of the group's processes and those they have
/// waited for.
struct Times {
    u64 user = 0, system = 0;
};

Times times_within(const Context& c, GroupId group) {
    Times t;
    c.w.tasks.for_each([&](TaskId id, const task_struct& p) {
        GroupId own = group_of(c, p);
        if (!own || !within(c.w, own, group)) return;
        t.user += p.utime_ns;
        t.system += p.stime_ns;
        if (!p.signal || p.group_leader != id) return;
        const signal_struct& s = c.w.signals[p.signal];
        t.user += s.utime_ns + s.cutime_ns;
        t.system += s.stime_ns + s.cstime_ns;
    });
    return t;
}

/// The group's time is divided as that of its tasks is (cputime_adjust); the root group is the
/// machine, whose CPUs know it (root_cgroup_cputime).
void cpu_stat(const Context& c, const Node& n, std::string& out) {
    u64 usage = c.w.groups[n.group].usage_ns;
    Times t;
    if (below_root(c, n)) {
        t = times_within(c, n.group);
        u64 sum = t.user + t.system;
        t.system = sum ? mul_div_u64(t.system, usage, sum) : 0;
        t.user = usage - t.system;
    } else {
        machine_times(c, t.user, t.system);
        usage = t.user + t.system;
    }
    std::string text;
    group_read(c, n.group, n.name, text);
    out += "usage_usec " + std::to_string(usage / NSEC_PER_USEC) + "\nuser_usec " +
           std::to_string(t.user / NSEC_PER_USEC) + "\nsystem_usec " +
           std::to_string(t.system / NSEC_PER_USEC) + "\n";
    if (c.w.g.kernel) out += "nice_usec 0\n";  // time of niced tasks is not kept apart
    // What follows is the bandwidth's.
    for (u32 lines = 0; lines < 3 && !text.empty(); ++lines) text.erase(0, text.find('\n') + 1);
    out += text;
}

template <char... Text>
void constant(const Context&, const Node&, std::string& out) {
    (out.push_back(Text), ...);
    out += '\n';
}

void controllers(const Context&, const Node&, std::string& out) {
    out += cgroup_controllers;
    out += '\n';
}

template <auto Write>
void of_group(const Context& c, const Node& n, std::string& out) {
    Write(c, n.group, out);
}

constexpr Row group_files[] = {
    {"cgroup.controllers", 0444, controllers},
    {"cgroup.events", 0444,
     [](const Context& c, const Node& n, std::string& out) {
         out += populated(c, n.group) ? "populated 1\nfrozen 0\n" : "populated 0\nfrozen 0\n";
     },
     below_root},
    {"cgroup.kill", 0200, nullptr, below_root},
    {"cgroup.max.depth", 0644, constant<'m', 'a', 'x'>},
    {"cgroup.max.descendants", 0644, constant<'m', 'a', 'x'>},
    {"cgroup.procs", 0644, [](const Context& c, const Node& n, std::string& out) {
         write_members(c, n, false, out);
     }},
    {"cgroup.stat", 0444, [](const Context& c, const Node& n, std::string& out) {
         out += "nr_descendants " + std::to_string(descendants(c.w, n.group)) +
                "\nnr_dying_descendants 0\n";
     }},
    {"cgroup.subtree_control", 0644, controllers},
    {"cgroup.threads", 0644, [](const Context& c, const Node& n, std::string& out) {
         write_members(c, n, true, out);
     }},
    {"cgroup.type", 0644, constant<'d', 'o', 'm', 'a', 'i', 'n'>, below_root},
    {"cpu.idle", 0644, cpu_file, below_root},
    {"cpu.max", 0644, cpu_file, below_root},
    {"cpu.max.burst", 0644, cpu_file, below_root},
    {"cpu.pressure", 0644, of_group<write_cpu_pressure>},
    {"cpu.stat", 0444, cpu_stat},
    {"cpu.weight", 0644, cpu_file, below_root},
    {"cpu.weight.nice", 0644, cpu_file, below_root},
    {"cpuset.cpus", 0644,
     [](const Context& c, const Node& n, std::string& out) {
         u32 own = c.w.groups[n.group].cpus_allowed;
         out += own ? cpu_list(c, own - 1) + "\n" : std::string("\n");
     },
     below_root},
    {"cpuset.cpus.effective", 0444, [](const Context& c, const Node& n, std::string& out) {
         out += cpu_list(c, c.w.groups[n.group].effective_cpus) + "\n";
     }},
    {"cpuset.cpus.partition", 0644,
     [](const Context& c, const Node& n, std::string& out) {
         out += partition_text(c.w, c.w.groups[n.group]) + "\n";
     },
     below_root},
    {"io.pressure", 0644, of_group<write_io_pressure>},
    {"memory.current", 0444, cpu_file, below_root},
    {"memory.events", 0444, cpu_file, below_root},
    {"memory.max", 0644, cpu_file, below_root},
    {"memory.peak", 0444, cpu_file, below_root},
    {"memory.pressure", 0644, of_group<write_memory_pressure>},
    {"cpuset.mems", 0644,
     [](const Context& c, const Node& n, std::string& out) {
         out += node_list(c.w.groups[n.group].mems_allowed) + "\n";
     },
     below_root},
    {"cpuset.mems.effective", 0444, [](const Context& c, const Node& n, std::string& out) {
         out += node_list(c.w.groups[n.group].effective_mems) + "\n";
     }},
};

bool find_group(const Look& look, const Node& at, std::string_view name, Node& found) {
    const World& w = look.c.w;
    for (GroupId g = w.groups[at.group].children; g; g = w.groups[g].sibling) {
        if (w.groups[g].autogroup || group_name(w, g) != name) continue;
        found.group = g;
        become_folder(found, cgroup_folder);
        found.mode = 0755;
        return true;
    }
    return false;
}

void list_groups(const Look& look, const Node& at, std::vector<DirEntry>& entries) {
    const World& w = look.c.w;
    for (GroupId g = w.groups[at.group].children; g; g = w.groups[g].sibling)
        if (!w.groups[g].autogroup)
            entries.push_back({std::string(group_name(w, g)), FileKind::directory});
}

/// /sys/fs: its one folder is the root group.
bool find_hierarchy(const Look& look, const Node&, std::string_view name, Node& found) {
    if (name != "cgroup") return false;
    found.group = look.c.w.g.root_group;
    become_folder(found, cgroup_folder);
    return true;
}

void list_hierarchy(const Look&, const Node&, std::vector<DirEntry>& entries) {
    entries.push_back({"cgroup", FileKind::directory});
}

}  // namespace

const Folder cgroup_folder{group_files, {}, find_group, list_groups};
const Folder sys_fs_folder{{}, {}, find_hierarchy, list_hierarchy};

}  // namespace rq::view::tree
