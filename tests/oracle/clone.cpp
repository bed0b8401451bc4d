// The recorded tables of clone: what each combination of flags shares, who may wait, which signal
// comes, and which errno refuses it. G forks T, T clones C; what C does is looked for in T.
#include "mm/memory.hpp"
#include "oracle/table.hpp"
#include "sim/simulation.hpp"
#include "task/files.hpp"
#include "task/namespace.hpp"

#include <cstdlib>
#include <functional>

using namespace rq;
using oracle::Row;
using oracle::Score;
using oracle::Table;

namespace oracle {

std::string errno_name(long long result) {
    static const std::map<long long, const char*> names = {
        {-EPERM, "EPERM"},   {-ESRCH, "ESRCH"},   {-EINTR, "EINTR"},   {-ECHILD, "ECHILD"},
        {-EAGAIN, "EAGAIN"}, {-ENOMEM, "ENOMEM"}, {-EBUSY, "EBUSY"},   {-EINVAL, "EINVAL"},
        {-ENOSPC, "ENOSPC"}, {-EUSERS, "EUSERS"}, {-ENOSYS, "ENOSYS"}, {-EFAULT, "EFAULT"},
        {-EBADF, "EBADF"},
    };
    auto found = names.find(result);
    return found == names.end() ? std::to_string(result) : found->second;
}

}  // namespace oracle

namespace {

constexpr const char* sharing_scenario = R"({"format": "runqueue/1", "profile": "ideal",
  "duration": "200ms",
  "programs": {
    "handler_a": ["nop"], "handler_b": ["nop"],
    "C": ["write mem 0", "chdir /tmp/b", "umask 077", "open y", "close x", "lseek f 100",
          "sigaction SIGUSR1 handle handler_b", "semop sem 1 undo", "sleep 10ms", "exit 42"],
    "T": ["chdir /tmp/a", "umask 022", "open f", "open x", "sigaction SIGUSR1 handle handler_a",
          "sigaction SIGCHLD handle|SA_RESTART", "semset sem 10", "map mem 1", "write mem 0",
          "clone SIGCHLD C C", "sleep 20ms", "waitpid C WNOHANG", "sleep 2ms",
          "waitpid C WNOHANG|__WCLONE", "waitpid C WNOHANG|__WALL", "sleep 60ms", "exit_group"],
    "G": ["sigaction SIGCHLD handle|SA_RESTART", "fork T 1 T", "sleep 50ms",
          "waitpid C WNOHANG", "sleep 2ms", "waitpid C WNOHANG|__WALL", "sleep 80ms"]},
  "tasks": [{"name": "G", "program": "G"}]})";

constexpr u64 while_both_live = 5 * NSEC_PER_MSEC;
constexpr u64 after_c_ended = 18 * NSEC_PER_MSEC;
constexpr u64 after_t_waited = 31 * NSEC_PER_MSEC;
constexpr u64 after_g_waited = 51 * NSEC_PER_MSEC;
constexpr u64 at_the_end = 70 * NSEC_PER_MSEC;

Scenario scenario_of(const char* text) {
    Result<Scenario> read = read_scenario(text);
    if (!read) {
        for (const Diagnostic& d : read.errors())
            std::fprintf(stderr, "%s\n", to_string(d).c_str());
        std::exit(2);
    }
    return *read;
}

TaskId task_named(const World& w, const char* name) {
    TaskId found;
    w.tasks.for_each([&](TaskId id, const task_struct&) {
        if (std::string(w.comms[id.slot()].text) == name) found = id;
    });
    return found;
}

/// One row of the table, from a run.
class SharingRun {
public:
    SharingRun(const Scenario& scenario, u64 flags, u32 exit_signal) {
        Scenario s = scenario;
        for (ProgramSpec& program : s.programs)
            for (Op& op : program.ops)
                if (op.code == OpCode::clone) op.flags = flags | exit_signal;
        auto booted = Simulation::boot(s);
        if (!booted) return;
        sim_ = std::move(*booted);
        run();
    }
    Row got;

private:
    const World& w() const { return sim_->world(); }
    void set(const char* column, bool value) { got[column] = value ? "1" : "0"; }
    void go(u64 ns) { sim_->run_until(sim_->t0() + ns); }

    std::string rel(s32 number) const {
        if (number == 0) return "0";
        if (number == t_tgid_) return "T";
        if (number == g_tgid_) return "G";
        if (number == c_pid_) return "C";
        return std::to_string(number);
    }
    std::string numbers(const std::function<s32(NsId)>& number_in) const {
        NsId ns = w().tasks[c_].pid_ns;
        std::string text = rel(number_in(w().g.init_pid_ns));
        if (w().namespaces[ns].level) text += "/" + rel(number_in(ns));
        return text;
    }
    s32 number(TaskId p, NsId ns) const {
        Context c = sim_->context();
        return task_pid_nr_ns(c, p, ns);
    }
    /// The result of the k-th call of that kind by a task; `fallback` if it was not made.
    std::string wait_result(TaskId who, u32 k) const {
        u32 seen = 0;
        std::string result = "not called";
        Trace::Reader reader = sim_->trace().read(0);
        for (Record r; reader.next(r);) {
            if (r.event != Ev::sys_exit || r.task(0) != who) continue;
            if (static_cast<OpCode>(r.arg[1]) != OpCode::waitpid || seen++ != k) continue;
            s64 value = r.number(2);
            result = value < 0 ? oracle::errno_name(value) : value == c_pid_ ? "C" : "0";
        }
        return result;
    }
    s64 clone_result() const {
        s64 result = 0;
        Trace::Reader reader = sim_->trace().read(0);
        for (Record r; reader.next(r);)
            if (r.event == Ev::sys_exit && static_cast<OpCode>(r.arg[1]) == OpCode::clone)
                result = r.number(2);
        return result;
    }
    u32 sigchld(TaskId who, u64 from, u64 to) const {
        u32 count = 0;
        Trace::Reader reader = sim_->trace().read(0);
        for (Record r; reader.next(r);)
            if (r.event == Ev::signal_generate && r.task(0) == who && r.arg[1] == SIGCHLD &&
                r.time >= sim_->t0() + from && r.time <= sim_->t0() + to)
                ++count;
        return count;
    }

    void look_at_memory_and_files() {
        Context c = sim_->context();
        const task_struct& t = w().tasks[t_];
        const task_struct& k = w().tasks[c_];
        u32 name = 0;
        for (u32 i = 0; i < c.image.scenario.names.size(); ++i)
            if (c.image.scenario.names[i] == "mem") name = i;
        auto frame = [&](const task_struct& of) {
            VmaId area = find_vma_by_name(c, of.mm, name);
            return area ? pte_frame(w().tables.get(w().vmas[area].ptes, 0)).raw : 0;
        };
        set("mem", frame(t) == frame(k));
        set("cwd", t.fs == k.fs && w().fs[t.fs].cwd == w().fs[k.fs].cwd);
        set("umask", w().fs[t.fs].umask == 077);
        auto fd = [&](TaskId p, const char* file) {
            for (u32 i = 0; i < c.image.scenario.names.size(); ++i)
                if (c.image.scenario.names[i] == file) return fd_of_name(c, p, i);
            return -EBADF;
        };
        set("fd_open", fd(t_, "y") >= 0);
        set("fd_close", fd(t_, "x") < 0);
        FileId f = fd_file(c, t_, fd(t_, "f"));
        set("file_offset", f && w().open_files[f].f_pos == 100);
        auto handler = [&](const task_struct& of) {
            return w().tables.get(w().sighands[of.sighand].programs, SIGUSR1);
        };
        set("sighandlers", handler(t) == handler(k));
        set("kcmp_vm", t.mm == k.mm);
        set("kcmp_files", t.files == k.files);
        set("kcmp_fs", t.fs == k.fs);
        set("kcmp_sighand", t.sighand == k.sighand);
        got["kcmp_io"] = "1";  // neither has an I/O context: none is simulated
        set("kcmp_sysvsem", t.sysvsem == k.sysvsem);
        got["child_chdir_rc"] = w().fs[k.fs].cwd ? "0" : "failed";
        got["child_open_rc"] = fd(c_, "y") >= 0 ? "0" : "failed";
        got["child_semop"] = k.sysvsem ? "OK" : "failed";
    }
    void look_at_identity() {
        const task_struct& t = w().tasks[t_];
        const task_struct& k = w().tasks[c_];
        NsId ns = k.pid_ns;
        NsId root = w().g.init_pid_ns;
        bool blocked = t.wait_channel == static_cast<u32>(Channel::vfork);
        set("parent_blocked", blocked);
        set("parent_returned_first", !blocked);
        got["child_getpid"] = rel(number(k.group_leader, ns));
        got["child_gettid"] = rel(number(c_, ns));
        got["child_getppid"] = rel(number(w().tasks[k.real_parent].group_leader, ns));
        bool unmapped = w().creds[k.cred].user_ns != w().g.init_user_ns;
        got["child_getuid"] = unmapped ? "65534" : "0";
        got["st_Tgid"] = rel(k.tgid);
        got["st_Pid"] = rel(k.pid);
        got["st_PPid"] = rel(number(w().tasks[k.real_parent].group_leader, root));
        got["NStgid"] = numbers([&](NsId in) { return number(k.group_leader, in); });
        got["NSpid"] = numbers([&](NsId in) { return number(c_, in); });
        auto of_group = [&](s32 group) {
            return numbers([&, group](NsId in) {
                if (w().namespaces[in].level == 0) return group;
                TaskId leader = w().pids[static_cast<u32>(group)].task;
                return leader ? number(leader, in) : 0;
            });
        };
        got["NSpgid"] = of_group(w().signals[k.signal].pgrp);
        got["NSsid"] = of_group(w().signals[k.signal].session);
        const nsproxy& a = w().nsproxies[t.nsproxy];
        const nsproxy& b = w().nsproxies[k.nsproxy];
        set("ns_mnt", a.mnt_ns == b.mnt_ns);
        set("ns_pid", t.pid_ns == k.pid_ns);
        set("ns_pid_for_children", a.pid_ns_for_children == b.pid_ns_for_children);
        set("ns_user", w().creds[t.cred].user_ns == w().creds[k.cred].user_ns);
        set("ns_net", a.net_ns == b.net_ns);
        set("ns_uts", a.uts_ns == b.uts_ns);
        set("ns_ipc", a.ipc_ns == b.ipc_ns);
        set("ns_cgroup", a.cgroup_ns == b.cgroup_ns);
        set("ns_time", a.time_ns == b.time_ns);
        set("ns_time_for_children", a.time_ns_for_children == b.time_ns_for_children);
        char text[20];
        std::snprintf(text, sizeof text, "%016llx",
                      static_cast<unsigned long long>(w().creds[k.cred].cap_effective));
        got["child_CapEff"] = text;
    }
    void look_at_waits() {
        go(after_c_ended);
        bool gone = !w().tasks.alive(c_) || w().tasks[c_].exit_state;
        set("child_gone", gone);
        for (const sync_object& o : w().sync_objects)
            if (o.kind == static_cast<u32>(SyncKind::semaphore) && o.name)
                set("semundo", o.value == 11);
        go(after_t_waited);
        s32 t_status = w().tasks[t_].exec.wait_status;
        go(after_g_waited);
        s32 g_status = w().tasks[g_].exec.wait_status;
        go(at_the_end);
        std::string plain = wait_result(t_, 0);
        got["T_waitpid"] = plain;
        got["T_status"] = plain == "C" ? std::to_string(t_status) : "-1";
        got["T_wait_wclone"] = plain == "C" ? "0" : wait_result(t_, 1);
        std::string wclone = got["T_wait_wclone"];
        got["T_wait_wall"] = plain == "C" || wclone == "C" ? "C" : wait_result(t_, 2);
        std::string g_plain = wait_result(g_, 0);
        got["G_waitpid"] = g_plain;
        got["G_status"] = g_plain == "C" ? std::to_string(g_status) : "-1";
        got["G_wait_wall"] = g_plain == "C" ? "C" : wait_result(g_, 1);
        got["T_sigchld"] = std::to_string(sigchld(t_, 0, at_the_end));
        got["G_sigchld"] = std::to_string(sigchld(g_, 0, at_the_end));
    }
    void run() {
        go(while_both_live);
        s64 result = clone_result();
        if (result < 0) {
            got["result"] = oracle::errno_name(result);
            return;
        }
        got["result"] = "OK";
        g_ = task_named(w(), "G");
        t_ = task_named(w(), "T0");  // the first of one
        c_ = task_named(w(), "C");
        g_tgid_ = w().tasks[g_].tgid;
        t_tgid_ = w().tasks[t_].tgid;
        c_pid_ = w().tasks[c_].pid;
        look_at_memory_and_files();
        look_at_identity();
        look_at_waits();
        got["clone_return"] = clone_result() == c_pid_ ? "C" : "?";
    }

    std::unique_ptr<Simulation> sim_;
    TaskId g_, t_, c_;
    s32 g_tgid_ = -1, t_tgid_ = -1, c_pid_ = -1;
};

/// A single call by a task of a user; what it returned.
std::string call_result(const Scenario& base, OpCode code, u64 flags, u32 uid, bool restricted) {
    Scenario s = base;
    for (ProgramSpec& program : s.programs)
        for (Op& op : program.ops) {
            if (op.code == OpCode::setuid) op.n[0] = uid;
            if (op.code != OpCode::clone) continue;
            op.code = code;
            op.flags = flags;
        }
    if (restricted) s.sysctl.push_back(Setting{"kernel.unprivileged_userns_clone", "0", {}});
    auto booted = Simulation::boot(s);
    if (!booted) return "not booted";
    (*booted)->run_until((*booted)->t0() + 5 * NSEC_PER_MSEC);
    std::string result = "not called";
    Trace::Reader reader = (*booted)->trace().read(0);
    for (Record r; reader.next(r);)
        if (r.event == Ev::sys_exit && static_cast<OpCode>(r.arg[1]) == code)
            result = r.number(2) < 0 ? oracle::errno_name(r.number(2)) : "OK";
    return result;
}

constexpr const char* call_scenario = R"({"format": "runqueue/1", "profile": "ideal",
  "duration": "10ms",
  "programs": {"C": ["exit 0"], "T": ["setuid 0", "clone SIGCHLD C C", "exit_group"],
               "G": ["fork T 1 T", "waitpid T __WALL"]},
  "tasks": [{"name": "G", "program": "G"}]})";

struct FlagBit {
    const char* column;
    u64 flag;
};
constexpr FlagBit namespace_flags[] = {
    {"NEWNS", CLONE_NEWNS},         {"NEWUTS", CLONE_NEWUTS},   {"NEWIPC", CLONE_NEWIPC},
    {"NEWCGROUP", CLONE_NEWCGROUP}, {"NEWUSER", CLONE_NEWUSER}, {"NEWPID", CLONE_NEWPID},
    {"NEWNET", CLONE_NEWNET},       {"NEWTIME", CLONE_NEWTIME},
};

struct Call {
    const char* column;
    OpCode code;
    u64 more_flags;  ///< the exit signal among them
    u32 uid;
    bool restricted;
};

void compare_calls(const Scenario& base, const Row& row, const std::string& label, u64 flags,
                   const std::vector<Call>& calls, Score& score) {
    for (const Call& call : calls) {
        auto cell = row.find(call.column);
        if (cell == row.end()) continue;
        u64 all = flags | call.more_flags;
        score.compare(label, call.column, cell->second,
                      call_result(base, call.code, all, call.uid, call.restricted));
    }
    score.end_row();
}

}  // namespace

int oracle_clone(const char* path) {
    Table table;
    if (!oracle::read_csv(oracle::file_in(path, "clone_table.csv"), table)) {
        std::fprintf(stderr, "%s: cannot be read\n", path);
        return 2;
    }
    Scenario scenario = scenario_of(sharing_scenario);
    Score score;
    for (const Row& row : table.rows) {
        u64 flags = std::strtoull(row.at("flags").c_str(), nullptr, 0);
        u32 signal = static_cast<u32>(std::strtoul(row.at("exit_signal").c_str(), nullptr, 0));
        SharingRun run(scenario, flags, signal);
        std::string label = row.at("flags");
        score.compare(label, "result", row.at("result"), run.got["result"]);
        bool ok = row.at("result") == "OK" && run.got["result"] == "OK";
        for (const std::string& column : table.columns) {
            auto got = run.got.find(column);
            auto recorded = row.find(column);
            if (!ok || got == run.got.end() || recorded == row.end()) continue;
            score.compare(label, column, recorded->second, got->second);
        }
        score.end_row();
    }
    return score.finish();
}

int oracle_clone_errno(const char* path) {
    Table table;
    if (!oracle::read_csv(oracle::file_in(path, "clone_errno_variants.csv"), table)) return 2;
    const std::vector<Call> calls = {
        {"clone_sig17", OpCode::clone, 17, 0, false},
        {"clone_sig0", OpCode::clone, 0, 0, false},
        {"clone3_sig17", OpCode::clone3, 17, 0, false},
        {"clone3_sig0", OpCode::clone3, 0, 0, false},
        {"clone_sig17_uid1000", OpCode::clone, 17, 1000, false},
        {"unshare", OpCode::unshare, 0, 0, false},
        {"unshare_uid1000", OpCode::unshare, 0, 1000, false},
    };
    Scenario scenario = scenario_of(call_scenario);
    Score score;
    for (const Row& row : table.rows) {
        u64 flags = std::strtoull(row.at("flags").c_str(), nullptr, 0);
        compare_calls(scenario, row, row.at("flags"), flags, calls, score);
    }
    return score.finish();
}

int oracle_clone_priv(const char* path) {
    Table table;
    if (!oracle::read_csv(oracle::file_in(path, "clone_ns_priv.csv"), table)) return 2;
    const std::vector<Call> calls = {
        {"clone3_root", OpCode::clone3, 17, 0, false},
        {"clone3_uid1000", OpCode::clone3, 17, 1000, false},
        {"unshare_root", OpCode::unshare, 0, 0, false},
        {"unshare_uid1000", OpCode::unshare, 0, 1000, false},
        {"clone3_VM_root", OpCode::clone3, 17 | CLONE_VM, 0, false},
        {"clone3_FS_root", OpCode::clone3, 17 | CLONE_FS, 0, false},
        {"clone3_SYSVSEM_root", OpCode::clone3, 17 | CLONE_SYSVSEM, 0, false},
        {"clone3_uid1000_sysctl0", OpCode::clone3, 17, 1000, true},
        {"clone3_root_sysctl0", OpCode::clone3, 17, 0, true},
    };
    Scenario scenario = scenario_of(call_scenario);
    Score score;
    for (const Row& row : table.rows) {
        u64 flags = 0;
        std::string label;
        for (const FlagBit& bit : namespace_flags) {
            if (row.at(bit.column) != "1") continue;
            flags |= bit.flag;
            label += label.empty() ? bit.column : std::string("|") + bit.column;
        }
        compare_calls(scenario, row, label.empty() ? "none" : label, flags, calls, score);
    }
    return score.finish();
}
