// sed: lines changed, printed or left out; s, p, d and q with addresses of one or two places.
#include "base/text.hpp"
#include "console/command.hpp"
#include "console/pattern.hpp"

#include <optional>

namespace rq::console {

namespace {

/// Where a command of sed holds.
struct Address {
    enum class Kind : u8 { none, number, last, pattern } kind = Kind::none;
    s64 number = 0;
    std::optional<Pattern> pattern;
};

struct SedCommand {
    Address from, to;
    bool inside = false;  ///< between from and to
    char what = 0;
    std::optional<Pattern> pattern;  ///< s
    std::string replacement;
    bool everywhere = false;  ///< s///g
    bool prints = false;      ///< s///p
};

class Sed {
public:
    Sed(const PatternOptions& options, bool quiet) : options_(options), quiet_(quiet) {}

    /// False, with the reason in `error`.
    bool add(std::string_view script);
    std::string run(std::string_view text);
    std::string error;

private:
    bool fail(const std::string& what) {
        error = "-e expression #1, char " + std::to_string(at_ + 1) + ": " + what;
        return false;
    }
    void skip(std::string_view what) {
        while (at_ < script_.size() && what.find(script_[at_]) != what.npos) ++at_;
    }
    bool until(char end, std::string& text);
    bool compiled(const std::string& text, std::optional<Pattern>& pattern, bool ignore_case);
    bool address(Address& a);
    bool substitution(SedCommand& command);
    bool holds(const Address& a, std::string_view line, s64 number, bool last) const;
    bool chosen(SedCommand& command, std::string_view line, s64 number, bool last) const;
    static bool substitute(const SedCommand& command, std::string& line);

    PatternOptions options_;
    bool quiet_;
    std::string_view script_;
    std::size_t at_ = 0;
    std::vector<SedCommand> commands_;
};

/// Up to an unescaped `end`, which is left behind.
bool Sed::until(char end, std::string& text) {
    for (; at_ < script_.size(); ++at_) {
        if (script_[at_] == end) return ++at_, true;
        if (script_[at_] == '\\' && at_ + 1 < script_.size()) {
            if (script_[at_ + 1] != end) text += '\\';
            ++at_;
        }
        text += script_[at_];
    }
    return false;
}

bool Sed::compiled(const std::string& text, std::optional<Pattern>& pattern, bool ignore_case) {
    PatternOptions options = options_;
    options.ignore_case = ignore_case;
    pattern.emplace(text, options);
    return pattern->error().empty() || fail(pattern->error());
}

bool Sed::address(Address& a) {
    if (at_ >= script_.size()) return true;
    if (script_[at_] == '$') {
        a.kind = Address::Kind::last;
        ++at_;
    } else if (script_[at_] == '/') {
        a.kind = Address::Kind::pattern;
        ++at_;
        std::string text;
        if (!until('/', text)) return fail("unterminated address regex");
        return compiled(text, a.pattern, false);
    } else if (script_[at_] >= '0' && script_[at_] <= '9') {
        a.kind = Address::Kind::number;
        const std::size_t end = script_.find_first_not_of("0123456789", at_);
        const std::string_view digits = script_.substr(at_, end - at_);
        if (!parse_decimal(digits, a.number)) return fail("invalid line number");
        at_ += digits.size();
    }
    return true;
}

bool Sed::substitution(SedCommand& command) {
    const char mark = at_ < script_.size() ? script_[at_++] : '\n';
    std::string text;
    if (mark == '\n' || mark == '\\' || !until(mark, text) || !until(mark, command.replacement))
        return fail("unterminated `s' command");
    bool ignore_case = false;
    constexpr std::string_view ends = ";\n} ";
    for (; at_ < script_.size() && ends.find(script_[at_]) == ends.npos; ++at_) {
        if (script_[at_] == 'g')
            command.everywhere = true;
        else if (script_[at_] == 'p')
            command.prints = true;
        else if (script_[at_] == 'i' || script_[at_] == 'I')
            ignore_case = true;
        else
            return fail("unknown option to `s'");
    }
    for (std::size_t i = 0; i + 1 < command.replacement.size(); ++i)
        if (command.replacement[i] == '\\' && command.replacement[++i] >= '1' &&
            command.replacement[i] <= '9')
            return fail("references to groups are not known here");
    return compiled(text, command.pattern, ignore_case);
}

bool Sed::add(std::string_view script) {
    script_ = script;
    for (at_ = 0;;) {
        skip(" \t\n;");
        if (at_ >= script_.size()) return true;
        SedCommand command;
        if (!address(command.from)) return false;
        if (at_ < script_.size() && script_[at_] == ',') {
            ++at_;
            if (!address(command.to)) return false;
            if (command.to.kind == Address::Kind::none) return fail("unexpected `,'");
        }
        skip(" \t");
        if (at_ >= script_.size()) return fail("missing command");
        command.what = script_[at_++];
        if (command.what == 's') {
            if (!substitution(command)) return false;
        } else if (command.what != 'p' && command.what != 'd' && command.what != 'q') {
            --at_;
            return fail(std::string("unknown command: `") + command.what + "'");
        }
        commands_.push_back(std::move(command));
    }
}

bool Sed::holds(const Address& a, std::string_view line, s64 number, bool last) const {
    switch (a.kind) {
        case Address::Kind::number:
            return number == a.number;
        case Address::Kind::last:
            return last;
        case Address::Kind::pattern:
            return a.pattern->find(line, 0).found;
        default:
            return true;
    }
}

bool Sed::chosen(SedCommand& command, std::string_view line, s64 number, bool last) const {
    if (command.to.kind == Address::Kind::none) return holds(command.from, line, number, last);
    const bool by_number = command.to.kind == Address::Kind::number;
    if (command.inside) {
        command.inside = by_number ? number < command.to.number
                                   : !holds(command.to, line, number, last);
        return true;
    }
    if (!holds(command.from, line, number, last)) return false;
    command.inside = by_number ? number < command.to.number : !last;
    return true;
}

bool Sed::substitute(const SedCommand& command, std::string& line) {
    std::string out;
    std::size_t from = 0;
    std::size_t before = line.npos;  // where the match before this one ended
    bool any = false;
    while (from <= line.size()) {
        const Match m = command.pattern->find(line, from);
        if (!m.found) break;
        if (m.end == m.begin && m.begin == before) {  // nothing, right behind a match
            if (from < line.size()) out += line[from];
            ++from;
            before = line.npos;
            continue;
        }
        any = true;
        before = m.end;
        out += line.substr(from, m.begin - from);
        for (std::size_t i = 0; i < command.replacement.size(); ++i) {
            const char c = command.replacement[i];
            if (c == '&')
                out += line.substr(m.begin, m.end - m.begin);
            else if (c == '\\' && i + 1 < command.replacement.size())
                out += command.replacement[++i] == 'n' ? '\n' : command.replacement[i];
            else
                out += c;
        }
        from = m.end;
        if (m.end == m.begin && from < line.size()) out += line[from];
        if (m.end == m.begin) ++from;
        if (!command.everywhere) break;
    }
    if (from < line.size()) out += line.substr(from);
    if (any) line = out;
    return any;
}

std::string Sed::run(std::string_view text) {
    std::string out;
    const std::vector<std::string_view> lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::string line(lines[i]);
        const s64 number = static_cast<s64>(i) + 1;
        const bool last = i + 1 == lines.size();
        bool kept = true;
        bool over = false;
        for (SedCommand& command : commands_) {
            if (!chosen(command, line, number, last)) continue;
            if (command.what == 'd') kept = false;
            if (command.what == 'q') over = true;
            const bool changed = command.what == 's' && substitute(command, line);
            if (command.what == 'p' || (changed && command.prints)) out += line + "\n";
            if (!kept || over) break;
        }
        if (kept && !quiet_) out += line + "\n";
        if (over) break;
    }
    return out;
}

}  // namespace

s32 cmd_sed(Run& run) {
    PatternOptions options;
    bool quiet = false;
    std::string script;
    bool scripted = false;
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at].size() > 1 && run.args[at][0] == '-'; ++at) {
        const std::string& a = run.args[at];
        if (a == "-n") {
            quiet = true;
        } else if (a == "-E" || a == "-r") {
            options.extended = true;
        } else if (a == "-e" && at + 1 < run.args.size()) {
            script += run.args[++at] + "\n";
            scripted = true;
        } else {
            return run.fail("unknown option '" + a + "'; -n, -E and -e are known");
        }
    }
    if (!scripted) {
        if (at >= run.args.size()) return run.fail("usage: sed [-n] [-E] COMMANDS [FILE]");
        script = run.args[at++];
    }
    Sed sed(options, quiet);
    if (!sed.add(script)) return run.fail(sed.error);
    std::string text;
    if (!run.gather(at, text)) return 2;
    run.out += sed.run(text);
    return 0;
}

}  // namespace rq::console
