// The picture: whole, escaped, and the same for the same run.
#include "view/svg.hpp"

#include "unit/view/made_run.hpp"

#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;
using testing::MadeRun;

TEST_CASE("svg: names cannot break out of the picture") {
    CHECK(xml_escape("<img src=x onerror=\"a\">&\x01") ==
          "&lt;img src=x onerror=&quot;a&quot;&gt;&amp;");
    MadeRun m;
    Books books;
    books.begin(m.world);
    TaskId evil = m.fork("</title><b>", 10);
    m.now = 1'000'000;
    m.run(m.idle[0], evil, 0);
    books.update(m.trace, 5'000'000);
    SvgOptions o;
    o.to = 5'000'000;
    std::string svg = timeline_svg(books, o);
    CHECK(svg.find("<b>") == std::string::npos);
    CHECK(svg.find("&lt;/title&gt;&lt;b&gt;") != std::string::npos);
    CHECK(svg.substr(0, 5) == "<svg ");
    CHECK(timeline_svg(books, o) == svg);
    u32 open = 0;
    u32 closed = 0;
    for (std::size_t at = 0; (at = svg.find("<title>", at)) != std::string::npos; ++at) ++open;
    for (std::size_t at = 0; (at = svg.find("</title>", at)) != std::string::npos; ++at) ++closed;
    CHECK(open == closed);
    CHECK(open >= 2);
}

TEST_CASE("svg: an empty range gives no picture") {
    Books books;
    CHECK(timeline_svg(books, SvgOptions{}).empty());
}
