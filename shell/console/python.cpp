// Statements of the small Python, and the command.
#include "console/python.hpp"

#include "base/text.hpp"

namespace rq::console {

namespace {

constexpr u64 statement_ns = 60;  // CPython 3.11 at 3 GHz, about
constexpr u64 steps_max = 100'000;

/// The statements of a line up to its comment: semicolons divide them, outside of quotes and
/// brackets.
std::vector<std::string_view> statements_of(std::string_view text) {
    std::vector<std::string_view> out;
    char quote = 0;
    u32 depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : '#';
        const bool over = i == text.size() || (!quote && c == '#');
        if (over || (!quote && !depth && c == ';')) {
            const std::string_view one = trimmed(text.substr(begin, i - begin));
            if (!one.empty()) out.push_back(one);
            begin = i + 1;
            if (over) break;
        } else if (quote) {
            if (c == '\\') ++i;
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '(' || c == '[' || c == '{') {
            ++depth;
        } else if (depth && (c == ')' || c == ']' || c == '}')) {
            --depth;
        }
    }
    return out;
}

bool starts(std::string_view text, std::string_view with) {
    return text.substr(0, with.size()) == with;
}

}  // namespace

Python::Python(Run& run, std::string_view source, std::string name)
    : run_(run), name_(std::move(name)) {
    u32 number = 0;
    for (std::string_view line : lines_of(source)) {
        ++number;
        u32 indent = 0;
        while (indent < line.size() && (line[indent] == ' ' || line[indent] == '\t')) ++indent;
        for (std::string_view one : statements_of(line))
            lines_.push_back({number, indent, std::string(one)});
    }
}

void Python::refuse(const std::string& what) {
    if (!stopped_)
        run_.err += "python3: " + name_ + ", line " + std::to_string(line_) + ": " + what +
                    "\nUnderstood here are assignments, for, if, with open, def, f-strings, split, "
                    "slices, sum(range(N)), os.getpid and time.sleep.\n";
    stopped_ = true;
}

void Python::raise(const std::string& what) {
    if (!stopped_)
        run_.err += "Traceback (most recent call last):\n  File \"" + name_ + "\", line " +
                    std::to_string(line_) + ", in <module>\n" + what + "\n";
    stopped_ = true;
}

/// What was computed so far costs the process its CPU time.
void Python::work() {
    if (work_ns_) run_.call("run " + std::to_string(work_ns_) + "ns");
    work_ns_ = 0;
}

std::size_t Python::block_end(std::size_t at) const {
    std::size_t end = at + 1;
    while (end < lines_.size() && lines_[end].indent > lines_[at].indent) ++end;
    return end;
}

bool Python::block(std::size_t begin, std::size_t end, Names& names) {
    for (std::size_t at = begin; at < end && !stopped_ && !returning_;)
        if (!statement(at, names)) return false;
    return !stopped_;
}

bool Python::for_block(std::size_t at, std::size_t end, Names& names) {
    std::string_view text = lines_[at].text;
    std::size_t in = text.find(" in ");
    if (in == std::string_view::npos || text.back() != ':') return refuse("this loop"), false;
    std::string variable(trimmed(text.substr(4, in - 4)));
    PyValue values = expression(text.substr(in + 4, text.size() - in - 5), names);
    if (values.kind == PyValue::Kind::text) {  // a file: its lines
        PyValue lines;
        lines.kind = PyValue::Kind::list;
        for (std::string_view line : lines_of(values.text)) {
            PyValue v;
            v.kind = PyValue::Kind::text;
            v.text = std::string(line) + "\n";
            lines.list.push_back(v);
        }
        values = lines;
    }
    std::size_t count = values.range ? static_cast<std::size_t>(values.number) : values.list.size();
    for (std::size_t i = 0; i < count && !stopped_ && !returning_; ++i) {
        PyValue v;
        v.kind = PyValue::Kind::number;
        v.number = static_cast<s64>(i);
        names[variable] = values.range ? v : values.list[i];
        block(at + 1, end, names);
    }
    return !stopped_;
}

bool Python::statement(std::size_t& at, Names& names) {
    const Line& line = lines_[at];
    std::string_view text = line.text;
    line_ = line.number;
    work_ns_ += statement_ns;
    if (++steps_ > steps_max) return refuse("more than 100,000 statements"), false;
    std::size_t end = block_end(at);
    std::size_t begin = at;
    at = end;
    if (starts(text, "import ") || starts(text, "from ")) return true;
    if (starts(text, "def ")) {
        std::size_t open = text.find('(');
        std::size_t close = text.find(')');
        if (open == std::string_view::npos || close == std::string_view::npos)
            return refuse("this definition"), false;
        Definition d{{}, begin + 1, end};
        std::string list(text.substr(open + 1, close - open - 1));
        for (char& c : list)
            if (c == ',') c = ' ';
        d.parameters = fields_of(list);
        definitions_[std::string(trimmed(text.substr(4, open - 4)))] = d;
        return true;
    }
    if (starts(text, "for ")) return for_block(begin, end, names);
    if (starts(text, "with ")) {
        std::size_t as = text.rfind(" as ");
        if (as == std::string_view::npos || text.back() != ':') return refuse("this `with`"), false;
        names[std::string(trimmed(text.substr(as + 4, text.size() - as - 5)))] =
            expression(text.substr(5, as - 5), names);
        return block(begin + 1, end, names);
    }
    if (starts(text, "if ")) {
        PyValue v = expression(text.substr(3, text.size() - 4), names);
        bool true_ = v.number != 0 || !v.text.empty() || !v.list.empty();
        std::size_t other = end;
        bool has_else = other < lines_.size() && lines_[other].indent == line.indent &&
                        lines_[other].text == "else:";
        if (has_else) at = block_end(other);
        if (true_) return block(begin + 1, end, names);
        return !has_else || block(other + 1, at, names);
    }
    if (starts(text, "return")) {
        returned_ = text.size() > 7 ? expression(text.substr(7), names) : PyValue{};
        returning_ = true;
        return !stopped_;
    }
    if (starts(text, "while ") || starts(text, "class ") || starts(text, "try"))
        return refuse("`" + line.text + "`"), false;
    std::size_t equals = text.find(" = ");
    if (equals != std::string_view::npos && is_name(text.substr(0, equals))) {
        PyValue v = expression(text.substr(equals + 3), names);
        names[std::string(text.substr(0, equals))] = v;
        return !stopped_;
    }
    expression(text, names);
    return !stopped_;
}

s32 Python::all() {
    block(0, lines_.size(), globals_);
    work();
    return stopped_ ? 1 : 0;
}

s32 cmd_python(Run& run) {
    run.call("run 15ms");  // the interpreter starts
    if (run.args.size() > 2 && run.args[1] == "-c")
        return Python(run, run.args[2], "<string>").all();
    std::string text = run.input;
    if (run.args.size() > 1 && run.args[1] != "-") {
        s32 error = run.shell.files().read(
            run.self, Files::absolute(run.shell.directory(), run.args[1]), text);
        if (error) {
            run.err += "python3: can't open file '" + run.args[1] + "': [Errno " +
                       std::to_string(-error) + "] " + error_text(-error) + "\n";
            return 2;
        }
    } else if (!run.has_input) {
        return run.fail("give a FILE.py, or -c and a text: there is no interactive mode here");
    }
    return Python(run, text, run.args.size() > 1 ? run.args[1] : "<stdin>").all();
}

}  // namespace rq::console
