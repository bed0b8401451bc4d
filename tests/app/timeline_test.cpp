// Claims about the ruler, the window of time and what a pointer hits.
#include "app/timeline.hpp"

#include <doctest/doctest.h>

using namespace rq;

namespace {

constexpr u64 ms = 1'000'000;

TimelineGeometry geometry(const TimelineView& view, u32 cpus, u32 lanes) {
    return timeline_geometry({100, 50, 1000, 300}, timeline_metrics(SizeClass::Desktop), view, cpus,
                             lanes);
}

}  // namespace

TEST_CASE("timeline: ruler steps are 1, 2 or 5 of a decade and leave the room asked for") {
    for (double ns_per_pixel = 0.5; ns_per_pixel < 1e8; ns_per_pixel *= 1.7) {
        const u64 step = ruler_step(ns_per_pixel, 60);
        CHECK(static_cast<double>(step) >= ns_per_pixel * 60);
        CHECK(static_cast<double>(step) <= ns_per_pixel * 60 * 2.6);
        u64 head = step;
        while (head % 10 == 0) head /= 10;
        CHECK((head == 1 || head == 2 || head == 5));
    }
}

TEST_CASE("timeline: labels carry a unit and as many digits as their step needs") {
    CHECK(ruler_label(24 * ms, 2 * ms) == "24\u00a0ms");
    CHECK(ruler_label(36'500'000, 500'000) == "36.5\u00a0ms");
    CHECK(ruler_label(36'005'000, 5'000) == "36.005\u00a0ms");
    CHECK(ruler_label(2'000 * ms, 1'000 * ms) == "2\u00a0s");
    CHECK(ruler_label(350'200, 200) == "350.2\u00a0\u00b5s");
}

TEST_CASE("timeline: virtual times near the wrap are shown as the negative numbers they are") {
    CHECK(shown_vruntime(5 * ms) == "5.000 ms");
    CHECK(shown_vruntime(~u64{0} - 1'048'575) == "\u22121.049 ms");
}

TEST_CASE("timeline: zooming keeps the instant under the pointer where it is") {
    TimelineView view;
    view.fit(0, 1000 * ms);
    view.zoom(0.1, 400e6, 0, 1000 * ms);
    const TimelineGeometry before = geometry(view, 1, 1);
    const float x = before.x(410e6);
    view.zoom(0.5, 410e6, 0, 1000 * ms);
    CHECK(geometry(view, 1, 1).x(410e6) == doctest::Approx(x).epsilon(0.001));
}

TEST_CASE("timeline: the window never leaves the run and never collapses") {
    TimelineView view;
    view.fit(0, 1000 * ms);
    for (int i = 0; i < 60; i++) view.zoom(0.5, 999e6, 0, 1000 * ms);
    CHECK(view.to - view.from >= 1'999);
    view.pan(1e12, 0, 1000 * ms);
    CHECK(view.to <= 1.03e9);
    view.pan(-1e12, 0, 1000 * ms);
    CHECK(view.from >= -1e6);
    for (int i = 0; i < 60; i++) view.zoom(2, 500e6, 0, 1000 * ms);
    CHECK(view.to - view.from <= 1.03e9);
}

TEST_CASE("timeline: following keeps the cursor in sight while it runs") {
    TimelineView view;
    view.fit(0, 1000 * ms);
    view.zoom(0.05, 0, 0, 1000 * ms);
    for (u64 t = 0; t <= 1000 * ms; t += 3 * ms) {
        view.follow(t, 0, 1000 * ms);
        CHECK(view.from <= static_cast<double>(t));
        CHECK(view.to >= static_cast<double>(t));
    }
}

TEST_CASE("timeline: a lane is hit where it is drawn, scrolled or not") {
    TimelineView view;
    view.fit(0, 100 * ms);
    TimelineGeometry g = geometry(view, 2, 40);
    u32 cpu = 99, lane = 99;
    CHECK(g.cpu_at(g.cpu_y + g.metrics.cpu_lane * 1.5f, cpu));
    CHECK(cpu == 1);
    CHECK(g.lane_at(g.task_y + g.metrics.task_lane * 3.5f, lane));
    CHECK(lane == 3);
    CHECK_FALSE(g.lane_at(g.overview.y + 5, lane));
    view.scroll = 220;
    g = geometry(view, 2, 40);
    CHECK(g.lane_at(g.lanes.y + 1, lane));
    CHECK(lane > 3);
    CHECK_FALSE(g.cpu_at(g.ruler.y + 3, cpu));
}
