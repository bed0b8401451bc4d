// Actions from outside: the scenario's, and the user's once they are in the log.
#include "base/fixed.hpp"
#include "sched/core.hpp"
#include "sched/policy.hpp"
#include "sched/syscalls.hpp"
#include "sim/boot.hpp"
#include "sim/cpu.hpp"
#include "sim/kernfs.hpp"
#include "sync/sources.hpp"
#include "sync/wait.hpp"
#include "task/fork.hpp"
#include "task/run_op.hpp"
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

/// What a user's action was refused with, if it was, follows its record.
void answer(Context& c, TaskId p, s32 error) {
    if (error) emit(c, Ev::refused, 0, p, error, Rule::refused_call);
}

/// A process that init starts for the user, with a terminal.
s32 spawn(Context& c, const ActionSpec& action) {
    TaskCreate what;
    what.parent = c.w.g.init;
    what.limited = true;
    what.program = action.program + 1;
    what.comm = action.task;
    s32 error = 0;
    TaskId p = create_task(c, what, &error);
    if (!p) return error;
    c.w.signals[c.w.tasks[p].signal].tty = 1;
    wake_up_new_task(c, p);
    return 0;
}

/// The task drops what it is about to compute or wait for, and begins another program. It keeps
/// what the last call returned. -EBUSY: it is in the middle of a call.
s32 run_program(Context& c, TaskId p, u32 program) {
    task_struct& t = c.w.tasks[p];
    bool in_call = t.exec.phase != PHASE_WORK && t.exec.phase != PHASE_BLOCKED;
    if (in_call || t.exit_state) return -EBUSY;
    if (t.exec.phase == PHASE_BLOCKED) stop_waiting(c, p);
    exec_state next{};
    next.program = program;
    next.result = t.exec.result;
    next.wait_status = t.exec.wait_status;
    next.anchor_ns = t.exec.anchor_ns;
    next.period_ns = t.exec.period_ns;
    t.exec = next;
    if (t.on_cpu) {
        c.w.rqs[t.cpu.raw].work_ns = 0;
        if (!c.w.rqs[t.cpu.raw].in_irq) arm_segment(c, t.cpu);
    } else if (t.__state != TASK_RUNNING) {
        wake_up_process(c, p);
    }
    return 0;
}

s32 set_policy(Context& c, const ActionSpec& action, TaskId p) {
    const u32 policy = static_cast<u32>(action.policy);
    TaskId caller{action.caller_id};
    if (action.policy != Policy::deadline)
        return sched_setscheduler(c, caller, p, policy, static_cast<u32>(action.value));
    sched_attr attr{};
    attr.sched_policy = policy;
    attr.sched_runtime = action.deadline.runtime_ns;
    attr.sched_deadline = action.deadline.deadline_ns;
    attr.sched_period = action.deadline.period_ns;
    return sched_setattr(c, caller, p, attr);
}

/// What an action does to a task; its CPU's present stretch is settled before and goes on after.
void act_on_task(Context& c, const ActionSpec& action, TaskId p) {
    switch (action.kind) {
        case ActionSpec::Kind::renice:
            set_user_nice(c, p, static_cast<s32>(action.value));
            break;
        case ActionSpec::Kind::setaffinity: {
            cpumask mask{};
            for (u32 cpu : action.cpus) mask.set(cpu);
            if (!action.caller_id) {
                GroupId group = c.w.tasks[p].sched_task_group;
                const cpumask allowed =
                    mask & c.w.cpumasks[c.w.groups[group].effective_cpus];
                if (allowed.empty())
                    answer(c, p, -EINVAL);  // its cpuset has none of them
                else
                    set_user_cpus_allowed(c, p, mask, allowed);
            } else
                answer(c, p, sched_setaffinity(c, TaskId{action.caller_id}, p, mask));
            break;
        }
        case ActionSpec::Kind::kill:
            send_signal(c, p, static_cast<u32>(action.value));
            if (c.w.tasks.alive(p) && c.w.tasks[p].on_cpu && c.w.tasks[p].sigpending)
                resched_curr(c, c.w.tasks[p].cpu, Rule::none, {});
            break;
        case ActionSpec::Kind::setscheduler: {
            s32 error = set_policy(c, action, p);
            if (action.caller_id) answer(c, p, error);
            break;
        }
        case ActionSpec::Kind::run_program:
            answer(c, p, run_program(c, p, action.program + 1));
            break;
        case ActionSpec::Kind::spawn:
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

/// The task an action is about; null: none is, or it is gone.
TaskId task_of(const Context& c, const ActionSpec& action) {
    if (action.kind == ActionSpec::Kind::spawn) return {};
    TaskId p{action.task_id};
    if (!p) return action.task.empty() ? TaskId{} : find_task(c.w, action.task);
    return c.w.tasks.alive(p) ? p : TaskId{};
}

void execute(Context& c, const ActionSpec& action) {
    c.here = 0;
    if (TaskId p = task_of(c, action)) {
        CpuId cpu = c.w.tasks[p].cpu;
        settle(c, cpu);
        act_on_task(c, action, p);
    } else if (!action.path.empty()) {
        for (u32 i = 0; i < c.w.g.cpus; ++i) settle(c, CpuId{i});
        act_on_file(c, action);
    } else if (action.kind == ActionSpec::Kind::spawn) {
        for (u32 i = 0; i < c.w.g.cpus; ++i) settle(c, CpuId{i});
        answer(c, {}, spawn(c, action));
    }
    c.acts = Acts{};
    for (u32 i = 0; i < c.w.g.cpus; ++i) {
        rq& q = c.w.rqs[i];
        if (!q.need_resched || q.in_irq) continue;
        c.here = i;
        reschedule_interrupt(c, CpuId{i});
    }
    c.here = 0;
}

}  // namespace

void next_action(Context& c) {
    const ActionSpec& action = c.image.scenario.actions[c.w.g.next_action];
    emit(c, Ev::action, 0, c.w.g.next_action);
    ++c.w.g.next_action;
    execute(c, action);
    arm_next_action(c);
}

void next_user_action(Context& c) {
    u32 index = c.w.g.next_user_action++;
    emit(c, Ev::action, 0, static_cast<u32>(c.image.scenario.actions.size()) + index);
    execute(c, c.image.user_actions[index]);
}

}  // namespace rq
