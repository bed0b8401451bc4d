// The reader of command lines: a scanner that keeps words as they were written, and a parser of
// one level: bodies of loops stay text and are parsed when their turn comes.
#include "console/syntax.hpp"

#include <cstring>

namespace rq::console {

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t';
}
bool is_operator(char c) {
    return c == ';' || c == '&' || c == '|' || c == '<' || c == '>' || c == '(' || c == ')';
}

struct Token {
    enum class Kind : u8 { word, op, newline, here, end } kind = Kind::end;
    std::string text;  ///< here: the document
    std::size_t begin = 0;
    std::size_t end = 0;
    bool literal = false;
};

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}
    std::vector<Token> tokens;
    bool incomplete = false;
    void scan();

private:
    bool word();
    void redirection();
    void newline();
    void push(Token::Kind kind, std::size_t begin) {
        tokens.push_back({kind, std::string(text_.substr(begin, at_ - begin)), begin, at_, false});
    }
    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<std::size_t> documents_;  // tokens whose text is still to come
    std::vector<std::string> delimiters_;
};

/// A word as it stands, quotes and all. False: something in it is not closed.
bool Scanner::word() {
    while (at_ < text_.size()) {
        char c = text_[at_];
        if (is_space(c) || c == '\n' || is_operator(c)) break;
        std::size_t end = part_end(text_, at_);
        if (end == std::string_view::npos || end > text_.size()) return false;
        at_ = end;
    }
    return true;
}

std::string unquoted(std::string_view word, bool& literal) {
    std::string out;
    for (char c : word) {
        if (c == '\'' || c == '"' || c == '\\')
            literal = true;
        else
            out += c;
    }
    return out;
}

/// `<<` and its delimiter; the text comes behind the line.
void Scanner::redirection() {
    std::size_t begin = at_;
    at_ += 2;
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    std::size_t from = at_;
    word();
    Token here{Token::Kind::here, "", begin, at_, false};
    delimiters_.push_back(unquoted(text_.substr(from, at_ - from), here.literal));
    documents_.push_back(tokens.size());
    tokens.push_back(here);
}

/// The line is over: here the documents of its redirections stand.
void Scanner::newline() {
    push(Token::Kind::newline, at_++);
    for (std::size_t i = 0; i < documents_.size(); ++i) {
        for (;;) {
            if (at_ >= text_.size()) {
                incomplete = true;
                break;
            }
            std::size_t end = text_.find('\n', at_);
            std::string_view line = text_.substr(at_, end - at_);
            at_ = end == std::string_view::npos ? text_.size() : end + 1;
            if (line == delimiters_[i]) break;
            tokens[documents_[i]].text += std::string(line) + "\n";
        }
    }
    documents_.clear();
    delimiters_.clear();
}

void Scanner::scan() {
    while (at_ < text_.size() && !incomplete) {
        char c = text_[at_];
        if (is_space(c)) {
            ++at_;
        } else if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
            at_ += 2;
        } else if (c == '#') {
            while (at_ < text_.size() && text_[at_] != '\n') ++at_;
        } else if (c == '\n') {
            newline();
        } else if (text_.substr(at_, 3) == "<<<") {
            at_ += 3;
            push(Token::Kind::op, at_ - 3);
        } else if (text_.substr(at_, 2) == "<<") {
            redirection();
        } else if (is_operator(c)) {
            std::size_t begin = at_++;
            std::string_view two = text_.substr(begin, 2);
            if (two == "&&" || two == "||" || two == ">>" || two == ">&" || two == "&>") ++at_;
            push(Token::Kind::op, begin);
        } else {
            std::size_t begin = at_;
            incomplete = !word();
            push(Token::Kind::word, begin);
        }
    }
    if (!documents_.empty()) incomplete = true;
    tokens.push_back({Token::Kind::end, "", text_.size(), text_.size(), false});
}

class Parser {
public:
    Parser(std::string_view text, const std::vector<Token>& tokens)
        : text_(text), tokens_(tokens) {}
    Parsed parsed;
    /// Until the end, or one of the words (cut at blanks) that close what is open.
    void list(std::string_view closing);

private:
    const Token& now() const { return tokens_[at_]; }
    bool is(const char* text) const {
        return (now().kind == Token::Kind::word || now().kind == Token::Kind::op) &&
               now().text == text;
    }
    bool is_one_of(std::string_view words) const {
        while (!words.empty()) {
            const std::size_t blank = words.find(' ');
            if (is(std::string(words.substr(0, blank)).c_str())) return true;
            words = blank == words.npos ? std::string_view{} : words.substr(blank + 1);
        }
        return false;
    }
    bool is_separator() const { return now().kind == Token::Kind::newline || is(";"); }
    void skip_lines() {
        while (now().kind == Token::Kind::newline) ++at_;
    }
    void fail();
    bool ok() const { return parsed.error.empty() && !parsed.incomplete; }
    void pipeline(Pipeline& out);
    void command(Command& out);
    void loop(Command& out);
    void branches(Command& out);
    bool compound(Command& out);
    bool until_loop() const;
    std::string body(const char* opening, std::string_view closing);
    bool redirect(Command& out);

    std::string_view text_;
    const std::vector<Token>& tokens_;
    std::size_t at_ = 0;
    u32 depth_ = 0;
};

void Parser::fail() {
    if (!ok()) return;
    if (now().kind == Token::Kind::end) {
        parsed.incomplete = true;
        return;
    }
    std::string what = now().kind == Token::Kind::newline ? "newline" : now().text;
    parsed.error = "syntax error near unexpected token `" + what + "'";
}

/// [N]> WORD and its kin; false: there is none here.
bool Parser::redirect(Command& out) {
    Redirect r;
    std::size_t op = at_;
    const Token& first = now();
    bool number = first.kind == Token::Kind::word && first.text.size() == 1 &&
                  is_digit(first.text[0]) && at_ + 1 < tokens_.size() &&
                  tokens_[at_ + 1].begin == first.end;
    if (number) ++op;
    const Token& token = tokens_[op];
    if (token.kind == Token::Kind::here) {
        out.redirects.push_back({Redirect::Kind::here, 0, token.text, token.literal});
        at_ = op + 1;
        return true;
    }
    if (token.kind != Token::Kind::op) return false;
    if (token.text == ">" || token.text == "&>")
        r.kind = Redirect::Kind::write;
    else if (token.text == ">>")
        r.kind = Redirect::Kind::append;
    else if (token.text == ">&")
        r.kind = Redirect::Kind::same;
    else if (token.text == "<")
        r.kind = Redirect::Kind::read;
    else if (token.text == "<<<")
        r.kind = Redirect::Kind::words;
    else
        return false;
    r.fd = token.text[0] == '<' ? 0 : 1;
    if (number) r.fd = static_cast<u32>(first.text[0] - '0');
    at_ = op + 1;
    if (now().kind != Token::Kind::word) return fail(), true;
    r.target = now().text;
    ++at_;
    out.redirects.push_back(r);
    if (token.text == "&>") out.redirects.push_back({Redirect::Kind::same, 2, "1", false});
    return true;
}

/// The text between two words, whose inner blocks may hold the same words.
std::string Parser::body(const char* opening, std::string_view closing) {
    if (!is(opening)) return fail(), "";
    std::size_t begin = tokens_[at_++].end;
    skip_lines();
    Parser inner(text_, tokens_);
    inner.at_ = at_;
    inner.depth_ = depth_ + 1;
    if (inner.depth_ > 16) {
        parsed.error = "nested too deeply";
        return "";
    }
    inner.list(closing);
    parsed.error = inner.parsed.error;
    parsed.incomplete = inner.parsed.incomplete;
    at_ = inner.at_;
    if (!ok()) return "";
    if (!is_one_of(closing)) return fail(), "";
    std::string text(text_.substr(begin, now().begin - begin));
    return text;
}

void Parser::loop(Command& out) {
    if (is("for")) {
        out.kind = Command::Kind::for_loop;
        ++at_;
        if (now().kind != Token::Kind::word || !is_name(now().text)) return fail();
        out.variable = tokens_[at_++].text;
        if (!is("in")) return fail();
        ++at_;
        while (now().kind == Token::Kind::word) out.words.push_back(tokens_[at_++].text);
        if (!is_separator()) return fail();
        ++at_;
        skip_lines();
    } else {
        out.kind = Command::Kind::while_loop;
        out.until = is("until");
        out.condition = body(out.until ? "until" : "while", "do");
        if (!ok()) return;
    }
    out.body = body("do", "done");
    if (ok()) ++at_;
}

void Parser::branches(Command& out) {
    out.kind = Command::Kind::if_clause;
    const char* opening = "if";
    do {
        Command::Arm arm;
        arm.condition = body(opening, "then");
        if (ok()) arm.body = body("then", "elif else fi");
        if (!ok()) return;
        out.arms.push_back(std::move(arm));
        opening = "elif";
    } while (is("elif"));
    if (is("else")) out.arms.push_back({"", body("else", "fi")});
    if (ok()) ++at_;
}

/// `until` is a loop when `do` follows its first command; else the console's command of that name.
bool Parser::until_loop() const {
    if (!is("until")) return false;
    std::size_t i = at_;
    auto separates = [&] {
        return tokens_[i].kind == Token::Kind::newline || tokens_[i].text == ";";
    };
    while (tokens_[i].kind != Token::Kind::end && !separates()) ++i;
    while (tokens_[i].kind != Token::Kind::end && separates()) ++i;
    return tokens_[i].kind == Token::Kind::word && tokens_[i].text == "do";
}

/// A command that holds others; false: it is a simple one.
bool Parser::compound(Command& out) {
    if (is("for") || is("while") || until_loop()) {
        loop(out);
    } else if (is("if")) {
        branches(out);
    } else if (is("{") || is("(")) {
        const bool group = is("{");
        out.kind = group ? Command::Kind::group : Command::Kind::subshell;
        out.body = group ? body("{", "}") : body("(", ")");
        if (ok()) ++at_;
    } else {
        return false;
    }
    while (ok() && redirect(out)) {
    }
    return true;
}

void Parser::command(Command& out) {
    if (compound(out)) return;
    if (is_one_of("then elif else fi do done }")) return fail();
    while (ok()) {
        if (redirect(out)) continue;
        if (now().kind != Token::Kind::word) break;
        out.words.push_back(now().text);
        ++at_;
    }
    if (ok() && out.words.empty() && out.redirects.empty()) fail();
}

void Parser::pipeline(Pipeline& out) {
    std::size_t begin = now().begin;
    if (is("time")) out.timed = true, ++at_;
    if (is("!")) out.negated = true, ++at_;
    for (;;) {
        out.commands.emplace_back();
        command(out.commands.back());
        if (!ok() || !is("|")) break;
        ++at_;
        skip_lines();
    }
    if (at_ > 0) out.text = text_.substr(begin, tokens_[at_ - 1].end - begin);
}

void Parser::list(std::string_view closing) {
    for (;;) {
        skip_lines();
        if (!ok()) return;
        if (now().kind == Token::Kind::end) {
            if (!closing.empty()) parsed.incomplete = true;
            return;
        }
        if (is_one_of(closing)) return;
        Item item;
        pipeline(item.pipeline);
        if (!ok()) return;
        if (is("&&"))
            item.then = Then::if_ok;
        else if (is("||"))
            item.then = Then::if_failed;
        else if (is("&"))
            item.then = Then::background;
        bool joins = item.then == Then::if_ok || item.then == Then::if_failed;
        bool ends = now().kind == Token::Kind::end || is_one_of(closing);
        parsed.list.push_back(std::move(item));
        if (ends) continue;
        if (!joins && !is_separator() && !is("&")) return fail();
        ++at_;
        skip_lines();
        if (joins && now().kind == Token::Kind::end) parsed.incomplete = true;
    }
}

}  // namespace

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_name(std::string_view text) {
    if (text.empty() || is_digit(text[0])) return false;
    for (char c : text)
        if (!is_letter(c) && !is_digit(c)) return false;
    return true;
}

std::size_t quote_end(std::string_view text, std::size_t at) {
    char quote = text[at];
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == quote) return i + 1;
        if (quote == '"' && text[i] == '\\') ++i;
    }
    return std::string_view::npos;
}

std::size_t dollar_end(std::string_view text, std::size_t at) {
    if (at + 1 >= text.size()) return at + 1;
    char c = text[at + 1];
    if (c == '(' || c == '{') {
        char open = c;
        char close = c == '(' ? ')' : '}';
        u32 depth = 0;
        for (std::size_t i = at + 1; i < text.size(); ++i) {
            if (text[i] == '\'' && open == '(') {
                i = quote_end(text, i);
                if (i == std::string_view::npos) return i;
                --i;
            } else if (text[i] == open) {
                ++depth;
            } else if (text[i] == close && --depth == 0) {
                return i + 1;
            }
        }
        return std::string_view::npos;
    }
    if (!is_letter(c))
        return is_digit(c) || c == '?' || c == '$' || c == '!' || c == '#' || c == '@' || c == '*'
                   ? at + 2 : at + 1;
    std::size_t end = at + 1;
    while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]))) ++end;
    return end;
}

std::size_t part_end(std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c == '\\') return at + 2;
    if (c == '\'' || c == '"') return quote_end(text, at);
    return c == '$' ? dollar_end(text, at) : at + 1;
}

bool computes_for_ever(const Command& command) {
    auto is_nothing = [](std::string_view text) {
        while (!text.empty() && std::strchr(" \t\n;", text.front())) text.remove_prefix(1);
        while (!text.empty() && std::strchr(" \t\n;", text.back())) text.remove_suffix(1);
        return text == ":" || text == "true";
    };
    return command.kind == Command::Kind::while_loop && !command.until &&
           is_nothing(command.condition) && is_nothing(command.body);
}

Parsed parse(std::string_view text) {
    Scanner scanner(text);
    scanner.scan();
    if (scanner.incomplete) {
        Parsed open;
        open.incomplete = true;
        return open;
    }
    Parser parser(text, scanner.tokens);
    parser.list("");
    return parser.parsed;
}

}  // namespace rq::console
