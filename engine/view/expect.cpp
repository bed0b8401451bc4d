// Numbers are compared as integers: in millionths where a fraction occurs, else as they are.
#include "view/expect.hpp"

#include "base/text.hpp"

namespace rq::view {

namespace {

struct Number {
    bool valid = false;
    bool negative = false;
    u64 whole = 0;
    u32 micro = 0;  // millionths
};

constexpr u64 whole_max = u64{1} << 62;

/// "12", "-0.753113", "1.5"; further digits of a fraction are cut.
Number plain_number(std::string_view text) {
    Number n;
    if (!text.empty() && text[0] == '-') {
        n.negative = true;
        text.remove_prefix(1);
    }
    if (text.empty()) return n;
    u32 digits = 0;
    bool point = false;
    u32 places = 0;
    for (char ch : text) {
        if (ch == '.' && !point && digits) {
            point = true;
            continue;
        }
        if (ch < '0' || ch > '9') return n;
        u32 d = static_cast<u32>(ch - '0');
        if (!point) {
            if (n.whole > (whole_max - d) / 10) return n;
            n.whole = n.whole * 10 + d;
        } else if (places < 6) {
            n.micro = n.micro * 10 + d;
            ++places;
        }
        ++digits;
    }
    for (; point && places < 6; ++places) n.micro *= 10;
    n.valid = digits > 0;
    return n;
}

Number number_of(std::string_view text) {
    if (!text.empty() && text.back() == '%') {
        std::string_view body = text.substr(0, text.size() - 1);
        while (!body.empty() && body.back() == ' ') body.remove_suffix(1);
        Number n = plain_number(body);
        n.micro = n.micro / 100 + static_cast<u32>(n.whole % 100) * 10'000;
        n.whole /= 100;
        return n;
    }
    Number n = plain_number(text);
    if (n.valid) return n;
    u64 ns = 0;
    if (parse_time(text, ns) && ns < whole_max) {
        n = Number{};
        n.valid = true;
        n.whole = ns;
    }
    return n;
}

s64 signed_value(const Number& n, bool micro) {
    s64 v = static_cast<s64>(n.whole);
    if (micro) {
        constexpr u64 most = (u64{1} << 62) / 1'000'000;
        v = static_cast<s64>((n.whole < most ? n.whole : most) * 1'000'000 + n.micro);
    }
    return n.negative ? -v : v;
}

/// |a - b| <= tolerance, the tolerance absolute or in per cent of b.
bool within(s64 a, s64 b, const std::string& tolerance, bool micro) {
    u64 distance = a > b ? static_cast<u64>(a) - static_cast<u64>(b)
                         : static_cast<u64>(b) - static_cast<u64>(a);
    Number t = number_of(tolerance);
    if (!t.valid) return false;
    if (!tolerance.empty() && tolerance.back() == '%') {
        u64 size = b < 0 ? ~static_cast<u64>(b) + 1 : static_cast<u64>(b);
        u64 part = t.whole * 1'000'000 + t.micro;  // of a million
        return distance <= size / 1'000'000 * part + size % 1'000'000 * part / 1'000'000;
    }
    return distance <= static_cast<u64>(signed_value(t, micro));
}

bool compare(std::string_view op, s64 a, s64 b) {
    if (op == "==") return a == b;
    if (op == "!=") return a != b;
    if (op == "<") return a < b;
    if (op == "<=") return a <= b;
    if (op == ">") return a > b;
    return a >= b;
}

bool holds(const ExpectSpec& e, const std::string& actual) {
    Number a = number_of(actual);
    Number b = number_of(e.value);
    if (!a.valid || !b.valid) {
        if (e.op == "==") return actual == e.value;
        if (e.op == "!=") return actual != e.value;
        return false;
    }
    Number t = number_of(e.tolerance);
    bool micro = a.micro || b.micro || (t.valid && t.micro);
    s64 x = signed_value(a, micro);
    s64 y = signed_value(b, micro);
    return e.op == "within" ? within(x, y, e.tolerance, micro) : compare(e.op, x, y);
}

std::string nearest_path(const Value& report, std::string_view path) {
    std::vector<std::string> all;
    report.paths("", all);
    std::string best;
    u32 least = 8;
    for (const std::string& p : all) {
        u32 d = edit_distance(p, path, least);
        if (d >= least) continue;
        least = d;
        best = p;
    }
    return best;
}

}  // namespace

Verdict judge(const ExpectSpec& e, const Value& report) {
    Verdict v;
    v.expect = &e;
    v.id = e.id.empty() ? e.metric : e.id;
    const Value* found = report.at(e.metric);
    if (!found || found->kind == Value::Kind::object || found->kind == Value::Kind::array) {
        v.sentence = "there is no metric `" + e.metric + "` in the report";
        std::string near = nearest_path(report, e.metric);
        if (!near.empty()) v.sentence += ". Did you mean `" + near + "`?";
        return v;
    }
    v.known = true;
    v.actual = found->kind == Value::Kind::null ? "null" : found->text;
    v.passed = holds(e, v.actual);
    std::string wanted = e.op == "within" ? "within " + e.tolerance + " of " + e.value
                                          : e.op + " " + e.value;
    v.sentence = e.metric + " is " + v.actual + ", expected " + wanted;
    if (!v.passed && !e.message.empty()) v.sentence += ": " + e.message;
    return v;
}

std::vector<Verdict> judge_all(const Scenario& scenario, const Value& report) {
    std::vector<Verdict> all;
    for (const ExpectSpec& e : scenario.expects) all.push_back(judge(e, report));
    return all;
}

}  // namespace rq::view
