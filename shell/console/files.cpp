// One tree of two halves: /proc and /sys are the engine's, the rest is a table of texts.
#include "console/files.hpp"

#include "console/kernel_files.hpp"
#include "engine.hpp"

namespace rq::console {

namespace {

constexpr u64 text_max = 1 << 20;

std::string folder_of(const std::string& path) {
    std::size_t slash = path.rfind('/');
    return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Files::Files(Session& session) : session_(session) {
    for (const char* path : {"/", "/root", "/tmp", "/dev"}) directories_[path] = true;
}

std::string Files::absolute(std::string_view directory, std::string_view path) {
    std::string whole;
    if (path.empty() || path[0] != '/') whole = std::string(directory) + "/";
    whole += path;
    std::vector<std::string_view> parts;
    std::string_view rest = whole;
    while (!rest.empty()) {
        std::size_t slash = rest.find('/');
        std::string_view part = rest.substr(0, slash);
        rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
        if (part == ".." && !parts.empty()) parts.pop_back();
        if (part.empty() || part == "." || part == "..") continue;
        parts.push_back(part);
    }
    std::string out;
    for (std::string_view part : parts) out += "/" + std::string(part);
    return out.empty() ? "/" : out;
}

s32 Files::read(TaskId reader, const std::string& path, std::string& text) const {
    text.clear();
    if (is_kernel_path(path)) return kernel_read(session_, reader, path, text);
    if (path == "/dev/null") return 0;
    if (directories_.count(path)) return -EISDIR;
    auto found = texts_.find(path);
    if (found == texts_.end()) return -ENOENT;
    text = found->second;
    return 0;
}

s32 Files::write(TaskId writer, const std::string& path, std::string_view text, bool append) {
    if (is_kernel_path(path)) return kernel_write(session_, writer, path, text);
    if (path == "/dev/null" || path == "/dev/tty") return 0;
    if (directories_.count(path)) return -EISDIR;
    if (!directories_.count(folder_of(path))) return -ENOENT;
    std::string& file = texts_[path];
    if (!append) file.clear();
    if (file.size() + text.size() > text_max) return -ENOSPC;
    file += text;
    return 0;
}

s32 Files::make_directory(TaskId who, const std::string& path) {
    if (is_kernel_path(path)) return kernel_make_directory(session_, who, path, true);
    if (directories_.count(path) || texts_.count(path)) return -EEXIST;
    if (!directories_.count(folder_of(path))) return -ENOENT;
    directories_[path] = true;
    return 0;
}

s32 Files::remove_directory(TaskId who, const std::string& path) {
    if (is_kernel_path(path)) return kernel_make_directory(session_, who, path, false);
    if (texts_.count(path)) return -ENOTDIR;
    if (!directories_.count(path)) return -ENOENT;
    std::vector<Entry> entries;
    list({}, path, entries);
    if (!entries.empty()) return -ENOTEMPTY;
    directories_.erase(path);
    return 0;
}

s32 Files::remove(TaskId, const std::string& path) {
    if (is_kernel_path(path)) return -EPERM;
    if (directories_.count(path)) return -EISDIR;
    return texts_.erase(path) ? 0 : -ENOENT;
}

s32 Files::info(TaskId reader, const std::string& path, Entry& entry) const {
    entry = Entry{};
    std::size_t slash = path.rfind('/');
    entry.name = path.substr(slash + 1);
    if (is_kernel_path(path)) return kernel_info(session_, reader, path, entry);
    if (path == "/dev/null") return entry.kind = 'c', entry.mode = 0666, 0;
    if (directories_.count(path)) {
        entry.kind = 'd';
        entry.mode = 0755;
        entry.links = 2;
        return 0;
    }
    auto found = texts_.find(path);
    if (found == texts_.end()) return -ENOENT;
    entry.size = found->second.size();
    bool program = !found->second.empty() && found->second[0] == '[';
    if (program) entry.mode = 0755;
    return 0;
}

s32 Files::list(TaskId reader, const std::string& path, std::vector<Entry>& entries) const {
    entries.clear();
    if (is_kernel_path(path)) return kernel_list(session_, reader, path, entries);
    if (!directories_.count(path)) return texts_.count(path) ? -ENOTDIR : -ENOENT;
    std::map<std::string, bool> names;
    auto add = [&](const std::string& whole) {
        if (whole != "/" && folder_of(whole) == path) names[whole] = true;
    };
    for (const auto& d : directories_) add(d.first);
    for (const auto& t : texts_) add(t.first);
    if (path == "/") names["/proc"] = names["/sys"] = true;
    if (path == "/dev") names["/dev/null"] = true;
    for (const auto& n : names) {
        Entry entry;
        info(reader, n.first, entry);
        entries.push_back(entry);
    }
    return 0;
}

bool Files::is_directory(TaskId reader, const std::string& path) const {
    std::vector<Entry> entries;
    return list(reader, path, entries) == 0;
}

}  // namespace rq::console
