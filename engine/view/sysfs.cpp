// /sys/devices/system: the topology of CPUs and memory nodes (drivers/base/{cpu,node,topology,
// cacheinfo}.c of 6.1), and the way to /sys/fs/cgroup and /sys/kernel/debug/sched.
#include "machine/topology.hpp"
#include "view/procfs_parts.hpp"
#include "view/tree.hpp"

namespace rq::view::tree {

namespace {

using namespace procfs;

void number(std::string& out, u64 value) { out += std::to_string(value) + "\n"; }

const cpu_topology& cpu_of(const Context& c, const Node& n) { return c.w.topology[n.number]; }

/// A mask of one CPU's relatives, as bits and as a list.
template <u32 cpu_topology::*Mask>
void relatives(const Context& c, const Node& n, std::string& out) {
    out += cpu_hex(c, cpu_of(c, n).*Mask) + "\n";
}
template <u32 cpu_topology::*Mask>
void relatives_list(const Context& c, const Node& n, std::string& out) {
    out += cpu_list(c, cpu_of(c, n).*Mask) + "\n";
}

/// The CPUs of a socket; no index of the topology holds that mask.
cpumask package_mask(const Context& c, u32 cpu) {
    cpumask mask{};
    for (u32 other = 0; other < c.w.g.cpus; ++other)
        if (c.w.topology[other].package == c.w.topology[cpu].package) mask.set(other);
    return mask;
}
void package(const Context& c, const Node& n, std::string& out) {
    out += mask_hex(c, package_mask(c, n.number)) + "\n";
}
void package_list(const Context& c, const Node& n, std::string& out) {
    out += mask_list(c, package_mask(c, n.number)) + "\n";
}

// cpuN/topology. A die is the whole socket, a cluster one core (no such level was found: 65535).

constexpr Row topology_files[] = {
    {"cluster_cpus", 0444, relatives<&cpu_topology::smt_mask>},
    {"cluster_cpus_list", 0444, relatives_list<&cpu_topology::smt_mask>},
    {"cluster_id", 0444,
     [](const Context&, const Node&, std::string& out) { number(out, 65535); }},
    {"core_cpus", 0444, relatives<&cpu_topology::smt_mask>},
    {"core_cpus_list", 0444, relatives_list<&cpu_topology::smt_mask>},
    {"core_id", 0444, [](const Context& c, const Node& n, std::string& out) {
         u32 cores = c.image.scenario.machine.cores;
         number(out, cpu_of(c, n).core % (cores ? cores : 1));
     }},
    {"core_siblings", 0444, package},
    {"core_siblings_list", 0444, package_list},
    {"die_cpus", 0444, package},
    {"die_cpus_list", 0444, package_list},
    {"die_id", 0444, [](const Context&, const Node&, std::string& out) { number(out, 0); }},
    {"package_cpus", 0444, package},
    {"package_cpus_list", 0444, package_list},
    {"physical_package_id", 0444, [](const Context& c, const Node& n, std::string& out) {
         number(out, cpu_of(c, n).package);
     }},
    {"thread_siblings", 0444, relatives<&cpu_topology::smt_mask>},
    {"thread_siblings_list", 0444, relatives_list<&cpu_topology::smt_mask>},
};
const Folder topology_folder{topology_files};

// cpuN/cache/indexM

const CacheSpec& cache_of(const Node& n) { return machine_caches[n.second]; }
u32 sharers(const Context& c, const Node& n) {
    return cache_of(n).level == 3 ? cpu_of(c, n).llc_mask : cpu_of(c, n).smt_mask;
}

constexpr Row cache_files[] = {
    {"coherency_line_size", 0444,
     [](const Context&, const Node&, std::string& out) { number(out, 64); }},
    {"id", 0444, [](const Context& c, const Node& n, std::string& out) {
         number(out, cache_of(n).level == 3 ? cpu_of(c, n).llc : cpu_of(c, n).core);
     }},
    {"level", 0444,
     [](const Context&, const Node& n, std::string& out) { number(out, cache_of(n).level); }},
    {"number_of_sets", 0444, [](const Context&, const Node& n, std::string& out) {
         number(out, cache_of(n).kib * 1024 / 64 / cache_of(n).ways);
     }},
    {"physical_line_partition", 0444,
     [](const Context&, const Node&, std::string& out) { number(out, 1); }},
    {"shared_cpu_list", 0444, [](const Context& c, const Node& n, std::string& out) {
         out += cpu_list(c, sharers(c, n)) + "\n";
     }},
    {"shared_cpu_map", 0444, [](const Context& c, const Node& n, std::string& out) {
         out += cpu_hex(c, sharers(c, n)) + "\n";
     }},
    {"size", 0444, [](const Context&, const Node& n, std::string& out) {
         out += std::to_string(cache_of(n).kib) + "K\n";
     }},
    {"type", 0444, [](const Context&, const Node& n, std::string& out) {
         out += std::string(cache_of(n).type) + "\n";
     }},
    {"ways_of_associativity", 0444,
     [](const Context&, const Node& n, std::string& out) { number(out, cache_of(n).ways); }},
};
const Folder index_folder{cache_files};

bool find_index(const Look&, const Node&, std::string_view name, Node& found) {
    if (!numbered(name, "index", found.second) || found.second >= std::size(machine_caches))
        return false;
    become_folder(found, index_folder);
    return true;
}
void list_indexes(const Look&, const Node&, std::vector<DirEntry>& entries) {
    for (u32 i = 0; i < std::size(machine_caches); ++i)
        entries.push_back({"index" + std::to_string(i), FileKind::directory});
}
const Folder cache_folder{{}, {}, find_index, list_indexes};

// cpuN

bool can_go_offline(const Context&, const Node& n) { return n.number != 0; }

constexpr Row one_cpu_files[] = {
    {"online", 0444, [](const Context&, const Node&, std::string& out) { number(out, 1); },
     can_go_offline},
};
constexpr Sub one_cpu_folders[] = {{"cache", &cache_folder}, {"topology", &topology_folder}};

bool find_cpu_node(const Look& look, const Node& at, std::string_view name, Node& found) {
    u32 node;
    if (!numbered(name, "node", node) || cpu_of(look.c, at).node.raw != node) return false;
    become_link(found, "../../node/node" + std::to_string(node));
    return true;
}
void list_cpu_node(const Look& look, const Node& at, std::vector<DirEntry>& entries) {
    entries.push_back({"node" + std::to_string(cpu_of(look.c, at).node.raw), FileKind::link});
}
const Folder one_cpu_folder{one_cpu_files, one_cpu_folders, find_cpu_node, list_cpu_node};

// cpu

void all_cpus(const Context& c, const Node&, std::string& out) {
    out += range_list(c.w.g.cpus) + "\n";
}
template <u8 rq::*Flag>
void flagged_cpus(const Context& c, const Node&, std::string& out) {
    cpumask mask{};
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu)
        if (c.w.rqs[cpu].*Flag) mask.set(cpu);
    out += mask_list(c, mask) + "\n";
}
/// A kernel without nohz_full= on its boot line prints the mask it never made.
void nohz_full(const Context& c, const Node& n, std::string& out) {
    bool any = false;
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) any = any || c.w.rqs[cpu].nohz_full;
    if (any)
        flagged_cpus<&rq::nohz_full>(c, n, out);
    else
        out += "(null)\n";
}

constexpr Row cpu_files[] = {
    {"isolated", 0444, flagged_cpus<&rq::isolated>},
    {"kernel_max", 0444,
     [](const Context&, const Node&, std::string& out) { number(out, 8191); }},
    {"nohz_full", 0444, nohz_full},
    {"offline", 0444, [](const Context&, const Node&, std::string& out) { out += '\n'; }},
    {"online", 0444, all_cpus},
    {"possible", 0444, all_cpus},
    {"present", 0444, all_cpus},
};

bool smt_on(const Context& c) { return c.image.scenario.machine.threads > 1; }
constexpr Row smt_files[] = {
    {"active", 0444,
     [](const Context& c, const Node&, std::string& out) { number(out, smt_on(c)); }},
    {"control", 0444, [](const Context& c, const Node&, std::string& out) {
         out += smt_on(c) ? "on\n" : "notsupported\n";
     }},
};
const Folder smt_folder{smt_files};
constexpr Sub cpu_folders[] = {{"smt", &smt_folder}};

bool find_cpu(const Look& look, const Node&, std::string_view name, Node& found) {
    if (!numbered(name, "cpu", found.number) || found.number >= look.c.w.g.cpus) return false;
    become_folder(found, one_cpu_folder);
    return true;
}
void list_cpus(const Look& look, const Node&, std::vector<DirEntry>& entries) {
    for (u32 cpu = 0; cpu < look.c.w.g.cpus; ++cpu)
        entries.push_back({"cpu" + std::to_string(cpu), FileKind::directory});
}

// node

u32 node_count(const Context& c) { return c.w.g.nodes ? c.w.g.nodes : 1; }

cpumask node_cpus(const Context& c, u32 node) {
    cpumask mask{};
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu)
        if (c.w.topology[cpu].node.raw == node) mask.set(cpu);
    return mask;
}

constexpr Row one_node_files[] = {
    {"cpulist", 0444, [](const Context& c, const Node& n, std::string& out) {
         out += mask_list(c, node_cpus(c, n.number)) + "\n";
     }},
    {"cpumap", 0444, [](const Context& c, const Node& n, std::string& out) {
         out += mask_hex(c, node_cpus(c, n.number)) + "\n";
     }},
    {"distance", 0444, [](const Context& c, const Node& n, std::string& out) {
         for (u32 to = 0; to < node_count(c); ++to)
             out += (to ? " " : "") + std::to_string(node_distance(c, NodeId{n.number},
                                                                   NodeId{to}));
         out += '\n';
     }},
    {"meminfo", 0444, [](const Context& c, const Node& n, std::string& out) {
         write_node_meminfo(c, n.number, out);
     }},
    {"vmstat", 0444, [](const Context& c, const Node& n, std::string& out) {
         write_node_vmstat(c, n.number, out);
     }},
};

bool find_node_cpu(const Look& look, const Node& at, std::string_view name, Node& found) {
    u32 cpu;
    if (!numbered(name, "cpu", cpu) || cpu >= look.c.w.g.cpus) return false;
    if (look.c.w.topology[cpu].node.raw != at.number) return false;
    become_link(found, "../../cpu/cpu" + std::to_string(cpu));
    return true;
}
void list_node_cpus(const Look& look, const Node& at, std::vector<DirEntry>& entries) {
    for (u32 cpu = 0; cpu < look.c.w.g.cpus; ++cpu)
        if (look.c.w.topology[cpu].node.raw == at.number)
            entries.push_back({"cpu" + std::to_string(cpu), FileKind::link});
}
const Folder one_node_folder{one_node_files, {}, find_node_cpu, list_node_cpus};

void all_nodes(const Context& c, const Node&, std::string& out) {
    out += range_list(node_count(c)) + "\n";
}
constexpr Row node_files[] = {
    {"has_cpu", 0444, all_nodes},           {"has_memory", 0444, all_nodes},
    {"has_normal_memory", 0444, all_nodes}, {"online", 0444, all_nodes},
    {"possible", 0444, all_nodes},
};

bool find_node(const Look& look, const Node&, std::string_view name, Node& found) {
    if (!numbered(name, "node", found.number) || found.number >= node_count(look.c)) return false;
    become_folder(found, one_node_folder);
    return true;
}
void list_nodes(const Look& look, const Node&, std::vector<DirEntry>& entries) {
    for (u32 node = 0; node < node_count(look.c); ++node)
        entries.push_back({"node" + std::to_string(node), FileKind::directory});
}

constexpr Sub debug_folders[] = {{"sched", &sched_debug_folder}};
const Folder debug_folder{{}, debug_folders, nullptr, nullptr, 0700};  // debugfs is root's
constexpr Sub kernel_folders[] = {{"debug", &debug_folder}};
const Folder kernel_folder{{}, kernel_folders};
constexpr Sub system_folders[] = {{"cpu", &cpu_folder}, {"node", &node_folder}};
const Folder system_folder{{}, system_folders};
constexpr Sub device_folders[] = {{"system", &system_folder}};
const Folder devices_folder{{}, device_folders};
constexpr Sub sys_folders[] = {
    {"devices", &devices_folder}, {"fs", &sys_fs_folder}, {"kernel", &kernel_folder}};

}  // namespace

const Folder cpu_folder{cpu_files, cpu_folders, find_cpu, list_cpus};
const Folder node_folder{node_files, {}, find_node, list_nodes};
const Folder sys_folder{{}, sys_folders};

}  // namespace rq::view::tree
