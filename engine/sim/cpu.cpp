// A CPU between events: what its time goes to, when its present stretch ends, and what it does
// then. The scheduler decides first; what the decision costs is charged here, afterwards.
#include "sim/cpu.hpp"

#include "base/fixed.hpp"
#include "base/limits.hpp"
#include "context.hpp"
#include "sync/sources.hpp"
#include "task/run_op.hpp"

namespace rq {

namespace {

void start_segment(Context& c, CpuId cpu, Segment segment, u64 work_ns) {
    rq& q = c.w.rqs[cpu.raw];
    q.segment = static_cast<u8>(segment);
    q.segment_start = c.w.g.now;
    q.work_ns = work_ns;
    arm_segment(c, cpu);
}

/// Prices the wakeups and calls that an operation has just made.
void price_acts(Context& c, CpuId cpu) {
    if (c.acts.wakeups) charge(c, cpu, Cost::wakeup_call, c.acts.wakeups);
    if (c.acts.migrations) charge(c, cpu, Cost::migration, c.acts.migrations);
    if (c.acts.minor_faults) charge(c, cpu, Cost::minor_fault, c.acts.minor_faults);
    if (c.acts.major_faults) charge(c, cpu, Cost::major_fault, c.acts.major_faults);
    if (c.acts.cow_copies) charge(c, cpu, Cost::cow_copy, c.acts.cow_copies);
    c.acts = Acts{};
}

void enter_idle(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    if (!q.tick_stopped) {
        q.tick_stopped = 1;
        q.idle_since = c.w.g.now;
        timer_program(c, cpu);
    }
    start_segment(c, cpu, Segment::idle, 0);
}

/// The tick comes back on its grid when the CPU has something to do.
void leave_idle(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    if (!q.tick_stopped) return;
    q.tick_stopped = 0;
    u64 tick = c.w.g.tick_ns;
    if (q.next_tick <= c.w.g.now)
        q.next_tick += ((c.w.g.now - q.next_tick) / tick + 1) * tick;
    timer_program(c, cpu);
}

void do_schedule(Context& c, CpuId cpu, bool preempt) {
    Switch s = schedule(c, cpu, preempt);
    rq& q = c.w.rqs[cpu.raw];
    q.work_ns = 0;
    if (!s.switched) {
        if (s.next != q.idle) charge(c, cpu, Cost::schedule_same);
    } else if (s.next == q.idle) {
        charge(c, cpu, Cost::switch_to_idle);
    } else {
        if (s.prev == q.idle) leave_idle(c, cpu);
        bool same_mm = c.w.tasks.alive(s.prev) && c.w.tasks[s.prev].mm == c.w.tasks[s.next].mm;
        charge(c, cpu, same_mm ? Cost::switch_thread : Cost::switch_process);
        if (!preempt) charge(c, cpu, Cost::switch_block);
    }
    c.acts = Acts{};
}

/// Operations that only compute or steer; they need not wait until the CPU's debts are paid.
bool only_steers(const Op* op) {
    if (!op) return false;
    switch (op->code) {
        case OpCode::run:
        case OpCode::loop_begin:
        case OpCode::loop_end:
        case OpCode::if_child:
        case OpCode::if_parent:
        case OpCode::nop: return true;
        default: return false;
    }
}

/// Signals on the way back to user mode; false if the task was not to look at any.
bool look_at_signals(Context& c, CpuId cpu, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    if (!t.sigpending || t.exec.phase == PHASE_BLOCKED) return false;
    if (exit_to_user_mode(c, p) == OpResult::next) return false;
    price_acts(c, cpu);
    do_schedule(c, cpu, false);
    return true;
}

/// One step of the running task; false when the CPU now has a segment to live through.
bool advance_task(Context& c, CpuId cpu, TaskId p) {
    rq& q = c.w.rqs[cpu.raw];
    if (look_at_signals(c, cpu, p)) return true;
    exec_state& ex = c.w.tasks[p].exec;
    if (ex.work_left_ns) {
        start_segment(c, cpu, Segment::user, ex.work_left_ns);
        return false;
    }
    if (ex.phase == PHASE_WORK) {
        op_done(c, p);
        return true;
    }
    const Op* op = current_op(c, p);
    if (ex.phase == PHASE_START) {
        ex.phase = PHASE_EFFECT;
        u64 cost = op ? op_cost_ns(c, p, *op) : c.image.cost[Cost::exit];
        if (cost) {
            start_segment(c, cpu, Segment::kernel, cost);
            return false;
        }
    }
    if (q.debt_ns && !only_steers(op)) {
        start_segment(c, cpu, Segment::kernel, 0);
        return false;
    }
    if (++c.w.g.same_instant_events > limits::events_at_one_instant) {
        c.w.g.limit_hit = static_cast<u32>(LimitHit::no_progress);
        return false;
    }
    OpResult result = run_op(c, p);
    price_acts(c, cpu);
    switch (result) {
        case OpResult::next: break;
        case OpResult::work: c.w.tasks[p].exec.phase = PHASE_WORK; break;
        case OpResult::yield:
            do_sched_yield(c, cpu);
            do_schedule(c, cpu, false);
            break;
        case OpResult::block:
        case OpResult::exit: do_schedule(c, cpu, false); break;
    }
    return true;
}

}  // namespace

void charge_ns(Context& c, CpuId cpu, Kind kind, u64 ns) {
    if (!ns) return;
    rq& q = c.w.rqs[cpu.raw];
    q.debt_ns += ns;
    q.time_by_kind[static_cast<u32>(kind)] += ns;
    if (q.curr != q.idle) c.w.tasks[q.curr].stime_ns += ns;
    emit(c, Ev::cost_charge, cpu.raw, static_cast<u32>(kind), ns);
}

void charge(Context& c, CpuId cpu, Cost what, u64 times) {
    charge_ns(c, cpu, cost_info(what).kind, c.image.cost[what] * times);
}

void settle(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    u64 elapsed = c.w.g.now - q.segment_start;
    if (!elapsed) return;
    q.segment_start = c.w.g.now;
    u64 paid = elapsed < q.debt_ns ? elapsed : q.debt_ns;
    q.debt_ns -= paid;
    u64 rest = elapsed - paid;
    Segment segment = static_cast<Segment>(q.segment);
    if (segment == Segment::idle) {
        q.time_by_kind[static_cast<u32>(Kind::idle)] += rest;
        return;
    }
    RQ_DEBUG_ASSERT(rest <= q.work_ns);
    q.work_ns -= rest;
    task_struct& t = c.w.tasks[q.curr];
    if (segment == Segment::user) {
        q.time_by_kind[static_cast<u32>(Kind::user)] += rest;
        t.utime_ns += rest;
        t.exec.work_left_ns = q.work_ns;
    } else {
        q.time_by_kind[static_cast<u32>(Kind::syscall)] += rest;
        t.stime_ns += rest;
    }
}

void arm_segment(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    if (static_cast<Segment>(q.segment) == Segment::idle)
        return c.w.events.disarm(source_segment(cpu.raw));
    c.w.events.arm(source_segment(cpu.raw), c.w.g.now + q.debt_ns + q.work_ns,
                   tie_of(Rank::segment_end, cpu.raw));
}

void cpu_continue(Context& c, CpuId cpu) {
    for (;;) {
        rq& q = c.w.rqs[cpu.raw];
        if (q.need_resched) {
            if (q.debt_ns && q.curr != q.idle) {
                start_segment(c, cpu, Segment::kernel, 0);
                return;
            }
            do_schedule(c, cpu, true);
            continue;
        }
        if (q.curr == q.idle) return enter_idle(c, cpu);
        if (!advance_task(c, cpu, q.curr)) return;
    }
}

void segment_end(Context& c, CpuId cpu) {
    settle(c, cpu);
    cpu_continue(c, cpu);
}

namespace {

/// True if the running work may be left now: idle, user work, or a task between two operations.
bool preemptible(const Context& c, CpuId cpu) {
    const rq& q = c.w.rqs[cpu.raw];
    Segment segment = static_cast<Segment>(q.segment);
    return segment != Segment::kernel || c.w.g.tune.preempt_full;
}

/// Serves what has expired first, a timer or the tick; false if nothing has.
bool serve_one(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    u64 now = c.w.g.now;
    bool tick_due = !q.tick_stopped && q.next_tick <= now;
    u64 timer_hard = timer_next_expiry(c, cpu);
    if (!tick_due || timer_hard <= q.next_tick) {
        if (TimerId timer = timer_pop_expired(c, cpu, now)) {
            u32 before = c.acts.wakeups;
            timer_expired(c, timer);
            if (c.acts.wakeups != before) c.w.rqs[cpu.raw].irq_woke = 1;
            return true;
        }
    }
    if (!tick_due) return false;
    q.next_tick += c.w.g.tick_ns;
    q.irq_ticked = 1;
    scheduler_tick(c, cpu);
    return true;
}

/// True if something else has expired by now (or will have while the interrupt goes on).
bool more_due(const Context& c, CpuId cpu, u64 by) {
    const rq& q = c.w.rqs[cpu.raw];
    if (!q.tick_stopped && q.next_tick <= by) return true;
    u32 first = q.timers.leftmost;
    return first && c.w.timers.at_slot(first).soft <= by;
}

/// Keeps the interrupt going for `cost` and comes back, or goes on at once if it costs nothing.
bool hold_interrupt(Context& c, CpuId cpu, Cost cost) {
    u64 ns = c.image.cost[cost];
    if (!ns) return false;
    charge(c, cpu, cost);
    c.w.events.disarm(source_segment(cpu.raw));
    rq& q = c.w.rqs[cpu.raw];
    c.w.events.arm(source_interrupt(cpu.raw), c.w.g.now + q.debt_ns,
                   tie_of(Rank::interrupt, cpu.raw));
    return true;
}

void leave_interrupt(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    q.in_irq = 0;
    q.irq_exiting = 0;
    timer_program(c, cpu);
    if (q.need_resched && preemptible(c, cpu)) {
        do_schedule(c, cpu, true);
        cpu_continue(c, cpu);
    } else {
        arm_segment(c, cpu);
    }
}

}  // namespace

void timer_interrupt(Context& c, CpuId cpu) {
    settle(c, cpu);
    rq& q = c.w.rqs[cpu.raw];
    if (q.irq_exiting) return leave_interrupt(c, cpu);
    if (!q.in_irq) {
        q.in_irq = 1;
        q.irq_ticked = 0;
        q.irq_woke = 0;
    }
    c.acts = Acts{};
    while (serve_one(c, cpu)) {
        bool more = more_due(c, cpu, c.w.g.now);
        if (more && c.w.rqs[cpu.raw].irq_woke && hold_interrupt(c, cpu, Cost::wakeup_next)) return;
        if (!more) break;
    }
    rq& after = c.w.rqs[cpu.raw];
    if (after.need_resched && preemptible(c, cpu)) {
        Cost way_out = after.curr == after.idle ? Cost::wakeup_idle
                       : after.irq_woke         ? Cost::wakeup_resched
                                                : Cost::tick_resched;
        after.irq_exiting = 1;
        if (hold_interrupt(c, cpu, way_out)) return;
        return leave_interrupt(c, cpu);
    }
    if (after.irq_ticked) charge(c, cpu, Cost::tick);
    if (after.irq_woke) charge(c, cpu, Cost::wakeup_irq);
    leave_interrupt(c, cpu);
}

void reschedule_interrupt(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    if (q.in_irq || !q.need_resched) return;
    settle(c, cpu);
    if (!preemptible(c, cpu)) return charge(c, cpu, Cost::irq), arm_segment(c, cpu);
    q.in_irq = 1;
    q.irq_exiting = 1;
    if (hold_interrupt(c, cpu, Cost::irq)) return;
    leave_interrupt(c, cpu);
}

}  // namespace rq
