// The loop: take the earliest event, let the CPU or the action it belongs to have its turn.
#include "base/limits.hpp"
#include "sim/boot.hpp"
#include "sim/cpu.hpp"
#include "sim/step.hpp"
#include "sync/sources.hpp"

namespace rq {

u64 next_event_time(const World& w) { return w.events.empty() ? NEVER : w.events.top().time; }

void step_event(Context& c) {
    World& w = c.w;
    IndexedHeap::Entry e = w.events.top();
    RQ_ASSERT(e.time >= w.g.now);
    w.events.disarm(e.source);
    if (e.time != w.g.now) {
        w.g.now = e.time;
        w.g.same_instant_events = 0;
    }
    ++w.g.events;
    if (++w.g.same_instant_events > limits::events_at_one_instant)
        w.g.limit_hit = static_cast<u32>(LimitHit::no_progress);
    c.here = static_cast<u32>(e.tie);
    CpuId cpu{c.here};
    c.acts = Acts{};
    switch (static_cast<Rank>(e.tie >> 32)) {
        case Rank::segment_end: segment_end(c, cpu); break;
        case Rank::interrupt: timer_interrupt(c, cpu); break;
        case Rank::reschedule: reschedule_interrupt(c, cpu); break;
        case Rank::action: next_action(c); break;
    }
}

}  // namespace rq
