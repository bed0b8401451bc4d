// The loop: take the earliest event, let the CPU or the action it belongs to have its turn.
#include "base/limits.hpp"
#include "sim/boot.hpp"
#include "sim/cpu.hpp"
#include "sim/step.hpp"
#include "sync/sources.hpp"

namespace rq {

namespace {

u64 queue_time(const World& w) { return w.events.empty() ? NEVER : w.events.top().time; }

u64 user_time(const World& w, const Image& image) {
    const auto& log = image.user_actions;
    if (log.empty()) [[likely]]
        return NEVER;
    return w.g.next_user_action < log.size() ? log[w.g.next_user_action].at_ns : NEVER;
}

/// Time comes to an event.
void begin_event(World& w, u64 time) {
    RQ_ASSERT(time >= w.g.now);
    if (time != w.g.now) {
        w.g.now = time;
        w.g.same_instant_events = 0;
    }
    ++w.g.events;
    if (++w.g.same_instant_events > limits::events_at_one_instant)
        w.g.limit_hit = static_cast<u32>(LimitHit::no_progress);
}

}  // namespace

u64 next_event_time(const World& w, const Image& image) {
    u64 user = user_time(w, image);
    u64 queue = queue_time(w);
    return user < queue ? user : queue;
}

void step_event(Context& c) {
    World& w = c.w;
    if (u64 at = user_time(w, c.image); at < queue_time(w)) {
        begin_event(w, at);
        c.acts = Acts{};
        return next_user_action(c);
    }
    IndexedHeap::Entry e = w.events.top();
    w.events.disarm(e.source);
    begin_event(w, e.time);
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
