// How long tasks wait from their wake-up to the CPU: a histogram over the logarithm of the time.
#include <cmath>

#include "app/parts.hpp"

namespace rq {

namespace {

struct Scale {
    Box box;
    double low, high;  // log2 of ns

    float x(u64 ns) const {
        const double at = std::log2(static_cast<double>(ImMax(ns, u64{1})));
        return box.x + static_cast<float>((at - low) / (high - low)) * box.w;
    }
};

Scale scale_of(const view::Latency& rows, const Box& box) {
    const double low = std::log2(static_cast<double>(ImMax(rows.buckets.front().from_ns, u64{1})));
    const double high = std::log2(static_cast<double>(rows.buckets.back().to_ns));
    const double room = ImMax((high - low) * 0.05, 0.5);
    return {box, low - room, high + room};
}

// Labels at 1, 2 and 5 of each decade, as far apart as they need.
void draw_ruler(ImDrawList& list, const Scale& scale) {
    float free = scale.box.x;
    for (u64 decade = 1; decade < u64{100} * NSEC_PER_SEC; decade *= 10) {
        for (u64 step : {u64{1}, u64{2}, u64{5}}) {
            const u64 ns = decade * step;
            const float x = scale.x(ns);
            if (x < scale.box.x || x > scale.box.right()) continue;
            draw::vline(list, x, scale.box.bottom(), scale.box.bottom() + 5, theme().control);
            const std::string words = ruler_label(ns, decade);
            const float half = draw::width(fonts().mono11, words) / 2;
            if (x - half < free) continue;
            draw::text(list, fonts().mono11, x, scale.box.bottom() + 18, theme().text3, words,
                       Align::Centre);
            free = x + half + 14;
        }
    }
}

// A figure's line with its words; each stands one line lower than the one before.
void draw_figure(ImDrawList& list, const Scale& scale, u64 ns, std::string_view name, float y,
                 bool left) {
    const float x = scale.x(ns);
    draw::dashed_vline(list, x, y - 9, scale.box.bottom(), theme().text1, 1.5f, 4, 3);
    const std::string words = std::string(name) + " " + human_ns(ns);
    const float w = draw::width(fonts().strong12, words);
    const float at = left ? x - 6 - w : x + 6;
    draw::fill(list, {at - 2, y - 12, w + 4, 16}, theme().surface);
    draw::text(list, fonts().strong12, at, y, theme().text1, words);
}

u64 draw_bars(ImDrawList& list, const Scale& scale, const view::Latency& rows, ImU32 fill,
              ImU32 edge) {
    u64 most = 1, asked = ~u64{0};
    for (const view::LatencyBucket& b : rows.buckets) most = ImMax(most, b.count);
    for (const view::LatencyBucket& b : rows.buckets) {
        if (!b.count) continue;
        const float x0 = scale.x(b.from_ns), x1 = scale.x(b.to_ns);
        const float share = static_cast<float>(b.count) / static_cast<float>(most);
        const float h = ImMax(2.0f, share * scale.box.h);
        const Box bar{x0, scale.box.bottom() - h, ImMax(4.0f, x1 - x0), h};
        draw::fill(list, bar, fill);
        if (bar.w > 4) draw::edge(list, bar, edge);
        const Box target{bar.x, scale.box.y, bar.w, scale.box.h};
        if (hovered(target)) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
            draw::edge(list, bar, theme().accent, 2);
        }
        if (clicked(target)) asked = b.example;
    }
    std::string words;
    append_u64(words, most);
    draw::text(list, fonts().mono11, scale.box.x - 8, scale.box.y + 8, theme().text3, words,
               Align::Right);
    return asked;
}

}  // namespace

void panel_latency(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Theme& t = theme();
    const u32 task = app.model.selected_task();
    const view::Latency rows = app.model.loaded() ? app.model.books().latency.of(task)
                                                  : view::Latency{};
    const bool one = task < app.model.cast().size();
    const std::string figures = (one ? app.model.cast()[task].name : std::string("all tasks")) +
                                " \xC2\xB7 " + count_of(rows.n, "wake-up", "wake-ups");
    const Box inside =
        begin_view(list, box, "How long from wake-up to CPU? (the whole run)", figures);
    if (!rows.n) {
        say_empty(list, inside, "Nobody was woken.");
        return;
    }
    const bool low = inside.h < 130;
    const float top = low ? 20.0f : 56.0f;
    const Scale scale = scale_of(
        rows, {inside.x + 64, inside.y + top, inside.w - 96, inside.h - top - (low ? 24 : 48)});
    draw::hline(list, scale.box.x, scale.box.right(), scale.box.bottom(), t.control);
    const TaskColour colour = draw::task_colour(one ? app.model.cast()[task].letter : no_letter);
    const u64 asked = draw_bars(list, scale, rows, one ? colour.fill : t.time[0],
                                one ? colour.edge : t.text2);
    draw_ruler(list, scale);
    const auto left = [&](u64 ns) { return scale.x(ns) > inside.x + inside.w * 0.6f; };
    draw_figure(list, scale, rows.median_ns, "median", inside.y + 12, left(rows.median_ns));
    if (!low) {
        draw_figure(list, scale, rows.p99_ns, "99 %", inside.y + 30, left(rows.p99_ns));
        draw_figure(list, scale, rows.max_ns, "longest", inside.y + 48, left(rows.max_ns));
        draw::text(list, fonts().text12, inside.x + 16, inside.bottom() - 10, t.text3,
                   "Click a bar to go to its longest wait.");
    }
    if (asked != ~u64{0}) app.ask(asked);
}

}  // namespace rq
