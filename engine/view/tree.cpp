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

constexpr u64 cap_dac_override = u64{1} << 1;

struct Owner {
    s32 uid = 0;
    s32 gid = 0;
};
/// The kernel's files belong to root, those of a process to its user.
Owner owner_of(const Context& c, const Node& node) {
    if (!node.task || !c.w.tasks.alive(node.task) || !c.w.tasks[node.task].cred) return {};
    const cred& of = c.w.creds[c.w.tasks[node.task].cred];
    return {of.euid, of.gid};
}

/// May `who` read (4), write (2) or search (1) it (inode_permission)? A null task is the machine.
bool may(const Context& c, TaskId who, const Node& node, u32 wanted) {
    if (!who || !c.w.tasks.alive(who) || !c.w.tasks[who].cred) return true;
    const cred& own = c.w.creds[c.w.tasks[who].cred];
    if (own.cap_effective & cap_dac_override && !c.w.namespaces[own.user_ns].level) return true;
    const Owner owner = owner_of(c, node);
    const u32 shift = own.euid == owner.uid ? 6 : own.gid == owner.gid ? 3 : 0;
    return node.mode >> shift & wanted;
}

/// Control groups are made and removed in folders of root's (0755).
bool may_change_groups(const Context& c, TaskId who) {
    Node folder;
    folder.mode = 0755;
    return may(c, who, folder, 2);
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
        if (!may(look.c, look.reader, way.back(), 1)) return -EACCES;
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
    node.mode = folder.mode;
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
    const Owner owner = owner_of(c, node);
    info.uid = static_cast<u32>(owner.uid);
    info.gid = static_cast<u32>(owner.gid);
    return 0;
}

s32 read_file(const Context& c, TaskId reader, std::string_view path, std::string& text) {
    Node node;
    text.clear();
    if (s32 error = walk({c, reader}, path, true, node)) return error;
    if (node.kind == FileKind::directory) return -EISDIR;
    if (!may(c, reader, node, 4)) return -EACCES;
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
    if (!may(c, reader, node, 4)) return -EACCES;
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
    if (s32 error = walk({c, writer}, path, true, node)) return error;
    if (node.kind == FileKind::directory) return -EISDIR;
    if (!(node.mode & 0222) || !may(c, writer, node, 2)) return -EACCES;
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
    if (!may_change_groups(c, who)) return -EACCES;
    action = ActionSpec{};
    action.kind = ActionSpec::Kind::make_folder;
    action.path = path;
    return try_out(c, [&](Context& k) { return make_kernel_folder(k, path); });
}

s32 rmdir_action(const Context& c, TaskId who, std::string_view path, ActionSpec& action) {
    if (!may_change_groups(c, who)) return -EACCES;
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
