// Processes: fork, exit, wait, signals, seen in the state after whole scenarios have run.
#include "support/scenario_run.hpp"
#include "task/uapi.hpp"

using support::Run;

TEST_CASE("fork: the child runs its own block, the parent reaps it") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","tasks":[
        {"name":"parent","program":[{"fork":["run 2ms","exit 7"],"name":"child"},"wait","run 1ms"]}]})");
    REQUIRE(run.ok());
    CHECK(run.task("child"));
    CHECK(run.status_of_wait("parent") == 7 << 8);
    CHECK_FALSE(run.alive("child"));
    CHECK(run.laws().empty());
}

TEST_CASE("fork without a block: both go on behind it, as in C") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","tasks":[
        {"name":"p","program":["fork",{"if child":["run 1ms","exit 3"]},{"if parent":["wait"]}]}]})");
    REQUIRE(run.ok());
    CHECK(run.count(rq::Ev::sched_process_wait) == 1);
    CHECK(run.status_of_wait("p") == 3 << 8);
}

TEST_CASE("a zombie stays until it is waited for, with its status") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","tasks":[
        {"name":"p","program":[{"fork":["exit 5"],"name":"c"},"sleep 50ms","wait"]}]})",
            20 * rq::NSEC_PER_MSEC);
    REQUIRE(run.ok());
    REQUIRE(run.alive("c"));
    CHECK(run.task("c")->exit_state == rq::EXIT_ZOMBIE);
    CHECK(run.task("c")->exit_code == 5 << 8);
    run.until(80 * rq::NSEC_PER_MSEC);
    CHECK_FALSE(run.alive("c"));
}

TEST_CASE("SIGKILL ends a task in the middle of its work; wait tells the signal") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","machine":{"cpus":2},"tasks":[
        {"name":"p","program":[{"fork":["run 1s"],"name":"hog"},"sleep 10ms","kill hog SIGKILL","wait"]}]})");
    REQUIRE(run.ok());
    CHECK(run.status_of_wait("p") == 9);
    CHECK_FALSE(run.alive("hog"));
    CHECK(run.laws().empty());
}

TEST_CASE("SIGSTOP stops, SIGCONT continues; the work is done in the end") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"200ms","tasks":[
        {"name":"p","program":[{"fork":["run 20ms"],"name":"c"},"sleep 5ms","kill c SIGSTOP",
         "sleep 40ms","kill c SIGCONT","wait"]}]})",
            30 * rq::NSEC_PER_MSEC);
    REQUIRE(run.ok());
    CHECK(run.task("c")->__state == rq::TASK_STOPPED);
    run.until(190 * rq::NSEC_PER_MSEC);
    CHECK(run.status_of_wait("p") == 0);
}

TEST_CASE("a handler with a program runs and the interrupted sleep fails with EINTR") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"200ms",
        "programs":{"on_usr1":["run 3ms"]},"tasks":[
        {"name":"p","program":[{"fork":["sigaction SIGUSR1 handle on_usr1","sleep 150ms","exit 1"],"name":"c"},
         "sleep 5ms","kill c SIGUSR1","wait"]}]})");
    REQUIRE(run.ok());
    CHECK(run.status_of_wait("p") == 1 << 8);
    CHECK(run.task_cpu_time("c") >= 3 * rq::NSEC_PER_MSEC);
    CHECK(run.ended_at("c") < 20 * rq::NSEC_PER_MSEC);
}

TEST_CASE("vfork: the parent sleeps until the child exits") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","tasks":[
        {"name":"p","program":[{"vfork":["sleep 20ms","exit 0"]},"wait"]}]})",
            10 * rq::NSEC_PER_MSEC);
    REQUIRE(run.ok());
    CHECK((run.task("p")->__state & rq::TASK_UNINTERRUPTIBLE) != 0);
    run.until(50 * rq::NSEC_PER_MSEC);
    CHECK_FALSE(run.alive("p"));
}

TEST_CASE("an orphan goes to the nearest subreaper, not to init") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","tasks":[
        {"name":"a","program":["prctl subreaper",
          {"fork":[{"fork":["sleep 50ms","exit 9"],"name":"c"},"sleep 5ms"],"name":"b"},
          "wait","wait"]}]})",
            30 * rq::NSEC_PER_MSEC);
    REQUIRE(run.ok());
    CHECK(run.task("c")->real_parent == run.id("a"));
    run.until(90 * rq::NSEC_PER_MSEC);
    CHECK(run.status_of_wait("a") == 9 << 8);
}

TEST_CASE("10 children of a fork bomb: every count is back to where it was") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","machine":{"cpus":2},"tasks":[
        {"name":"p","program":["map buf 4","write buf 0-3",{"fork":["write buf 0-3","run 1ms"],"count":10},
         "wait_children"]}]})");
    REQUIRE(run.ok());
    CHECK(run.laws().empty());
    CHECK(run.world().vmas.count() == 0);
    CHECK(run.count(rq::Ev::cow_fault) >= 36);
}

TEST_CASE("a pid namespace's init whose leader has ended reaps by its other thread, then takes all") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","tasks":[
        {"name":"p","program":[{"clone":[
            {"clone":["sleep 60ms","exit"],"name":"t",
             "flags":"CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD"},
            {"fork":[{"fork":["pause"],"name":"c"},"sleep 20ms","exit 0"],"name":"b"},
            "sleep 5ms","exit"],"name":"n","flags":"CLONE_NEWPID|SIGCHLD"},"wait"]}]})",
            10 * rq::NSEC_PER_MSEC);
    REQUIRE(run.ok());
    rq::NsId ns = run.task("c")->pid_ns;
    CHECK(run.task("n")->exit_state == rq::EXIT_ZOMBIE);
    CHECK(run.world().namespaces[ns].child_reaper == run.id("t"));
    run.until(40 * rq::NSEC_PER_MSEC);
    CHECK(run.task("c")->real_parent == run.id("t"));
    CHECK(run.laws().empty());
    run.until(80 * rq::NSEC_PER_MSEC);
    CHECK_FALSE(run.alive("c"));
    CHECK_FALSE(run.alive("n"));
    CHECK(run.laws().empty());
}

TEST_CASE("pthread_create makes a thread; posix_spawn blocks until the child has become its program") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms",
        "programs":{"worker":["sleep 20ms","exit 6"]},"tasks":[
        {"name":"p","program":[{"pthread_create":["sleep 50ms"],"name":"t"},"sleep 5ms",
            {"posix_spawn":"worker","name":"w"},"waitpid any"]}]})",
            10 * rq::NSEC_PER_MSEC);
    REQUIRE(run.ok());
    CHECK(run.task("t")->tgid == run.task("p")->pid);
    CHECK(run.task("t")->mm == run.task("p")->mm);
    CHECK(run.task("t")->signal == run.task("p")->signal);
    REQUIRE(run.task("w"));
    CHECK(run.task("w")->mm != run.task("p")->mm);
    CHECK(run.task("w")->real_parent == run.id("p"));
    CHECK(run.count(rq::Ev::sched_process_exec) >= 1);
    run.until(60 * rq::NSEC_PER_MSEC);
    CHECK(run.status_of_wait("p") == 6 << 8);
    CHECK(run.laws().empty());
}

TEST_CASE("fork: at kernel.threads-max it fails with EAGAIN, zombies counted, until one is gone") {
    using namespace rq;
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"300ms","machine":{"cpus":1},
        "actions":[{"at":"1ms","write":"/proc/sys/kernel/threads-max","value":"12"}],
        "tasks":[{"name":"p","program":["sleep 10ms",
            {"repeat": 20, "do": [{"fork": ["exit 0"]}]}, "sleep 10ms", "wait", {"fork": ["exit 0"]},
            {"fork": ["exit 0"]}, "sleep 100ms"]}]})");
    REQUIRE(run.ok());
    const std::vector<s64> results = run.results("p", OpCode::fork);
    REQUIRE(results.size() == 22);
    u32 born = 0;
    while (born < results.size() && results[born] > 0) ++born;
    CHECK(born > 0);
    for (u32 i = born; i < 20; ++i) CHECK(results[i] == -EAGAIN);
    CHECK(results[20] > 0);
    CHECK(results[21] == -EAGAIN);
}
