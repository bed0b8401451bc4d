// Open files (fs/file.c, 6.1): descriptor tables, open file descriptions, offsets. There are no
// bytes in them; what is simulated is what processes share.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;

inline constexpr u32 FD_CLOEXEC_FLAG = 1;

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

}  // namespace rq
