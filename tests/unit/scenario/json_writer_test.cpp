// The canonical form, and that every scenario survives it.
#include "support/paths.hpp"
#include "unit/scenario/programs.hpp"

#include <filesystem>
#include <set>

using namespace rq;
using namespace testing;

namespace {

/// Writes, reads, writes; the text, or why it is not stable.
std::string round_trip(const Scenario& s) {
    std::string text = write_scenario(s);
    Result<Scenario> again = read_scenario(text);
    if (!again) return "unreadable: " + to_string(again.errors().front()) + "\n" + text;
    std::string second = write_scenario(*again);
    return second == text ? text : "unstable:\n" + text + "\n" + second;
}

bool stable(const Scenario& s) { return round_trip(s)[0] == '{'; }

}  // namespace

TEST_CASE("writer: the canonical form leaves defaults out and keeps short things on a line") {
    Scenario s = read(R"({"format": "runqueue/1", "duration": 3000000, "seed": 1, "tasks": [
        {"nice": 5, "name": "a", "program": [{"do": ["run 1000us"], "repeat": -1}]}]})");
    CHECK(write_scenario(s) ==
          "{\n"
          "  \"format\": \"runqueue/1\",\n"
          "  \"duration\": \"3ms\",\n"
          "  \"tasks\": [{\"name\": \"a\", \"nice\": 5, \"program\": "
          "[{\"repeat\": -1, \"do\": [\"run 1ms\"]}]}]\n"
          "}\n");
}

TEST_CASE("writer: all scenarios and imported files of the repository read back byte for byte") {
    namespace fs = std::filesystem;
    std::set<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(support::source_path("scenarios"))) {
        if (entry.path().extension() == ".json" && entry.path().filename() != "schema.json")
            files.insert(entry.path().string());
    }
    CHECK(files.size() >= 9);
    for (const std::string& file : files) {
        Scenario s = read(support::read_file(file));
        CHECK_MESSAGE(stable(s), file << "\n" << round_trip(s));
    }
}

TEST_CASE("writer: every operation and every key read back byte for byte") {
    std::string text = R"({"format": "runqueue/1", "title": "a \"b\"\n\u00e4", "kernel": "6.12",
      "profile": "emulated", "machine": {"name": "mine", "cores": 3}, "boot": "isolcpus=1",
      "first_tick": 7, "from": "1us", "sysctl": {"x-a": "007", "b": -0.50, "c": "-0", "c": 1},
      "cgroups": {"x-g": {"cpu.max": "1 2"}}, "programs": {"p q": ["run 1ms"], "e": []},
      "tasks": [{"name": "my task", "policy": "idle", "cgroup": "x-g", "program": [
        "run 1", "runtime 2us", "sleep 3ms", "sleep_until 4s", "period 5ms", "timer 6ms",
        "timer 6ms 1", "timer 6ms 0 x", "yield", "pause", "nop", "fork", "fork \"p q\"",
        "fork e 2", "fork e 2 kid", {"fork": ["nop"], "name": "n"}, "vfork", {"vfork": "e"},
        "clone CLONE_VM|SIGCHLD", {"clone": ["nop"], "flags": "CLONE_FS", "name": "c"},
        "exec e", "exit", "exit 3", "exit_group 4", "wait", "wait_children", "touch heap 1-2",
        "read heap 0", "write heap 3-4", "map m 5 file", "map m 5", "unmap m", "mem 4096",
        "iorun 100", "lock a", "lock a pi", "unlock \"\"", "cond_wait c m", "cond_signal c",
        "cond_broadcast c", "cond_sync c m", "barrier b 3", "suspend", "suspend s", "resume s",
        "sem_post s", "sem_wait s", "pipe_write p", "pipe_write p 9", "pipe_read p", "nice -3",
        "setscheduler SCHED_RR 3", "setattr SCHED_OTHER 1ms 0 0 5", "setaffinity 0-2",
        "setgroup x-g", "memrun write|random 4KiB 5 6 shared",
        {"if child": [{"repeat": 2, "do": [{"if parent": ["nop"]}]}]}]}],
      "actions": [{"at": 1, "write": "f", "value": "1e3"}], "expect": [{"metric": "m",
        "op": "==", "value": "text", "points": 0}], "lesson": [{"text": ""}]})";
    Scenario s = read(text);
    CHECK_MESSAGE(stable(s), round_trip(s));
    // Nothing was lost on the way: the program is the same operation for operation.
    Result<Scenario> again = read_scenario(write_scenario(s));
    REQUIRE(again);
    const std::vector<Op>& a = s.programs[s.tasks[0].program].ops;
    const std::vector<Op>& b = again->programs[again->tasks[0].program].ops;
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        CHECK(a[i].code == b[i].code);
        CHECK(a[i].present == b[i].present);
        CHECK(a[i].flags == b[i].flags);
        for (u32 k = 0; k < 4; ++k) CHECK(a[i].n[k] == b[i].n[k]);
        for (u32 k = 0; k < 2; ++k) CHECK(s.names[a[i].name[k]] == again->names[b[i].name[k]]);
    }
}

TEST_CASE("writer: programs used twice or nested too deep to stand inline get names") {
    Scenario s = read(R"({"format": "runqueue/1", "programs": {
        "twice": [{"fork": ["run 1ms"]}]}, "tasks": [
        {"name": "t", "program": ["call twice", "call twice"]}]})");
    CHECK_MESSAGE(stable(s), round_trip(s));
    CHECK(write_scenario(s).find("\"program1\"") != std::string::npos);
    std::string deep = "[\"nop\"]";
    for (u32 i = 0; i < 12; ++i) deep = "[{\"if child\": " + deep + "}]";
    std::string nested = R"({"format": "runqueue/1", "programs": {"deep": [{"fork": )" + deep +
                         R"(}]}, "tasks": [{"name": "t", "program": [{"repeat": 2, "do": [
                         {"repeat": 2, "do": ["call deep"]}]}]}]})";
    Scenario d = read(nested);
    CHECK_MESSAGE(stable(d), round_trip(d));
}

TEST_CASE("random: the same seed gives the same scenario, another seed another") {
    CHECK(write_scenario(random_scenario(5)) == write_scenario(random_scenario(5)));
    CHECK(write_scenario(random_scenario(5)) != write_scenario(random_scenario(6)));
}

TEST_CASE("random: 500 seeds with everything on are valid scenarios that fit their machine") {
    RandomOptions all;
    all.cpus_max = 8;
    all.realtime = all.deadline = all.groups = all.affinity = all.actions = true;
    std::set<u32> seen;
    for (u64 seed = 0; seed < 500; ++seed) {
        Scenario s = random_scenario(seed, all);
        std::string why = round_trip(s);
        REQUIRE_MESSAGE(why[0] == '{', "seed " << seed << ": " << why);
        CHECK_MESSAGE(check_machine(s).empty(), "seed " << seed);
        for (const TaskSpec& t : s.tasks) seen.insert(static_cast<u32>(t.policy));
        for (const ProgramSpec& p : s.programs) {
            for (const Op& op : p.ops) seen.insert(100 + static_cast<u32>(op.code));
        }
    }
    for (Policy p : {Policy::normal, Policy::fifo, Policy::rr, Policy::batch, Policy::idle,
                     Policy::deadline})
        CHECK(seen.count(static_cast<u32>(p)) == 1);
    for (OpCode c : {OpCode::fork, OpCode::lock, OpCode::pipe_read, OpCode::touch, OpCode::period,
                     OpCode::yield, OpCode::wait_children})
        CHECK(seen.count(100 + static_cast<u32>(c)) == 1);
}

TEST_CASE("random: what an option forbids does not occur") {
    RandomOptions few;
    few.nice = few.sleep = few.forks = few.memory = few.pipes = few.mutexes = false;
    for (u64 seed = 0; seed < 50; ++seed) {
        Scenario s = random_scenario(seed, few);
        CHECK(s.machine.cpus() == 1);
        for (const TaskSpec& t : s.tasks) CHECK(t.nice == 0);
        for (const ProgramSpec& p : s.programs) {
            for (const Op& op : p.ops) {
                bool plain = op.code == OpCode::run || op.code == OpCode::yield ||
                             op.code == OpCode::loop_begin || op.code == OpCode::loop_end;
                CHECK(plain);
            }
        }
    }
}
