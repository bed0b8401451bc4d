// Who took the CPU from whom: a line for each pair and reason, with a bar for how often.
#include "app/parts.hpp"
#include "app/reading.hpp"

namespace rq {

namespace {

constexpr float line_height = 26;

/// Where the columns begin; what has no room is left out.
struct Columns {
    float task, by, because, bar, bar_w, times, waited;
    bool words, bars;

    explicit Columns(const Box& box) {
        words = box.w >= 520;
        bars = box.w >= 760;
        const float name = ImMin(box.w * (words ? 0.18f : 0.27f), 150.0f);
        task = box.x + 16;
        by = task + name;
        because = by + name;
        waited = box.right() - 16;
        times = waited - 92;
        bar_w = 120;
        bar = times - 56 - bar_w;
    }
    float because_room() const { return (bars ? bar : times - 56) - because - 12; }
};

void draw_line(ImDrawList& list, const App& app, const Columns& at, const view::PreemptionRow& row,
               float y, u64 most) {
    const Theme& t = theme();
    const float baseline = y + 18;
    draw_task(list, app, row.task, at.task, baseline, at.by - at.task - 8);
    if (row.by == no_task)
        draw::text(list, fonts().text12, at.by, baseline, t.text3, "nobody");
    else
        draw_task(list, app, row.by, at.by, baseline, at.because - at.by - 8);
    if (at.words)
        draw::text_cut(list, fonts().text12, at.because, baseline, t.text2,
                       view::preemption_words(row.rule), at.because_room());
    if (at.bars) {
        const float share = static_cast<float>(row.times) / static_cast<float>(most);
        const TaskColour colour = draw::task_colour(app.rows.letter(row.by));
        const Box bar{at.bar, y + 8, ImMax(2.0f, share * at.bar_w), 10};
        draw::fill(list, bar, colour.fill);
        draw::edge(list, bar, colour.edge);
    }
    std::string times;
    append_u64(times, row.times);
    draw::text(list, fonts().mono12, at.times, baseline, t.text1, times, Align::Right);
    draw::text(list, fonts().mono12, at.waited, baseline, t.text1, ms3(row.waited_ns),
               Align::Right);
}

void draw_head(ImDrawList& list, const Columns& at, float baseline) {
    auto head = [&](float x, const char* words, Align align = Align::Left) {
        draw::text(list, fonts().text12, x, baseline, theme().text3, words, align);
    };
    head(at.task, "Who");
    head(at.by, "gave way to");
    if (at.words) head(at.because, "because");
    head(at.times, "times", Align::Right);
    head(at.waited, "then waited", Align::Right);
}

}  // namespace

void panel_preemptions(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto& rows = app.main.preemptions.of({app.model.revision(), 0, 0}, [&] {
        return app.model.loaded() ? app.model.books().preemptions.rows()
                                  : std::vector<view::PreemptionRow>{};
    });
    u64 total = 0, most = 1;
    for (const view::PreemptionRow& row : rows) {
        total += row.times;
        most = ImMax(most, row.times);
    }
    const Box inside = begin_view(list, box, "Who took the CPU from whom? (the whole run)",
                                  count_of(total, "preemption", "preemptions"));
    if (rows.empty()) {
        say_empty(list, inside, "Nobody was preempted.");
        return;
    }
    const Columns at(inside);
    draw_head(list, at, inside.y + 14);
    draw::hline(list, inside.x + 16, inside.right() - 16, inside.y + 22, theme().line);
    const Box list_box{inside.x, inside.y + 24, inside.w, inside.h - 24};
    const u32 hit = scrolled_rows(
        list_box, static_cast<u32>(rows.size()), line_height, [&](u32 i, float y) {
            draw_line(*ImGui::GetWindowDrawList(), app, at, rows[i], y, most);
        });
    if (hit >= rows.size()) return;
    app.model.select_task(rows[hit].task);
    app.ask(rows[hit].record);
}

}  // namespace rq
