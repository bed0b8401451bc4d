// Colours and sizes of the canvas; the numbers and their measured contrasts are in the design.
#include "app/theme.hpp"

#include <initializer_list>

namespace rq {

namespace {

constexpr ImU32 rgb(unsigned hex) {
    return IM_COL32((hex >> 16) & 0xFF, (hex >> 8) & 0xFF, hex & 0xFF, 0xFF);
}

constexpr ImU32 ink = rgb(0x10151C);
constexpr ImU32 white = rgb(0xFFFFFF);

constexpr Theme light = {
    ThemeKind::Light,
    rgb(0xF3F5F8), white, rgb(0xEAEEF3), rgb(0xD3DAE3), rgb(0x7B8798),
    rgb(0x18202C), rgb(0x455164), rgb(0x5F6B7E),
    rgb(0x4338CA), white, rgb(0xECEBFB),
    rgb(0x0B6B4F), rgb(0xE3F3EC), rgb(0x8A5300), rgb(0xFBF0DA), rgb(0xB3261E), rgb(0xFBE7E5),
    rgb(0xB3261E), rgb(0x18202C),
    {rgb(0x64748B), rgb(0x96620F), rgb(0x0F766E), rgb(0x7A4B1E), rgb(0x18202C), rgb(0x7C5CBF),
     rgb(0xB5366B), rgb(0xC2410C), white},
    {{rgb(0x0072B2), rgb(0x005A8D), white, false},
     {rgb(0xE69F00), rgb(0x8F6200), ink, false},
     {rgb(0x009E73), rgb(0x006B4E), ink, false},
     {rgb(0xCC79A7), rgb(0x96436F), ink, false},
     {rgb(0x56B4E9), rgb(0x1F77A8), ink, false},
     {rgb(0xD55E00), rgb(0x9C4400), ink, false},
     {rgb(0xF0E442), rgb(0x857C00), ink, false},
     {rgb(0x8B95A3), rgb(0x5A6472), ink, false}}};

constexpr Theme dark = {
    ThemeKind::Dark,
    rgb(0x0E1218), rgb(0x161C25), rgb(0x1E2631), rgb(0x2E3947), rgb(0x76849A),
    rgb(0xE9EEF5), rgb(0xB4C0CF), rgb(0x93A1B3),
    rgb(0xA9B1FF), ink, rgb(0x262B4A),
    rgb(0x5FD3A8), rgb(0x15302A), rgb(0xF2B84B), rgb(0x33290F), rgb(0xFF9A8F), rgb(0x3A1F1D),
    rgb(0xFF9A8F), rgb(0xB4C0CF),
    {rgb(0x8494AB), rgb(0xD69A3C), rgb(0x3FB5AA), rgb(0xB98A5A), rgb(0xE9EEF5), rgb(0xA78BE0),
     rgb(0xE0709B), rgb(0xF08A5A), rgb(0x161C25)},
    {{rgb(0x3E9BD4), rgb(0x3E9BD4), ink, false},
     {rgb(0xE69F00), rgb(0xE69F00), ink, false},
     {rgb(0x1DB58A), rgb(0x1DB58A), ink, false},
     {rgb(0xD78FB6), rgb(0xD78FB6), ink, false},
     {rgb(0x6BBFEF), rgb(0x6BBFEF), ink, false},
     {rgb(0xE8722A), rgb(0xE8722A), ink, false},
     {rgb(0xF0E442), rgb(0xF0E442), ink, false},
     {rgb(0x9AA5B4), rgb(0x9AA5B4), ink, false}}};

// High contrast keeps the fills of the dark theme; the white edge is what tells shapes apart.
constexpr Theme contrast_of(Theme from) {
    from.kind = ThemeKind::Contrast;
    from.background = rgb(0x000000);
    from.surface = rgb(0x000000);
    from.sunken = rgb(0x121212);
    from.line = rgb(0x9AA4B2);
    from.control = white;
    from.text1 = white;
    from.text2 = white;
    from.text3 = rgb(0xD9DEE5);
    from.accent = rgb(0xFFE066);
    from.on_accent = rgb(0x000000);
    from.accent_wash = rgb(0x2A2610);
    from.right = rgb(0x7CF5C4);
    from.careful = rgb(0xFFD166);
    from.wrong = rgb(0xFFB3AB);
    from.right_wash = from.careful_wash = from.wrong_wash = rgb(0x000000);
    from.tree_red = rgb(0xFFB3AB);
    from.tree_black = white;
    for (TaskColour& task : from.task_table) task.edge = white;
    return from;
}
constexpr Theme contrast = contrast_of(dark);

const Theme* current = &light;

const char letters[] = "ABCDEFGHJKLMNPQU";
constexpr unsigned nr_letters = 16;
constexpr unsigned nr_colours = 8;
constexpr unsigned grey = 7;

void style_sizes(ImGuiStyle& style, bool coarse) {
    style.WindowPadding = ImVec2(16, 12);
    style.FramePadding = ImVec2(12, 7);
    style.ItemSpacing = ImVec2(8, 8);
    style.ItemInnerSpacing = ImVec2(8, 4);
    style.CellPadding = ImVec2(8, 3);
    style.ScrollbarSize = 10;
    style.ScrollbarRounding = 5;
    style.GrabMinSize = coarse ? 28.0f : 16.0f;
    style.FrameRounding = style.GrabRounding = 6;
    style.WindowRounding = style.ChildRounding = style.TabRounding = 0;
    style.PopupRounding = 8;
    style.WindowBorderSize = style.ChildBorderSize = style.TabBorderSize = 0;
    style.FrameBorderSize = style.PopupBorderSize = 1;
    style.TouchExtraPadding = coarse ? ImVec2(8, 8) : ImVec2(0, 0);
    style.HoverStationaryDelay = 0.10f;
    style.HoverDelayShort = 0.30f;
    style.HoverDelayNormal = 0.60f;
    style.DisabledAlpha = 0.45f;
    style.CircleTessellationMaxError = 0.15f;
    style.WindowMinSize = ImVec2(1, 1);
}

void set(ImGuiStyle& style, std::initializer_list<int> which, ImU32 colour) {
    for (int i : which) style.Colors[i] = ImGui::ColorConvertU32ToFloat4(colour);
}

}  // namespace

const Theme& theme() {
    return *current;
}

void set_theme(ThemeKind kind) {
    current = kind == ThemeKind::Light ? &light : kind == ThemeKind::Dark ? &dark : &contrast;
}

TaskColour Theme::task(unsigned index, bool cast) const {
    if (index >= nr_letters && !cast) return task_table[grey];
    TaskColour colour = task_table[index % nr_colours];
    colour.hatched = (index / nr_colours) % 2 == 1;
    return colour;
}

const char* task_letter(unsigned index, char out[4]) {
    if (index < nr_letters) {
        out[0] = letters[index];
        out[1] = 0;
        return out;
    }
    index -= nr_letters;
    unsigned length = 0;
    if (index >= nr_letters * nr_letters) {
        out[length++] = letters[(index / (nr_letters * nr_letters) - 1) % nr_letters];
    }
    out[length++] = letters[(index / nr_letters) % nr_letters];
    out[length++] = letters[index % nr_letters];
    out[length] = 0;
    return out;
}

void apply_style(const Theme& t, bool coarse_pointer) {
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle();
    style_sizes(style, coarse_pointer);
#ifdef NDEBUG
    set(style, {}, 0);
    for (int i = 0; i < ImGuiCol_COUNT; i++) set(style, {i}, t.surface);
#else
    // A colour that nobody chose is to be seen.
    for (int i = 0; i < ImGuiCol_COUNT; i++) set(style, {i}, rgb(0xFF00FF));
#endif
    set(style, {ImGuiCol_Text}, t.text1);
    set(style, {ImGuiCol_TextDisabled}, t.text3);
    set(style, {ImGuiCol_WindowBg, ImGuiCol_ChildBg, ImGuiCol_MenuBarBg, ImGuiCol_TitleBg,
                ImGuiCol_TitleBgActive, ImGuiCol_TitleBgCollapsed, ImGuiCol_PopupBg,
                ImGuiCol_FrameBg, ImGuiCol_Button, ImGuiCol_Tab, ImGuiCol_TabHovered,
                ImGuiCol_TabActive, ImGuiCol_TabUnfocused, ImGuiCol_TabUnfocusedActive,
                ImGuiCol_TableHeaderBg}, t.surface);
    set(style, {ImGuiCol_Border, ImGuiCol_ScrollbarGrabHovered}, t.control);
    set(style, {ImGuiCol_FrameBgHovered, ImGuiCol_HeaderHovered, ImGuiCol_ButtonHovered,
                ImGuiCol_FrameBgActive}, t.sunken);
    set(style, {ImGuiCol_ButtonActive, ImGuiCol_Header, ImGuiCol_HeaderActive,
                ImGuiCol_TextSelectedBg, ImGuiCol_ResizeGripActive}, t.accent_wash);
    set(style, {ImGuiCol_CheckMark, ImGuiCol_SliderGrab, ImGuiCol_SliderGrabActive,
                ImGuiCol_NavHighlight, ImGuiCol_SeparatorActive, ImGuiCol_SeparatorHovered,
                ImGuiCol_DragDropTarget, ImGuiCol_ScrollbarGrabActive,
                ImGuiCol_NavWindowingHighlight, ImGuiCol_PlotLines, ImGuiCol_PlotLinesHovered,
                ImGuiCol_PlotHistogram, ImGuiCol_PlotHistogramHovered}, t.accent);
    set(style, {ImGuiCol_Separator, ImGuiCol_TableBorderLight, ImGuiCol_TableBorderStrong,
                ImGuiCol_ScrollbarGrab, ImGuiCol_ResizeGrip, ImGuiCol_ResizeGripHovered}, t.line);
    set(style, {ImGuiCol_BorderShadow, ImGuiCol_ScrollbarBg, ImGuiCol_TableRowBg,
                ImGuiCol_TableRowBgAlt}, IM_COL32(0, 0, 0, 0));
    set(style, {ImGuiCol_ModalWindowDimBg, ImGuiCol_NavWindowingDimBg},
        with_alpha(t.background, 50));
}

ImU32 with_alpha(ImU32 colour, unsigned percent) {
    return (colour & ~IM_COL32_A_MASK) | ((percent * 255 / 100) << IM_COL32_A_SHIFT);
}

}  // namespace rq
