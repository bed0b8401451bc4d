// The kernel's files by the engine's view of them; writes are actions of the user.
#include "console/kernel_files.hpp"

#include <algorithm>

namespace rq::console {

namespace {

char kind_letter(view::FileKind kind) {
    switch (kind) {
        case view::FileKind::directory:
            return 'd';
        case view::FileKind::link:
            return 'l';
        default:
            return '-';
    }
}

/// Numbers by value and before names.
bool before(const Entry& a, const Entry& b) {
    auto number = [](const std::string& s) {
        return !s.empty() && s.find_first_not_of("0123456789") == std::string::npos;
    };
    bool x = number(a.name);
    bool y = number(b.name);
    if (x != y) return x;
    if (x && a.name.size() != b.name.size()) return a.name.size() < b.name.size();
    return a.name < b.name;
}

s32 act(Session& session, s32 error, const ActionSpec& action) {
    if (error) return error;
    session.act(action);
    return session.refused();
}

}  // namespace

bool is_kernel_path(std::string_view path) {
    return view::kernel_path(path);
}

s32 kernel_read(Session& session, TaskId reader, const std::string& path, std::string& text) {
    return view::read_file(session.context(), reader, path, text);
}

s32 kernel_write(Session& session, TaskId writer, const std::string& path, std::string_view text) {
    ActionSpec action;
    return act(session, view::write_action(session.context(), writer, path, text, action), action);
}

s32 kernel_make_directory(Session& session, TaskId who, const std::string& path, bool make) {
    ActionSpec action;
    s32 error = make ? view::mkdir_action(session.context(), who, path, action)
                     : view::rmdir_action(session.context(), who, path, action);
    return act(session, error, action);
}

s32 kernel_info(Session& session, TaskId reader, const std::string& path, Entry& entry) {
    view::FileInfo info;
    if (s32 error = view::file_info(session.context(), reader, path, info)) return error;
    entry.kind = kind_letter(info.kind);
    entry.mode = info.mode;
    entry.links = info.links;
    entry.target = info.target;
    return 0;
}

s32 kernel_list(Session& session, TaskId reader, const std::string& path,
                std::vector<Entry>& entries) {
    entries.clear();
    std::vector<view::DirEntry> names;
    if (s32 error = view::list_directory(session.context(), reader, path, names)) return error;
    for (const view::DirEntry& name : names) {
        Entry entry;
        if (kernel_info(session, reader, path + "/" + name.name, entry) != 0)
            entry.kind = kind_letter(name.kind);
        entry.name = name.name;
        entries.push_back(std::move(entry));
    }
    std::stable_sort(entries.begin(), entries.end(), before);
    return 0;
}

}  // namespace rq::console
