// The rig's common part: kernel threads by the recorded calendar, the watchdog's stop task, and
// which task takes which step. All figures are read off the recordings of both kernels.
#include "sim/rig.hpp"

#include "base/fixed.hpp"
#include "sched/core.hpp"
#include "sim/rig_parts.hpp"
#include "sync/timer.hpp"
#include "sync/wait.hpp"
#include "task/fork.hpp"

namespace rq {

namespace {

enum class When : u8 { always, rtapp, few, many, medium, crowd, start };
enum class Kthread : u8 {
#define KTHREAD(id, old_name, new_name) id,
#include "sim/rig_calendar.def"
#undef KTHREAD
    count_
};
static_assert(static_cast<u32>(Kthread::count_) <= sizeof(RigState::kthread) / sizeof(TaskId));

struct Row {
    KernelVersion kernel;
    When when;
    s32 tick;
    Kthread thread;
    u32 ns;
};
constexpr Row calendar[] = {
#define WAKE(kernel, when, tick, thread, ns) \
    {KernelVersion::kernel, When::when, tick, Kthread::thread, ns},
#include "sim/rig_calendar.def"
#undef WAKE
};
constexpr u32 rows = sizeof calendar / sizeof calendar[0];

constexpr const char* kthread_names[][2] = {
#define KTHREAD(id, old_name, new_name) {old_name, new_name},
#include "sim/rig_calendar.def"
#undef KTHREAD
};

/// With kload the system has been up for so many ticks less at t0.
constexpr s64 kload_ticks_less[] = {13, 15};
/// The watchdog's stop task: so long after that tick, then every 4 s.
constexpr s64 stopper_tick[] = {388, 350};
constexpr u64 stopper_after_ns[] = {628'000, 286'000};
constexpr u64 stopper_period_ns = 4 * NSEC_PER_SEC;
constexpr u64 stopper_work_ns = 1032;
/// Parts of a thread's time on the CPU that belong to the switches.
constexpr u64 kthread_switches_ns = 2100 + 2210;

bool is_rtapp(const Context& c) { return c.image.scenario.start == StartStyle::rt_app; }

bool row_applies(const Context& c, const Row& row) {
    if (row.kernel != c.image.scenario.kernel) return false;
    if (row.when == When::always) return true;
    if (!is_rtapp(c)) return false;
    u32 threads = c.w.g.rigging.threads;
    switch (row.when) {
        case When::few: return threads < 3;
        case When::many: return threads >= 3;
        case When::medium: return threads >= 3 && threads < 9;
        case When::crowd: return threads >= 9;
        default: return true;
    }
}

s64 tick_of(const Context& c, const Row& row) {
    if (row.when == When::start) return c.w.g.rigging.main_tick;
    return row.tick - (is_rtapp(c) ? 0 : kload_ticks_less[c.w.g.kernel]);
}

/// The number of the tick that the CPU has just had.
s64 present_tick(const Context& c, CpuId cpu) {
    s64 from_first = static_cast<s64>(c.w.rqs[cpu.raw].next_tick - c.w.g.tick_origin);
    return from_first / static_cast<s64>(c.w.g.tick_ns) - 1;
}

/// The calendar's next row if it is for this tick; what the CPU has idled through is passed over.
const Row* row_of_tick(Context& c, CpuId cpu) {
    RigState& r = c.w.g.rigging;
    s64 tick = present_tick(c, cpu);
    for (; r.calendar < rows; ++r.calendar) {
        const Row& row = calendar[r.calendar];
        if (!row_applies(c, row)) continue;
        s64 at = tick_of(c, row);
        if (at > tick) return nullptr;
        bool asleep = !c.w.tasks[r.kthread[static_cast<u32>(row.thread)]].on_rq;
        if (at == tick && (at > 0 || is_rtapp(c)) && asleep) return &row;
    }
    return nullptr;
}

/// The stop task of the CPU: a little work, then its timer for the next time.
OpResult stopper_step(Context& c, TaskId p) {
    exec_state& e = c.w.tasks[p].exec;
    if (e.pc == 0) return rig_work(c, p, stopper_work_ns, 1);
    e.pc = 0;
    task_struct& t = c.w.tasks[p];
    t.exec.aux += stopper_period_ns;
    t.__state = TASK_IDLE;
    timer_arm(c, t.sleep_timer, t.cpu, t.exec.aux, 0);
    return OpResult::block;
}

}  // namespace

RigTask rig_task(const Scenario& scenario, u32 index) {
    for (const TaskSpec& spec : scenario.tasks) {
        if (index < spec.instances) {
            std::string name = spec.name;
            if (spec.instances > 1 && scenario.start != StartStyle::rt_app)
                name += std::to_string(index);
            return {&spec, name};
        }
        index -= spec.instances;
    }
    RQ_ASSERT(false && "the scenario starts that many tasks");
    return {};
}

u32 rig_task_count(const Scenario& scenario) {
    u32 count = 0;
    for (const TaskSpec& spec : scenario.tasks) count += spec.instances;
    return count;
}

void rig_set_instant(Context& c, u64 instant) {
    Globals& g = c.w.g;
    g.now = g.t0_boot = instant;
    for (u32 i = 0; i < g.cpus; ++i) {
        rq& q = c.w.rqs[i];
        q.clock = q.clock_task = q.segment_start = instant;
        q.next_tick = g.tick_origin;
        while (q.next_tick > instant) q.next_tick -= g.tick_ns;
        while (q.next_tick <= instant) q.next_tick += g.tick_ns;
    }
}

TaskId rig_make_own(Context& c, std::string_view name) {
    TaskCreate what;
    what.parent = c.w.g.init;
    what.comm = name;
    TaskId p = create_task(c, what);
    RQ_ASSERT(p);
    c.w.tasks[p].start_style = STARTED_AS_RIG;
    c.w.tasks[p].__state = TASK_INTERRUPTIBLE;
    return p;
}

void rig_make_noise(Context& c) {
    u32 kernel = c.w.g.kernel;
    for (u32 i = 0; i < static_cast<u32>(Kthread::count_); ++i) {
        TaskCreate what;
        what.kernel_thread = true;
        what.comm = kthread_names[i][kernel];
        TaskId p = create_task(c, what);
        RQ_ASSERT(p);
        task_struct& t = c.w.tasks[p];
        t.start_style = STARTED_AS_NOISE;
        t.__state = TASK_IDLE;
        sched_entity& se = c.w.se[t.se.raw];
        // Long asleep: behind all others, and with a little lag in 6.12.
        se.vruntime = c.w.cfs_rqs[se.cfs_rq.raw].min_vruntime - NSEC_PER_SEC;
        se.vlag = 10'000;
        c.w.g.rigging.kthread[i] = p;
    }
    TaskId stop = c.w.rqs[0].stop;
    task_struct& t = c.w.tasks[stop];
    t.start_style = STARTED_AS_NOISE;
    t.sleep_timer = timer_create(c, TimerKind::rig, stop.raw);
    s64 tick = stopper_tick[kernel] - (is_rtapp(c) ? 0 : kload_ticks_less[kernel]);
    c.w.tasks[stop].exec.aux = c.w.g.tick_origin + stopper_after_ns[kernel] +
                               static_cast<u64>(tick) * c.w.g.tick_ns;
    timer_arm(c, c.w.tasks[stop].sleep_timer, CpuId{0}, c.w.tasks[stop].exec.aux, 0);
}

void rig_enter_program(Context& c, TaskId p, u64 anchor) {
    exec_state& e = c.w.tasks[p].exec;
    u32 program = static_cast<u32>(e.period_ns);
    e = exec_state{};
    e.program = program;
    e.in_child = 1;
    e.anchor_ns = anchor;
}

OpResult rig_work(Context& c, TaskId p, u64 ns, u32 next) {
    exec_state& e = c.w.tasks[p].exec;
    e.work_left_ns = ns;
    e.pc = next;
    return ns ? OpResult::work : OpResult::next;
}

bool rig_knows(const Scenario& scenario) {
    return scenario.start != StartStyle::native && rig_task_count(scenario) > 0;
}

void rig_start(Context& c) {
    c.w.g.rigging.threads = rig_task_count(c.image.scenario);
    if (is_rtapp(c))
        rtapp_start(c);
    else
        kload_start(c);
}

OpResult rig_step(Context& c, TaskId p) {
    switch (c.w.tasks[p].start_style) {
        case STARTED_AS_NOISE:
            if (p == c.w.rqs[c.here].stop) return stopper_step(c, p);
            c.w.tasks[p].__state = TASK_IDLE;
            return OpResult::block;
        case STARTED_AS_RIG: return is_rtapp(c) ? rtapp_main_step(c, p) : kload_step(c, p);
        case STARTED_BY_RTAPP: return rtapp_thread_step(c, p);
        default: return kload_step(c, p);
    }
}

u64 rig_kthread_wait(Context& c, CpuId cpu, bool after_kthread, bool woke) {
    if (!c.w.g.rigging.kthread[0] || cpu.raw) return 0;
    const Row* row = row_of_tick(c, cpu);
    if (!row) return 0;
    const CostTable& cost = c.image.cost;
    u64 wait = cost[Cost::kthread_after_tick];
    if (after_kthread) wait += cost[Cost::kthread_irq];
    if (row->thread == Kthread::softirq && (after_kthread || woke))
        wait += cost[Cost::kthread_softirq];
    return wait;
}

void rig_wake_kthread(Context& c, CpuId cpu) {
    const Row* row = row_of_tick(c, cpu);
    RQ_ASSERT(row);
    RigState& r = c.w.g.rigging;
    ++r.calendar;
    TaskId p = r.kthread[static_cast<u32>(row->thread)];
    exec_state& e = c.w.tasks[p].exec;
    e.work_left_ns = row->ns > kthread_switches_ns ? row->ns - kthread_switches_ns : 0;
    wake_up_process(c, p);
}

}  // namespace rq
