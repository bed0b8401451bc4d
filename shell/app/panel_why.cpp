// The why card of the native window: question, answer, numbers, rule, runner-up, otherwise.
#include "app/reading.hpp"

namespace rq {

namespace {

float draw_numbers(ImDrawList& list, const WhyRow& why, const Box& box, float y) {
    const Theme& t = theme();
    const float h = 16 + 22 * static_cast<float>(why.numbers.size());
    draw::rounded(list, {box.x + 16, y, box.w - 32, h}, t.sunken, 6);
    float line = y + 23;
    for (const WhyRow::Line& number : why.numbers) {
        const float w = draw::text(list, fonts().mono12, box.x + 28, line, t.text2, number.text);
        draw::text_cut(list, fonts().mono12, box.x + 28 + w + 16, line, t.accent, number.verdict,
                       box.w - 72 - w);
        line += 22;
    }
    return y + h + 8;
}

float draw_fact(ImDrawList& list, const char* name, const std::vector<Piece>& value,
                const Box& box, float y) {
    if (value.empty()) return y;
    draw::text(list, fonts().text12, box.x + 16, y + 14, theme().text3, name);
    return draw_pieces(list, value, box.x + 100, y, box.w - 116, false);
}

}  // namespace

void panel_why(App& app, const Box& box) {
    if (box.h < 40) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Theme& t = theme();
    draw::fill(list, box, t.surface);
    const WhyRow why = app.model.why();
    if (!why.found) {
        draw::text(list, fonts().strong13, box.x + 16, box.y + 23, t.text1, "Why?");
        draw_paragraph(list, fonts().text13,
                       "Click a coloured block in the timeline, or press Next switch.", box.x + 16,
                       box.y + 44, box.w - 32, 20, t.text2);
        return;
    }
    const float w = draw::text(list, fonts().mono11, box.right() - 16, box.y + 23, t.text3,
                               why.when, Align::Right);
    draw::text_cut(list, fonts().strong13, box.x + 16, box.y + 23, t.text1, why.question,
                   box.w - 48 - w);
    draw::hline(list, box.x, box.right(), box.y + 35.5f, t.line);
    float y = draw_pieces(list, why.answer, box.x + 16, box.y + 42, box.w - 32, true);
    if (!why.numbers.empty() && box.h > 120) y = draw_numbers(list, why, box, y + 2);
    if (!why.rule.empty() && box.h > 120) {
        draw::text(list, fonts().text12, box.x + 16, y + 14, t.text3, "Rule");
        draw::text(list, fonts().mono12, box.x + 100, y + 14, t.text1, why.rule);
        y += 21;
    }
    if (box.h <= 120) return;
    y = draw_fact(list, "Runner-up", why.runner_up, box, y);
    draw_fact(list, "Otherwise", why.otherwise, box, y);
}

}  // namespace rq
