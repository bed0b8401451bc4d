// The fonts of the canvas: subsets compiled in, baked at the screen's density.
#pragma once

#include "imgui.h"

namespace rq {

// One font file inside the program; the page hands the same bytes to the browser.
struct FontBytes {
    const unsigned char* data;
    unsigned size;
};

extern const FontBytes font_inter_medium;
extern const FontBytes font_inter_semibold;
extern const FontBytes font_jetbrains_mono;

// Sizes are CSS pixels. `strong` is SemiBold: what is selected, and names of lanes.
struct Fonts {
    ImFont* text11;
    ImFont* text12;
    ImFont* text13;
    ImFont* text14;
    ImFont* strong11;
    ImFont* strong12;
    ImFont* strong13;
    ImFont* strong18;
    ImFont* mono11;
    ImFont* mono12;
    ImFont* mono13;
};

const Fonts& fonts();

// Bakes every font into the current context's atlas for `density` device pixels per CSS pixel.
// The caller makes the texture anew afterwards. `reading` also bakes the sizes that only the
// native window's reading panels use.
void bake_fonts(float density, bool reading);

}  // namespace rq
