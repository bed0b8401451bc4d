// Finding what a path of /proc or /sys leads to, and trying out what a write would do.
#include "view/tree.hpp"

#include "sim/kernfs.hpp"

namespace rq::view {

namespace tree {

namespace {

constexpr u32 links_max = 40;  // MAXSYMLINKS

constexpr Sub root_folders[] = {{"proc", &proc_folder}, {"sys", &sys_folder}};
const Folder root{{}, root_folders};

/// One name in a directory: 0 or -ENOENT.
s32 step(const Look& look, const Node& at, std::string_view name, Node& found) {
    const Folder& folder = *at.folder;
    found = at;
    for (const Row& row : folder.files) {
        if (row.name != name || (row.there && !row.there(look.c, at))) continue;
        become_file(found, row.mode, row.read);
        found.name = row.name;
        return 0;
    }
    for (const Sub& sub : folder.folders) {
        if (sub.name != name || (sub.there && !sub.there(look.c, at))) continue;
        become_folder(found, *sub.folder);
        return 0;
    }
    return folder.find && folder.find(look, at, name, found) ? 0 : -ENOENT;
}

std::string_view take_name(std::string_view& rest) {
    while (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
    std::string_view name = rest.substr(0, rest.find('/'));
    rest.remove_prefix(name.size());
    return name;
}

/// Walks from the root; `follow`: a link at the very end is followed, too.
s32 walk(const Look& look, std::string_view path, bool follow, Node& found) {
    Node top;
    become_folder(top, root);
    std::vector<Node> way{top};
    std::string rest(path);
    u32 links = 0;
    for (;;) {
        std::string_view left = rest;
        std::string_view name = take_name(left);
        if (name.empty()) break;
        if (way.back().kind != FileKind::directory) return -ENOTDIR;
        bool last = left.find_first_not_of('/') == std::string_view::npos;
        if (name == "." || name == "..") {
            if (name == ".." && way.size() > 1) way.pop_back();
            rest = std::string(left);
            continue;
        }
        Node next;
        if (s32 error = step(look, way.back(), name, next)) return error;
        if (next.kind == FileKind::link && (follow || !last || !left.empty())) {
            if (++links > links_max) return -ELOOP;
            rest = next.target + "/" + std::string(left);
            if (!next.target.empty() && next.target[0] == '/') way.resize(1);
            continue;
        }
        way.push_back(next);
        rest = std::string(left);
    }
    found = way.back();
    return 0;
}

void list_node(const Look& look, const Node& at, std::vector<DirEntry>& entries) {
    const Folder& folder = *at.folder;
    for (const Row& row : folder.files)
        if (!row.there || row.there(look.c, at))
            entries.push_back({std::string(row.name), FileKind::file});
    for (const Sub& sub : folder.folders)
        if (!sub.there || sub.there(look.c, at))
            entries.push_back({std::string(sub.name), FileKind::directory});
    if (folder.list) folder.list(look, at, entries);
}

void walk_down(const Look& look, const Node& at, const std::string& path,
               std::vector<TreeEntry>& all) {
    std::vector<DirEntry> entries;
    list_node(look, at, entries);
    for (const DirEntry& e : entries) {
        std::string below = path + "/" + e.name;
        all.push_back({below, e.kind});
        Node next;
        if (e.kind == FileKind::directory && step(look, at, e.name, next) == 0)
            walk_down(look, next, below, all);
    }
}

/// Runs a change on a copy of the World; whatever it records is thrown away.
template <class F>
s32 try_out(const Context& c, F change) {
    World copy = c.w;
    Trace unused;
    Context trial{copy, unused, c.image};
    trial.recording = false;
    return change(trial);
}

}  // namespace

void become_folder(Node& node, const Folder& folder) {
    node.kind = FileKind::directory;
    node.mode = 0555;
    node.folder = &folder;
}

void become_link(Node& node, std::string target) {
    node.kind = FileKind::link;
    node.mode = 0777;
    node.target = std::move(target);
}

void become_file(Node& node, u16 mode, Read read) {
    node.kind = FileKind::file;
    node.mode = mode;
    node.read = read;
}

bool number_of(std::string_view text, u32& number) {
    if (text.empty() || text.size() > 9 || (text[0] == '0' && text.size() > 1)) return false;
    u32 n = 0;
    for (char ch : text) {
        if (ch < '0' || ch > '9') return false;
        n = n * 10 + static_cast<u32>(ch - '0');
    }
    number = n;
    return true;
}

bool numbered(std::string_view text, std::string_view prefix, u32& number) {
    return text.substr(0, prefix.size()) == prefix && number_of(text.substr(prefix.size()), number);
}

}  // namespace tree

using namespace tree;

bool kernel_path(std::string_view path) {
    for (std::string_view top : {"/proc", "/sys"})
        if (path.substr(0, top.size()) == top &&
            (path.size() == top.size() || path[top.size()] == '/'))
            return true;
    return false;
}

namespace {

constexpr u64 cap_dac_override = u64{1} << 1;

/// May `who` read (4) or write (2) what has this mode and this owner (inode_permission)? The
/// kernel's files belong to root, those of a process to its user; a null task is the machine's.
bool may(const Context& c, TaskId who, TaskId owner, u32 mode, u32 wanted) {
    if (!who || !c.w.tasks.alive(who) || !c.w.tasks[who].cred) return true;
    const cred& own = c.w.creds[c.w.tasks[who].cred];
    if (own.cap_effective & cap_dac_override && !c.w.namespaces[own.user_ns].level) return true;
    s32 uid = 0, gid = 0;
    if (owner && c.w.tasks.alive(owner) && c.w.tasks[owner].cred) {
        uid = c.w.creds[c.w.tasks[owner].cred].euid;
        gid = c.w.creds[c.w.tasks[owner].cred].gid;
    }
    const u32 shift = own.euid == uid ? 6 : own.gid == gid ? 3 : 0;
    return mode >> shift & wanted;
}

/// debugfs is mounted for root alone.
bool hidden(const Context& c, TaskId who, std::string_view path) {
    constexpr std::string_view debug = "/sys/kernel/debug/";
    return path.substr(0, debug.size()) == debug && !may(c, who, {}, 0700, 4);
}

}  // namespace

s32 file_info(const Context& c, TaskId reader, std::string_view path, FileInfo& info) {
    Node node;
    if (s32 error = walk({c, reader}, path, false, node)) return error;
    info = FileInfo{};
    info.kind = node.kind;
    info.mode = node.mode;
    info.target = node.target;
    if (node.kind == FileKind::directory) {
        std::vector<DirEntry> entries;
        list_node({c, reader}, node, entries);
        info.links = 2;
        for (const DirEntry& e : entries) info.links += e.kind == FileKind::directory;
    }
    if (node.task && c.w.tasks.alive(node.task))
        if (CredId id = c.w.tasks[node.task].cred) {
            info.uid = static_cast<u32>(c.w.creds[id].euid);
            info.gid = static_cast<u32>(c.w.creds[id].gid);
        }
    return 0;
}

s32 read_file(const Context& c, TaskId reader, std::string_view path, std::string& text) {
    Node node;
    text.clear();
    if (hidden(c, reader, path)) return -EACCES;
    if (s32 error = walk({c, reader}, path, true, node)) return error;
    if (node.kind == FileKind::directory) return -EISDIR;
    if (!may(c, reader, node.task, node.mode, 4) && node.mode & 0444) return -EACCES;
    if (!node.read) return -EINVAL;
    node.read(c, node, text);
    return 0;
}

s32 list_directory(const Context& c, TaskId reader, std::string_view path,
                   std::vector<DirEntry>& entries) {
    Node node;
    entries.clear();
    if (s32 error = walk({c, reader}, path, true, node)) return error;
    if (node.kind != FileKind::directory) return -ENOTDIR;
    list_node({c, reader}, node, entries);
    return 0;
}

s32 read_link(const Context& c, TaskId reader, std::string_view path, std::string& target) {
    Node node;
    if (s32 error = walk({c, reader}, path, false, node)) return error;
    if (node.kind != FileKind::link) return -EINVAL;
    target = node.target;
    return 0;
}

s32 write_action(const Context& c, TaskId writer, std::string_view path, std::string_view text,
                 ActionSpec& action) {
    Node node;
    if (hidden(c, writer, path)) return -EACCES;
    if (s32 error = walk({c, writer}, path, true, node)) return error;
    if (node.kind == FileKind::directory) return -EISDIR;
    if (!(node.mode & 0222) || !may(c, writer, node.task, node.mode, 2)) return -EACCES;
    action = ActionSpec{};
    action.kind = ActionSpec::Kind::write_file;
    action.path = path;
    action.text = text;
    std::string number = writer && c.w.tasks.alive(writer)
                             ? std::to_string(c.w.tasks[writer].tgid) : std::string("0");
    // The log of actions knows no writer: who it is stands in it as a number.
    if (path.substr(0, 10) == "/proc/self" && (path.size() == 10 || path[10] == '/'))
        action.path = "/proc/" + number + std::string(path.substr(10));
    bool members = node.name == "cgroup.procs" || node.name == "cgroup.threads";
    if (members && (text == "0" || text == "0\n")) action.text = number;
    return try_out(c, [&](Context& k) { return write_kernel_file(k, action.path, action.text); });
}

s32 mkdir_action(const Context& c, TaskId who, std::string_view path, ActionSpec& action) {
    if (!may(c, who, {}, 0755, 2)) return -EACCES;
    action = ActionSpec{};
    action.kind = ActionSpec::Kind::make_folder;
    action.path = path;
    return try_out(c, [&](Context& k) { return make_kernel_folder(k, path); });
}

s32 rmdir_action(const Context& c, TaskId who, std::string_view path, ActionSpec& action) {
    if (!may(c, who, {}, 0755, 2)) return -EACCES;
    action = ActionSpec{};
    action.kind = ActionSpec::Kind::remove_folder;
    action.path = path;
    return try_out(c, [&](Context& k) { return remove_kernel_folder(k, path); });
}

std::vector<TreeEntry> walk_tree(const Context& c, std::string_view top) {
    std::vector<TreeEntry> all;
    Look look{c, {}};
    Node node;
    if (walk(look, top, true, node) == 0 && node.kind == FileKind::directory)
        walk_down(look, node, std::string(top), all);
    return all;
}

}  // namespace rq::view
