// cat, ls and their kin.
#include "console/kernel_files.hpp"
#include "console/proc.hpp"

namespace rq::console {

namespace {

std::string path_of(const Run& run, const std::string& path) {
    return Files::absolute(run.shell.directory(), path);
}

std::string mode_text(const Entry& e) {
    std::string out(1, e.kind);
    for (u32 shift : {6u, 3u, 0u}) {
        u32 bits = e.mode >> shift;
        out += bits & 4 ? 'r' : '-';
        out += bits & 2 ? 'w' : '-';
        out += bits & 1 ? 'x' : '-';
    }
    return out;
}

}  // namespace

s32 cmd_cat(Run& run) {
    if (run.args.size() == 1) {
        run.out += run.input;
        return 0;
    }
    s32 status = 0;
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        if (run.args[i] == "-") {
            run.out += run.input;
            continue;
        }
        std::string text;
        std::string path = path_of(run, run.args[i]);
        run.call("open " + path);
        if (run.read(run.args[i], text))
            run.out += text;
        else
            status = 1;
        run.call("close " + path);
    }
    return status;
}

namespace {

struct LsOptions {
    bool listing = false;
    bool all = false;
    bool itself = false;
};

void show_entries(Run& run, const std::vector<Entry>& entries, const LsOptions& o) {
    std::size_t link_width = 1, size_width = 1;
    for (const Entry& e : entries) {
        link_width = std::max(link_width, std::to_string(e.links).size());
        size_width = std::max(size_width, std::to_string(e.size).size());
    }
    for (const Entry& e : entries) {
        if (o.listing)
            run.out += mode_text(e) + " " + right(std::to_string(e.links), link_width) +
                       " root root " + right(std::to_string(e.size), size_width) + " Jan  1 00:00 ";
        run.out += e.name;
        if (o.listing && e.kind == 'l') run.out += " -> " + e.target;
        run.out += "\n";
    }
}

}  // namespace

s32 cmd_ls(Run& run) {
    LsOptions o;
    std::vector<std::string> paths;
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        if (run.args[i][0] != '-') {
            paths.push_back(run.args[i]);
            continue;
        }
        o.listing = o.listing || run.args[i].find('l') != std::string::npos;
        o.all = o.all || run.args[i].find('a') != std::string::npos;
        o.itself = o.itself || run.args[i].find('d') != std::string::npos;
    }
    if (paths.empty()) paths.push_back(".");
    s32 status = 0;
    std::vector<Entry> files;
    for (const std::string& path : paths) {
        Entry entry;
        std::string whole = path_of(run, path);
        s32 error = run.shell.files().info(run.self, whole, entry);
        if (error) {
            run.err += "ls: cannot access '" + path + "': " + error_text(-error) + "\n";
            status = 2;
        }
        bool folder = !error && (entry.kind == 'd' || path.back() == '/');
        if (error || (folder && !o.itself)) continue;
        entry.name = path;
        files.push_back(entry);
    }
    show_entries(run, files, o);
    bool titled = paths.size() > 1;
    for (const std::string& path : paths) {
        std::vector<Entry> entries;
        Entry entry;
        std::string whole = path_of(run, path);
        if (run.shell.files().info(run.self, whole, entry) != 0) continue;
        if (o.itself || (entry.kind != 'd' && path.back() != '/')) continue;
        if (run.shell.files().list(run.self, whole, entries) != 0) continue;
        if (titled) run.out += (run.out.empty() ? "" : "\n") + path + ":\n";
        if (o.listing) run.out += "total 0\n";
        if (o.all) {
            Entry up;
            up.kind = 'd';
            up.mode = 0555;
            up.links = 2;
            up.name = "..";
            entries.insert(entries.begin(), up);
            up.name = ".";
            entries.insert(entries.begin(), up);
        }
        show_entries(run, entries, o);
    }
    return status;
}

namespace {

s32 each_path(Run& run, const char* verb, s32 (Files::*act)(TaskId, const std::string&)) {
    s32 status = 0;
    bool quiet = false;
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        if (run.args[i][0] == '-') {
            quiet = true;  // -p, -f: what is so already is no error
            continue;
        }
        s32 error = (run.shell.files().*act)(run.self, path_of(run, run.args[i]));
        bool harmless = quiet && (error == -17 || error == -2);
        if (error && !harmless)
            status = run.fail(std::string(verb) + " '" + run.args[i] + "': " + error_text(-error));
    }
    return status;
}

}  // namespace

s32 cmd_mkdir(Run& run) {
    // -p makes what is above first.
    if (run.args.size() > 2 && run.args[1] == "-p")
        for (std::size_t i = 2; i < run.args.size(); ++i) {
            std::string whole = path_of(run, run.args[i]);
            for (std::size_t at = whole.find('/', 1); at != std::string::npos;
                 at = whole.find('/', at + 1))
                run.shell.files().make_directory(run.self, whole.substr(0, at));
        }
    return each_path(run, "cannot create directory", &Files::make_directory);
}

s32 cmd_rmdir(Run& run) {
    return each_path(run, "failed to remove", &Files::remove_directory);
}
s32 cmd_rm(Run& run) {
    return each_path(run, "cannot remove", &Files::remove);
}

namespace {

/// "kernel.sched_rt_runtime_us = 950000" of every file below.
void show_settings(Run& run, const std::string& folder, const std::string& prefix) {
    std::vector<Entry> entries;
    run.shell.files().list(run.self, folder, entries);
    for (const Entry& e : entries) {
        std::string path = folder + "/" + e.name;
        if (e.kind == 'd') {
            show_settings(run, path, prefix + e.name + ".");
            continue;
        }
        std::string text = run.slurp(path);
        while (!text.empty() && text.back() == '\n') text.pop_back();
        run.out += prefix + e.name + " = " + text + "\n";
    }
}

}  // namespace

namespace {

/// sysctl's own complaint, and below it where a setting of the scheduler went.
s32 no_such_key(Run& run, const std::string& path, const std::string& key) {
    s32 status = run.fail("cannot stat " + path + ": No such file or directory");
    const std::string hint = view::sysctl_hint(run.context(), key);
    if (!hint.empty()) run.err += "(" + hint + ")\n";
    return status;
}

}  // namespace

s32 cmd_sysctl(Run& run) {
    s32 status = 0;
    bool values_only = false;
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        std::string a = run.args[i];
        if (a == "-a" || a == "--all") {
            show_settings(run, "/proc/sys", "");
            continue;
        }
        if (a[0] == '-') {
            values_only = values_only || a.find('n') != std::string::npos;
            continue;
        }
        std::size_t equals = a.find('=');
        std::string key = a.substr(0, equals);
        std::string path = "/proc/sys/" + key;
        for (char& c : path)
            if (c == '.') c = '/';
        std::string text;
        if (equals != std::string::npos) {
            std::string value = a.substr(equals + 1);
            s32 error = run.shell.files().write(run.self, path, value, false);
            if (error == -2)
                status = no_such_key(run, path, key);
            else if (error)
                status = run.fail("setting key \"" + key + "\": " + error_text(-error));
            else
                run.out += key + " = " + value + "\n";
            continue;
        }
        if (run.shell.files().read(run.self, path, text) != 0) {
            status = no_such_key(run, path, key);
            continue;
        }
        while (!text.empty() && text.back() == '\n') text.pop_back();
        run.out += (values_only ? "" : key + " = ") + text + "\n";
    }
    return status;
}

s32 cmd_uname(Run& run) {
    std::vector<std::string> f = fields_of(run.slurp("/proc/version"));
    std::string release = f.size() > 2 ? f[2] : "";
    std::string option = run.args.size() > 1 ? run.args[1] : "-s";
    if (option == "-a")
        run.out += "Linux runqueue " + release + " #1 SMP PREEMPT_DYNAMIC x86_64 GNU/Linux\n";
    else
        run.out += (option == "-r"   ? release
                    : option == "-n" ? "runqueue"
                    : option == "-m" ? "x86_64"
                                     : "Linux") +
                   "\n";
    return 0;
}

/// Files of one's own have no modes: each can be executed.
s32 cmd_chmod(Run& run) {
    if (run.args.size() < 3) return run.fail("missing operand");
    s32 status = 0;
    for (std::size_t i = 2; i < run.args.size(); ++i) {
        std::string text;
        const std::string path = Files::absolute(run.shell.directory(), run.args[i]);
        const bool kernel = is_kernel_path(path);
        const s32 error = kernel ? -1 : run.shell.files().read(run.self, path, text);
        if (!error) continue;
        status = run.fail((kernel ? "changing permissions of '" : "cannot access '") +
                          run.args[i] + "': " + error_text(-error));
    }
    return status;
}

s32 cmd_hostname(Run& run) {
    if (run.args.size() > 1) return run.fail("the name of this machine cannot be changed");
    run.out += run.slurp("/proc/sys/kernel/hostname");
    return 0;
}

s32 cmd_id(Run& run) {
    Proc p;
    read_proc(run, "self", p);
    std::string one = std::to_string(p.uid) + "(" + user_name(p.uid) + ")";
    run.out += "uid=" + one + " gid=" + one + " groups=" + one + "\n";
    return 0;
}

s32 cmd_whoami(Run& run) {
    Proc p;
    read_proc(run, "self", p);
    run.out += user_name(p.uid) + "\n";
    return 0;
}

}  // namespace rq::console
