// $((…)) against what bash 5.2 answers.
#include "console/arithmetic.hpp"

#include <doctest/doctest.h>

using rq::s64;

namespace {

std::string answer(const char* text) {
    const std::map<std::string, std::string> variables = {
        {"x", "7"}, {"hex", "0x10"}, {"empty", ""}, {"word", "abc"}};
    s64 value = 0;
    std::string error;
    if (rq::console::arithmetic(text, variables, value, error)) return std::to_string(value);
    return error;
}

}  // namespace

TEST_CASE("arithmetic: operators bind as in C") {
    CHECK(answer("1 + 2 * 3 - 4 / 2") == "5");
    CHECK(answer("(1 + 2) * -3") == "-9");
    CHECK(answer("7 % 3 << 2 | 1") == "5");
    CHECK(answer("1 < 2 == 1 && !0 || 0 / 1") == "1");
    CHECK(answer("~0 ^ 5 & 4") == "-5");
    CHECK(answer("-7 / 2") == "-3");
    CHECK(answer("10 - 4 - 3") == "3");
}

TEST_CASE("arithmetic: variables, bases, nothing at all") {
    CHECK(answer(" x + $x ") == "14");
    CHECK(answer("hex + 010 + 0xff") == "279");
    CHECK(answer("unset + empty") == "0");
    CHECK(answer("") == "0");
}

TEST_CASE("arithmetic: it wraps, and what is none is told in bash's words") {
    CHECK(answer("9223372036854775807 + 1") == "-9223372036854775808");
    CHECK(answer("-9223372036854775807 - 1 / -1") == "-9223372036854775806");
    CHECK(answer("(-9223372036854775807 - 1) / -1") == "-9223372036854775808");
    CHECK(answer("x / 0") == "x / 0: division by 0 (error token is \"0\")");
    CHECK(answer("x +") == "x +: syntax error: operand expected (error token is \"\")");
    CHECK(answer("1 2") == "1 2: syntax error in expression (error token is \"2\")");
    CHECK(answer("(1") == "(1: missing `)' (error token is \"\")");
    CHECK(answer("09").find("value too great for base") != std::string::npos);
    CHECK(answer("word").find("operand expected") != std::string::npos);
    CHECK(answer(std::string(1000, '(').c_str()).find("recursion level") != std::string::npos);
}
