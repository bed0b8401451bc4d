// `runqueue proc`: /proc of the simulated machine as files.
#include "cli/commands.hpp"

#include <sys/stat.h>

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

}  // namespace

int proc_command(const ProcArguments& a) {
    u64 at = 0;
    if (!parse_time(a.at, at)) {
        say("--at: `" + a.at + "` is not a time. Write 5ms, 2s or nanoseconds.");
        return exit_bad_usage;
    }
    Run run = boot_file(a.file, a.options);
    if (!run.simulation) return run.code;
    Simulation& s = *run.simulation;
    // t0 may be known only once the rig has come to it.
    while (s.run_until(s.t0() + at) == Stop::reached && s.now() < s.t0() + at) {
    }
    if (s.now() < s.t0() + at && !s.world().g.limit_hit) {
        say("--at: the run has ended before " + a.at + ". Give an instant within its `duration`.");
        return exit_bad_usage;
    }
    if (s.world().g.limit_hit) run.code = exit_limit;
    Context c = s.context();
    std::string text;
    for (const std::string& path : view::proc_files(c)) {
        if (!view::proc_read(c, path, text)) continue;
        std::string file = a.out + "/" + path;
        if (!make_folder(file.substr(0, file.rfind('/')))) {
            say(file + ": cannot be made: " + std::strerror(errno));
            return exit_bad_input;
        }
        if (!write_file(file, text)) return exit_bad_input;
    }
    return run.code;
}

}  // namespace rq::cli
