// What happens when a timer expires, by its kind.
#include "context.hpp"
#include "mm/filemap.hpp"
#include "mm/oom.hpp"
#include "sched/bandwidth.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"
#include "sim/cpu.hpp"
#include "task/signal.hpp"

namespace rq {

void timer_expired(Context& c, TimerId timer) {
    const hrtimer t = c.w.timers[timer];
    switch (static_cast<TimerKind>(t.kind)) {
        case TimerKind::wake:
        case TimerKind::rig: {
            TaskId task{t.owner};
            if (c.w.tasks.alive(task)) wake_up_process(c, task);
            break;
        }
        case TimerKind::rt_period: return sched_rt_period_timer(c);
        case TimerKind::dl_replenish: return dl_task_timer(c, t.owner);
        case TimerKind::dl_inactive: return inactive_task_timer(c, t.owner);
        case TimerKind::cfs_period: return cfs_period_timer(c, GroupId{t.owner});
        case TimerKind::cfs_slack: return cfs_slack_timer(c, GroupId{t.owner});
        case TimerKind::itimer_real: return it_real_fn(c, TaskId{t.owner});
        case TimerKind::disk:
            ++c.w.rqs[c.here].nr_disk_irqs;
            return page_read_done(c, t.owner);
        case TimerKind::oom_reaper: return oom_reap(c, MmId{t.owner});
        case TimerKind::none:
            break;
        case TimerKind::hrtick: return hrtick_expired(c, CpuId{t.owner});
    }
}

}  // namespace rq
