// Operations of runqueue/1: command lines, blocks and what becomes of them.
#include "support/paths.hpp"
#include "unit/scenario/programs.hpp"

using namespace rq;
using namespace testing;

namespace {

std::string scenario(const std::string& ops, const std::string& more = "") {
    return "{\"format\": \"runqueue/1\"," + more + "\"tasks\": [{\"name\": \"t\", \"program\": " +
           ops + "}]}";
}

std::string program(const std::string& ops, const std::string& more = "") {
    Scenario s = read(scenario(ops, more));
    return show_task(s, 0);
}

/// The complaint about one command line, without its place.
std::string complaint(const std::string& line) {
    Result<Scenario> result = read_scenario(scenario("[\"" + line + "\"]"));
    if (result) return "none";
    const Diagnostic& d = result.errors().front();
    return d.code + ": " + d.message + (d.hint.empty() ? "" : " " + d.hint);
}

}  // namespace

TEST_CASE("programs: command lines become operations with their arguments in order") {
    Scenario s = read(scenario(
        R"(["run 5ms", " write  heap 3-15 ", "timer 10ms 1 clock", "sleep 7"])"));
    const std::vector<Op>& ops = s.programs[s.tasks[0].program].ops;
    REQUIRE(ops.size() == 4);
    CHECK(ops[0].code == OpCode::run);
    CHECK(ops[0].n[0] == 5'000'000);
    CHECK(ops[1].code == OpCode::write);
    CHECK(s.names[ops[1].name[0]] == "heap");
    CHECK(ops[1].n[0] == 3);
    CHECK(ops[1].n[1] == 15);
    CHECK(ops[2].n[0] == 10'000'000);
    CHECK(ops[2].n[1] == 1);
    CHECK(s.names[ops[2].name[0]] == "clock");
    CHECK(ops[2].present == 7);
    CHECK(ops[3].n[0] == 7);
}

TEST_CASE("programs: what an operation's words mean stands in flags") {
    Scenario s = read(scenario(
        R"(["setscheduler SCHED_RR|SCHED_RESET_ON_FORK 5", "map a 4 shared", "lock m pi", "lock m",
            "clone CLONE_VM|SIGCHLD", "setaffinity 3,1-2", "setaffinity all"])"));
    const std::vector<Op>& ops = s.programs[s.tasks[0].program].ops;
    REQUIRE(ops.size() == 7);
    CHECK(ops[0].flags == (2 | sched_flag_reset_on_fork));
    CHECK(ops[1].flags == static_cast<u64>(MapKind::shared));
    CHECK(ops[2].flags == 1);
    CHECK(ops[3].flags == 0);
    CHECK(ops[4].flags == (0x100 | 17));
    CHECK(s.names[ops[5].name[0]] == "1-3");
    CHECK(s.names[ops[6].name[0]] == "all");
}

TEST_CASE("programs: repeated blocks become jumps that know each other") {
    CHECK(program(
              R"([{"repeat": 3, "do": ["run 1ms", {"repeat": -1, "do": ["yield"]}]}, "nop"])") ==
          "loop_begin 3>5; run 1ms; loop_begin -1>4; yield; loop_end>2; loop_end>0; nop");
    CHECK(program(R"([{"repeat": "forever", "do": ["yield"]}])") ==
          "loop_begin -1>2; yield; loop_end>0");
}

TEST_CASE("programs: conditions jump behind their block") {
    CHECK(program(R"(["fork", {"if child": ["run 1ms", "exit 3"]}, {"if parent": []}, "wait"])") ==
          "fork; if_child>4; run 1ms; exit 3; if_parent>5; wait");
}

TEST_CASE("programs: a fork's list is a program of its own, with number and name") {
    Scenario s = read(scenario(
        R"([{"fork": ["run 1ms", {"fork": ["run 2ms"]}], "count": 3, "name": "kid"},
            "fork w 2 x"])",
        R"("programs": {"w": ["run 9ms"]},)"));
    CHECK(show_task(s, 0) == "fork \"\" 3 kid>2; fork w 2 x>0");
    CHECK(show(s, 0) == "run 9ms");
    CHECK(show(s, 1) == "run 2ms");
    CHECK(show(s, 2) == "run 1ms; fork \"\">1");
}

TEST_CASE("programs: a call writes the operations of the other program out") {
    const char* programs =
        R"("programs": {"a": ["run 1ms", "call b"], "b": [{"repeat": 2, "do": ["yield"]}]},)";
    CHECK(program(R"(["nop", "call a", "nop"])", programs) ==
          "nop; run 1ms; loop_begin 2>4; yield; loop_end>2; nop");
    Result<Scenario> loop = read_scenario(
        scenario(R"(["call a"])", R"("programs": {"a": ["call b"], "b": ["call a"]},)"));
    REQUIRE_FALSE(loop);
    CHECK(loop.errors().front().code == "recursion");
}

TEST_CASE("programs: exec takes a program of the scenario") {
    Scenario s = read(scenario(R"(["exec shell"])", R"("programs": {"ls": [], "shell": []},)"));
    CHECK(s.programs[s.tasks[0].program].ops[0].block == 1);
    CHECK(complaint("exec shell").substr(0, 15) == "unknown-program");
}

TEST_CASE("programs: a quoted word may hold blanks and quotes") {
    Scenario s = read(scenario(R"(["lock \"my \\\"big\\\" mutex\""])"));
    const Op& op = s.programs[s.tasks[0].program].ops[0];
    CHECK(s.names[op.name[0]] == "my \"big\" mutex");
    CHECK(complaint("lock \\\"my mutex").find("does not end") != std::string::npos);
}

TEST_CASE("programs: the one-key form of a command line is the same operation") {
    CHECK(program(R"([{"sleep": "10ms"}, {"run": 5}, {"write": "heap 0-1"}])") ==
          "sleep 10ms; run 5ns; write heap 0-1");
}

TEST_CASE("programs: a wrong command line is told with what would be right") {
    CHECK(complaint("slep 5ms") == "unknown-op: unknown operation `slep`. Did you mean `sleep`?");
    CHECK(complaint("sleep") ==
          "missing-argument: `sleep` wants more arguments. Usage: sleep TIME.");
    CHECK(complaint("sleep 5 ms") ==
          "bad-argument: too many arguments: `ms`. Usage: sleep TIME.");
    CHECK(complaint("run fast") == "bad-argument: `fast` is no time. Usage: run TIME.");
    CHECK(complaint("loop_begin 3") == "bad-argument: `loop_begin` is made from a block. "
                                       "Write {\"repeat\": N, \"do\": [ … ]}.");
    CHECK(complaint("exit 256").substr(0, 12) == "out-of-range");
    CHECK(complaint("setscheduler SCHED_FIFO 0").substr(0, 12) == "bad-priority");
    CHECK(complaint("clone CLONE_VMM").find("`CLONE_VMM`") != std::string::npos);
    CHECK(complaint("touch heap 5-2").substr(0, 12) == "bad-argument");
    CHECK(complaint("").substr(0, 10) == "unknown-op");
}

TEST_CASE("programs: the place of a wrong word is the word, not the line it is in") {
    CHECK(complaints("{\"format\": \"runqueue/1\", \"tasks\": [{\"name\": \"t\", \"program\": [\n"
                     "  \"run 1ms\", \"sleep never\"\n]}]}") == "2:21 bad-argument");
}

TEST_CASE("programs: 8 nested repeats are read, 9 are refused") {
    auto nested = [](u32 depth) {
        std::string ops = "[\"yield\"]";
        for (u32 i = 0; i < depth; ++i) ops = "[{\"repeat\": 2, \"do\": " + ops + "}]";
        return scenario(ops);
    };
    CHECK(complaints(nested(8)) == "none");
    CHECK(first_complaint(nested(9)).find("more than 8 deep") != std::string::npos);
}

TEST_CASE("programs: calls that double their length stop at the limit, quickly") {
    std::string programs = "\"programs\": {\"p0\": [\"nop\", \"nop\"]";
    for (u32 i = 1; i < 30; ++i) {
        std::string before = "\"call p" + std::to_string(i - 1) + "\"";
        programs += ", \"p" + std::to_string(i) + "\": [" + before + ", " + before + "]";
    }
    Result<Scenario> result = read_scenario(scenario("[\"call p29\"]", programs + "},"));
    REQUIRE_FALSE(result);
    CHECK(result.errors().front().code == "limit");
}

TEST_CASE("operations: each has a name, a usage and a line in scenarios/README.md") {
    std::string page = support::read_file(support::source_path("scenarios/README.md"));
    for (u32 i = 0; i < static_cast<u32>(OpCode::count_); ++i) {
        OpCode code = static_cast<OpCode>(i);
        const OpInfo& info = op_info(code);
        CHECK(op_by_name(info.name, static_cast<u32>(std::string(info.name).size())) == code);
        CHECK(op_usage(code).find(info.name) == 0);
        bool made_from_blocks = code == OpCode::loop_begin || code == OpCode::loop_end ||
                                code == OpCode::if_child || code == OpCode::if_parent;
        bool told = page.find("`" + std::string(info.name)) != std::string::npos;
        CHECK_MESSAGE((made_from_blocks || told), info.name);
    }
    CHECK(op_by_name("sleepy", 6) == OpCode::count_);
}
