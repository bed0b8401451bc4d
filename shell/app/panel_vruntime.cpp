// Virtual time over real time: a curve for each task, and below it how far each is from what the
// queue measures it by. Its window of time is the timeline's.
#include <algorithm>
#include <cmath>

#include "app/parts.hpp"

namespace rq {

namespace {

// Where instants and values lie in a plot.
struct Plot {
    Box box;
    double from, to;  // ns
    double low, high;  // values

    float x(double time) const {
        return box.x + static_cast<float>((time - from) / (to - from)) * box.w;
    }
    float y(double value) const {
        return box.bottom() - static_cast<float>((value - low) / (high - low)) * box.h;
    }
};

using Value = s64 (*)(const view::CurvePoint&, s64 base);

s64 vruntime_of(const view::CurvePoint& p, s64) {
    return p.vruntime;
}
s64 lag_of(const view::CurvePoint& p, s64) {
    return p.lag;
}
s64 ahead_of(const view::CurvePoint& p, s64 base) {
    return p.vruntime - base;
}

// The base's value at an instant; the points of the base are in order of time.
s64 base_at(const std::vector<view::CurvePoint>& base, u64 time) {
    size_t low = 0, high = base.size();
    while (high - low > 1) {
        const size_t middle = (low + high) / 2;
        (base[middle].time <= time ? low : high) = middle;
    }
    return base.empty() ? 0 : base[low].vruntime;
}

void widen(Plot& plot, double value) {
    plot.low = ImMin(plot.low, value);
    plot.high = ImMax(plot.high, value);
}

// The range of values in view, with a little room above and below.
void fit_values(Plot& plot, const view::Curves& rows, Value value) {
    plot.low = 1e300;
    plot.high = -1e300;
    for (const view::Curve& curve : rows.curves) {
        for (size_t i = 0; i < curve.points.size(); i++) {
            const view::CurvePoint& p = curve.points[i];
            const bool before = static_cast<double>(p.time) < plot.from;
            const bool next_in = i + 1 < curve.points.size() &&
                                 static_cast<double>(curve.points[i + 1].time) >= plot.from;
            if (static_cast<double>(p.time) > plot.to || (before && !next_in)) continue;
            widen(plot, static_cast<double>(value(p, base_at(rows.base, p.time))));
        }
    }
    if (plot.low > plot.high) plot.low = plot.high = 0;
    const double room = ImMax((plot.high - plot.low) * 0.06, 50'000.0);
    plot.low -= room;
    plot.high += room;
}

std::string value_label(double value, u64 step) {
    const std::string label = ruler_label(static_cast<u64>(std::fabs(value)), step);
    return value < -0.5 ? "\xE2\x88\x92" + label : label;
}

void draw_axes(ImDrawList& list, const Plot& plot) {
    const Theme& t = theme();
    draw::fill(list, plot.box, t.sunken);
    const double scale = (plot.high - plot.low) / static_cast<double>(plot.box.h);
    const u64 step = ruler_step(scale, 26);
    const s64 first = static_cast<s64>(std::ceil(plot.low / static_cast<double>(step)));
    for (s64 k = first;; k++) {
        const double value = static_cast<double>(k) * static_cast<double>(step);
        if (value > plot.high) break;
        const float y = plot.y(value);
        draw::hline(list, plot.box.x, plot.box.right(), y, t.line);
        if (y < plot.box.y + 8 || y > plot.box.bottom() - 6) continue;
        draw::text(list, fonts().mono11, plot.box.x - 8, y + 4, t.text3, value_label(value, step),
                   Align::Right);
    }
}

// What a plot shows, on a plate: curves pass behind it.
void draw_name(ImDrawList& list, const Plot& plot, std::string_view name) {
    const float w = draw::width(fonts().mono11, name);
    draw::fill(list, {plot.box.x + 2, plot.box.y + 2, w + 8, 16}, theme().sunken);
    draw::text(list, fonts().mono11, plot.box.x + 6, plot.box.y + 14, theme().text2, name);
}

void draw_curve(ImDrawList& list, const Plot& plot, const view::Curve& curve,
                const std::vector<view::CurvePoint>& base, Value value, ImU32 colour,
                float width) {
    std::vector<ImVec2> line;
    auto put = [&] {
        if (line.size() > 1) {
            list.AddPolyline(line.data(), static_cast<int>(line.size()), colour, 0, width);
        }
        line.clear();
    };
    for (const view::CurvePoint& p : curve.points) {
        const double v = static_cast<double>(value(p, base_at(base, p.time)));
        line.push_back(ImVec2(plot.x(static_cast<double>(p.time)), plot.y(v)));
        if (p.ends) put();
    }
    // What has not changed since its last point goes on to the end of what is known.
    if (!line.empty()) line.push_back(line.back());
    put();
}

// Letters at the right ends, pushed apart so that none covers another.
struct End {
    float y;
    u32 curve;
};

std::vector<End> curve_ends(const Plot& plot, const view::Curves& rows, Value value) {
    std::vector<End> ends;
    for (u32 i = 0; i < rows.curves.size(); i++) {
        const view::CurvePoint* last = nullptr;
        for (const view::CurvePoint& p : rows.curves[i].points) {
            if (static_cast<double>(p.time) <= plot.to) last = &p;
        }
        if (!last) continue;
        const double v = static_cast<double>(value(*last, base_at(rows.base, last->time)));
        ends.push_back({ImClamp(plot.y(v), plot.box.y, plot.box.bottom()), i});
    }
    std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) {
        return a.y < b.y || (a.y == b.y && a.curve < b.curve);
    });
    float free = plot.box.y - 8;
    for (End& end : ends) {
        end.y = ImMax(end.y - 8, free);
        free = end.y + 17;
    }
    float limit = plot.box.bottom() + 8;
    for (size_t i = ends.size(); i-- > 0;) {
        ends[i].y = ImMin(ends[i].y, limit - 16);
        limit = ends[i].y - 1;
    }
    return ends;
}

void draw_plot(ImDrawList& list, App& app, const Plot& plot, const view::Curves& rows,
               Value value) {
    const std::vector<CastRow>& cast = app.model.cast();
    const u32 selected = app.model.selected_task();
    list.PushClipRect(ImVec2(plot.box.x, plot.box.y), ImVec2(plot.box.right(), plot.box.bottom()),
                      true);
    for (const view::Curve& curve : rows.curves) {
        const bool known = curve.task < cast.size();
        const TaskColour colour = draw::task_colour(known ? cast[curve.task].letter : no_letter);
        const bool chosen = known && curve.task == selected;
        draw_curve(list, plot, curve, rows.base, value,
                   known && cast[curve.task].letter != no_letter ? colour.edge : theme().control,
                   chosen ? 3.5f : 2.0f);
    }
    list.PopClipRect();
    for (const End& end : curve_ends(plot, rows, value)) {
        const u32 task = rows.curves[end.curve].task;
        const Box chip{plot.box.right() + 5, end.y, 16, 16};
        draw::chip(list, task < cast.size() ? cast[task].letter : no_letter, chip.x, chip.y, 16);
        if (clicked(chip)) choose_task(app, task);
    }
}

void draw_base(ImDrawList& list, const Plot& plot, const view::Curves& rows, bool zero) {
    const ImU32 colour = theme().text2;
    if (zero) {
        draw::dashed_hline(list, plot.box.x, plot.box.right(), plot.y(0), colour, 1.5f, 5, 4);
        return;
    }
    list.PushClipRect(ImVec2(plot.box.x, plot.box.y), ImVec2(plot.box.right(), plot.box.bottom()),
                      true);
    for (size_t i = 1; i < rows.base.size(); i++) {
        const view::CurvePoint &a = rows.base[i - 1], &b = rows.base[i];
        const float x0 = plot.x(static_cast<double>(a.time));
        const float x1 = plot.x(static_cast<double>(b.time));
        const float y0 = plot.y(static_cast<double>(a.vruntime));
        if (rows.base.size() < 400) {
            draw::dashed_hline(list, x0, x1, y0, colour, 1.5f, 5, 4);
        } else {
            list.AddLine(ImVec2(x0, y0), ImVec2(x1, plot.y(static_cast<double>(b.vruntime))),
                         with_alpha(colour, 60), 1.0f);
        }
    }
    list.PopClipRect();
}

void take_pointer(App& app, const Plot& plot) {
    if (!hovered(plot.box)) return;
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) return;
    const double share = (ImGui::GetIO().MousePos.x - plot.box.x) / plot.box.w;
    app.model.seek(static_cast<u64>(ImMax(0.0, plot.from + share * (plot.to - plot.from))));
    backend_wake();
}

}  // namespace

void panel_vruntime(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Theme& t = theme();
    const bool eevdf = app.model.kernel() == 1;
    const double from = app.view.from, to = ImMax(app.view.to, app.view.from + 1);
    const view::Curves& rows = app.model.curves(static_cast<u64>(ImMax(0.0, from)),
                                                static_cast<u64>(ImMax(0.0, to)));
    std::string figures = "CPU ";
    append_u64(figures, app.model.selected_cpu());
    figures += eevdf ? " \xC2\xB7 dashed: avg_vruntime" : " \xC2\xB7 dashed: min_vruntime";
    if (rows.cut) figures += " \xC2\xB7 part of the view";
    const Box inside =
        begin_view(list, box, "How far has everybody's virtual time come?", figures);
    if (rows.curves.empty()) {
        say_empty(list, inside, "No fair task is on this CPU in the time in view.");
        return;
    }
    const bool two = inside.h >= 150;
    const float upper = two ? inside.h * 0.56f - 8 : inside.h - 12;
    Plot above{{inside.x + 78, inside.y, inside.w - 78 - 32, upper}, from, to, 0, 1};
    fit_values(above, rows, vruntime_of);
    draw_axes(list, above);
    draw_base(list, above, rows, false);
    draw_plot(list, app, above, rows, vruntime_of);
    draw_name(list, above, "vruntime");
    take_pointer(app, above);
    Plot below = above;
    if (two) {
        below.box.y = above.box.bottom() + 12;
        below.box.h = inside.bottom() - 14 - below.box.y;
        const Value value = eevdf ? lag_of : ahead_of;
        fit_values(below, rows, value);
        draw_axes(list, below);
        draw_base(list, below, rows, true);
        draw_plot(list, app, below, rows, value);
        draw_name(list, below, eevdf ? "lag = avg_vruntime \xE2\x88\x92 vruntime"
                                     : "vruntime \xE2\x88\x92 min_vruntime");
        take_pointer(app, below);
    }
    const float now = above.x(static_cast<double>(app.model.now()));
    if (now >= above.box.x && now <= above.box.right()) {
        draw::vline(list, now, above.box.y, below.box.bottom(), t.accent, 2);
    }
}

}  // namespace rq
