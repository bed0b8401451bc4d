// Claims about colours and their contrasts.
#include "app/theme.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

using namespace rq;

namespace {

double channel(ImU32 colour, int shift) {
    const double c = static_cast<double>((colour >> shift) & 0xFF) / 255;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

// WCAG 2.1 relative luminance.
double luminance(ImU32 colour) {
    return 0.2126 * channel(colour, IM_COL32_R_SHIFT) + 0.7152 * channel(colour, IM_COL32_G_SHIFT) +
           0.0722 * channel(colour, IM_COL32_B_SHIFT);
}

double contrast(ImU32 a, ImU32 b) {
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

constexpr ThemeKind kinds[] = {ThemeKind::Light, ThemeKind::Dark, ThemeKind::Contrast};

}  // namespace

TEST_CASE("theme: every text colour has a contrast of 4.5 or more where it is used") {
    for (ThemeKind kind : kinds) {
        set_theme(kind);
        const Theme& t = theme();
        for (ImU32 text : {t.text1, t.text2, t.text3, t.accent, t.right, t.careful, t.wrong}) {
            CHECK(contrast(text, t.surface) >= 4.5);
            CHECK(contrast(text, t.background) >= 4.5);
        }
        CHECK(contrast(t.text1, t.accent_wash) >= 4.5);
        CHECK(contrast(t.text3, t.sunken) >= 4.5);
        CHECK(contrast(t.on_accent, t.accent) >= 4.5);
        for (unsigned i = 0; i < 8; i++) {
            CHECK(contrast(t.task(i).ink, t.task(i).fill) >= 4.5);
        }
    }
}

TEST_CASE("theme: a bar or its edge has a contrast of 3 or more on its lane") {
    for (ThemeKind kind : kinds) {
        set_theme(kind);
        const Theme& t = theme();
        for (unsigned i = 0; i < 8; i++) {
            const TaskColour colour = t.task(i);
            CHECK(std::max(contrast(colour.fill, t.sunken), contrast(colour.edge, t.sunken)) >= 3);
        }
        CHECK(contrast(t.control, t.surface) >= 3);
    }
}

TEST_CASE("theme: the first 5,000 tasks have different letters, none of them I or O") {
    std::set<std::string> seen;
    for (unsigned i = 0; i < 16 + 256 + 4096; i++) {
        char letter[4];
        const std::string text = task_letter(i, letter);
        CHECK(seen.insert(text).second);
        CHECK(text.find_first_of("IO") == std::string::npos);
    }
}

TEST_CASE("theme: tasks 9 to 16 repeat the colours hatched; later ones are grey until chosen") {
    set_theme(ThemeKind::Light);
    const Theme& t = theme();
    CHECK(t.task(8).fill == t.task(0).fill);
    CHECK(t.task(8).hatched);
    CHECK_FALSE(t.task(7).hatched);
    CHECK(t.task(17).fill == t.task(7).fill);
    CHECK(t.task(17, true).fill == t.task(1).fill);
}
