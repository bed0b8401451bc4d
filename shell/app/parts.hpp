// What the main views have in common: their first line, empty states, names with chips, clicks.
#pragma once

#include "imgui_internal.h"

#include "app/app.hpp"

namespace rq {

/// Paints the region and its first line: the question at the left, figures at the right. Returns
/// the box below it.
Box begin_view(ImDrawList& list, const Box& box, std::string_view question,
               std::string_view figures);

/// The sentence where the content would be.
void say_empty(ImDrawList& list, const Box& box, std::string_view sentence);

/// Chip and name of a task of the cast, in at most `room`; returns the width used.
float draw_task(ImDrawList& list, const App& app, u32 task, float x, float baseline, float room);

/// True if the left button went down on the box in the current window.
bool clicked(const Box& box);
bool hovered(const Box& box);

/// Selects a task, and everything follows.
void choose_task(App& app, u32 task);

std::string count_of(u64 n, const char* one, const char* many);

}  // namespace rq
