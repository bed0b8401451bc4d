// Regular expressions as grep and awk know them (POSIX basic and extended), small: literals, ., [],
// ^ $ \< \> \b, * + ? {m,n}, ( | ). Left out: back-references.
#pragma once

#include "base/types.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rq::console {

struct PatternOptions {
    bool ignore_case = false;
    bool extended = false;
    bool fixed = false;  ///< no characters are special
    bool word = false;   ///< matches must be whole words
    bool line = false;   ///< matches must be whole lines
};

struct Match {
    bool found = false;
    std::size_t begin = 0;
    std::size_t end = 0;
};

class Pattern {
public:
    Pattern(std::string_view text, const PatternOptions& options);
    /// Empty, or what is wrong with the text.
    const std::string& error() const { return error_; }
    /// The leftmost match at or behind `from`.
    Match find(std::string_view line, std::size_t from) const;

private:
    struct Node {
        enum class Kind : u8 { one, any, set, begin, end, edge, group } kind = Kind::one;
        char c = 0;
        bool negated = false;
        std::string set;
        std::vector<std::vector<Node>> choices;
        u32 least = 1;
        u32 most = 1;
    };
    using Sequence = std::vector<Node>;
    using Next = std::function<bool(std::size_t)>;

    bool parse_choices(std::vector<Sequence>& out, u32 depth);
    bool parse_atom(Node& out, u32 depth);
    void parse_set(Node& out);
    void parse_count(Node& out);
    bool special(char c) const;
    bool same(char a, char b) const;
    bool fits(const Node& n, std::string_view line, std::size_t at) const;
    bool match(const Sequence& s, std::size_t i, std::string_view line, std::size_t at,
               const Next& next) const;
    bool repeat(const Sequence& s, std::size_t i, u32 done, std::string_view line, std::size_t at,
                const Next& next) const;

    PatternOptions options_;
    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Sequence> root_;
    std::string error_;
    mutable u32 steps_ = 0;
};

/// Patterns of which any may match, a line of text each, as grep takes them.
class Patterns {
public:
    Patterns(std::string_view lines, const PatternOptions& options);
    /// Empty, or what is wrong with the first wrong one.
    std::string error() const;
    /// The leftmost match at or behind `from`, the longest of those that begin there.
    Match find(std::string_view line, std::size_t from) const;

private:
    std::vector<Pattern> all_;
};

}  // namespace rq::console
