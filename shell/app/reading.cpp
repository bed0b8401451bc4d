// Wrapping text by hand: Dear ImGui wraps one font at a time, and names stand bold in sentences.
#include "app/reading.hpp"

namespace rq {

namespace {

struct Pen {
    ImDrawList& list;
    float left, right, x, y, line_height;
};

void put_word(Pen& pen, ImFont* font, std::string_view word, ImU32 colour) {
    const float w = draw::width(font, word);
    if (pen.x > pen.left && pen.x + w > pen.right) {
        pen.x = pen.left;
        pen.y += pen.line_height;
        if (!word.empty() && word[0] == ' ') word.remove_prefix(1);
    }
    pen.x += draw::text(pen.list, font, pen.x, pen.y, colour, word);
}

// A word is drawn with the blank before it, so that kerning of blanks adds up.
void put_text(Pen& pen, ImFont* font, std::string_view text, ImU32 colour) {
    size_t from = 0;
    while (from < text.size()) {
        size_t to = text.find(' ', from + 1);
        if (to == std::string_view::npos) to = text.size();
        put_word(pen, font, text.substr(from, to - from), colour);
        from = to;
    }
}

}  // namespace

float draw_pieces(ImDrawList& list, const std::vector<Piece>& pieces, float x, float y,
                  float width, bool large) {
    Pen pen{list, x, x + width, x, y + (large ? 16.0f : 14.0f), large ? 22.0f : 19.0f};
    ImFont* plain = large ? fonts().text14 : fonts().text12;
    ImFont* bold = large ? fonts().strong13 : fonts().strong12;
    for (const Piece& piece : pieces) {
        put_text(pen, piece.bold ? bold : plain, piece.text, theme().text1);
    }
    return pen.y + (large ? 8.0f : 6.0f);
}

float draw_paragraph(ImDrawList& list, ImFont* font, std::string_view text, float x, float y,
                     float width, float line_height, ImU32 colour) {
    Pen pen{list, x, x + width, x, y + line_height * 0.72f, line_height};
    put_text(pen, font, text, colour);
    return pen.y + line_height * 0.4f;
}

}  // namespace rq
