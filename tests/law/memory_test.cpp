// The swarm of memory: random programs that map, touch, lock, fork and unmap on machines and in
// groups that are too small for them, every law checked after every event. RUNQUEUE_SEEDS=N-N
// repeats a seed.
#include "base/prng.hpp"
#include "sim/simulation.hpp"

#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <string>

using namespace rq;

namespace {

class Maker {
   public:
    explicit Maker(u64 seed) : random_(Prng::stream(seed, 4711)) {}

    std::string scenario() {
        std::string out = R"({"format":"runqueue/1","duration":"200ms","machine":{"cpus":)";
        u64 cpus = 1 + below(2);
        u64 nodes = chance(1, 3) ? cpus : 1;
        out += number(cpus) + R"(,"nodes":)" + number(nodes) + R"(,"memory":)";
        out += number((32 + below(400)) * 4096) + "}";
        out += R"(,"costs":{"disk_read":")" + number(below(9)) + R"(ms"})";
        if (chance(1, 4)) out += R"(,"files":"cached")";
        out += R"(,"image":")" + std::string(chance(1, 3) ? "program" : "none") + '"';
        out += R"(,"sysctl":{"vm.overcommit_memory":)" + number(below(3)) + "}";
        out += R"(,"cgroups":{"a":{"memory.max":)" + number((8 + below(200)) * 4096) +
               R"(},"a/b":{"memory.max":)" + number((8 + below(200)) * 4096) + "}}";
        out += R"(,"tasks":[)";
        u64 tasks = 1 + below(4);
        for (u64 i = 0; i < tasks; ++i) {
            if (i) out += ',';
            out += R"({"name":"t)" + number(i) + '"';
            if (chance(1, 2)) out += chance(1, 2) ? R"(,"cgroup":"a")" : R"(,"cgroup":"a/b")";
            out += R"(,"program":[)" + repeated(0) + "]}";
        }
        return out + "]}";
    }

   private:
    u64 below(u64 n) { return random_.below(n); }
    bool chance(u32 a, u32 b) { return random_.chance(a, b); }
    static std::string number(u64 n) { return std::to_string(n); }

    std::string pages(u64 most) {
        u64 first = below(most);
        u64 last = first + below(most - first);
        return number(first) + '-' + number(last);
    }
    std::string area() {
        static const char* const names[] = {"a", "b", "f", "/tmp/g", "heap", "stack"};
        return names[below(6)];
    }
    std::string map() {
        static const char* const kinds[] = {"anon", "shared", "file", "file_shared"};
        std::string name = area();
        u64 kind = name == "f" || name == "/tmp/g" ? 2 + below(2) : below(2);
        return "map " + name + ' ' + number(1 + below(96)) + ' ' + kinds[kind];
    }
    std::string operation() {
        static const char* const advices[] = {"dontneed", "dontfork", "dofork", "wipeonfork"};
        static const char* const rights[] = {"rw", "r", "none"};
        switch (below(14)) {
            case 0:
            case 1: return map();
            case 2:
            case 3:
            case 4: return "touch " + area() + ' ' + pages(64);
            case 5: return "read " + area() + ' ' + pages(64);
            case 6: return "mlock " + area();
            case 7: return "madvise " + area() + ' ' + advices[below(4)] + ' ' + pages(48);
            case 8: return "mprotect " + area() + ' ' + rights[below(3)] + ' ' + pages(48);
            case 9: return "munmap " + area() + ' ' + pages(48);
            case 10: return "unmap " + area();
            case 11: return "oom_score_adj " + number(below(1001));
            case 12: return "sleep " + number(1 + below(4000)) + "us";
            default: return "run " + number(1 + below(900)) + "us";
        }
    }
    std::string operations(u32 depth) {
        std::string out;
        u64 count = 2 + below(7);
        for (u64 i = 0; i < count; ++i) {
            if (!out.empty()) out += ',';
            if (depth < 2 && chance(1, 6))
                out += std::string(R"({")") + (chance(1, 4) ? "vfork" : "fork") + R"(":[)" +
                       operations(depth + 1) + R"(]},"wait_children")";
            else
                out += '"' + operation() + '"';
        }
        return out;
    }
    std::string repeated(u32 depth) {
        return R"({"repeat":20,"do":[)" + operations(depth) + R"(,"sleep 1ms"]})";
    }
    Prng random_;
};

constexpr u64 events_max = 1500;

}  // namespace

TEST_CASE("law: no random use of memory breaks a law after any event") {
    u64 first = 1;
    u64 last = 300;
    if (const char* text = std::getenv("RUNQUEUE_SEEDS"))
        if (std::sscanf(text, "%llu-%llu", reinterpret_cast<unsigned long long*>(&first),
                        reinterpret_cast<unsigned long long*>(&last)) < 2)
            last = first;
    u64 kills = 0, major = 0;
    for (u64 seed = first; seed <= last; ++seed) {
        std::string text = Maker(seed).scenario();
        INFO("seed ", seed, "; repeat: RUNQUEUE_SEEDS=", seed, "-", seed,
             " runqueue_law -tc='law: no random use*'; ", text);
        Result<Scenario> scenario = read_scenario(text);
        REQUIRE_MESSAGE(bool(scenario), to_string(scenario.errors()[0]));
        scenario->kernel = seed % 2 ? KernelVersion::v6_12 : KernelVersion::v6_1;
        SimulationOptions options;
        options.keyframes = false;
        auto run = Simulation::boot(*scenario, options);
        REQUIRE(bool(run));
        for (u64 i = 0; i < events_max && (*run)->step(); ++i) {
            std::vector<std::string> broken = (*run)->broken_laws();
            if (broken.empty()) continue;
            FAIL(broken[0]);
            return;
        }
        kills += (*run)->world().g.oom_kills;
        Trace::Reader reader = (*run)->trace().read(0);
        for (Record r; reader.next(r);) major += r.event == Ev::page_fault && (r.arg[1] & 8);
    }
    // The swarm must reach what it is about.
    if (last - first >= 100) {
        CHECK(kills > 50);
        CHECK(major > 10);
    }
}
