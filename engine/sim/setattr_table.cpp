// A machine for sched_setattr alone: tasks run no programs; timers expire between the cases, so
// that bandwidth is given back when it is due.
#include "sim/setattr_table.hpp"

#include "context.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"
#include "sched/settings.hpp"
#include "sched/syscall_abi.hpp"
#include "sim/cpu.hpp"
#include "sync/sources.hpp"

namespace rq {

namespace {

class Machine {
   public:
    Machine(KernelVersion kernel, u32 cpus) {
        w_.g.cpus = cpus;
        w_.g.kernel = kernel == KernelVersion::v6_12;
        w_.g.tick_ns = 4 * NSEC_PER_MSEC;
        w_.g.now = NSEC_PER_SEC;
        w_.g.tune = default_tunables(w_.g.kernel, cpus);
        w_.events.set_sources(source_count(cpus));
        sched_init(c_);
        for (u32 i = 0; i < cpus; ++i) {
            init_idle(c_, w_.tasks.create(), CpuId{i});
            w_.rqs[i].tick_stopped = 1;
            update_rq_clock(c_, CpuId{i});
        }
        w_.rlimits.push(rlimit_set{});
    }

    /// A task of root that runs now on CPU 0, with no resource limits to speak of.
    TaskId start() {
        TaskId p = w_.tasks.create();
        CredId own = w_.creds.create();
        SignalId signal = w_.signals.create();
        task_struct& t = w_.tasks[p];
        t.cred = own;
        t.signal = signal;
        t.se = se_alloc(c_);
        w_.se[t.se.raw].task = p;
        w_.se[t.se.raw].slice = w_.g.tune.base_slice;
        t.sched_task_group = w_.g.root_group;
        t.nr_cpus_allowed = w_.g.cpus;
        t.__state = TASK_INTERRUPTIBLE;
        sched_set_params(c_, p, SCHED_NORMAL, 0, 0);
        set_task_rq(c_, p, CpuId{0});
        become(p, 0);
        wake_up_process(c_, p);
        reschedule();
        return p;
    }
    void become(TaskId p, u32 uid) {
        cred& k = w_.creds[w_.tasks[p].cred];
        k.uid = k.euid = k.suid = static_cast<s32>(uid);
        k.cap_effective = k.cap_permitted = uid ? 0 : ~u64{0};
    }
    void allow(TaskId p, u64 cpus) {
        if (!cpus) return;
        cpumask mask{};
        mask.word[0] = cpus;
        sys_sched_setaffinity(c_, p, 0, 8, {&mask});
        reschedule();
    }
    SetattrResult call(TaskId p, const SetattrCase& wanted) {
        sched_attr a{};
        a.sched_policy = static_cast<u32>(wanted.policy);
        a.sched_flags = wanted.flags;
        a.sched_nice = static_cast<s32>(wanted.nice);
        a.sched_priority = static_cast<u32>(wanted.prio);
        a.sched_runtime = wanted.runtime;
        a.sched_deadline = wanted.deadline;
        a.sched_period = wanted.period;
        SetattrResult r;
        r.result = sys_sched_setattr(c_, p, 0, {&a}, SCHED_ATTR_SIZE_VER0, 0);
        sched_attr shown = sched_getattr(c_, p);
        r.policy = shown.sched_policy;
        r.flags = shown.sched_flags;
        r.nice = shown.sched_nice;
        r.prio = shown.sched_priority;
        r.runtime = shown.sched_runtime;
        r.deadline = shown.sched_deadline;
        r.period = shown.sched_period;
        reschedule();
        return r;
    }
    /// The task blocks, for as long as its group lasts.
    void hold(TaskId p) { leave_cpu(p, TASK_INTERRUPTIBLE); }
    /// The task ends: its bandwidth comes back at its 0-lag time.
    void end(TaskId p) {
        if (w_.tasks[p].__state != TASK_RUNNING) {
            wake_up_process(c_, p);
            reschedule();
        }
        leave_cpu(p, TASK_DEAD);
        w_.tasks.destroy(p);
    }
    /// Lets time pass with the timers that expire in it.
    void pass(u64 ns) {
        u64 until = w_.g.now + ns;
        for (;;) {
            CpuId who{0};
            for (u32 i = 1; i < w_.g.cpus; ++i)
                if (timer_next_expiry(c_, CpuId{i}) < timer_next_expiry(c_, who)) who = CpuId{i};
            u64 due = timer_next_expiry(c_, who);
            if (due > until) break;
            if (due > w_.g.now) w_.g.now = due;
            c_.here = who.raw;
            timer_expired(c_, timer_pop_expired(c_, who, w_.g.now));
            reschedule();
        }
        w_.g.now = until;
        c_.here = 0;
    }

   private:
    void reschedule() {
        for (u32 i = 0; i < w_.g.cpus; ++i)
            while (w_.rqs[i].need_resched) {
                c_.here = i;
                schedule(c_, CpuId{i}, true);
            }
        c_.here = 0;
    }
    void leave_cpu(TaskId p, u32 state) {
        constexpr u64 step = 10 * NSEC_PER_MSEC;
        // One that is throttled runs again in its next period, after that of others.
        for (u32 i = 0; i < 10'000 && w_.rqs[w_.tasks[p].cpu.raw].curr != p; ++i) pass(step);
        CpuId cpu = w_.tasks[p].cpu;
        RQ_ASSERT(w_.rqs[cpu.raw].curr == p);
        c_.here = cpu.raw;
        w_.tasks[p].__state = state;
        schedule(c_, cpu, false);
        reschedule();
    }

    World w_;
    Trace trace_;
    Image image_;
    Context c_{w_, trace_, image_};
};

constexpr u64 call_ns = 100 * NSEC_PER_USEC;     // from the call to the end of the task
constexpr u64 between_cases = 100 * NSEC_PER_MSEC;
constexpr u64 between_groups = 200 * NSEC_PER_MSEC;

}  // namespace

std::vector<std::vector<SetattrResult>> run_setattr_table(const SetattrTable& table,
                                                          KernelVersion kernel, u32 cpus) {
    std::vector<std::vector<SetattrResult>> results;
    Machine machine(kernel, cpus);
    for (const SetattrGroup& group : table.groups) {
        results.emplace_back();
        std::vector<TaskId> held;
        for (const SetattrCase& one : group.cases) {
            TaskId p = machine.start();
            machine.allow(p, one.cpus);
            machine.become(p, one.uid);
            results.back().push_back(machine.call(p, one));
            machine.pass(call_ns);
            if (one.hold && results.back().back().result == 0) {
                machine.hold(p);
                held.push_back(p);
            } else {
                machine.end(p);
                if (!one.hold) machine.pass(between_cases);
            }
        }
        for (TaskId p : held) machine.end(p);
        machine.pass(between_groups);
    }
    return results;
}

const char* setattr_result_name(s64 result) {
    switch (-result) {
        case 0: return "ok";
        case EPERM: return "EPERM";
        case ESRCH: return "ESRCH";
        case E2BIG: return "E2BIG";
        case EBUSY: return "EBUSY";
        case EINVAL: return "EINVAL";
        case EOPNOTSUPP: return "EOPNOTSUPP";
        default: return "error";
    }
}

}  // namespace rq
