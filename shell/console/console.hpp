// The console: a Linux-like command line over the simulated machine, the same in the page, in the
// terminal and in tests. Commands are processes of the machine; what they show is read from it.
#pragma once

#include "console/files.hpp"
#include "console/processes.hpp"
#include "console/syntax.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rq::console {

/// A piece of what the terminal shows.
struct Shown {
    bool error = false;  ///< it went to standard error
    std::string text;
};

/// A process group that the shell started.
struct Job {
    u32 number = 1;
    s32 pid = 0;
    TaskId id;
    u64 started = 0;  ///< instant; going back before it forgets the job
    std::string text;
};

struct Run;

class Console {
public:
    explicit Console(Session& session);
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    /// Executes a text of one or more lines to its end; simulated time passes as the commands need.
    std::vector<Shown> execute(std::string_view text);
    /// Asked now and then while a text is executed; true is ^C: its commands and loops end.
    std::function<bool()> interrupted;
    /// Bytes that one text may show; what would show more is ended as ^C would.
    std::size_t most_shown = ~std::size_t{0};
    /// The text is not complete: an open quote, loop or here-document.
    static bool unfinished(std::string_view text);
    /// `exit` was executed.
    bool finished() const { return left_; }
    s32 status() const { return status_; }
    std::string prompt() const;
    /// What the word that ends at the end of `line` may become.
    std::vector<std::string> complete(std::string_view line) const;

    // For the commands
    Session& session() { return processes_.session(); }
    Processes& processes() { return processes_; }
    Files& files() { return files_; }
    std::map<std::string, std::string>& variables() { return variables_; }
    std::vector<Job>& jobs() { return jobs_; }
    const std::string& directory() const { return directory_; }
    void set_directory(std::string path) { directory_ = std::move(path); }
    void leave(s32 status);
    void set_time(bool step) { step_ = step; }
    /// Forgets jobs that are not there at this instant and reaps those that have ended.
    void look_after_jobs();
    Job* find_job(std::string_view text);
    /// Executes and gives back what went to standard output.
    std::string capture(std::string_view text);
    /// How what is executed in a loop goes on.
    enum class Jump : u8 { none, leave, next };
    /// `break` and `continue`; false: there is no loop.
    bool jump(Jump how);
    /// bash -c: the command's process is the shell while the text is executed, with variables, jobs
    /// and a directory of its own. `words` are $0, $1 and so on; without any all is as outside, $$
    /// too. Its exit status.
    s32 subshell(Run& run, std::string_view text, const std::vector<std::string>& words);

private:
    struct Terminal;
    struct Io;
    bool key_pressed();
    bool stopped(const Io& io);
    bool badly_expanded(Io& io);
    s32 run_list(std::string_view text, Io& io);
    s32 run_pipeline(const Pipeline& pipeline, bool background, Io& io);
    s32 run_command(const Command& command, bool background, const std::string& text, Io& io);
    s32 run_simple(std::vector<std::string> words, bool background, const std::string& text,
                   Io& io);
    s32 run_compound(const Command& command, bool background, Io& io);
    s32 run_while(const Command& command, Io& io);
    s32 run_for(const Command& command, Io& io);
    s32 not_forked(const Child& child, Io& io);
    s64 end(Run& run, const Child& child, s32 status, Io& io);
    s32 run_parentheses(const std::string& body, Io& io);
    bool goes_round();
    s32 spin_in_background(const std::string& text, Io& io);
    s32 add_job(Child child, const std::string& text, Io& io);
    bool redirect(const Command& command, Io& outer, Io& inner);
    bool write_back(const Command& command, Io& io, Io& outer);
    void time_pipeline(const Pipeline& pipeline, bool background, Io& io);

    std::vector<std::string> expand(std::string_view word);
    std::string expand_text(std::string_view text);
    std::string dollar(std::string_view text);
    std::vector<std::string> glob(const std::string& pattern);

    Processes processes_;
    Files files_;
    std::map<std::string, std::string> variables_;
    std::vector<Job> jobs_;
    std::string directory_ = "/root";
    TaskId inside_{};  ///< the shell of a subshell
    s32 status_ = 0;
    s32 last_background_ = 0;
    bool left_ = false;
    bool bad_expansion_ = false;  ///< the command that is expanded now is not to be executed
    bool stopped_ = false;  ///< ^C, for the text that is executed now
    bool step_ = false;
    u32 depth_ = 0;
    u32 loops_ = 0;
    Jump jump_ = Jump::none;
    u32 boots_ = 0;
    std::string notices_;
};

/// Puts the programs that are there from the start into /root.
void add_sample_files(Files& files);

}  // namespace rq::console
