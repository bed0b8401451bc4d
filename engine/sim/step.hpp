// One event of the simulation.
#pragma once

#include "base/types.hpp"

namespace rq {

struct Context;
struct Image;
struct World;

/// When the next event or user's action comes, or NEVER.
u64 next_event_time(const World& w, const Image& image);
/// Does it; there must be one. At one instant a user's action comes after all events: that is when
/// it was done, and so a run that is made again does it in the same place.
void step_event(Context& c);

}  // namespace rq
