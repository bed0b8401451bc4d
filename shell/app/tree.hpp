// The run queue of one CPU: its red-black tree in the order of keys, the running task beside it,
// and a number line that puts everybody at their vruntime.
#pragma once

#include "app/draw.hpp"
#include "app/timeline.hpp"

namespace rq {

struct TreeState {
    u32 selected;  ///< task, no_task = none
    bool touch;    ///< coarse pointer
    bool eevdf;    ///< 6.12: keys are deadlines, and who may be picked must be eligible
};

/// Draws into `box`; returns the task that was clicked, no_task when none was.
u32 draw_run_queue(ImDrawList& list, const Box& box, const view::RqTree& rows,
                   const std::vector<CastRow>& cast, const TreeState& state);

/// The number line alone, for small places.
void draw_number_line(ImDrawList& list, const Box& box, const view::RqTree& rows,
                      const std::vector<CastRow>& cast, bool eevdf);

/// Waiting tasks as a row of cards, lowest vruntime first, for narrow screens.
u32 draw_queue_cards(ImDrawList& list, const Box& box, const view::RqTree& rows,
                     const std::vector<CastRow>& cast, const TreeState& state);

}  // namespace rq
