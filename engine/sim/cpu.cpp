// A CPU between events: what its time goes to, when its present stretch ends, and what it does
// then. The scheduler decides first; what the decision costs is charged here, afterwards.
#include "sim/cpu.hpp"

#include "base/fixed.hpp"
#include "base/limits.hpp"
#include "context.hpp"
#include "sched/policy.hpp"
#include "sched/stopper.hpp"
#include "sim/rig.hpp"
#include "sync/sources.hpp"
#include "sync/timer.hpp"
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

void charge_switch(Context& c, CpuId cpu, const Switch& s, bool preempt) {
    if (s.prev == c.w.rqs[cpu.raw].idle) {
        tick_restart(c, cpu);
        return charge(c, cpu, Cost::switch_from_idle);
    }
    if (c.w.rqs[cpu.raw].hrtick && hrtick_active(c, cpu)) charge(c, cpu, Cost::hrtick_program);
    bool alive = c.w.tasks.alive(s.prev);
    if (alive && !preempt && c.w.tasks[s.prev].start_style == STARTED_AS_NOISE &&
        s.prev != c.w.rqs[cpu.raw].stop)
        return charge(c, cpu, Cost::switch_kthread);
    bool same_mm = alive && c.w.tasks[s.prev].mm == c.w.tasks[s.next].mm;
    charge(c, cpu, same_mm ? Cost::switch_thread : Cost::switch_process);
    bool blocked = !preempt && (!alive || c.w.tasks[s.prev].__state != TASK_RUNNING);
    if (blocked) charge(c, cpu, Cost::switch_block);
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
        charge_switch(c, cpu, s, preempt);
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

/// One step of a task that the rig leads; false when the CPU now has a segment to live through.
bool advance_rig(Context& c, CpuId cpu, TaskId p) {
    if (c.w.rqs[cpu.raw].debt_ns) {
        start_segment(c, cpu, Segment::kernel, 0);
        return false;
    }
    if (rig_step(c, p) == OpResult::block) do_schedule(c, cpu, false);
    c.acts = Acts{};
    return true;
}

/// The stop task does its work once the switch to it is paid, and sleeps again.
bool stop_task_step(Context& c, CpuId cpu, TaskId p) {
    rq& q = c.w.rqs[cpu.raw];
    if (q.debt_ns) {
        start_segment(c, cpu, Segment::kernel, 0);
        return false;
    }
    run_stop_work(c, cpu);
    c.acts = Acts{};
    c.w.tasks[p].__state = TASK_IDLE;
    charge(c, cpu, Cost::stop_work);
    do_schedule(c, cpu, false);
    return true;
}

/// One step of the running task; false when the CPU now has a segment to live through.
bool advance_task(Context& c, CpuId cpu, TaskId p) {
    rq& q = c.w.rqs[cpu.raw];
    if (look_at_signals(c, cpu, p)) return true;
    if (p == q.stop && (q.active_balance || q.push_disallowed || !rig_runs(c, p)))
        return stop_task_step(c, cpu, p);
    exec_state& ex = c.w.tasks[p].exec;
    if (ex.work_left_ns) {
        Segment segment = ex.phase == PHASE_KERNEL ? Segment::kernel : Segment::user;
        start_segment(c, cpu, segment, ex.work_left_ns);
        return false;
    }
    if (rig_runs(c, p)) return advance_rig(c, cpu, p);
    if (ex.phase == PHASE_WORK) {
        op_done(c, p);
        return true;
    }
    const Op* op = current_op(c, p);
    if (ex.phase == PHASE_START) {
        ex.phase = PHASE_EFFECT;
        u64 cost = op ? op_cost_ns(c, p, *op) : exit_cost_ns(c, p);
        if (cost && c.w.tasks[p].start_style) {  // what the rigs' programs do around a call
            ex.work_left_ns = cost;
            return true;
        }
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

namespace {

/// What a task's kernel work is booked as: births and ends of processes are a kind of their own.
Kind kind_of_call(const Context& c, TaskId p) {
    const Op* op = current_op(c, p);
    if (!op) return Kind::fork;  // the end of its program: it exits
    switch (op->code) {
        case OpCode::fork:
        case OpCode::vfork:
        case OpCode::clone:
        case OpCode::exec:
        case OpCode::exit:
        case OpCode::exit_group: return Kind::fork;
        default: return Kind::syscall;
    }
}

}  // namespace

u64 settle(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    u64 elapsed = c.w.g.now - q.segment_start;
    if (!elapsed) return 0;
    q.segment_start = c.w.g.now;
    u64 paid = elapsed < q.debt_ns ? elapsed : q.debt_ns;
    q.debt_ns -= paid;
    u64 rest = elapsed - paid;
    Segment segment = static_cast<Segment>(q.segment);
    if (segment == Segment::idle) {
        q.time_by_kind[static_cast<u32>(Kind::idle)] += rest;
        if (q.nr_iowait) q.iowait_ns += rest;  // by who waits when it is booked, as in the kernel
        return 0;
    }
    RQ_DEBUG_ASSERT(rest <= q.work_ns);
    q.work_ns -= rest;
    task_struct& t = c.w.tasks[q.curr];
    if (segment == Segment::user) {
        q.time_by_kind[static_cast<u32>(Kind::user)] += rest;
        t.utime_ns += rest;
        t.exec.work_left_ns = q.work_ns;
    } else {
        q.time_by_kind[static_cast<u32>(kind_of_call(c, q.curr))] += rest;
        t.stime_ns += rest;
        if (t.exec.phase == PHASE_KERNEL) t.exec.work_left_ns = q.work_ns;
    }
    return rest;
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
        if (q.need_resched && c.w.tasks[q.curr].exec.phase != PHASE_KERNEL) {
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

/// nohz_full: a CPU with one runnable task needs no tick to take turns.
void stop_tick_if_alone(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    if (q.nohz_full && q.nr_running == 1 && q.curr != q.idle) q.tick_stopped = 1;
}

/// What an interrupt serves (rq::irq_last).
enum class Served : u32 { nothing, wakeup, tick, kthread };

/// What the interrupt will serve next, and when it can.
struct Due {
    Served what;
    u64 at;
};

/// From what an interrupt served last to what it serves next.
u64 distance(const Context& c, const rq& q, Served next) {
    const CostTable& cost = c.image.cost;
    Served last = static_cast<Served>(q.irq_last);
    if (last == Served::nothing) return 0;
    if (next == Served::tick) return q.irq_woke ? cost[Cost::tick_after_wakeup] : 0;
    if (last == Served::kthread) return cost[Cost::kthread_irq];
    if (q.irq_ticked) return cost[Cost::wakeup_after_tick];
    if (!q.irq_woke) return 0;
    return cost[q.curr == q.idle ? Cost::wakeup_next_idle : Cost::wakeup_next];
}

/// The first of what had expired when the interrupt began, by hard expiry; of equal ones that which
/// was queued first. The kernel threads that the tick's softirq wakes come right after it.
Due next_due(Context& c, CpuId cpu) {
    const rq& q = c.w.rqs[cpu.raw];
    Served last = static_cast<Served>(q.irq_last);
    if (last == Served::tick || last == Served::kthread)
        if (u64 wait = rig_kthread_wait(c, cpu, last == Served::kthread, q.irq_woke))
            return {Served::kthread, q.irq_clock + wait};
    u64 late = c.image.cost[Cost::tick_late];
    bool tick = !q.tick_stopped && q.next_tick <= q.irq_start + late;
    u32 first = q.timers.leftmost;
    if (first) {
        const hrtimer& t = c.w.timers.at_slot(first);
        u64 tick_at = q.next_tick - late;
        bool before = t.hard < tick_at || (t.hard == tick_at && t.queued <= q.tick_queued);
        if (t.soft <= q.irq_start && (!tick || before))
            return {Served::wakeup, q.irq_clock + distance(c, q, Served::wakeup)};
    }
    if (!tick) return {Served::nothing, 0};
    u64 at = q.irq_clock + distance(c, q, Served::tick);
    return {Served::tick, at < q.next_tick ? q.next_tick : at};
}

/// The emulated machine's timer chip counts units of so much; a tick is late by up to one, as it
/// happens. Requests that are whole ticks long end a tick sooner or later by it.
constexpr u64 timer_unit_ns = 16;
/// Recorded on 6.12: by so much sooner the way from a tick to the scheduler's clock is over if the
/// task has a slice of its own.
constexpr u64 own_slice_ns = 2;

bool is_emulated(const Context& c) { return c.image.scenario.profile == ProfileKind::emulated; }

/// A tick of the emulated machine, due at `next` by the count of whole ticks.
[[gnu::noinline]] u64 emulated_tick(const Context& c, CpuId cpu, u64 next) {
    const Globals& g = c.w.g;
    if (next < g.tick_origin) return next;
    u64 number = (next - g.tick_origin) / g.tick_ns;
    Prng chance = Prng::stream(c.image.scenario.seed, number << 10 | cpu.raw);
    return g.tick_origin + number * g.tick_ns + chance.below(timer_unit_ns);
}

void serve(Context& c, CpuId cpu, Served what) {
    rq& q = c.w.rqs[cpu.raw];
    q.irq_clock = c.w.g.now;
    q.irq_last = static_cast<u32>(what);
    if (what == Served::tick) {
        q.next_tick += c.w.g.tick_ns;
        if (is_emulated(c)) [[unlikely]]
            q.next_tick = emulated_tick(c, cpu, q.next_tick);
        q.tick_queued = c.w.g.now;
        q.irq_ticked = 1;
        scheduler_tick(c, cpu);
        stop_tick_if_alone(c, cpu);
    } else if (what == Served::kthread) {
        rig_wake_kthread(c, cpu);
    } else {
        u32 before = c.acts.wakeups;
        timer_expired(c, timer_pop_expired(c, cpu, q.irq_start));
        rq& after = c.w.rqs[cpu.raw];
        if (c.acts.wakeups != before) after.irq_woke = 1;
    }
}

/// Keeps the interrupt going for `ns` and comes back, or goes on at once if that is no time.
bool hold_interrupt(Context& c, CpuId cpu, Kind kind, u64 ns) {
    if (!ns) return false;
    charge_ns(c, cpu, kind, ns);
    c.w.events.disarm(source_segment(cpu.raw));
    rq& q = c.w.rqs[cpu.raw];
    c.w.events.arm(source_interrupt(cpu.raw), c.w.g.now + q.debt_ns,
                   tie_of(Rank::interrupt, cpu.raw));
    return true;
}

/// What passes between the last thing served and the scheduler's clock.
Cost way_to_scheduler(const rq& q) {
    Served last = static_cast<Served>(q.irq_last);
    if (last == Served::tick)
        return q.skip_clock_update ? Cost::tick_wakeup_resched : Cost::tick_resched;
    if (q.curr == q.idle) return Cost::wakeup_idle;
    bool woke = last == Served::kthread || q.irq_woke;
    return woke ? Cost::wakeup_resched : Cost::timer_resched;
}

u64 way_to_scheduler_ns(const Context& c, const rq& q) {
    const CostTable& cost = c.image.cost;
    Cost way = way_to_scheduler(q);
    u64 ns = cost[way];
    const task_struct& curr = c.w.tasks[q.curr];
    bool weighed = way == Cost::tick_resched || way == Cost::timer_resched;
    if (weighed && curr.se.raw && c.w.se[curr.se.raw].weight != NICE_0_LOAD)
        ns += cost[Cost::tick_resched_weight];
    if (is_emulated(c) && way == Cost::tick_resched && curr.se.raw &&
        c.w.se[curr.se.raw].custom_slice)
        ns -= own_slice_ns;
    // A kernel thread is awake sooner after its wakeup's clock than the sleeper of a timer.
    if (static_cast<Served>(q.irq_last) == Served::kthread)
        ns = ns + cost[Cost::kthread_irq] - cost[Cost::wakeup_irq];
    return ns;
}

/// The way back to the interrupted work.
void charge_return(Context& c, CpuId cpu) {
    const rq& q = c.w.rqs[cpu.raw];
    Served last = static_cast<Served>(q.irq_last);
    bool ticked = q.irq_ticked;
    if (last == Served::kthread) charge(c, cpu, Cost::kthread_irq);
    if (last == Served::wakeup && q.irq_woke) charge(c, cpu, Cost::wakeup_irq);
    if (ticked)
        charge(c, cpu, Cost::tick);
    else if (q.irq_woke)
        charge(c, cpu, Cost::wakeup_return);
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

/// Entering the interrupt took time from the work: it is done again, and booked as what it was.
void enter_interrupt(Context& c, CpuId cpu, u64 worked) {
    rq& q = c.w.rqs[cpu.raw];
    q.in_irq = 1;
    q.irq_ticked = 0;
    q.irq_woke = 0;
    q.irq_start = q.irq_clock = c.w.g.now;
    q.irq_last = static_cast<u32>(Served::nothing);
    bool tick = !q.tick_stopped && q.next_tick <= timer_next_expiry(c, cpu);
    Cost what = tick ? Cost::tick_enter : Cost::timer_enter;
    u64 ns = c.image.cost[what];
    if (ns > worked) ns = worked;
    if (!ns || static_cast<Segment>(q.segment) != Segment::user) return;
    q.work_ns += ns;
    q.time_by_kind[static_cast<u32>(Kind::user)] -= ns;
    q.time_by_kind[static_cast<u32>(cost_info(what).kind)] += ns;
    task_struct& t = c.w.tasks[q.curr];
    t.exec.work_left_ns = q.work_ns;
    t.utime_ns -= ns;
    t.stime_ns += ns;
}

}  // namespace

void timer_interrupt(Context& c, CpuId cpu) {
    u64 worked = settle(c, cpu);
    if (c.w.rqs[cpu.raw].irq_exiting) return leave_interrupt(c, cpu);
    if (!c.w.rqs[cpu.raw].in_irq) {
        // Kernel code that is still being paid for runs with interrupts off.
        if (u64 debt = c.w.rqs[cpu.raw].debt_ns) {
            c.w.events.arm(source_interrupt(cpu.raw), c.w.g.now + debt,
                           tie_of(Rank::interrupt, cpu.raw));
            return;
        }
        enter_interrupt(c, cpu, worked);
    }
    c.acts = Acts{};
    for (;;) {
        Due due = next_due(c, cpu);
        if (due.what == Served::nothing) break;
        Kind kind = due.what == Served::tick ? Kind::tick : Kind::wakeup;
        if (due.at > c.w.g.now && hold_interrupt(c, cpu, kind, due.at - c.w.g.now)) return;
        serve(c, cpu, due.what);
    }
    rq& q = c.w.rqs[cpu.raw];
    if (q.need_resched && preemptible(c, cpu)) {
        q.irq_exiting = 1;
        u64 ns = way_to_scheduler_ns(c, q);
        if (hold_interrupt(c, cpu, cost_info(way_to_scheduler(q)).kind, ns)) return;
        return leave_interrupt(c, cpu);
    }
    charge_return(c, cpu);
    leave_interrupt(c, cpu);
}

void reschedule_interrupt(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    if (q.in_irq || !q.need_resched) return;
    settle(c, cpu);
    if (!preemptible(c, cpu)) return charge(c, cpu, Cost::irq), arm_segment(c, cpu);
    q.in_irq = 1;
    q.irq_exiting = 1;
    if (hold_interrupt(c, cpu, Kind::irq, c.image.cost[Cost::irq])) return;
    leave_interrupt(c, cpu);
}

}  // namespace rq
