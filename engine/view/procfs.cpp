// /proc itself: the files of the system, and a folder for each process.
#include "view/procfs.hpp"

#include "sim/kernfs.hpp"
#include "task/pid.hpp"
#include "view/procfs_parts.hpp"
#include "view/sorting.hpp"
#include "view/tree.hpp"

namespace rq::view::tree {

namespace {

using namespace procfs;

constexpr Row system_files[] = {
    {"cmdline", 0444, of_machine<write_boot_line>},
    {"cpuinfo", 0444, of_machine<write_cpuinfo>},
    {"interrupts", 0444, of_machine<write_interrupts>},
    {"loadavg", 0444, of_machine<write_loadavg>},
    {"meminfo", 0444, of_machine<write_meminfo>},
    {"schedstat", 0444, of_machine<write_system_schedstat>},
    {"softirqs", 0444, of_machine<write_softirqs>},
    {"stat", 0444, of_machine<write_system_stat>},
    {"uptime", 0444, of_machine<write_uptime>},
    {"version", 0444, of_machine<write_version>},
    {"vmstat", 0444, of_machine<write_vmstat>},
};
constexpr Sub system_folders[] = {
    {"irq", &irq_folder},
    {"pressure", &pressure_folder},
    {"sys", &sysctl_folder},
};

/// A process by its number, as the initial pid namespace counts.
bool find_process(const Context& c, u32 pid, Node& found) {
    TaskId p = find_task_by_pid(c, static_cast<s32>(pid));
    if (!p || !c.w.tasks.alive(p)) return false;
    found.task = p;
    found.thread = false;
    become_folder(found, task_folder);
    return true;
}

bool find_in_proc(const Look& look, const Node&, std::string_view name, Node& found) {
    u32 pid;
    if (number_of(name, pid)) return find_process(look.c, pid, found);
    if (!look.reader || !look.c.w.tasks.alive(look.reader)) return false;
    const task_struct& p = look.c.w.tasks[look.reader];
    if (name == "self") return become_link(found, std::to_string(p.tgid)), true;
    if (name != "thread-self") return false;
    become_link(found, std::to_string(p.tgid) + "/task/" + std::to_string(p.pid));
    return true;
}

void list_proc(const Look& look, const Node&, std::vector<DirEntry>& entries) {
    if (look.reader && look.c.w.tasks.alive(look.reader)) {
        entries.push_back({"self", FileKind::link});
        entries.push_back({"thread-self", FileKind::link});
    }
    std::vector<s32> pids;
    look.c.w.tasks.for_each([&](TaskId id, const task_struct& p) {
        if (p.pid > 0 && is_process(look.c, id)) pids.push_back(p.pid);
    });
    sort_stable(pids, [](s32 a, s32 b) { return a < b; });
    for (s32 pid : pids) entries.push_back({std::to_string(pid), FileKind::directory});
}

// irq/

constexpr Row default_affinity[] = {
    {"default_smp_affinity", 0644, [](const Context& c, const Node&, std::string& out) {
         out += mask_hex(c, default_interrupt_affinity(c.w, c.image)) + "\n";
     }},
};
constexpr Row line_files[] = {
    {"smp_affinity", 0644, [](const Context& c, const Node& n, std::string& out) {
         out += mask_hex(c, interrupt_affinity(c.w, c.image, n.number)) + "\n";
     }},
    {"smp_affinity_list", 0644, [](const Context& c, const Node& n, std::string& out) {
         out += mask_list(c, interrupt_affinity(c.w, c.image, n.number)) + "\n";
     }},
    // The lowest of the CPUs allowed serves it.
    {"effective_affinity", 0444, [](const Context& c, const Node& n, std::string& out) {
         cpumask one{};
         one.set(interrupt_affinity(c.w, c.image, n.number).first());
         out += mask_hex(c, one) + "\n";
     }},
    {"effective_affinity_list", 0444, [](const Context& c, const Node& n, std::string& out) {
         out += std::to_string(interrupt_affinity(c.w, c.image, n.number).first()) + "\n";
     }},
    {"node", 0444, [](const Context&, const Node&, std::string& out) { out += "0\n"; }},
};
const Folder line_folder{line_files};

bool find_line(const Look&, const Node&, std::string_view name, Node& found) {
    if (!number_of(name, found.number) || !interrupt_line(found.number)) return false;
    become_folder(found, line_folder);
    return true;
}

void list_lines(const Look&, const Node&, std::vector<DirEntry>& entries) {
    for (const InterruptLine& line : interrupt_lines)
        entries.push_back({std::to_string(line.number), FileKind::directory});
}

}  // namespace

const Folder proc_folder{system_files, system_folders, find_in_proc, list_proc};
const Folder irq_folder{default_affinity, {}, find_line, list_lines};

}  // namespace rq::view::tree
