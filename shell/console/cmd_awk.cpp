// awk, as far as one-liners go: [condition] { print … } with fields, strings, NR, NF, $NF, BEGIN
// and END, a sum per variable. Left out: everything else of the language; it is refused by a
// sentence.
#include "base/text.hpp"
#include "console/command.hpp"
#include "console/pattern.hpp"

namespace rq::console {

namespace {

struct Rule {
    enum class When : u8 { always, begin, end, matches, compares } when = When::always;
    std::string pattern;    ///< matches
    std::string left_side;  ///< compares
    std::string comparison;
    std::string right_side;
    std::string action;
};

struct Awk {
    Run& run;
    std::vector<std::string> fields;
    std::string line;
    u64 number = 0;
    std::map<std::string, s64> sums;  ///< thousandths
    std::string separator;

    void split() {
        fields.clear();
        if (separator.empty()) {
            fields = fields_of(line);
            return;
        }
        std::string_view rest = line;
        for (;;) {
            std::size_t end = rest.find(separator);
            fields.emplace_back(rest.substr(0, end));
            if (end == std::string_view::npos) break;
            rest = rest.substr(end + separator.size());
        }
    }
    std::string value(std::string_view word) {
        if (word == "NR") return std::to_string(number);
        if (word == "NF") return std::to_string(fields.size());
        if (word.size() > 1 && word[0] == '$') {
            std::string of = word[1] == 'N' ? value(word.substr(1)) : std::string(word.substr(1));
            s64 at = 0;
            if (!parse_number(of, at)) return "";
            if (at == 0) return line;
            return at > 0 && static_cast<std::size_t>(at) <= fields.size()
                       ? fields[static_cast<std::size_t>(at) - 1]
                       : "";
        }
        if (word.size() > 1 && word[0] == '"') return std::string(word.substr(1, word.size() - 2));
        auto sum = sums.find(std::string(word));
        if (sum == sums.end()) return std::string(word);
        s64 n = sum->second;
        return (n < 0 ? "-" : "") + fixed(static_cast<u64>(n < 0 ? -n : n), 1000, n % 1000 ? 3 : 0);
    }
};

/// The parts of a print: words and strings; a comma stands for a blank, nothing for nothing.
bool print(Awk& awk, std::string_view text) {
    std::string out;
    text = trimmed(text);
    if (text.empty()) out = awk.line;
    while (!text.empty()) {
        if (text[0] == ',') {
            out += ' ';
            text = trimmed(text.substr(1));
            continue;
        }
        std::size_t end = text[0] == '"' ? text.find('"', 1) : text.find_first_of(" ,\"");
        if (text[0] == '"') {
            if (end == std::string_view::npos) return false;
            ++end;
        }
        std::string_view word = text.substr(0, end);
        if (word.find_first_of("(*/") != std::string_view::npos && word[0] != '"') return false;
        out += awk.value(word);
        text = end == std::string_view::npos ? std::string_view{} : trimmed(text.substr(end));
    }
    awk.run.out += out + "\n";
    return true;
}

/// False: the action is more than can be done here.
bool act(Awk& awk, std::string_view action) {
    while (!trimmed(action).empty()) {
        std::size_t end = action.find(';');
        std::string_view one = trimmed(action.substr(0, end));
        action = end == std::string_view::npos ? std::string_view{} : action.substr(end + 1);
        std::size_t plus = one.find("+=");
        if (one.substr(0, 5) == "print" && (one.size() == 5 || one[5] == ' ' || one[5] == '"')) {
            if (!print(awk, one.substr(5))) return false;
        } else if (plus != std::string_view::npos) {
            std::string name(trimmed(one.substr(0, plus)));
            awk.sums[name] += thousandths_of(awk.value(trimmed(one.substr(plus + 2))));
        } else if (one.size() > 2 && one.substr(one.size() - 2) == "++") {
            awk.sums[std::string(one.substr(0, one.size() - 2))] += 1000;
        } else if (!one.empty()) {
            return false;
        }
    }
    return true;
}

bool parse_condition(std::string_view text, Rule& rule) {
    text = trimmed(text);
    if (text.empty()) return true;
    if (text == "BEGIN") return rule.when = Rule::When::begin, true;
    if (text == "END") return rule.when = Rule::When::end, true;
    if (text.size() > 1 && text[0] == '/' && text.back() == '/') {
        rule.when = Rule::When::matches;
        rule.left_side = "$0";
        rule.pattern = text.substr(1, text.size() - 2);
        return true;
    }
    for (const char* op : {"==", "!=", ">=", "<=", "~", ">", "<"}) {
        std::size_t at = text.find(op);
        if (at == std::string_view::npos) continue;
        rule.left_side = trimmed(text.substr(0, at));
        rule.right_side = trimmed(text.substr(at + std::string_view(op).size()));
        rule.comparison = op;
        rule.when = Rule::When::compares;
        if (rule.comparison == "~" && rule.right_side.size() > 1) {
            rule.when = Rule::When::matches;
            rule.pattern = rule.right_side.substr(1, rule.right_side.size() - 2);
        }
        return true;
    }
    return false;
}

bool parse_program(std::string_view text, std::vector<Rule>& rules) {
    while (!trimmed(text).empty()) {
        Rule rule;
        std::size_t open = text.find('{');
        if (!parse_condition(text.substr(0, open), rule)) return false;
        rule.action = "print";
        if (open == std::string_view::npos) {
            rules.push_back(rule);
            break;
        }
        std::size_t close = text.find('}', open);
        if (close == std::string_view::npos) return false;
        rule.action = text.substr(open + 1, close - open - 1);
        text = text.substr(close + 1);
        rules.push_back(rule);
    }
    return true;
}

bool applies(Awk& awk, const Rule& rule) {
    if (rule.when == Rule::When::always) return true;
    std::string a = awk.value(rule.left_side);
    if (rule.when == Rule::When::matches) {
        PatternOptions extended;
        extended.extended = true;
        return Pattern(rule.pattern, extended).find(a, 0).found;
    }
    if (rule.when != Rule::When::compares) return false;
    std::string b = awk.value(rule.right_side);
    bool text = rule.right_side[0] == '"';
    s64 x = thousandths_of(a);
    s64 y = thousandths_of(b);
    int order = text ? a.compare(b) : x < y ? -1 : x > y;
    const std::string& op = rule.comparison;
    return op == "=="   ? order == 0
           : op == "!=" ? order != 0
           : op == ">=" ? order >= 0
           : op == "<=" ? order <= 0
           : op == ">"  ? order > 0
                        : order < 0;
}

}  // namespace

s32 cmd_awk(Run& run) {
    Awk awk{run, {}, "", 0, {}, ""};
    std::size_t at = 1;
    for (; at < run.args.size() && run.args[at].substr(0, 2) == "-F"; ++at)
        awk.separator = run.args[at].size() > 2    ? run.args[at].substr(2)
                        : at + 1 < run.args.size() ? run.args[++at]
                                                   : "";
    std::vector<Rule> rules;
    const char* refuse =
        "this program is more than fields, conditions, print and sums: only "
        "those are understood here";
    if (at >= run.args.size()) return run.fail("usage: awk 'program' [file]", 2);
    if (!parse_program(run.args[at], rules)) return run.fail(refuse, 2);
    std::string text = run.input;
    if (at + 1 < run.args.size() && !run.read(run.args[at + 1], text)) return 2;
    bool good = true;
    auto edge = [&](Rule::When when) {
        for (const Rule& rule : rules)
            if (rule.when == when) good = act(awk, rule.action) && good;
    };
    edge(Rule::When::begin);
    for (std::string_view line : lines_of(text)) {
        awk.line = line;
        ++awk.number;
        awk.split();
        for (const Rule& rule : rules)
            if (applies(awk, rule)) good = act(awk, rule.action) && good;
        if (!good) break;
    }
    edge(Rule::When::end);
    return good ? 0 : run.fail(refuse, 2);
}

}  // namespace rq::console
