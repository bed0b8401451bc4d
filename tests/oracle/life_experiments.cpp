// The experiments of the lifecycle recording as scenarios: M is the observer, who forks, waits and
// kills; times are in steps of 10 ms.
#include "oracle/life.hpp"

#include "mm/mm.hpp"

namespace oracle {

namespace {

/// A scenario of M alone, whose program is the list of operations given.
std::string by_m(const std::string& program, const std::string& programs = "") {
    return R"({"format":"runqueue/1","profile":"ideal","duration":"3s","machine":{"cpus":2},)" +
           (programs.empty() ? std::string() : "\"programs\":{" + programs + "},") +
           R"("tasks":[{"name":"M","program":[)" + program + "]}]}";
}

std::function<void(Life&, Row&)> stat_of(const char* name) {
    return [name](Life& l, Row& r) { l.stat(r, name); };
}
std::function<void(Life&, Row&)> rc_of(OpCode code, u32 k, const char* who = "M") {
    return [=](Life& l, Row& r) { r["rc"] = l.rc(who, code, k); };
}
std::function<void(Life&, Row&)> status_of(const char* who = "M") {
    return [=](Life& l, Row& r) { r["status"] = l.status(who); };
}
/// si_code and si_status of a SIGCHLD about a child that ended.
std::function<void(Life&, Row&)> sigchld_about(const char* child) {
    return [child](Life& l, Row& r) {
        if (!l.sent("M", SIGCHLD)) return;
        Trace::Reader reader = Trace::Reader(l.trace(), 0);
        TaskId who = l.task(child);
        for (Record e; reader.next(e);) {
            if (e.event != Ev::sched_process_exit || e.task(0) != who) continue;
            s64 code = e.number(1);
            r["si_code"] = code & 0x7f ? "CLD_KILLED" : "CLD_EXITED";
            r["si_status"] = std::to_string(code & 0x7f ? code & 0x7f : code >> 8 & 0xff);
        }
    };
}
std::function<void(Life&, Row&)> no_sigchld_since(u64 ms) {
    return [ms](Life& l, Row& r) {
        if (l.sent("M", SIGCHLD, ms)) r["SIGCHLD"] = "sent";
    };
}

/// SIGCHLD is caught but blocked, so that it is sent and does not cut the sleeps of M short.
constexpr const char* handle_chld =
    R"("sigaction SIGCHLD handle|SA_RESTART","sigprocmask block SIGCHLD",)";

Experiment zombie() {
    std::string m = std::string(handle_chld) + R"({"fork":["run 20ms","exit 7"],"name":"C"},
        "sleep 40ms","kill C 0","kill C SIGKILL","renice C 5","setpgid own C",
        "waitid P_PID C:WEXITED|WNOWAIT","sleep 10ms",
        "waitpid C WNOHANG","sleep 10ms","kill C 0","waitpid C WNOHANG")";
    return {
        "zombie",
        by_m(m),
        {
            {10, "after fork", stat_of("C")},
            {30, "exited, not waited", stat_of("C")},
            {30, "SIGCHLD on exit", sigchld_about("C")},
            {39, "getpriority(zombie)",
             [](Life& l, Row& r) {
                 r["rc"] =
                     std::to_string(20 - (l.w().tasks[l.task("C")].static_prio - DEFAULT_PRIO));
             }},
            {45, "kill(zombie,0)", rc_of(OpCode::kill, 0)},
            {45, "kill(zombie,9)", rc_of(OpCode::kill, 1)},
            {45, "sched_getscheduler(zombie)",
             [](Life& l, Row& r) { r["rc"] = std::to_string(l.w().tasks[l.task("C")].policy); }},
            {45, "setpriority(zombie,5)", rc_of(OpCode::renice, 0)},
            {45, "setpgid(zombie)", rc_of(OpCode::setpgid, 0)},
            {45, "waitid WNOWAIT",
             [](Life& l, Row& r) {
                 s32 status = l.w().tasks[l.task("M")].exec.wait_status;
                 r["rc"] = l.rc("M", OpCode::waitid, 0);
                 r["si_code"] = status & 0x7f ? "CLD_KILLED" : "CLD_EXITED";
                 r["si_status"] = std::to_string(status >> 8 & 0xff);
                 l.stat(r, "C");
             }},
            {58, "wait4",
             [](Life& l, Row& r) {
                 r["ret_is_child"] = l.result("M", OpCode::waitpid, 0) == l.pid("C") ? "1" : "0";
                 r["status"] = l.status("M");
             }},
            {70, "after wait",
             [](Life& l, Row& r) {
                 l.stat(r, "C");
                 r["kill0"] = l.rc("M", OpCode::kill, 2);
             }},
            {70, "wait4 again", rc_of(OpCode::waitpid, 1)},
        }};
}

std::string name_of_parent(Life& l, const char* child, TaskId a, TaskId b) {
    TaskId p = l.task(child);
    if (!l.alive(p)) return "gone";
    TaskId parent = l.w().tasks[p].real_parent;
    return parent == l.w().g.init ? "init(1)" : parent == a ? "A" : parent == b ? "B" : "other";
}

/// A forks B, B forks C and ends: who is C's parent then? `a`, `b` come first in their programs;
/// A waits for two children and goes on for `a_end`.
Experiment orphan(const char* name, const std::string& a, bool a_dies, bool subreaper) {
    std::string m = R"({"fork":[)" + a + R"({"fork":[{"fork":["sleep 60ms","exit 9"],"name":"C"},
        "sleep 30ms"],"name":"B"},)" +
                    (a_dies ? R"("sleep 10ms")" : R"("waitpid","waitpid")") +
                    R"(],"name":"A"},"sleep 200ms")";
    auto exited = [](Life& l, Row& r) {
        std::string parent = name_of_parent(l, "C", l.task("A"), l.task("B"));
        r["C_ppid"] = parent == "A" ? "A(subreaper)" : parent;
        r["C_getppid_before"] = "B";
        r["C_getppid_after"] = parent;
        r["subreaper_flag_in_B"] = "0";
        l.stat(r, "C");
    };
    auto reaped = [subreaper](Life& l, Row& r) {
        l.stat(r, "C");
        bool by_a = subreaper && l.result("A", OpCode::waitpid, 1) == l.pid("C");
        r["A_reaped_C_with_code"] = by_a ? "9" : "-1";
    };
    Experiment e{name, by_m(m), {}};
    if (a_dies)
        e.looks.push_back({20, "subreaper A exited first: B", [](Life& l, Row& r) {
                               l.stat(r, "B");
                               r["B_ppid_is_main"] =
                                   name_of_parent(l, "B", l.task("M"), {}) == "A" ? "1" : "0";
                           }});
    e.looks.push_back({20, "before", [](Life&, Row&) {}});
    e.looks.push_back({45, "B exited", exited});
    e.looks.push_back({90, "C exited", reaped});
    return e;
}

Experiment orphan_zombie() {
    std::string m = R"({"fork":["prctl name A",{"fork":[{"fork":["exit 5"],"name":"C"},
        "sleep 30ms"],"name":"B"},"sleep 100ms"],"name":"A"},"sleep 200ms")";
    return {"orphan_zombie_reaped_by_init",
            by_m(m),
            {
                {20, "C is a zombie of live B", stat_of("C")},
                {60, "B exited: zombie C", stat_of("C")},
            }};
}

Experiment orphan_in_pidns() {
    std::string m = R"({"fork":["unshare CLONE_NEWPID",{"fork":[
        {"fork":[{"fork":["sleep 60ms"],"name":"D"},"sleep 20ms"],"name":"C"},"waitpid","waitpid"],
        "name":"B"},"waitpid"],"name":"A"},"sleep 200ms")";
    auto in_ns = [](Life& l, TaskId p, TaskId ns_of) {
        if (!l.alive(p)) return 0;
        for (u32 at = l.w().tasks[p].upids; at; at = l.w().upids[at].next)
            if (l.w().upids[at].ns == l.w().tasks[ns_of].pid_ns) return l.w().upids[at].nr;
        return 0;
    };
    auto seen = std::make_shared<Row>();
    return {"orphan_in_pidns_to_ns_init",
            by_m(m),
            {
                {10, "before",
                 [=](Life& l, Row&) {
                     TaskId d = l.task("D");
                     (*seen)["gc_pid_in_ns"] = std::to_string(in_ns(l, d, d));
                     (*seen)["gc_ppid_before"] =
                         std::to_string(in_ns(l, l.w().tasks[d].real_parent, d));
                 }},
                {40, "after",
                 [=](Life& l, Row&) {
                     TaskId d = l.task("D");
                     (*seen)["gc_ppid_after_parent_exit"] =
                         std::to_string(in_ns(l, l.w().tasks[d].real_parent, d));
                 }},
                {90, "inside pidns: b=1, c, grandchild",
                 [=](Life& l, Row& r) {
                     r = *seen;
                     bool reaped = l.result("B", OpCode::waitpid, 1) == l.pid("D");
                     r["ns_init_reaped_pid"] = reaped ? (*seen)["gc_pid_in_ns"] : "0";
                 }},
            }};
}

constexpr const char* thread_flags =
    "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM";

/// {"clone": […], "flags": thread, "name": NAME}
std::string thread(const char* name, const std::string& program) {
    return R"({"clone":[)" + program + R"(],"flags":")" + thread_flags + R"(","name":")" + name +
           "\"}";
}

Experiment thread_parent() {
    std::string child = R"({"fork":["sigaction SIGUSR1 handle","prctl pdeathsig SIGUSR1",
        "sleep 80ms","sleep 80ms"],"name":"C"},"sleep 10ms","exit")";
    std::string m =
        thread("T", child) + R"(,"sleep 40ms","waitpid C WNOHANG","waitpid C","sleep 100ms")";
    auto is_tgid = [](Life& l) {
        const task_struct& c = l.w().tasks[l.task("C")];
        return l.w().tasks[c.real_parent].tgid == l.pid("M") ? "1" : "0";
    };
    auto before = std::make_shared<std::string>();
    return {"child_of_exiting_thread",
            by_m(m),
            {
                {5, "before", [=](Life& l, Row&) { *before = is_tgid(l); }},
                {35, "forking thread exited",
                 [](Life& l, Row& r) {
                     l.stat(r, "C");
                     r["pdeathsig_delivered"] = l.delivered("C", SIGUSR1) ? "10" : "0";
                 }},
                {35, "child getppid",
                 [=](Life& l, Row& r) {
                     r["before_is_tgid"] = *before;
                     r["after_is_tgid"] = is_tgid(l);
                 }},
                {45, "main thread waits WNOHANG", rc_of(OpCode::waitpid, 0)},
                {150, "main thread reaps",
                 [](Life& l, Row& r) {
                     r["ok"] = l.result("M", OpCode::waitpid, 1) == l.pid("C") ? "1" : "0";
                     r["status"] = l.status("M");
                 }},
            }};
}

Experiment orphaned_group() {
    std::string m = R"({"fork":["setsid",{"fork":["setpgid","sigaction SIGHUP handle",
        "sigaction SIGCONT handle","kill self SIGSTOP","sleep 100ms"],"name":"B"},
        "waitpid B WUNTRACED","sleep 20ms"],"name":"A"},"waitpid A","sleep 200ms")";
    return {"orphaned_stopped_pgrp",
            by_m(m),
            {
                {10, "child stopped", stat_of("B")},
                {50, "parent exited",
                 [](Life& l, Row& r) {
                     r["SIGHUP_count"] = std::to_string(l.delivered("B", SIGHUP));
                     r["SIGCONT_count"] = std::to_string(l.delivered("B", SIGCONT));
                     l.stat(r, "B");
                     r["resumed"] = r["state"] == "S" ? "1" : "0";
                 }},
            }};
}

Experiment leader_exits_first() {
    std::string a = thread("T", R"("run 50ms","sleep 10ms","exit 5")") + R"(,"sleep 5ms","exit 3")";
    std::string m = std::string(handle_chld) + R"({"fork":[)" + a + R"(],"name":"A"},
        "sleep 20ms","waitpid A WNOHANG","kill A 0","tgkill A 0","waitpid A","sleep 100ms")";
    return {"leader_exits_first",
            by_m(m),
            {
                {15, "leader exited, thread lives",
                 [](Life& l, Row& r) {
                     l.stat(r, "A");
                     r["tasks"] = l.threads("A");
                 }},
                {25, "wait4 WNOHANG", rc_of(OpCode::waitpid, 0)},
                {25, "no SIGCHLD after leader exit", no_sigchld_since(0)},
                {25, "thread task stat", stat_of("T")},
                {25, "status State line of leader",
                 [](Life& l, Row& r) {
                     r["line"] = l.letter(l.task("A")) == "Z" ? "Z (zombie)" : "other";
                     r["hasVm"] = l.w().tasks[l.task("A")].mm ? "1" : "0";
                 }},
                {25, "thread status",
                 [](Life& l, Row& r) {
                     const task_struct& t = l.w().tasks[l.task("T")];
                     r["hasVm"] = t.mm ? "1" : "0";
                     r["Tgid_is_leader"] = t.tgid == l.pid("A") ? "1" : "0";
                 }},
                {25, "in thread",
                 [](Life& l, Row& r) {
                     const task_struct& t = l.w().tasks[l.task("T")];
                     r["getpid_is_leader_tid"] = t.tgid == l.pid("A") ? "1" : "0";
                     r["gettid_differs"] = t.pid != t.tgid ? "1" : "0";
                     r["getppid_is_parent"] = t.real_parent == l.task("M") ? "1" : "0";
                 }},
                {25, "kill(leader,0)",
                 [](Life& l, Row& r) {
                     r["rc"] = l.rc("M", OpCode::kill, 0);
                     r["tgkill_leader"] = l.rc("M", OpCode::tgkill, 0);
                 }},
                {80, "thread exit(5) after leader exit(3)",
                 [](Life& l, Row& r) {
                     r["waited"] = l.result("M", OpCode::waitpid, 1) == l.pid("A") ? "1" : "0";
                     r["status"] = l.status("M");
                 }},
                {80, "SIGCHLD after last thread", sigchld_about("A")},
            }};
}

Experiment leader_then_group() {
    std::string a = thread("T", R"("sleep 1s")") + R"(,"sleep 5ms","exit 3")";
    std::string m = R"({"fork":[)" + a + R"(],"name":"A"},"sleep 20ms","kill A SIGTERM",
        "waitpid A","sleep 100ms")";
    return {"leader_exits_first_then_exit_group",
            by_m(m),
            {
                {15, "leader", stat_of("A")},
                {40, "SIGTERM to tgid with zombie leader", status_of()},
            }};
}

Experiment exit_group_from_thread() {
    std::string a = thread("T1", R"("pause")") + "," +
                    thread("T2", R"("sleep 20ms","exit_group 6")") + R"(,"pause")";
    std::string m = std::string(handle_chld) + R"({"fork":[)" + a + R"(],"name":"A"},
        "sleep 50ms","waitpid A","sleep 100ms")";
    return {"exit_group_from_thread",
            by_m(m),
            {
                {10, "before", [](Life& l, Row& r) { r["tasks"] = l.threads("A"); }},
                {40, "after",
                 [](Life& l, Row& r) {
                     l.stat(r, "A");
                     r["tasks"] = l.threads("A");
                 }},
                {70, "status", status_of()},
                {70, "SIGCHLD exit_group", sigchld_about("A")},
            }};
}

Experiment kill_one_thread() {
    std::string a = thread("T", R"("sleep 1s")") + R"(,"pause")";
    std::string m = std::string(handle_chld) + R"({"fork":[)" + a + R"(],"name":"A"},
        "sleep 10ms","tgkill T SIGKILL","waitpid A","sleep 100ms")";
    return {"tgkill_SIGKILL_one_thread",
            by_m(m),
            {
                {30, "status", status_of()},
                {30, "SIGCHLD kill", sigchld_about("A")},
            }};
}

Experiment thread_exit_only() {
    std::string a = thread("T", R"("sleep 10ms","exit 5")") + R"(,"pause")";
    std::string m =
        std::string(handle_chld) + R"({"fork":[)" + a + R"(],"name":"A"},"sleep 100ms")";
    return {"thread_exit_only",
            by_m(m),
            {
                {40, "thread exited by SYS_exit(5)",
                 [](Life& l, Row& r) {
                     r["tasks"] = l.threads("A");
                     l.stat(r, "T", "thread.");
                 }},
                {40, "no SIGCHLD thread exit", no_sigchld_since(0)},
            }};
}

Experiment kill_process_group() {
    std::string m =
        std::string(handle_chld) + R"({"fork":["setpgid","pause"],"name":"P"},"sleep 5ms",
        {"fork":["setpgid P","pause"],"name":"K0"},
        {"fork":["setpgid P","kill self SIGSTOP","pause"],"name":"K1"},
        {"fork":["setpgid P","sigprocmask setmask all","pause"],"name":"K2"},
        "sleep 30ms","kill -P SIGKILL","sleep 10ms","waitpid -P","sleep 2ms","waitpid -P",
        "sleep 2ms","waitpid -P","sleep 2ms","waitpid -P","sleep 2ms","waitpid -P")";
    Experiment e{"kill_process_group",
                 by_m(m),
                 {
                     {20, "member 0 before", stat_of("K0")},
                     {20, "member 1 before", stat_of("K1")},
                     {20, "member 2 before", stat_of("K2")},
                     {42, "kill(-pg,SIGKILL)", rc_of(OpCode::kill, 0)},
                     {80, "wait4(-pg) 5th", rc_of(OpCode::waitpid, 4)},
                 }};
    return e;
}

Experiment exec_sharing(const char* words, const char* label) {
    std::string m =
        R"("semset s 5","semop s 1 undo",{"clone":["sleep 30ms","exec later"],"flags":")" +
        std::string(words) + R"(|SIGCHLD","name":"C"},"sleep 100ms")";
    auto kcmp = [](Life& l) {
        const task_struct& a = l.w().tasks[l.task("M")];
        const task_struct& b = l.w().tasks[l.task("C")];
        auto eq = [](bool same) { return same ? "1" : "0"; };
        return std::string("vm=") + eq(a.mm == b.mm) + " files=" + eq(a.files == b.files) +
               " fs=" + eq(a.fs == b.fs) + " sighand=" + eq(a.sighand == b.sighand) +
               " io=1 sysvsem=" + eq(a.sysvsem == b.sysvsem);
    };
    auto before = std::make_shared<std::string>();
    return {"exec_while_sharing",
            by_m(m, R"("later":["sleep 1s"])"),
            {
                {20, "before", [=](Life& l, Row&) { *before = kcmp(l); }},
                {60, label,
                 [=](Life& l, Row& r) {
                     r["shared_before_exec"] = *before;
                     r["shared_after_exec"] = kcmp(l);
                 }},
            }};
}

Experiment exec_from_thread(bool zombie_leader) {
    std::string a = thread("T1", R"("pause")") + "," +
                    thread("T2", R"("sleep 50ms","exec later")") +
                    (zombie_leader ? R"(,"sleep 5ms","exit 3")" : R"(,"pause")");
    std::string m = std::string(handle_chld) + R"({"fork":[)" + a + R"(],"name":"A"},
        "sleep 80ms","waitpid any WNOHANG","sleep 10ms","kill later SIGTERM","waitpid any",
        "sleep 1s")";
    auto old_pid = std::make_shared<s32>(0);
    auto id = std::make_shared<TaskId>();
    return {zombie_leader ? "exec_from_thread_zombie_leader" : "exec_from_thread",
            by_m(m, R"("later":["sleep 1s"])"),
            {
                {30, "before exec",
                 [=](Life& l, Row& r) {
                     r["tasks"] = l.threads("A");
                     l.stat(r, "A");
                     *old_pid = l.pid("T2");
                     *id = l.task("T2");
                 }},
                {70, "after exec",
                 [=](Life& l, Row& r) {
                     r["tasks"] = l.threads("T2");
                     l.stat(r, "T2");
                     r["old_tid.state"] =
                         l.w().pids[static_cast<u32>(*old_pid)].task ? "alive" : "ENOENT";
                     r["kill_old_tid"] =
                         l.w().pids[static_cast<u32>(*old_pid)].task ? "0" : "ESRCH";
                 }},
                {70, "no SIGCHLD during exec", no_sigchld_since(0)},
                {85, "wait WNOHANG", rc_of(OpCode::waitpid, 0)},
                {120, "exit", status_of()},
            }};
}

}  // namespace

void append_stop_experiments(std::vector<Experiment>& all);

std::vector<Experiment> life_experiments() {
    std::vector<Experiment> all = {
        zombie(),
        orphan("orphan_to_init", "", false, false),
        orphan("orphan_to_subreaper", R"("prctl subreaper",)", false, true),
        orphan("orphan_subreaper_not_inherited", R"("prctl subreaper",)", false, true),
        orphan_zombie(),
        orphan("orphan_subreaper_is_dead_goes_up", R"("prctl subreaper",)", true, false),
        orphan_in_pidns(),
        thread_parent(),
        orphaned_group(),
        leader_exits_first(),
        leader_then_group(),
        exit_group_from_thread(),
        kill_one_thread(),
        thread_exit_only(),
        kill_process_group(),
        exec_from_thread(false),
        exec_from_thread(true),
        exec_sharing("CLONE_VM", "flags VM"),
        exec_sharing("CLONE_VM|CLONE_FILES", "flags VM|FILES"),
        exec_sharing("CLONE_VM|CLONE_SIGHAND", "flags VM|SIGHAND"),
        exec_sharing("CLONE_FS", "flags FS"),
        exec_sharing("CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_SYSVSEM|CLONE_IO",
                     "flags VM|FS|FILES|SIGHAND|SYSVSEM|IO"),
        exec_sharing("CLONE_FILES", "flags FILES"),
        exec_sharing("CLONE_SYSVSEM", "flags SYSVSEM"),
    };
    append_stop_experiments(all);
    return all;
}

}  // namespace oracle
