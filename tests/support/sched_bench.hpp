// A machine for tests of the scheduler alone: no programs and no costs, tasks run until the test
// makes them sleep; timers and ticks come at their instants.
#pragma once

#include "context.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"
#include "sched/settings.hpp"
#include "sim/cpu.hpp"
#include "sync/sources.hpp"

namespace rq {

struct SchedBench {
    World w;
    Trace trace;
    Image image;
    Context c{w, trace, image};
    bool ticks = true;

    explicit SchedBench(u32 cpus = 1, u32 kernel = 0) {
        w.g.cpus = cpus;
        w.g.kernel = kernel;
        w.g.tick_ns = 4 * NSEC_PER_MSEC;
        w.g.now = NSEC_PER_SEC;
        w.g.tune = default_tunables(kernel, cpus);
        w.events.set_sources(source_count(cpus));
        sched_init(c);
        for (u32 i = 0; i < cpus; ++i) {
            init_idle(c, w.tasks.create(), CpuId{i});
            w.rqs[i].next_tick = w.g.now + w.g.tick_ns;
            update_rq_clock(c, CpuId{i});
        }
    }
    /// A task of a policy that sleeps; `value` is the nice value or the real-time priority.
    TaskId task(u8 policy, s32 value = 0, u32 cpu = 0) {
        bool fair = policy == SCHED_NORMAL || policy == SCHED_BATCH || policy == SCHED_IDLE;
        TaskId p = w.tasks.create();
        task_struct& t = w.tasks[p];
        t.pid = static_cast<s32>(100 + p.slot());
        t.se = se_alloc(c);
        w.se[t.se.raw].task = p;
        t.cpu = t.wake_cpu = CpuId{cpu};
        t.sched_task_group = w.g.root_group;
        t.nr_cpus_allowed = w.g.cpus;
        t.__state = TASK_INTERRUPTIBLE;
        t.rt_time_slice_ticks = 25;
        sched_set_params(c, p, policy, fair ? value : 0, fair ? 0 : static_cast<u32>(value));
        set_task_rq(c, p, CpuId{cpu});
        w.se[t.se.raw].vruntime = w.cfs_rqs[cpu + 1].min_vruntime;
        w.se[t.se.raw].slice = w.g.tune.base_slice;
        return p;
    }
    void pin(TaskId p, u32 cpu) {
        cpumask mask{};
        mask.set(cpu);
        set_cpus_allowed_common(c, p, intern_cpumask(c, mask));
    }
    TaskId curr(u32 cpu = 0) const { return w.rqs[cpu].curr; }
    u64 ran(TaskId p) { return w.se[w.tasks[p].se.raw].sum_exec_runtime; }
    void reschedule() {
        for (bool again = true; again;) {
            again = false;
            for (u32 i = 0; i < w.g.cpus; ++i)
                if (w.rqs[i].need_resched) {
                    c.here = i;
                    schedule(c, CpuId{i}, true);
                    again = true;
                }
        }
        c.here = 0;
    }
    void wake(TaskId p) {
        wake_up_process(c, p);
        reschedule();
    }
    void sleep(TaskId p) {
        u32 cpu = w.tasks[p].cpu.raw;
        c.here = cpu;
        w.tasks[p].__state = TASK_INTERRUPTIBLE;
        schedule(c, CpuId{cpu}, false);
        reschedule();
    }
    /// Lets time pass, with the timers and ticks that come.
    void until(u64 time) {
        for (;;) {
            u64 next = NEVER;
            u32 who = 0;
            for (u32 i = 0; i < w.g.cpus; ++i) {
                u64 due = timer_next_expiry(c, CpuId{i});
                if (ticks && w.rqs[i].next_tick < due) due = w.rqs[i].next_tick;
                if (due < next) next = due, who = i;
            }
            if (next > time) break;
            if (next > w.g.now) w.g.now = next;
            c.here = who;
            if (TimerId timer = timer_pop_expired(c, CpuId{who}, w.g.now)) {
                timer_expired(c, timer);
            } else {
                w.rqs[who].next_tick += w.g.tick_ns;
                scheduler_tick(c, CpuId{who});
            }
            reschedule();
        }
        w.g.now = time;
    }
    void pass(u64 ns) { until(w.g.now + ns); }
    /// Brings the running task's accounts up to now.
    void settle(u32 cpu = 0) {
        update_rq_clock(c, CpuId{cpu});
        class_at(c, w.tasks[curr(cpu)].sched_class).update_curr(c, CpuId{cpu});
    }
    /// Makes a sleeping task a deadline task as sched_setattr would.
    void make_deadline(TaskId p, u64 runtime, u64 deadline, u64 period);
};

inline constexpr u64 ms = NSEC_PER_MSEC;

}  // namespace rq
