// Bakes the compiled-in subsets (Inter Medium and SemiBold, JetBrains Mono) at the sizes in use.
#include "app/fonts.hpp"

namespace rq {

namespace {

Fonts baked;

// Space to tilde, and the signs of the subset: no-break space, micro, middle dot, times, Delta,
// dash, quotes, ellipsis, arrows, minus, less or equal, greater or equal.
const ImWchar ranges[] = {0x20,   0x7E,   0xA0,   0xA0,   0xB5,   0xB7,   0xD7,   0xD7,
                          0x394,  0x394,  0x2013, 0x2013, 0x2019, 0x2019, 0x201C, 0x201D,
                          0x2026, 0x2026, 0x2190, 0x2193, 0x2212, 0x2212, 0x2264, 0x2265, 0};

ImFont* bake(const FontBytes& bytes, float size, float density) {
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    config.RasterizerDensity = density;
    config.OversampleH = density >= 1.5f ? 1 : 2;
    config.OversampleV = 1;
    config.PixelSnapH = density >= 1.5f;
    config.GlyphRanges = ranges;
    // The atlas only reads the bytes; its interface predates const.
    void* data = const_cast<unsigned char*>(bytes.data);
    return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(data, static_cast<int>(bytes.size), size,
                                                      &config);
}

}  // namespace

const Fonts& fonts() {
    return baked;
}

void bake_fonts(float density, bool reading) {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    atlas.TexDesiredWidth = density >= 1.5f ? 1024 : 512;
    baked.text13 = bake(font_inter_medium, 13, density);  // first, so it is the default
    baked.text12 = bake(font_inter_medium, 12, density);
    baked.text11 = bake(font_inter_medium, 11, density);
    baked.strong13 = bake(font_inter_semibold, 13, density);
    baked.strong12 = bake(font_inter_semibold, 12, density);
    baked.strong11 = bake(font_inter_semibold, 11, density);
    baked.mono11 = bake(font_jetbrains_mono, 11, density);
    baked.mono12 = bake(font_jetbrains_mono, 12, density);
    baked.text14 = baked.text13;
    baked.strong18 = baked.strong13;
    baked.mono13 = baked.mono12;
    if (reading) {
        baked.text14 = bake(font_inter_medium, 14, density);
        baked.strong18 = bake(font_inter_semibold, 18, density);
        baked.mono13 = bake(font_jetbrains_mono, 13, density);
    }
    atlas.Build();
}

}  // namespace rq
