// Processes of the simulated machine in the hands of the console: forked, exec'd, led from call to
// call, waited for. Everything enters the run as an action of the user, so that going back and on
// again brings the same.
//
// A process that a command leads computes (`run`) while the command thinks; the command ends that
// within the same instant by giving it its next operations. The shell itself sleeps in `pause`, as
// the real one does in read().
#pragma once

#include "session/session.hpp"

#include <utility>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rq::console {

struct Child {
    TaskId id;
    s32 pid = 0;
};

class Processes {
public:
    explicit Processes(Session& session) : session_(session) {}

    /// The interactive shell; started by init when there is none at this instant.
    TaskId shell();
    /// The run is another: the shell is to be started anew.
    void forget() { shell_ = {}; }
    /// Another process is the shell from now on; the one that it was.
    TaskId set_shell(TaskId p) { return std::exchange(shell_, p); }
    /// `parent` forks, the child execs the program of argv[0] and waits to be led. Operations in
    /// `before`, as a JSON list without its brackets, come between fork and exec. A null id, and
    /// errno in pid: the parent could not.
    Child fork(TaskId parent, const std::vector<std::string>& argv,
               std::string_view before = "\"setpgid own\"");
    /// The same with clone() and no exec: the child keeps its parent's program in name, and sleeps
    /// until it is led. `flags` as in "CLONE_VM|SIGCHLD". Where the parent sleeps until the child
    /// ends (CLONE_VFORK), it cannot be led before.
    Child clone(TaskId parent, std::string_view flags);
    /// The process begins a call and is not waited for; come_to_rest() does that later.
    bool begin(TaskId p, std::string_view operation);
    bool come_to_rest(TaskId p);
    /// The process makes one call of scenario/ops.def; what it returned.
    s64 call(TaskId p, std::string_view operation);
    /// execve(): the process is called as argv[0] is from now on, and led as before.
    void exec(TaskId p, const std::vector<std::string>& argv);
    /// The process runs these operations (a JSON list with its brackets) to their end by itself.
    /// `programs` may hold programs that they exec or fork: "\"a\": [ … ], …". False, with the
    /// reason in `error`: they are none.
    bool become(TaskId p, std::string_view operations, std::string& error,
                std::string_view programs = "");
    /// exit_group(status) of a process that is led; returns when it is a zombie or gone.
    void finish(TaskId p, s32 status);
    /// SIGINT, as ^C sends it, and time for it to act. False.
    bool interrupt(TaskId p);
    /// `parent` waits for its child; the packed status, or -errno. A wait that takes too many
    /// events is ended as ^C would.
    s64 wait(TaskId parent, s32 pid);
    /// Lets time pass until the process is a zombie, stopped or gone. False: ^C ended it.
    bool until_exit(TaskId p);

    /// It has not begun to exit.
    bool alive(TaskId p) const;
    /// It can be led: it computes or pauses as `fork` and `shell` leave it.
    bool resting(TaskId p) const;
    TaskId by_pid(s32 pid) const;
    /// The operation at which a led process is, for those who write a program that ends with it.
    static const char* led_operation();
    Session& session() { return session_; }
    const World& world() const { return session_.world(); }
    /// Called after every event of a call, for strace.
    std::function<void()> watch;

private:
    /// The parent is not to fork any more; if it did, its child ends.
    void give_up_fork(TaskId parent, u32 first_ordinal);
    bool give(TaskId p, const std::string& text);
    std::string rest_of(TaskId p) const;

    Session& session_;
    TaskId shell_{};
};

/// The name of the program that a path names.
std::string base_name(const std::string& path);
/// Text between quotes of JSON.
std::string json_quoted(std::string_view text);

}  // namespace rq::console
