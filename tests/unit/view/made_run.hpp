// A small World and a ledger written by hand, for tests of the folds.
#pragma once

#include "context.hpp"
#include "view/books.hpp"

#include <cstring>
#include <string>

namespace rq::testing {

struct MadeRun {
    World world;
    Trace trace;
    TaskId idle[4];
    TaskId init;
    u64 index = 0;
    u64 now = 0;

    explicit MadeRun(u32 cpus = 1) {
        world.g.cpus = cpus;
        world.rqs.resize(cpus);
        world.se.resize(1);
        for (u32 i = 0; i < cpus; ++i) {
            idle[i] = make("swapper", 0, PF_IDLE | PF_KTHREAD);
            world.tasks[idle[i]].on_cpu = 1;
            world.rqs[i].idle = world.rqs[i].curr = idle[i];
        }
        init = make("init", 1, 0);
        world.tasks[init].__state = TASK_INTERRUPTIBLE;
        world.g.init = init;
    }
    TaskId make(const char* name, s32 pid, u32 flags) {
        TaskId id = world.tasks.create();
        if (world.comms.size() < world.tasks.slot_end()) world.comms.resize(world.tasks.slot_end());
        std::memcpy(world.comms[id.slot()].text, name, std::strlen(name) + 1);
        world.tasks[id].pid = world.tasks[id].tgid = pid;
        world.tasks[id].flags = flags;
        return id;
    }
    template <class... Args>
    void put(Ev event, u32 cpu, Args... args) {
        trace.put(index++, event, now, cpu, args...);
    }
    /// A child of init that is runnable on a CPU.
    TaskId fork(const char* name, u32 pid, u32 cpu = 0) {
        TaskId id = make(name, static_cast<s32>(pid), 0);
        Comm& comm = world.comms[id.slot()];
        put(Ev::sched_process_fork, cpu, init, id, pid, pid, comm_word(comm, 0),
            comm_word(comm, 1));
        put(Ev::sched_wakeup_new, cpu, id, cpu, Rule::none);
        return id;
    }
    void wake(TaskId id, u32 cpu = 0) { put(Ev::sched_wakeup, cpu, id, cpu, Rule::none); }
    void run(TaskId prev, TaskId next, u32 state, u32 cpu = 0) {
        put(Ev::sched_switch, cpu, prev, next, state, Rule::pick_leftmost, TaskId{});
    }
    void preempt(TaskId prev, TaskId next, u32 cpu = 0) {
        put(Ev::resched, cpu, prev, Rule::tick_ideal_runtime, TaskId{});
        run(prev, next, 0x100, cpu);
    }
};

}  // namespace rq::testing
