// Every view has a table, and a table is printed in columns.
#include "view/sheet.hpp"

#include "unit/view/viewed_run.hpp"

using namespace rq;
using namespace rq::view;
using testing::Viewed;

TEST_CASE("sheet: every view has columns, a title or a reason, and rows as wide as its head") {
    Viewed run(R"({"format": "runqueue/1", "duration": "100ms", "tasks": [
      {"name": "a", "program": ["map heap 4 anon", "touch heap 0-3",
                                {"repeat": -1, "do": ["run 1ms", "sleep 1ms"]}]},
      {"name": "b", "program": [{"repeat": -1, "do": ["run 10ms"]}]}]})",
               50 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    const Context c = run.context();
    const SheetSubject subject{c, run.books, run.simulation->trace(), run.task("a"), 0,
                               run.simulation->now(), run.simulation->t0()};
    CHECK(sheet_names().size() == 11);
    for (std::string_view name : sheet_names()) {
        const Sheet made = sheet(name, subject);
        CHECK(!made.columns.empty());
        CHECK(!made.title.empty());
        CHECK(!made.rows.empty());
        for (const std::vector<std::string>& row : made.rows)
            CHECK(row.size() == made.columns.size());
    }
    CHECK(sheet("nonsense", subject).columns.empty());
}

TEST_CASE("sheet: as text, numbers stand at the right of their column") {
    Sheet made;
    made.title = "Two";
    made.columns = {{"name"}, {"count", true}};
    made.rows = {{"a", "7"}, {"b\xC2\xB5", "12345678"}};
    CHECK(to_text(made) == "Two\nname     count\na            7\nb\xC2\xB5    12345678\n");
    made.rows.clear();
    made.empty = "Nothing.";
    CHECK(to_text(made) == "Two\nNothing.\n");
}
