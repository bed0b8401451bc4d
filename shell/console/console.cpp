// The shell: lists, pipelines, loops, jobs. How words become arguments is in expand.cpp.
#include "console/console.hpp"

#include "console/command.hpp"
#include "console/kernel_files.hpp"

#include <algorithm>
#include <utility>

namespace rq::console {

/// What a text that is executed shows, in order.
struct Console::Terminal {
    std::vector<Shown> shown;
    std::size_t room;
    bool full = false;

    void show(std::string_view text, bool error) {
        full = full || text.size() > room;
        text = text.substr(0, room);
        room -= text.size();
        if (text.empty()) return;
        if (!shown.empty() && shown.back().error == error)
            shown.back().text += text;
        else
            shown.push_back({error, std::string(text)});
    }
};

/// Where a list's streams lead.
struct Console::Io {
    Terminal* terminal = nullptr;  ///< null: out and err gather the text
    std::string input;
    bool has_input = false;
    bool piped = false;
    std::string out;
    std::string err;

    void show(std::string_view text, bool error) {
        if (text.empty()) return;
        if (terminal)
            terminal->show(text, error);
        else
            (error ? err : out) += text;
    }
};

namespace {

constexpr u32 loop_rounds_max = 10'000;
constexpr s32 status_not_found = 127;
constexpr s32 status_stopped = 128 + 20;
constexpr s32 status_interrupted = 128 + 2;

/// What the shell says of a job that a signal ended.
const char* signal_words(s32 status) {
    switch (status - 128) {
        case 6:
            return "Aborted";
        case 9:
            return "Killed";
        case 11:
            return "Segmentation fault";
        case 15:
            return "Terminated";
        case 1:
            return "Hangup";
        default:
            return "";
    }
}

std::string real_time(const char* name, u64 ns) {
    u64 seconds = ns / NSEC_PER_SEC;
    std::string out = std::string(name) + "\t" + std::to_string(seconds / 60) + "m" +
                      fixed(ns % (60 * NSEC_PER_SEC), NSEC_PER_SEC, 3) + "s\n";
    return out;
}

}  // namespace

Console::Console(Session& session) : processes_(session), files_(session) {
    variables_ = {{"HOME", "/root"}, {"USER", "root"}, {"SHELL", "/bin/bash"}, {"PWD", "/root"}};
    add_sample_files(files_);
}
Console::~Console() = default;

void Console::leave(s32 status) {
    left_ = true;
    status_ = status;
}

std::string Console::prompt() const {
    std::string shown = directory_ == "/root" ? "~" : directory_;
    return "root@runqueue:" + shown + "# ";
}

bool Console::unfinished(std::string_view text) {
    return parse(text).incomplete;
}

std::vector<Shown> Console::execute(std::string_view text) {
    Terminal terminal{{}, most_shown};
    Io io;
    io.terminal = &terminal;
    if (!session().loaded()) {
        io.show("bash: no machine: load a scenario first\n", true);
        return std::move(terminal.shown);
    }
    if (boots_ != session().boots()) {  // another run: nobody of the old one is there
        boots_ = session().boots();
        jobs_.clear();
        processes_.forget();
    }
    stopped_ = false;
    // Once it is answered, those that are ended need some time to get there.
    session().set_break_off([this] { return !stopped_ && key_pressed(); });
    status_ = run_list(text, io);
    session().set_break_off({});
    if (stopped_) status_ = status_interrupted;
    if (stopped_ || terminal.full) terminal.room = 100;
    if (terminal.full)
        io.show("\n… the rest is left out: " + std::to_string(most_shown >> 10) + " KiB shown\n",
                true);
    else if (stopped_)
        io.show("^C\n", true);
    return std::move(terminal.shown);
}

bool Console::key_pressed() {
    if (!stopped_ && interrupted) stopped_ = interrupted();
    return stopped_;
}

/// Nothing more is to be begun.
bool Console::stopped(const Io& io) {
    if (io.terminal && io.terminal->full) stopped_ = true;
    if (inside_ && !processes_.alive(inside_)) return true;
    return key_pressed() || left_;
}

std::string Console::capture(std::string_view text) {
    Io io;
    io.piped = true;
    status_ = run_list(text, io);
    notices_ += io.err;
    return io.out;
}

s32 Console::subshell(Run& run, std::string_view text, const std::vector<std::string>& words) {
    const auto variables = variables_;
    std::vector<Job> jobs = std::exchange(jobs_, {});
    const std::string directory = directory_;
    const TaskId outer_inside = std::exchange(inside_, run.self);
    const u32 outer_loops = std::exchange(loops_, 0);
    const TaskId outer = processes_.set_shell(run.self);
    if (words.empty()) {
        variables_.emplace("$", std::to_string(processes_.world().tasks[outer].tgid));
    } else {
        variables_.erase("$");
    }
    std::string all;
    for (std::size_t i = 0; i < words.size(); ++i) {
        variables_[std::to_string(i)] = words[i];
        if (i) all += (i > 1 ? " " : "") + words[i];
    }
    if (!words.empty()) {
        variables_["@"] = variables_["*"] = all;
        variables_["#"] = std::to_string(words.size() - 1);
    }
    Io io;
    io.piped = run.piped;
    io.has_input = run.has_input;
    io.input = run.input;
    status_ = 0;
    const s32 status = run_list(text, io);
    run.out += io.out;
    run.err += io.err + std::exchange(notices_, {});
    const s32 left = std::exchange(left_, false) ? status_ : status;
    processes_.set_shell(outer);
    loops_ = outer_loops;
    inside_ = outer_inside;
    directory_ = directory;
    jobs_ = std::move(jobs);
    variables_ = variables;
    return left;
}

s32 Console::run_list(std::string_view text, Io& io) {
    Parsed parsed = parse(text);
    if (parsed.incomplete) parsed.error = "syntax error: unexpected end of file";
    if (!parsed.error.empty()) {
        io.show("bash: " + parsed.error + "\n", true);
        return status_ = 2;
    }
    if (++depth_ > 32) {
        io.show("bash: nested too deeply\n", true);
        --depth_;
        return status_ = 2;
    }
    Then before = Then::always;
    for (const Item& item : parsed.list) {
        bool skip =
            (before == Then::if_ok && status_ != 0) || (before == Then::if_failed && status_ == 0);
        before = item.then;
        if (stopped(io) || jump_ != Jump::none) break;
        if (skip) continue;
        if (depth_ == 1) {
            look_after_jobs();
            io.show(notices_, true);
            notices_.clear();
        }
        bool background = item.then == Then::background;
        if (item.pipeline.timed)
            time_pipeline(item.pipeline, background, io);
        else
            status_ = run_pipeline(item.pipeline, background, io);
        if (item.pipeline.negated) status_ = !status_;
    }
    --depth_;
    return status_;
}

/// `time`: what passed on the clock, and what the children that ended used.
void Console::time_pipeline(const Pipeline& pipeline, bool background, Io& io) {
    TaskId bash = processes_.shell();
    auto signal = [&]() -> const signal_struct& {
        return processes_.world().signals[processes_.world().tasks[bash].signal];
    };
    u64 began = session().now();
    u64 user = signal().cutime_ns;
    u64 system = signal().cstime_ns;
    status_ = run_pipeline(pipeline, background, io);
    if (!processes_.alive(bash)) return;
    io.show("\n" + real_time("real", session().now() - began) +
                real_time("user", signal().cutime_ns - user) +
                real_time("sys", signal().cstime_ns - system),
            true);
}

/// The stages run one after the other, each with all that the one before it wrote.
/// Linux: they run side by side; here: what a stage shows is as of its own time.
s32 Console::run_pipeline(const Pipeline& pipeline, bool background, Io& io) {
    s32 status = 0;
    std::string carried;
    for (std::size_t i = 0; i < pipeline.commands.size() && !stopped_; ++i) {
        bool last = i + 1 == pipeline.commands.size();
        Io stage;
        stage.terminal = last ? io.terminal : nullptr;
        stage.has_input = i > 0 || io.has_input;
        stage.piped = !last || io.piped;
        stage.input = i > 0 ? carried : io.input;
        status = run_command(pipeline.commands[i], background && last, pipeline.text, stage);
        io.show(stage.err, true);
        if (last)
            io.show(stage.out, false);
        else
            carried = std::move(stage.out);
    }
    return status;
}

/// Opens what is read; false with a complaint when it is not there.
bool Console::redirect(const Command& command, Io& outer, Io& inner) {
    for (const Redirect& r : command.redirects) {
        if (r.kind == Redirect::Kind::here) {
            inner.input = r.literal ? r.target : expand_text(r.target);
            inner.has_input = true;
        } else if (r.kind == Redirect::Kind::words) {
            inner.input.clear();
            for (const std::string& word : expand(r.target))
                inner.input += (inner.input.empty() ? "" : " ") + word;
            inner.input += "\n";
            inner.has_input = true;
        } else if (r.kind == Redirect::Kind::read) {
            std::vector<std::string> path = expand(r.target);
            std::string name = path.empty() ? "" : path[0];
            s32 error =
                files_.read(processes_.shell(), Files::absolute(directory_, name), inner.input);
            inner.has_input = true;
            if (!error) continue;
            outer.show("bash: " + name + ": " + error_text(-error) + "\n", true);
            return false;
        }
    }
    return true;
}

/// Streams that lead into files, or into each other, go there. False with a complaint.
bool Console::write_back(const Command& command, Io& io, Io& outer) {
    struct Stream {
        std::string text;
        const Redirect* to = nullptr;
        bool joined = false;
    };
    Stream out{io.out, nullptr, false};
    Stream err{io.err, nullptr, false};
    for (const Redirect& r : command.redirects) {
        Stream& stream = r.fd == 2 ? err : out;
        Stream& other = r.fd == 2 ? out : err;
        if (r.kind == Redirect::Kind::write || r.kind == Redirect::Kind::append) {
            stream.to = &r;
        } else if (r.kind == Redirect::Kind::same) {
            stream.to = other.to;
            stream.joined = !other.to;
        }
    }
    bool good = true;
    for (Stream* stream : {&out, &err}) {
        bool error = stream == &err;
        if (!stream->to) {
            outer.show(stream->text, error != stream->joined);
            continue;
        }
        std::vector<std::string> path = expand(stream->to->target);
        if (badly_expanded(outer)) {
            good = false;
            continue;
        }
        std::string name = path.size() == 1 ? path[0] : "";
        bool second = error && stream->to == out.to;
        bool append = stream->to->kind == Redirect::Kind::append || second;
        s32 code = files_.write(processes_.shell(), Files::absolute(directory_, name), stream->text,
                                append);
        if (code == 0) continue;
        std::string who = command.words.empty() ? "bash" : command.words[0];
        const std::string whole = Files::absolute(directory_, name);
        bool kernel = is_kernel_path(whole);
        bool at_open = code == -2 || code == -EACCES || code == -21;
        std::string where = kernel && !at_open ? who + ": write error" : name;
        outer.show("bash: " + where + ": " + error_text(-code) + "\n", true);
        good = false;
    }
    return good;
}

/// Shows what expanding words had to say; true: what they belong to is not to be executed.
bool Console::badly_expanded(Io& io) {
    io.show(notices_, true);
    notices_.clear();
    return std::exchange(bad_expansion_, false);
}

s32 Console::run_command(const Command& command, bool background, const std::string& text, Io& io) {
    Io inner;
    inner.input = io.input;
    inner.has_input = io.has_input;
    inner.piped = io.piped;
    if (!redirect(command, io, inner) || badly_expanded(io)) return 1;
    bool redirected =
        std::any_of(command.redirects.begin(), command.redirects.end(),
                    [](const Redirect& r) { return !r.reads(); });
    if (!redirected) inner.terminal = io.terminal;
    s32 status = 0;
    if (command.kind != Command::Kind::simple) {
        status = run_compound(command, background, inner);
    } else {
        std::vector<std::string> words;
        for (const std::string& word : command.words)
            for (std::string& w : expand(word)) words.push_back(std::move(w));
        if (badly_expanded(io)) return 1;
        status = run_simple(std::move(words), background, text, inner);
    }
    if (inner.terminal) return status;
    return write_back(command, inner, io) ? status : 1;
}

bool Console::jump(Jump how) {
    if (loops_) jump_ = how;
    return loops_ != 0;
}

/// After a round of a loop: false, it was left.
bool Console::goes_round() {
    return std::exchange(jump_, Jump::none) != Jump::leave;
}

s32 Console::run_while(const Command& command, Io& io) {
    if (computes_for_ever(command)) return spin_in_background("while :; do :; done", io);
    ++loops_;
    s32 status = 0;
    u32 round = 0;
    for (; round < loop_rounds_max && !stopped(io); ++round) {
        if ((run_list(command.condition, io) == 0) == command.until) break;
        status = run_list(command.body, io);
        if (!goes_round()) break;
    }
    --loops_;
    if (stopped_) return status_interrupted;
    if (left_) return status_;
    if (round < loop_rounds_max) return status;
    io.show("^C\n", true);
    return status_interrupted;
}

s32 Console::run_for(const Command& command, Io& io) {
    std::vector<std::string> values;
    for (const std::string& word : command.words)
        for (std::string& w : expand(word)) values.push_back(std::move(w));
    if (badly_expanded(io)) return 1;
    ++loops_;
    s32 status = 0;
    for (const std::string& value : values) {
        if (stopped(io)) break;
        variables_[command.variable] = value;
        status = run_list(command.body, io);
        if (!goes_round()) break;
    }
    --loops_;
    return status;
}

/// What the shell says of a process that is not there.
s32 Console::not_forked(const Child& child, Io& io) {
    io.show(std::string("bash: fork: ") + error_text(child.pid ? -child.pid : 12) + "\n", true);
    return 254;
}

/// The command's process ends with that status, unless it goes on by itself until it ends; what it
/// wrote is shown. Its packed wait status, or -errno.
s64 Console::end(Run& run, const Child& child, s32 status, Io& io) {
    if (stopped_ && !processes_.resting(child.id))
        processes_.interrupt(child.id);  // it is somewhere in a call, which may be a long one
    else if (!run.goes_on)
        processes_.finish(child.id, status);
    const s64 packed = processes_.wait(processes_.shell(), child.pid);
    io.show(run.out, false);
    io.show(run.err, true);
    return packed;
}

/// ( … ): a process that forked from the shell and execs nothing.
s32 Console::run_parentheses(const std::string& body, Io& io) {
    const TaskId bash = processes_.shell();
    if (!processes_.resting(bash)) processes_.come_to_rest(bash);
    const Child child = processes_.clone(bash, "SIGCHLD");
    if (!child.id) return not_forked(child, io);
    Run run{*this, {"bash"}, io.has_input, io.input, child.id, "", "", false, io.piped, false};
    const s32 status = subshell(run, body, {});
    const s64 packed = end(run, child, status, io);
    return packed < 0 ? status : shell_status(packed);
}

s32 Console::run_compound(const Command& command, bool background, Io& io) {
    const bool loop = command.kind == Command::Kind::while_loop;
    if (background && !loop)
        io.show("bash: this cannot run in the background here: put & inside\n", true);
    switch (command.kind) {
        case Command::Kind::while_loop:
            return run_while(command, io);
        case Command::Kind::for_loop:
            return run_for(command, io);
        case Command::Kind::group:
            return run_list(command.body, io);
        case Command::Kind::subshell:
            return run_parentheses(command.body, io);
        default:
            break;
    }
    for (const Command::Arm& arm : command.arms) {
        const bool chosen = arm.condition.empty() || run_list(arm.condition, io) == 0;
        if (stopped(io)) return status_;
        if (chosen) return run_list(arm.body, io);
    }
    return 0;
}

/// A loop that does nothing but loop: a subshell that computes for ever.
s32 Console::spin_in_background(const std::string& text, Io& io) {
    Child child = processes_.fork(processes_.shell(), {"bash"});
    if (!child.id) return 1;
    std::string error;
    processes_.become(child.id, "[{\"repeat\": -1, \"do\": [\"run 1ms\"]}]", error);
    return add_job(child, text + " &", io);
}

s32 Console::add_job(Child child, const std::string& text, Io& io) {
    u32 number = jobs_.empty() ? 1 : jobs_.back().number + 1;
    jobs_.push_back({number, child.pid, child.id, session().now(), text});
    last_background_ = child.pid;
    variables_["!"] = std::to_string(child.pid);
    if (!inside_)  // only a shell with job control says so
        io.show("[" + std::to_string(number) + "] " + std::to_string(child.pid) + "\n", true);
    return 0;
}

s32 Console::run_simple(std::vector<std::string> words, bool background, const std::string& text,
                        Io& io) {
    while (!words.empty()) {
        std::size_t equals = words[0].find('=');
        if (equals == std::string::npos || !is_name(words[0].substr(0, equals))) break;
        variables_[words[0].substr(0, equals)] = words[0].substr(equals + 1);
        words.erase(words.begin());
    }
    if (words.empty()) return status_;
    const CommandInfo* info = find_command(words[0]);
    Run run{*this, std::move(words), io.has_input, io.input, {}, "",
            "",    background,       io.piped,     false};
    if (!info) {
        io.show("bash: " + run.args[0] + ": command not found\n", true);
        return status_not_found;
    }
    TaskId bash = processes_.shell();
    if (info->kind == CommandKind::builtin) {
        run.self = bash;
        s32 status = info->main(run);
        io.show(run.out, false);
        io.show(run.err, true);
        return status;
    }
    // Back at an instant when the shell was still starting: it has to get there first.
    if (!processes_.resting(bash)) processes_.come_to_rest(bash);
    Child child = processes_.fork(bash, run.args, inside_ ? "" : "\"setpgid own\"");
    if (!child.id) return not_forked(child, io);
    run.self = child.id;
    const bool help = run.args.size() == 2 && run.args[1] == "--help" && *info->usage;
    s32 status = help ? 0 : info->main(run);
    if (help) run.out += "Usage: " + help_of(*info);
    if (background && run.goes_on) {
        io.show(run.out, false);
        io.show(run.err, true);
        return add_job(child, text, io);
    }
    const s64 packed = end(run, child, status, io);
    if (packed < 0) return status;
    s32 ended = shell_status(packed);
    if ((packed & 0xff) == 0x7f) {
        jobs_.push_back({jobs_.empty() ? 1 : jobs_.back().number + 1, child.pid, child.id,
                         session().now(), text});
        io.show("\n[" + std::to_string(jobs_.back().number) + "]+  Stopped                 " +
                    text + "\n",
                true);
        return status_stopped;
    }
    if (ended == status_interrupted && !stopped_) io.show("^C\n", true);
    const char* said = signal_words(ended);
    if (*said) io.show(std::string(said) + "\n", true);
    return ended;
}

void Console::look_after_jobs() {
    for (std::size_t i = 0; i < jobs_.size();) {
        Job& job = jobs_[i];
        const World& w = processes_.world();
        bool here = job.started <= session().now() && w.tasks.alive(job.id);
        if (here && !w.tasks[job.id].exit_state) {
            ++i;
            continue;
        }
        if (here) {
            s32 status = shell_status(processes_.wait(processes_.shell(), job.pid));
            std::string what = status == 0 ? "Done" : "Exit " + std::to_string(status);
            if (*signal_words(status)) what = signal_words(status);
            bool newest = i + 1 == jobs_.size();
            notices_ += "[" + std::to_string(job.number) + "]" + (newest ? "+" : "-") + "  " +
                        left(what, 24) + job.text + "\n";
        }
        jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

Job* Console::find_job(std::string_view text) {
    if (jobs_.empty()) return nullptr;
    if (text.empty() || text == "%%" || text == "%+" || text == "%") return &jobs_.back();
    if (text[0] != '%') return nullptr;
    s64 number = 0;
    if (!parse_number(text.substr(1), number)) return nullptr;
    for (Job& job : jobs_)
        if (job.number == static_cast<u32>(number)) return &job;
    return nullptr;
}

}  // namespace rq::console
