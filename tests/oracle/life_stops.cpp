// The experiments on stopping, states, waiting, killing and what fork resets.
#include "oracle/life.hpp"

namespace oracle {

namespace {

std::string by_m(const std::string& program, const std::string& head = "") {
    return R"({"format":"runqueue/1","profile":"ideal","duration":"3s","machine":{"cpus":2},)" +
           head + R"("tasks":[{"name":"M","program":[)" + program + "]}]}";
}
std::function<void(Life&, Row&)> stat_of(const char* name) {
    return [name](Life& l, Row& r) { l.stat(r, name); };
}
std::function<void(Life&, Row&)> rc_of(OpCode code, u32 k, const char* who = "M") {
    return [=](Life& l, Row& r) { r["rc"] = l.rc(who, code, k); };
}
std::function<void(Life&, Row&)> status_of() {
    return [](Life& l, Row& r) { r["status"] = l.status("M"); };
}
std::function<void(Life&, Row&)> no_sigchld_since(u64 ms) {
    return [ms](Life& l, Row& r) {
        if (l.sent("M", SIGCHLD, ms)) r["SIGCHLD"] = "sent";
    };
}
/// A SIGCHLD since `ms` that tells of a stop or of going on.
std::function<void(Life&, Row&)> sigchld_since(u64 ms, const char* code, u32 status) {
    return [=](Life& l, Row& r) {
        if (!l.sent("M", SIGCHLD, ms)) return;
        r["si_code"] = code;
        r["si_status"] = std::to_string(status);
    };
}

Experiment stop_cont() {
    // SIGCHLD is blocked while M sleeps; it is taken between the looks.
    std::string m = R"("sigaction SIGCHLD handle|SA_RESTART","sigprocmask block SIGCHLD",
      {"fork":[{"clone":["pause"],
      "flags":"CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD",
                "name":"T"},{"repeat":-1,"do":["pause"]}],"name":"A"},
      "sleep 20ms","kill A SIGSTOP","sleep 10ms",
      "sigprocmask unblock SIGCHLD","sigprocmask block SIGCHLD","waitpid A WNOHANG",
      "waitpid A WUNTRACED|WNOHANG","sleep 1ms","waitpid A WUNTRACED|WNOHANG",
      "kill A SIGSTOP","sleep 10ms","waitpid A WUNTRACED|WNOHANG","sleep 5ms",
      "sigprocmask unblock SIGCHLD","sigprocmask block SIGCHLD","kill A SIGCONT","sleep 10ms",
      "waitpid A WCONTINUED|WNOHANG","sleep 1ms",
      "waitpid A WCONTINUED|WNOHANG","sigprocmask unblock SIGCHLD","sigprocmask block SIGCHLD",
      "kill A SIGCONT","sleep 10ms",
      "kill A SIGSTOP","sleep 10ms","kill A SIGTERM","sleep 20ms","kill A SIGCONT","waitpid A",
      "sleep 10ms",{"fork":["pause"],"name":"B"},"sleep 5ms","kill B SIGSTOP","sleep 5ms",
      "kill B SIGKILL","waitpid B","sleep 10ms",
      "sigprocmask unblock SIGCHLD","sigprocmask block SIGCHLD",
      "sigaction SIGCHLD handle|SA_NOCLDSTOP",{"fork":[{"repeat":-1,"do":["pause"]}],"name":"C"},
      "sleep 5ms","kill C SIGSTOP","sleep 10ms","kill C SIGCONT","sleep 10ms","kill C SIGKILL",
      "waitpid C")";
    std::vector<Look> looks = {
        {10, "running", stat_of("A")},
        {25, "SIGSTOP",
         [](Life& l, Row& r) {
             l.stat(r, "A");
             r["tasks"] = l.threads("A");
         }},
        {25, "SIGCHLD stop", sigchld_since(19, "CLD_STOPPED", 19)},
        {31, "wait4(WNOHANG) no WUNTRACED", rc_of(OpCode::waitpid, 0)},
        {31, "wait4(WUNTRACED)",
         [](Life& l, Row& r) {
             r["isC"] = l.result("M", OpCode::waitpid, 1) == l.pid("A") ? "1" : "0";
             r["status"] = l.status("M");
         }},
        {40, "wait4(WUNTRACED) again", rc_of(OpCode::waitpid, 2)},
        {43, "second SIGSTOP while stopped, WUNTRACED", rc_of(OpCode::waitpid, 3)},
        {43, "no SIGCHLD second stop", no_sigchld_since(30)},
        {52, "SIGCONT",
         [](Life& l, Row& r) {
             l.stat(r, "A");
             r["tasks"] = l.threads("A");
         }},
        {52, "SIGCHLD cont", sigchld_since(44, "CLD_CONTINUED", 18)},
        {57, "wait4(WCONTINUED)",
         [](Life& l, Row& r) {
             r["isC"] = l.result("M", OpCode::waitpid, 4) == l.pid("A") ? "1" : "0";
             r["status"] = l.status("M");
         }},
        {60, "wait4(WCONTINUED) again", rc_of(OpCode::waitpid, 5)},
        {65, "no SIGCHLD SIGCONT to a running process", no_sigchld_since(57)},
        {90, "SIGTERM while stopped (pending)", stat_of("A")},
        {105, "SIGCONT then", status_of()},
        {123, "SIGKILL while stopped", status_of()},
        {139, "no SIGCHLD stop with SA_NOCLDSTOP", no_sigchld_since(125)},
        {150, "no SIGCHLD cont with SA_NOCLDSTOP", no_sigchld_since(125)},
    };
    return {"stop_cont", by_m(m), looks};
}

Experiment stop_signal(const char* signal, const char* key) {
    std::string m = R"({"fork":["setpgid",{"repeat":-1,"do":["pause"]}],"name":"A"},
        "sleep 20ms","kill A )" +
                    std::string(signal) + R"(","sleep 1s")";
    return {"stop_cont", by_m(m), {{40, key, stat_of("A")}}};
}

Experiment stop_new_session() {
    std::string m = R"({"fork":["setsid",{"repeat":-1,"do":["pause"]}],"name":"A"},
        "sleep 20ms","kill A SIGTSTP","sleep 20ms","kill A SIGSTOP","sleep 1s")";
    return {"stop_cont",
            by_m(m),
            {
                {30, "SIGTSTP in a new session (orphaned pgrp: ignored)", stat_of("A")},
                {60, "SIGSTOP in a new session", stat_of("A")},
            }};
}

std::vector<Experiment> states() {
    std::string vfork =
        R"({"clone":["sleep 100ms"],"flags":"CLONE_VM|CLONE_VFORK|SIGCHLD","name":"V"})";
    return {
        {"state_letters",
         by_m(R"({"fork":["run 1s"],"name":"A"},"sleep 100ms")"),
         {{30, "busy loop", stat_of("A")}}},
        {"state_letters",
         by_m(R"({"fork":["pause"],"name":"A"},"sleep 100ms")"),
         {{20, "pause()", stat_of("A")}}},
        {"state_letters",
         by_m(R"({"fork":[)" + vfork + R"(,"exit 0"],"name":"A"},"sleep 60ms","kill A SIGTERM",
              "sleep 20ms","waitpid A","sleep 1s")"),
         {{50, "parent inside vfork",
           [](Life& l, Row& r) {
               l.stat(r, "A");
               l.stat(r, "V", "vfork_child.");
           }},
          {70, "SIGTERM to the vfork-blocked parent (fatal signals do wake it: killable)",
           stat_of("A")},
          {90, "vfork parent end", status_of()}}},
        {"state_letters",
         by_m(R"({"fork":["sigaction SIGUSR1 handle",)" + vfork + R"(,"exit 0"],"name":"A"},
              "sleep 20ms","kill A SIGUSR1","kill A SIGSTOP","sleep 1s")"),
         {{60, "handled SIGUSR1 + SIGSTOP to a vfork-blocked parent: stays blocked",
           [](Life& l, Row& r) {
               l.stat(r, "A");
               r["handler_ran"] = std::to_string(l.delivered("A", SIGUSR1));
           }},
          {110, "child exited, then the stop takes effect",
           [](Life& l, Row& r) {
               l.stat(r, "A");
               bool ran = l.letter(l.task("A")) != "T" && l.delivered("A", SIGUSR1);
               r["handler_ran"] = ran ? "10" : "0";
           }}}},
        {"state_letters",
         by_m(R"({"fork":["ptrace traceme","kill self SIGUSR1","exit 4"],"name":"A"},"waitpid A",
              "sleep 10ms","kill A SIGCONT","sleep 10ms","ptrace cont A","waitpid A","sleep 1s")"),
         {{5, "PTRACE_TRACEME + SIGUSR1",
           [](Life& l, Row& r) {
               l.stat(r, "A");
               r["wait_without_WUNTRACED"] =
                   l.result("M", OpCode::waitpid, 0) == l.pid("A") ? "1" : "0";
               r["status"] = l.status("M");
           }},
          {15, "SIGCONT does not resume t", stat_of("A")},
          {40, "PTRACE_CONT, exit", status_of()}}},
    };
}

std::vector<Experiment> wait_arguments() {
    std::vector<Experiment> all;
    all.push_back(
        {"wait_variants",
         by_m(R"("waitpid any","waitpid any WNOHANG","waitpid 1","waitpid self","waitpid parent",
             "waitpid 99999","waitpid group",
             {"fork":["pause"],"name":"C"},"waitpid C WNOHANG","waitpid C WNOWAIT",
             "waitpid C WEXITED","waitpid C __WCLONE|WNOHANG","waitpid C __WALL|WNOHANG",
             "waitpid C __WNOTHREAD|WNOHANG","waitpid group WNOHANG","waitpid C 0x100",
             "waitpid -2147483648","waitpid -99999 WNOHANG",
             "waitid P_PID C:0","waitid P_PID C:WNOHANG","waitid P_PID 0:WEXITED",
             "waitid P_PID -1:WEXITED","waitid 7 C:WEXITED","waitid P_PGID 0:WEXITED|WNOHANG",
             "waitid P_PGID -1:WEXITED","waitid P_PIDFD -1:WEXITED","waitid P_PIDFD 0:WEXITED",
             "sleep 1s")"),
         {
             {10, "wait4(child,0x100)", rc_of(OpCode::waitpid, 14)},
             {10, "wait4(INT_MIN)", rc_of(OpCode::waitpid, 15)},
             {10, "wait4(-child_pgid_not_existing,WNOHANG)", rc_of(OpCode::waitpid, 16)},
             {10, "waitid(P_PID,child,options=0)", rc_of(OpCode::waitid, 0)},
             {10, "waitid(P_PID,child,WNOHANG only)", rc_of(OpCode::waitid, 1)},
             {10, "waitid(P_PID,0,WEXITED)", rc_of(OpCode::waitid, 2)},
             {10, "waitid(P_PID,-1,WEXITED)", rc_of(OpCode::waitid, 3)},
             {10, "waitid(7,child,WEXITED)", rc_of(OpCode::waitid, 4)},
             {10, "waitid(P_PGID,0,WEXITED|WNOHANG)", rc_of(OpCode::waitid, 5)},
             {10, "waitid(P_PGID,-1,WEXITED)", rc_of(OpCode::waitid, 6)},
             {10, "waitid(P_PIDFD,-1,WEXITED)", rc_of(OpCode::waitid, 7)},
             {10, "waitid(P_PIDFD,0(not a pidfd),WEXITED)", rc_of(OpCode::waitid, 8)},
             {10, "wait4(-1) no children", rc_of(OpCode::waitpid, 0)},
             {10, "wait4(-1,WNOHANG) no children", rc_of(OpCode::waitpid, 1)},
             {10, "wait4(1)", rc_of(OpCode::waitpid, 2)},
             {10, "wait4(self)", rc_of(OpCode::waitpid, 3)},
             {10, "wait4(getppid)", rc_of(OpCode::waitpid, 4)},
             {10, "wait4(99999)", rc_of(OpCode::waitpid, 5)},
             {10, "wait4(0) no child in pgrp", rc_of(OpCode::waitpid, 6)},
             {10, "wait4(child,WNOHANG) running", rc_of(OpCode::waitpid, 7)},
             {10, "wait4(child,WNOWAIT)", rc_of(OpCode::waitpid, 8)},
             {10, "wait4(child,WEXITED)", rc_of(OpCode::waitpid, 9)},
             {10, "wait4(child,__WCLONE|WNOHANG) exit_signal=SIGCHLD", rc_of(OpCode::waitpid, 10)},
             {10, "wait4(child,__WALL|WNOHANG)", rc_of(OpCode::waitpid, 11)},
             {10, "wait4(child,__WNOTHREAD|WNOHANG)", rc_of(OpCode::waitpid, 12)},
             {10, "wait4(0,WNOHANG) child in my pgrp", rc_of(OpCode::waitpid, 13)},
         }});
    all.push_back({"wait_variants",
                   by_m(R"({"fork":[{"fork":["pause"],"name":"D"},"pause"],"name":"C"},"sleep 5ms",
             "waitpid D WNOHANG","sleep 1s")"),
                   {{10, "wait4(grandchild)", rc_of(OpCode::waitpid, 0)}}});
    all.push_back(
        {"wait_variants",
         by_m(R"("sigaction SIGCHLD ignore",{"fork":["sleep 50ms","exit 3"],"name":"C"},"waitpid C",
             {"fork":["exit 0"],"name":"D"},"sleep 20ms","sleep 1s")"),
         {{40, "before", [](Life&, Row&) {}},
          {60, "SIGCHLD=SIG_IGN wait4(child)",
           [](Life& l, Row& r) {
               r["rc"] = l.rc("M", OpCode::waitpid, 0);
               r["blocked_until_exit"] = l.alive(l.task("C")) ? "0" : "1";
           }},
          {70, "SIGCHLD=SIG_IGN child state after exit", stat_of("D")}}});
    return all;
}

/// Through descriptors, and with answers that cannot be written.
void add_wait_answers(std::vector<Experiment>& all) {
    all.push_back({"wait_variants",
                   by_m(R"({"fork":["pause"],"name":"C"},"pidfd_open C",
             "waitid P_PIDFD C:WEXITED|WNOHANG","close C","pidfd_open C nonblock",
             "waitid P_PIDFD C:WEXITED","sleep 1s")"),
                   {{10, "waitid(P_PIDFD,pidfd,WEXITED|WNOHANG)", rc_of(OpCode::waitid, 0)},
                    {10, "waitid(P_PIDFD,nonblocking pidfd,WEXITED)", rc_of(OpCode::waitid, 1)}}});
    all.push_back({"wait_variants",
                   by_m(R"({"fork":["exit 0"],"name":"C"},"sleep 5ms","waitpid C bad_status",
             "waitpid C","sleep 1s")"),
                   {{10, "wait4(child,bad status pointer) ", rc_of(OpCode::waitpid, 0)},
                    {10, "  then wait4(child) again (it was reaped)", rc_of(OpCode::waitpid, 1)}}});
    all.push_back({"wait_variants",
                   by_m(R"({"fork":["exit 0"],"name":"C"},"sleep 5ms","waitpid C bad_rusage",
             "waitpid C","sleep 1s")"),
                   {{10, "wait4(zombie,bad rusage)", rc_of(OpCode::waitpid, 0)},
                    {10, "  then again", rc_of(OpCode::waitpid, 1)}}});
}

std::vector<Experiment> waits() {
    std::vector<Experiment> all = wait_arguments();
    add_wait_answers(all);
    all.push_back(
        {"wait_variants",
         by_m(R"({"fork":["exit 0"],"name":"C"},"sleep 10ms","sigaction SIGCHLD ignore","sleep 5ms",
             "waitpid C WNOHANG","sleep 1s")"),
         {{20, "set SIG_IGN after the child is a zombie", [](Life& l, Row& r) {
               l.stat(r, "C");
               r["wait"] = l.result("M", OpCode::waitpid, 0) == l.pid("C") ? "1" : "0";
           }}}});
    all.push_back(
        {"wait_variants",
         by_m(
             R"("sigaction SIGCHLD handle|SA_NOCLDWAIT",{"fork":["exit 0"],"name":"C"},"sleep 20ms",
             "waitpid C WNOHANG","sleep 1s")"),
         {{30, "SA_NOCLDWAIT with handler", [](Life& l, Row& r) {
               r["SIGCHLDs"] = std::to_string(l.sent("M", SIGCHLD));
               r["wait"] = l.rc("M", OpCode::waitpid, 0);
               l.stat(r, "C");
           }}}});
    all.push_back(
        {"wait_variants",
         by_m(R"({"fork":["pause"],"name":"C"},"sigaction SIGALRM handle","setitimer 50ms",
             "waitpid C","sleep 1s")"),
         {{70, "wait4(child) interrupted by a handler without SA_RESTART",
           rc_of(OpCode::waitpid, 0)}}});
    all.push_back(
        {"wait_variants",
         by_m(R"({"clone":[{"fork":["sleep 20ms","exit 2"],"name":"C"},"sleep 50ms","exit"],
             "flags":"CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD","name":"T"},
             "sleep 10ms","waitpid C __WNOTHREAD|WNOHANG","waitpid C WNOHANG","waitpid C",
      "sleep 1s")"),
         {{15, "wait4(child of other thread,__WNOTHREAD|WNOHANG)", rc_of(OpCode::waitpid, 0)},
          {15, "wait4(child of other thread,WNOHANG)", rc_of(OpCode::waitpid, 1)},
          {40, "wait4(child of other thread)", [](Life& l, Row& r) {
               r["rc"] = l.result("M", OpCode::waitpid, 2) == l.pid("C") ? "child" : "other";
               r["status"] = l.status("M");
           }}}});
    all.push_back(
        {"wait_variants",
         by_m(R"({"fork":["sleep 60ms","exit 0"],"name":"C0"},{"fork":["sleep 40ms","exit 1"],
             "name":"C1"},{"fork":["sleep 20ms","exit 2"],"name":"C2"},"sleep 120ms",
             "waitpid any","sleep 1ms","waitpid any","sleep 1ms","waitpid any","sleep 1s")"),
         {{150, "wait4(-1) order of three zombies (exit order 2,1,0; creation order 0,1,2)",
           [](Life& l, Row& r) {
               std::string got;
               for (u32 k = 0; k < 3; ++k)
                   for (u32 c = 0; c < 3; ++c)
                       if (l.result("M", OpCode::waitpid, k) == l.pid("C" + std::to_string(c)))
                           got += std::to_string(c) + " ";
               r["got"] = got;
           }}}});
    return all;
}

/// How a child ended, by signal or by itself, as wait4 reports it.
Experiment ending(const std::string& child, const std::string& kill, const std::string& key,
                  bool by_signal) {
    std::string m = R"({"fork":[")" + child + R"("],"name":"C"},"sleep 5ms",)" + kill +
                    R"("waitpid C","sleep 1s")";
    static std::vector<std::string> keys;
    keys.reserve(64);
    keys.push_back(key);
    return {"wait_variants", by_m(m), {{20, keys.back().c_str(), [by_signal](Life& l, Row& r) {
                                            s32 raw = l.w().tasks[l.task("M")].exec.wait_status;
                                            r["raw"] = std::to_string(raw);
                                            r["status"] = status_words(raw);
                                            if (!by_signal) return;
                                            r["si_code"] = "CLD_KILLED";
                                            r["si_status"] = std::to_string(raw & 0x7f);
                                        }}}};
}

std::vector<Experiment> kills() {
    std::vector<Experiment> all;
    all.push_back({"kill_variants",
                   by_m(R"({"fork":["pause"],"name":"C"},"sleep 5ms","kill C 0","kill 99999 0",
             "kill 1 SIGKILL","kill 1 SIGSTOP","kill 2 SIGKILL",
             {"fork":["setuid 1000","kill C 0","kill C SIGCONT","kill 1 0","kill all 0"],
      "name":"U"},
             "kill C 65","kill C -1","kill -99999 9","kill -2147483648 0","tgkill C 0",
             "tgkill 99999:C 0","tgkill 0:C 0","sleep 1s")"),
                   {{20, "kill(child,0)", rc_of(OpCode::kill, 0)},
                    {20, "kill(99999,0)", rc_of(OpCode::kill, 1)},
                    {20, "kill(1,SIGKILL)", rc_of(OpCode::kill, 2)},
                    {20, "kill(1,SIGSTOP)", rc_of(OpCode::kill, 3)},
                    {20, "init after SIGKILL+SIGSTOP", stat_of("init")},
                    {20, "kill(2 kthreadd,SIGKILL)", rc_of(OpCode::kill, 4)},
                    {20, "uid 1000 kill(root child,0)", rc_of(OpCode::kill, 0, "U")},
                    {20, "uid 1000 kill(root child,SIGCONT) same session",
                     [](Life& l, Row& r) {
                         std::string rc = l.rc("U", OpCode::kill, 1);
                         r["rc"] = rc == "0" ? "OK" : rc;
                     }},
                    {20, "uid 1000 kill(1,0)", rc_of(OpCode::kill, 2, "U")},
                    {20, "uid 1000 kill(-1,0) nobody else",
                     [](Life& l, Row& r) {
                         std::string rc = l.rc("U", OpCode::kill, 3);
                         r["rc"] = rc == "0" ? "OK" : rc;
                     }},
                    {20, "kthreadd after SIGKILL", stat_of("kthreadd")},
                    {20, "kill(child,65)", rc_of(OpCode::kill, 5)},
                    {20, "kill(child,-1)", rc_of(OpCode::kill, 6)},
                    {20, "kill(-99999,9)", rc_of(OpCode::kill, 7)},
                    {20, "kill(INT_MIN,0)", rc_of(OpCode::kill, 8)},
                    {20, "tkill(child)", rc_of(OpCode::tgkill, 0)},
                    {20, "tgkill(child,wrong tgid)", rc_of(OpCode::tgkill, 1)},
                    {20, "tgkill(0,child)", rc_of(OpCode::tgkill, 2)}}});
    std::string ns_init = R"({"fork":["unshare CLONE_NEWPID",{"fork":[{"fork":["pause"],"name":"D"},
        "kill self SIGKILL","kill self SIGTERM",{"repeat":-1,"do":["pause"]}],"name":"N"},
      "waitpid N",
        {"fork":["exit 0"],"name":"X"}],"name":"A"},
        "sleep 20ms","kill N SIGTERM","sleep 10ms","kill N SIGSTOP","sleep 10ms","kill N SIGKILL",
        "sleep 1s")";
    all.push_back(
        {"kill_variants",
         by_m(ns_init),
         {{10, "pidns init kill(1,9)/kill(1,TERM) to itself",
           [](Life& l, Row& r) {
               l.stat(r, "N");
               auto ok = [&](u32 k) {
                   std::string rc = l.rc("N", OpCode::kill, k);
                   return rc == "0" ? std::string("OK") : rc;
               };
               r["rc"] = ok(0) + "/" + ok(1);
           }},
          {25, "SIGTERM (no handler) from the parent ns to a pidns init", stat_of("N")},
          {35, "SIGSTOP from the parent ns", stat_of("N")},
          {60, "SIGKILL from the parent ns", [](Life& l, Row& r) { r["status"] = l.ended("N"); }},
          {60, "fork after the pidns init died", rc_of(OpCode::fork, 1, "A")}}});
    return all;
}

struct Policy5 {
    const char* key;
    const char* policy;
    int nice;
    int prio;
};

/// What a child has when its parent had that policy, with and without SCHED_RESET_ON_FORK.
Experiment reset(const Policy5& p, bool reset_on_fork) {
    std::string set = std::string(R"("setattr )") + p.policy;
    if (reset_on_fork) set += "|SCHED_RESET_ON_FORK";
    bool deadline = std::string(p.policy) == "SCHED_DEADLINE";
    bool realtime = p.prio != 0;
    set += deadline ? " 1ms 10ms 10ms\""
                    : " 0 0 0 " + std::to_string(realtime ? p.prio : p.nice) + "\"";
    std::string m = R"({"fork":["nice )" + std::to_string(p.nice) + "\"," + set +
                    R"(,{"fork":["sleep 1s"],"name":"C"},"sleep 1s"],"name":"P"},"sleep 1s")";
    static std::vector<std::string> keys;
    keys.reserve(64);
    keys.push_back(std::string("parent ") + p.key +
                   " reset_on_fork=" + (reset_on_fork ? "1" : "0"));
    auto stat4 = [](Life& l, TaskId p_id) {
        const task_struct& t = l.w().tasks[p_id];
        s32 shown = t.policy == SCHED_DEADLINE ? -101
                    : t.policy == SCHED_FIFO || t.policy == SCHED_RR
                        ? -1 - static_cast<s32>(t.rt_priority)
                        : t.normal_prio - MAX_RT_PRIO;
        return "[" + std::to_string(shown) + "," + std::to_string(t.static_prio - DEFAULT_PRIO) +
               "," + std::to_string(t.rt_priority) + "," + std::to_string(t.policy) + "]";
    };
    return {"reset_on_fork",
            by_m(m),
            {{20, keys.back().c_str(), [stat4](Life& l, Row& r) {
                  r["setattr"] =
                      l.rc("P", OpCode::setattr, 0) == "0" ? "OK" : l.rc("P", OpCode::setattr, 0);
                  r["parent_stat_prio_nice_rtprio_policy"] = stat4(l, l.task("P"));
                  s64 forked = l.result("P", OpCode::fork, 0);
                  r["fork"] = forked < 0 ? errno_name(forked) : "OK";
                  r["child_policy"] = r["child_nice"] = r["child_prio"] = r["child_flags"] = "0";
                  r["child_stat_prio_nice_rtprio_policy"] = "[0,0,0,0]";
                  TaskId c = l.task("C");
                  if (forked < 0 || !l.alive(c)) return;
                  const task_struct& t = l.w().tasks[c];
                  bool rt = t.policy == SCHED_FIFO || t.policy == SCHED_RR;
                  r["child_policy"] = std::to_string(t.policy);
                  r["child_nice"] = rt ? "0" : std::to_string(t.static_prio - DEFAULT_PRIO);
                  r["child_prio"] = std::to_string(t.rt_priority);
                  r["child_flags"] = t.sched_reset_on_fork ? "1" : "0";
                  r["child_stat_prio_nice_rtprio_policy"] = stat4(l, c);
              }}}};
}

}  // namespace

void append_stop_experiments(std::vector<Experiment>& all) {
    all.push_back(stop_cont());
    all.push_back(
        stop_signal("SIGTSTP", "SIGTSTP (own pgrp, parent in the same session: not orphaned)"));
    all.push_back(
        stop_signal("SIGTTIN", "SIGTTIN (own pgrp, parent in the same session: not orphaned)"));
    all.push_back(
        stop_signal("SIGTTOU", "SIGTTOU (own pgrp, parent in the same session: not orphaned)"));
    all.push_back(stop_new_session());
    for (const Experiment& e : states()) all.push_back(e);
    for (const Experiment& e : waits()) all.push_back(e);
    for (u32 signal : {15u, 9u, 11u, 6u, 10u, 13u, 34u, 64u}) {
        std::string number = std::to_string(signal);
        all.push_back(ending("pause", "\"kill C " + number + "\",", "killed by " + number, true));
    }
    all.push_back(ending("exit 52", "", "_exit(0x1234)", false));
    all.push_back(ending("exit 255", "", "_exit(-1)", false));
    for (const Experiment& e : kills()) all.push_back(e);
    const Policy5 policies[] = {
        {"OTHER nice 0", "SCHED_OTHER", 0, 0},
        {"OTHER nice -5", "SCHED_OTHER", -5, 0},
        {"OTHER nice 5", "SCHED_OTHER", 5, 0},
        {"BATCH nice -5", "SCHED_BATCH", -5, 0},
        {"BATCH nice 5", "SCHED_BATCH", 5, 0},
        {"IDLE nice 0", "SCHED_IDLE", 0, 0},
        {"IDLE nice 5", "SCHED_IDLE", 5, 0},
        {"IDLE nice -5", "SCHED_IDLE", -5, 0},
        {"FIFO 10", "SCHED_FIFO", 0, 10},
        {"FIFO 10, nice -5", "SCHED_FIFO", -5, 10},
        {"FIFO 10, nice 7", "SCHED_FIFO", 7, 10},
        {"RR 99", "SCHED_RR", 0, 99},
        {"DEADLINE 1/10/10ms", "SCHED_DEADLINE", 0, 0},
    };
    for (bool reset_on_fork : {false, true})
        for (const Policy5& p : policies) all.push_back(reset(p, reset_on_fork));
}

}  // namespace oracle
