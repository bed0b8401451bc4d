// Drawing on whole device pixels with Dear ImGui's draw lists.
#include "app/draw.hpp"

#include <cmath>
#include <vector>

#include "imgui_internal.h"

namespace rq {

namespace {

float current_density = 1;
constexpr int nr_patterns = static_cast<int>(Pattern::Count);

struct PatternTexture {
    ImTextureID name;
    int period;  // device pixels
};
PatternTexture patterns[nr_patterns];

// How much of texel (x, y) the pattern's stroke covers, 0 to 1. Strokes wrap around the tile.
float coverage(Pattern kind, float x, float y, float period, float stroke) {
    auto wrapped = [period](float d) {
        d = std::fabs(std::fmod(d, period));
        return d > period / 2 ? period - d : d;
    };
    // A diagonal of slope one is sqrt(2) closer than its horizontal distance.
    const float slash = wrapped(x + y - period) * 0.7071f;
    const float backslash = wrapped(x - y) * 0.7071f;
    const float half = stroke / 2;
    auto ramp = [half](float d) { return ImClamp(half + 0.5f - d, 0.0f, 1.0f); };
    switch (kind) {
        case Pattern::Slash: return ramp(slash);
        case Pattern::Backslash: return ramp(backslash);
        case Pattern::Cross: return ramp(ImMin(slash, backslash));
        case Pattern::Vertical: return ramp(std::fabs(x - period / 2));
        case Pattern::Dots:
        default: return ramp(std::hypot(x - period / 2, y - period / 2) - stroke * 0.4f);
    }
}

int period_of(Pattern kind) {
    return kind == Pattern::Slash || kind == Pattern::Backslash ? 5 : 6;
}

}  // namespace

namespace draw {

void make_patterns(float density, ImTextureID (*make_texture)(const ImU32*, int),
                   void (*drop_texture)(ImTextureID)) {
    current_density = density;
    std::vector<ImU32> texels;
    for (int i = 0; i < nr_patterns; i++) {
        const Pattern kind = static_cast<Pattern>(i);
        const int period = static_cast<int>(static_cast<float>(period_of(kind)) * density + 0.5f);
        const float stroke = 1.2f * density;
        texels.assign(static_cast<size_t>(period * period), 0);
        for (int y = 0; y < period; y++) {
            for (int x = 0; x < period; x++) {
                const float c = coverage(kind, static_cast<float>(x) + 0.5f,
                                         static_cast<float>(y) + 0.5f,
                                         static_cast<float>(period), stroke);
                const ImU32 alpha = static_cast<ImU32>(c * 255 + 0.5f);
                texels[static_cast<size_t>(y * period + x)] =
                    IM_COL32(255, 255, 255, 0) | (alpha << IM_COL32_A_SHIFT);
            }
        }
        if (patterns[i].name) drop_texture(patterns[i].name);
        patterns[i] = {make_texture(texels.data(), period), period};
    }
}

float density() {
    return current_density;
}

float snap(float v) {
    return std::floor(v * current_density + 0.5f) / current_density;
}

float hair() {
    return current_density >= 2 ? std::floor(current_density + 0.5f) / current_density : 1.0f;
}

void fill(ImDrawList& list, const Box& box, ImU32 colour) {
    const float x0 = snap(box.x), x1 = snap(box.right());
    if (x1 <= x0) return;
    list.AddRectFilled(ImVec2(x0, snap(box.y)), ImVec2(x1, snap(box.bottom())), colour);
}

void rounded(ImDrawList& list, const Box& box, ImU32 colour, float radius) {
    list.AddRectFilled(ImVec2(snap(box.x), snap(box.y)),
                       ImVec2(snap(box.right()), snap(box.bottom())), colour, radius);
}

void edge(ImDrawList& list, const Box& box, ImU32 colour, float width) {
    const float x0 = snap(box.x), y0 = snap(box.y);
    const float x1 = snap(box.right()), y1 = snap(box.bottom());
    if (x1 - x0 <= 2 * width) {
        list.AddRectFilled(ImVec2(x0, y0), ImVec2(x1, y1), colour);
        return;
    }
    list.AddRectFilled(ImVec2(x0, y0), ImVec2(x1, y0 + width), colour);
    list.AddRectFilled(ImVec2(x0, y1 - width), ImVec2(x1, y1), colour);
    list.AddRectFilled(ImVec2(x0, y0 + width), ImVec2(x0 + width, y1 - width), colour);
    list.AddRectFilled(ImVec2(x1 - width, y0 + width), ImVec2(x1, y1 - width), colour);
}

void rounded_edge(ImDrawList& list, const Box& box, ImU32 colour, float radius, float width) {
    const float half = width / 2;  // the stroke lies inside the box, on pixel centres
    list.AddRect(ImVec2(snap(box.x) + half, snap(box.y) + half),
                 ImVec2(snap(box.right()) - half, snap(box.bottom()) - half), colour, radius, 0,
                 width);
}

void hline(ImDrawList& list, float x0, float x1, float y, ImU32 colour, float width) {
    const float top = snap(y - width / 2);
    list.AddRectFilled(ImVec2(snap(x0), top), ImVec2(snap(x1), top + width), colour);
}

void vline(ImDrawList& list, float x, float y0, float y1, ImU32 colour, float width) {
    const float left = snap(x - width / 2);
    list.AddRectFilled(ImVec2(left, snap(y0)), ImVec2(left + width, snap(y1)), colour);
}

void dashed_hline(ImDrawList& list, float x0, float x1, float y, ImU32 colour, float width,
                  float on, float off) {
    for (float x = x0; x < x1; x += on + off) hline(list, x, ImMin(x + on, x1), y, colour, width);
}

void dashed_vline(ImDrawList& list, float x, float y0, float y1, ImU32 colour, float width,
                  float on, float off) {
    for (float y = y0; y < y1; y += on + off) vline(list, x, y, ImMin(y + on, y1), colour, width);
}

void dashed_box(ImDrawList& list, const Box& box, ImU32 colour, float radius, float width) {
    const float x0 = box.x, y0 = box.y, x1 = box.right(), y1 = box.bottom();
    dashed_hline(list, x0 + radius, x1 - radius, y0 + width / 2, colour, width, 4, 3);
    dashed_hline(list, x0 + radius, x1 - radius, y1 - width / 2, colour, width, 4, 3);
    dashed_vline(list, x0 + width / 2, y0 + radius, y1 - radius, colour, width, 4, 3);
    dashed_vline(list, x1 - width / 2, y0 + radius, y1 - radius, colour, width, 4, 3);
    auto corner = [&](float cx, float cy, int from12) {
        list.PathArcToFast(ImVec2(cx, cy), radius - width / 2, from12, from12 + 2);
        list.PathStroke(colour, 0, width);
    };
    corner(x0 + radius, y0 + radius, 6);
    corner(x1 - radius, y0 + radius, 9);
    corner(x1 - radius, y1 - radius, 0);
    corner(x0 + radius, y1 - radius, 3);
}

void pattern(ImDrawList& list, const Box& box, Pattern kind, ImU32 colour) {
    const PatternTexture& p = patterns[static_cast<int>(kind)];
    const float x0 = snap(box.x), y0 = snap(box.y);
    const float x1 = snap(box.right()), y1 = snap(box.bottom());
    if (!p.name || x1 <= x0) return;
    // UVs count tiles from the box's own corner, so a hatch moves with its bar.
    const float tiles = current_density / static_cast<float>(p.period);
    list.AddImage(p.name, ImVec2(x0, y0), ImVec2(x1, y1), ImVec2(0, 0),
                  ImVec2((x1 - x0) * tiles, (y1 - y0) * tiles), colour);
}

float width(ImFont* font, std::string_view words) {
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, words.data(),
                               words.data() + words.size()).x;
}

float text(ImDrawList& list, ImFont* font, float x, float baseline, ImU32 colour,
           std::string_view words, Align align) {
    if (words.empty()) return 0;
    const float w = width(font, words);
    if (align == Align::Centre) x -= w / 2;
    if (align == Align::Right) x -= w;
    const ImVec2 at(snap(x), snap(baseline - font->Ascent));
    list.AddText(font, font->FontSize, at, colour, words.data(), words.data() + words.size());
    return w;
}

void text_cut(ImDrawList& list, ImFont* font, float x, float baseline, ImU32 colour,
              std::string_view words, float room) {
    if (width(font, words) <= room) {
        text(list, font, x, baseline, colour, words);
        return;
    }
    constexpr std::string_view ellipsis = "\xE2\x80\xA6";
    const char* stop = nullptr;
    const float left = room - width(font, ellipsis);
    font->CalcTextSizeA(font->FontSize, left, 0, words.data(), words.data() + words.size(), &stop);
    const size_t n = stop ? static_cast<size_t>(stop - words.data()) : 0;
    const float w = text(list, font, x, baseline, colour, words.substr(0, n));
    text(list, font, x + w, baseline, colour, ellipsis);
}

TaskColour task_colour(unsigned letter, bool cast) {
    return theme().task(letter, cast && letter != ~0u);
}

void chip(ImDrawList& list, unsigned task, float x, float y, float size, bool cast) {
    const TaskColour colour = task_colour(task, cast);
    const Box box{x, y, size, size};
    rounded(list, box, colour.fill, 4);
    if (colour.hatched) {
        pattern(list, {x + 1, y + 1, size - 2, size - 2}, Pattern::Slash,
                with_alpha(colour.ink, 45));
        rounded(list, {x + 3, y + 2, size - 6, size - 4}, colour.fill, 2);
    }
    if (theme().kind == ThemeKind::Contrast) rounded_edge(list, box, colour.edge, 4, 2);
    char letter[4];
    ImFont* font = size >= 18 ? fonts().strong12 : fonts().strong11;
    text(list, font, x + size / 2, y + size / 2 + font->Ascent * 0.36f, colour.ink,
         task == ~0u ? "\xC2\xB7" : task_letter(task, letter), Align::Centre);
}

void triangle_up(ImDrawList& list, float x, float top, float size, ImU32 colour) {
    x = snap(x);
    list.AddTriangleFilled(ImVec2(x, top), ImVec2(x + size / 2, top + size * 0.7f),
                           ImVec2(x - size / 2, top + size * 0.7f), colour);
}

void triangle_down(ImDrawList& list, float x, float top, float size, ImU32 colour) {
    x = snap(x);
    list.AddTriangleFilled(ImVec2(x - size / 2, top), ImVec2(x + size / 2, top),
                           ImVec2(x, top + size * 0.7f), colour);
}

void connector(ImDrawList& list, ImVec2 from, ImVec2 to, ImU32 colour, float width) {
    const float middle = (from.y + to.y) / 2;
    list.AddBezierCubic(from, ImVec2(from.x, middle + 2), ImVec2(to.x, middle - 2), to, colour,
                        width);
}

}  // namespace draw

}  // namespace rq
