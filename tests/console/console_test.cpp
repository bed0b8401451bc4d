// What must hold of the console beyond single outputs: the run stays a function of what was typed,
// and nothing is canned.
#include "console/console.hpp"
#include "session/builtin.hpp"

#include <doctest/doctest.h>

using namespace rq;

namespace {

struct Terminal {
    Session session;
    console::Console shell;

    explicit Terminal(const char* scenario = "04-fair/nice-weighs", const char* machine = "")
        : session(options()), shell(session) {
        Overrides overrides;
        overrides.machine = machine;
        session.set_overrides(overrides);
        REQUIRE(session.load(builtin_scenario(scenario), scenario).empty());
    }
    std::string operator()(std::string_view typed) {
        std::string out;
        for (const console::Shown& piece : shell.execute(typed)) out += piece.text;
        return out;
    }
    static SessionOptions options() {
        SessionOptions o;
        o.stretch_events = 2000;
        o.horizon_ns = 0;
        return o;
    }
};

bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("console: going back and on again comes to the same state") {
    Terminal t;
    t("sleep 1 &");
    t("nice -n 5 yes > /dev/null &");
    t("run 50ms");
    u64 at = t.session.now();
    u64 events = t.session.events();
    u64 hash = t.session.state_hash();
    t.session.seek(t.session.t0());
    CHECK(t.session.state_hash() != hash);
    t.session.seek(at);
    CHECK(t.session.events() == events);
    CHECK(t.session.state_hash() == hash);
}

TEST_CASE("console: the same text gives the same run") {
    Terminal a;
    Terminal b;
    for (const char* line : {"sleep 0.2 &", "ps -ef", "chrt -f 20 yes > /dev/null &", "run 30ms"}) {
        CHECK(a(line) == b(line));
        CHECK(a.session.state_hash() == b.session.state_hash());
    }
}

TEST_CASE("console: no law of the state breaks under commands") {
    Terminal t("04-fair/nice-weighs", "cpus=2");
    for (const char* line :
         {"sleep 5 &", "stress -c 3 &", "run 20ms", "gcc clone_test.c -o clone_test",
          "./clone_test", "unshare -p -f sleep 0.01", "kill %2", "run 10ms", "kill -9 $$", "ps"}) {
        CAPTURE(line);
        t(line);
        for (const std::string& law : t.session.broken_laws()) FAIL_CHECK(law);
    }
}

TEST_CASE("console: sharing is what the flags say") {
    Terminal t;
    std::string source = t("cat clone_test.c");
    REQUIRE(has(source, "CLONE_VM"));
    t("gcc clone_test.c -o clone_test");
    std::string out = t("./clone_test");
    CHECK(has(out, "Parent after no CLONE_VM: global_var = 0"));
    CHECK(has(out, "Parent after CLONE_VM: global_var = 42"));
    std::size_t flag = source.find("test_clone(CLONE_VM");
    std::string without = source;
    without.replace(flag, 19, "test_clone(CLONE_FS");
    t("cat > other.c << 'EOF'\n" + without + "EOF\n");
    t("gcc other.c -o other");
    CHECK(has(t("./other"), "Parent after CLONE_VM: global_var = 0"));
    std::size_t number = source.find("= 42");
    source.replace(number, 4, "= 77");
    t("cat > other.c << 'EOF'\n" + source + "EOF\ngcc other.c -o other");
    CHECK(has(t("./other"), "Parent after CLONE_VM: global_var = 77"));
}

TEST_CASE("console: what a nice value gives is measured, not known") {
    auto share = [](const char* nice) {
        Terminal t("04-fair/three-share", "cpus=1");
        t("run 1s");
        t(std::string("nice -n ") + nice + " yes > /dev/null &");
        s32 pid = t.shell.jobs().back().pid;
        t("run 2s");
        TaskId p = t.shell.processes().by_pid(pid);
        REQUIRE(static_cast<bool>(p));
        const World& w = t.session.world();
        return w.se[w.tasks[p].se.raw].sum_exec_runtime;
    };
    CHECK(share("0") > 2 * share("10"));
}

TEST_CASE("console: other C and other Python are refused with a place") {
    Terminal t;
    t("cat > x.c << 'EOF'\nint main() {\n    socket(1, 2, 3);\n}\nEOF\n");
    CHECK(has(t("gcc x.c"), "x.c:2: error"));
    t("cat > x.py << 'EOF'\nx = 1\nimport os\nlambda_(x)\nEOF\n");
    CHECK(has(t("python3 x.py"), "line 3"));
}

TEST_CASE("console: lines that are not complete ask for more") {
    CHECK(console::Console::unfinished("echo 'a"));
    CHECK(console::Console::unfinished("for i in 1 2; do"));
    CHECK(console::Console::unfinished("cat << EOF\nx\n"));
    CHECK(console::Console::unfinished("true &&"));
    CHECK_FALSE(console::Console::unfinished("cat << EOF\nx\nEOF\n"));
    CHECK_FALSE(console::Console::unfinished("echo a # 'b"));
}

TEST_CASE("console: completion knows commands and files") {
    Terminal t;
    std::vector<std::string> found = t.shell.complete("tas");
    REQUIRE(found.size() == 1);
    CHECK(found[0] == "taskset");
    bool there = false;
    for (const std::string& f : t.shell.complete("cat /proc/sch"))
        there = there || f == "/proc/schedstat";
    CHECK(there);
}

TEST_CASE("console: ^C ends loops and waits, and the machine is there for the next command") {
    Terminal t;
    u32 asked = 0;
    t.shell.interrupted = [&] { return ++asked > 6; };
    const char* const endless[] = {"while true; do ps; sleep 1; done", "sleep 100000",
                                   "run 1000000s", "for i in $(seq 1 500); do sleep 1; done",
                                   "vmstat 1 900", "top -b -n 1000 | grep hog",
                                   "cyclictest -i 100000 -l 20000"};
    for (const char* line : endless) {
        CAPTURE(line);
        asked = 0;
        const u64 before = t.session.now();
        const std::string out = t(line);
        CHECK(t.session.now() - before < 1'000 * NSEC_PER_SEC);
        CHECK(has(out, "^C\n"));
        CHECK(t.shell.status() == 130);
        asked = 0;
        CHECK(t("echo here") == "here\n");
        for (const std::string& law : t.session.broken_laws()) FAIL_CHECK(law);
    }
    t.shell.interrupted = {};
    CHECK_FALSE(has(t("ps -eo comm,stat"), "vmstat"));
}

TEST_CASE("console: ^C while a command starts leaves no process behind") {
    for (u32 at = 0; at < 12; ++at) {
        CAPTURE(at);
        Terminal t;
        t("true");
        u32 asked = 0;
        t.shell.interrupted = [&] { return ++asked > at; };
        CHECK(has(t("nice -n 3 sleep 1000"), "^C\n"));
        t.shell.interrupted = {};
        t("sleep 1");
        const std::string left = t("ps -eo comm,stat");
        CHECK_FALSE(has(left, "nice "));
        CHECK_FALSE(has(left, "sleep"));
    }
}

TEST_CASE("console: a process shows the words that it was given") {
    Terminal t;
    t("sleep 1'0'00 & nice -n 3 sleep 2000 &");
    const std::string shown = t("ps -eo args");
    CHECK(has(shown, "\nsleep 1000\n"));
    CHECK(has(shown, "\nsleep 2000\n"));
    CHECK(has(shown, "\nps -eo args\n"));
    CHECK(has(t("pgrep -fa 'sleep 2.00'"), " sleep 2000\n"));
    CHECK_FALSE(has(t("pgrep -fa 'sleep 2.00'"), "1000"));
    CHECK(t("cat /proc/$!/cmdline | tr '\\0' ' '") == "sleep 2000 ");
    CHECK(t("cat /proc/$!/cmdline | xargs -0 -n 1 echo") == "sleep\n2000\n");
}

TEST_CASE("console: tr, xargs and timeout do what the real ones do") {
    Terminal t;
    CHECK(t("echo hello | tr a-y b-z") == "ifmmp\n");
    CHECK(t("echo aabbcc | tr -s ab") == "abcc\n");
    CHECK(t("echo a1b22 | tr -d '[:digit:]'") == "ab\n");
    CHECK(t("echo a1b22 | tr -cd 0-9") == "122");
    CHECK(t("echo ab | tr ab x") == "xx\n");
    CHECK(t("echo 'a b' c | xargs") == "a b c\n");
    CHECK(t("echo a b c | xargs -n 2 echo -") == "- a b\n- c\n");
    CHECK(t("true | xargs -r echo never").empty());
    CHECK(t("echo x | xargs false; echo $?") == "123\n");
    CHECK(has(t("echo x | xargs nosuch; echo $?"), "127\n"));
    t("sleep 1000 &");
    t("pgrep sleep | xargs kill -9");
    t("sleep 0.1");
    CHECK(t("pgrep sleep").empty());
    CHECK(t("timeout 0.2 sleep 5; echo $?") == "124\n");
    CHECK(t("timeout 2 sleep 0.1; echo $?") == "0\n");
    CHECK(t("timeout 2 false; echo $?") == "1\n");
}

TEST_CASE("console: more than may be shown is left out, and what would show more ends") {
    Terminal t;
    t.shell.most_shown = 10 << 10;
    const std::string out = t("while true; do cat /proc/self/status; done");
    CHECK(out.size() > 10 << 10);
    CHECK(out.size() < 11 << 10);
    CHECK(has(out, "the rest is left out: 10 KiB shown"));
    CHECK(has(t("uname"), "Linux"));
}
