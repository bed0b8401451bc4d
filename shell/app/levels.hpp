// The queues above the fair one: real-time levels, highest priority first, and deadline tasks,
// earliest deadline first, with what is left of their budget.
#pragma once

#include "app/app.hpp"

namespace rq {

/// The height that the rows of both need; 0 = nobody of either class is on the CPU.
float levels_height(const view::RtQueue& rt, const std::vector<view::DlNode>& dl);

/// Draws them into `box`; returns the task that was clicked, no_task when none was.
u32 draw_levels(ImDrawList& list, const App& app, const Box& box, const view::RtQueue& rt,
                const std::vector<view::DlNode>& dl);

}  // namespace rq
