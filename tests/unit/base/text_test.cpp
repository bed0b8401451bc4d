// Numbers as text, and escaping.
#include "base/hash.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace rq;

TEST_CASE("text: decimal fractions are rounded half up and carry") {
    CHECK(decimal(1, 3, 6) == "0.333333");
    CHECK(decimal(2, 3, 6) == "0.666667");
    CHECK(decimal(999'999'9, 1'000'000'0, 6) == "1.000000");
    CHECK(decimal(1, 2, 0) == "1");
    CHECK(decimal(753'058, 1'000'000, 6) == "0.753058");
    CHECK(decimal(5, 0, 3) == "0");
}

TEST_CASE("text: amounts of time have a unit that fits them") {
    CHECK(human_ns(999) == "999 ns");
    CHECK(human_ns(1'160) == "1.16 µs");
    CHECK(human_ns(36'600'000) == "36.600 ms");
    CHECK(human_ns(12'500'000'000) == "12.500 s");
    CHECK(ms3(4'000'095) == "4.000 ms");
}

TEST_CASE("text: a JSON string is ASCII-safe for control characters and broken UTF-8") {
    std::string out;
    append_json_string(out, "a\"b\\c\n\x01µ\xff");
    CHECK(out == "\"a\\\"b\\\\c\\u000a\\u0001µ\\ufffd\"");
}

TEST_CASE("text: edit distance finds near names") {
    CHECK(edit_distance("nise", "nice", 9) == 1);
    CHECK(edit_distance("", "abc", 9) == 3);
    CHECK(edit_distance("abcdef", "uvwxyz", 3) == 3);
}

TEST_CASE("text: a name in a trace line cannot spoof fields") {
    CHECK(comm_for_trace("a b=c\n prev_pid=7") == "a_b_c__prev_pid_7");
}

TEST_CASE("hash: XXH64 with seed 0, however the bytes are fed") {
    CHECK(Hash().digest() == 0xef46db3751d8e999u);
    Hash h;
    h.feed("ab", 2);
    h.feed("c", 1);
    CHECK(h.digest() == 0x44bc2cf5ad770999u);
}

TEST_CASE("text: trimmed takes blanks, tabs and ends of lines from both ends only") {
    CHECK(trimmed(" \t a b\r\n") == "a b");
    CHECK(trimmed("a") == "a");
    CHECK(trimmed(" \n").empty());
    CHECK(trimmed("").empty());
}

TEST_CASE("text: a decimal number is all of the text and fits its type, or nothing is changed") {
    s32 small = 7;
    CHECK(parse_decimal("-2147483648", small));
    CHECK(small == INT32_MIN);
    CHECK(!parse_decimal("2147483648", small));
    CHECK(!parse_decimal("4294968296", small));
    CHECK(small == INT32_MIN);
    s64 wide = 7;
    for (const char* bad : {"", "-", "+5", " 5", "5 ", "5x", "0x5", "--5", "9223372036854775808"}) {
        CAPTURE(bad);
        CHECK(!parse_decimal(bad, wide));
    }
    CHECK(wide == 7);
    CHECK(parse_decimal("-9223372036854775808", wide));
    CHECK(wide == INT64_MIN);
    u64 whole = 7;
    CHECK(!parse_decimal("-1", whole));
    CHECK(!parse_decimal("18446744073709551616", whole));
    CHECK(whole == 7);
    CHECK(parse_decimal("18446744073709551615", whole));
    CHECK(whole == UINT64_MAX);
}
