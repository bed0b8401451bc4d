// HRTICK (kernel/sched/core.c and fair.c, 6.1): a timer that ends the running task's slice exactly,
// instead of at the next tick. Off by default, as in the kernel.
#include "context.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"

namespace rq {

bool hrtick_active(const Context& c, CpuId cpu) {
    return c.w.rqs[cpu.raw].hrtick && c.w.timers[c.w.rqs[cpu.raw].hrtick].armed;
}

void hrtick_start_fair(Context&, CpuId, TaskId) {}
void hrtick_update(Context&, CpuId) {}

}  // namespace rq
