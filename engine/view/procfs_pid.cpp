// /proc/PID: its files as a table, and the folders task, fd and ns.
#include "base/text.hpp"
#include "task/pid.hpp"
#include "view/procfs_parts.hpp"
#include "view/tree.hpp"

namespace rq::view::tree {

namespace {

using namespace procfs;

// Whether a task has the thing that a file or folder shows.

bool is_thread(const Context&, const Node& n) { return n.thread; }
bool is_group(const Context&, const Node& n) { return !n.thread; }
bool has_files(const Context& c, const Node& n) { return bool(c.w.tasks[n.task].files); }

void nothing(const Context&, const Node&, std::string&) {}
template <char... Text>
void constant(const Context&, const Node&, std::string& out) {
    (out.push_back(Text), ...);
    out += '\n';
}

void stat_file(const Context& c, const Node& n, std::string& out) {
    write_stat(c, n.task, n.thread ? Whole::thread : Whole::group, out);
}

constexpr Row task_files[] = {
    {"autogroup", 0644, of_task<write_autogroup>, is_group},
    {"cgroup", 0444, of_task<write_cgroup>},
    {"children", 0444, of_task<write_children>, is_thread},
    {"cmdline", 0444, of_task<write_cmdline>},
    {"comm", 0644, of_task<write_comm>},
    {"cpuset", 0444, of_task<write_cpuset>},
    {"environ", 0400, nothing},
    {"gid_map", 0644, of_task<write_id_map>},
    {"io", 0400, of_task<write_io>},
    {"limits", 0444, of_task<write_limits>},
    {"loginuid", 0644, [](const Context&, const Node&, std::string& out) { out += "4294967295"; }},
    {"maps", 0444, of_task<write_maps>},
    {"numa_maps", 0444, of_task<write_numa_maps>},
    {"oom_adj", 0644, of_task<write_oom_adj>},
    {"oom_score", 0444, of_task<write_oom_score>},
    {"oom_score_adj", 0644, of_task<write_oom_score_adj>},
    {"personality", 0400, constant<'0', '0', '0', '0', '0', '0', '0', '0'>},
    {"sched", 0644, of_task<write_sched>},
    {"schedstat", 0444, of_task<write_schedstat>},
    {"sessionid", 0444,
     [](const Context&, const Node&, std::string& out) { out += "4294967295"; }},
    {"setgroups", 0644, constant<'a', 'l', 'l', 'o', 'w'>},
    {"smaps", 0444, of_task<write_smaps>},
    {"smaps_rollup", 0444, of_task<write_smaps_rollup>},
    {"stack", 0400, of_task<write_stack>},
    {"stat", 0444, stat_file},
    {"statm", 0444, of_task<write_statm>},
    {"status", 0444, of_task<write_status>},
    {"syscall", 0400, of_task<write_syscall>},
    {"timens_offsets", 0644,
     [](const Context&, const Node&, std::string& out) {
         out += "monotonic           0         0\nboottime            0         0\n";
     },
     is_group},
    {"timerslack_ns", 0644, of_task<write_timerslack>, is_group},
    {"uid_map", 0644, of_task<write_id_map>},
    {"wchan", 0444, of_task<write_wchan>},
};

// cwd, exe, root

bool find_link(const Look& look, const Node& at, std::string_view name, Node& found) {
    const Context& c = look.c;
    const task_struct& p = c.w.tasks[at.task];
    auto place = [&](u32 id) { return id ? absolute(c.image.name(id)) : std::string("/"); };
    if (name == "cwd" && p.fs) return become_link(found, place(c.w.fs[p.fs].cwd)), true;
    if (name == "root" && p.fs) return become_link(found, place(c.w.fs[p.fs].root)), true;
    if (name == "exe" && p.mm) return become_link(found, executable(c, at.task)), true;
    return false;
}

void list_links(const Look& look, const Node& at, std::vector<DirEntry>& entries) {
    Node found;
    for (const char* name : {"cwd", "exe", "root"})
        if (find_link(look, at, name, found)) entries.push_back({name, FileKind::link});
}

// fd/

bool find_descriptor(const Look& look, const Node& at, std::string_view name, Node& found) {
    u32 number;
    std::string target;
    if (!number_of(name, number) || !descriptor_target(look.c, at.task, number, target))
        return false;
    become_link(found, std::move(target));
    found.mode = 0700;
    return true;
}

void list_descriptors(const Look& look, const Node& at, std::vector<DirEntry>& entries) {
    FilesId files = look.c.w.tasks[at.task].files;
    std::string target;
    for (u32 fd = 0; files && fd < look.c.w.files[files].max_fds; ++fd)
        if (descriptor_target(look.c, at.task, fd, target))
            entries.push_back({std::to_string(fd), FileKind::link});
}

// ns/

bool find_namespace(const Look& look, const Node& at, std::string_view name, Node& found) {
    std::string target;
    if (!namespace_target(look.c, at.task, name, target)) return false;
    become_link(found, std::move(target));
    return true;
}

void list_namespaces(const Look& look, const Node& at, std::vector<DirEntry>& entries) {
    std::string target;
    for (const char* name : {"net", "uts", "ipc", "pid", "pid_for_children", "user", "mnt",
                             "cgroup", "time", "time_for_children"})
        if (namespace_target(look.c, at.task, name, target))
            entries.push_back({name, FileKind::link});
}

// task/

extern const Folder thread_folder;

bool find_thread(const Look& look, const Node& at, std::string_view name, Node& found) {
    u32 tid;
    if (!number_of(name, tid)) return false;
    TaskId t = find_task_by_pid(look.c, static_cast<s32>(tid));
    const auto& tasks = look.c.w.tasks;
    if (!t || !tasks.alive(t) || tasks[t].tgid != tasks[at.task].tgid) return false;
    found.task = t;
    found.thread = true;
    become_folder(found, thread_folder);
    return true;
}

void list_threads(const Look& look, const Node& at, std::vector<DirEntry>& entries) {
    const auto& tasks = look.c.w.tasks;
    TaskId leader = tasks[at.task].group_leader;
    for (TaskId t = leader ? leader : at.task; t; t = tasks[t].thread_next)
        entries.push_back({std::to_string(tasks[t].pid), FileKind::directory});
}

const Folder fd_folder{{}, {}, find_descriptor, list_descriptors};
const Folder ns_folder{{}, {}, find_namespace, list_namespaces};
const Folder threads_folder{{}, {}, find_thread, list_threads};

constexpr Sub thread_folders[] = {{"fd", &fd_folder, has_files}, {"ns", &ns_folder}};
constexpr Sub process_folders[] = {
    {"fd", &fd_folder, has_files}, {"ns", &ns_folder}, {"task", &threads_folder}};

const Folder thread_folder{task_files, thread_folders, find_link, list_links};

}  // namespace

const Folder task_folder{task_files, process_folders, find_link, list_links};

}  // namespace rq::view::tree
