// The program as a user or a grading script calls it: output, exit codes, where messages go.
#include "support/paths.hpp"

#include <doctest/doctest.h>

#ifndef __EMSCRIPTEN__

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace {

struct Called {
    int code = -1;
    std::string out;  ///< standard output
};

/// Runs `runqueue ARGUMENTS` in the shell.
Called call(const std::string& arguments) {
    Called result;
    std::string command = support::binary_path("shell/runqueue") + " " + arguments;
    std::FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
        result.out.append(buffer, n);
    int status = pclose(pipe);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
}

std::string scenario(const char* name) {
    return support::source_path(std::string("scenarios/") + name);
}

bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

/// A folder of the test's own, gone afterwards.
struct Folder {
    std::string path;
    Folder() {
        char name[] = "/tmp/runqueue-test-XXXXXX";
        REQUIRE(mkdtemp(name) != nullptr);
        path = name;
    }
    ~Folder() { static_cast<void>(std::system(("rm -rf '" + path + "'").c_str())); }
    std::string write(const char* name, const std::string& text) const {
        std::ofstream(path + "/" + name) << text;
        return path + "/" + name;
    }
};

constexpr const char* short_run = R"({"format": "runqueue/1", "duration": "20ms",
  "tasks": [{"name": "a", "program": [{"repeat": -1, "do": ["run 1ms"]}]}]%s})";

}  // namespace

TEST_CASE("cli: run prints a table, or JSON with the keys of the recordings") {
    Called text = call("run " + scenario("04-fair/nice-weighs.json"));
    CHECK(text.code == 0);
    CHECK(has(text.out, "hogA"));
    CHECK(has(text.out, " %"));
    Called json = call("run " + scenario("04-fair/nice-weighs.json") + " --report json");
    CHECK(json.code == 0);
    CHECK(json.out.substr(0, 2) == "{\n");
    for (const char* key : {"\"tasks\"", "\"cpu_time_ns\"", "\"share\"", "\"switches_voluntary\"",
                            "\"switches_involuntary\"", "\"slice_ns\"", "\"wakeups\"",
                            "\"wakeup_latency_ns\"", "\"migrations\"", "\"context_switches_total\"",
                            "\"context_switches_workload_only\"", "\"from_t0_ns\"",
                            "\"length_ns\"", "\"hash\""})
        CHECK(has(json.out, key));
}

TEST_CASE("cli: a file may come from standard input, and built-in scenarios have names") {
    Called piped = call("hash - < " + scenario("04-fair/nice-weighs.json"));
    Called named = call("hash 04-fair/nice-weighs");
    CHECK(piped.code == 0);
    CHECK(piped.out.size() == 17);
    CHECK(piped.out == named.out);
}

TEST_CASE("cli: results go to standard output, everything else to standard error") {
    Folder f;
    std::string bad = f.write("bad.json", "{\"format\": \"runqueue/1\", \"taks\": []}");
    Called silent = call("run " + bad + " 2>/dev/null");
    CHECK(silent.code == 2);
    CHECK(silent.out.empty());
    Called loud = call("run " + bad + " 2>&1 >/dev/null");
    CHECK(has(loud.out, "bad.json:1:"));
    CHECK(has(loud.out, "taks"));
    CHECK(has(loud.out, "tasks"));
}

TEST_CASE("cli: exit codes tell bad input, bad usage, failed checks and limits apart") {
    Folder f;
    std::string good = f.write("good.json", std::string(short_run).replace(
                                                std::string(short_run).find("%s"), 2, ""));
    CHECK(call("run " + good + " >/dev/null").code == 0);
    CHECK(call("run /no/such/file 2>/dev/null").code == 2);
    CHECK(call("run 2>/dev/null").code == 3);
    CHECK(call("2>/dev/null").code == 3);
    CHECK(call("dance 2>/dev/null").code == 3);
    CHECK(call("run " + good + " --kernel 5.10 2>/dev/null").code == 3);
    CHECK(call("run " + good + " --until soon 2>/dev/null").code == 3);
    CHECK(call("run " + good + " --machine cpus=banana 2>/dev/null").code == 3);
    CHECK(call("run " + good + " --from 30ms 2>/dev/null").code == 2);
    CHECK(call("run " + good + " --trace x.perfetto 2>/dev/null").code == 3);
    CHECK(call("import " + good + " 2>/dev/null").code == 3);
    CHECK(call("export " + good + " --to perfetto 2>/dev/null").code == 3);
    CHECK(call("check " + good + " --report tap 2>/dev/null").code == 3);
    CHECK(call("--help >/dev/null").code == 0);
    std::string endless = f.write("endless.json", R"({"format": "runqueue/1", "duration": "1s",
      "profile": "ideal",
      "tasks": [{"name": "a", "program": [{"repeat": -1, "do": ["yield"]}]}]})");
    CHECK(call("run " + endless + " >/dev/null 2>&1").code == 4);
}

TEST_CASE("cli: later commands and formats are refused by name") {
    CHECK(has(call("import x 2>&1").out, "import is not available yet"));
    CHECK(has(call("export 04-fair/nice-weighs --to perfetto 2>&1").out,
              "perfetto is not available yet"));
    CHECK(has(call("check 04-fair/nice-weighs --report gradescope 2>&1").out,
              "gradescope is not available yet"));
}

TEST_CASE("cli: check grades by what the scenario expects") {
    Folder f;
    std::string template_text = short_run;
    auto with = [&](const char* expect) {
        std::string text = template_text;
        return text.replace(text.find("%s"), 2, expect);
    };
    std::string pass = f.write(
        "pass.json", with(R"(, "expect": [{"metric": "tasks.a.share", "op": ">", "value": 0.9}])"));
    std::string fail = f.write("fail.json", with(R"(, "expect": [{"id": "too much", "points": 3,
        "metric": "tasks.a.share", "op": "<", "value": 0.1, "message": "a <hog> & more"}])"));
    std::string wrong = f.write(
        "wrong.json", with(R"(, "expect": [{"metric": "tasks.a.shar", "op": ">", "value": 0}])"));
    CHECK(call("check " + pass).code == 0);
    Called failed = call("check " + pass + " " + fail);
    CHECK(failed.code == 1);
    CHECK(has(failed.out, "1 passed, 1 failed, 1 of 4 points"));
    CHECK(has(failed.out, "a <hog> & more"));
    Called unknown = call("check " + wrong + " 2>&1");
    CHECK(unknown.code == 2);
    CHECK(has(unknown.out, "Did you mean `tasks.a.share`?"));
    Called junit = call("check " + fail + " --report junit");
    CHECK(junit.code == 1);
    CHECK(has(junit.out, "<testsuite name="));
    CHECK(has(junit.out, "tests=\"1\" failures=\"1\" errors=\"0\""));
    CHECK(has(junit.out, "a &lt;hog&gt; &amp; more"));
    Called json = call("check " + fail + " --report json");
    CHECK(has(json.out, "\"passed\": false, \"points\": 0, \"max_points\": 3"));
}

TEST_CASE("cli: every scenario that comes along holds what it claims") {
    Called all = call("check " + scenario("0*/*.json"));
    CHECK(all.code == 0);
    INFO(all.out);
    CHECK_FALSE(has(all.out, "FAIL"));
}

TEST_CASE("cli: traces and exports are written where asked") {
    Folder f;
    std::string run = "run 04-fair/nice-weighs --until 100ms --trace " + f.path;
    CHECK(call(run + "/t.ftrace >/dev/null").code == 0);
    CHECK(support::read_file(f.path + "/t.ftrace").substr(0, 14) == "# tracer: nop\n");
    CHECK(call(run + "/t.rqt >/dev/null").code == 0);
    CHECK(support::read_file(f.path + "/t.rqt").substr(0, 8) == "RQTRACE1");
    CHECK(call("run 04-fair/nice-weighs --trace /no/such/dir/t.rqt >/dev/null 2>&1").code == 2);
    Called ftrace = call("export 04-fair/nice-weighs --until 100ms --to ftrace");
    CHECK(ftrace.out == support::read_file(f.path + "/t.ftrace"));
    Called csv = call("export 04-fair/nice-weighs --to csv");
    CHECK(csv.out.substr(0, 17) == "task,cpu_time_ns,");
}

TEST_CASE("cli: proc writes the files of every task at an instant") {
    Folder f;
    std::string out = f.path + "/a/proc";
    CHECK(call("proc 04-fair/nice-weighs --at 100ms --out " + out).code == 0);
    std::string status = support::read_file(out + "/1000/status");
    CHECK(has(status, "Name:\thogA\n"));
    CHECK(has(support::read_file(out + "/1001/stat"), "1001 (hogB) R 1 "));
    CHECK(has(support::read_file(out + "/1/task/1/children"), "1000 1001 "));
}

TEST_CASE("cli: a view is printed as a table, or as JSON, and wrong names are told") {
    const std::string file = scenario("01-processes/child-writes.json");
    const Called memory = call("view memory " + file + " --at 5ms --task child");
    CHECK(memory.code == 0);
    CHECK(has(memory.out, "Memory of child: buffer rw-p, 16 of 16 pages present"));
    CHECK(has(memory.out, "writable"));
    CHECK(has(memory.out, "read-only  parent"));
    const Called tree = call("view tree " + file + " --at 5ms --report json");
    CHECK(tree.code == 0);
    CHECK(has(tree.out, "\"columns\""));
    CHECK(has(tree.out, "\"    child\""));
    CHECK(call("view nothing " + file + " --at 5ms 2>/dev/null").code == 3);
    CHECK(call("view tree " + file + " --at 5ms --task nobody 2>/dev/null").code == 3);
    CHECK(call("view tree " + file + " --at 5ms --cpu 7 2>/dev/null").code == 3);
    CHECK(call("view tree " + file + " --at soon 2>/dev/null").code == 3);
    CHECK(call("view tree " + file + " --at 9s 2>/dev/null").code == 3);
}

TEST_CASE("cli: perf sched, sweep and the picture") {
    Called latency = call("perf sched latency 04-fair/sleeper-preempts --until 200ms");
    CHECK(latency.code == 0);
    CHECK(has(latency.out, "  Task                  |   Runtime ms  | Switches |"));
    CHECK(has(latency.out, "  sleeper:"));
    CHECK(has(call("perf sched map 04-fair/nice-weighs --until 50ms").out, " secs A0 => "));
    CHECK(has(call("perf sched timehist 04-fair/nice-weighs --until 50ms").out, "[tid/pid]"));
    Called sweep = call("sweep 04-fair/nice-weighs --over profile=ideal,realistic "
                        "--over first-tick=1ms,3ms --metric tasks.hogA.share");
    CHECK(sweep.code == 0);
    CHECK(has(sweep.out, "profile,first-tick,tasks.hogA.share\nideal,1ms,0.7"));
    CHECK(has(sweep.out, "\nrealistic,3ms,0.7"));
    CHECK(call("sweep 04-fair/nice-weighs --over weather=fine 2>/dev/null").code == 3);
    CHECK(call("sweep 04-fair/nice-weighs --over kernel=5.4 2>/dev/null").code == 3);
    Called svg = call("export 04-fair/nice-weighs --until 100ms --to svg");
    CHECK(svg.out.substr(0, 4) == "<svg");
    CHECK(has(svg.out, "</svg>\n"));
    CHECK(has(svg.out, "hogB waiting: "));
}

TEST_CASE("cli: why says for each task why it runs or does not; run says who preempted whom") {
    Called both = call("why 04-fair/nice-weighs --at 10ms");
    CHECK(both.code == 0);
    CHECK(has(both.out, "hogB runs because hogA had run for longer than its share"));
    CHECK(has(both.out, "hogA waits because hogB has had its share"));
    CHECK(has(both.out, "ideal_runtime = "));  // numbers of the switch, made again
    CHECK(call("why 04-fair/nice-weighs --at 10ms --task nobody 2>/dev/null").code == 3);
    CHECK(has(call("run 04-fair/nice-weighs").out, "had to leave"));
    CHECK(has(call("run 04-fair/nice-weighs --report json").out, "\"rule\": \"tick_ideal_runtime\""));
}

TEST_CASE("cli: overrides change the run, and say what cannot be") {
    std::string base = call("hash 04-fair/nice-weighs").out;
    CHECK(call("hash 04-fair/nice-weighs --profile ideal").out != base);
    CHECK(call("hash 04-fair/nice-weighs --first-tick 1ms").out != base);
    CHECK(call("hash 04-fair/nice-weighs --sched latency_ns=24000000").out != base);
    CHECK(call("hash 04-fair/nice-weighs --seed 1").out == base);
    Called wrong = call("hash 04-fair/nice-weighs --sched latencyns=1 2>&1");
    CHECK(wrong.code == 2);
    CHECK(has(wrong.out, "latencyns"));
}

#endif
