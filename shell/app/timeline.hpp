// The timeline: who ran where and when. One lane a CPU, one a task, a ruler above, the whole run
// below; time goes left to right. It draws rows and answers with what the user asked for.
#pragma once

#include <string>
#include <vector>

#include "app/layout.hpp"
#include "view/rq_tree.hpp"
#include "view/timeline.hpp"

namespace rq {

using view::no_task;
constexpr u32 no_letter = ~u32{0};

/// Somebody of the run, by the index that rows use.
struct CastRow {
    std::string name;
    u32 pid = 0;
    u32 letter = no_letter;  ///< place among the tasks of the scenario: colour and letter
};

/// Rows for the window in view, asked for again only when the window or the run changed.
struct TimelineRows {
    struct CpuLane {
        bool dense;
        std::vector<view::CpuSlice> bars;
        std::vector<view::ShareColumn> columns;
        u32 runnable;  ///< at the cursor
    };
    struct TaskLane {
        u32 task;
        bool dense;
        std::vector<view::TaskSpan> bars;
        std::vector<u16> running, waiting;  ///< permille of each column, when dense
        std::vector<u64> wakeups;           ///< instants, when few enough to be told apart
    };
    std::vector<CastRow> cast;        ///< everybody, by index
    std::vector<CpuLane> cpus;
    std::vector<TaskLane> lanes;      ///< in the order drawn
    std::vector<view::ShareColumn> overview;
    u64 begin = 0, end = 0;           ///< of the run, simulated ns
    u64 t0 = 0;                       ///< shown times count from here

    /// What the rows were made for: they are made anew only when this differs.
    struct Key {
        double from = 0, to = 0;
        u32 columns = 0;
        u32 first_cpu = 0, end_cpu = 0, first_lane = 0, end_lane = 0;  ///< those in sight
        u64 records = 0, end = 0, cast = 0;
        u32 overview_cpu = 0;
        bool operator==(const Key&) const = default;
    };
    Key key;

    u32 letter(u32 task) const { return task < cast.size() ? cast[task].letter : no_letter; }
};

/// What the user did to the timeline in this frame.
struct TimelineAnswer {
    bool seek = false;
    u64 seek_to = 0;
    bool pause = false;    ///< a block was chosen: its instant is looked at
    bool select = false;   ///< select_task: no_task clears
    u32 select_task = no_task;
    u32 select_cpu = 0;
    bool ask = false;      ///< a block was clicked: explain its beginning, `record`
    u64 record = 0;
    bool view_changed = false;
};

/// The window of time in view and what is being dragged; survives from frame to frame.
struct TimelineView {
    double from = 0, to = 0;  ///< ns
    float scroll = 0;         ///< of the lanes, CSS pixels
    u64 range_from = 0, range_to = 0;  ///< selected range; equal = none
    enum class Drag : u8 { None, Cursor, Range, Pan, Window, WindowLeft, WindowRight } drag;
    double grip = 0;          ///< where in the dragged thing the pointer took hold
    float pressed_x = 0;
    float hovered_for = 0;

    void fit(u64 begin, u64 end);
    void zoom(double factor, double around, u64 begin, u64 end);
    void pan(double by, u64 begin, u64 end);
    /// Moves the window so that `at` is in it, not at its edge.
    void follow(u64 at, u64 begin, u64 end);
};

struct TimelineState {
    u64 cursor;
    u32 selected;  ///< task, no_task = none
    bool wheel_zooms;
};

/// Where the lanes lie: shared by drawing, hit testing and fetching.
struct TimelineGeometry {
    Box box, ruler, lanes, overview;
    TimelineMetrics metrics;
    float x0, width;   ///< of the drawn time
    double from, scale;  ///< x = x0 + (t - from) * scale
    u32 nr_cpus, nr_lanes;
    float cpu_y, task_y;  ///< first lanes, scrolled

    float x(double t) const { return x0 + static_cast<float>((t - from) * scale); }
    double time(float px) const { return from + (px - x0) / scale; }
    float content_height() const;
    /// The CPU or task lane at `y`; false when there is none.
    bool cpu_at(float y, u32& cpu) const;
    bool lane_at(float y, u32& lane) const;
};

TimelineGeometry timeline_geometry(const Box& box, const TimelineMetrics& metrics,
                                   const TimelineView& view, u32 nr_cpus, u32 nr_lanes);

/// Pointer, wheel and drags; call inside the region's window, before drawing.
TimelineAnswer timeline_input(TimelineView& view, const TimelineGeometry& g,
                              const TimelineRows& rows, const TimelineState& state);

void draw_timeline(ImDrawList& list, const TimelineGeometry& g, const TimelineView& view,
                   const TimelineRows& rows, const TimelineState& state);

/// The hover card for the block under the pointer, after the pointer has rested.
void draw_timeline_hover(const TimelineGeometry& g, TimelineView& view, const TimelineRows& rows);

/// The smallest 1-2-5 step in ns whose labels stand `room` pixels apart.
u64 ruler_step(double ns_per_pixel, float room);

/// "24 ms", "36.25 ms", "350 µs": a time on the ruler, as exact as its step needs.
std::string ruler_label(u64 t, u64 step);

/// "36.600 ms" counted from t0; with a minus sign before it.
std::string shown_time(u64 t, u64 t0);

/// A virtual time as the kernel prints it: a signed number, "−1.048 ms".
std::string shown_vruntime(u64 vruntime);

}  // namespace rq
