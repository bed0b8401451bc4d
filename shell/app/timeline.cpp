// The timeline's window of time, its geometry, and what pointer and wheel do to it.
#include "app/timeline.hpp"

#include <algorithm>
#include <cmath>

#include "imgui_internal.h"

#include "base/text.hpp"

namespace rq {

namespace {

constexpr double shortest_window = 2'000;  // ns: two microseconds across
constexpr float grab_distance = 6;         // pixels around a thin thing that still hit it

double clamped_span(double span, u64 begin, u64 end) {
    const double whole = std::max(shortest_window, static_cast<double>(end - begin));
    return std::clamp(span, shortest_window, whole * 1.02);
}

void clamp_window(TimelineView& view, u64 begin, u64 end) {
    const double span = clamped_span(view.to - view.from, begin, end);
    const double margin = span * 0.02;
    const double low = static_cast<double>(begin) - margin;
    const double high = std::max(static_cast<double>(end) + margin, low + span);
    view.from = std::clamp(view.from, low, high - span);
    view.to = view.from + span;
}

u64 to_time(double t, const TimelineRows& rows) {
    const double begin = static_cast<double>(rows.begin), end = static_cast<double>(rows.end);
    return static_cast<u64>(std::clamp(t, begin, end));
}

// The bar whose edge or inside is nearest to `x`, within the grab distance.
const view::CpuSlice* nearest_bar(const TimelineGeometry& g,
                                  const std::vector<view::CpuSlice>& bars, float x) {
    const double t = g.time(x);
    const auto ends_before = [](const view::CpuSlice& bar, double at) {
        return static_cast<double>(bar.to) <= at;
    };
    const auto after = std::lower_bound(bars.begin(), bars.end(), t, ends_before);
    const view::CpuSlice* best = nullptr;
    float distance = grab_distance;
    for (auto it = after == bars.begin() ? after : after - 1; it != bars.end(); ++it) {
        const float a = g.x(static_cast<double>(it->from)), b = g.x(static_cast<double>(it->to));
        if (a > x + grab_distance) break;
        const float d = x < a ? a - x : x > b ? x - b : 0;
        if (d <= distance && (best == nullptr || d < distance)) {
            best = &*it;
            distance = d;
        }
    }
    return best;
}

const view::TaskSpan* bar_at(const std::vector<view::TaskSpan>& bars, double t) {
    const auto ends_before = [](const view::TaskSpan& bar, double at) {
        return static_cast<double>(bar.to) <= at;
    };
    const auto after = std::lower_bound(bars.begin(), bars.end(), t, ends_before);
    return after != bars.end() && static_cast<double>(after->from) <= t ? &*after : nullptr;
}

float overview_x(const TimelineGeometry& g, const TimelineRows& rows, double t) {
    const double span = std::max(1.0, static_cast<double>(rows.end - rows.begin));
    return g.x0 + g.width * static_cast<float>((t - static_cast<double>(rows.begin)) / span);
}

double overview_time(const TimelineGeometry& g, const TimelineRows& rows, float x) {
    return static_cast<double>(rows.begin) +
           static_cast<double>((x - g.x0) / g.width) * static_cast<double>(rows.end - rows.begin);
}

void press_overview(TimelineView& view, const TimelineGeometry& g, const TimelineRows& rows,
                    float x) {
    const float left = overview_x(g, rows, view.from), right = overview_x(g, rows, view.to);
    const double t = overview_time(g, rows, x);
    if (std::fabs(x - left) <= grab_distance && right - left > 20) {
        view.drag = TimelineView::Drag::WindowLeft;
    } else if (std::fabs(x - right) <= grab_distance && right - left > 20) {
        view.drag = TimelineView::Drag::WindowRight;
    } else {
        if (x < left || x > right) view.pan(t - (view.from + view.to) / 2, rows.begin, rows.end);
        view.drag = TimelineView::Drag::Window;
        view.grip = t - view.from;
    }
}

void press(TimelineView& view, const TimelineGeometry& g, const TimelineRows& rows,
           TimelineAnswer& answer, ImVec2 p, bool middle) {
    view.pressed_x = p.x;
    if (g.overview.contains(p)) {
        press_overview(view, g, rows, p.x);
    } else if (middle || ImGui::GetIO().KeyShift) {
        view.drag = TimelineView::Drag::Pan;
        view.grip = g.time(p.x);
    } else if (g.ruler.contains(p)) {
        view.drag = TimelineView::Drag::Cursor;
        answer.seek = true;
        answer.seek_to = to_time(g.time(p.x), rows);
    } else {
        view.drag = TimelineView::Drag::Range;
        view.grip = g.time(p.x);
    }
}

void drag_range(TimelineView& view, const TimelineGeometry& g, const TimelineRows& rows, float x) {
    if (std::fabs(x - view.pressed_x) < 4 && view.range_from == view.range_to) return;
    const u64 a = to_time(view.grip, rows), b = to_time(g.time(x), rows);
    view.range_from = std::min(a, b);
    view.range_to = std::max(a, b);
}

void drag(TimelineView& view, const TimelineGeometry& g, const TimelineRows& rows,
          TimelineAnswer& answer, ImVec2 p) {
    const double over = overview_time(g, rows, p.x);
    switch (view.drag) {
        case TimelineView::Drag::Cursor:
            answer.seek = true;
            answer.seek_to = to_time(g.time(p.x), rows);
            break;
        case TimelineView::Drag::Range: drag_range(view, g, rows, p.x); break;
        case TimelineView::Drag::Pan:
            view.pan(view.grip - g.time(p.x), rows.begin, rows.end);
            break;
        case TimelineView::Drag::Window:
            view.pan(over - view.grip - view.from, rows.begin, rows.end);
            break;
        case TimelineView::Drag::WindowLeft:
            view.from = std::min(over, view.to - shortest_window);
            clamp_window(view, rows.begin, rows.end);
            break;
        case TimelineView::Drag::WindowRight:
            view.to = std::max(over, view.from + shortest_window);
            clamp_window(view, rows.begin, rows.end);
            break;
        case TimelineView::Drag::None: return;
    }
    answer.view_changed = true;
}

// A click that was no drag: a block is asked about, a name is selected, empty room clears.
void click(TimelineView& view, const TimelineGeometry& g, const TimelineRows& rows,
           TimelineAnswer& answer, ImVec2 p) {
    view.range_from = view.range_to = 0;
    u32 cpu, lane;
    answer.select = true;
    answer.seek_to = to_time(g.time(p.x), rows);
    const bool in_time = p.x >= g.x0;
    if (g.cpu_at(p.y, cpu)) {
        answer.select_cpu = cpu;
        const TimelineRows::CpuLane& row = rows.cpus[cpu];
        const view::CpuSlice* bar = row.dense || !in_time ? nullptr : nearest_bar(g, row.bars, p.x);
        answer.select_task = bar ? bar->task : no_task;
        answer.ask = answer.seek = answer.pause = bar != nullptr;
        if (bar) {
            answer.seek_to = bar->from;
            answer.record = bar->record;
        } else {
            answer.seek = in_time;
        }
    } else if (g.lane_at(p.y, lane)) {
        const TimelineRows::TaskLane& row = rows.lanes[lane];
        answer.select_task = row.task;
        const view::TaskSpan* bar = row.dense || !in_time ? nullptr : bar_at(row.bars, g.time(p.x));
        answer.seek = in_time;
        answer.pause = bar != nullptr;
        if (bar && bar->state == view::State::running) {
            answer.ask = true;
            answer.seek_to = bar->from;
            answer.select_cpu = bar->cpu;
            answer.record = bar->record;
        }
    } else {
        answer.select_task = no_task;
    }
}

void wheel(TimelineView& view, const TimelineGeometry& g, const TimelineRows& rows,
           const TimelineState& state, TimelineAnswer& answer, ImVec2 p) {
    const ImGuiIO& io = ImGui::GetIO();
    const double span = view.to - view.from;
    if (io.MouseWheelH != 0) {
        view.pan(-static_cast<double>(io.MouseWheelH) * span * 0.05, rows.begin, rows.end);
        answer.view_changed = true;
    }
    if (io.MouseWheel == 0) return;
    if (io.KeyCtrl || state.wheel_zooms) {
        view.zoom(std::pow(0.85, static_cast<double>(io.MouseWheel)), g.time(p.x), rows.begin,
                  rows.end);
    } else if (io.KeyShift) {
        view.pan(-static_cast<double>(io.MouseWheel) * span * 0.1, rows.begin, rows.end);
    } else {
        const float most = std::max(0.0f, g.content_height() - g.lanes.h);
        view.scroll = std::clamp(view.scroll - io.MouseWheel * 40, 0.0f, most);
    }
    answer.view_changed = true;
}

const char* ending(view::End end) {
    switch (end) {
        case view::End::preempted: return "it was preempted";
        case view::End::yielded: return "it yielded";
        case view::End::blocked: return "it blocked";
        case view::End::exited: return "it exited";
        case view::End::still_running: break;
    }
    return "it still runs";
}

struct HoverText {
    u32 task;
    std::string state;
    u64 from, to;
    const char* ended;
};

bool hover_text(const TimelineGeometry& g, const TimelineRows& rows, ImVec2 p, HoverText& out) {
    u32 cpu, lane;
    if (p.x < g.x0) return false;
    if (g.cpu_at(p.y, cpu) && !rows.cpus[cpu].dense) {
        const view::CpuSlice* bar = nearest_bar(g, rows.cpus[cpu].bars, p.x);
        if (!bar) return false;
        std::string words = "running on CPU ";
        append_u64(words, cpu);
        out = {bar->task, words, bar->from, bar->to,
               ending(bar->end)};
        return true;
    }
    if (g.lane_at(p.y, lane) && !rows.lanes[lane].dense) {
        const view::TaskSpan* bar = bar_at(rows.lanes[lane].bars, g.time(p.x));
        if (!bar || bar->state >= view::State::dead) return false;
        out = {rows.lanes[lane].task, view::state_word(bar->state), bar->from, bar->to, nullptr};
        return true;
    }
    return false;
}

}  // namespace

void TimelineView::fit(u64 begin, u64 end) {
    from = static_cast<double>(begin);
    to = static_cast<double>(end);
    clamp_window(*this, begin, end);
}

void TimelineView::zoom(double factor, double around, u64 begin, u64 end) {
    const double span = clamped_span((to - from) * factor, begin, end);
    const double part = to > from ? (around - from) / (to - from) : 0.5;
    from = around - span * part;
    to = from + span;
    clamp_window(*this, begin, end);
}

void TimelineView::pan(double by, u64 begin, u64 end) {
    from += by;
    to += by;
    clamp_window(*this, begin, end);
}

void TimelineView::follow(u64 at, u64 begin, u64 end) {
    const double t = static_cast<double>(at), span = to - from;
    if (t < from || t > to) {
        from = t - span * 0.5;
    } else if (t > to - span * 0.15) {
        from = t - span * 0.85;
    } else {
        return;
    }
    to = from + span;
    clamp_window(*this, begin, end);
}

float TimelineGeometry::content_height() const {
    const float gap = nr_lanes > 0 ? metrics.gap : 0;
    return metrics.cpu_lane * static_cast<float>(nr_cpus) + gap +
           metrics.task_lane * static_cast<float>(nr_lanes);
}

bool TimelineGeometry::cpu_at(float y, u32& cpu) const {
    if (y < lanes.y || y >= lanes.bottom() || y < cpu_y) return false;
    cpu = static_cast<u32>((y - cpu_y) / metrics.cpu_lane);
    return cpu < nr_cpus;
}

bool TimelineGeometry::lane_at(float y, u32& lane) const {
    if (y < lanes.y || y >= lanes.bottom() || y < task_y) return false;
    lane = static_cast<u32>((y - task_y) / metrics.task_lane);
    return lane < nr_lanes;
}

TimelineGeometry timeline_geometry(const Box& box, const TimelineMetrics& metrics,
                                   const TimelineView& view, u32 nr_cpus, u32 nr_lanes) {
    TimelineGeometry g{};
    g.box = box;
    g.metrics = metrics;
    g.nr_cpus = nr_cpus;
    g.nr_lanes = metrics.tasks ? nr_lanes : 0;
    g.ruler = {box.x, box.y, box.w, metrics.ruler};
    g.overview = {box.x, box.bottom() - metrics.overview, box.w, metrics.overview};
    g.lanes = {box.x, g.ruler.bottom(), box.w, box.h - metrics.ruler - metrics.overview};
    g.x0 = box.x + metrics.label;
    g.width = std::max(1.0f, box.w - metrics.label - 12);
    g.from = view.from;
    g.scale = static_cast<double>(g.width) / std::max(1.0, view.to - view.from);
    const float most = std::max(0.0f, g.content_height() - g.lanes.h);
    g.cpu_y = g.lanes.y - std::min(view.scroll, most);
    g.task_y = g.cpu_y + metrics.cpu_lane * static_cast<float>(nr_cpus) + metrics.gap;
    return g;
}

TimelineAnswer timeline_input(TimelineView& view, const TimelineGeometry& g,
                              const TimelineRows& rows, const TimelineState& state) {
    TimelineAnswer answer;
    const ImGuiIO& io = ImGui::GetIO();
    ImGui::SetCursorScreenPos(ImVec2(g.box.x, g.box.y));
    ImGui::InvisibleButton("timeline", ImVec2(g.box.w, g.box.h),
                           ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle);
    const bool hovered = ImGui::IsItemHovered();
    const ImVec2 p = io.MousePos;
    if (hovered) wheel(view, g, rows, state, answer, p);
    if (ImGui::IsItemActivated()) {
        press(view, g, rows, answer, p, ImGui::IsMouseDown(ImGuiMouseButton_Middle));
    } else if (ImGui::IsItemActive()) {
        drag(view, g, rows, answer, p);
    }
    if (ImGui::IsItemDeactivated()) {
        const bool still = std::fabs(p.x - view.pressed_x) < 4;
        if (view.drag == TimelineView::Drag::Range && still) click(view, g, rows, answer, p);
        view.drag = TimelineView::Drag::None;
    }
    if (hovered && view.drag == TimelineView::Drag::None) {
        u32 ignored;
        const float left = overview_x(g, rows, view.from), right = overview_x(g, rows, view.to);
        const bool on_edge = g.overview.contains(p) && (std::fabs(p.x - left) <= grab_distance ||
                                                        std::fabs(p.x - right) <= grab_distance);
        if (on_edge) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
        } else if (g.cpu_at(p.y, ignored) || g.lane_at(p.y, ignored)) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
        }
    }
    return answer;
}

void draw_timeline_hover(const TimelineGeometry& g, TimelineView& view, const TimelineRows& rows) {
    const ImGuiIO& io = ImGui::GetIO();
    HoverText text;
    const bool over = g.lanes.contains(io.MousePos) && view.drag == TimelineView::Drag::None &&
                      hover_text(g, rows, io.MousePos, text);
    view.hovered_for = over ? view.hovered_for + io.DeltaTime : 0;
    if (!over || view.hovered_for < ImGui::GetStyle().HoverDelayShort) return;
    const Theme& t = theme();
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    const std::string span = shown_time(text.from, rows.t0) + " \xE2\x86\x92 " +
                             shown_time(text.to, rows.t0);
    const std::string length = ms3(text.to - text.from);
    const float wanted = draw::width(fonts().mono12, span + length) + 56;
    const float w = std::min(320.0f, std::max(248.0f, wanted));
    const float h = text.ended ? 82.0f : 60.0f;
    float x = io.MousePos.x + 8, y = io.MousePos.y + 16;
    if (x + w > g.box.right() - 4) x = io.MousePos.x - w - 8;
    if (y + h > io.DisplaySize.y - 4) y = io.MousePos.y - h - 12;
    draw::rounded(list, {x + 1, y + 3, w, h}, IM_COL32(0, 0, 0, 36), 8);
    draw::rounded(list, {x, y, w, h}, t.surface, 8);
    draw::rounded_edge(list, {x, y, w, h}, t.control, 8, 1);
    draw::chip(list, rows.letter(text.task), x + 12, y + 10, 16);
    draw::text(list, fonts().strong13, x + 36, y + 22.5f, t.text1,
               text.task < rows.cast.size() ? rows.cast[text.task].name : "");
    draw::text(list, fonts().text12, x + w - 12, y + 22.5f, t.text3, text.state, Align::Right);
    draw::text(list, fonts().mono12, x + 12, y + 46, t.text2, span);
    draw::text(list, fonts().mono12, x + w - 12, y + 46, t.text1, length, Align::Right);
    if (text.ended) {
        draw::text(list, fonts().text12, x + 12, y + 68, t.text3, "Ended");
        draw::text(list, fonts().text12, x + 56, y + 68, t.text1, text.ended);
    }
}

u64 ruler_step(double ns_per_pixel, float room) {
    const double least = std::max(1.0, ns_per_pixel * static_cast<double>(room));
    u64 decade = 1;
    while (static_cast<double>(decade) * 10 < least) decade *= 10;
    for (u64 factor : {u64{1}, u64{2}, u64{5}}) {
        if (static_cast<double>(decade * factor) >= least) return decade * factor;
    }
    return decade * 10;
}

std::string ruler_label(u64 t, u64 step) {
    std::string out;
    if (step >= NSEC_PER_SEC) {
        append_u64(out, t / NSEC_PER_SEC);
        return out + "\xC2\xA0s";
    }
    const u64 unit = step >= 1'000 ? NSEC_PER_MSEC : NSEC_PER_USEC;
    append_u64(out, t / unit);
    u64 rest = t % unit, digit = unit;
    if (step % unit != 0) {
        out += '.';
        for (u64 left = step; left % digit != 0; rest %= digit) {
            digit /= 10;
            out += static_cast<char>('0' + rest / digit);
        }
    }
    return out + (unit == NSEC_PER_MSEC ? "\xC2\xA0ms" : "\xC2\xA0\xC2\xB5s");
}

std::string shown_time(u64 t, u64 t0) {
    return t >= t0 ? ms3(t - t0) : "\xE2\x88\x92" + ms3(t0 - t);
}

std::string shown_vruntime(u64 vruntime) {
    // A queue's min_vruntime starts a little below the wrap, so that the wrap is met early.
    const s64 value = static_cast<s64>(vruntime);
    return value >= 0 ? ms3(vruntime) : "\xE2\x88\x92" + ms3(0 - vruntime);
}

}  // namespace rq
