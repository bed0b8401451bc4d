// Actions from outside: the scenario's, and the user's once they are in the log.
#include "base/fixed.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"
#include "sched/syscalls.hpp"
#include "sim/boot.hpp"
#include "sim/cpu.hpp"
#include "sim/kernfs.hpp"
#include "sync/sources.hpp"
#include "task/signal.hpp"

namespace rq {

void arm_next_action(Context& c) {
    const auto& actions = c.image.scenario.actions;
    u32 source = source_action(c.w.g.cpus);
    if (c.w.g.next_action >= actions.size()) return c.w.events.disarm(source);
    u64 at = add_time(c.w.g.t0, actions[c.w.g.next_action].at_ns);
    if (at < c.w.g.now) at = c.w.g.now;
    c.w.events.arm(source, at, tie_of(Rank::action, 0));
}

namespace {

/// What an action does to a task; its CPU's present stretch is settled before and goes on after.
void act_on_task(Context& c, const ActionSpec& action, TaskId p) {
    switch (action.kind) {
        case ActionSpec::Kind::renice:
            set_user_nice(c, p, static_cast<s32>(action.value));
            break;
        case ActionSpec::Kind::setaffinity: {
            cpumask mask{};
            for (u32 cpu : action.cpus) mask.set(cpu);
            set_cpus_allowed(c, p, intern_cpumask(c, mask));
            break;
        }
        case ActionSpec::Kind::kill:
            send_signal(c, p, static_cast<u32>(action.value));
            if (c.w.tasks.alive(p) && c.w.tasks[p].on_cpu && c.w.tasks[p].sigpending)
                resched_curr(c, c.w.tasks[p].cpu, Rule::none, {});
            break;
        case ActionSpec::Kind::setscheduler:
            sched_setscheduler(c, {}, p, static_cast<u32>(action.policy),
                               static_cast<u32>(action.value));
            break;
        case ActionSpec::Kind::write_file:
        case ActionSpec::Kind::make_folder:
        case ActionSpec::Kind::remove_folder: break;
    }
}

/// What is done to a file or folder. What the kernel refuses stays as it was, and the record of the
/// action is followed by one of the refusal.
void act_on_file(Context& c, const ActionSpec& action) {
    s32 error = action.kind == ActionSpec::Kind::make_folder
                    ? make_kernel_folder(c, action.path)
                : action.kind == ActionSpec::Kind::remove_folder
                    ? remove_kernel_folder(c, action.path)
                    : write_kernel_file(c, action.path, action.text);
    if (error) emit(c, Ev::refused, 0, TaskId{}, error, Rule::refused_call);
}

}  // namespace

void next_action(Context& c) {
    const ActionSpec& action = c.image.scenario.actions[c.w.g.next_action];
    emit(c, Ev::action, 0, c.w.g.next_action);
    ++c.w.g.next_action;
    c.here = 0;
    if (TaskId p = action.task.empty() ? TaskId{} : find_task(c.w, action.task)) {
        CpuId cpu = c.w.tasks[p].cpu;
        settle(c, cpu);
        act_on_task(c, action, p);
    } else if (!action.path.empty()) {
        for (u32 i = 0; i < c.w.g.cpus; ++i) settle(c, CpuId{i});
        act_on_file(c, action);
    }
    c.acts = Acts{};
    for (u32 i = 0; i < c.w.g.cpus; ++i) {
        rq& q = c.w.rqs[i];
        if (!q.need_resched || q.in_irq) continue;
        c.here = i;
        reschedule_interrupt(c, CpuId{i});
    }
    c.here = 0;
    arm_next_action(c);
}

}  // namespace rq
