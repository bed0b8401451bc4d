// From words as written to arguments: quotes, variables, $(…), splitting, file names; completion.
#include "console/arithmetic.hpp"
#include "console/command.hpp"
#include "console/console.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace rq::console {

namespace {

constexpr s64 braces_max = 10'000;  // words from one


/// `*` and `?` as in file names; a leading dot is no exception here.
bool matches(std::string_view name, std::string_view pattern) {
    if (pattern.empty()) return name.empty();
    if (pattern[0] == '*') {
        for (std::size_t i = 0; i <= name.size(); ++i)
            if (matches(name.substr(i), pattern.substr(1))) return true;
        return false;
    }
    if (name.empty()) return false;
    return (pattern[0] == '?' || pattern[0] == name[0]) &&
           matches(name.substr(1), pattern.substr(1));
}

bool is_pattern(std::string_view text) {
    return text.find_first_of("*?") != std::string_view::npos;
}

}  // namespace

/// $name, ${name}, $?, $$, $!, $(command): what stands for it.
std::string Console::dollar(std::string_view text) {
    if (text.size() < 2) return std::string(text);
    std::string_view name = text.substr(1);
    const std::size_t size = name.size();
    if (size >= 4 && name.substr(0, 2) == "((" && name.substr(size - 2) == "))") {
        s64 value = 0;
        std::string error;
        if (arithmetic(expand_text(name.substr(2, size - 4)), variables_, value, error))
            return std::to_string(value);
        notices_ += "bash: " + error + "\n";
        bad_expansion_ = true;
        return "";
    }
    if (name[0] == '(') {
        std::string out = capture(name.substr(1, name.size() - 2));
        while (!out.empty() && out.back() == '\n') out.pop_back();
        return out;
    }
    if (name[0] == '{') name = name.substr(1, name.size() - 2);
    if (name == "?") return std::to_string(status_);
    if (name == "$" && !variables_.count("$"))
        return std::to_string(processes_.world().tasks[processes_.shell()].tgid);
    auto found = variables_.find(std::string(name));
    if (name == "#" && found == variables_.end()) return "0";
    return found == variables_.end() ? "" : found->second;
}

/// A text with its variables replaced and nothing else done, as in a here-document.
std::string Console::expand_text(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == '\\' && i + 1 < text.size() &&
            std::string_view("$`\\\"").find(text[i + 1]) != std::string_view::npos) {
            out += text[i + 1];
            i += 2;
        } else if (text[i] == '$') {
            std::size_t end = dollar_end(text, i);
            if (end == std::string_view::npos) end = text.size();
            out += end == i + 1 ? "$" : dollar(text.substr(i, end - i));
            i = end;
        } else {
            out += text[i++];
        }
    }
    return out;
}

namespace {

/// What {a,b} or {1..4} lists; nothing: it is no list.
std::vector<std::string> listed(std::string_view inside) {
    std::vector<std::string> out;
    const std::size_t dots = inside.find("..");
    s64 from = 0;
    s64 to = 0;
    if (dots != inside.npos && parse_decimal(inside.substr(0, dots), from) &&
        parse_decimal(inside.substr(dots + 2), to) && std::abs(to - from) < braces_max) {
        for (s64 n = from; from <= to ? n <= to : n >= to; from <= to ? ++n : --n)
            out.push_back(std::to_string(n));
        return out;
    }
    std::size_t begin = 0;
    u32 depth = 0;
    for (std::size_t i = 0; i < inside.size(); i = part_end(inside, i)) {
        if (inside[i] == '{') ++depth;
        if (inside[i] == '}' && depth) --depth;
        if (inside[i] != ',' || depth) continue;
        out.emplace_back(inside.substr(begin, i - begin));
        begin = i + 1;
    }
    if (!out.empty()) out.emplace_back(inside.substr(begin));
    return out;
}

/// The words that braces in a word stand for; false: there are none.
bool braces(std::string_view word, std::vector<std::string>& out) {
    for (std::size_t open = 0; open < word.size(); open = part_end(word, open)) {
        if (word[open] != '{') continue;
        u32 depth = 0;
        std::size_t close = open;
        for (; close < word.size(); close = part_end(word, close)) {
            if (word[close] == '{') ++depth;
            if (word[close] == '}' && --depth == 0) break;
        }
        if (close >= word.size()) return false;
        for (const std::string& each : listed(word.substr(open + 1, close - open - 1))) {
            if (static_cast<s64>(out.size()) >= braces_max) break;
            std::string whole(word.substr(0, open));
            whole += each;
            whole += word.substr(close + 1);
            out.push_back(std::move(whole));
        }
        if (!out.empty()) return true;
    }
    return false;
}

}  // namespace

std::vector<std::string> Console::expand(std::string_view word) {
    std::vector<std::string> out;
    if (word.find('{') != word.npos && braces(word, out)) {
        std::vector<std::string> all;
        for (const std::string& each : out)
            for (std::string& one : expand(each))
                if (static_cast<s64>(all.size()) < braces_max) all.push_back(std::move(one));
        return all;
    }
    std::string now;
    bool any = false;  // there is a word, even if it is empty
    bool pattern = false;
    auto finish = [&] {
        if (!any) return;
        std::vector<std::string> names;
        if (pattern) names = glob(now);
        if (names.empty())
            out.push_back(now);
        else
            out.insert(out.end(), names.begin(), names.end());
        now.clear();
        any = pattern = false;
    };
    if (word == "~" || word.substr(0, 2) == "~/") {
        now = "/root";
        any = true;
        word.remove_prefix(1);
    }
    for (std::size_t i = 0; i < word.size();) {
        char c = word[i];
        std::size_t end = i + 1;
        if (c == '\\') {
            end = i + 2;
            if (i + 1 < word.size() && word[i + 1] != '\n') now += word[i + 1];
            any = true;
        } else if (c == '\'' || c == '"') {
            end = quote_end(word, i);
            std::string_view inner = word.substr(i + 1, end - i - 2);
            now += c == '"' ? expand_text(inner) : std::string(inner);
            any = true;
        } else if (c == '$') {
            end = dollar_end(word, i);
            bool assigned =
                !now.empty() && now.back() == '=' && is_name(now.substr(0, now.size() - 1));
            std::string value = end == i + 1 ? "$" : dollar(word.substr(i, end - i));
            for (char v : value) {
                bool blank = v == ' ' || v == '\n' || v == '\t';
                if (blank && !assigned) {
                    finish();
                } else {
                    now += v;
                    any = true;
                }
            }
        } else {
            pattern = pattern || c == '*' || c == '?';
            now += c;
            any = true;
        }
        i = end;
    }
    finish();
    return out;
}

/// The names that a pattern matches, part by part; none: the pattern stays as it is.
std::vector<std::string> Console::glob(const std::string& pattern) {
    bool rooted = !pattern.empty() && pattern[0] == '/';
    std::vector<std::string> found = {rooted ? "/" : ""};
    std::string_view rest = pattern;
    while (!rest.empty()) {
        std::size_t slash = rest.find('/');
        std::string part(rest.substr(0, slash));
        rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
        if (part.empty()) continue;
        std::vector<std::string> next;
        for (const std::string& at : found) {
            std::string prefix = at.empty() || at == "/" ? at : at + "/";
            if (!is_pattern(part)) {
                next.push_back(prefix + part);
                continue;
            }
            std::vector<Entry> entries;
            files_.list(processes_.shell(), Files::absolute(directory_, at), entries);
            for (const Entry& e : entries)
                if (matches(e.name, part)) next.push_back(prefix + e.name);
        }
        found = std::move(next);
    }
    // What a part behind the pattern names must be there.
    Entry entry;
    auto missing = [&](const std::string& path) {
        return files_.info(processes_.shell(), Files::absolute(directory_, path), entry) != 0;
    };
    found.erase(std::remove_if(found.begin(), found.end(), missing), found.end());
    return found;
}

std::vector<std::string> Console::complete(std::string_view line) const {
    std::size_t blank = line.find_last_of(" |;&(");
    std::string_view word = blank == std::string_view::npos ? line : line.substr(blank + 1);
    std::string_view before = blank == std::string_view::npos ? "" : line.substr(0, blank + 1);
    while (!before.empty() && before.back() == ' ') before.remove_suffix(1);
    bool first =
        before.empty() || std::string_view("|;&(").find(before.back()) != std::string_view::npos;
    std::vector<std::string> out;
    if (first && word.find('/') == std::string_view::npos) {
        for (const CommandInfo& c : commands())
            if (std::string_view(c.name).substr(0, word.size()) == word) out.push_back(c.name);
        return out;
    }
    std::size_t slash = word.rfind('/');
    std::string folder(slash == std::string_view::npos ? "" : word.substr(0, slash + 1));
    std::string_view name = slash == std::string_view::npos ? word : word.substr(slash + 1);
    std::vector<Entry> entries;
    files_.list({}, Files::absolute(directory_, folder), entries);
    for (const Entry& e : entries)
        if (std::string_view(e.name).substr(0, name.size()) == name)
            out.push_back(folder + e.name + (e.kind == 'd' ? "/" : ""));
    return out;
}

}  // namespace rq::console
