// How kload starts a workload, as recorded: a SCHED_FIFO 99 process forks the tasks, they go to
// sleep until a common instant and all wake in one interrupt. The World begins just before it. At
// the end the starter wakes and preempts whatever runs.
#include "sched/core.hpp"
#include "sched/dl_server.hpp"
#include "sched/fair.hpp"
#include "sched/group.hpp"
#include "sim/rig_parts.hpp"
#include "sync/timer.hpp"
#include "sync/wait.hpp"
#include "task/fork.hpp"

#include <algorithm>
#include <vector>

namespace rq {

namespace {

// Tasks ran in their groups for a moment: so much of cpu.max a queue keeps when it empties.
constexpr u64 in_group_first_ns = 8'900;
constexpr u64 in_group_ns = 8'700;
constexpr u64 in_own_queue_ns[] = {9'608, 12'448, 12'319, 12'348};  // by turn, against the first
constexpr s64 kept_runtime_ns = NSEC_PER_MSEC;
constexpr u32 starter_priority = 99;
constexpr u64 starter_end_ns = 10'000;  // it notes the end
constexpr u64 before_start_ns = 54'400'000;
constexpr u64 fifo_before_ns = 53'420'000;  // when the starter became a real-time task
constexpr u64 rt_used_ns = 500'000;         // what it and its children used up to the start
// The tasks ran a little as fair ones before they slept: the first in two pieces, around the fork
// of the second, which set where the others began.
constexpr u64 first_piece_ns = 2510;
constexpr u64 first_rest_ns = 4223;
constexpr u64 further_ns = 2540 + 4660;
constexpr u64 further_each_ns = 40;
// Own work before the program: first touch of its pages.
constexpr u64 touch_few_ns = 12'000;
constexpr u64 touch_many_ns = 22'000;
constexpr u32 few = 2;

/// The instant of the timers: ticks lie 4 ms apart from it, a little later than it.
u64 common_start(const Context& c) {
    const Globals& g = c.w.g;
    u64 at = g.tick_origin - g.tick_ns - c.image.cost[Cost::tick_late];
    while (at + 2 * NSEC_PER_MSEC < g.t0) at += g.tick_ns;
    return at;
}

void sleep_until(Context& c, TaskId p, u64 at) {
    task_struct& t = c.w.tasks[p];
    t.__state = TASK_INTERRUPTIBLE;
    TimerId timer = timer_create(c, TimerKind::rig, p.raw);
    timer_arm(c, timer, c.w.tasks[p].cpu, at, 0);
}

TaskId make_task(Context& c, TaskId starter, u32 index) {
    RigTask task = rig_task(c.image.scenario, index);
    TaskCreate what;
    what.parent = starter;
    what.comm = task.name;
    TaskId p = create_task(c, what);
    RQ_ASSERT(p);
    apply_task_spec(c, p, *task.spec);
    task_struct& t = c.w.tasks[p];
    t.start_style = STARTED_BY_KLOAD;
    t.timer_slack_ns = 0;  // a real-time parent has none and hands that on
    t.exec.aux = index;
    t.exec.period_ns = task.spec->program + 1;
    return p;
}

/// A task of a group is moved there when all others sleep, and runs a moment inside it. A group's
/// entity that runs for the first time is placed as a sleeper is, half a latency ahead.
void place_in_queues(Context& c, TaskId p, u64 ran, u32 turn) {
    bool task = true;
    for (SeId at = c.w.tasks[p].se; at.raw; at = c.w.se[at.raw].parent) {
        sched_entity& se = c.w.se[at.raw];
        cfs_rq& cfs = c.w.cfs_rqs[se.cfs_rq.raw];
        if (cfs.runtime_enabled) cfs.runtime_remaining = kept_runtime_ns;
        u64 here = task ? in_own_queue_ns[turn < 3 ? turn : 3] : ran;
        if (task)
            se.vruntime = cfs.min_vruntime;
        else if (!se.parent.raw && !se.sum_exec_runtime)
            se.vruntime = cfs.min_vruntime - c.w.g.tune.latency / 2;
        se.sum_exec_runtime += here;
        se.vruntime += calc_delta_fair(here, se);
        task = false;
    }
}

bool same_queue(const Context& c, TaskId a, TaskId b) {
    return c.w.se[c.w.tasks[a].se.raw].cfs_rq == c.w.se[c.w.tasks[b].se.raw].cfs_rq;
}

/// True if a goes to sleep before b in the set-up, and so wakes before it. All are born FIFO 99;
/// who becomes a deadline task goes on at once, a real-time task of lower priority is queued at the
/// head of its list and all come in by their priorities, fair ones after them; who is moved to a
/// group waits for that to be done.
bool sleeps_before(const TaskSpec& a, u32 a_index, const TaskSpec& b, u32 b_index) {
    auto rank = [](const TaskSpec& t) {
        bool rt = t.policy == Policy::fifo || t.policy == Policy::rr;
        if (!t.cgroup.empty()) return 300u;
        return t.policy == Policy::deadline ? 0u : rt ? 100u - t.rt_priority : 200u;
    };
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    bool rt = rank(a) > 0 && rank(a) < 200;
    return rt ? a_index > b_index : a_index < b_index;
}

/// The tasks of the file in the order in which they go to sleep.
std::vector<u32> order_of_sleep(const Scenario& s, u32 count) {
    std::vector<const TaskSpec*> specs(count);
    std::vector<u32> order(count);
    for (u32 i = 0; i < count; ++i) {
        specs[i] = rig_task(s, i).spec;
        order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(), [&](u32 a, u32 b) {
        return sleeps_before(*specs[a], a, *specs[b], b);
    });
    return order;
}

/// The starter has been a real-time task since before t0: its period runs, and some is used.
void prime_rt_period(Context& c, u64 start) {
    Globals& g = c.w.g;
    if (g.tune.rt_runtime == NEVER || g.kernel || g.rt_period_active) return;
    g.rt_period_active = 1;
    if (!g.rt_period_timer) g.rt_period_timer = timer_create(c, TimerKind::rt_period, 0);
    g.rt_period_start = start - fifo_before_ns + g.tune.rt_period;
    timer_arm(c, g.rt_period_timer, CpuId{0}, g.rt_period_start, 0);
    c.w.rt_rqs[0].rt_time = rt_used_ns;
}

/// 6.12: the fair server's present period began with the last fair task before t0.
void prime_fair_server(Context& c) {
    if (!c.w.g.kernel) return;
    update_rq_clock(c, CpuId{0});
    dl_server_start(c, CpuId{0});
}

/// Periods of cpu.max begin at multiples of 100 ms of the monotonic clock, as recorded 4 ms before
/// the common start, or 8 ms where the starter had a hierarchy of groups to make.
void set_bandwidth_phase(Context& c, u64 start) {
    bool many = c.image.scenario.cgroups.size() >= 3;
    u64 phase = start - (many ? 8 : 4) * NSEC_PER_MSEC;
    c.w.groups.for_each([&](GroupId id, const task_group&) {
        cfs_bandwidth& pool = c.w.groups[id].bandwidth;
        if (!pool.period_timer) return;
        timer_disarm(c, pool.period_timer);
        c.w.timers[pool.period_timer].soft = phase;
        pool.period_active = 0;
    });
}

}  // namespace

void kload_start(Context& c) {
    const Scenario& s = c.image.scenario;
    u64 start = common_start(c);
    rig_set_instant(c, start - before_start_ns);
    prime_fair_server(c);
    prime_rt_period(c, start);
    rig_make_noise(c);
    TaskId starter = rig_make_own(c, "kload");
    c.w.g.rig = starter;
    set_bandwidth_phase(c, start);
    u64 furthest = c.w.cfs_rqs[1].min_vruntime;
    u64 base = furthest;
    u64 in_group = in_group_first_ns;
    bool first = true;
    std::vector<TaskId> tasks;
    for (u32 i = 0; i < c.w.g.rigging.threads; ++i) {
        TaskId p = make_task(c, starter, i);
        sched_entity& se = c.w.se[c.w.tasks[p].se.raw];
        if (se.parent.raw) {
            u32 turn = 0;
            for (TaskId other : tasks) turn += same_queue(c, other, p);
            place_in_queues(c, p, in_group, turn);
            in_group = in_group_ns;
        } else if (first) {
            first = false;
            base += calc_delta_fair(first_piece_ns, se);
            se.vruntime = base + calc_delta_fair(first_rest_ns, se);
        } else {
            se.vruntime = base + calc_delta_fair(further_ns + further_each_ns * i, se);
        }
        if (!se.parent.raw && static_cast<s64>(se.vruntime - furthest) > 0)
            furthest = se.vruntime;
        tasks.push_back(p);
    }
    for (u32 i : order_of_sleep(s, static_cast<u32>(tasks.size())))
        sleep_until(c, tasks[i], start + rig_task(s, i).spec->start_ns);
    if (!c.w.g.kernel) c.w.cfs_rqs[1].min_vruntime = furthest;
    sched_set_params(c, starter, SCHED_FIFO, 0, starter_priority);
    sleep_until(c, starter, add_time(start, s.duration_ns));
}

OpResult kload_step(Context& c, TaskId p) {
    exec_state& e = c.w.tasks[p].exec;
    if (c.w.tasks[p].start_style == STARTED_AS_RIG) {
        if (e.pc == 0) return rig_work(c, p, starter_end_ns, 1);
        wait_on(c, p, Channel::pause, 0, TASK_INTERRUPTIBLE);
        return OpResult::block;
    }
    if (e.pc == 0)
        return rig_work(c, p, c.w.g.rigging.threads <= few ? touch_few_ns : touch_many_ns, 1);
    u64 start_ns = rig_task(c.image.scenario, static_cast<u32>(e.aux)).spec->start_ns;
    rig_enter_program(c, p, common_start(c) + start_ns);
    return OpResult::next;
}

}  // namespace rq
