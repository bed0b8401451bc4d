// A machine whose tasks have users, limits and process numbers, for the oracles of system calls.
#pragma once

#include "sched/deadline.hpp"
#include "sched/syscall_abi.hpp"
#include "support/sched_bench.hpp"
#include "task/pid.hpp"

namespace rq {

struct SchedUsers : SchedBench {
    TaskId init;
    TaskId kthreadd;
    TaskId ksoftirqd;
    TaskId probe;  ///< the process that forks the children; it sleeps while they run

    explicit SchedUsers(u32 cpus = 1, u32 kernel = 0) : SchedBench(cpus, kernel) {
        w.rlimits.push(rlimit_set{});
        w.pids.resize(w.g.pid_max ? w.g.pid_max : 32768);
        init = person(1, 0, 0, 0);
        kthreadd = person(2, 0, 0, 0);
        ksoftirqd = person(13, 0, 0, 0);
        w.tasks[ksoftirqd].flags |= PF_KTHREAD | PF_NO_SETAFFINITY;
        probe = person(70, 0, 0, 0);
    }
    /// A sleeping task of a user, in a process group of its own.
    TaskId person(s32 pid, s32 uid, u64 rlimit_nice, u64 rlimit_rtprio) {
        TaskId p = task(SCHED_NORMAL);
        CredId cred_id = w.creds.create();
        SignalId signal = w.signals.create();
        become(cred_id, uid);
        task_struct& t = w.tasks[p];
        t.pid = t.tgid = pid;
        t.cred = cred_id;
        t.signal = signal;
        w.signals[signal].pgrp = pid;
        w.signals[signal].rlimits = w.rlimits.push(rlimit_set{});
        limits(p, rlimit_nice, rlimit_rtprio);
        w.pids[static_cast<u32>(pid)].task = p;
        return p;
    }
    void become(CredId id, s32 uid) {
        cred& k = w.creds[id];
        k.uid = k.euid = k.suid = k.gid = uid;
        k.cap_effective = k.cap_permitted = uid ? 0 : ~u64{0};
    }
    void limits(TaskId p, u64 rlimit_nice, u64 rlimit_rtprio) {
        rlimit_set& r = w.rlimits[w.signals[w.tasks[p].signal].rlimits];
        r.nice = rlimit_nice;
        r.rtprio = rlimit_rtprio;
    }
    /// A child of the probe, which runs now.
    TaskId child(s32 pid = 500) {
        TaskId p = person(pid, 0, 0, 0);
        w.signals[w.tasks[p].signal].pgrp = 1;  // init and what it starts are one group
        wake(p);
        return p;
    }
    /// What setresuid and setrlimit of the recorded probe do.
    void drop(TaskId p, s32 uid, u64 rlimit_nice, u64 rlimit_rtprio) {
        limits(p, rlimit_nice, rlimit_rtprio);
        if (uid) become(w.tasks[p].cred, uid);
    }
    /// The child ends; its process number can be used again.
    void end(TaskId p) {
        w.pids[static_cast<u32>(w.tasks[p].pid)].task = {};
        if (w.tasks[p].__state != TASK_RUNNING) wake(p);
        u32 cpu = w.tasks[p].cpu.raw;
        for (u32 i = 0; i < 1000 && w.rqs[cpu].curr != p; ++i) pass(10 * ms);  // throttled
        RQ_ASSERT(w.rqs[cpu].curr == p);
        w.tasks[p].__state = TASK_DEAD;
        schedule(c, CpuId{cpu}, false);
        reschedule();
        w.tasks.destroy(p);
    }
};

}  // namespace rq
