// What can be tuned: /proc/sys and /sys/kernel/debug/sched.
#include "mm/frames.hpp"
#include "sched/settings.hpp"
#include "view/procfs.hpp"
#include "view/procfs_parts.hpp"
#include "view/tree.hpp"

namespace rq::view::tree {

namespace {

using namespace procfs;

void number(std::string& out, u64 value) { out += std::to_string(value) + "\n"; }

void threads_max(const Context& c, const Node&, std::string& out) {
    number(out, c.w.g.max_threads);
}

template <char... Text>
void constant(const Context&, const Node&, std::string& out) {
    (out.push_back(Text), ...);
    out += '\n';
}

constexpr Row kernel_files[] = {
    {"cap_last_cap", 0444, constant<'4', '0'>},
    {"hostname", 0644, constant<'r', 'u', 'n', 'q', 'u', 'e', 'u', 'e'>},
    {"ns_last_pid", 0666,
     [](const Context& c, const Node&, std::string& out) { number(out, c.w.g.last_pid); }},
    {"osrelease", 0444,
     [](const Context& c, const Node&, std::string& out) { out += release(c) + "\n"; }},
    {"ostype", 0444, constant<'L', 'i', 'n', 'u', 'x'>},
    {"pid_max", 0644,
     [](const Context& c, const Node&, std::string& out) { number(out, c.w.g.pid_max); }},
    {"threads-max", 0644, threads_max},
    {"version", 0444,
     [](const Context& c, const Node&, std::string& out) { out += build_version(c) + "\n"; }},
};

void read_sysctl(const Context& c, const Node& n, std::string& out) {
    auto text = get_sysctl(c.w, n.name);
    if (text) out += *text + "\n";
}

constexpr std::string_view vm_prefix = "vm.";

/// The name of a setting in its folder; empty if it lies in the other one.
std::string_view name_in(std::string_view known, bool vm) {
    bool of_vm = known.substr(0, vm_prefix.size()) == vm_prefix;
    if (of_vm != vm) return {};
    return vm ? known.substr(vm_prefix.size()) : known;
}

template <bool vm>
bool find_sysctl(const Look& look, const Node&, std::string_view name, Node& found) {
    for (std::string_view known : sysctl_names(look.c.w)) {
        if (name.empty() || name_in(known, vm) != name) continue;
        become_file(found, 0644, read_sysctl);
        found.name = known;
        return true;
    }
    return false;
}

template <bool vm>
void list_sysctls(const Look& look, const Node&, std::vector<DirEntry>& entries) {
    for (std::string_view known : sysctl_names(look.c.w))
        if (std::string_view name = name_in(known, vm); !name.empty())
            entries.push_back({std::string(name), FileKind::file});
}

void read_debug(const Context& c, const Node& n, std::string& out) {
    auto text = get_sched_debug(c.w, n.name);
    if (text) out += *text + "\n";
}

bool find_debug(const Look& look, const Node&, std::string_view name, Node& found) {
    for (std::string_view known : sched_debug_names(look.c.w)) {
        if (known != name) continue;
        become_file(found, 0644, read_debug);
        found.name = known;
        return true;
    }
    return false;
}

void list_debug(const Look& look, const Node&, std::vector<DirEntry>& entries) {
    for (std::string_view name : sched_debug_names(look.c.w))
        entries.push_back({std::string(name), FileKind::file});
}

// fair_server/cpuN/{runtime,period}

void read_server(const Context& c, const Node& n, std::string& out) {
    std::string file = "fair_server/cpu" + std::to_string(n.number) + "/" + std::string(n.name);
    auto text = get_sched_debug(c.w, file);
    if (text) out += *text + "\n";
}

constexpr Row server_files[] = {{"period", 0644, read_server}, {"runtime", 0644, read_server}};
const Folder server_folder{server_files};

bool find_server(const Look& look, const Node&, std::string_view name, Node& found) {
    if (!numbered(name, "cpu", found.number) || found.number >= look.c.w.g.cpus) return false;
    become_folder(found, server_folder);
    return true;
}

void list_servers(const Look& look, const Node&, std::vector<DirEntry>& entries) {
    for (u32 cpu = 0; cpu < look.c.w.g.cpus; ++cpu)
        entries.push_back({"cpu" + std::to_string(cpu), FileKind::directory});
}

bool has_servers(const Context& c, const Node&) { return c.w.g.kernel != 0; }

const Folder servers_folder{{}, {}, find_server, list_servers};
constexpr Sub debug_folders[] = {{"domains", &domains_folder},
                                 {"fair_server", &servers_folder, has_servers}};
constexpr Row debug_files[] = {{"debug", 0444, of_machine<write_sched_debug>}};

const Folder kernel_folder{kernel_files, {}, find_sysctl<false>, list_sysctls<false>};
const Folder vm_folder{{}, {}, find_sysctl<true>, list_sysctls<true>};
constexpr Sub sysctl_folders[] = {{"kernel", &kernel_folder}, {"vm", &vm_folder}};

}  // namespace

const Folder sysctl_folder{{}, sysctl_folders};
const Folder sched_debug_folder{debug_files, debug_folders, find_debug, list_debug};

}  // namespace rq::view::tree

namespace rq::view {

std::string sysctl_hint(const Context& c, std::string_view key) {
    const auto known = get_sysctl(c.w, key);
    return known ? "" : known.errors()[0].hint;
}

}  // namespace rq::view
