// pidfds: descriptors that stand for processes, with the kernel's error numbers.
#include "support/scenario_run.hpp"
#include "task/files.hpp"
#include "task/uapi.hpp"

using namespace rq;
using support::Run;

namespace {

Run run_of(const std::string& program) {
    return Run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","tasks":[
        {"name":"p","program":[)" +
               program + "]}]}");
}

}  // namespace

TEST_CASE("pidfd_open: the lowest descriptor; no such process ESRCH, a thread EINVAL") {
    Run run = run_of(R"({"fork":["sleep 50ms"],"name":"c"},
        {"clone":["sleep 50ms"],"name":"t",
         "flags":"CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM"},
        "pidfd_open c","pidfd_open self","pidfd_open nobody","pidfd_open t","close c",
        "pidfd_open parent nonblock")");
    REQUIRE(run.ok());
    CHECK(run.results("p", OpCode::pidfd_open) == std::vector<s64>{0, 1, -ESRCH, -EINVAL, 0});
    CHECK(run.laws().empty());
}

TEST_CASE("a signal through a pidfd; a plain file is EBADF, who was reaped ESRCH") {
    Run run = run_of(R"({"fork":["sleep 50ms"],"name":"c"},"open f","pidfd_open c",
        "pidfd_send_signal f SIGTERM","pidfd_send_signal c 0","pidfd_send_signal c 65",
        "pidfd_send_signal c SIGTERM","pidfd_send_signal c SIGTERM","wait",
        "pidfd_send_signal c SIGTERM","pidfd_send_signal 7 SIGTERM")");
    REQUIRE(run.ok());
    CHECK(run.results("p", OpCode::pidfd_send_signal) ==
          std::vector<s64>{-EBADF, 0, -EINVAL, 0, 0, -ESRCH, -EBADF});
    CHECK(run.status_of_wait("p") == 15);
}

TEST_CASE("CLONE_PIDFD: a descriptor in the parent alone, close-on-exec, called like the child") {
    Run run = run_of(R"("open f",{"clone":["pidfd_send_signal c 0","sleep 20ms","exit 4"],
        "flags":"CLONE_PIDFD|SIGCHLD","name":"c"},"waitid P_PIDFD c:WEXITED",
        "waitid P_PIDFD c:WEXITED","waitid P_PIDFD 1:WEXITED","waitid P_PIDFD 0:WEXITED",
        "waitid P_PIDFD -1:WEXITED","waitid P_PIDFD c:0")");
    REQUIRE(run.ok());
    CHECK(run.results("c", OpCode::pidfd_send_signal) == std::vector<s64>{-EBADF});
    CHECK(run.results("p", OpCode::waitid) ==
          std::vector<s64>{0, -ECHILD, -ECHILD, -EBADF, -EINVAL, -EINVAL});
    CHECK(run.status_of_wait("p") == 4 << 8);
    CHECK(run.laws().empty());
}

TEST_CASE("waitid on a non-blocking pidfd does not sleep: EAGAIN; not a child: ECHILD") {
    Run run = run_of(R"({"fork":["sleep 20ms"],"name":"c"},"pidfd_open c nonblock",
        "waitid P_PIDFD c:WEXITED","sleep 30ms","waitid P_PIDFD c:WEXITED",
        "pidfd_open self","waitid P_PIDFD self:WEXITED|WNOHANG")");
    REQUIRE(run.ok());
    CHECK(run.results("p", OpCode::waitid) == std::vector<s64>{-EAGAIN, 0, -ECHILD});
}

TEST_CASE("no descriptor left: no child is made, and everything it shared is given back") {
    Run run = run_of(R"("setrlimit nofile 1","open f",
        {"clone":["exit 0"],"flags":"CLONE_PIDFD|SIGCHLD","name":"c"},
        {"clone":["exit 0"],"flags":"CLONE_PIDFD|CLONE_VM|CLONE_FS|CLONE_FILES|SIGCHLD"},
        "pidfd_open self")");
    REQUIRE(run.ok());
    CHECK(run.results("p", OpCode::clone) == std::vector<s64>{-EMFILE, -EMFILE});
    CHECK(run.results("p", OpCode::pidfd_open) == std::vector<s64>{-EMFILE});
    CHECK(run.laws().empty());
}

TEST_CASE("a pidfd keeps to its process when another thread of it execs") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms",
        "programs":{"fresh":["sleep 50ms"]},"tasks":[{"name":"p","program":[
        {"fork":[{"clone":["sleep 2ms","exec fresh"],
          "flags":"CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM"},
          "sleep 50ms"],"name":"c"},
        "pidfd_open c","sleep 10ms","pidfd_send_signal c SIGKILL","wait"]}]})");
    REQUIRE(run.ok());
    CHECK(run.results("p", OpCode::pidfd_send_signal) == std::vector<s64>{0});
    CHECK(run.ended_at("p") < 11 * NSEC_PER_MSEC);
    CHECK(run.laws().empty());
}
