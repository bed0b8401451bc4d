// JSON as the readers see it: order, duplicates, places, and what is beyond JSON.
#include "scenario/json.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rq;

namespace {

std::string place(Place p) {
    return std::to_string(p.line) + ":" + std::to_string(p.column);
}

std::string error_of(const std::string& text, JsonDialect dialect = {}) {
    Result<JsonDocument> document = JsonDocument::read(text, dialect);
    return document ? "fine" : to_string(document.errors().front());
}

/// All members of the root, as "key@place=text@place ".
std::string members(const std::string& text, JsonDialect dialect = {}) {
    Result<JsonDocument> document = JsonDocument::read(text, dialect);
    if (!document) return to_string(document.errors().front());
    std::string out;
    for (Json m = document->root().first(); m; m = m.next())
        out += std::string(m.key()) + "@" + place(m.key_place()) + "=" + std::string(m.text()) +
               "@" + place(m.place()) + " ";
    return out;
}

}  // namespace

TEST_CASE("json: members keep their order and their duplicates, with line and column") {
    CHECK(members("{\"run\": 5,\n \"sleep\":\"x\",\n\n  \"run\" :\t7}") ==
          "run@1:2=5@1:9 sleep@2:2=x@2:10 run@4:3=7@4:11 ");
}

TEST_CASE("json: comments and trailing commas are accepted and move no column") {
    CHECK(members("{ // a comment, with a comma\n \"a\": 1, /* \", */ \"b\": 2, // last\n }") ==
          "a@2:2=1@2:7 b@2:19=2@2:24 ");
    Result<JsonDocument> list = JsonDocument::read("[1, [2, 3 , ], {\"a\": [ ] , } , ]");
    REQUIRE(list);
    CHECK(list->root().size() == 3);
    CHECK(error_of("[,]") == "1:2: this is not JSON: while parsing value - unexpected ','; "
                             "expected '[', '{', or a literal.");
    CHECK(error_of("[1,,2]").substr(0, 4) == "1:4:");
}

TEST_CASE("json: a comma or a comment sign inside a string is text") {
    CHECK(members(R"({"a,}": "x // y", "b": "\"/*,]"})") ==
          "a,}@1:2=x // y@1:9 b@1:19=\"/*,]@1:24 ");
}

TEST_CASE("json: columns count characters, and strings with escapes begin where they begin") {
    CHECK(members("{\"äöü€😀\": 1, \"\\\\\\\"\": \"\\u00e4\\\\\"}") ==
          "äöü€😀@1:2=1@1:11 \\\"@1:14=ä\\@1:22 ");
}

TEST_CASE("json: integers keep all their bits, other numbers keep their digits") {
    Result<JsonDocument> list = JsonDocument::read(
        "[18446744073709551615, -9223372036854775808, 0.10, 1e3, 18446744073709551616]");
    REQUIRE(list);
    Json e = list->root().first();
    CHECK(e.kind() == JsonKind::integer);
    CHECK(e.magnitude() == ~u64{0});
    e = e.next();
    CHECK(e.negative());
    CHECK(e.magnitude() == u64{1} << 63);
    e = e.next();
    CHECK(e.kind() == JsonKind::real);
    CHECK(e.text() == "0.10");
    e = e.next();
    CHECK(e.text() == "1e3");
    e = e.next();
    CHECK(e.kind() == JsonKind::real);
}

TEST_CASE("json: the place of a number at the end of the text or of a line is its first digit") {
    Result<JsonDocument> number = JsonDocument::read("  -125");
    REQUIRE(number);
    CHECK(place(number->root().place()) == "1:3");
    CHECK(members("{\"a\": true\n,\"b\": 12\n}") == "a@1:2=@1:7 b@2:2=12@2:7 ");
}

TEST_CASE("json: what is no JSON is told with the place where it begins to be none") {
    CHECK(error_of("").substr(0, 4) == "1:1:");
    CHECK(error_of("{\"a\": 1").substr(0, 4) == "1:8:");
    CHECK(error_of("{\"a\": 1 \"b\": 2}").substr(0, 4) == "1:9:");
    CHECK(error_of("{\"a\": tru }").substr(0, 4) == "1:7:");
    CHECK(error_of("{\n\n  'a': 1}").substr(0, 4) == "3:3:");
    CHECK(error_of("[1] x").substr(0, 4) == "1:5:");
    CHECK(error_of("[1 /* never ends").find("comment") != std::string::npos);
    CHECK(error_of("[\"\x80\"]").find("UTF-8") != std::string::npos);
    CHECK(error_of("[1e999]").find("1:2") == 0);
}

TEST_CASE("json: values nested 32 deep are read, 33 deep are refused") {
    std::string deep = std::string(32, '[') + std::string(32, ']');
    CHECK(error_of(deep) == "fine");
    CHECK(error_of("[" + deep + "]") == "1:33: values are nested more than 32 deep.");
    CHECK(error_of(std::string(200'000, '[')) == "1:33: values are nested more than 32 deep.");
}

TEST_CASE("json: a member without a value is one in rt-app's dialect only") {
    const std::string text = "{\"suspend\", \"run\": 5, \"suspend\" }";
    CHECK(members(text, {true}) == "suspend@1:2=@1:10 run@1:13=5@1:20 suspend@1:23=@1:31 ");
    CHECK(error_of(text).substr(0, 5) == "1:11:");
    CHECK(error_of("[\"a\", \"b\"]", {true}) == "fine");
    CHECK(error_of("{\"a\": {\"b\",},}", {true}) == "fine");
}

TEST_CASE("json: a text of more than 16 MiB is refused unread") {
    std::string big((16u << 20) + 1, ' ');
    CHECK(error_of(big) == "1:1: the text is longer than 16 MiB.");
    big.pop_back();
    big[5] = '7';
    CHECK(error_of(big) == "fine");
}
