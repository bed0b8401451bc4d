// The run queues' region: deadline and real-time queues when somebody is in them, below them the
// fair tree and its number line; on a phone cards, in an embed one line.
#include "app/levels.hpp"
#include "app/parts.hpp"

namespace rq {

namespace {

u32 draw_fair(ImDrawList& list, App& app, const Box& box) {
    const TreeState state{app.model.selected_task(), app.coarse, app.model.kernel() == 1};
    if (app.layout.size == SizeClass::Phone) {
        return draw_queue_cards(list, box, app.tree, app.model.cast(), state);
    }
    if (app.layout.size != SizeClass::Embed) {
        return draw_run_queue(list, box, app.tree, app.model.cast(), state);
    }
    draw::fill(list, box, theme().surface);
    draw_number_line(list, {box.x + 16, box.y, box.w - 16, box.h}, app.tree, app.model.cast(),
                     state.eevdf);
    return no_task;
}

}  // namespace

void panel_queue(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    u32 chosen = no_task;
    float levels = 0;
    if (app.model.loaded()) {
        const Context c = app.model.context();
        const u32 cpu = app.model.selected_cpu();
        const view::RtQueue rt = view::rt_queue(c, app.model.books().cast, cpu);
        const std::vector<view::DlNode> dl = view::dl_queue(c, app.model.books().cast, cpu);
        const bool fair = app.tree.has_curr || !app.tree.nodes.empty();
        levels = ImMin(levels_height(rt, dl), fair ? box.h * 0.6f : box.h);
        if (levels > 0) {
            if (!fair) levels = box.h;
            chosen = draw_levels(list, app, {box.x, box.y, box.w, levels}, rt, dl);
        }
    }
    if (box.h - levels > 40) {
        const u32 task = draw_fair(list, app, {box.x, box.y + levels, box.w, box.h - levels});
        if (task != no_task) chosen = task;
    }
    choose_task(app, chosen);
}

}  // namespace rq
