// Bakes the font subsets (Inter Medium and SemiBold, JetBrains Mono) at the sizes in use.
#include "app/fonts.hpp"

namespace rq {

extern const FontBytes font_inter_medium;
#ifndef __EMSCRIPTEN__
extern const FontBytes font_inter_semibold, font_jetbrains_mono, font_accents;
#endif

namespace {

Fonts baked;
FontBytes files[static_cast<int>(FontFile::Count)];

// Space to tilde, and the signs of the subset: no-break space, micro, middle dot, times, Delta,
// dash, quotes, ellipsis, arrows, minus, less or equal, greater or equal.
const ImWchar ranges[] = {0x20,   0x7E,   0xA0,   0xA0,   0xB5,   0xB7,   0xD7,   0xD7,
                          0x394,  0x394,  0x2013, 0x2013, 0x2019, 0x2019, 0x201C, 0x201D,
                          0x2026, 0x2026, 0x2190, 0x2193, 0x2212, 0x2212, 0x2264, 0x2265, 0};

// Letters with accents, from a file of their own.
const ImWchar accent_ranges[] = {0xA1,  0xB4,  0xB6,  0xB6,  0xB8,  0xD6,  0xD8,  0xFF, 0x152,
                                 0x153, 0x160, 0x161, 0x178, 0x178, 0x17D, 0x17E, 0};

ImFont* add(const FontBytes& bytes, float size, float density, const ImWchar* range, bool merge) {
    ImFontConfig config;
    config.MergeMode = merge;
    config.FontDataOwnedByAtlas = false;
    config.RasterizerDensity = density;
    config.OversampleH = density >= 1.5f ? 1 : 2;
    config.OversampleV = 1;
    config.PixelSnapH = density >= 1.5f;
    config.GlyphRanges = range;
    // The atlas only reads the bytes; its interface predates const.
    void* data = const_cast<unsigned char*>(bytes.data);
    return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(data, static_cast<int>(bytes.size), size,
                                                      &config);
}

ImFont* bake(FontFile which, float size, float density) {
    FontBytes bytes = font_file(which);
    if (!bytes.data) bytes = font_file(FontFile::InterMedium);
    ImFont* font = add(bytes, size, density, ranges, false);
    const FontBytes accents = font_file(FontFile::Accents);
    if (accents.data) add(accents, size, density, accent_ranges, true);
    return font;
}

}  // namespace

FontBytes font_file(FontFile which) {
#ifndef __EMSCRIPTEN__
    static const FontBytes compiled_in[] = {font_inter_medium, font_inter_semibold,
                                            font_jetbrains_mono, font_accents};
    return compiled_in[static_cast<int>(which)];
#else
    return which == FontFile::InterMedium ? font_inter_medium : files[static_cast<int>(which)];
#endif
}

void give_font_file(FontFile which, FontBytes bytes) {
    files[static_cast<int>(which)] = bytes;
}

const Fonts& fonts() {
    return baked;
}

void bake_fonts(float density, bool reading) {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    atlas.TexDesiredWidth = density >= 1.5f ? 1024 : 512;
    baked.text13 = bake(FontFile::InterMedium, 13, density);  // first, so it is the default
    baked.text12 = bake(FontFile::InterMedium, 12, density);
    baked.text11 = bake(FontFile::InterMedium, 11, density);
    baked.strong13 = bake(FontFile::InterSemiBold, 13, density);
    baked.strong12 = bake(FontFile::InterSemiBold, 12, density);
    baked.strong11 = bake(FontFile::InterSemiBold, 11, density);
    baked.mono11 = bake(FontFile::JetBrainsMono, 11, density);
    baked.mono12 = bake(FontFile::JetBrainsMono, 12, density);
    baked.text14 = baked.text13;
    baked.strong18 = baked.strong13;
    baked.mono13 = baked.mono12;
    if (reading) {
        baked.text14 = bake(FontFile::InterMedium, 14, density);
        baked.strong18 = bake(FontFile::InterSemiBold, 18, density);
        baked.mono13 = bake(FontFile::JetBrainsMono, 13, density);
    }
    atlas.Build();
}

}  // namespace rq
