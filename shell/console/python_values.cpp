// Expressions of the small Python.
#include "console/python.hpp"

#include <algorithm>

namespace rq::console {

namespace {

using Kind = PyValue::Kind;

PyValue number_value(s64 n) {
    PyValue v;
    v.kind = Kind::number;
    v.number = n;
    return v;
}

PyValue text_value(std::string text) {
    PyValue v;
    v.kind = Kind::text;
    v.text = std::move(text);
    return v;
}

bool name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

constexpr u64 element_ns = 20;  // sum() over a range, each

}  // namespace

std::string Python::show(const PyValue& v) const {
    switch (v.kind) {
        case Kind::none:
            return "None";
        case Kind::number:
            return std::to_string(v.number);
        case Kind::decimal:
            return fixed(static_cast<u64>(v.number), 1000, 3);
        case Kind::text:
            return v.text;
        case Kind::list: {
            std::string out = "[";
            for (const PyValue& e : v.list) {
                if (out.size() > 1) out += ", ";
                out += e.kind == Kind::text ? "'" + e.text + "'" : show(e);
            }
            return out + "]";
        }
    }
    return "";
}

void Python::blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
}

bool Python::take(std::string_view mark) {
    blanks();
    if (text_.substr(at_, mark.size()) != mark) return false;
    bool word = name_char(mark.back());
    if (word && at_ + mark.size() < text_.size() && name_char(text_[at_ + mark.size()]))
        return false;
    at_ += mark.size();
    return true;
}

PyValue Python::expression(std::string_view text, Names& names) {
    std::string held(text);
    std::string_view outer = text_;
    std::size_t outer_at = at_;
    if (++depth_ > 40) return refuse("too deeply nested"), PyValue{};
    text_ = held;
    at_ = 0;
    PyValue v = comparison(names);
    blanks();
    if (at_ < text_.size() && !stopped_) refuse("`" + held + "`");
    text_ = outer;
    at_ = outer_at;
    --depth_;
    return v;
}

PyValue Python::comparison(Names& names) {
    PyValue a = sum(names);
    for (std::string_view op : {"==", "!=", "<=", ">=", "<", ">", "not in", "in"}) {
        if (!take(op)) continue;
        PyValue b = sum(names);
        bool result = false;
        bool texts = a.kind == Kind::text;
        int order = texts ? a.text.compare(b.text) : a.number < b.number ? -1 : a.number > b.number;
        if (op == "in" || op == "not in")
            result = (b.text.find(a.text) != std::string::npos) == (op == "in");
        else if (op == "==")
            result = order == 0;
        else if (op == "!=")
            result = order != 0;
        else if (op == "<=")
            result = order <= 0;
        else if (op == ">=")
            result = order >= 0;
        else
            result = op == "<" ? order < 0 : order > 0;
        return number_value(result);
    }
    return a;
}

PyValue Python::sum(Names& names) {
    PyValue a = product(names);
    while (!stopped_) {
        if (take("+")) {
            PyValue b = product(names);
            if (a.kind == Kind::text)
                a.text += b.text;
            else
                a.number += b.number;
        } else if (take("-")) {
            a.number -= product(names).number;
        } else {
            break;
        }
    }
    return a;
}

PyValue Python::product(Names& names) {
    PyValue a = postfix(names);
    while (!stopped_) {
        if (take("**")) {
            s64 base = a.number;
            s64 power = postfix(names).number;
            a.number = 1;
            for (s64 i = 0; i < power && i < 62; ++i) a.number *= base;
        } else if (take("*")) {
            PyValue b = postfix(names);
            if (a.kind == Kind::text) {
                std::string once = a.text;
                a.text.clear();
                for (s64 i = 0; i < b.number && i < 1000; ++i) a.text += once;
            } else {
                a.number *= b.number;
            }
        } else if (take("//")) {
            s64 by = postfix(names).number;
            if (!by) return raise("ZeroDivisionError: integer division or modulo by zero"), a;
            a.number /= by;
        } else {
            break;
        }
    }
    return a;
}

std::vector<PyValue> Python::arguments(Names& names) {
    std::vector<PyValue> out;
    while (!stopped_ && !take(")")) {
        out.push_back(comparison(names));
        if (!take(",") && text_.substr(at_, 1) != ")") {
            refuse("these arguments");
            break;
        }
    }
    return out;
}

PyValue Python::postfix(Names& names) {
    blanks();
    PyValue v;
    std::size_t begin = at_;
    while (at_ < text_.size() && (name_char(text_[at_]) || text_[at_] == '.')) ++at_;
    std::string name(text_.substr(begin, at_ - begin));
    bool module =
        name.substr(0, 3) == "os." || name.substr(0, 5) == "time." || name.substr(0, 4) == "sys.";
    if (!module && name.find('.') != std::string::npos && !(name[0] >= '0' && name[0] <= '9')) {
        at_ = begin + name.find('.');
        name = name.substr(0, name.find('.'));
    }
    bool calls = at_ < text_.size() && text_[at_] == '(' && (module || is_name(name));
    if (calls) {
        ++at_;
        std::vector<PyValue> a = arguments(names);
        if (!stopped_) v = call(name, std::move(a), names);
    } else {
        at_ = begin;
        v = atom(names);
    }
    while (!stopped_) {
        if (take("[")) {
            v = subscript(v, names);
        } else if (at_ < text_.size() && text_[at_] == '.') {
            std::size_t from = ++at_;
            while (at_ < text_.size() && name_char(text_[at_])) ++at_;
            std::string verb(text_.substr(from, at_ - from));
            if (!take("(")) return refuse("`." + verb + "`"), v;
            v = method(v, verb, arguments(names));
        } else {
            break;
        }
    }
    return v;
}

PyValue Python::atom(Names& names) {
    blanks();
    if (at_ >= text_.size()) return refuse("an expression is missing"), PyValue{};
    char c = text_[at_];
    if (take("(")) {
        PyValue v = comparison(names);
        if (!take(")")) refuse("a parenthesis is open");
        return v;
    }
    if (take("[")) {
        PyValue v;
        v.kind = Kind::list;
        while (!stopped_ && !take("]")) {
            v.list.push_back(comparison(names));
            if (!take(",") && text_.substr(at_, 1) != "]") refuse("this list");
        }
        return v;
    }
    bool prefix = (c == 'f' || c == 'r' || c == 'b') && at_ + 1 < text_.size() &&
                  (text_[at_ + 1] == '"' || text_[at_ + 1] == '\'');
    if (c == '"' || c == '\'' || prefix) return quoted(names);
    std::size_t begin = at_;
    bool negative = take("-");
    bool digit = at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
    while (at_ < text_.size() && (name_char(text_[at_]) || (digit && text_[at_] == '.'))) ++at_;
    std::string word(text_.substr(begin, at_ - begin));
    if (word.empty()) return refuse("`" + std::string(text_.substr(begin)) + "`"), PyValue{};
    if (negative || (word[0] >= '0' && word[0] <= '9')) {
        word.erase(std::remove(word.begin(), word.end(), '_'), word.end());
        PyValue v = number_value(0);
        if (word.find('.') != std::string::npos) {
            v.kind = Kind::decimal;
            v.number = thousandths_of(word);
        } else if (!parse_number(word, v.number)) {
            refuse("the number " + word);
        }
        return v;
    }
    if (word == "None") return {};
    if (word == "True" || word == "False") return number_value(word == "True");
    auto local = names.find(word);
    if (local != names.end()) return local->second;
    auto global = globals_.find(word);
    if (global != globals_.end()) return global->second;
    raise("NameError: name '" + word + "' is not defined");
    return {};
}

PyValue Python::quoted(Names& names) {
    bool format = text_[at_] == 'f';
    bool raw = text_[at_] == 'r';
    if (text_[at_] != '"' && text_[at_] != '\'') ++at_;
    char quote = text_[at_++];
    std::string out;
    while (at_ < text_.size() && text_[at_] != quote) {
        char c = text_[at_++];
        if (c == '\\' && !raw && at_ < text_.size()) {
            char e = text_[at_++];
            c = e == 'n' ? '\n' : e == 't' ? '\t' : e == '0' ? '\0' : e;
        }
        out += c;
    }
    if (at_ >= text_.size()) return refuse("a quote is open"), PyValue{};
    ++at_;
    return format ? filled(out, names) : text_value(out);
}

/// An f-string: what stands between braces is an expression.
PyValue Python::filled(const std::string& text, Names& names) {
    std::string out;
    for (std::size_t i = 0; i < text.size() && !stopped_; ++i) {
        if ((text[i] == '{' || text[i] == '}') && i + 1 < text.size() && text[i + 1] == text[i]) {
            out += text[i++];
        } else if (text[i] == '{') {
            std::size_t close = text.find('}', i);
            if (close == std::string::npos) return refuse("a brace is open"), PyValue{};
            std::string inner = text.substr(i + 1, close - i - 1);
            std::size_t colon = inner.find(':');
            if (colon != std::string::npos && inner.find('[') == std::string::npos)
                inner = inner.substr(0, colon);
            out += show(expression(inner, names));
            i = close;
        } else {
            out += text[i];
        }
    }
    return text_value(out);
}

/// [index] or [from:to], behind the opening bracket.
PyValue Python::subscript(const PyValue& of, Names& names) {
    bool list = of.kind == Kind::list;
    s64 size = static_cast<s64>(list ? of.list.size() : of.text.size());
    blanks();
    bool has_from = text_.substr(at_, 1) != ":";
    s64 from = has_from ? comparison(names).number : 0;
    bool slice = take(":");
    s64 to = size;
    blanks();
    if (slice && text_.substr(at_, 1) != "]") to = comparison(names).number;
    if (!take("]")) return refuse("a bracket is open"), PyValue{};
    if (from < 0) from += size;
    if (to < 0) to += size;
    if (!slice) {
        if (from < 0 || from >= size)
            return raise("IndexError: list index out of range"), PyValue{};
        return list ? of.list[static_cast<std::size_t>(from)]
                    : text_value(of.text.substr(static_cast<std::size_t>(from), 1));
    }
    from = std::clamp<s64>(from, 0, size);
    to = std::clamp<s64>(to, from, size);
    PyValue out = of;
    if (list)
        out.list.assign(of.list.begin() + from, of.list.begin() + to);
    else
        out.text =
            of.text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
    return out;
}

PyValue Python::method(const PyValue& of, const std::string& name, std::vector<PyValue> a) {
    if (stopped_) return {};
    PyValue out;
    out.kind = Kind::list;
    if (name == "read") return of;
    if (name == "close") return {};
    if (name == "split" && a.empty()) {
        for (std::string& f : fields_of(of.text)) out.list.push_back(text_value(std::move(f)));
        return out;
    }
    if (name == "split") {
        std::string_view rest = of.text;
        for (;;) {
            std::size_t end = a[0].text.empty() ? std::string_view::npos : rest.find(a[0].text);
            out.list.push_back(text_value(std::string(rest.substr(0, end))));
            if (end == std::string_view::npos) return out;
            rest = rest.substr(end + a[0].text.size());
        }
    }
    if (name == "splitlines" || name == "readlines") {
        for (std::string_view line : lines_of(of.text))
            out.list.push_back(text_value(std::string(line) + (name[0] == 'r' ? "\n" : "")));
        return out;
    }
    if (name == "strip" || name == "rstrip") {
        std::string t = of.text;
        while (!t.empty() && (t.back() == ' ' || t.back() == '\n' || t.back() == '\t'))
            t.pop_back();
        std::size_t first = name == "strip" ? t.find_first_not_of(" \n\t") : 0;
        return text_value(first == std::string::npos ? "" : t.substr(first));
    }
    if (name == "startswith" && a.size() == 1)
        return number_value(of.text.compare(0, a[0].text.size(), a[0].text) == 0);
    if (name == "endswith" && a.size() == 1)
        return number_value(of.text.size() >= a[0].text.size() &&
                            of.text.substr(of.text.size() - a[0].text.size()) == a[0].text);
    if (name == "join" && a.size() == 1) {
        std::string t;
        for (std::size_t i = 0; i < a[0].list.size(); ++i)
            t += (i ? of.text : "") + show(a[0].list[i]);
        return text_value(t);
    }
    refuse("`." + name + "()`");
    return {};
}

PyValue Python::open_file(const std::string& path) {
    work();
    std::string whole = Files::absolute(run_.shell.directory(), path);
    run_.call("open " + whole);
    std::string text;
    s32 error = run_.shell.files().read(run_.self, whole, text);
    if (error)
        raise((error == -2 ? "FileNotFoundError: [Errno " : "OSError: [Errno ") +
              std::to_string(-error) + "] " + error_text(-error) + ": '" + path + "'");
    run_.call("close " + whole);
    return text_value(text);
}

PyValue Python::call(const std::string& name, std::vector<PyValue> a, Names&) {
    const task_struct& t = run_.shell.processes().world().tasks[run_.self];
    if (name == "print") {
        for (std::size_t i = 0; i < a.size(); ++i) run_.out += (i ? " " : "") + show(a[i]);
        run_.out += "\n";
        return {};
    }
    if (name == "os.getpid") return number_value(t.tgid);
    if (name == "os.getppid")
        return number_value(run_.shell.processes().world().tasks[t.real_parent].tgid);
    if (name == "os.cpu_count") return number_value(run_.shell.processes().world().g.cpus);
    if (name == "open" && !a.empty()) return open_file(a[0].text);
    if (name == "len" && a.size() == 1)
        return number_value(
            a[0].range
                ? a[0].number
                : static_cast<s64>(a[0].kind == Kind::list ? a[0].list.size() : a[0].text.size()));
    if (name == "str" && a.size() == 1) return text_value(show(a[0]));
    if (name == "int" && a.size() == 1) {
        PyValue v = number_value(a[0].number);
        if (a[0].kind == Kind::decimal) v.number /= 1000;
        if (a[0].kind == Kind::text && !parse_number(a[0].text, v.number))
            raise("ValueError: invalid literal for int() with base 10: '" + a[0].text + "'");
        return v;
    }
    if (name == "range" && a.size() == 1) {
        PyValue v;
        v.kind = Kind::list;
        v.range = true;
        v.number = std::max<s64>(a[0].number, 0);
        return v;
    }
    if (name == "sum" && a.size() == 1) {
        s64 total = 0;
        if (a[0].range) {
            work_ns_ += static_cast<u64>(a[0].number) * element_ns;
            total = a[0].number * (a[0].number - 1) / 2;
        }
        for (const PyValue& v : a[0].list) total += v.number;
        return number_value(total);
    }
    if (name == "time.sleep" && a.size() == 1) {
        work();
        s64 thousandths = a[0].kind == Kind::decimal ? a[0].number : a[0].number * 1000;
        run_.call("sleep " + std::to_string(thousandths) + "ms");
        return {};
    }
    auto own = definitions_.find(name);
    if (own == definitions_.end()) return refuse("the function `" + name + "`"), PyValue{};
    Names inner;
    for (std::size_t i = 0; i < a.size() && i < own->second.parameters.size(); ++i)
        inner[own->second.parameters[i]] = a[i];
    std::string_view text = text_;  // the body's lines are read in between
    std::size_t at = at_;
    u32 line = line_;
    if (++depth_ > 40) return refuse("too deeply nested"), PyValue{};
    returned_ = PyValue{};
    block(own->second.begin, own->second.end, inner);
    --depth_;
    returning_ = false;
    text_ = text;
    at_ = at;
    line_ = line;
    return returned_;
}

}  // namespace rq::console
