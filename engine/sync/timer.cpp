// Queues of high-resolution timers, one per CPU, ordered by hard expiry; equal ones in the order
// in which they were armed.
#include "sync/timer.hpp"

#include "base/fixed.hpp"
#include "context.hpp"
#include "sync/sources.hpp"

namespace rq {

namespace {

using TimerTree = RbTree<hrtimer>;

TimerTree queue_of(Context& c, CpuId cpu) {
    return TimerTree(&c.w.timers.at_slot(0), c.w.rqs[cpu.raw].timers);
}

void dequeue(Context& c, hrtimer& t, u32 slot) {
    queue_of(c, t.cpu).erase(slot);
    t.armed = 0;
}

/// The emulated machine has one instruction counter, and its CPUs take turns of so much (recorded:
/// 2 to 8 us): of interrupts that are due together one is served after another, and which CPU is
/// first is chance.
constexpr u64 turn_ns = 5'000;
constexpr u32 together_shift = 16;  // 65 us

u64 wait_for_turn(const Context& c, CpuId cpu, u64 due) {
    u32 cpus = c.w.g.cpus;
    Prng chance = Prng::stream(c.image.scenario.seed, due >> together_shift);
    u32 first = static_cast<u32>(chance.below(cpus));
    return (cpu.raw + cpus - first) % cpus * turn_ns;
}

}  // namespace

TimerId timer_create(Context& c, TimerKind kind, u32 owner) {
    TimerId id = c.w.timers.create();
    hrtimer& t = c.w.timers[id];
    t.kind = static_cast<u8>(kind);
    t.owner = owner;
    return id;
}

void timer_destroy(Context& c, TimerId timer) {
    timer_disarm(c, timer);
    c.w.timers.destroy(timer);
}

void timer_arm(Context& c, TimerId timer, CpuId cpu, u64 soft, u64 slack) {
    timer_disarm(c, timer);
    hrtimer& t = c.w.timers[timer];
    t.soft = soft;
    t.hard = add_time(soft, slack);
    t.queued = c.w.g.now;
    t.cpu = cpu;
    t.armed = 1;
    queue_of(c, cpu).insert(timer.slot(),
                            [](const hrtimer& a, const hrtimer& b) { return a.hard < b.hard; });
    timer_program(c, cpu);
}

void timer_disarm(Context& c, TimerId timer) {
    hrtimer& t = c.w.timers[timer];
    if (!t.armed) return;
    dequeue(c, t, timer.slot());
    timer_program(c, t.cpu);
}

void tick_restart(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    if (!q.tick_stopped) return;
    q.tick_stopped = 0;
    u64 tick = c.w.g.tick_ns;
    if (q.next_tick <= c.w.g.now) q.next_tick += ((c.w.g.now - q.next_tick) / tick + 1) * tick;
    timer_program(c, cpu);
}

void timer_program(Context& c, CpuId cpu) {
    const rq& q = c.w.rqs[cpu.raw];
    if (q.in_irq) return;
    u64 due = timer_next_expiry(c, cpu);
    if (!q.tick_stopped && q.next_tick < due) due = q.next_tick;
    if (due == NEVER) return c.w.events.disarm(source_interrupt(cpu.raw));
    if (c.w.g.cpus > 1 && c.image.scenario.profile == ProfileKind::emulated) [[unlikely]]
        due += wait_for_turn(c, cpu, due);
    c.w.events.arm(source_interrupt(cpu.raw), due < c.w.g.now ? c.w.g.now : due,
                   tie_of(Rank::interrupt, cpu.raw));
}

u64 timer_next_expiry(const Context& c, CpuId cpu) {
    u32 first = c.w.rqs[cpu.raw].timers.leftmost;
    return first ? c.w.timers.at_slot(first).hard : NEVER;
}

TimerId timer_pop_expired(Context& c, CpuId cpu, u64 now) {
    u32 first = c.w.rqs[cpu.raw].timers.leftmost;
    if (!first) return {};
    hrtimer& t = c.w.timers.at_slot(first);
    if (t.soft > now) return {};
    TimerId id = c.w.timers.id_of_slot(first);
    dequeue(c, t, first);
    return id;
}

}  // namespace rq
