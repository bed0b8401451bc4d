// Per-entity load tracking (kernel/sched/pelt.c and the averages of fair.c, 6.1). Time is cut into
// periods of 1,024 us; each counts y times as much as the one after it, y^32 = 1/2. Sums are kept
// in these units, averages are sums over the greatest possible sum. Left out: frequency invariance
// (all CPUs run at one speed) and the copies 32-bit machines need.
#include "sched/pelt.hpp"

#include "sched/fair.hpp"
#include "sched/load.hpp"
#include "sched/policy.hpp"

namespace rq {

namespace {

constexpr u32 LOAD_AVG_PERIOD = 32;
constexpr u64 LOAD_AVG_MAX = 47742;  // 1024 * (1 + y + y^2 + …), in integers
constexpr u64 PELT_MIN_DIVIDER = LOAD_AVG_MAX - 1024;
constexpr u32 SCHED_CAPACITY_SHIFT = 10;

/// y^n * 2^32 for n < 32.
constexpr u32 yN_inv[LOAD_AVG_PERIOD] = {
    0xffffffff, 0xfa83b2da, 0xf5257d14, 0xefe4b99a, 0xeac0c6e6, 0xe5b906e6, 0xe0ccdeeb, 0xdbfbb796,
    0xd744fcc9, 0xd2a81d91, 0xce248c14, 0xc9b9bd85, 0xc5672a10, 0xc12c4cc9, 0xbd08a39e, 0xb8fbaf46,
    0xb504f333, 0xb123f581, 0xad583ee9, 0xa9a15ab4, 0xa5fed6a9, 0xa2704302, 0x9ef5325f, 0x9b8d39b9,
    0x9837f050, 0x94f4efa8, 0x91c3d373, 0x8ea4398a, 0x8b95c1e3, 0x88980e80, 0x85aac367, 0x82cd8698,
};

u64 decay_load(u64 value, u64 periods) {
    if (periods > LOAD_AVG_PERIOD * 63) return 0;
    u32 n = static_cast<u32>(periods);
    if (n >= LOAD_AVG_PERIOD) {
        value >>= n / LOAD_AVG_PERIOD;
        n %= LOAD_AVG_PERIOD;
    }
    return mul_u64_u32_shr(value, yN_inv[n], 32);
}

/// What `periods` boundaries contribute: the rest of the first period, decayed, the full ones
/// between as a geometric sum, and the part of the present one.
u64 accumulate_segments(u64 periods, u64 first, u64 last) {
    return decay_load(first, periods) + LOAD_AVG_MAX - decay_load(LOAD_AVG_MAX, periods) - 1024 +
           last;
}

/// Brings the sums up to `now`; true if a period boundary was passed, so that averages change.
bool update_load_sum(u64 now, sched_avg& sa, u64 load, u64 runnable, bool running) {
    s64 passed = static_cast<s64>(now - sa.last_update_time);
    if (passed < 0) {
        sa.last_update_time = now;
        return false;
    }
    u64 delta = static_cast<u64>(passed) >> 10;  // about a microsecond
    if (!delta) return false;
    sa.last_update_time += delta << 10;
    if (!load) {
        runnable = 0;
        running = false;
    }
    u64 contribution = delta;
    delta += sa.period_contrib;
    u64 periods = delta / 1024;
    if (periods) {
        sa.load_sum = decay_load(sa.load_sum, periods);
        sa.runnable_sum = decay_load(sa.runnable_sum, periods);
        sa.util_sum = static_cast<u32>(decay_load(sa.util_sum, periods));
        delta %= 1024;
        if (load) contribution = accumulate_segments(periods, 1024 - sa.period_contrib, delta);
    }
    sa.period_contrib = static_cast<u32>(delta);
    if (load) sa.load_sum += load * contribution;
    if (runnable) sa.runnable_sum += runnable * contribution << SCHED_CAPACITY_SHIFT;
    if (running) sa.util_sum += static_cast<u32>(contribution << SCHED_CAPACITY_SHIFT);
    return periods != 0;
}

u64 pelt_divider(const sched_avg& sa) { return PELT_MIN_DIVIDER + sa.period_contrib; }

void update_avgs(sched_avg& sa, u64 load) {
    u64 divider = pelt_divider(sa);
    sa.load_avg = load * sa.load_sum / divider;
    sa.runnable_avg = sa.runnable_sum / divider;
    sa.util_avg = sa.util_sum / divider;
}

u64 weight_down(const sched_entity& se) { return se.weight >> 10; }

void sub_positive(u64& value, u64 amount) { value = value > amount ? value - amount : 0; }
void add_positive(u64& value, s64 amount) {
    if (amount < 0 && static_cast<u64>(-amount) > value)
        value = 0;
    else
        value += static_cast<u64>(amount);
}
void at_least(u64& value, u64 least) {
    if (value < least) value = least;
}

void set_util_sum(sched_avg& sa, u64 sum) {
    at_least(sum, sa.util_avg * PELT_MIN_DIVIDER);
    sa.util_sum = static_cast<u32>(sum);
}

/// The pelt clock of a queue stands still while it is throttled.
u64 cfs_rq_clock_pelt(const World& w, const cfs_rq& cfs) {
    if (cfs.throttle_count) return cfs.throttled_clock_pelt - cfs.throttled_clock_pelt_time;
    return w.rqs[cfs.cpu.raw].clock_pelt - cfs.throttled_clock_pelt_time;
}

u64 se_runnable(const sched_entity& se) {
    if (!entity_is_task(se)) return se.runnable_weight;
    return se.on_rq && !se.sched_delayed;
}

void update_se(Context& c, u64 now, const cfs_rq& cfs, SeId id) {
    sched_entity& se = c.w.se[id.raw];
    sched_avg& sa = c.w.se_avgs[id.raw];
    if (update_load_sum(now, sa, se.on_rq, se_runnable(se), cfs.curr == id))
        update_avgs(sa, weight_down(se));
}

void update_blocked_se(Context& c, u64 now, SeId id) {
    sched_avg& sa = c.w.se_avgs[id.raw];
    if (update_load_sum(now, sa, 0, 0, false)) update_avgs(sa, weight_down(c.w.se[id.raw]));
}

void add_tg_cfs_propagate(cfs_rq& cfs, s64 runnable_sum) {
    cfs.propagate = 1;
    cfs.prop_runnable_sum += runnable_sum;
}

void enqueue_load_avg(Context& c, cfs_rq& cfs, SeId id) {
    const sched_avg& sa = c.w.se_avgs[id.raw];
    cfs.avg.load_avg += sa.load_avg;
    cfs.avg.load_sum += weight_down(c.w.se[id.raw]) * sa.load_sum;
}

void dequeue_load_avg(Context& c, cfs_rq& cfs, SeId id) {
    const sched_avg& sa = c.w.se_avgs[id.raw];
    sub_positive(cfs.avg.load_avg, sa.load_avg);
    sub_positive(cfs.avg.load_sum, weight_down(c.w.se[id.raw]) * sa.load_sum);
    at_least(cfs.avg.load_sum, cfs.avg.load_avg * PELT_MIN_DIVIDER);
}

/// Takes out what sleeping tasks took with them when they left for another CPU or died.
bool apply_removed(cfs_rq& cfs) {
    if (!cfs.removed_nr) return false;
    sched_avg& sa = cfs.avg;
    u64 divider = pelt_divider(sa);
    sub_positive(sa.load_avg, cfs.removed_load_avg);
    sub_positive(sa.load_sum, cfs.removed_load_avg * divider);
    at_least(sa.load_sum, sa.load_avg * PELT_MIN_DIVIDER);
    sub_positive(sa.util_avg, cfs.removed_util_avg);
    u64 util_sum = sa.util_sum;
    sub_positive(util_sum, cfs.removed_util_avg * divider);
    set_util_sum(sa, util_sum);
    sub_positive(sa.runnable_avg, cfs.removed_runnable_avg);
    sub_positive(sa.runnable_sum, cfs.removed_runnable_avg * divider);
    at_least(sa.runnable_sum, sa.runnable_avg * PELT_MIN_DIVIDER);
    s64 sum = static_cast<s64>(cfs.removed_runnable_avg * divider);
    add_tg_cfs_propagate(cfs, -sum >> SCHED_CAPACITY_SHIFT);
    cfs.removed_nr = 0;
    cfs.removed_load_avg = cfs.removed_util_avg = cfs.removed_runnable_avg = 0;
    return true;
}

void update_tg_load_avg(Context& c, cfs_rq& cfs) {
    if (cfs.tg == c.w.g.root_group) return;
    s64 delta = static_cast<s64>(cfs.avg.load_avg - cfs.tg_load_avg_contrib);
    u64 size = static_cast<u64>(delta < 0 ? -delta : delta);
    if (size <= cfs.tg_load_avg_contrib / 64) return;
    c.w.groups[cfs.tg].load_avg += static_cast<u64>(delta);
    cfs.tg_load_avg_contrib = cfs.avg.load_avg;
}

/// A group entity takes over its queue's utilisation and runnable average.
void propagate_util_runnable(cfs_rq& cfs, sched_avg& se, const cfs_rq& group) {
    u64 divider = pelt_divider(cfs.avg);
    if (s64 delta = static_cast<s64>(group.avg.util_avg - se.util_avg)) {
        se.util_avg = group.avg.util_avg;
        u32 sum = static_cast<u32>(se.util_avg * divider);
        s64 delta_sum = static_cast<s64>(sum) - static_cast<s64>(se.util_sum);
        se.util_sum = sum;
        add_positive(cfs.avg.util_avg, delta);
        u64 util_sum = cfs.avg.util_sum;
        add_positive(util_sum, delta_sum);
        set_util_sum(cfs.avg, util_sum);
    }
    if (s64 delta = static_cast<s64>(group.avg.runnable_avg - se.runnable_avg)) {
        se.runnable_avg = group.avg.runnable_avg;
        u64 sum = se.runnable_avg * divider;
        s64 delta_sum = static_cast<s64>(sum) - static_cast<s64>(se.runnable_sum);
        se.runnable_sum = sum;
        add_positive(cfs.avg.runnable_avg, delta);
        add_positive(cfs.avg.runnable_sum, delta_sum);
        at_least(cfs.avg.runnable_sum, cfs.avg.runnable_avg * PELT_MIN_DIVIDER);
    }
}

/// A group entity's load after tasks came (sum >= 0) or went: clipped, not below its running part.
void propagate_load(Context& c, cfs_rq& cfs, SeId id, cfs_rq& group) {
    s64 runnable_sum = group.prop_runnable_sum;
    if (!runnable_sum) return;
    group.prop_runnable_sum = 0;
    sched_avg& se = c.w.se_avgs[id.raw];
    u64 weight = weight_down(c.w.se[id.raw]);
    u64 divider = pelt_divider(cfs.avg);
    if (runnable_sum >= 0) {
        runnable_sum += static_cast<s64>(se.load_sum);
        if (runnable_sum > static_cast<s64>(divider)) runnable_sum = static_cast<s64>(divider);
    } else {
        u64 load_sum = 0;
        if (group.load_weight >> 10) load_sum = group.avg.load_sum / (group.load_weight >> 10);
        runnable_sum = static_cast<s64>(se.load_sum < load_sum ? se.load_sum : load_sum);
    }
    s64 running_sum = static_cast<s64>(se.util_sum >> SCHED_CAPACITY_SHIFT);
    if (runnable_sum < running_sum) runnable_sum = running_sum;
    u64 load_sum = weight * static_cast<u64>(runnable_sum);
    u64 load_avg = load_sum / divider;
    s64 delta_avg = static_cast<s64>(load_avg - se.load_avg);
    if (!delta_avg) return;
    s64 delta_sum = static_cast<s64>(load_sum - weight * se.load_sum);
    se.load_sum = static_cast<u64>(runnable_sum);
    se.load_avg = load_avg;
    add_positive(cfs.avg.load_avg, delta_avg);
    add_positive(cfs.avg.load_sum, delta_sum);
    at_least(cfs.avg.load_sum, cfs.avg.load_avg * PELT_MIN_DIVIDER);
}

bool propagate_entity_load_avg(Context& c, SeId id) {
    const sched_entity& se = c.w.se[id.raw];
    if (entity_is_task(se)) return false;
    cfs_rq& group = c.w.cfs_rqs[se.my_q.raw];
    if (!group.propagate) return false;
    group.propagate = 0;
    cfs_rq& cfs = c.w.cfs_rqs[se.cfs_rq.raw];
    add_tg_cfs_propagate(cfs, group.prop_runnable_sum);
    propagate_util_runnable(cfs, c.w.se_avgs[id.raw], group);
    propagate_load(c, cfs, id, group);
    return true;
}

void attach_entity_load_avg(Context& c, cfs_rq& cfs, SeId id) {
    sched_avg& sa = c.w.se_avgs[id.raw];
    u64 divider = pelt_divider(cfs.avg);
    sa.last_update_time = cfs.avg.last_update_time;
    sa.period_contrib = cfs.avg.period_contrib;
    sa.util_sum = static_cast<u32>(sa.util_avg * divider);
    sa.runnable_sum = sa.runnable_avg * divider;
    sa.load_sum = sa.load_avg * divider;
    u64 weight = weight_down(c.w.se[id.raw]);
    sa.load_sum = weight < sa.load_sum ? sa.load_sum / weight : 1;
    enqueue_load_avg(c, cfs, id);
    cfs.avg.util_avg += sa.util_avg;
    cfs.avg.util_sum += sa.util_sum;
    cfs.avg.runnable_avg += sa.runnable_avg;
    cfs.avg.runnable_sum += sa.runnable_sum;
    add_tg_cfs_propagate(cfs, static_cast<s64>(sa.load_sum));
}

void detach_entity_load_avg(Context& c, cfs_rq& cfs, SeId id) {
    const sched_avg& sa = c.w.se_avgs[id.raw];
    dequeue_load_avg(c, cfs, id);
    sub_positive(cfs.avg.util_avg, sa.util_avg);
    u64 util_sum = cfs.avg.util_sum;
    sub_positive(util_sum, sa.util_sum);
    set_util_sum(cfs.avg, util_sum);
    sub_positive(cfs.avg.runnable_avg, sa.runnable_avg);
    sub_positive(cfs.avg.runnable_sum, sa.runnable_sum);
    at_least(cfs.avg.runnable_sum, cfs.avg.runnable_avg * PELT_MIN_DIVIDER);
    add_tg_cfs_propagate(cfs, -static_cast<s64>(sa.load_sum));
}

/// With one CPU and no groups no decision reads an average. Linux: always kept; here: only where
/// something reads them, because they would cost more than the rest of a switch.
bool needed(const World& w) { return w.g.cpus > 1 || w.groups.count() > 1; }

}  // namespace

bool update_cfs_rq_load_avg(u64 now, cfs_rq& cfs) {
    bool decayed = apply_removed(cfs);
    if (!update_load_sum(now, cfs.avg, cfs.load_weight >> 10, cfs.h_nr_running - cfs.h_nr_delayed,
                         cfs.curr.raw != 0))
        return decayed;
    update_avgs(cfs.avg, 1);
    return true;
}

namespace {

/// Apart, so that a switch on a machine that needs no averages does not save registers for them.
[[gnu::noinline]] void update_needed_load_avg(Context& c, cfs_rq& cfs, SeId id, u32 flags) {
    u64 now = cfs_rq_clock_pelt(c.w, cfs);
    if (c.w.se_avgs[id.raw].last_update_time && !(flags & PELT_SKIP_AGE_LOAD))
        update_se(c, now, cfs, id);
    bool decayed = update_cfs_rq_load_avg(now, cfs);
    decayed |= propagate_entity_load_avg(c, id);
    if (!c.w.se_avgs[id.raw].last_update_time && (flags & PELT_DO_ATTACH)) {
        attach_entity_load_avg(c, cfs, id);
        update_tg_load_avg(c, cfs);
    } else if (flags & PELT_DO_DETACH) {
        detach_entity_load_avg(c, cfs, id);
        update_tg_load_avg(c, cfs);
    } else if (decayed && (flags & PELT_UPDATE_TG)) {
        update_tg_load_avg(c, cfs);
    }
}

}  // namespace

void update_load_avg(Context& c, cfs_rq& cfs, SeId id, u32 flags) {
    if (needed(c.w)) update_needed_load_avg(c, cfs, id, flags);
}

void se_update_runnable(Context& c, SeId id) {
    sched_entity& se = c.w.se[id.raw];
    if (entity_is_task(se)) return;
    const cfs_rq& group = c.w.cfs_rqs[se.my_q.raw];
    se.runnable_weight = group.h_nr_running - group.h_nr_delayed;
}

/// shares * load of this CPU's queue / load of the group on all CPUs (calc_group_shares).
static u64 calc_group_shares(const World& w, const cfs_rq& group) {
    const task_group& tg = w.groups[group.tg];
    u64 load = group.load_weight >> 10;
    if (load < group.avg.load_avg) load = group.avg.load_avg;
    u64 tg_weight = tg.load_avg - group.tg_load_avg_contrib + load;
    u64 shares = tg.shares * load;
    if (tg_weight) shares /= tg_weight;
    constexpr u64 MIN_SHARES = 2;
    return shares < MIN_SHARES ? MIN_SHARES : shares > tg.shares ? tg.shares : shares;
}

void update_cfs_group(Context& c, SeId id) {
    const sched_entity& se = c.w.se[id.raw];
    if (entity_is_task(se)) return;
    const cfs_rq& group = c.w.cfs_rqs[se.my_q.raw];
    if (group.throttle_count) return;
    // 6.12: a group that empties keeps its weight, for it may stay queued or keep its lag.
    if (c.w.g.kernel && !group.load_weight) return;
    u64 shares = calc_group_shares(c.w, group);
    if (shares != se.weight) reweight_entity(c, id, static_cast<u32>(shares), 0);
}

void reweight_load_avg(Context& c, cfs_rq& cfs, SeId id, u32 weight, u32 inv_weight) {
    dequeue_load_avg(c, cfs, id);
    sched_entity& se = c.w.se[id.raw];
    se.weight = weight;
    se.inv_weight = inv_weight;
    sched_avg& sa = c.w.se_avgs[id.raw];
    sa.load_avg = weight_down(se) * sa.load_sum / pelt_divider(sa);
    enqueue_load_avg(c, cfs, id);
}

namespace {

/// Carries a change at the bottom of the hierarchy up to the root (propagate_entity_cfs_rq).
void propagate_entity_cfs_rq(Context& c, SeId id) {
    for (SeId at = c.w.se[id.raw].parent; at.raw; at = c.w.se[at.raw].parent) {
        cfs_rq& cfs = c.w.cfs_rqs[c.w.se[at.raw].cfs_rq.raw];
        if (cfs.throttle_count) break;
        update_load_avg(c, cfs, at, PELT_UPDATE_TG);
    }
}

}  // namespace

void attach_entity_cfs_rq(Context& c, SeId id) {
    if (!needed(c.w)) return;
    cfs_rq& cfs = c.w.cfs_rqs[c.w.se[id.raw].cfs_rq.raw];
    u32 flags = c.w.g.tune.has(Feat::ATTACH_AGE_LOAD) ? 0 : PELT_SKIP_AGE_LOAD;
    update_load_avg(c, cfs, id, flags);
    attach_entity_load_avg(c, cfs, id);
    update_tg_load_avg(c, cfs);
    propagate_entity_cfs_rq(c, id);
}

void detach_entity_cfs_rq(Context& c, SeId id) {
    if (!c.w.se_avgs[id.raw].last_update_time) return;
    cfs_rq& cfs = c.w.cfs_rqs[c.w.se[id.raw].cfs_rq.raw];
    update_load_avg(c, cfs, id, 0);
    detach_entity_load_avg(c, cfs, id);
    update_tg_load_avg(c, cfs);
    propagate_entity_cfs_rq(c, id);
}

void remove_entity_load_avg(Context& c, SeId id) {
    if (!needed(c.w)) return;
    cfs_rq& cfs = c.w.cfs_rqs[c.w.se[id.raw].cfs_rq.raw];
    update_blocked_se(c, cfs.avg.last_update_time, id);
    const sched_avg& sa = c.w.se_avgs[id.raw];
    ++cfs.removed_nr;
    cfs.removed_util_avg += sa.util_avg;
    cfs.removed_load_avg += sa.load_avg;
    cfs.removed_runnable_avg += sa.runnable_avg;
}

namespace {

void update_other_class(Context& c, CpuId cpu, sched_avg& sa, bool running) {
    if (c.w.g.cpus == 1) return;
    if (update_load_sum(c.w.rqs[cpu.raw].clock_pelt, sa, running, running, running))
        update_avgs(sa, 1);
}

}  // namespace

void update_rt_rq_load_avg(Context& c, CpuId cpu, bool running) {
    update_other_class(c, cpu, c.w.rt_rqs[cpu.raw].avg, running);
}

void update_dl_rq_load_avg(Context& c, CpuId cpu, bool running) {
    update_other_class(c, cpu, c.w.dl_rqs[cpu.raw].avg, running);
}

void sync_entity_load_avg(Context& c, SeId id) {
    const cfs_rq& cfs = c.w.cfs_rqs[c.w.se[id.raw].cfs_rq.raw];
    update_blocked_se(c, cfs.avg.last_update_time, id);
}

void init_entity_runnable_average(Context& c, SeId id) {
    c.w.se_avgs[id.raw] = sched_avg{};
    if (entity_is_task(c.w.se[id.raw]))
        c.w.se_avgs[id.raw].load_avg = weight_down(c.w.se[id.raw]);
}

void post_init_entity_util_avg(Context& c, TaskId p) {
    SeId id = c.w.tasks[p].se;
    const sched_entity& se = c.w.se[id.raw];
    const cfs_rq& cfs = c.w.cfs_rqs[se.cfs_rq.raw];
    sched_avg& sa = c.w.se_avgs[id.raw];
    if (c.w.tasks[p].sched_class != static_cast<u8>(ClassIndex::fair)) {
        sa.last_update_time = cfs_rq_clock_pelt(c.w, cfs);
        return;
    }
    constexpr u64 capacity = 1024;
    s64 cap = (static_cast<s64>(capacity) - static_cast<s64>(cfs.avg.util_avg)) / 2;
    if (cap > 0) {
        u64 most = static_cast<u64>(cap);
        sa.util_avg = most;
        if (cfs.avg.util_avg) {
            sa.util_avg = cfs.avg.util_avg * se.weight / (cfs.avg.load_avg + 1);
            if (sa.util_avg > most) sa.util_avg = most;
        }
    }
    sa.runnable_avg = sa.util_avg;
}

// With every CPU of one capacity the pelt clock never lags behind the task clock, and there is no
// idle time to make up for.
void update_idle_cfs_rq_clock_pelt(Context&, cfs_rq&) {}

}  // namespace rq
