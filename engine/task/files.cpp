// Descriptor tables: two words for each descriptor, the open file and its flags.
#include "task/files.hpp"

#include "context.hpp"
#include "task/uapi.hpp"

namespace rq {

namespace {

Block& table_of(Context& c, TaskId p) { return c.w.files[c.w.tasks[p].files].fd; }

u64 fd_limit(const Context& c, TaskId p) {
    return c.w.rlimits[c.w.signals[c.w.tasks[p].signal].rlimits].nofile;
}

/// The lowest free descriptor, or -EMFILE.
s32 free_descriptor(const Context& c, TaskId p) {
    const Block& fd = c.w.files[c.w.tasks[p].files].fd;
    u32 at = 0;
    while (c.w.tables.get(fd, at * 2)) ++at;
    return at >= fd_limit(c, p) || at >= 65536 ? -EMFILE : static_cast<s32>(at);
}

/// Puts a file, already counted, at the lowest free descriptor.
s32 install(Context& c, TaskId p, FileId file, u32 flags) {
    s32 found = free_descriptor(c, p);
    if (found < 0) return found;
    u32 at = static_cast<u32>(found);
    Block& fd = table_of(c, p);
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

bool fd_is_free(const Context& c, TaskId p) { return free_descriptor(c, p) >= 0; }

s32 pidfd_create(Context& c, TaskId p, TaskId of, u32 name, bool nonblock) {
    FileId id = c.w.open_files.create();
    file& f = c.w.open_files[id];
    f.f_count = 1;
    f.name = name;
    f.kind = FILE_PIDFD;
    f.object = of.raw;
    f.f_flags = nonblock ? FILE_NONBLOCK : 0;
    s32 fd = install(c, p, id, FD_CLOEXEC_FLAG);
    if (fd < 0) put_file(c, id);
    return fd;
}

s32 sys_pidfd_open(Context& c, TaskId p, TaskId of, u32 name, bool nonblock) {
    if (!of || !c.w.tasks[of].signal) return -ESRCH;
    if (c.w.tasks[of].group_leader != of) return -EINVAL;
    return pidfd_create(c, p, of, name, nonblock);
}

s32 pidfd_of_name(const Context& c, TaskId p, std::string_view name) {
    auto pidfd = [&](s32 fd) -> const file* {
        FileId id = fd_file(c, p, fd);
        return id && c.w.open_files[id].kind == FILE_PIDFD ? &c.w.open_files[id] : nullptr;
    };
    s32 end = static_cast<s32>(c.w.files[c.w.tasks[p].files].max_fds);
    for (s32 fd = 0; fd < end; ++fd)
        if (const file* f = pidfd(fd))
            if (c.image.name(f->name) == name) return fd;
    s32 number = 0;
    for (char digit : name) {
        if (digit < '0' || digit > '9' || number > 65536) return -EBADF;
        number = number * 10 + (digit - '0');
    }
    return !name.empty() && pidfd(number) ? number : -EBADF;
}

TaskId pidfd_task(const Context& c, TaskId p, s32 fd) {
    TaskId of{c.w.open_files[fd_file(c, p, fd)].object};
    return c.w.tasks.alive(of) && c.w.tasks[of].signal ? of : TaskId{};
}

void pidfds_follow(Context& c, TaskId from, TaskId to) {
    for (u32 slot = 1; slot < c.w.open_files.slot_end(); ++slot) {
        if (!c.w.open_files.live_slot(slot)) continue;
        file& f = c.w.open_files.at_slot(slot);
        if (f.kind == FILE_PIDFD && f.object == from.raw) f.object = to.raw;
    }
}

}  // namespace rq
