// How rt-app brings a file's threads up, as recorded: its main thread forks them one after another,
// each prepares itself and waits at a barrier, the last to come wakes the others. t0 is the last
// fork; for that to hold the start is played in a copy of the World until it fits.
#include "base/fixed.hpp"
#include "sched/core.hpp"
#include "sched/eevdf.hpp"
#include "sim/cpu.hpp"
#include "sim/rig_parts.hpp"
#include "sim/step.hpp"
#include "sync/wait.hpp"
#include "task/fork.hpp"

namespace rq {

namespace {

/// Times of the start by kernel, in ns.
struct StartTimes {
    u64 main_tick;      ///< rt-app's exec before a tick of the grid
    s64 lead;           ///< main's own time to the first fork with two threads
    s64 lead_thread;    ///< more for each of the third and fourth thread
    s64 lead_further;   ///< and for each one after them
    s64 lead_timer;     ///< and for each thread with a timer
    s64 fork_gap;       ///< of main's own time between two forks
    s64 fork_gap_first; ///< the first of them with three threads or more
    u64 wakeup_new;     ///< from a fork's record to the accounting of its wakeup
    u64 fork_return;    ///< from there back to main
    u64 fork_switch;    ///< from there to the switch if the child preempts, less the switch's own
    u64 farewell;       ///< main's time from its return from the last fork until it waits for good
    u64 barrier_switch; ///< from the last wakeup at the barrier to the scheduler's clock
};
constexpr StartTimes times[] = {
    {2'235'100, 2'588'000, 89'000, 89'000, 15'000, 82'500, 88'700, 1361, 0, 0, 5200, 1954},
    {2'240'000, 2'082'000, 68'000, 76'300, 21'000, 59'500, 59'500, 1130, 3000, 3038, 5200, 1568},
};

/// A thread's time from its first switch-in until it blocks at the barrier, by its turn: the first
/// list for 6.1, the others for 6.12 with so many threads.
constexpr u64 prologue_61[] = {121600, 105800, 87300, 98100, 100000, 100000, 98900, 98700, 99800};
constexpr u64 prologue_612[] = {113000, 80000, 80000, 87000, 75000,
                                96000,  78000, 81500, 100800, 80000};
constexpr u64 prologue_612_2[] = {100100};
constexpr u64 prologue_612_3[] = {113000, 106000};
constexpr u64 prologue_612_4[] = {113000, 95700, 79300};
/// The same for the last one, until its first wakeup, by the number of threads.
struct LastTime {
    u32 threads;
    u64 ns[2];
};
constexpr LastTime last_times[] = {
    {1, {97000, 97000}}, {2, {97000, 95600}}, {3, {89600, 73700}},
    {4, {97600, 80300}}, {9, {94200, 77400}}, {10, {51500, 47300}},
};
constexpr u64 last_time_else = 97000;

constexpr u64 switch_in_ns = 2100;            // from the switch to the thread's own instructions
constexpr u64 sleep_switch_ns[] = {2404, 2680};
constexpr u64 renice_before_ns = 20'000;      // before the barrier a thread sets its priority
constexpr u64 renice_after_ns = 25'000;
constexpr u64 renice_to_clock_ns = 2220;
constexpr u64 between_wakeups_ns = 2880;      // at the barrier
constexpr u64 barrier_return_ns = 3600;
constexpr u64 before_program_ns = 13'000;
constexpr u64 before_deadline_ns = 9'000;     // a thread becomes a deadline task after the barrier
constexpr s64 tick_slack_ns = 50'000;
constexpr s64 zero_base_ns = 915;             // t_zero against the last thread's first wakeup
constexpr s64 zero_per_thread_ns = 1115;

const StartTimes& start_times(const Context& c) { return times[c.w.g.kernel]; }

bool has_timer(const Scenario& s, const TaskSpec& spec) {
    for (const Op& op : s.programs[spec.program].ops)
        if (op.code == OpCode::timer) return true;
    return false;
}

s64 lead_ns(const Context& c) {
    const Scenario& s = c.image.scenario;
    const StartTimes& t = start_times(c);
    s64 threads = c.w.g.rigging.threads;
    s64 early = threads < 4 ? threads : 4;
    s64 timers = 0;
    for (const TaskSpec& spec : s.tasks) timers += has_timer(s, spec);
    return t.lead + t.lead_thread * (early - 2) + t.lead_further * (threads - early) +
           t.lead_timer * timers;
}

s64 gap_ns(const Context& c, u32 after) {
    const StartTimes& t = start_times(c);
    return c.w.g.rigging.threads > 2 && after == 0 ? t.fork_gap_first : t.fork_gap;
}

s64 all_gaps_ns(const Context& c) {
    s64 sum = 0;
    for (u32 i = 0; i + 1 < c.w.g.rigging.threads; ++i) sum += gap_ns(c, i);
    return sum;
}

template <u32 count>
u64 entry(const u64 (&list)[count], u32 at) {
    return list[at < count ? at : count - 1];
}

/// How long the thread that runs as the `turn`-th takes to the barrier.
u64 prologue_ns(const Context& c, u32 turn) {
    u32 threads = c.w.g.rigging.threads;
    if (turn + 1 == threads) {
        for (const LastTime& last : last_times)
            if (last.threads == threads) return last.ns[c.w.g.kernel];
        return last_time_else;
    }
    if (c.w.g.kernel) {
        if (threads == 2) return entry(prologue_612_2, turn);
        if (threads == 3) return entry(prologue_612_3, turn);
        if (threads == 4) return entry(prologue_612_4, turn);
        return entry(prologue_612, turn);
    }
    return entry(prologue_61, turn) + (turn == 0 && threads == 3 ? 6200 : 0);
}

u32 barrier_of(Context& c) { return sync_object_of(c, SyncKind::barrier, 0); }

/// 6.12: the shell that started rt-app and waits for it is still queued, its dequeue delayed.
void make_shell(Context& c, TaskId main) {
    constexpr u64 shell_behind_ns = 37'863;
    constexpr u64 shell_request_ns = 300'000;
    constexpr u64 main_request_ns = 350'000;
    TaskId shell = rig_make_own(c, "sh");
    activate_task(c, CpuId{0}, shell, ENQUEUE_NOCLOCK);
    cfs_rq& cfs = c.w.cfs_rqs[1];
    SeId main_se = c.w.tasks[main].se;
    SeId shell_se = c.w.tasks[shell].se;
    dequeue_node_eevdf(c.w, cfs, main_se);
    dequeue_node_eevdf(c.w, cfs, shell_se);
    sched_entity& first = c.w.se[main_se.raw];
    sched_entity& second = c.w.se[shell_se.raw];
    first.deadline = first.vruntime + main_request_ns;
    second.vruntime = first.vruntime + shell_behind_ns;
    second.deadline = second.vruntime + shell_request_ns;
    second.sched_delayed = 1;
    ++cfs.h_nr_delayed;
    enqueue_node_eevdf(c.w, cfs, main_se);
    enqueue_node_eevdf(c.w, cfs, shell_se);
}

/// Puts everything in place with main on the CPU, `over` ns earlier than the nominal start.
void place(Context& c, s64 over, s64 adjust) {
    Globals& g = c.w.g;
    s64 lead = lead_ns(c);
    s64 start = static_cast<s64>(g.t0) - all_gaps_ns(c) - lead - over;
    rig_set_instant(c, static_cast<u64>(start));
    g.rigging.adjust = adjust;
    s64 tick = static_cast<s64>(g.tick_ns);
    s64 to_tick = start + static_cast<s64>(start_times(c).main_tick) -
                  static_cast<s64>(g.tick_origin) + tick / 2;
    g.rigging.main_tick = (to_tick - (to_tick % tick + tick) % tick) / tick;
    rig_make_noise(c);
    TaskId main = rig_make_own(c, "rt-app");
    g.rig = main;
    c.w.se[c.w.tasks[main].se.raw].vruntime = 0;
    c.w.tasks[main].__state = TASK_RUNNING;
    c.here = 0;
    update_rq_clock(c, CpuId{0});
    activate_task(c, CpuId{0}, main, ENQUEUE_NOCLOCK);
    if (g.kernel) make_shell(c, main);
    exec_state& e = c.w.tasks[main].exec;
    e.work_left_ns = static_cast<u64>(lead) - switch_in_ns -
                     c.image.cost[Cost::switch_from_idle] + start_times(c).wakeup_new;
    c.w.rqs[0].need_resched = 1;
    cpu_continue(c, CpuId{0});
}

/// Plays a start in a copy of the World; how much later than t0 its last fork came.
s64 miss_of(const Context& c, s64 over, s64 adjust) {
    World copy = c.w;
    Trace unused;
    Context probe{copy, unused, c.image};
    probe.recording = false;
    place(probe, over, adjust);
    while (copy.g.rigging.forked < copy.g.rigging.threads &&
           next_event_time(probe.w, probe.image) != NEVER)
        step_event(probe);
    return static_cast<s64>(copy.g.now - copy.g.t0 - start_times(c).wakeup_new);
}

/// Forks the next thread; it has its final name at once.
void fork_thread(Context& c, TaskId main) {
    RigState& r = c.w.g.rigging;
    RigTask task = rig_task(c.image.scenario, r.forked);
    TaskCreate what;
    what.parent = main;
    what.flags = thread_clone_flags;
    what.comm = task.name;
    TaskId p = create_task(c, what);
    RQ_ASSERT(p);
    task_struct& t = c.w.tasks[p];
    t.start_style = STARTED_BY_RTAPP;
    t.exec.aux = r.forked;
    t.exec.period_ns = task.spec->program + 1;
    ++r.forked;
    wake_up_new_task(c, p);
}

/// What a thread does to itself before the barrier; true if it has anything to do. It becomes a
/// deadline task only after it.
bool has_own_params(const TaskSpec& spec) {
    bool policy = spec.policy != Policy::normal && spec.policy != Policy::deadline;
    return spec.nice != 0 || policy || !spec.cpus.empty();
}

OpResult arrive(Context& c, TaskId p) {
    RigState& r = c.w.g.rigging;
    ++r.arrived;
    bool last = r.arrived == r.threads;
    if (c.w.tasks[p].exec.aux == 0) {
        s64 zero = static_cast<s64>(c.w.g.now);
        if (last) zero += zero_base_ns - zero_per_thread_ns * (s64{r.threads} - 1);
        r.t_zero = static_cast<u64>(zero);
    }
    if (last) {
        c.w.tasks[p].exec.pc = 4;
        return OpResult::next;
    }
    c.w.tasks[p].exec.pc = 5;
    wait_on(c, p, Channel::object, barrier_of(c), TASK_INTERRUPTIBLE);
    return OpResult::block;
}

/// The last thread at the barrier wakes one of the others; it is not preempted until it is done.
OpResult wake_next(Context& c, TaskId p) {
    u32 barrier = barrier_of(c);
    c.w.tasks[p].exec.phase = PHASE_KERNEL;
    wake_up_queue(c, Channel::object, barrier, 1);
    if (c.w.sync_objects[barrier].waiters.first) return rig_work(c, p, between_wakeups_ns, 4);
    if (c.w.rqs[c.here].need_resched) return rig_work(c, p, start_times(c).barrier_switch, 5);
    return rig_work(c, p, barrier_return_ns, 5);
}

}  // namespace

void rtapp_start(Context& c) {
    s64 lead = lead_ns(c);
    s64 gaps = all_gaps_ns(c);
    s64 main_tick = static_cast<s64>(start_times(c).main_tick);
    s64 tick = static_cast<s64>(c.w.g.tick_origin) - static_cast<s64>(c.w.g.t0);
    while (tick - main_tick + lead + gaps > tick_slack_ns) tick -= static_cast<s64>(c.w.g.tick_ns);
    s64 over = main_tick - tick - gaps - lead;
    s64 adjust = 0;
    constexpr s64 exact = 500;
    constexpr s64 stretch = 120'000;  // a small misfit: the gaps between forks give way
    s64 further = s64{c.w.g.rigging.threads} - 1;
    for (u32 round = 0; round < 8; ++round) {
        s64 miss = miss_of(c, over, adjust);
        if (miss < exact && miss > -exact) break;
        bool small = miss < stretch && miss > -stretch;
        if (c.w.g.kernel && further && small && round < 3) {
            s64 share = miss / further;
            if (miss % further < 0) --share;
            adjust -= share;
        } else {
            over += miss;
        }
    }
    place(c, over, adjust);
}

OpResult rtapp_main_step(Context& c, TaskId p) {
    const StartTimes& t = start_times(c);
    const RigState& r = c.w.g.rigging;
    if (r.forked == r.threads) {  // it waits for its threads until the run is over
        wait_on(c, p, Channel::pause, 0, TASK_INTERRUPTIBLE);
        return OpResult::block;
    }
    u32 after = r.forked;
    fork_thread(c, p);
    bool preempted = c.w.rqs[c.here].need_resched && t.fork_switch;
    u64 back = preempted ? 0 : t.fork_return;
    if (preempted) charge_ns(c, CpuId{c.here}, Kind::fork, t.fork_switch);
    if (r.forked == r.threads) {
        u64 rest = back + t.farewell;
        return rig_work(c, p, t.fork_return ? rest : rest - t.wakeup_new, 0);
    }
    s64 gap = gap_ns(c, after) + r.adjust - static_cast<s64>(t.fork_return) +
              static_cast<s64>(back);
    return rig_work(c, p, static_cast<u64>(gap), 0);
}

OpResult rtapp_thread_step(Context& c, TaskId p) {
    RigState& r = c.w.g.rigging;
    exec_state& e = c.w.tasks[p].exec;
    RigTask task = rig_task(c.image.scenario, static_cast<u32>(e.aux));
    switch (e.pc) {
        case 0: {
            e.result = r.begun;
            u64 own = prologue_ns(c, r.begun++) - sleep_switch_ns[c.w.g.kernel] - switch_in_ns;
            if (!has_own_params(*task.spec)) return rig_work(c, p, own, 3);
            return rig_work(c, p, own - renice_before_ns, 1);
        }
        case 1:
            if (task.spec->policy == Policy::normal && task.spec->cpus.empty())
                set_user_nice(c, p, task.spec->nice);
            else
                apply_task_spec(c, p, *task.spec);
            if (!c.w.rqs[c.here].need_resched) {
                e.pc = 2;
                return OpResult::next;
            }
            c.w.tasks[p].exec.phase = PHASE_KERNEL;
            return rig_work(c, p, renice_to_clock_ns, 2);
        case 2: {
            e.phase = PHASE_START;
            bool last = e.result + 1 == s64{r.threads};
            return rig_work(c, p, last ? renice_before_ns : renice_after_ns, 3);
        }
        case 3: return arrive(c, p);
        case 4: return wake_next(c, p);
        case 5:
            e.phase = PHASE_START;
            if (task.spec->policy != Policy::deadline)
                return rig_work(c, p, before_program_ns, 7);
            return rig_work(c, p, before_deadline_ns, 6);
        case 6:
            apply_task_spec(c, p, *task.spec);
            return rig_work(c, p, before_program_ns - before_deadline_ns, 7);
        default: rig_enter_program(c, p, r.t_zero + task.spec->start_ns); return OpResult::next;
    }
}

}  // namespace rq
