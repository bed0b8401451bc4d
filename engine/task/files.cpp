// Descriptor tables: two words for each descriptor, the open file and its flags.
#include "task/files.hpp"

#include "context.hpp"

namespace rq {

namespace {

Block& table_of(Context& c, TaskId p) { return c.w.files[c.w.tasks[p].files].fd; }

u64 fd_limit(const Context& c, TaskId p) {
    return c.w.rlimits[c.w.signals[c.w.tasks[p].signal].rlimits].nofile;
}

/// Puts a file, already counted, at the lowest free descriptor.
s32 install(Context& c, TaskId p, FileId file, u32 flags) {
    Block& fd = table_of(c, p);
    u32 at = 0;
    while (c.w.tables.get(fd, at * 2)) ++at;
    if (at >= fd_limit(c, p) || at >= 65536) return -EMFILE;
    c.w.tables.ensure(fd, at * 2 + 2);
    c.w.tables.at(fd, at * 2) = file.raw;
    c.w.tables.at(fd, at * 2 + 1) = flags;
    u32& most = c.w.files[c.w.tasks[p].files].max_fds;
    if (at + 1 > most) most = at + 1;
    return static_cast<s32>(at);
}

}  // namespace

void put_file(Context& c, FileId id) {
    if (!id || --c.w.open_files[id].f_count) return;
    c.w.open_files.destroy(id);
}

s32 fd_open(Context& c, TaskId p, u32 name, bool cloexec) {
    FileId id = c.w.open_files.create();
    c.w.open_files[id].f_count = 1;
    c.w.open_files[id].name = name;
    s32 fd = install(c, p, id, cloexec ? FD_CLOEXEC_FLAG : 0);
    if (fd < 0) put_file(c, id);
    return fd;
}

FileId fd_file(const Context& c, TaskId p, s32 fd) {
    FilesId files = c.w.tasks[p].files;
    if (fd < 0 || !files) return {};
    return FileId{c.w.tables.get(c.w.files[files].fd, static_cast<u32>(fd) * 2)};
}

s32 fd_of_name(const Context& c, TaskId p, u32 name) {
    const files_struct& files = c.w.files[c.w.tasks[p].files];
    for (u32 at = 0; at < files.max_fds; ++at) {
        FileId file = fd_file(c, p, static_cast<s32>(at));
        if (file && c.w.open_files[file].name == name) return static_cast<s32>(at);
    }
    return -EBADF;
}

s32 fd_close(Context& c, TaskId p, s32 fd) {
    FileId file = fd_file(c, p, fd);
    if (!file) return -EBADF;
    Block& table = table_of(c, p);
    c.w.tables.at(table, static_cast<u32>(fd) * 2) = 0;
    c.w.tables.at(table, static_cast<u32>(fd) * 2 + 1) = 0;
    put_file(c, file);
    return 0;
}

s32 fd_dup(Context& c, TaskId p, s32 fd) {
    FileId file = fd_file(c, p, fd);
    if (!file) return -EBADF;
    ++c.w.open_files[file].f_count;
    s32 copy = install(c, p, file, 0);
    if (copy < 0) put_file(c, file);
    return copy;
}

FilesId dup_files(Context& c, FilesId from) {
    FilesId id = c.w.files.create();
    c.w.files[id].count = 1;
    if (!from || !c.w.files[from].fd) return id;
    Block source = c.w.files[from].fd;
    Block copy = c.w.tables.allocate(source.size());
    for (u32 i = 0; i < source.size(); ++i) {
        u32 word = c.w.tables.at(source, i);
        c.w.tables.at(copy, i) = word;
        if (i % 2 == 0 && word) ++c.w.open_files[FileId{word}].f_count;
    }
    c.w.files[id].fd = copy;
    c.w.files[id].max_fds = c.w.files[from].max_fds;
    return id;
}

void do_close_on_exec(Context& c, TaskId p) {
    u32 end = c.w.files[c.w.tasks[p].files].max_fds;
    for (u32 at = 0; at < end; ++at)
        if (c.w.tables.get(table_of(c, p), at * 2 + 1) & FD_CLOEXEC_FLAG)
            fd_close(c, p, static_cast<s32>(at));
}

}  // namespace rq
