// /proc, /sys and /sys/fs/cgroup as text, in the layout of Linux 6.1 (6.12 where its kernel runs),
// at the instant of a World: what is there, what reading gives, what writing would do. Paths are
// absolute; links are followed. What the machine does not have reads as what a machine without it
// shows (no swap, no block device statistics); view/README.md lists those constants.
#pragma once

#include "base/types.hpp"
#include "ids.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq {
struct ActionSpec;
struct Context;
}

namespace rq::view {

enum class FileKind : u8 { none, file, directory, link };

/// What `ls -l` shows of a path.
struct FileInfo {
    FileKind kind = FileKind::none;
    u32 mode = 0;        ///< permission bits: 0444
    u32 links = 1;
    u32 uid = 0;
    u32 gid = 0;
    std::string target;  ///< of a link
};

struct DirEntry {
    std::string name;
    FileKind kind = FileKind::none;
};

/// True for the paths that this tree answers: "/proc", "/sys" and what is below them.
bool kernel_path(std::string_view path);

// In all of these `reader` is the task that asks: /proc/self is its directory. Null: nobody of the
// machine, then /proc/self leads nowhere. They return 0 or -errno: -ENOENT, -ENOTDIR, -EISDIR,
// -EINVAL (reading what is only written, no link), -ELOOP.

/// lstat(): a link is not followed if it is the last part of the path.
s32 file_info(const Context& c, TaskId reader, std::string_view path, FileInfo& info);
/// The whole text of a file.
s32 read_file(const Context& c, TaskId reader, std::string_view path, std::string& text);
/// The names in a directory, without "." and ".."; in the kernel's order, which no tool relies on.
s32 list_directory(const Context& c, TaskId reader, std::string_view path,
                   std::vector<DirEntry>& entries);
/// Where a link leads, as readlink says it.
s32 read_link(const Context& c, TaskId reader, std::string_view path, std::string& target);

/// What root's write of `text` into a file gives, tried out on a copy of the World: 0 or -errno as
/// in sim/kernfs.hpp. If 0, `action` is what is to be handed to Simulation::act or Session::act.
s32 write_action(const Context& c, TaskId writer, std::string_view path, std::string_view text,
                 ActionSpec& action);
/// The same for mkdir and rmdir of control groups.
s32 mkdir_action(const Context& c, TaskId who, std::string_view path, ActionSpec& action);
s32 rmdir_action(const Context& c, TaskId who, std::string_view path, ActionSpec& action);

/// Every file, link and directory below `root` ("/proc"), directories before what is in them.
struct TreeEntry {
    std::string path;
    FileKind kind;
};
std::vector<TreeEntry> walk_tree(const Context& c, std::string_view root);

/// Where a sysctl of an old name went, or which name is nearest: a hint for who asked for one that
/// is not there; empty if nothing is known.
std::string sysctl_hint(const Context& c, std::string_view key);

}  // namespace rq::view
