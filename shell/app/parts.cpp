// The pieces that main views are put together from.
#include "app/parts.hpp"

namespace rq {

Box begin_view(ImDrawList& list, const Box& box, std::string_view question,
               std::string_view figures) {
    const Theme& t = theme();
    draw::fill(list, box, t.surface);
    const float w = draw::text(list, fonts().text12, box.right() - 16, box.y + 22, t.text2, figures,
                               Align::Right);
    // In a narrow place the figures say more than the question.
    const float room = box.w - 48 - w;
    if (draw::width(fonts().text12, question) <= room || figures.empty()) {
        draw::text_cut(list, fonts().text12, box.x + 16, box.y + 22, t.text3, question, room);
    }
    const float head = 34;
    return {box.x, box.y + head, box.w, box.h - head};
}

void say_empty(ImDrawList& list, const Box& box, std::string_view sentence) {
    draw::text_cut(list, fonts().text13, box.x + 16, box.y + 22, theme().text2, sentence,
                   box.w - 32);
}

float draw_task(ImDrawList& list, const App& app, u32 task, float x, float baseline, float room) {
    const std::vector<CastRow>& cast = app.model.cast();
    const bool known = task < cast.size();
    const bool chosen = known && task == app.model.selected_task();
    draw::chip(list, known ? cast[task].letter : no_letter, x, baseline - 12, 16);
    ImFont* font = chosen ? fonts().strong12 : fonts().text12;
    const std::string_view name = known ? std::string_view(cast[task].name) : "?";
    draw::text_cut(list, font, x + 22, baseline, theme().text1, name, room - 22);
    return 22 + ImMin(draw::width(font, name), room - 22);
}

bool hovered(const Box& box) {
    return box.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered();
}

bool clicked(const Box& box) {
    return hovered(box) && ImGui::IsMouseClicked(ImGuiMouseButton_Left);
}

void choose_task(App& app, u32 task) {
    if (task == no_task) return;
    app.model.select_task(task);
    backend_wake();
}

std::string count_of(u64 n, const char* one, const char* many) {
    std::string out;
    append_u64(out, n);
    return out + " " + (n == 1 ? one : many);
}

}  // namespace rq
