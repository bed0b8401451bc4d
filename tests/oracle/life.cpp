// Runs the lifecycle experiments and compares them with the recorded rows. Process numbers differ
// from boot to boot: they are compared by who they stand for.
#include "oracle/life.hpp"

#include "task/namespace.hpp"

namespace oracle {

Life::Life(const std::string& scenario_text) {
    Result<Scenario> scenario = read_scenario(scenario_text);
    if (!scenario) {
        for (const Diagnostic& d : scenario.errors())
            std::fprintf(stderr, "%s\n", to_string(d).c_str());
        return;
    }
    auto booted = Simulation::boot(*scenario);
    if (booted) sim_ = std::move(*booted);
}

namespace {

std::string comm_of(const Record& r, u32 at) {
    std::string text;
    for (u32 i = at; i < at + 2; ++i)
        for (u32 b = 0; b < 8; ++b)
            if (char ch = static_cast<char>(r.arg[i] >> (b * 8) & 0xff)) text += ch;
    return text;
}

}  // namespace

TaskId Life::task(const std::string& name) const {
    TaskId found;
    Trace::Reader reader = sim_->trace().read(0);
    for (Record r; reader.next(r);)
        if (r.event == Ev::sched_process_fork && comm_of(r, 4) == name) found = r.task(1);
    return found;
}

s32 Life::pid(const std::string& name) const {
    s32 found = 0;
    Trace::Reader reader = sim_->trace().read(0);
    for (Record r; reader.next(r);)
        if (r.event == Ev::sched_process_fork && comm_of(r, 4) == name)
            found = static_cast<s32>(r.arg[2]);
    return found;
}

std::string Life::letter(TaskId p) const {
    if (!alive(p)) return "ENOENT";
    const task_struct& t = w().tasks[p];
    if (t.exit_state & EXIT_ZOMBIE) return "Z";
    if (t.exit_state & EXIT_DEAD) return "X";
    if (t.__state == TASK_IDLE) return "I";
    if (t.__state & __TASK_TRACED) return "t";
    if (t.__state & __TASK_STOPPED) return "T";
    if (t.__state & TASK_UNINTERRUPTIBLE) return "D";
    return t.__state & TASK_INTERRUPTIBLE ? "S" : "R";
}

void Life::stat(Row& row, const std::string& name, const std::string& prefix) const {
    TaskId p = name == "init" ? w().g.init : task(name);
    row[prefix + "state"] = letter(p);
    if (!alive(p)) return;
    const task_struct& t = w().tasks[p];
    const signal_struct& s = w().signals[t.signal];
    const task_struct& parent = w().tasks[t.real_parent];
    row[prefix + "ppid"] = std::to_string(parent.tgid);
    row[prefix + "pgrp"] = std::to_string(s.pgrp);
    row[prefix + "sid"] = std::to_string(s.session);
    char text[16];
    std::snprintf(text, sizeof text, "0x%x", t.flags);
    row[prefix + "flags"] = text;
    row[prefix + "num_threads"] = std::to_string(s.nr_threads);
}

s64 Life::result(const std::string& who, OpCode code, u32 k) const {
    TaskId p = task(who);
    u32 seen = 0;
    Trace::Reader reader = sim_->trace().read(0);
    for (Record r; reader.next(r);) {
        if (r.event != Ev::sys_exit || r.task(0) != p) continue;
        if (static_cast<OpCode>(r.arg[1]) == code && seen++ == k) return r.number(2);
    }
    return -99999;
}

std::string Life::rc(const std::string& who, OpCode code, u32 k) const {
    s64 value = result(who, code, k);
    return value == -99999 ? "not returned" : value < 0 ? errno_name(value) : std::to_string(value);
}

std::string Life::status(const std::string& who) const {
    TaskId p = task(who);
    return alive(p) ? status_words(w().tasks[p].exec.wait_status) : "gone";
}

u32 Life::sent(const std::string& who, u32 signal, u64 from_ms) const {
    TaskId p = task(who);
    u32 count = 0;
    Trace::Reader reader = sim_->trace().read(0);
    for (Record r; reader.next(r);)
        count += r.event == Ev::signal_generate && r.task(0) == p && r.arg[1] == signal &&
                 r.time >= sim_->t0() + from_ms * NSEC_PER_MSEC;
    return count;
}

u32 Life::delivered(const std::string& who, u32 signal) const {
    TaskId p = task(who);
    u32 count = 0;
    Trace::Reader reader = sim_->trace().read(0);
    for (Record r; reader.next(r);)
        count += r.event == Ev::signal_deliver && r.task(0) == p && r.arg[1] == signal;
    return count;
}

std::string Life::threads(const std::string& leader) const {
    std::string text;
    TaskId p = task(leader);
    if (!alive(p)) return "ENOENT";
    for (TaskId t = p; t; t = w().tasks[t].thread_next)
        text += (t == p ? "leader:" : "thread:") + letter(t) + " ";
    return text;
}

std::string Life::ended(const std::string& name) const {
    TaskId p = task(name);
    std::string words = "lives";
    Trace::Reader reader = sim_->trace().read(0);
    for (Record r; reader.next(r);)
        if (r.event == Ev::sched_process_exit && r.task(0) == p)
            words = status_words(static_cast<s32>(r.number(1)));
    return words;
}

std::string status_words(s32 status) {
    char text[40];
    if (status == 0xffff) return "continued";
    if ((status & 0xff) == 0x7f)
        std::snprintf(text, sizeof text, "stopped:%d(0x%x)", status >> 8, status);
    else if ((status & 0x7f) == 0)
        std::snprintf(text, sizeof text, "exited:%d", status >> 8 & 0xff);
    else
        std::snprintf(text, sizeof text, "signaled:%d", status & 0x7f);
    return text;
}

namespace {

/// Process numbers that stand for somebody: the same recorded one is always the same computed one.
bool same_number(std::map<std::string, std::string>& known, const std::string& recorded,
                 const std::string& computed) {
    if (recorded == "0" || recorded == "1") return recorded == computed;
    auto found = known.emplace(recorded, computed).first;
    return found->second == computed;
}

/// The probe's tasks wait for each other by looking every millisecond: whether one of them is seen
/// running or asleep is chance, unless the row is about just that.
std::string without_chance(const std::string& key, std::string text) {
    if (key == "busy loop" || key == "pause()") return text;
    if (text == "R") return "S";
    for (std::size_t at; (at = text.find(":R ")) != std::string::npos;) text[at + 1] = 'S';
    return text;
}

bool is_number_column(const std::string& column) {
    for (const char* name : {"ppid", "pgrp", "sid"}) {
        std::string tail = name;
        if (column == tail) return true;
        if (column.size() > tail.size() &&
            column.compare(column.size() - tail.size() - 1, tail.size() + 1, "." + tail) == 0)
            return true;
    }
    return false;
}

struct Recorded {
    Row row;
    bool used = false;
};

Recorded* next_row(std::vector<Recorded>& rows, const std::string& exp, const std::string& key) {
    for (Recorded& r : rows) {
        if (r.used || r.row["exp"] != exp) continue;
        if (r.row["event"] == key || r.row["call"] == key) return &r;
    }
    return nullptr;
}

void compare_row(const Experiment& e, const Look& look, Row& recorded, const Row& computed,
                 std::map<std::string, std::string>& numbers, Score& score) {
    std::string label = std::string(e.name) + " \"" + look.key + "\"";
    for (const auto& cell : recorded) {
        const std::string& column = cell.first;
        if (column == "exp" || column == "t_ms" || column == "event" || column == "call") continue;
        auto found = computed.find(column);
        std::string value = found == computed.end() ? "not computed" : found->second;
        if (is_number_column(column) && same_number(numbers, cell.second, value)) continue;
        score.compare(label, column, without_chance(look.key, cell.second),
                      without_chance(look.key, value));
    }
    score.end_row();
}

/// Rows that tell of the recorded machine rather than of a rule, with the reason.
const char* left_out(const Row& row) {
    std::string exp = row.at("exp");
    auto event = row.find("event");
    std::string key = event == row.end() ? row.at("call") : event->second;
    if (key.compare(0, 6, "census") == 0 || key.compare(0, 7, "I state") == 0)
        return "a census of the kernel threads of the recorded machine";
    if (key.compare(0, 12, "letters seen") == 0)
        return "what a race on two CPUs happened to show";
    if (exp == "kill_process_group" && key == "wait4(-pg)")
        return "the order in which four tasks die at once on two CPUs";
    if (key.compare(0, 12, "zombie file ") == 0 || key.compare(0, 15, "zombie readlink") == 0)
        return "texts and links of /proc, which are compared as such";
    if (exp == "kill_process_group" && key.compare(0, 7, "SIGCHLD") == 0)
        return "how many of four signals fell together on two CPUs";
    if (key == "maps lengths" || key == "cmdline")
        return "texts of /proc, which are compared as such";
    if (exp == "survive") return "its result is in other files (snap_*.txt)";
    return nullptr;
}

}  // namespace
}  // namespace oracle

int oracle_life(const char* path) {
    using namespace oracle;
    std::ifstream in(file_in(path, "life.jsonl"));
    if (!in) return 2;
    std::vector<Recorded> rows;
    for (std::string text; std::getline(in, text);)
        rows.push_back(Recorded{flat_row(text), false});
    Score score;
    for (const Experiment& e : life_experiments()) {
        Life life(e.tasks);
        if (!life.ok()) {
            std::printf("%s: the scenario cannot be run\n", e.name);
            continue;
        }
        std::map<std::string, std::string> numbers;
        for (const Look& look : e.looks) {
            life.go(look.ms);
            Row computed;
            look.fill(life, computed);
            Recorded* r = next_row(rows, e.name, look.key);
            if (!r) continue;  // a look that later ones need, not a recorded row
            r->used = true;
            compare_row(e, look, r->row, computed, numbers, score);
        }
    }
    unsigned long long not_made = 0;
    for (Recorded& r : rows) {
        if (r.used) continue;
        std::string label = r.row["exp"] + " \"" + r.row["event"] + r.row["call"] + "\"";
        if (const char* why = left_out(r.row)) {
            std::printf("%s: not compared: %s\n", label.c_str(), why);
            continue;
        }
        score.compare(label, "row", "recorded", "not made: no experiment says this");
        score.end_row();
        ++not_made;
    }
    return score.finish(not_made);
}
