// The left region of the native window: the scenario in words, the others, and how to open a file.
#include "app/reading.hpp"
#include "base/result.hpp"

namespace rq {

namespace {

float draw_errors(ImDrawList& list, const App& app, const Box& box, float y) {
    const float w = box.w - 32;
    draw::text(list, fonts().strong12, box.x + 16, y + 14, theme().wrong,
               "The text was not loaded");
    y += 24;
    u32 shown = 0;
    for (const Diagnostic& error : app.model.errors()) {
        if (++shown > 6) break;
        y = draw_paragraph(list, fonts().text12, to_string(error), box.x + 16, y, w, 18,
                           theme().wrong) + 4;
    }
    return y + 8;
}

float draw_step_bar(ImDrawList& list, const LessonLine& lesson, const Box& box) {
    const float n = static_cast<float>(lesson.count);
    const float w = (box.w - 32 + 4) / n;
    for (u32 i = 0; i < lesson.count; i++) {
        draw::rounded(list, {box.x + 16 + w * static_cast<float>(i), box.y + 14, w - 4, 4},
                      i < lesson.step ? theme().accent : theme().line, 2);
    }
    return box.y + 26;
}

float draw_lesson_buttons(App& app, const LessonLine& lesson, const Box& box, float y) {
    ImGui::SetCursorScreenPos(ImVec2(box.x + 16, y));
    if (lesson.step > 0 && ImGui::Button("Back", ImVec2(72, 32))) app.go_lesson(lesson.step - 1);
    if (lesson.step < lesson.count) {
        ImGui::SetCursorScreenPos(ImVec2(box.right() - 16 - 120, y));
        const char* words = lesson.step == 0 ? "Start lesson" : "Continue";
        if (ImGui::Button(words, ImVec2(120, 32))) app.go_lesson(lesson.step + 1);
    }
    return y + 40;
}

float draw_about(ImDrawList& list, App& app, const Box& box) {
    const Facts facts = app.model.facts();
    const LessonLine lesson = app.model.lesson();
    const float w = box.w - 32;
    float y = lesson.count ? draw_step_bar(list, lesson, box) : box.y + 12;
    const bool intro = lesson.step == 0;
    y = draw_paragraph(list, fonts().strong18, intro ? facts.title : lesson.title, box.x + 16, y, w,
                       24, theme().text1) + 6;
    const std::string& first = intro ? facts.question : lesson.text;
    if (!first.empty()) {
        y = draw_paragraph(list, fonts().text14, first, box.x + 16, y, w, 22, theme().text1) + 6;
    }
    const std::string& second = intro ? facts.hint : lesson.question;
    if (!second.empty()) {
        y = draw_paragraph(list, fonts().text13, second, box.x + 16, y, w, 20, theme().text2) + 4;
    }
    if (lesson.count) y = draw_lesson_buttons(app, lesson, box, y + 8);
    if (!app.model.errors().empty()) y = draw_errors(list, app, box, y + 10);
    return y + 12;
}

}  // namespace

void panel_lesson(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Theme& t = theme();
    draw::fill(list, box, t.surface);
    const float y = draw_about(list, app, box);
    draw::hline(list, box.x + 16, box.right() - 16, y, t.line);
    draw::text(list, fonts().strong12, box.x + 16, y + 26, t.accent, "Scenarios");
    const Box rows{box.x, y + 36, box.w, box.bottom() - y - 36 - 60};
    const std::vector<SceneRow>& scenes = app.model.scenes();
    const u32 clicked = scrolled_rows(
        rows, static_cast<u32>(scenes.size()), 30, [&](u32 i, float row_y) {
            ImDrawList& inner = *ImGui::GetWindowDrawList();
            const bool here = app.model.scene() == static_cast<s32>(i);
            if (here) draw::rounded(inner, {box.x + 8, row_y, box.w - 16, 30}, t.accent_wash, 6);
            draw::text_cut(inner, here ? fonts().strong13 : fonts().text13, box.x + 16,
                           row_y + 19.5f, t.text1, scenes[i].title, box.w - 32);
        });
    if (clicked < scenes.size()) app.open_scene(clicked);
    draw_paragraph(list, fonts().text12,
                   "Drop a scenario or an rt-app file here, or paste its text with Ctrl+V.",
                   box.x + 16, box.bottom() - 52, box.w - 32, 18, t.text3);
}

}  // namespace rq
