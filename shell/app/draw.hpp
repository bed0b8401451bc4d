// The only place with pixels: crisp rectangles, text on a baseline, hatches, chips, arrows.
// Lengths are CSS pixels; everything is put on whole device pixels.
#pragma once

#include <string_view>

#include "app/fonts.hpp"
#include "app/theme.hpp"

namespace rq {

struct Box {
    float x, y, w, h;

    float right() const { return x + w; }
    float bottom() const { return y + h; }
    bool contains(ImVec2 p) const { return p.x >= x && p.x < x + w && p.y >= y && p.y < y + h; }
};

// Hatches, each a small repeating texture of its own, white on clear.
enum class Pattern : unsigned char { Slash, Backslash, Cross, Vertical, Dots, Count };

enum class Align : unsigned char { Left, Centre, Right };

// The layers of one lane or panel: a lane then costs two changes of texture, not two a bar.
enum Layer : int { layer_fill, layer_pattern, layer_line, layer_text, nr_layers };

namespace draw {

// Once per density: makes the pattern textures. `make_texture` uploads `size` × `size` RGBA
// texels that repeat, and returns the texture's name.
void make_patterns(float density, ImTextureID (*make_texture)(const ImU32* texels, int size),
                   void (*drop_texture)(ImTextureID));

float density();
float snap(float v);        // to the nearest device pixel
float hair();               // one device pixel, or one CSS pixel when that is finer to see

void fill(ImDrawList& list, const Box& box, ImU32 colour);
void rounded(ImDrawList& list, const Box& box, ImU32 colour, float radius);
void edge(ImDrawList& list, const Box& box, ImU32 colour, float width = 1);
void rounded_edge(ImDrawList& list, const Box& box, ImU32 colour, float radius, float width);
void hline(ImDrawList& list, float x0, float x1, float y, ImU32 colour, float width = 1);
void vline(ImDrawList& list, float x, float y0, float y1, ImU32 colour, float width = 1);
void dashed_hline(ImDrawList& list, float x0, float x1, float y, ImU32 colour, float width,
                  float on, float off);
void dashed_vline(ImDrawList& list, float x, float y0, float y1, ImU32 colour, float width,
                  float on, float off);
void dashed_box(ImDrawList& list, const Box& box, ImU32 colour, float radius, float width);
void pattern(ImDrawList& list, const Box& box, Pattern kind, ImU32 colour);

// Text whose baseline is `baseline`; `x` is its left, centre or right. Returns the width.
float text(ImDrawList& list, ImFont* font, float x, float baseline, ImU32 colour,
           std::string_view words, Align align = Align::Left);
float width(ImFont* font, std::string_view words);
// The longest head of `words` that fits `room`, with an ellipsis when something was cut.
void text_cut(ImDrawList& list, ImFont* font, float x, float baseline, ImU32 colour,
              std::string_view words, float room);

// The colours of the `letter`-th task; grey for what has no letter (a kernel thread).
TaskColour task_colour(unsigned letter, bool cast = false);
// The letter of a task on its colour, `size` pixels square.
void chip(ImDrawList& list, unsigned letter, float x, float y, float size, bool cast = true);

void triangle_up(ImDrawList& list, float x, float top, float size, ImU32 colour);
void triangle_down(ImDrawList& list, float x, float top, float size, ImU32 colour);
// An S-shaped connector between two tree nodes: leaves downwards, arrives from above.
void connector(ImDrawList& list, ImVec2 from, ImVec2 to, ImU32 colour, float width);

}  // namespace draw

}  // namespace rq
