// The scheduler's room alone, for tests: a World with queues and idle tasks, costs of nothing, and
// time set by hand.
#pragma once

#include "context.hpp"
#include "sched/core.hpp"
#include "sched/settings.hpp"
#include "sync/sources.hpp"

#include <cstring>

namespace rq::testing {

struct SchedMachine {
    static constexpr u64 start = NSEC_PER_SEC;

    World w;
    Trace trace;
    Image image;
    Context c{w, trace, image};

    explicit SchedMachine(u32 kernel, u32 cpus = 1) {
        w.g.kernel = kernel;
        w.g.cpus = cpus;
        w.g.tick_ns = 4 * NSEC_PER_MSEC;
        w.g.now = start;
        w.g.tune = default_tunables(kernel, cpus);
        w.events.set_sources(source_count(cpus));
        sched_init(c);
        for (u32 i = 0; i < cpus; ++i) init_idle(c, make("swapper"), CpuId{i});
    }
    TaskId make(const char* name) {
        TaskId id = w.tasks.create();
        if (w.comms.size() < w.tasks.slot_end()) w.comms.resize(w.tasks.slot_end());
        std::memcpy(w.comms[id.slot()].text, name, std::strlen(name) + 1);
        w.tasks[id].nr_cpus_allowed = w.g.cpus;
        w.tasks[id].sched_task_group = w.g.root_group;
        SeId se = se_alloc(c);
        w.tasks[id].se = se;
        w.se[se.raw].task = id;
        w.se[se.raw].cfs_rq = CfsRqId{1};
        return id;
    }
    /// A task that sleeps and has never run.
    TaskId sleeper(const char* name, s32 nice, u8 policy = SCHED_NORMAL) {
        TaskId id = make(name);
        sched_set_params(c, id, policy, nice, 0);
        w.tasks[id].__state = TASK_INTERRUPTIBLE;
        return id;
    }
    void at(u64 since_start) { w.g.now = start + since_start; }
    void wake(TaskId p) { wake_up_process(c, p); }
    /// Schedules if it must; the task that runs then.
    TaskId reschedule() {
        if (w.rqs[0].need_resched) schedule(c, CpuId{0}, true);
        return w.rqs[0].curr;
    }
    TaskId tick() {
        scheduler_tick(c, CpuId{0});
        return reschedule();
    }
    /// The running task goes to sleep; the one that runs then.
    TaskId sleep() {
        w.tasks[w.rqs[0].curr].__state = TASK_INTERRUPTIBLE;
        return schedule(c, CpuId{0}, false).next;
    }
    sched_entity& se(TaskId p) { return w.se[w.tasks[p].se.raw]; }
    cfs_rq& root() { return w.cfs_rqs[1]; }
};

}  // namespace rq::testing
