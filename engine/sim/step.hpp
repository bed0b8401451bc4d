// One event of the simulation.
#pragma once

#include "base/types.hpp"

namespace rq {

struct Context;
struct World;

/// When the next event comes, or NEVER.
u64 next_event_time(const World& w);
/// Does the next event; there must be one.
void step_event(Context& c);

}  // namespace rq
