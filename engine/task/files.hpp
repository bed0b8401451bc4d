// Open files (fs/file.c, 6.1): descriptor tables, open file descriptions, offsets, and descriptors
// that stand for processes (kernel/pid.c). There are no bytes in files; what is simulated is what
// processes share.
#pragma once

#include "ids.hpp"

#include <string_view>

namespace rq {

struct Context;

inline constexpr u32 FD_CLOEXEC_FLAG = 1;
inline constexpr u32 FILE_PIDFD = 3;             ///< file::kind
inline constexpr u32 FILE_NONBLOCK = 04000;      ///< in file::f_flags: O_NONBLOCK, PIDFD_NONBLOCK

/// open(): the lowest free descriptor, or -EMFILE.
s32 fd_open(Context& c, TaskId p, u32 name, bool cloexec);
/// The lowest descriptor that stands for that file, or -EBADF.
s32 fd_of_name(const Context& c, TaskId p, u32 name);
/// The open file behind a descriptor; null if it is closed.
FileId fd_file(const Context& c, TaskId p, s32 fd);
s32 fd_close(Context& c, TaskId p, s32 fd);
s32 fd_dup(Context& c, TaskId p, s32 fd);
/// A copy of a descriptor table in which every open file is shared (dup_fd).
FilesId dup_files(Context& c, FilesId from);
/// Closes what is marked close-on-exec.
void do_close_on_exec(Context& c, TaskId p);
void put_file(Context& c, FileId id);
/// True if the task may open one more descriptor.
bool fd_is_free(const Context& c, TaskId p);

/// A close-on-exec descriptor for the process `of`, named `name` for operations; -EMFILE.
s32 pidfd_create(Context& c, TaskId p, TaskId of, u32 name, bool nonblock);
/// pidfd_open(): only for the leaders of thread groups (-EINVAL), zombies among them. -ESRCH.
s32 sys_pidfd_open(Context& c, TaskId p, TaskId of, u32 name, bool nonblock);
/// The descriptor that operations mean by a name: the lowest pidfd of that name, or a number;
/// -EBADF if it is none or stands for something else than a process.
s32 pidfd_of_name(const Context& c, TaskId p, std::string_view name);
/// The process behind a pidfd; null once it has been reaped.
TaskId pidfd_task(const Context& c, TaskId p, s32 fd);
/// Another thread took the process over (exec): its pidfds stand for that one now.
void pidfds_follow(Context& c, TaskId from, TaskId to);

}  // namespace rq
