// A pattern as a tree of nodes, matched by trying: lines are short and patterns are a person's.
#include "console/pattern.hpp"

namespace rq::console {

namespace {

constexpr u32 endless = ~0u;
constexpr u32 steps_max = 200'000;  // of one search, before a pattern is given up

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool is_word(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

Pattern::Pattern(std::string_view text, const PatternOptions& options)
    : options_(options), text_(text) {
    if (options.fixed) {
        Sequence all;
        for (char c : text) {
            Node n;
            n.c = c;
            all.push_back(n);
        }
        root_.push_back(all);
    } else if (!parse_choices(root_, 0) || at_ < text_.size()) {
        if (error_.empty()) error_ = "Unmatched ( or )";
    }
    text_ = {};
}

bool Pattern::same(char a, char b) const {
    return options_.ignore_case ? lower(a) == lower(b) : a == b;
}

/// In basic expressions ( ) { } | + ? are special behind a backslash, in extended ones without.
bool Pattern::special(char c) const {
    if (at_ >= text_.size()) return false;
    if (options_.extended) return text_[at_] == c;
    return text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == c;
}

bool Pattern::parse_choices(std::vector<Sequence>& out, u32 depth) {
    std::size_t width = options_.extended ? 1 : 2;
    out.emplace_back();
    while (at_ < text_.size() && error_.empty()) {
        if (special(')')) return depth > 0;
        if (special('|')) {
            at_ += width;
            out.emplace_back();
            continue;
        }
        Node n;
        if (!parse_atom(n, depth)) return false;
        parse_count(n);
        out.back().push_back(std::move(n));
    }
    return error_.empty();
}

bool Pattern::parse_atom(Node& out, u32 depth) {
    std::size_t width = options_.extended ? 1 : 2;
    if (special('(')) {
        out.kind = Node::Kind::group;
        at_ += width;
        if (depth > 16 || !parse_choices(out.choices, depth + 1) || !special(')')) return false;
        at_ += width;
        return true;
    }
    char c = text_[at_++];
    if (c == '\\' && at_ < text_.size()) {
        char next = text_[at_++];
        out.c = next;
        if (next == '<' || next == '>' || next == 'b') out.kind = Node::Kind::edge;
        return true;
    }
    out.c = c;
    if (c == '.') out.kind = Node::Kind::any;
    if (c == '^') out.kind = Node::Kind::begin;
    if (c == '$') out.kind = Node::Kind::end;
    if (c == '[') parse_set(out);
    return error_.empty();
}

void Pattern::parse_set(Node& out) {
    out.kind = Node::Kind::set;
    if (at_ < text_.size() && text_[at_] == '^') out.negated = true, ++at_;
    bool first = true;
    while (at_ < text_.size() && (first || text_[at_] != ']')) {
        first = false;
        struct Class {
            std::string_view name;
            std::string_view members;
        };
        constexpr Class classes[] = {
            {"[:digit:]", "0123456789"},
            {"[:space:]", " \t"},
            {"[:alpha:]", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}};
        bool named = false;
        for (const Class& k : classes) {
            if (text_.substr(at_, k.name.size()) != k.name) continue;
            out.set += k.members;
            at_ += k.name.size();
            named = true;
            break;
        }
        if (named) continue;
        char low = text_[at_++];
        char high = low;
        if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
            high = text_[at_ + 1];
            at_ += 2;
        }
        for (int c = static_cast<u8>(low); c <= static_cast<u8>(high); ++c)
            out.set += static_cast<char>(c);
    }
    if (at_ >= text_.size())
        error_ = "Unmatched [, [^, [:, [., or [=";
    else
        ++at_;
}

void Pattern::parse_count(Node& out) {
    std::size_t width = options_.extended ? 1 : 2;
    if (at_ >= text_.size()) return;
    if (text_[at_] == '*') {
        out.least = 0;
        out.most = endless;
        ++at_;
    } else if (special('+')) {
        out.most = endless;
        at_ += width;
    } else if (special('?')) {
        out.least = 0;
        at_ += width;
    } else if (special('{')) {
        at_ += width;
        auto number = [&] {
            u32 n = 0;
            while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && n < 1000)
                n = n * 10 + static_cast<u32>(text_[at_++] - '0');
            return n;
        };
        out.least = out.most = number();
        if (at_ < text_.size() && text_[at_] == ',') {
            ++at_;
            out.most = special('}') ? endless : number();
        }
        if (special('}'))
            at_ += width;
        else
            error_ = "Unmatched { or }";
    }
}

bool Pattern::fits(const Node& n, std::string_view line, std::size_t at) const {
    if (at >= line.size()) return false;
    if (n.kind == Node::Kind::any) return true;
    if (n.kind == Node::Kind::one) return same(line[at], n.c);
    bool in = false;
    for (char c : n.set) in = in || same(line[at], c);
    return in != n.negated;
}

bool Pattern::repeat(const Sequence& s, std::size_t i, u32 done, std::string_view line,
                     std::size_t at, const Next& next) const {
    const Node& n = s[i];
    if (++steps_ > steps_max) return false;
    // As often as possible first.
    if (done < n.most) {
        if (n.kind == Node::Kind::group) {
            for (const Sequence& choice : n.choices) {
                Next again = [&](std::size_t to) {
                    return to == at ? match(s, i + 1, line, to, next)
                                    : repeat(s, i, done + 1, line, to, next);
                };
                if (match(choice, 0, line, at, again)) return true;
            }
        } else if (fits(n, line, at) && repeat(s, i, done + 1, line, at + 1, next)) {
            return true;
        }
    }
    return done >= n.least && match(s, i + 1, line, at, next);
}

bool Pattern::match(const Sequence& s, std::size_t i, std::string_view line, std::size_t at,
                    const Next& next) const {
    if (i == s.size()) return next(at);
    const Node& n = s[i];
    bool before = at > 0 && is_word(line[at - 1]);
    bool behind = at < line.size() && is_word(line[at]);
    switch (n.kind) {
        case Node::Kind::begin:
            return at == 0 && match(s, i + 1, line, at, next);
        case Node::Kind::end:
            return at == line.size() && match(s, i + 1, line, at, next);
        case Node::Kind::edge: {
            bool edge = n.c == '<'   ? !before && behind
                        : n.c == '>' ? before && !behind
                                     : before != behind;
            return edge && match(s, i + 1, line, at, next);
        }
        default:
            return repeat(s, i, 0, line, at, next);
    }
}

Match Pattern::find(std::string_view line, std::size_t from) const {
    steps_ = 0;
    for (std::size_t begin = from; begin <= line.size(); ++begin) {
        Match best;
        Next accept = [&](std::size_t end) {
            bool whole_word = (begin == 0 || !is_word(line[begin - 1])) &&
                              (end == line.size() || !is_word(line[end]));
            if (options_.word && !whole_word) return false;
            if (options_.line && (begin != 0 || end != line.size())) return false;
            if (!best.found || end > best.end) best = {true, begin, end};
            return true;
        };
        for (const Sequence& choice : root_) match(choice, 0, line, begin, accept);
        if (best.found) return best;
    }
    return {};
}

Patterns::Patterns(std::string_view lines, const PatternOptions& options) {
    for (;;) {
        const std::size_t end = lines.find('\n');
        all_.emplace_back(lines.substr(0, end), options);
        if (end == std::string_view::npos) return;
        lines.remove_prefix(end + 1);
    }
}

std::string Patterns::error() const {
    for (const Pattern& p : all_)
        if (!p.error().empty()) return p.error();
    return "";
}

Match Patterns::find(std::string_view line, std::size_t from) const {
    Match best;
    for (const Pattern& p : all_) {
        const Match m = p.find(line, from);
        const bool better = m.begin < best.begin || (m.begin == best.begin && m.end > best.end);
        if (m.found && (!best.found || better)) best = m;
    }
    return best;
}

}  // namespace rq::console
