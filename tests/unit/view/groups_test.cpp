// Groups and their quota, period by period.
#include "view/groups.hpp"

#include "unit/view/viewed_run.hpp"

using namespace rq;
using namespace rq::view;
using testing::Viewed;

namespace {

constexpr const char* limited = R"({"format": "runqueue/1", "profile": "ideal", "duration": "1s",
  "cgroups": {"web": {"cpu.weight": 300}, "web/half": {"cpu.max": "50000 100000"}},
  "tasks": [
    {"name": "hog", "cgroup": "web/half", "program": [{"repeat": -1, "do": ["run 10ms"]}]},
    {"name": "idler", "cgroup": "web", "program": ["sleep 900ms"]}]})";

}  // namespace

TEST_CASE("groups: the tree with weights, quota and who is in it") {
    Viewed run(limited, 550 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    const std::vector<GroupRow> rows = group_rows(run.context(), run.cast());
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].name == "/");
    CHECK(rows[1].path == "/web");
    CHECK(rows[1].weight == 300);
    CHECK(rows[1].quota_ns == NEVER);
    CHECK(rows[2].path == "/web/half");
    CHECK(rows[2].depth == 2);
    CHECK(rows[2].quota_ns == 50 * NSEC_PER_MSEC);
    CHECK(rows[2].period_ns == 100 * NSEC_PER_MSEC);
    CHECK(rows[2].tasks == std::vector<u32>{run.task("hog")});
    CHECK(rows[1].tasks == std::vector<u32>{run.task("idler")});
    CHECK(rows[2].nr_throttled > 0);
    CHECK(rows[2].usage_ns == rows[1].usage_ns);
}

TEST_CASE("groups: a period's use and its throttled time fill the period of a hog alone") {
    Viewed run(limited, 550 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    const std::vector<GroupRow> rows = group_rows(run.context(), run.cast());
    REQUIRE(rows.size() == 3);
    const u64 t0 = run.simulation->t0();
    const std::vector<QuotaPeriod> periods =
        quota_periods(run.context(), run.cast(), run.books.timeline, run.simulation->trace(),
                      rows[2], t0 + 200 * NSEC_PER_MSEC, t0 + 500 * NSEC_PER_MSEC);
    REQUIRE(periods.size() >= 3);
    for (std::size_t i = 1; i + 1 < periods.size(); ++i) {
        CHECK(periods[i].from - periods[i - 1].from == 100 * NSEC_PER_MSEC);
        CHECK(periods[i].used_ns + periods[i].throttled_ns == 100 * NSEC_PER_MSEC);
        CHECK(periods[i].used_ns >= 46 * NSEC_PER_MSEC);
        CHECK(periods[i].used_ns <= 54 * NSEC_PER_MSEC);
    }
    CHECK(quota_periods(run.context(), run.cast(), run.books.timeline, run.simulation->trace(),
                        rows[1], 0, NEVER)
              .empty());
}
