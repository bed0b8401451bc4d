// Draws the timeline: ruler, CPU lanes, task lanes, cursor, overview.
#include <cmath>

#include "imgui_internal.h"

#include "app/timeline.hpp"
#include "base/text.hpp"

namespace rq {

namespace {

constexpr float min_bar = 2;          // narrower bars become shares of a pixel column
constexpr float letter_room = 11;
constexpr u32 max_labels = 400;
constexpr u32 shares_shown = 4;

// Adds up bars narrower than two pixels, so that a column shows shares and not the last colour.
class NarrowBars {
   public:
    NarrowBars(ImDrawList& list, float top, float height)
        : list_(list), top_(top), height_(height) {}
    ~NarrowBars() { flush(); }

    void add(u32 letter, float x0, float x1) {
        const float column = std::floor(x0 * draw::density()) / draw::density();
        if (column != column_) {
            flush();
            column_ = column;
        }
        for (u32 i = 0; i < count_; i++) {
            if (task_[i] == letter) {
                share_[i] += x1 - x0;
                return;
            }
        }
        if (count_ < shares_shown) {
            task_[count_] = letter;
            share_[count_++] = x1 - x0;
        }
    }

   private:
    void flush() {
        const float w = 1 / draw::density();
        float sum = 0;
        for (u32 i = 0; i < count_; i++) sum += share_[i];
        // A lone sliver is still seen: the column is filled by at least a third.
        const float scale = height_ * ImClamp(sum / w, 0.34f, 1.0f) / ImMax(sum, 1e-6f);
        float bottom = top_ + height_;
        for (u32 i = 0; i < count_; i++) {
            const float h = share_[i] * scale;
            list_.AddRectFilled(ImVec2(column_, bottom - h), ImVec2(column_ + w, bottom),
                                draw::task_colour(task_[i]).fill);
            bottom -= h;
        }
        count_ = 0;
    }

    ImDrawList& list_;
    float top_, height_;
    float column_ = -1;
    u32 count_ = 0;
    u32 task_[shares_shown] = {};
    float share_[shares_shown] = {};
};

void draw_columns(ImDrawList& list, const TimelineGeometry& g, float top, float height,
                  const TimelineRows& rows, const std::vector<view::ShareColumn>& columns,
                  u32 selected) {
    if (columns.empty()) return;
    const float w = g.width / static_cast<float>(columns.size());
    for (size_t i = 0; i < columns.size(); i++) {
        const float x = g.x0 + w * static_cast<float>(i);
        float bottom = top + height;
        for (u32 k = 0; k < shares_shown && columns[i].permille[k]; k++) {
            const float h = height * static_cast<float>(columns[i].permille[k]) / 1000;
            const u32 task = columns[i].task[k];
            list.AddRectFilled(ImVec2(x, bottom - h), ImVec2(x + w, bottom),
                               draw::task_colour(rows.letter(task), task == selected).fill);
            bottom -= h;
        }
    }
}

void draw_ruler(ImDrawList& list, const TimelineGeometry& g, const TimelineRows& rows,
                const TimelineState& state) {
    const Theme& t = theme();
    const u64 step = ruler_step(1 / g.scale, 62);
    const float bottom = g.metrics.overview > 0 ? g.overview.y : g.box.bottom();
    const float cursor = g.x(static_cast<double>(state.cursor));
    const double t0 = static_cast<double>(rows.t0);
    const double first = std::ceil((g.from - t0) / static_cast<double>(step));
    u64 at = first <= 0 ? 0 : static_cast<u64>(first) * step;
    for (;; at += step) {
        const float x = g.x(t0 + static_cast<double>(at));
        if (x > g.x0 + g.width + 0.5f) break;
        list.ChannelsSetCurrent(layer_fill);
        draw::vline(list, x, g.ruler.bottom() - 6, bottom, t.line);
        list.ChannelsSetCurrent(layer_text);
        const std::string label = ruler_label(at, step);
        const float half = draw::width(fonts().mono11, label) / 2;
        if (x - half < g.x0 - 24 || x + half > g.box.right() - 4) continue;
        if (g.metrics.flag && std::fabs(x - cursor) < 38 + half + 4) continue;
        draw::text(list, fonts().mono11, x, g.ruler.bottom() - 11, t.text3, label, Align::Centre);
    }
}

void draw_bar_label(ImDrawList& list, const TimelineGeometry& g, u32 task_letters, float x0,
                    float x1, float middle, const TaskColour& colour, const std::string& name) {
    const float left = ImMax(x0, g.x0), right = ImMin(x1, g.x0 + g.width);
    const float room = right - left;
    if (room < letter_room) return;
    char letter[4];
    std::string label = task_letter(task_letters, letter);
    ImFont* font = fonts().strong12;
    if (draw::width(font, name) + 24 <= room) label += " " + name;
    const float w = draw::width(font, label);
    if (w + 4 > room) return;
    const float x = (left + right) / 2;
    if (colour.hatched) {
        list.ChannelsSetCurrent(layer_line);
        draw::fill(list, {x - w / 2 - 3, middle - 8, w + 6, 16}, colour.fill);
    }
    list.ChannelsSetCurrent(layer_text);
    draw::text(list, font, x, middle + 4.5f, colour.ink, label, Align::Centre);
}

void draw_cpu_bars(ImDrawList& list, const TimelineGeometry& g, float y,
                   const TimelineRows& rows, const TimelineRows::CpuLane& lane,
                   const TimelineState& state) {
    const Theme& t = theme();
    const float top = y + 3, height = g.metrics.cpu_lane - 6;
    const float middle = y + g.metrics.cpu_lane / 2;
    const float edge_width = t.kind == ThemeKind::Contrast ? 2.0f : 1.0f;
    NarrowBars narrow(list, top, height);
    u32 labels = 0;
    for (const view::CpuSlice& bar : lane.bars) {
        const u32 letter = rows.letter(bar.task);
        const float xa = g.x(static_cast<double>(bar.from));
        const float xb = g.x(static_cast<double>(bar.to));
        list.ChannelsSetCurrent(layer_fill);
        if (xb - xa < min_bar) {
            narrow.add(letter, xa, xb);
            continue;
        }
        const float x0 = ImMax(draw::snap(xa), g.x0 - 4);
        const float x1 = ImMin(draw::snap(xb), g.x0 + g.width + 4);
        const Box box{x0, top, x1 - x0 - (x1 - x0 > 4 ? 1.0f : 0.0f), height};
        const TaskColour colour = draw::task_colour(letter, bar.task == state.selected);
        if (box.w >= 8) {
            draw::rounded(list, box, colour.fill, 2);
        } else {
            draw::fill(list, box, colour.fill);
        }
        if (colour.hatched && box.w >= 4) {
            list.ChannelsSetCurrent(layer_pattern);
            draw::pattern(list, box, Pattern::Slash, with_alpha(colour.ink, 35));
        }
        list.ChannelsSetCurrent(layer_line);
        if (t.kind != ThemeKind::Dark && box.w >= 4) {
            draw::rounded_edge(list, box, colour.edge, box.w >= 8 ? 2.0f : 0.0f, edge_width);
        }
        if (box.w >= 6) draw::fill(list, {x0, box.bottom() - 4, 2, 4}, t.text1);
        if (labels < max_labels && box.w >= letter_room && letter != no_letter) {
            labels++;
            draw_bar_label(list, g, letter, x0, x1, middle, colour, rows.cast[bar.task].name);
        }
    }
}

void draw_cpu_lane(ImDrawList& list, const TimelineGeometry& g, u32 cpu, float y,
                   const TimelineRows& rows, const TimelineState& state) {
    const Theme& t = theme();
    const float middle = y + g.metrics.cpu_lane / 2;
    list.ChannelsSetCurrent(layer_text);
    std::string name = "CPU ";
    append_u64(name, cpu);
    const TimelineRows::CpuLane& lane = rows.cpus[cpu];
    draw::text(list, fonts().strong13, g.box.x + 16, middle + (g.metrics.facts ? 0.0f : 4.5f),
               t.text1, name);
    if (g.metrics.facts) {
        std::string fact;
        append_u64(fact, lane.runnable);
        draw::text(list, fonts().text11, g.box.x + 16, middle + 13.5f, t.text3,
                   fact + " runnable");
    }
    list.ChannelsSetCurrent(layer_fill);
    const Box track{g.x0, y + 3, g.width, g.metrics.cpu_lane - 6};
    draw::fill(list, track, t.sunken);
    list.PushClipRect(ImVec2(g.x0, y), ImVec2(g.x0 + g.width, y + g.metrics.cpu_lane), true);
    if (lane.dense) {
        draw_columns(list, g, track.y, track.h, rows, lane.columns, state.selected);
    } else {
        draw_cpu_bars(list, g, y, rows, lane, state);
    }
    list.PopClipRect();
}

void draw_task_bar(ImDrawList& list, const Box& whole, view::State kind, const TaskColour& colour) {
    const Theme& t = theme();
    const float m = whole.y + whole.h / 2;
    const float x0 = whole.x, w = whole.w;
    list.ChannelsSetCurrent(layer_fill);
    switch (kind) {
        case view::State::running: {
            const Box box{x0, m - 7, w, 14};
            draw::rounded(list, box, colour.fill, w >= 6 ? 2.0f : 0.0f);
            if (colour.hatched) {
                list.ChannelsSetCurrent(layer_pattern);
                draw::pattern(list, box, Pattern::Slash, with_alpha(colour.ink, 35));
            }
            list.ChannelsSetCurrent(layer_line);
            if (t.kind != ThemeKind::Dark && w >= 3) {
                draw::rounded_edge(list, box, colour.edge, w >= 6 ? 2.0f : 0.0f, 1);
            }
            break;
        }
        case view::State::waiting: {
            const Box box{x0, m - 3.5f, w, 7};
            list.ChannelsSetCurrent(layer_pattern);
            draw::pattern(list, box, Pattern::Slash, colour.edge);
            list.ChannelsSetCurrent(layer_line);
            draw::edge(list, box, colour.edge);
            break;
        }
        case view::State::sleeping: draw::hline(list, x0, x0 + w, m, t.control, 1.5f); break;
        case view::State::disk:
            list.ChannelsSetCurrent(layer_pattern);
            draw::pattern(list, {x0, m - 2.5f, w, 5}, Pattern::Cross, t.control);
            list.ChannelsSetCurrent(layer_line);
            draw::edge(list, {x0, m - 2.5f, w, 5}, t.control);
            break;
        case view::State::stopped:
        case view::State::traced:
            draw::hline(list, x0, x0 + w, m - 2, t.control, 1.5f);
            draw::hline(list, x0, x0 + w, m + 2, t.control, 1.5f);
            break;
        case view::State::zombie:
            draw::dashed_hline(list, x0, ImMin(x0 + w, x0 + 4000), m, t.control, 2, 2, 4);
            break;
        case view::State::dead:
        case view::State::unborn: break;
    }
}

void draw_task_letter(ImDrawList& list, const Box& whole, view::State kind) {
    const bool lettered = kind == view::State::disk || kind == view::State::stopped ||
                          kind == view::State::traced || kind == view::State::zombie;
    if (!lettered || whole.w < 14) return;
    const char letter[2] = {view::state_letter(kind), 0};
    const float middle = kind == view::State::zombie ? whole.x + 5 : whole.x + whole.w / 2;
    list.ChannelsSetCurrent(layer_line);
    draw::fill(list, {middle - 6, whole.y + 2, 12, whole.h - 4}, theme().surface);
    list.ChannelsSetCurrent(layer_text);
    draw::text(list, fonts().strong11, middle, whole.y + whole.h / 2 + 4, theme().text2, letter,
               Align::Centre);
}

void draw_task_bars(ImDrawList& list, const TimelineGeometry& g, float y,
                    const TimelineRows& rows, const TimelineRows::TaskLane& lane,
                    const TimelineState& state) {
    const u32 letter = rows.letter(lane.task);
    const TaskColour colour = draw::task_colour(letter, lane.task == state.selected);
    NarrowBars narrow(list, y + g.metrics.task_lane / 2 - 7, 14);
    for (const view::TaskSpan& bar : lane.bars) {
        const float xa = g.x(static_cast<double>(bar.from));
        const float xb = g.x(static_cast<double>(bar.to));
        const float x0 = ImMax(draw::snap(xa), g.x0 - 4);
        const float x1 = ImMin(draw::snap(xb), g.x0 + g.width + 4);
        if (bar.state == view::State::running && xb - xa < min_bar) {
            list.ChannelsSetCurrent(layer_fill);
            narrow.add(letter, xa, xb);
        } else if (x1 > x0) {
            const Box whole{x0, y, x1 - x0, g.metrics.task_lane};
            draw_task_bar(list, whole, bar.state, colour);
            draw_task_letter(list, whole, bar.state);
        }
    }
    list.ChannelsSetCurrent(layer_text);
    for (u64 at : lane.wakeups) {
        draw::triangle_up(list, g.x(static_cast<double>(at)), y + g.metrics.task_lane / 2 + 4, 7,
                          theme().text1);
    }
}

void draw_task_columns(ImDrawList& list, const TimelineGeometry& g, float y,
                       const TimelineRows& rows, const TimelineRows::TaskLane& lane,
                       const TimelineState& state) {
    if (lane.running.empty()) return;
    const TaskColour colour =
        draw::task_colour(rows.letter(lane.task), lane.task == state.selected);
    const float w = g.width / static_cast<float>(lane.running.size());
    const float bottom = y + g.metrics.task_lane / 2 + 7;
    for (size_t i = 0; i < lane.running.size(); i++) {
        const float x = g.x0 + w * static_cast<float>(i);
        const float run = 14 * static_cast<float>(lane.running[i]) / 1000;
        const float wait = 14 * static_cast<float>(lane.waiting[i]) / 1000;
        list.AddRectFilled(ImVec2(x, bottom - run), ImVec2(x + w, bottom), colour.fill);
        list.AddRectFilled(ImVec2(x, bottom - run - wait), ImVec2(x + w, bottom - run),
                           with_alpha(colour.edge, 35));
    }
}

void draw_task_lane(ImDrawList& list, const TimelineGeometry& g, u32 index, float y,
                    const TimelineRows& rows, const TimelineState& state) {
    const Theme& t = theme();
    const TimelineRows::TaskLane& lane = rows.lanes[index];
    const CastRow& task = rows.cast[lane.task];
    const float h = g.metrics.task_lane, middle = y + h / 2;
    const bool selected = lane.task == state.selected;
    list.ChannelsSetCurrent(layer_fill);
    if (selected) draw::fill(list, {g.box.x, y, g.box.w, h}, t.accent_wash);
    list.ChannelsSetCurrent(layer_text);
    draw::chip(list, task.letter, g.box.x + 16, middle - 8, 16);
    float room = g.metrics.label - 40 - 8;
    if (g.metrics.facts) {
        std::string pid;
        append_u64(pid, task.pid);
        room -= draw::text(list, fonts().mono11, g.x0 - 10, middle + 4, t.text3, pid,
                           Align::Right) + 8;
    }
    if (room >= 32) {
        draw::text_cut(list, selected ? fonts().strong13 : fonts().text13, g.box.x + 40,
                       middle + 4.5f, t.text1, task.name, room);
    }
    list.PushClipRect(ImVec2(g.x0, y), ImVec2(g.x0 + g.width, y + h), true);
    if (lane.dense) {
        list.ChannelsSetCurrent(layer_fill);
        draw_task_columns(list, g, y, rows, lane, state);
    } else {
        draw_task_bars(list, g, y, rows, lane, state);
    }
    list.PopClipRect();
}

void draw_lanes(ImDrawList& list, const TimelineGeometry& g, const TimelineRows& rows,
                const TimelineState& state) {
    list.PushClipRect(ImVec2(g.lanes.x, g.lanes.y), ImVec2(g.lanes.right(), g.lanes.bottom()),
                      true);
    for (u32 cpu = 0; cpu < g.nr_cpus; cpu++) {
        const float y = g.cpu_y + g.metrics.cpu_lane * static_cast<float>(cpu);
        if (y + g.metrics.cpu_lane < g.lanes.y) continue;
        if (y > g.lanes.bottom()) break;
        draw_cpu_lane(list, g, cpu, y, rows, state);
    }
    if (g.nr_lanes > 0) {
        list.ChannelsSetCurrent(layer_line);
        draw::hline(list, g.box.x, g.box.right(), g.task_y - g.metrics.gap / 2, theme().line);
    }
    for (u32 i = 0; i < g.nr_lanes; i++) {
        const float y = g.task_y + g.metrics.task_lane * static_cast<float>(i);
        if (y + g.metrics.task_lane < g.lanes.y) continue;
        if (y > g.lanes.bottom()) break;
        draw_task_lane(list, g, i, y, rows, state);
    }
    list.PopClipRect();
}

void draw_overview(ImDrawList& list, const TimelineGeometry& g, const TimelineView& view,
                   const TimelineRows& rows, const TimelineState& state) {
    if (g.metrics.overview <= 0) return;
    const Theme& t = theme();
    const Box& o = g.overview;
    list.ChannelsSetCurrent(layer_line);
    draw::fill(list, {o.x, o.y, o.w, o.h}, t.surface);
    draw::hline(list, o.x, o.right(), o.y, t.line);
    draw::fill(list, {g.x0, o.y + 6, g.width, 14}, t.sunken);
    list.ChannelsSetCurrent(layer_text);
    draw::text(list, fonts().text11, o.x + 16, o.y + 17, t.text3, "Overview");
    draw_columns(list, g, o.y + 9, 8, rows, rows.overview, state.selected);
    const double span = ImMax(1.0, static_cast<double>(rows.end - rows.begin));
    auto at = [&](double time) {
        const double part = (time - static_cast<double>(rows.begin)) / span;
        return g.x0 + g.width * static_cast<float>(ImClamp(part, 0.0, 1.0));
    };
    const float left = at(view.from), right = ImMax(at(view.to), left + 6);
    draw::rounded_edge(list, {left, o.y + 4, right - left, 18}, t.accent, 3, 1.5f);
    draw::vline(list, at(static_cast<double>(state.cursor)), o.y + 6, o.y + 20, t.accent, 2);
}

void draw_range(ImDrawList& list, const TimelineGeometry& g, const TimelineView& view) {
    if (view.range_from == view.range_to) return;
    const Theme& t = theme();
    const float a = ImClamp(g.x(static_cast<double>(view.range_from)), g.x0, g.x0 + g.width);
    const float b = ImClamp(g.x(static_cast<double>(view.range_to)), g.x0, g.x0 + g.width);
    list.ChannelsSetCurrent(layer_line);
    draw::fill(list, {a, g.lanes.y, b - a, g.lanes.h}, with_alpha(t.accent, 12));
    draw::vline(list, a, g.ruler.y + 16, g.lanes.bottom(), t.accent);
    draw::vline(list, b, g.ruler.y + 16, g.lanes.bottom(), t.accent);
    const std::string text = "\xCE\x94 " + ms3(view.range_to - view.range_from);
    const float w = draw::width(fonts().mono11, text) + 12;
    list.ChannelsSetCurrent(layer_text);
    draw::rounded(list, {(a + b) / 2 - w / 2, g.ruler.y + 4, w, 18}, t.accent_wash, 4);
    draw::text(list, fonts().mono11, (a + b) / 2, g.ruler.y + 17, t.accent, text, Align::Centre);
}

void draw_cursor(ImDrawList& list, const TimelineGeometry& g, const TimelineRows& rows,
                 const TimelineState& state) {
    const Theme& t = theme();
    const float x = g.x(static_cast<double>(state.cursor));
    if (x < g.x0 - 1 || x > g.x0 + g.width + 1) return;
    const float bottom = g.metrics.overview > 0 ? g.overview.y : g.box.bottom();
    list.ChannelsSetCurrent(layer_text);
    draw::vline(list, x, g.ruler.bottom() - 4, bottom, t.accent, 2);
    if (!g.metrics.flag) {
        draw::triangle_down(list, x, g.ruler.bottom() - 10, 12, t.accent);
        return;
    }
    const std::string label = shown_time(state.cursor, rows.t0);
    const float w = ImMax(76.0f, draw::width(fonts().mono12, label) + 14);
    const float left = ImClamp(x - w / 2, g.box.x + 2, g.box.right() - w - 2);
    draw::rounded(list, {left, g.ruler.y + 3, w, 20}, t.accent, 4);
    draw::text(list, fonts().mono12, left + w / 2, g.ruler.y + 17.5f, t.on_accent, label,
               Align::Centre);
}

void draw_scrollbar(ImDrawList& list, const TimelineGeometry& g, const TimelineView& view) {
    const float content = g.content_height();
    if (content <= g.lanes.h + 0.5f) return;
    const float h = ImMax(24.0f, g.lanes.h * g.lanes.h / content);
    const float y = g.lanes.y + (g.lanes.h - h) * view.scroll / (content - g.lanes.h);
    list.ChannelsSetCurrent(layer_text);
    draw::rounded(list, {g.box.right() - 9, y, 6, h}, theme().control, 3);
}

}  // namespace

void draw_timeline(ImDrawList& list, const TimelineGeometry& g, const TimelineView& view,
                   const TimelineRows& rows, const TimelineState& state) {
    list.ChannelsSplit(nr_layers);
    list.ChannelsSetCurrent(layer_fill);
    draw::fill(list, g.box, theme().surface);
    draw_ruler(list, g, rows, state);  // first: its lines lie under the bars
    draw_lanes(list, g, rows, state);
    draw_range(list, g, view);
    draw_overview(list, g, view, rows, state);
    draw_cursor(list, g, rows, state);
    draw_scrollbar(list, g, view);
    list.ChannelsMerge();
}

}  // namespace rq
