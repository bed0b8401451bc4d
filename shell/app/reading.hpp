// Text for the native window's reading regions: wrapped sentences with bold names, key and value.
#pragma once

#include "app/app.hpp"

namespace rq {

/// Draws pieces as one paragraph of at most `width`; returns the y below its last line.
float draw_pieces(ImDrawList& list, const std::vector<Piece>& pieces, float x, float y,
                  float width, bool large);

/// The same for plain text in one font.
float draw_paragraph(ImDrawList& list, ImFont* font, std::string_view text, float x, float y,
                     float width, float line_height, ImU32 colour);

/// A scrolled list of rows inside the current window: calls `row(i, y)` for those in sight.
/// Returns the row under a click, ~0 when there was none.
template <class Row>
u32 scrolled_rows(const Box& box, u32 count, float row_height, Row row) {
    ImGui::SetCursorScreenPos(ImVec2(box.x, box.y));
    ImGui::BeginChild("rows", ImVec2(box.w, box.h), 0, ImGuiWindowFlags_NoBackground);
    const float top = ImGui::GetCursorScreenPos().y;
    ImGui::Dummy(ImVec2(1, row_height * static_cast<float>(count)));
    u32 clicked = ~u32{0};
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const bool pressed = ImGui::IsWindowHovered() && ImGui::IsMouseClicked(0);
    for (u32 i = 0; i < count; i++) {
        const float y = top + row_height * static_cast<float>(i);
        if (y + row_height < box.y || y > box.bottom()) continue;
        row(i, y);
        if (pressed && mouse.y >= y && mouse.y < y + row_height) clicked = i;
    }
    ImGui::EndChild();
    return clicked;
}

}  // namespace rq
