// Operations that pass time: computing, sleeping, periods and rt-app timers, yield.
#include "context.hpp"
#include "mm/memory.hpp"
#include "sync/timer.hpp"
#include "sync/wait.hpp"
#include "task/op_parts.hpp"
#include "task/signal.hpp"

namespace rq {

namespace {

/// A stretch of rt-app's `runtime` between two looks at the clock.
constexpr u64 RUNTIME_STRETCH_NS = 32'000;

OpResult work(Context& c, TaskId p, u64 ns) {
    exec_state& e = c.w.tasks[p].exec;
    e.work_left_ns = ns;
    if (ns == 0) {
        op_done(c, p);
        return OpResult::next;
    }
    e.phase = PHASE_WORK;
    return OpResult::work;
}

/// The instant from which a task's periods count.
u64 anchor_of(const Context& c, TaskId p, bool from_t0) {
    const task_struct& t = c.w.tasks[p];
    if (t.exec.anchor_ns) return t.exec.anchor_ns;
    return from_t0 ? c.w.g.t0 : t.start_time;
}

/// Goes on after the timer has fired, or waits on when something else woke the task.
OpResult sleep_again(Context& c, TaskId p, const Op& op) {
    task_struct& t = c.w.tasks[p];
    if (!c.w.timers[t.sleep_timer].armed || c.w.g.now >= t.exec.aux) {
        timer_disarm(c, t.sleep_timer);
        stop_waiting(c, p);
        return op_return(c, p, op, 0);
    }
    timer_disarm(c, t.sleep_timer);
    return op_interrupted(c, p, op, op.code != OpCode::sleep);
}

/// Sleeps until the instant in aux, or is done if it has passed.
OpResult sleep_or_go_on(Context& c, TaskId p, const Op& op, u64 until) {
    // kload asks the kernel in any case, and an instant that has passed takes it off the CPU too.
    bool asks = c.w.tasks[p].start_style == STARTED_BY_KLOAD;
    if (until <= c.w.g.now && !asks) return op_return(c, p, op, 0);
    return sleep_until_instant(c, p, until);
}

OpResult run_period(Context& c, TaskId p, const Op& op) {
    exec_state& e = c.w.tasks[p].exec;
    if (!e.period_ns) e.period_ns = anchor_of(c, p, op.flags & 1);
    e.period_ns += static_cast<u64>(op.n[0]);
    return sleep_or_go_on(c, p, op, e.period_ns);
}

/// What a recorded program does besides the loops of its `run`.
u64 run_overhead_ns(const Context& c, TaskId p) {
    switch (c.w.tasks[p].start_style) {
        case STARTED_BY_RTAPP: return c.image.cost[Cost::rtapp_run];
        case STARTED_BY_KLOAD: return c.image.cost[Cost::kload_run];
        default: return 0;
    }
}

/// The instant a relative sleep counts from: the programs and the kernel take their time.
u64 sleep_base(const Context& c, TaskId p) {
    switch (c.w.tasks[p].start_style) {
        case STARTED_BY_RTAPP: return c.w.g.now + c.image.cost[Cost::rtapp_sleep_late];
        case STARTED_BY_KLOAD: return c.w.g.now - c.image.cost[Cost::kload_sleep_early];
        default: return c.w.g.now;
    }
}

bool name_is_unique(const Context& c, u32 name) {
    const std::string& text = c.image.name(name);
    return text.compare(0, 6, "unique") == 0;
}

/// rt-app's timer: the next instant is the last one plus the period. Late: a relative timer starts
/// anew from now, an absolute one keeps its grid.
OpResult run_timer(Context& c, TaskId p, const Op& op) {
    bool absolute = op.n[1] == 1;
    u64 period = static_cast<u64>(op.n[0]);
    u64 next;
    if (!op.name[0]) {
        exec_state& e = c.w.tasks[p].exec;
        if (!e.period_ns) e.period_ns = anchor_of(c, p, true);
        next = e.period_ns += period;
        if (next <= c.w.g.now && !absolute) e.period_ns = c.w.g.now;
    } else {
        TaskId owner = name_is_unique(c, op.name[0]) ? p : TaskId{};
        u32 at = sync_object_of(c, SyncKind::timer, op.name[0], owner);
        sync_object& o = c.w.sync_objects[at];
        if (!o.value) o.value = static_cast<s64>(anchor_of(c, p, true));
        o.value += static_cast<s64>(period);
        next = static_cast<u64>(o.value);
        if (next <= c.w.g.now && !absolute) o.value = static_cast<s64>(c.w.g.now);
    }
    return sleep_or_go_on(c, p, op, next);
}

}  // namespace

OpResult sleep_until_instant(Context& c, TaskId p, u64 soft) {
    if (!c.w.tasks[p].sleep_timer) {
        TimerId timer = timer_create(c, TimerKind::wake, p.raw);
        c.w.tasks[p].sleep_timer = timer;
    }
    task_struct& t = c.w.tasks[p];
    bool realtime = t.policy == SCHED_FIFO || t.policy == SCHED_RR || t.policy == SCHED_DEADLINE;
    t.exec.aux = soft;
    wait_on(c, p, Channel::nanosleep, 0, TASK_INTERRUPTIBLE);
    timer_arm(c, t.sleep_timer, CpuId{c.here}, soft, realtime ? 0 : t.timer_slack_ns);
    return op_block(c, p);
}

OpResult run_time_op(Context& c, TaskId p, const Op& op) {
    exec_state& e = c.w.tasks[p].exec;
    bool again = e.phase == PHASE_BLOCKED;
    switch (op.code) {
        case OpCode::run: return work(c, p, static_cast<u64>(op.n[0]) + run_overhead_ns(c, p));
        case OpCode::runtime:
            if (!e.aux) e.aux = c.w.g.now;
            return work(c, p, RUNTIME_STRETCH_NS);
        case OpCode::sleep:
            if (again) return sleep_again(c, p, op);
            if (e.aux) return sleep_or_go_on(c, p, op, e.aux);  // after a stop: what is left
            return sleep_until_instant(c, p, sleep_base(c, p) + static_cast<u64>(op.n[0]));
        case OpCode::sleep_until:
            if (again) return sleep_again(c, p, op);
            return sleep_or_go_on(c, p, op, c.w.g.t0 + static_cast<u64>(op.n[0]));
        case OpCode::period:
            if (again) return sleep_again(c, p, op);
            return e.aux ? sleep_or_go_on(c, p, op, e.aux) : run_period(c, p, op);
        case OpCode::timer:
            if (again) return sleep_again(c, p, op);
            return e.aux ? sleep_or_go_on(c, p, op, e.aux) : run_timer(c, p, op);
        case OpCode::yield:
            op_return(c, p, op, 0);
            return OpResult::yield;
        case OpCode::pause:
            if (again) return op_interrupted(c, p, op, false);
            wait_on(c, p, Channel::pause, 0, TASK_INTERRUPTIBLE);
            return op_block(c, p);
        default: break;
    }
    return op_return(c, p, op, -ENOSYS);
}

}  // namespace rq
