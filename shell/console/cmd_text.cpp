// Filters of text: grep, head, tail, wc, sort, uniq, cut, awk, tr, tee, seq, xargs, in the forms
// in common use.
#include "console/command.hpp"
#include "console/pattern.hpp"

#include <algorithm>

namespace rq::console {

namespace {

/// "-n 5", "-n5", "-5" of head and tail; the index of the first file.
std::size_t count_option(Run& run, s64& count, bool& bytes, bool& from_start) {
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at].size() > 1 && run.args[at][0] == '-'; ++at) {
        std::string text = run.args[at].substr(1);
        if (text[0] == 'n' || text[0] == 'c') {
            bytes = text[0] == 'c';
            text = text.size() > 1            ? text.substr(1)
                   : at + 1 < run.args.size() ? run.args[++at]
                                              : "";
        }
        from_start = !text.empty() && text[0] == '+';
        parse_number(text, count);
    }
    return at;
}

}  // namespace

s32 cmd_head(Run& run) {
    s64 count = 10;
    bool bytes = false;
    bool plus = false;
    std::string text;
    std::size_t first = count_option(run, count, bytes, plus);
    if (!run.gather(first, text)) return 1;
    if (bytes)
        return run.print(std::string_view(text).substr(0, static_cast<std::size_t>(count))), 0;
    std::vector<std::string_view> lines = lines_of(text);
    s64 end = count < 0 ? static_cast<s64>(lines.size()) + count : count;
    for (s64 i = 0; i < end && i < static_cast<s64>(lines.size()); ++i)
        run.out += std::string(lines[static_cast<std::size_t>(i)]) + "\n";
    return 0;
}

s32 cmd_tail(Run& run) {
    s64 count = 10;
    bool bytes = false;
    bool from_start = false;
    std::string text;
    std::size_t first = count_option(run, count, bytes, from_start);
    if (!run.gather(first, text)) return 1;
    std::vector<std::string_view> lines = lines_of(text);
    std::size_t n = static_cast<std::size_t>(count < 0 ? -count : count);
    std::size_t at = from_start ? (n ? n - 1 : 0) : lines.size() > n ? lines.size() - n : 0;
    for (; at < lines.size(); ++at) run.out += std::string(lines[at]) + "\n";
    return 0;
}

s32 cmd_wc(Run& run) {
    std::string which;
    std::size_t first = 1;
    for (; first < run.args.size() && run.args[first][0] == '-'; ++first) which += run.args[first];
    auto wants = [&](char c) { return which.empty() || which.find(c) != std::string::npos; };
    auto count = [&](const std::string& text, u64(&n)[3]) {
        n[0] += static_cast<u64>(std::count(text.begin(), text.end(), '\n'));
        n[1] += fields_of(text).size();
        n[2] += text.size();
    };
    bool several = run.args.size() > first + 1;
    auto show = [&](const u64(&n)[3], const std::string& name) {
        std::vector<std::string> out;
        if (wants('l')) out.push_back(std::to_string(n[0]));
        if (wants('w')) out.push_back(std::to_string(n[1]));
        if (wants('c') || which.find('m') != std::string::npos) out.push_back(std::to_string(n[2]));
        for (std::size_t i = 0; i < out.size(); ++i)
            run.out += (i ? " " : "") + right(out[i], out.size() > 1 ? 7 : several ? 3 : 1);
        run.out += name.empty() ? "\n" : " " + name + "\n";
    };
    u64 total[3] = {};
    s32 status = 0;
    if (first >= run.args.size()) {
        count(run.input, total);
        show(total, "");
    }
    for (std::size_t i = first; i < run.args.size(); ++i) {
        std::string text;
        u64 one[3] = {};
        if (!run.read(run.args[i], text)) {
            status = 1;
            continue;
        }
        count(text, one);
        count(text, total);
        show(one, run.args[i]);
    }
    if (several) show(total, "total");
    return status;
}

namespace {

struct GrepOptions {
    PatternOptions pattern;
    std::string text;
    bool given = false;
    bool invert = false, count = false, number = false, only = false, quiet = false, names = false;
    u32 after = 0;
};

/// Letters of one option word; what one takes stands in it or in the next. False: there is no such.
bool grep_word(Run& run, std::size_t& at, GrepOptions& o) {
    const std::string a = run.args[at];
    for (std::size_t i = 1; i < a.size(); ++i) {
        auto value = [&] {
            if (i + 1 < a.size()) return a.substr(i + 1);
            return at + 1 < run.args.size() ? run.args[++at] : std::string();
        };
        switch (a[i]) {
            case 'i':
                o.pattern.ignore_case = true;
                break;
            case 'E':
                o.pattern.extended = true;
                break;
            case 'F':
                o.pattern.fixed = true;
                break;
            case 'w':
                o.pattern.word = true;
                break;
            case 'x':
                o.pattern.line = true;
                break;
            case 'v':
                o.invert = true;
                break;
            case 'c':
                o.count = true;
                break;
            case 'n':
                o.number = true;
                break;
            case 'o':
                o.only = true;
                break;
            case 'q':
                o.quiet = true;
                break;
            case 'H':
                o.names = true;
                break;
            case 'h':
            case 's':
                break;
            case 'A': {
                s64 n = 0;
                parse_number(value(), n);
                o.after = static_cast<u32>(n);
                return true;
            }
            case 'e':
                if (o.given) o.text += "\n";
                o.text += value();
                o.given = true;
                return true;
            default:
                run.fail(std::string("invalid option -- '") + a[i] + "'");
                return false;
        }
    }
    return true;
}

/// Prints the lines of one text that match; how many there are.
u64 grep_text(Run& run, const std::string& text, const std::string& prefix, const GrepOptions& o,
              const Patterns& pattern) {
    u64 hits = 0;
    u64 at_line = 0;
    u32 show = 0;
    for (std::string_view line : lines_of(text)) {
        ++at_line;
        Match m = pattern.find(line, 0);
        bool hit = m.found != o.invert;
        if (hit) {
            ++hits;
            show = o.after + 1;
        }
        if (!show || o.count || o.quiet) continue;
        --show;
        std::string head = prefix;
        if (o.number) head += std::to_string(at_line) + (hit ? ":" : "-");
        if (!o.only) run.out += head + std::string(line) + "\n";
        while (o.only && m.found && m.end > m.begin) {
            run.out += head + std::string(line.substr(m.begin, m.end - m.begin)) + "\n";
            m = pattern.find(line, m.end);
        }
    }
    if (o.count) run.out += prefix + std::to_string(hits) + "\n";
    return hits;
}

}  // namespace

s32 cmd_grep(Run& run) {
    GrepOptions o;
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at].size() > 1 && run.args[at][0] == '-'; ++at)
        if (!grep_word(run, at, o)) return 2;
    if (!o.given) {
        if (at >= run.args.size()) return run.fail("usage: grep [OPTION]... PATTERNS [FILE]...", 2);
        o.text = run.args[at++];
    }
    Patterns pattern(o.text, o.pattern);
    if (!pattern.error().empty()) return run.fail(pattern.error(), 2);
    if (at >= run.args.size()) return grep_text(run, run.input, "", o, pattern) ? 0 : 1;
    bool several = o.names || run.args.size() > at + 1;
    u64 hits = 0;
    bool bad = false;
    for (std::size_t file = at; file < run.args.size(); ++file) {
        std::string text;
        bool there = run.read(run.args[file], text);
        bad = bad || !there;
        if (there) hits += grep_text(run, text, several ? run.args[file] + ":" : "", o, pattern);
    }
    return bad ? 2 : hits ? 0 : 1;
}

s32 cmd_sort(Run& run) {
    bool numeric = false, reverse = false, unique = false;
    s64 key = 0;
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at].size() > 1 && run.args[at][0] == '-'; ++at) {
        const std::string& a = run.args[at];
        for (std::size_t i = 1; i < a.size(); ++i) {
            numeric = numeric || a[i] == 'n' || a[i] == 'g';
            reverse = reverse || a[i] == 'r';
            unique = unique || a[i] == 'u';
            if (a[i] != 'k') continue;
            std::string text = i + 1 < a.size()           ? a.substr(i + 1)
                               : at + 1 < run.args.size() ? run.args[++at]
                                                          : "";
            std::size_t end = 0;
            while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
            parse_number(text.substr(0, end), key);
            numeric = numeric || text.find('n') != std::string::npos;
            reverse = reverse || text.find('r') != std::string::npos;
            break;
        }
    }
    std::string text;
    if (!run.gather(at, text)) return 2;
    struct Line {
        std::string_view line;
        std::string key;
        s64 thousandths;
    };
    std::vector<Line> lines;
    for (std::string_view line : lines_of(text)) {
        std::vector<std::string> f = fields_of(line);
        std::string k(line);
        if (key > 0)
            k = static_cast<std::size_t>(key) <= f.size() ? f[static_cast<std::size_t>(key) - 1]
                                                          : "";
        lines.push_back({line, k, thousandths_of(k)});
    }
    auto less = [&](const Line& a, const Line& b) {
        return numeric ? a.thousandths < b.thousandths : a.key < b.key;
    };
    std::stable_sort(lines.begin(), lines.end(), [&](const Line& a, const Line& b) {
        return reverse ? less(b, a) : less(a, b);
    });
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (!unique || i == 0 || lines[i].line != lines[i - 1].line)
            run.out += std::string(lines[i].line) + "\n";
    return 0;
}

s64 thousandths_of(std::string_view text) {
    while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
    bool negative = !text.empty() && text[0] == '-';
    if (negative) text.remove_prefix(1);
    s64 value = 0;
    u32 digits = 0;
    bool fraction = false;
    for (char c : text) {
        if (c == '.' && !fraction) {
            fraction = true;
        } else if (c >= '0' && c <= '9' && value < s64{1} << 55) {
            if (fraction && digits == 3) continue;
            value = value * 10 + (c - '0');
            digits += fraction;
        } else {
            break;
        }
    }
    for (; digits < 3; ++digits) value *= 10;
    return negative ? -value : value;
}

s32 cmd_uniq(Run& run) {
    bool count = run.args.size() > 1 && run.args[1] == "-c";
    std::string text;
    if (!run.gather(count ? 2 : 1, text)) return 1;
    std::vector<std::string_view> lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size();) {
        std::size_t end = i;
        while (end < lines.size() && lines[end] == lines[i]) ++end;
        if (count) run.out += right(std::to_string(end - i), 7) + " ";
        run.out += std::string(lines[i]) + "\n";
        i = end;
    }
    return 0;
}

namespace {

/// A set of tr's: single bytes, ranges as a-z, \\n \\t \\\\ and octal \\0, [:class:].
std::string tr_set(std::string_view text) {
    std::string set;
    auto byte_at = [&](std::size_t& at) {
        if (text[at] != '\\' || at + 1 >= text.size()) return text[at++];
        char c = text[at + 1];
        at += 2;
        if (c == 'n') return '\n';
        if (c == 't') return '\t';
        if (c < '0' || c > '7') return c;
        u32 octal = static_cast<u32>(c - '0');
        for (u32 i = 0; i < 2 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++i)
            octal = octal * 8 + static_cast<u32>(text[at++] - '0');
        return static_cast<char>(octal);
    };
    constexpr std::pair<std::string_view, std::string_view> classes[] = {
        {"[:lower:]", "a-z"}, {"[:upper:]", "A-Z"}, {"[:digit:]", "0-9"},
        {"[:alpha:]", "A-Za-z"}, {"[:alnum:]", "0-9A-Za-z"}, {"[:space:]", "\t\n\v\f\r "},
        {"[:blank:]", "\t "}};
    for (std::size_t at = 0; at < text.size();) {
        auto known = std::find_if(std::begin(classes), std::end(classes), [&](const auto& c) {
            return text.substr(at, c.first.size()) == c.first;
        });
        if (known != std::end(classes)) {
            set += tr_set(known->second);
            at += known->first.size();
            continue;
        }
        u32 first = static_cast<u8>(byte_at(at));
        u32 last = first;
        if (at + 1 < text.size() && text[at] == '-') last = static_cast<u8>(byte_at(++at));
        for (u32 c = first; c <= last; ++c) set += static_cast<char>(c);
    }
    return set;
}

}  // namespace

s32 cmd_tr(Run& run) {
    bool remove = false, squeeze = false, complement = false;
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at].size() > 1 && run.args[at][0] == '-'; ++at) {
        for (char c : run.args[at].substr(1)) {
            remove |= c == 'd';
            squeeze |= c == 's';
            complement |= c == 'c' || c == 'C';
            if (c != 'd' && c != 's' && c != 'c' && c != 'C')
                return run.fail(std::string("invalid option -- '") + c + "'");
        }
    }
    if (at >= run.args.size()) return run.fail("missing operand");
    const std::string from = tr_set(run.args[at++]);
    const bool translates = at < run.args.size();
    const std::string to = translates ? tr_set(run.args[at]) : "";
    if (!translates && !remove && !squeeze)
        return run.fail("missing operand after '" + run.args[at - 1] + "'");
    if (translates && to.empty())
        return run.fail("when not truncating set1, string2 must be non-empty");
    std::string out;
    for (char c : run.input) {
        std::size_t in = from.find(c);
        bool chosen = (in != from.npos) != complement;
        if (chosen && remove) continue;
        if (chosen && translates) c = to[complement ? to.size() - 1 : std::min(in, to.size() - 1)];
        bool squeezed = translates ? to.find(c) != to.npos : chosen;
        if (squeeze && squeezed && !out.empty() && out.back() == c) continue;
        out += c;
    }
    run.print(out);
    return 0;
}

s32 cmd_cut(Run& run) {
    std::string delimiter = "\t";
    std::vector<u32> fields;
    bool bytes = false;
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at].size() > 1 && run.args[at][0] == '-'; ++at) {
        char option = run.args[at][1];
        std::string value = run.args[at].size() > 2    ? run.args[at].substr(2)
                            : at + 1 < run.args.size() ? run.args[++at]
                                                       : "";
        if (option == 'd') delimiter = value;
        if (option == 'f' || option == 'c') parse_cpu_list(value, fields);
        bytes = bytes || option == 'c';
    }
    std::string text;
    if (!run.gather(at, text)) return 1;
    if (fields.empty()) return run.fail("you must specify a list of bytes, characters, or fields");
    for (std::string_view line : lines_of(text)) {
        std::vector<std::string_view> parts;
        std::string_view rest = line;
        for (;;) {
            std::size_t end =
                bytes ? (rest.empty() ? std::string_view::npos : 1) : rest.find(delimiter);
            parts.push_back(rest.substr(0, end));
            if (end == std::string_view::npos) break;
            rest.remove_prefix(bytes ? 1 : end + 1);
        }
        std::string joined;
        bool first = true;
        for (u32 f : fields) {
            if (f == 0 || f > parts.size()) continue;
            joined += (first || bytes ? "" : delimiter) + std::string(parts[f - 1]);
            first = false;
        }
        run.out += joined + "\n";
    }
    return 0;
}

s32 cmd_tee(Run& run) {
    bool append = run.args.size() > 1 && run.args[1] == "-a";
    run.out += run.input;
    s32 status = 0;
    for (std::size_t i = append ? 2 : 1; i < run.args.size(); ++i) {
        s32 error = run.shell.files().write(
            run.self, Files::absolute(run.shell.directory(), run.args[i]), run.input, append);
        if (error) status = run.fail(run.args[i] + ": " + error_text(-error));
    }
    return status;
}

s32 cmd_seq(Run& run) {
    s64 first = 1;
    s64 last = 0;
    bool good = run.args.size() == 2 ? parse_number(run.args[1], last)
                : run.args.size() == 3
                    ? parse_number(run.args[1], first) && parse_number(run.args[2], last)
                    : false;
    if (!good) return run.fail("missing operand\nTry 'seq --help' for more information.");
    for (s64 i = first; i <= last && i < first + 100'000; ++i) run.out += std::to_string(i) + "\n";
    return 0;
}

namespace {

/// The words of a text, parted by blanks or ended by null bytes.
std::vector<std::string> words_to_pass(const std::string& text, bool null_ends) {
    if (!null_ends) return fields_of(text);
    std::vector<std::string> words;
    for (std::size_t from = 0; from < text.size();) {
        std::size_t end = std::min(text.find('\0', from), text.size());
        words.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return words;
}

}  // namespace

s32 cmd_xargs(Run& run) {
    bool null_ends = false;
    bool none_if_empty = false;
    s64 most = 0;
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at][0] == '-'; ++at) {
        const std::string& a = run.args[at];
        null_ends = null_ends || a == "-0" || a == "--null";
        none_if_empty = none_if_empty || a == "-r";
        if (a.substr(0, 2) != "-n") continue;
        std::string n = a.size() > 2 ? a.substr(2) : ++at < run.args.size() ? run.args[at] : "";
        if (!parse_number(n, most) || most < 1)
            return run.fail("value " + n + " for -n option should be >= 1");
    }
    std::vector<std::string> command(run.args.begin() + static_cast<std::ptrdiff_t>(at),
                                     run.args.end());
    if (command.empty()) command = {"echo"};
    std::vector<std::string> words = words_to_pass(run.input, null_ends);
    if (words.empty() && none_if_empty) return 0;
    s32 result = 0;
    std::size_t from = 0;
    do {
        std::size_t left = words.size() - from;
        std::size_t now = most ? std::min(static_cast<std::size_t>(most), left) : left;
        auto first = words.begin() + static_cast<std::ptrdiff_t>(from);
        run.args = {"xargs"};
        run.args.insert(run.args.end(), command.begin(), command.end());
        run.args.insert(run.args.end(), first, first + static_cast<std::ptrdiff_t>(now));
        s32 code = shell_status(run.run_child(
            1, [](Child) {}, [](Child) {}));
        if (code == 126 || code == 127) return code;
        if (code > 128) return 125;  // ended by a signal: no more of them
        if (code) result = 123;
        from += now;
    } while (from < words.size());
    return result;
}

}  // namespace rq::console
