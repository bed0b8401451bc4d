// "Why not?": what keeps a task from running at an instant, and what would have to change.
#pragma once

#include "view/explain.hpp"

namespace rq {
struct Context;
}

namespace rq::view {

/// The card of a task of the cast that does not run at the instant `now` (time since the machine's
/// start, the World's own or later, before its next event): who holds its CPU and by which rule,
/// the numbers compared, who else comes before it (runner_up), and what would have to change
/// (otherwise). A task that runs or cannot run at all gets a card that says so. Not present: the
/// task is gone or has not been born.
WhyCard why_not(const Context& c, const Cast& cast, u32 task, u64 now);

}  // namespace rq::view
