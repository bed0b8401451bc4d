// Load balancing (load_balance in kernel/sched/fair.c, 6.1; sched_balance_rq in 6.12): a CPU looks
// for the busiest group of a domain and pulls tasks from its busiest queue; when it does,
// rebalance.cpp tells. Left out: CPUs of different capacity, NUMA preferences of tasks, asymmetric
// packing, cores with different numbers of threads.
#include "sched/balance.hpp"

#include "base/limits.hpp"
#include "sched/fair.hpp"
#include "sched/load.hpp"
#include "sched/policy.hpp"
#include "sched/stopper.hpp"

namespace rq {

namespace {

enum class Migrate : u8 { load, util, task };

struct Balance {
    u32 domain;
    Idle idle;
    CpuId dst;
    CpuId src{0};
    cpumask cpus;          // that take part
    Migrate migrate = Migrate::load;
    s64 imbalance = 0;
    u32 loop = 0;
    u32 loop_max = 0;
    CpuId new_dst{0};
    bool some_pinned = false;
    bool all_pinned = false;
    bool dst_pinned = false;
    bool active = false;   // active balance: takes whatever may move
};

struct DomainStats {
    u32 busiest = 0;       // group
    u32 local = 0;
    u64 total_load = 0;
    u64 total_capacity = 0;
    u64 avg_load = 0;
    bool prefer_sibling = false;
    GroupStats busiest_stats;
    GroupStats local_stats;
};

/// True if a group of the domain is the threads of a core (its flags are the child domain's).
bool groups_are_cores(const Context& c, const sched_domain& sd) {
    return sd.child && (c.w.domains[sd.child].flags & SD_SHARE_CPUCAPACITY);
}

GroupStats group_stats(Context& c, const Balance& b, const sched_group& group, bool& overload) {
    GroupStats s;
    u32 pct = c.w.domains[b.domain].imbalance_pct;
    bool local = c.w.cpumasks[group.mask].test(b.dst.raw);
    cpumask cpus = c.w.cpumasks[group.mask] & b.cpus;
    for (u32 cpu = cpus.first(); cpu != cpumask::none; cpu = cpus.next(cpu + 1)) {
        s.load += cpu_load(c, CpuId{cpu});
        s.util += cpu_util(c, CpuId{cpu});
        s.runnable += cpu_runnable(c, CpuId{cpu});
        s.h_nr_running += c.w.cfs_rqs[cpu + 1].h_nr_running;
        u32 nr = c.w.rqs[cpu].nr_running;
        s.nr_running += nr;
        if (nr > 1) overload = true;
        s.capacity += c.w.rqs[cpu].cpu_capacity;
        if (!nr && idle_cpu(c, CpuId{cpu})) {
            ++s.idle_cpus;
            continue;
        }
        bool lone = c.w.cfs_rqs[cpu + 1].h_nr_running == 1;
        if (!local && b.idle != Idle::not_idle && lone && reduced_capacity(c, CpuId{cpu}, pct) &&
            s.misfit_load < cpu_load(c, CpuId{cpu}))
            s.misfit_load = cpu_load(c, CpuId{cpu});
    }
    s.weight = group.weight;
    s.crowded_core = c.w.g.kernel && !local && b.idle != Idle::not_idle && s.h_nr_running > 1 &&
                     groups_are_cores(c, c.w.domains[b.domain]);
    s.type = classify(pct, group, s);
    if (s.type == GroupType::overloaded) s.avg_load = s.load * SCHED_CAPACITY_SCALE / s.capacity;
    return s;
}

bool fewer_idle_or_more_tasks(const GroupStats& s, const GroupStats& best) {
    if (s.idle_cpus != best.idle_cpus) return s.idle_cpus < best.idle_cpus;
    return s.nr_running > best.nr_running;
}

/// Of two equally loaded groups 6.1 keeps the first; 6.12 takes the last, unless they are cores.
bool busier_of_full(const GroupStats& s, const GroupStats& best, bool takes_last) {
    return s.avg_load > best.avg_load || (takes_last && s.avg_load == best.avg_load);
}

bool busier(const Context& c, const sched_domain& sd, const GroupStats& s,
            const GroupStats& best) {
    if (!s.h_nr_running) return false;
    if (s.type != best.type) return s.type > best.type;
    bool takes_last = c.w.g.kernel && !groups_are_cores(c, sd);
    switch (s.type) {
        case GroupType::overloaded: return s.avg_load > best.avg_load;
        case GroupType::smt_balance:
            if (s.idle_cpus || best.idle_cpus) return fewer_idle_or_more_tasks(s, best);
            return busier_of_full(s, best, takes_last);
        case GroupType::fully_busy: return busier_of_full(s, best, takes_last);
        case GroupType::has_spare: return fewer_idle_or_more_tasks(s, best);
        case GroupType::misfit_task:
            return c.w.g.kernel ? s.misfit_load > best.misfit_load
                                : s.misfit_load >= best.misfit_load;
        default: return false;
    }
}

/// How many CPUs a wakeup may look at: fewer, the fuller the cache's CPUs are.
void update_idle_cpu_scan(Context& c, const Balance& b, u64 sum_util) {
    const sched_domain& sd = c.w.domains[b.domain];
    if (!c.w.g.tune.has(Feat::SIS_UTIL) || b.idle == Idle::newly_idle) return;
    if (b.domain != llc_domain(c, b.dst)) return;
    u64 weight = sd.span_weight;
    u64 x = sum_util / weight;
    u64 used = x * x * sd.imbalance_pct * sd.imbalance_pct / (10000 * SCHED_CAPACITY_SCALE);
    if (used > SCHED_CAPACITY_SCALE) used = SCHED_CAPACITY_SCALE;
    u64 scan = (SCHED_CAPACITY_SCALE - used) * weight / SCHED_CAPACITY_SCALE;
    c.w.llcs[c.w.rqs[b.dst.raw].sd_llc_id].nr_idle_scan = static_cast<u32>(scan);
}

void domain_stats(Context& c, const Balance& b, DomainStats& ds) {
    const sched_domain& sd = c.w.domains[b.domain];
    bool overload = false;
    u64 sum_util = 0;
    ds.busiest_stats.idle_cpus = ~0u;
    u32 g = sd.groups;
    do {
        const sched_group& group = c.w.sched_groups[g];
        GroupStats s = group_stats(c, b, group, overload);
        if (c.w.cpumasks[group.mask].test(b.dst.raw)) {
            ds.local = g;
            ds.local_stats = s;
        } else if (busier(c, sd, s, ds.busiest_stats)) {
            ds.busiest = g;
            ds.busiest_stats = s;
        }
        ds.total_load += s.load;
        ds.total_capacity += s.capacity;
        sum_util += s.util;
        g = group.next;
    } while (g != sd.groups);
    ds.prefer_sibling = sd.child && (c.w.domains[sd.child].flags & SD_PREFER_SIBLING);
    if (!sd.parent) c.w.g.overload = overload;
    update_idle_cpu_scan(c, b, sum_util);
}

u64 average(const DomainStats& ds) {
    return ds.total_load * SCHED_CAPACITY_SCALE / ds.total_capacity;
}

/// How many more tasks the busiest group has; in 6.12 only an idle CPU takes them for that.
s64 sibling_imbalance(const Context& c, const Balance& b, const DomainStats& ds) {
    if (c.w.g.kernel && b.idle == Idle::not_idle) return 0;
    s64 more = s64{ds.busiest_stats.nr_running} - s64{ds.local_stats.nr_running};
    return more > 0 ? more : 0;
}

/// The local group has room: move as much utilisation or as many tasks as even things out.
void imbalance_to_spare(const Context& c, Balance& b, const DomainStats& ds) {
    const sched_domain& sd = c.w.domains[b.domain];
    const GroupStats& local = ds.local_stats;
    const GroupStats& busiest = ds.busiest_stats;
    if (busiest.type > GroupType::fully_busy && !(sd.flags & SD_SHARE_PKG_RESOURCES)) {
        b.migrate = Migrate::util;
        u64 most = local.capacity > local.util ? local.capacity : local.util;
        b.imbalance = static_cast<s64>(most - local.util);
        if (b.idle != Idle::not_idle && b.imbalance == 0) {
            b.migrate = Migrate::task;
            b.imbalance = 1;
        }
        return;
    }
    b.migrate = Migrate::task;
    if (busiest.weight == 1 || ds.prefer_sibling) {
        b.imbalance = sibling_imbalance(c, b, ds);
    } else {
        s64 more = s64{local.idle_cpus} - s64{busiest.idle_cpus};
        b.imbalance = more > 0 ? more : 0;
    }
    if (sd.flags & SD_NUMA)
        b.imbalance = adjust_numa_imbalance(b.imbalance, local.nr_running + 1, sd.imb_numa_nr);
    b.imbalance >>= 1;
}

void calculate_imbalance(Context& c, Balance& b, DomainStats& ds) {
    GroupStats& local = ds.local_stats;
    const GroupStats& busiest = ds.busiest_stats;
    if (busiest.type == GroupType::misfit_task) {
        b.migrate = Migrate::load;
        b.imbalance = static_cast<s64>(busiest.misfit_load);
        return;
    }
    if (busiest.type == GroupType::imbalanced || busiest.type == GroupType::smt_balance) {
        b.migrate = Migrate::task;
        b.imbalance = 1;
        return;
    }
    if (local.type == GroupType::has_spare)
        return imbalance_to_spare(c, b, ds);
    if (local.type < GroupType::overloaded) {
        local.avg_load = local.load * SCHED_CAPACITY_SCALE / local.capacity;
        b.imbalance = 0;
        if (local.avg_load >= busiest.avg_load) return;
        ds.avg_load = average(ds);
        if (local.avg_load >= ds.avg_load) return;
    }
    b.migrate = Migrate::load;
    s64 out = static_cast<s64>(busiest.avg_load - ds.avg_load) * static_cast<s64>(busiest.capacity);
    s64 in = static_cast<s64>(ds.avg_load - local.avg_load) * static_cast<s64>(local.capacity);
    b.imbalance = (out < in ? out : in) / static_cast<s64>(SCHED_CAPACITY_SCALE);
}

/// True if the busiest group is not busier enough than the local one to do anything.
bool balanced(const Context& c, const Balance& b, DomainStats& ds) {
    const GroupStats& local = ds.local_stats;
    const GroupStats& busiest = ds.busiest_stats;
    if (busiest.type == GroupType::imbalanced || busiest.type == GroupType::misfit_task)
        return false;
    if (local.type > busiest.type) return true;
    if (local.type == GroupType::overloaded) {
        if (local.avg_load >= busiest.avg_load) return true;
        ds.avg_load = average(ds);
        if (local.avg_load >= ds.avg_load) return true;
        u64 pct = c.w.domains[b.domain].imbalance_pct;
        if (100 * busiest.avg_load <= pct * local.avg_load) return true;
    }
    if (ds.prefer_sibling && local.type == GroupType::has_spare && sibling_imbalance(c, b, ds) > 1)
        return false;
    if (busiest.type == GroupType::overloaded) return false;
    if (b.idle == Idle::not_idle) return true;
    if (busiest.weight > 1 && local.idle_cpus <= busiest.idle_cpus + 1) return true;
    return busiest.h_nr_running == 1;
}

u32 find_busiest_group(Context& c, Balance& b) {
    DomainStats ds;
    domain_stats(c, b, ds);
    b.imbalance = 0;
    if (!ds.busiest || balanced(c, b, ds)) return 0;
    calculate_imbalance(c, b, ds);
    return b.imbalance > 0 ? ds.busiest : 0;
}

/// The queue of the group that has most of what is to be moved; CPU number + 1, 0 = none.
u32 find_busiest_queue(const Context& c, const Balance& b, u32 group) {
    u32 best = 0;
    u64 most = 0;
    cpumask cpus = c.w.cpumasks[c.w.sched_groups[group].mask] & b.cpus;
    for (u32 cpu = cpus.first(); cpu != cpumask::none; cpu = cpus.next(cpu + 1)) {
        u32 nr = c.w.cfs_rqs[cpu + 1].h_nr_running;
        if (!nr) continue;
        u64 amount = nr;
        if (b.migrate == Migrate::load) {
            amount = cpu_load(c, CpuId{cpu});
            u32 pct = c.w.domains[b.domain].imbalance_pct;
            if (nr == 1 && static_cast<s64>(amount) > b.imbalance &&
                !reduced_capacity(c, CpuId{cpu}, pct))
                continue;
            amount = amount * SCHED_CAPACITY_SCALE / c.w.rqs[cpu].cpu_capacity;
        } else if (b.migrate == Migrate::util) {
            if (nr <= 1) continue;
            amount = c.w.g.kernel ? cpu_util_boost(c, CpuId{cpu}) : cpu_util(c, CpuId{cpu});
        }
        if (amount > most) {
            most = amount;
            best = cpu + 1;
        }
    }
    return best;
}

/// Ran a moment ago, so its caches are warm: not moved unless balancing fails repeatedly.
bool task_hot(const Context& c, const Balance& b, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    const sched_entity& se = c.w.se[t.se.raw];
    if (t.sched_class != static_cast<u8>(ClassIndex::fair) || t.policy == SCHED_IDLE) return false;
    if (c.w.domains[b.domain].flags & SD_SHARE_CPUCAPACITY) return false;
    const cfs_rq& cfs = c.w.cfs_rqs[se.cfs_rq.raw];
    if (c.w.g.tune.has(Feat::CACHE_HOT_BUDDY) && c.w.rqs[b.dst.raw].nr_running &&
        (cfs.next == t.se || cfs.last == t.se))
        return true;
    s64 since = static_cast<s64>(c.w.rqs[b.src.raw].clock_task - se.exec_start);
    return since < static_cast<s64>(c.w.g.tune.migration_cost);
}

bool throttled_pair(const Context& c, TaskId p, CpuId a, CpuId b) {
    u32 base = c.w.groups[c.w.tasks[p].sched_task_group].cfs_rq_base;
    return c.w.cfs_rqs[base + a.raw].throttle_count || c.w.cfs_rqs[base + b.raw].throttle_count;
}

bool can_migrate_task(const Context& c, Balance& b, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    if (throttled_pair(c, p, b.src, b.dst)) return false;
    if ((t.flags & PF_KTHREAD) && (t.flags & PF_NO_SETAFFINITY)) return false;
    const cpumask& allowed = c.w.cpumasks[t.cpus_mask];
    if (!allowed.test(b.dst.raw)) {
        b.some_pinned = true;
        if (b.idle == Idle::newly_idle || b.dst_pinned || b.active) return false;
        const sched_domain& sd = c.w.domains[b.domain];
        cpumask others = c.w.cpumasks[c.w.sched_groups[sd.groups].mask] & b.cpus & allowed;
        if (!others.empty()) {
            b.dst_pinned = true;
            b.new_dst = CpuId{others.first()};
        }
        return false;
    }
    b.all_pinned = false;
    if (t.on_cpu) return false;
    if (b.active) return true;
    const sched_domain& sd = c.w.domains[b.domain];
    return !task_hot(c, b, p) || sd.nr_balance_failed > sd.cache_nice_tries;
}

/// True if the task is more than the imbalance still allows; the imbalance shrinks by what it is.
bool too_much(Context& c, Balance& b, TaskId p) {
    u32 failed = c.w.domains[b.domain].nr_balance_failed;
    auto bound = [failed](u64 v) { return static_cast<s64>(v >> (failed < 63 ? failed : 63)); };
    if (b.migrate == Migrate::task) {
        --b.imbalance;
        return false;
    }
    u64 amount = b.migrate == Migrate::load ? task_h_load(c, p) : task_util_est(c, p);
    if (b.migrate == Migrate::load) {
        if (!amount) amount = 1;
        if (c.w.g.tune.has(Feat::LB_MIN) && amount < 16 && !failed) return true;
    }
    if (bound(amount) > b.imbalance) return true;
    b.imbalance -= static_cast<s64>(amount);
    return false;
}

void move_task(Context& c, TaskId p, CpuId src, CpuId dst, Rule rule) {
    deactivate_task(c, src, p, DEQUEUE_NOCLOCK);
    set_task_cpu(c, p, dst, rule);
}

void attach(Context& c, TaskId p, CpuId dst) {
    activate_task(c, dst, p, ENQUEUE_NOCLOCK);
    check_preempt_curr(c, dst, p, 0);
}

/// Takes tasks off the busiest queue, the one that ran longest ago first, and puts them on ours.
u32 pull_tasks(Context& c, Balance& b, Rule rule) {
    TaskId moved[32];
    u32 count = 0;
    if (c.w.rqs[b.src.raw].nr_running <= 1) {
        b.all_pinned = false;
        return 0;
    }
    u32 tasks = c.w.rqs[b.src.raw].nr_cfs_tasks;
    while (c.w.rqs[b.src.raw].cfs_tasks_last.raw && tasks > 0 && count < 32) {
        --tasks;
        if (b.idle != Idle::not_idle && c.w.rqs[b.src.raw].nr_running <= 1) break;
        if (++b.loop > b.loop_max) break;
        SeId last = c.w.rqs[b.src.raw].cfs_tasks_last;
        TaskId p = c.w.se[last.raw].task;
        if (!can_migrate_task(c, b, p) || too_much(c, b, p)) {
            cfs_tasks_to_front(c, b.src, last);
            continue;
        }
        move_task(c, p, b.src, b.dst, rule);
        moved[count++] = p;
        if (b.idle == Idle::newly_idle || b.imbalance <= 0) break;
    }
    if (count) update_rq_clock(c, b.dst);
    for (u32 i = count; i-- > 0;) attach(c, moved[i], b.dst);
    return count;
}

/// True if no other thread of the CPU's core runs anything.
bool core_idle(const Context& c, u32 cpu) {
    const cpumask& threads = c.w.cpumasks[c.w.topology[cpu].smt_mask];
    for (u32 i = threads.first(); i != cpumask::none; i = threads.next(i + 1))
        if (i != cpu && !idle_cpu(c, CpuId{i})) return false;
    return true;
}

bool should_we_balance(const Context& c, const Balance& b) {
    const rq& q = c.w.rqs[b.dst.raw];
    if (b.idle == Idle::newly_idle) return q.nr_running == 0;
    const sched_domain& sd = c.w.domains[b.domain];
    cpumask cpus = c.w.cpumasks[c.w.sched_groups[sd.groups].mask] & b.cpus;
    bool whole_cores = c.w.g.kernel && !(sd.flags & SD_SHARE_CPUCAPACITY);
    u32 beside_busy = cpumask::none;
    for (u32 cpu = cpus.first(); cpu != cpumask::none; cpu = cpus.next(cpu + 1)) {
        if (!idle_cpu(c, CpuId{cpu})) continue;
        // 6.12: between cores, an idle thread of a busy core counts only if no core is idle.
        if (!whole_cores || core_idle(c, cpu)) return cpu == b.dst.raw;
        if (beside_busy == cpumask::none) beside_busy = cpu;
    }
    if (beside_busy != cpumask::none) return beside_busy == b.dst.raw;
    return cpus.first() == b.dst.raw;
}

bool need_active_balance(const Context& c, const Balance& b) {
    const sched_domain& sd = c.w.domains[b.domain];
    if (b.migrate == Migrate::task && sd.nr_balance_failed > sd.cache_nice_tries + 2) return true;
    if (b.idle == Idle::not_idle || c.w.cfs_rqs[b.src.raw + 1].h_nr_running != 1) return false;
    return reduced_capacity(c, b.src, sd.imbalance_pct) &&
           c.w.rqs[b.src.raw].cpu_capacity * sd.imbalance_pct <
               c.w.rqs[b.dst.raw].cpu_capacity * 100;
}

/// Asks the busiest CPU's stop task to push its running task here.
bool start_active_balance(Context& c, Balance& b, CpuId here) {
    rq& src = c.w.rqs[b.src.raw];
    if (!c.w.cpumasks[c.w.tasks[src.curr].cpus_mask].test(here.raw)) return false;
    if (src.active_balance) return false;
    src.active_balance = 1;
    src.push_cpu = here.raw;
    stop_one_cpu_nowait(c, b.src);
    return true;
}

void note_group_imbalance(Context& c, const sched_domain& sd, u32 value) {
    if (!sd.parent) return;
    c.w.sched_groups[c.w.domains[sd.parent].groups].imbalance = value;
}

void widen_interval(sched_domain& sd, bool all_pinned) {
    constexpr u32 max_pinned_interval = 512;
    if ((all_pinned && sd.balance_interval < max_pinned_interval) ||
        sd.balance_interval < sd.max_interval)
        sd.balance_interval *= 2;
}

}  // namespace

u32 load_balance(Context& c, CpuId here, u32 domain, Idle idle, bool& go_on) {
    sched_domain& sd = c.w.domains[domain];
    Balance b{};
    b.domain = domain;
    b.idle = idle;
    b.dst = here;
    b.cpus = c.w.cpumasks[sd.span];
    Rule rule = idle == Idle::newly_idle ? Rule::balance_newidle : Rule::balance_periodic;
    u32 moved = 0;
    for (;;) {
        u32 group = 0;
        u32 busiest = 0;
        if (should_we_balance(c, b)) {
            group = find_busiest_group(c, b);
            busiest = group ? find_busiest_queue(c, b, group) : 0;
        } else {
            go_on = false;
        }
        if (!busiest) {
            if (!b.all_pinned) note_group_imbalance(c, sd, 0);
            sd.nr_balance_failed = 0;
            if (idle != Idle::newly_idle) widen_interval(sd, b.all_pinned);
            return 0;
        }
        b.src = CpuId{busiest - 1};
        b.all_pinned = true;
        if (c.w.rqs[b.src.raw].nr_running <= 1) break;
        u32 nr = c.w.rqs[b.src.raw].nr_running;
        b.loop_max = nr < c.w.g.tune.nr_migrate ? nr : c.w.g.tune.nr_migrate;
        because(c, rule, b.imbalance);
        for (;;) {
            update_rq_clock(c, b.src);
            moved += pull_tasks(c, b, rule);
            if (!b.dst_pinned || b.imbalance <= 0) break;
            b.cpus.clear(b.dst.raw);
            b.dst = b.new_dst;
            b.dst_pinned = false;
            b.loop = 0;
        }
        if (b.some_pinned && b.imbalance > 0) note_group_imbalance(c, sd, 1);
        if (!b.all_pinned) break;
        b.cpus.clear(b.src.raw);
        if (b.cpus.subset_of(c.w.cpumasks[c.w.sched_groups[sd.groups].mask])) {
            sd.nr_balance_failed = 0;
            if (idle != Idle::newly_idle) widen_interval(sd, true);
            return 0;
        }
        b.loop = 0;
    }
    bool active = false;
    if (moved) {
        sd.nr_balance_failed = 0;
        emit(c, Ev::balance, here.raw, sd.level, static_cast<u32>(b.src.raw), moved, rule);
    } else {
        if (idle != Idle::newly_idle) ++sd.nr_balance_failed;
        if (need_active_balance(c, b)) active = start_active_balance(c, b, here);
    }
    if (!active || need_active_balance(c, b)) sd.balance_interval = sd.min_interval;
    return moved;
}

void active_load_balance(Context& c, CpuId busiest) {
    rq& q = c.w.rqs[busiest.raw];
    CpuId target{q.push_cpu};
    q.active_balance = 0;
    if (q.nr_running <= 1) return;
    u32 d = c.w.rqs[target.raw].sd;
    while (d && !c.w.cpumasks[c.w.domains[d].span].test(busiest.raw)) d = c.w.domains[d].parent;
    if (!d) return;
    Balance b{};
    b.domain = d;
    b.idle = Idle::idle;
    b.dst = target;
    b.src = busiest;
    b.active = true;
    update_rq_clock(c, busiest);
    u32 tasks = q.nr_cfs_tasks;
    SeId at = q.cfs_tasks_last;
    for (; at.raw && tasks > 0; --tasks, at = c.w.se[at.raw].group_prev) {
        TaskId p = c.w.se[at.raw].task;
        if (!can_migrate_task(c, b, p)) continue;
        c.w.domains[d].nr_balance_failed = 0;
        move_task(c, p, busiest, target, Rule::balance_active);
        update_rq_clock(c, target);
        attach(c, p, target);
        return;
    }
}

}  // namespace rq
