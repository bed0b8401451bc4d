// Random process trees: forks, clones with any flags, execs, exits, waits, signals, areas, files
// and namespaces in programs made from a seed; every law is checked after every event.
#include "base/prng.hpp"
#include "scenario/process_words.hpp"
#include "sim/simulation.hpp"

#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <string>

using namespace rq;

namespace {

constexpr const char* signals[] = {"SIGTERM", "SIGUSR1", "SIGUSR2", "SIGSTOP", "SIGCONT",
                                   "SIGCHLD", "SIGHUP",  "SIGKILL", "SIGTSTP", "SIGALRM"};
constexpr const char* clone_flags[] = {
    "CLONE_VM",     "CLONE_FS",     "CLONE_FILES",   "CLONE_SIGHAND", "CLONE_THREAD",
    "CLONE_VFORK",  "CLONE_PARENT", "CLONE_SYSVSEM", "CLONE_NEWNS",   "CLONE_NEWPID",
    "CLONE_NEWUSER", "CLONE_NEWUTS", "CLONE_NEWIPC",  "CLONE_NEWNET",  "CLONE_NEWCGROUP"};

/// Makes the text of a scenario from a seed.
class Maker {
   public:
    explicit Maker(u64 seed) : random_(Prng::stream(seed, 5)) {}
    std::string scenario() {
        std::string text = R"({"format":"runqueue/1","duration":"60ms","profile":")";
        text += random_.chance(1, 3) ? "realistic" : "ideal";
        text += R"(","machine":{"cpus":)";
        text += random_.chance(1, 2) ? "1" : "2";
        text += R"(},"programs":{)";
        for (u32 i = 0; i < programs; ++i) {
            if (i) text += ",";
            text += "\"p" + std::to_string(i) + "\":" + program(i);
        }
        text += R"(},"tasks":[{"name":"t0","program":"p0","instances":2},)";
        text += R"({"name":"t1","program":"p1"},{"name":"t2","program":"p1"}]})";
        return text;
    }

   private:
    static constexpr u32 programs = 6;
    std::string pick(const char* const* words, u32 count) { return words[random_.below(count)]; }
    std::string number(u32 below) { return std::to_string(random_.below(below)); }
    std::string pages() {
        u64 first = random_.below(8);
        return std::to_string(first) + "-" + std::to_string(first + random_.below(8 - first));
    }
    std::string flags() {
        std::string text = random_.chance(2, 3) ? "SIGCHLD" : "SIGUSR1";
        for (u32 i = 0; i < 3; ++i)
            if (random_.chance(1, 2)) text += "|" + pick(clone_flags, 8);
        if (random_.chance(1, 2)) text += "|CLONE_VM";
        if (random_.chance(1, 3)) text += "|CLONE_SIGHAND|CLONE_VM|CLONE_THREAD";
        if (random_.chance(1, 4)) text += "|" + pick(clone_flags + 8, 7);
        return text;
    }
    /// A program later in the list, so that trees end.
    std::string later(u32 i) {
        return "p" + std::to_string(i + 1 + random_.below(programs - i - 1));
    }
    std::string target() {
        static constexpr const char* who[] = {"t1", "a0", "a", "b0", "b1", "b2", "self", "parent"};
        return pick(who, random_.chance(1, 6) ? 8 : 6);
    }
    std::string area() { return random_.chance(1, 2) ? "m" : "s"; }

    std::string process_op(u32 i) {
        switch (random_.below(9)) {
            case 0: return "fork " + later(i) + " 1 a";
            case 1: return "fork " + later(i) + " " + std::to_string(1 + random_.below(3)) + " b";
            case 2: return "clone " + flags() + " " + later(i) + " a";
            case 3: return "clone " + flags() + " " + later(i) + " b";
            case 4: return "vfork " + later(i);
            case 5: return "waitpid any WNOHANG|__WALL|WUNTRACED";
            case 6: return random_.chance(1, 2) ? "wait" : "wait_children";
            case 7:
                if (random_.chance(2, 3)) return "sleep 900us";
                return random_.chance(1, 2) ? "exit " + number(9) : "exit_group " + number(9);
            default: return random_.chance(1, 3) ? "exec " + later(i) : "run 300us";
        }
    }
    std::string signal_op() {
        switch (random_.below(7)) {
            case 0: return "kill " + target() + " " + pick(signals, 10);
            case 1: return "tgkill a " + pick(signals, 10);
            case 2: return "sigaction " + pick(signals, 3) + " handle|SA_RESTART p5";
            case 3:
                return random_.chance(1, 2) ? "sigaction SIGCHLD ignore"
                                            : "sigaction SIGCHLD handle";
            case 4: return "sigprocmask block SIGUSR1,SIGTERM";
            case 5: return "sigprocmask unblock all";
            default: return "setitimer 700us";
        }
    }
    std::string memory_op() {
        static constexpr const char* advice[] = {"dontneed", "dontfork", "wipeonfork", "dofork"};
        switch (random_.below(9)) {
            case 0: return "map m 8";
            case 1: return random_.chance(1, 2) ? "map s 8 shared" : "map s 8 file";
            case 2:
            case 3: return "write " + area() + " " + pages();
            case 4: return "read " + area() + " " + pages();
            case 5: return "madvise m " + pick(advice, 4) + " " + pages();
            case 6: return "mprotect m rw " + pages();
            case 7: return "munmap " + area() + " " + pages();
            default: return "mlock m " + pages();
        }
    }
    std::string other_op() {
        switch (random_.below(12)) {
            case 0: return "open f";
            case 1: return "open g cloexec";
            case 2: return "close f";
            case 3: return "dup g";
            case 4: return "lseek f 10";
            case 5: return "setpgid";
            case 6: return random_.chance(1, 2) ? "setsid" : "prctl subreaper";
            case 7: return "semop z 1 undo";
            case 8: return "unshare " + pick(clone_flags, 15);
            case 9: return "prctl pdeathsig SIGUSR1";
            case 10: return random_.chance(1, 4) ? "setuid 1000" : "chdir d";
            default: return random_.chance(1, 2) ? "sleep 400us" : "ptrace attach a";
        }
    }
    std::string program(u32 i) {
        std::string text = i < 2 ? R"(["map m 8","map s 8 shared")" : "[\"nop\"";
        u64 count = 4 + random_.below(i + 1 < programs ? 16 : 3);
        for (u64 k = 0; k < count; ++k) {
            std::string op;
            u64 kind = random_.below(10);
            if (kind < 4 && i + 1 < programs)
                op = process_op(i);
            else if (kind < 6)
                op = signal_op();
            else if (kind < 8)
                op = memory_op();
            else
                op = other_op();
            text += ",\"" + op + "\"";
        }
        return text + "]";
    }
    Prng random_;
};

}  // namespace

TEST_CASE("law: counts, links and pages hold after every event of random process trees") {
    u64 first = 1, last = 1000;
    if (const char* range = std::getenv("RUNQUEUE_SEEDS"))
        std::sscanf(range, "%llu-%llu", reinterpret_cast<unsigned long long*>(&first),
                    reinterpret_cast<unsigned long long*>(&last));
    u64 events = 0, forks = 0;
    for (u64 seed = first; seed <= last; ++seed) {
        Result<Scenario> scenario = read_scenario(Maker(seed).scenario());
        std::string complaint = scenario ? "" : to_string(scenario.errors()[0]);
        INFO("seed ", seed);
        REQUIRE_MESSAGE(complaint.empty(), complaint);
        SimulationOptions options;
        options.keyframes = false;
        auto booted = Simulation::boot(*scenario, options);
        REQUIRE(bool(booted));
        Simulation& sim = **booted;
        std::string broken;
        for (u32 i = 0; i < 2500 && broken.empty() && sim.step(); ++i) {
            for (const std::string& law : sim.broken_laws()) broken += law + "\n";
            ++events;
        }
        CHECK_MESSAGE(broken.empty(), "event ", sim.events(), ": ", broken);
        forks += sim.world().g.total_forks;
    }
    MESSAGE(events, " events, ", forks, " forks");
    CHECK(forks > (last - first + 1) * 4);
}
