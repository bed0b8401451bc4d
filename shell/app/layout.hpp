// Where each region stands. Natively computed from the window; in the page the stylesheet decides
// and reports the two regions that the canvas fills.
#pragma once

#include "app/draw.hpp"

namespace rq {

// Width classes of the design; height below 420 forces the embed arrangement.
enum class SizeClass : unsigned char { Phone, Embed, Laptop, Desktop };

SizeClass size_class(float width, float height);

// Every box in CSS pixels; a region that is hidden has no width.
struct Layout {
    SizeClass size;
    Box bar;        // scenario, play, step, speed, time
    Box lesson;     // the scenario in words and the list of others
    Box timeline;   // without its header
    Box main;       // run-queue tree or another view, without its header
    Box why;        // why card
    Box tables;     // tasks, events, this instant in words
    Box status;
    float timeline_head;  // height of the header above the timeline, 0 when it has none
    float main_head;
    bool why_is_tab;      // the why card shares the place of the tables
};

Layout compute_layout(float width, float height);

// How the timeline divides its own box.
struct TimelineMetrics {
    float label;     // width of the lane names
    float ruler;
    float cpu_lane;
    float task_lane;
    float gap;       // between CPU lanes and task lanes
    float overview;  // 0 = none
    bool tasks;      // draw task lanes
    bool facts;      // second line under a CPU's name, pids beside tasks
    bool flag;       // cursor's time in a flag; otherwise a small triangle
};

TimelineMetrics timeline_metrics(SizeClass size);
/// The same for a box with that many lanes: few lanes are given some of the room that is left.
TimelineMetrics timeline_metrics(SizeClass size, const Box& box, size_t nr_cpus, size_t nr_lanes);

}  // namespace rq
