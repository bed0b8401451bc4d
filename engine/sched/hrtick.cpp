// HRTICK and HRTICK_DL (kernel/sched/core.c, fair.c, deadline.c; 6.1 and 6.12): a timer that ends
// the running task's slice or budget exactly, instead of at the next tick. Off by default, as in
// the kernel.
#include "sched/fair.hpp"
#include "sched/policy.hpp"
#include "sync/timer.hpp"

namespace rq {

namespace {

/// No slice is worth a timer of less.
constexpr u64 shortest = 10 * NSEC_PER_USEC;

void hrtick_start(Context& c, CpuId cpu, u64 delay) {
    if (!c.w.rqs[cpu.raw].hrtick) {
        TimerId timer = timer_create(c, TimerKind::hrtick, cpu.raw);
        c.w.rqs[cpu.raw].hrtick = timer;
    }
    if (delay < shortest) delay = shortest;
    u64 late = c.image.cost[Cost::hrtick_start];
    timer_arm(c, c.w.rqs[cpu.raw].hrtick, cpu, c.w.g.now + delay + late, 0);
}

}  // namespace

bool hrtick_active(const Context& c, CpuId cpu) {
    TimerId timer = c.w.rqs[cpu.raw].hrtick;
    return timer && c.w.timers[timer].armed;
}

void hrtick_clear(Context& c, CpuId cpu) {
    if (hrtick_active(c, cpu)) timer_disarm(c, c.w.rqs[cpu.raw].hrtick);
}

void hrtick_expired(Context& c, CpuId cpu) {
    update_rq_clock(c, cpu);
    TaskId curr = c.w.rqs[cpu.raw].curr;
    c.slice_timer = true;
    class_at(c, c.w.tasks[curr].sched_class).task_tick(c, cpu, curr);
    c.slice_timer = false;
}

void hrtick_start_fair(Context& c, CpuId cpu, TaskId p) {
    if (c.w.cfs_rqs[cpu.raw + 1].h_nr_running <= 1) return;
    const sched_entity& se = c.w.se[se_of(c.w, p).raw];
    u64 slice =
        c.w.g.kernel ? se.slice : sched_slice(c.w, c.w.cfs_rqs[se.cfs_rq.raw], se_of(c.w, p));
    u64 ran = se.sum_exec_runtime - se.prev_sum_exec_runtime;
    if (ran <= slice) return hrtick_start(c, cpu, slice - ran);
    if (c.w.rqs[cpu.raw].curr == p)
        resched_curr(c, cpu, Rule::tick_hrtick, first_task_of(c.w, CfsRqId{cpu.raw + 1}));
}

void hrtick_start_dl(Context& c, CpuId cpu, s64 runtime) {
    if (c.w.g.tune.has(Feat::HRTICK_DL))
        hrtick_start(c, cpu, runtime > 0 ? static_cast<u64>(runtime) : 0);
}

void hrtick_update(Context& c, CpuId cpu) {
    if (!c.w.g.tune.has(Feat::HRTICK)) return;
    TaskId curr = c.w.rqs[cpu.raw].curr;
    if (c.w.tasks[curr].sched_class != static_cast<u8>(ClassIndex::fair)) return;
    const sched_entity& se = c.w.se[se_of(c.w, curr).raw];
    // 6.1 gives it up where slices are the shortest anyway.
    if (!c.w.g.kernel && c.w.cfs_rqs[se.cfs_rq.raw].nr_running >= c.w.g.tune.nr_latency) return;
    hrtick_start_fair(c, cpu, curr);
}

}  // namespace rq
