// pgrep, pkill and pidof: processes by a pattern of their names, as procps-ng 4 finds them. Left
// out: the choice by user, group, terminal, session or state.
#include "console/pattern.hpp"
#include "console/proc.hpp"

#include <algorithm>

namespace rq::console {

namespace {

struct Choice {
    std::string pattern;
    s32 signal = 15;
    bool exact = false, full = false, newest = false, oldest = false;
    bool count = false, names = false, lines = false;
};

/// A letter of an option; false for one that there is not.
bool take_letter(char c, Choice& choice) {
    switch (c) {
        case 'x': return choice.exact = true;
        case 'f': return choice.full = true;
        case 'n': return choice.newest = true;
        case 'o': return choice.oldest = true;
        case 'c': return choice.count = true;
        case 'l': return choice.names = true;
        case 'a': return choice.lines = true;
        default: return false;
    }
}

/// Complains as procps does of how it was called.
s32 misused(Run& run, const std::string& complaint) {
    return run.fail(complaint + "\nTry `" + run.args[0] + " --help' for more information.", 2);
}

/// 0, or the exit code after a complaint.
s32 read_choice(Run& run, bool signals, Choice& choice) {
    for (std::size_t i = 1; i < run.args.size(); ++i) {
        const std::string& word = run.args[i];
        if (word.size() < 2 || word[0] != '-') {
            if (!choice.pattern.empty()) return misused(run, "only one pattern can be provided");
            choice.pattern = word;
            continue;
        }
        const s32 signal = signals ? signal_number(std::string_view(word).substr(1)) : -1;
        if (signal >= 0) {
            choice.signal = signal;
            continue;
        }
        for (char c : word.substr(1))
            if (!take_letter(c, choice))
                return run.fail(std::string("invalid option -- '") + c + "'", 2);
    }
    if (choice.pattern.empty()) return misused(run, "no matching criteria specified");
    return 0;
}

/// The processes meant, by their numbers; the one that asks is none of them.
std::vector<Proc> processes_of(Run& run, const Choice& choice, const Pattern& pattern) {
    std::vector<Proc> found;
    for (Proc& p : read_procs(run, false)) {
        const std::string& text = choice.full && !p.cmdline.empty() ? p.cmdline : p.comm;
        if (p.pid != run.pid() && pattern.find(text, 0).found) found.push_back(std::move(p));
    }
    if (found.empty() || !(choice.newest || choice.oldest)) return found;
    auto earlier = [](const Proc& a, const Proc& b) {
        return a.start != b.start ? a.start < b.start : a.pid < b.pid;
    };
    auto [first, last] = std::minmax_element(found.begin(), found.end(), earlier);
    return {choice.oldest ? *first : *last};
}

/// What pgrep and pkill have in common: 0, or the exit code; `act` is told the processes.
template <typename Act>
s32 with_processes(Run& run, bool signals, const Act& act) {
    Choice choice;
    if (s32 code = read_choice(run, signals, choice)) return code;
    PatternOptions options;
    options.extended = true;
    options.line = choice.exact;
    const Pattern pattern(choice.pattern, options);
    if (!pattern.error().empty()) return run.fail(pattern.error(), 2);
    const std::vector<Proc> found = processes_of(run, choice, pattern);
    if (choice.count) run.out += std::to_string(found.size()) + "\n";
    act(choice, found);
    return found.empty() ? 1 : 0;
}

}  // namespace

s32 cmd_pgrep(Run& run) {
    return with_processes(run, false, [&](const Choice& choice, const std::vector<Proc>& found) {
        if (choice.count) return;
        for (const Proc& p : found) {
            run.out += std::to_string(p.pid);
            if (choice.lines) run.out += " " + (p.cmdline.empty() ? p.comm : p.cmdline);
            else if (choice.names) run.out += " " + p.comm;
            run.out += "\n";
        }
    });
}

s32 cmd_pkill(Run& run) {
    return with_processes(run, true, [&](const Choice& choice, const std::vector<Proc>& found) {
        for (const Proc& p : found)
            run.call("kill " + std::to_string(p.pid) + " " + std::to_string(choice.signal));
    });
}

s32 cmd_pidof(Run& run) {
    std::string numbers;
    const std::vector<Proc> all = read_procs(run, false);
    for (std::size_t i = 1; i < run.args.size(); ++i)
        for (auto p = all.rbegin(); p != all.rend(); ++p)  // the newest first
            if (p->comm == run.args[i] && p->pid != run.pid())
                numbers += (numbers.empty() ? "" : " ") + std::to_string(p->pid);
    if (numbers.empty()) return 1;
    run.out += numbers + "\n";
    return 0;
}

}  // namespace rq::console
