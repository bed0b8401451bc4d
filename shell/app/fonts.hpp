// The fonts of the canvas: subsets compiled in, baked at the screen's density.
#pragma once

#include "imgui.h"

namespace rq {

// One font file inside the program, or handed to it.
struct FontBytes {
    const unsigned char* data;
    unsigned size;
};

// The files that the canvas draws with. The native window has all of them compiled in; the page
// starts with the first and is given the others after its first picture.
enum class FontFile : unsigned char { InterMedium, InterSemiBold, JetBrainsMono, Accents, Count };

// A file's bytes; {nullptr, 0} = not there yet, and Inter Medium stands in for it.
FontBytes font_file(FontFile which);
// Hands over a file that is not compiled in. The bytes must stay; fonts are to be baked anew.
void give_font_file(FontFile which, FontBytes bytes);

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
