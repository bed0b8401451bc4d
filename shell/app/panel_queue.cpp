// The run queue's region: tree and number line; on a phone cards, in an embed the line alone.
#include "app/app.hpp"

namespace rq {

void panel_queue(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const TreeState state{app.model.selected_task(), app.coarse, app.model.kernel() == 1};
    u32 clicked = no_task;
    if (app.layout.size == SizeClass::Phone) {
        clicked = draw_queue_cards(list, box, app.tree, app.model.cast(), state);
    } else if (app.layout.size == SizeClass::Embed) {
        draw::fill(list, box, theme().surface);
        draw_number_line(list, {box.x + 16, box.y, box.w - 16, box.h}, app.tree,
                         app.model.cast(), state.eevdf);
    } else {
        clicked = draw_run_queue(list, box, app.tree, app.model.cast(), state);
    }
    if (clicked == no_task) return;
    app.model.select_task(clicked);
    backend_wake();
}

}  // namespace rq
