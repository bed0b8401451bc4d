// Regular expressions of grep and awk.
#include "console/pattern.hpp"

#include <doctest/doctest.h>

using namespace rq::console;

namespace {

std::string found(const char* pattern, const char* line, bool extended = false) {
    PatternOptions o;
    o.extended = extended;
    Pattern p(pattern, o);
    if (!p.error().empty()) return "error: " + p.error();
    Match m = p.find(line, 0);
    return m.found ? std::string(line).substr(m.begin, m.end - m.begin) : "-";
}

}  // namespace

TEST_CASE("pattern: basic expressions") {
    CHECK(found("ctxt", "voluntary_ctxt_switches") == "ctxt");
    CHECK(found("^Cpus.*list", "Cpus_allowed_list:\t0-3") == "Cpus_allowed_list");
    CHECK(found("[0-9][0-9]*", "pid 1042") == "1042");
    CHECK(found("a+b", "aab") == "-");
    CHECK(found("a\\+b", "aab") == "aab");
    CHECK(found("x\\|b", "ab") == "b");
    CHECK(found("[^ ]*$", "one two") == "two");
    CHECK(found("a.c", "abc") == "abc");
    CHECK(found("\\.", "a.b") == ".");
}

TEST_CASE("pattern: extended expressions take the longest of the leftmost") {
    CHECK(found("(nonvoluntary|voluntary)_ctxt", "nonvoluntary_ctxt", true) == "nonvoluntary_ctxt");
    CHECK(found("ab|abc", "abcd", true) == "abc");
    CHECK(found("[0-9]{2,3}", "12345", true) == "123");
    CHECK(found("(ab)+", "xababy", true) == "abab");
    CHECK(found("colou?r", "color", true) == "color");
    CHECK(found("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaac", true) == "-");
}

TEST_CASE("pattern: what is not closed is an error") {
    CHECK(found("[a", "a") != "a");
    CHECK(found("(a", "a", true).substr(0, 5) == "error");
}
