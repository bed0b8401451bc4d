// kill, tgkill and wait with arguments that are wrong: which error comes first.
#include "support/scenario_run.hpp"
#include "task/uapi.hpp"

using namespace rq;
using support::Run;

namespace {

/// Results of all calls of that kind by task p, in order, of a run of that program.
std::vector<s64> results(const std::string& program, OpCode code, const char* of = "p") {
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","tasks":[
        {"name":"p","program":[)" +
            program + "]}]}");
    REQUIRE(run.ok());
    CHECK(run.laws().empty());
    return run.results(of, code);
}

}  // namespace

TEST_CASE("kill: who is not there comes before what is no signal") {
    CHECK(results(R"({"fork":["sleep 50ms"],"name":"c"},"kill 99999 65","kill c 65","kill c 0",
                     "kill -99999 65","kill all 65","kill c SIGKILL")",
                  OpCode::kill) == std::vector<s64>{-ESRCH, -EINVAL, 0, -ESRCH, -EINVAL, 0});
}

TEST_CASE("tgkill: numbers first, then the thread in its group, the signal, the permission") {
    const char* program = R"({"fork":["sleep 50ms"],"name":"c"},
        {"clone":["sleep 50ms"],"name":"t",
         "flags":"CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM"},
        "tgkill 0:c 65","tgkill c:-1 0","tgkill c:t 65","tgkill t 65","tgkill t 0","tgkill p:t 0",
        "tgkill t SIGUSR1","sleep 1s")";
    CHECK(results(program, OpCode::tgkill) ==
          std::vector<s64>{-EINVAL, -EINVAL, -ESRCH, -EINVAL, 0, 0, 0});
    CHECK(results(R"({"fork":["sleep 50ms"],"name":"c"},
                     {"fork":["setuid 1000","tgkill c 0","sleep 1s"],"name":"u"},"sleep 1s")",
                  OpCode::tgkill, "u") == std::vector<s64>{-EPERM});
}

TEST_CASE("wait4 with a pointer that cannot be written reaps the child all the same: EFAULT") {
    for (const char* pointer : {"bad_status", "bad_rusage"})
        CHECK(results(std::string(R"({"fork":["sleep 5ms"],"name":"c"},"waitpid c )") + pointer +
                          R"(|WNOHANG","waitpid c )" + pointer + R"(","waitpid c")",
                      OpCode::waitpid) == std::vector<s64>{0, -EFAULT, -ECHILD});
    CHECK(results(R"({"fork":["sleep 50ms"],"name":"c"},"pidfd_open c nonblock",
                     "waitid P_PIDFD c:WEXITED|bad_infop","waitid P_PIDFD c:WEXITED")",
                  OpCode::waitid) == std::vector<s64>{-EFAULT, -EAGAIN});
    CHECK(results(R"("waitid P_ALL 0:WEXITED|bad_infop","waitid P_ALL 0:WEXITED|bad_rusage",
                     {"fork":["sleep 5ms"],"name":"c"},"waitid P_PID c:WEXITED|bad_rusage")",
                  OpCode::waitid) == std::vector<s64>{-EFAULT, -ECHILD, -EFAULT});
}

TEST_CASE("kill: one's own threads may always be signalled; all means those of the namespace") {
    CHECK(results(R"({"pthread_create":["setuid 1000","tgkill p 0","sleep 1s"],"name":"t"},
                     "sleep 1s")",
                  OpCode::tgkill, "t") == std::vector<s64>{0});
    Run run(R"({"format":"runqueue/1","profile":"ideal","duration":"100ms","tasks":[
        {"name":"out","program":["sleep 50ms"]},
        {"name":"p","program":[{"clone":[{"fork":["pause"],"name":"c"},"sleep 5ms",
            "kill all SIGKILL","sleep 50ms"],"name":"n","flags":"CLONE_NEWPID|SIGCHLD"},"wait"]}]})",
            20 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    CHECK(run.results("n", OpCode::kill) == std::vector<s64>{0});
    CHECK(run.task("c")->exit_state == EXIT_ZOMBIE);
    CHECK(run.alive("out"));
    CHECK(run.task("out")->exit_state == 0);
    CHECK(run.task("n")->exit_state == 0);
    CHECK(run.laws().empty());
}
