// What lines of the shell mean.
#include "console/syntax.hpp"

#include <doctest/doctest.h>

using namespace rq::console;

TEST_CASE("syntax: words keep their quotes, operators divide them") {
    Parsed p = parse("a 'b c' \"$d e\" | f > g 2>&1 && h; i &");
    CHECK(p.error.empty());
    REQUIRE(p.list.size() == 3);
    const Pipeline& first = p.list[0].pipeline;
    CHECK(p.list[0].then == Then::if_ok);
    REQUIRE(first.commands.size() == 2);
    CHECK(first.commands[0].words == std::vector<std::string>{"a", "'b c'", "\"$d e\""});
    REQUIRE(first.commands[1].redirects.size() == 2);
    CHECK(first.commands[1].redirects[0].target == "g");
    CHECK(first.commands[1].redirects[1].kind == Redirect::Kind::same);
    CHECK(first.commands[1].redirects[1].fd == 2);
    CHECK(p.list[1].then == Then::always);
    CHECK(p.list[2].then == Then::background);
    CHECK(p.list[2].pipeline.text == "i");
}

TEST_CASE("syntax: loops keep their bodies as text") {
    Parsed p = parse("for i in 1 2; do for j in 3; do echo $i; done; done > out");
    CHECK(p.error.empty());
    REQUIRE(p.list.size() == 1);
    const Command& loop = p.list[0].pipeline.commands[0];
    CHECK(loop.kind == Command::Kind::for_loop);
    CHECK(loop.variable == "i");
    CHECK(loop.body.find("for j in 3; do echo $i; done;") != std::string::npos);
    CHECK(loop.redirects.size() == 1);
}

TEST_CASE("syntax: here-documents stand behind the line") {
    Parsed p = parse("cat << 'EOF' > x\nint a; // \"\nEOF\necho y\n");
    CHECK(p.error.empty());
    REQUIRE(p.list.size() == 2);
    const Command& cat = p.list[0].pipeline.commands[0];
    REQUIRE(cat.redirects.size() == 2);
    CHECK(cat.redirects[0].target == "int a; // \"\n");
    CHECK(cat.redirects[0].literal);
}

TEST_CASE("syntax: what cannot be is said as bash says it") {
    CHECK(parse("| a").error == "syntax error near unexpected token `|'");
    CHECK(parse("a &&\n|| b").error == "syntax error near unexpected token `||'");
    CHECK(parse("a ) b").error == "syntax error near unexpected token `)'");
    CHECK(parse("a > ;").error == "syntax error near unexpected token `;'");
}
