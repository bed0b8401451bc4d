// How the files of /proc and /sys are found: folders as tables, numbered folders by functions.
// Inside view/ only.
#pragma once

#include "context.hpp"
#include "view/procfs.hpp"

#include <span>

namespace rq::view::tree {

/// Who looks at what.
struct Look {
    const Context& c;
    TaskId reader;
};

struct Folder;
struct Node;
using Read = void (*)(const Context&, const Node&, std::string&);

/// What a path leads to, and whom it is about.
struct Node {
    FileKind kind = FileKind::none;
    u16 mode = 0;
    Read read = nullptr;             ///< of a file; null: it can only be written
    const Folder* folder = nullptr;  ///< of a directory
    std::string target;              ///< of a link
    std::string_view name;           ///< of the table's row
    TaskId task{};
    bool thread = false;             ///< below task/: figures of one thread
    GroupId group{};
    u32 number = 0;                  ///< CPU, node, interrupt …
    u32 second = 0;                  ///< cache, domain … of the CPU
};

/// A file that is in every folder of its kind, or where `there` says so.
struct Row {
    std::string_view name;
    u16 mode;
    Read read;
    bool (*there)(const Context&, const Node&) = nullptr;
};
struct Sub {
    std::string_view name;
    const Folder* folder;
    bool (*there)(const Context&, const Node&) = nullptr;
};

struct Folder {
    std::span<const Row> files{};
    std::span<const Sub> folders{};
    /// Names that no table holds: numbers, links. `found` comes with the folder's own subject.
    bool (*find)(const Look&, const Node& at, std::string_view name, Node& found) = nullptr;
    void (*list)(const Look&, const Node& at, std::vector<DirEntry>& entries) = nullptr;
    u16 mode = 0555;
};

/// A node of a kind with the mode Linux gives it.
void become_folder(Node& node, const Folder& folder);
void become_link(Node& node, std::string target);
void become_file(Node& node, u16 mode, Read read);

/// A whole decimal number; false for anything else, leading zeros included.
bool number_of(std::string_view text, u32& number);
/// "cpu3" and the like: the number behind a prefix.
bool numbered(std::string_view text, std::string_view prefix, u32& number);

template <auto Write>
void of_task(const Context& c, const Node& n, std::string& out) {
    Write(c, n.task, out);
}
template <auto Write>
void of_machine(const Context& c, const Node&, std::string& out) {
    Write(c, out);
}

extern const Folder proc_folder;         ///< /proc (procfs.cpp)
extern const Folder task_folder;         ///< /proc/PID (procfs_files.cpp)
extern const Folder sysctl_folder;       ///< /proc/sys
extern const Folder irq_folder;          ///< /proc/irq
extern const Folder pressure_folder;     ///< /proc/pressure
extern const Folder sys_folder;          ///< /sys
extern const Folder cpu_folder;          ///< /sys/devices/system/cpu
extern const Folder node_folder;         ///< /sys/devices/system/node
extern const Folder sys_fs_folder;       ///< /sys/fs
extern const Folder cgroup_folder;       ///< /sys/fs/cgroup and its groups
extern const Folder sched_debug_folder;  ///< /sys/kernel/debug/sched
extern const Folder domains_folder;      ///< /sys/kernel/debug/sched/domains

}  // namespace rq::view::tree
