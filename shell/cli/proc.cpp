// `runqueue proc`: /proc and /sys of the simulated machine as files. The folder is a root: what a
// script reads at /proc/1000/stat lies at DIR/proc/1000/stat. Links beside it (DIR/1000, DIR/stat)
// let it stand for /proc alone, too.
#include "cli/commands.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace rq::cli {

namespace {

/// Makes a folder and those above it; true if it is there afterwards.
bool make_folder(const std::string& path) {
    if (mkdir(path.c_str(), 0777) == 0 || errno == EEXIST) return true;
    std::size_t slash = path.rfind('/');
    if (errno != ENOENT || slash == std::string::npos || slash == 0) return false;
    if (!make_folder(path.substr(0, slash))) return false;
    return mkdir(path.c_str(), 0777) == 0 || errno == EEXIST;
}

bool complain(const std::string& path) {
    say(path + ": cannot be made: " + std::strerror(errno));
    return false;
}

/// A link, which replaces one that is there from another instant.
bool make_link(const std::string& target, const std::string& path) {
    if (symlink(target.c_str(), path.c_str()) == 0) return true;
    if (errno == EEXIST && unlink(path.c_str()) == 0 &&
        symlink(target.c_str(), path.c_str()) == 0)
        return true;
    return complain(path);
}

/// Whose directory /proc/self is: the task of that name or number, else the first of the scenario.
TaskId self_of(const Simulation& s, const std::string& wanted) {
    TaskId named;
    TaskId first;
    s.world().tasks.for_each([&](TaskId id, const task_struct& p) {
        std::string_view comm = s.world().comms[id.slot()].text;
        if (p.pid > 0 && (comm == wanted || std::to_string(p.pid) == wanted) && !named) named = id;
        bool own = p.mm && id != s.world().g.init && id != s.world().g.rig;
        if (own && (!first || p.pid < s.world().tasks[first].pid)) first = id;
    });
    return wanted.empty() ? first : named;
}

bool write_entry(const Context& c, TaskId self, const view::TreeEntry& e, const std::string& out) {
    std::string path = out + e.path;
    std::string text;
    switch (e.kind) {
    case view::FileKind::directory: return make_folder(path) || complain(path);
    case view::FileKind::link:
        return view::read_link(c, self, e.path, text) != 0 || make_link(text, path);
    case view::FileKind::file:
        return view::read_file(c, self, e.path, text) != 0 || write_file(path, text);
    case view::FileKind::none: break;
    }
    return true;
}

bool write_tree(Simulation& s, const ProcArguments& a) {
    Context c = s.context();
    TaskId self = self_of(s, a.self);
    if (!a.self.empty() && !self) {
        say("--self: at " + a.at + " there is no task `" + a.self + "`.");
        return false;
    }
    for (const char* root : {"/proc", "/sys"}) {
        if (!make_folder(a.out + root)) return complain(a.out + root);
        for (const view::TreeEntry& e : view::walk_tree(c, root))
            if (!write_entry(c, self, e, a.out)) return false;
    }
    if (self) {
        std::string number = std::to_string(s.world().tasks[self].tgid);
        if (!make_link(number, a.out + "/proc/self")) return false;
    }
    std::vector<view::DirEntry> entries;
    view::list_directory(c, self, "/proc", entries);
    for (const view::DirEntry& e : entries)
        if (e.name != "sys" && !make_link("proc/" + e.name, a.out + "/" + e.name)) return false;
    return true;
}

}  // namespace

int proc_command(const ProcArguments& a) {
    Run run = run_to_instant(a.file, a.options, a.at);
    if (!run.simulation) return run.code;
    Simulation& s = *run.simulation;
    return write_tree(s, a) ? run.code : exit_bad_input;
}

}  // namespace rq::cli
