// Claims about where the panels of the canvas lie.
#include "app/layout.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace rq;

namespace {

bool overlap(const Box& a, const Box& b) {
    return a.x < b.right() - 0.5f && b.x < a.right() - 0.5f && a.y < b.bottom() - 0.5f &&
           b.y < a.bottom() - 0.5f;
}

struct Size {
    float w, h;
};
const Size sizes[] = {{1440, 900}, {1280, 720}, {1920, 1080}, {2560, 1440}, {1024, 640},
                      {800, 480},  {600, 340},  {360, 640},   {900, 430},   {479, 900}};

}  // namespace

TEST_CASE("layout: regions stay inside the window and never overlap, at any size") {
    for (const Size& size : sizes) {
        CAPTURE(size.w);
        const Layout l = compute_layout(size.w, size.h);
        Box timeline = l.timeline, main = l.main;
        timeline.y -= l.timeline_head;
        timeline.h += l.timeline_head;
        main.y -= l.main_head;
        main.h += l.main_head;
        std::vector<Box> boxes;
        for (const Box& box : {l.bar, l.lesson, timeline, main, l.why, l.tables, l.status}) {
            if (box.w > 0 && box.h > 0) boxes.push_back(box);
        }
        for (std::size_t i = 0; i < boxes.size(); i++) {
            CHECK(boxes[i].x >= 0);
            CHECK(boxes[i].right() <= size.w + 0.5f);
            CHECK(boxes[i].bottom() <= size.h + 0.5f);
            for (std::size_t k = i + 1; k < boxes.size(); k++) {
                CHECK_FALSE(overlap(boxes[i], boxes[k]));
            }
        }
        CHECK(l.timeline.h >= 90);
        CHECK(l.timeline.w >= 300);
    }
}

TEST_CASE("layout: the width classes are those of the design") {
    CHECK(size_class(360, 640) == SizeClass::Phone);
    CHECK(size_class(600, 340) == SizeClass::Embed);
    CHECK(size_class(1000, 400) == SizeClass::Embed);
    CHECK(size_class(1280, 720) == SizeClass::Laptop);
    CHECK(size_class(1440, 900) == SizeClass::Desktop);
}

TEST_CASE("layout: few lanes grow, but by less than a third") {
    const Box box{0, 0, 1128, 328};
    const TimelineMetrics few = timeline_metrics(SizeClass::Desktop, box, 1, 2);
    const TimelineMetrics many = timeline_metrics(SizeClass::Desktop, box, 2, 30);
    CHECK(few.cpu_lane > many.cpu_lane);
    CHECK(few.cpu_lane <= many.cpu_lane * 1.34f);
}
