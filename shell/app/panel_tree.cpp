// Processes below their parents, threads below their leaders: who made whom, who is still there.
#include "app/parts.hpp"
#include "app/reading.hpp"

namespace rq {

namespace {

constexpr float row_h = 24, indent = 22;

void draw_rails(ImDrawList& list, const view::TreeRow& row, float x, float y) {
    const ImU32 colour = theme().control;
    for (u32 d = 1; d < row.depth && d < 64; d++) {
        if (!(row.rails >> d & 1)) continue;
        const float at = x + indent * static_cast<float>(d - 1) + 8;
        draw::vline(list, at, y, y + row_h, colour);
    }
    if (row.depth == 0) return;
    const float at = x + indent * static_cast<float>(row.depth - 1) + 8;
    draw::vline(list, at, y, row.last ? y + row_h / 2 : y + row_h, colour);
    draw::hline(list, at, at + indent - 10, y + row_h / 2, colour);
}

std::string kind_words(const view::TreeRow& row) {
    if (row.state == view::State::zombie) return view::exit_words(row.exit_code);
    if (row.thread) return "thread";
    return row.nr_threads > 1 ? count_of(row.nr_threads, "thread", "threads") : "";
}

void draw_row(ImDrawList& list, const App& app, const view::TreeRow& row, const Box& box, float y) {
    const Theme& t = theme();
    const bool chosen = row.task != no_task && row.task == app.model.selected_task();
    if (chosen) draw::fill(list, {box.x, y, box.w, row_h}, t.accent_wash);
    const float left = box.x + 16;
    draw_rails(list, row, left, y);
    const float x = left + indent * static_cast<float>(ImMin(row.depth, 12u));
    const float state = box.right() - (box.w >= 420 ? 232.0f : 110.0f);
    const float base = y + 16.5f;
    const float used = draw_task(list, app, row.task, x, base, ImMax(40.0f, state - x - 60));
    std::string pid;
    append_u64(pid, row.pid);
    draw::text(list, fonts().mono11, x + used + 8, base, t.text3, pid);
    draw::text(list, fonts().text12, state, base, t.text2, row.state_words);
    if (box.w >= 420) {
        draw::text(list, fonts().text12, box.right() - 16, base, t.text3, kind_words(row),
                   Align::Right);
    }
}

}  // namespace

void panel_tree(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto& rows = app.main.tree.of({app.model.revision(), 0, 0}, [&] {
        return view::process_tree(app.model.context(), app.model.books().cast);
    });
    const Box inside = begin_view(list, box, "Who made whom, and who is still there?",
                                  count_of(rows.size(), "task", "tasks"));
    const u32 hit = scrolled_rows(
        inside, static_cast<u32>(rows.size()), row_h, [&](u32 i, float y) {
            draw_row(*ImGui::GetWindowDrawList(), app, rows[i], inside, y);
        });
    if (hit < rows.size()) choose_task(app, rows[hit].task);
}

}  // namespace rq
