// Precedence climbing over the binary operators, as POSIX takes them from C.
#include "console/arithmetic.hpp"

#include "console/syntax.hpp"

#include <charconv>

namespace rq::console {

namespace {

u64 bits(s64 n) { return static_cast<u64>(n); }
s64 wrapped(u64 n) { return static_cast<s64>(n); }

struct Operator {
    std::string_view sign;
    u32 binds;                ///< more = tighter
    s64 (*of)(s64 a, s64 b);  ///< of a division: b is not 0
};
/// Longer signs first, so that << is not read as <.
constexpr Operator operators[] = {
    {"||", 1, [](s64 a, s64 b) -> s64 { return a || b; }},
    {"&&", 2, [](s64 a, s64 b) -> s64 { return a && b; }},
    {"==", 6, [](s64 a, s64 b) -> s64 { return a == b; }},
    {"!=", 6, [](s64 a, s64 b) -> s64 { return a != b; }},
    {"<=", 7, [](s64 a, s64 b) -> s64 { return a <= b; }},
    {">=", 7, [](s64 a, s64 b) -> s64 { return a >= b; }},
    {"<<", 8, [](s64 a, s64 b) { return wrapped(bits(a) << (bits(b) & 63)); }},
    {">>", 8, [](s64 a, s64 b) { return a >> (bits(b) & 63); }},
    {"|", 3, [](s64 a, s64 b) { return a | b; }},
    {"^", 4, [](s64 a, s64 b) { return a ^ b; }},
    {"&", 5, [](s64 a, s64 b) { return a & b; }},
    {"<", 7, [](s64 a, s64 b) -> s64 { return a < b; }},
    {">", 7, [](s64 a, s64 b) -> s64 { return a > b; }},
    {"+", 9, [](s64 a, s64 b) { return wrapped(bits(a) + bits(b)); }},
    {"-", 9, [](s64 a, s64 b) { return wrapped(bits(a) - bits(b)); }},
    {"*", 10, [](s64 a, s64 b) { return wrapped(bits(a) * bits(b)); }},
    // By -1: the least number has no positive twin.
    {"/", 10, [](s64 a, s64 b) { return b == -1 ? wrapped(u64{0} - bits(a)) : a / b; }},
    {"%", 10, [](s64 a, s64 b) { return b == -1 ? 0 : a % b; }},
};
constexpr u32 deepest = 64;

class Expression {
public:
    Expression(std::string_view text, const std::map<std::string, std::string>& variables)
        : text_(text), variables_(variables) {}

    s64 all() {
        skip();
        if (at_ >= text_.size()) return 0;  // $(()) is 0
        const s64 value = binary(0);
        if (at_ < text_.size()) fail("syntax error in expression");
        return value;
    }
    const std::string& error() const { return error_; }

private:
    void skip() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
            ++at_;
    }
    s64 fail(const char* what) {
        if (error_.empty())
            error_ = std::string(text_) + ": " + what + " (error token is \"" +
                     std::string(text_.substr(at_)) + "\")";
        at_ = text_.size();
        return 0;
    }
    const Operator* next() const {
        for (const Operator& o : operators)
            if (text_.substr(at_, o.sign.size()) == o.sign) return &o;
        return nullptr;
    }
    s64 binary(u32 least) {
        s64 left = unary();
        for (const Operator* o = next(); o && o->binds > least; o = next()) {
            at_ += o->sign.size();
            skip();
            const std::size_t operand = at_;
            const s64 right = binary(o->binds);
            if (right == 0 && (o->sign == "/" || o->sign == "%")) {
                at_ = operand;
                return fail("division by 0");
            }
            left = o->of(left, right);
        }
        return left;
    }
    s64 unary() {
        if (at_ >= text_.size()) return fail("syntax error: operand expected");
        if (++depth_ > deepest) return fail("expression recursion level exceeded");
        const char c = text_[at_];
        s64 value = 0;
        if (c == '-' || c == '+' || c == '!' || c == '~' || c == '(') {
            ++at_;
            skip();
            value = c == '(' ? binary(0) : unary();
            if (c == '-') value = wrapped(u64{0} - bits(value));
            if (c == '!') value = !value;
            if (c == '~') value = ~value;
            if (c == '(') {
                if (at_ >= text_.size() || text_[at_] != ')') return fail("missing `)'");
                ++at_;
                skip();
            }
        } else {
            value = operand();
        }
        --depth_;
        return value;
    }
    s64 operand() {
        std::size_t end = at_;
        if (text_[end] == '$') ++at_, ++end;
        while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
        const std::string_view word = text_.substr(at_, end - at_);
        s64 value = 0;
        if (word.empty()) return fail("syntax error: operand expected");
        if (is_digit(word[0])) {
            if (!number(word, value)) return fail("value too great for base");
        } else if (auto found = variables_.find(std::string(word)); found != variables_.end()) {
            if (!found->second.empty() && !number(found->second, value))
                return fail("syntax error: operand expected");
        }
        at_ = end;
        skip();
        return value;
    }
    /// Decimal, 0x… or 0… as in C.
    static bool number(std::string_view word, s64& value) {
        int base = 10;
        if (word.size() > 1 && word[0] == '0') {
            base = word[1] == 'x' || word[1] == 'X' ? 16 : 8;
            word.remove_prefix(base == 16 ? 2 : 1);
        }
        const char* end = word.data() + word.size();
        const auto read = std::from_chars(word.data(), end, value, base);
        return read.ec == std::errc() && read.ptr == end;
    }

    std::string_view text_;
    const std::map<std::string, std::string>& variables_;
    std::size_t at_ = 0;
    u32 depth_ = 0;
    std::string error_;
};

}  // namespace

bool arithmetic(std::string_view text, const std::map<std::string, std::string>& variables,
                s64& value, std::string& error) {
    Expression expression(text, variables);
    value = expression.all();
    error = expression.error();
    return error.empty();
}

}  // namespace rq::console
