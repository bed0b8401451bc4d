// The one table of colours: three themes, eight task colours, nine kinds of time.
// Panels ask for what they mean ("accent", "task 3"), never for a number.
#pragma once

#include "imgui.h"

namespace rq {

enum class ThemeKind : unsigned char { Light, Dark, Contrast };

// How one task is painted. Colours are ImGui's packed ABGR.
struct TaskColour {
    ImU32 fill;    // the bar
    ImU32 edge;    // its one-pixel edge; carries the 3:1 contrast in the light theme
    ImU32 ink;     // text on the fill
    bool hatched;  // the 9th to the 16th task repeat the colours with a hatch
};

// The parts of a CPU's time, in the fixed order of the cost bar.
enum class TimeKind : unsigned char {
    User, Refill, Remote, Tlb, Switch, Tick, Irq, Fault, Idle, Count
};

struct Theme {
    ThemeKind kind;
    ImU32 background, surface, sunken, line, control;
    ImU32 text1, text2, text3;
    ImU32 accent, on_accent, accent_wash;
    ImU32 right, right_wash, careful, careful_wash, wrong, wrong_wash;
    ImU32 tree_red, tree_black;
    ImU32 time[static_cast<int>(TimeKind::Count)];
    TaskColour task_table[8];

    // The colours of the task that appeared `index`-th (0-based) in the scenario. From the 17th
    // on a task is grey unless `cast` says that it is selected or belongs to the lesson.
    TaskColour task(unsigned index, bool cast = false) const;
};

const Theme& theme();
void set_theme(ThemeKind kind);

// The letter of the `index`-th task: A to U without I and O (and without letters that look like
// another), then AA, AB, ...; at most 3 characters. Writes into `out`, returns it.
const char* task_letter(unsigned index, char out[4]);

// Dear ImGui's own style, from nothing: sizes of the design, colours of the theme.
void apply_style(const Theme& theme, bool coarse_pointer);

// `colour` with its alpha replaced by `percent` of full.
ImU32 with_alpha(ImU32 colour, unsigned percent);

}  // namespace rq
