// What fork and exec keep, drop and unshare, read from /proc: four recorded snapshots of processes
// (a parent that has set everything, its child, the child after exec, the parent after exec)
// against the same processes here.
#include "view/procfs.hpp"

#include "engine.hpp"
#include "support/proc_shape.hpp"

#include <doctest/doctest.h>
#include <map>

using namespace rq;
using namespace rq::view;
using namespace support;

namespace {

constexpr const char* scenario_text = R"({
  "format": "runqueue/1", "duration": "2s", "profile": "ideal", "machine": {"cpus": 2},
  "cgroups": {"tcg": {}},
  "programs": {"life": ["pause"]},
  "tasks": [{"name": "life", "cgroup": "tcg", "program": [
    "nice 7", "setscheduler rr 17", "setaffinity 0",
    "sigaction SIGUSR1 handle", "sigaction SIGUSR2 ignore", "sigaction SIGCHLD ignore",
    "sigprocmask block SIGHUP,SIGUSR1,SIGTERM", "tgkill life SIGUSR1", "kill self SIGTERM",
    "open /tmp/plain", "open /tmp/cloexec cloexec", "chdir /tmp/wd", "umask 027",
    "setrlimit nofile 100", "setitimer 3600s", "prctl subreaper", "prctl pdeathsig SIGHUP",
    "prctl name parentname", "map locked 335", "mlock locked 0-334",
    "unshare CLONE_NEWPID|CLONE_NEWUTS|CLONE_NEWTIME", "sleep 100ms",
    {"fork": ["pause"]}, {"fork": ["exec life"]}, "sleep 400ms", "exec life"]}],
  "actions": [{"at": "50ms", "write": "/proc/1000/oom_score_adj", "value": "123"}]
})";

using Facts = std::map<std::string, std::string>;

/// The recorded lines KEY=VALUE. Numbers of namespaces become initial or new.
std::string namespace_kind(const std::string& link) {
    constexpr u64 last_initial = 4026531841;
    std::size_t at = link.find('[');
    u64 number = std::stoull(link.substr(at + 1));
    return number <= last_initial ? "initial" : "new";
}

Facts recorded(const std::string& name) {
    Facts facts;
    std::string text = read_file(source_path("tests/data/life/" + name + ".txt"));
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = text.find('\n', begin);
        std::string line = text.substr(begin, end - begin);
        std::size_t sign = line.rfind('=');
        std::string value = line.substr(sign + 1);
        std::string key = line.substr(0, sign);
        if (key.substr(0, 3) == "ns_") value = namespace_kind(value);
        if (key == "RLIMIT_NOFILE") value = value.substr(0, value.find('/'));
        if (key == "VmLck") value = value.find_first_of("123456789") == std::string::npos ? "0" : "+";
        facts[key] = value;
        begin = end + 1;
    }
    return facts;
}

/// The same of a process here, as far as /proc tells it.
class Reading {
   public:
    Reading(Simulation& s, const std::string& pid) : c_(s.context()), dir_("/proc/" + pid + "/") {}
    Facts facts() {
        Facts f;
        std::vector<std::string> stat = words(text("stat"));
        f["sched_policy"] = stat[40];
        f["sched_priority"] = stat[39];
        f["getpriority"] = stat[18];
        for (const char* key : {"SigBlk", "SigPnd", "ShdPnd", "SigIgn", "SigCgt", "CapEff", "CapInh",
                                "CapAmb", "Threads", "Mems_allowed_list", "Cpus_allowed_list"})
            f[key] = status(key);
        f["VmLck"] = status("VmLck").find_first_of("123456789") == std::string::npos ? "0" : "+";
        f["umask"] = status("Umask").substr(1);
        f["comm"] = line("comm");
        f["cgroup"] = line("cgroup");
        f["oom_score_adj"] = line("oom_score_adj");
        f["timerslack_ns"] = line("timerslack_ns");
        f["cwd"] = link("cwd");
        f["fd_plain"] = opened("/tmp/plain");
        f["fd_cloexec"] = opened("/tmp/cloexec");
        f["RLIMIT_NOFILE"] = words(lines_of(text("limits"), "Max open files", true).substr(26))[0];
        f["mmap_region_present"] = text("maps").find("[anon:locked]") != std::string::npos ? "1"
                                                                                           : "0";
        for (const char* name : {"mnt", "pid", "pid_for_children", "user", "net", "uts", "ipc",
                                 "cgroup", "time", "time_for_children"})
            f[std::string("ns_") + name] = namespace_kind(link(std::string("ns/") + name));
        return f;
    }
    std::string text(const std::string& file) {
        std::string out;
        CAPTURE(dir_ + file);
        REQUIRE(view::read_file(c_, {}, dir_ + file, out) == 0);
        return out;
    }

   private:
    std::string line(const std::string& file) {
        std::string out = text(file);
        return out.substr(0, out.find('\n'));
    }
    std::string status(const std::string& key) {
        std::string found = lines_of(text("status"), key + ":\t", true);
        return found.substr(key.size() + 2, found.size() - key.size() - 3);
    }
    std::string link(const std::string& name) {
        std::string target;
        REQUIRE(read_link(c_, {}, dir_ + name, target) == 0);
        return target;
    }
    std::string opened(const std::string& file) {
        std::vector<DirEntry> entries;
        REQUIRE(list_directory(c_, {}, dir_ + "fd", entries) == 0);
        for (const DirEntry& e : entries)
            if (link("fd/" + e.name) == file) return "open";
        return "closed";
    }
    Context c_;
    std::string dir_;
};

void compare(Simulation& s, const std::string& pid, const std::string& name) {
    Facts real = recorded(name);
    u32 compared = 0;
    Facts ours = Reading(s, pid).facts();
    for (const auto& fact : ours) {
        CAPTURE(name);
        CAPTURE(fact.first);
        REQUIRE(real.count(fact.first) == 1);
        CHECK(fact.second == real[fact.first]);
        ++compared;
    }
    CHECK(compared >= 30);
}

}  // namespace

TEST_CASE("procfs: fork and exec keep and drop what they did in the recorded snapshots") {
    auto scenario = read_scenario(scenario_text);
    REQUIRE(scenario);
    auto booted = Simulation::boot(*scenario);
    REQUIRE(booted);
    Simulation& s = **booted;
    s.run_until(s.t0() + 300 * NSEC_PER_MSEC);
    std::vector<std::string> children = words(Reading(s, "1000").text("task/1000/children"));
    REQUIRE(children.size() == 3);  // two numbers and what follows the last blank
    compare(s, "1000", "snap_parent");
    compare(s, children[0], "snap_fork_child");
    compare(s, children[1], "snap_forkexec_child");
    s.run_until(s.t0() + 900 * NSEC_PER_MSEC);
    compare(s, "1000", "snap_exec");
}
