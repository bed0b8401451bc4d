// Where a fair task goes when it wakes, is born or execs (select_task_rq_fair in
// kernel/sched/fair.c, 6.1): near the waker or where it was, on an idle CPU of that cache; a new
// task goes to the idlest CPU of the widest domain. Left out: energy awareness, CPUs of different
// capacity, core scheduling.
#include "sched/fair.hpp"
#include "sched/load.hpp"
#include "sched/pelt.hpp"
#include "sched/policy.hpp"

namespace rq {

namespace {

constexpr u32 no_cpu = ~0u;

bool available(const Context& c, u32 cpu) {
    return idle_cpu(c, CpuId{cpu}) || sched_idle_cpu(c, CpuId{cpu});
}

/// The waker's CPU if it is idle with a warm cache or about to be; else the old one if it is idle.
u32 wake_affine_idle(const Context& c, CpuId here, CpuId prev, bool sync) {
    if (idle_cpu(c, here) && cpus_share_cache(c, here, prev))
        return idle_cpu(c, prev) ? prev.raw : here.raw;
    u32 awake = c.w.rqs[here.raw].nr_running - c.w.cfs_rqs[here.raw + 1].h_nr_delayed;
    if (sync && awake == 1) return here.raw;
    return idle_cpu(c, prev) ? prev.raw : no_cpu;
}

/// The waker's CPU if it would have less load with the task than the old one has with it.
u32 wake_affine_weight(Context& c, const sched_domain& sd, TaskId p, CpuId here, CpuId prev,
                       bool sync) {
    s64 this_load = static_cast<s64>(cpu_load(c, here));
    if (sync) {
        s64 current = static_cast<s64>(task_h_load(c, c.w.rqs[here.raw].curr));
        if (current > this_load) return here.raw;
        this_load -= current;
    }
    s64 task_load = static_cast<s64>(task_h_load(c, p));
    s64 prev_load = static_cast<s64>(cpu_load(c, prev)) - task_load;
    this_load += task_load;
    if (c.w.g.tune.has(Feat::WA_BIAS)) {
        this_load *= 100;
        prev_load *= 100 + (sd.imbalance_pct - 100) / 2;
    }
    this_load *= static_cast<s64>(c.w.rqs[prev.raw].cpu_capacity);
    prev_load *= static_cast<s64>(c.w.rqs[here.raw].cpu_capacity);
    if (sync) ++prev_load;
    because(c, Rule::select_wake_affine, this_load, prev_load);
    return this_load < prev_load ? here.raw : no_cpu;
}

CpuId wake_affine(Context& c, const sched_domain& sd, TaskId p, CpuId here, CpuId prev,
                  bool sync) {
    u32 target = no_cpu;
    if (c.w.g.tune.has(Feat::WA_IDLE)) target = wake_affine_idle(c, here, prev, sync);
    if (c.w.g.tune.has(Feat::WA_WEIGHT) && target == no_cpu)
        target = wake_affine_weight(c, sd, p, here, prev, sync);
    if (target != here.raw) return prev;
    c.pick_rule = Rule::select_wake_affine;
    return here;
}

/// A core without any running thread, tried from `core` on; notes an idle thread on the way.
bool core_is_idle(const Context& c, u32 core, const cpumask& cpus, u32& idle) {
    const cpumask& threads = c.w.cpumasks[c.w.topology[core].smt_mask];
    bool all = true;
    for (u32 cpu = threads.first(); cpu != cpumask::none; cpu = threads.next(cpu + 1)) {
        if (!idle_cpu(c, CpuId{cpu})) {
            all = false;
            if (idle != no_cpu) break;
            if (sched_idle_cpu(c, CpuId{cpu}) && cpus.test(cpu)) idle = cpu;
        } else if (idle == no_cpu && cpus.test(cpu)) {
            idle = cpu;
        }
    }
    return all;
}

/// Scans the cache's CPUs from the one after `target`; how far, the utilisation of the cache says.
u32 select_idle_cpu(Context& c, const sched_domain& sd, TaskId p, bool has_idle_core, u32 target) {
    cpumask cpus = c.w.cpumasks[sd.span] & c.w.cpumasks[c.w.tasks[p].cpus_mask];
    u32 limit = ~0u;
    if (c.w.g.tune.has(Feat::SIS_UTIL)) {
        limit = c.w.llcs[c.w.rqs[target].sd_llc_id].nr_idle_scan + 1;
        if (limit == 1) return no_cpu;
    }
    u32 idle = no_cpu;
    u32 cpu = cpus.empty() ? no_cpu : cpus.next_wrap(target + 1);
    for (u32 n = cpus.count(); n > 0; --n, cpu = cpus.next_wrap(cpu + 1)) {
        if (has_idle_core) {
            if (core_is_idle(c, cpu, cpus, idle)) return cpu;
            continue;
        }
        if (!--limit) return no_cpu;
        if (available(c, cpu)) return cpu;
    }
    if (has_idle_core) c.w.llcs[c.w.rqs[target].sd_llc_id].has_idle_cores = 0;
    return idle;
}

u32 select_idle_smt(const Context& c, const sched_domain& sd, TaskId p, u32 target) {
    cpumask cpus = c.w.cpumasks[c.w.topology[target].smt_mask] &
                   c.w.cpumasks[c.w.tasks[p].cpus_mask] & c.w.cpumasks[sd.span];
    for (u32 cpu = cpus.first(); cpu != cpumask::none; cpu = cpus.next(cpu + 1))
        if (cpu != target && available(c, cpu)) return cpu;
    return no_cpu;
}

CpuId select_idle_sibling(Context& c, TaskId p, CpuId prev, CpuId target) {
    if (available(c, target.raw)) return target;
    c.pick_rule = Rule::select_idle_sibling;
    if (prev != target && cpus_share_cache(c, prev, target) && available(c, prev.raw))
        return prev;
    task_struct& t = c.w.tasks[p];
    CpuId recent = t.recent_used_cpu;
    t.recent_used_cpu = prev;
    if (recent != prev && recent != target && cpus_share_cache(c, recent, target) &&
        available(c, recent.raw) && c.w.cpumasks[t.cpus_mask].test(recent.raw))
        return recent;
    u32 d = llc_domain(c, target);
    if (d) {
        const sched_domain& sd = c.w.domains[d];
        const cpu_topology& at = c.w.topology[target.raw];
        bool smt = c.w.cpumasks[at.smt_mask].count() > 1;
        bool idle_core = smt && c.w.llcs[c.w.rqs[target.raw].sd_llc_id].has_idle_cores;
        if (smt && !idle_core && cpus_share_cache(c, prev, target)) {
            u32 sibling = select_idle_smt(c, sd, p, prev.raw);
            if (sibling != no_cpu) return CpuId{sibling};
        }
        u32 found = select_idle_cpu(c, sd, p, idle_core, target.raw);
        if (found != no_cpu) return CpuId{found};
    }
    c.pick_rule = target == prev ? Rule::select_prev : Rule::select_wake_affine;
    return target;
}

/// A group's figures for a task that is to be placed, without that task.
GroupStats wakeup_stats(const Context& c, const sched_domain& sd, const sched_group& group,
                        TaskId p) {
    GroupStats s;
    const task_struct& t = c.w.tasks[p];
    const sched_avg& own = c.w.se_avgs[t.se.raw];
    cpumask cpus = c.w.cpumasks[group.mask] & c.w.cpumasks[t.cpus_mask];
    for (u32 cpu = cpus.first(); cpu != cpumask::none; cpu = cpus.next(cpu + 1)) {
        bool counted = cpu == t.cpu.raw && own.last_update_time;
        auto without = [counted](u64 all, u64 part) {
            return !counted ? all : all > part ? all - part : 0;
        };
        s.load += without(cpu_load(c, CpuId{cpu}), own.load_avg);
        s.util += without(cpu_util(c, CpuId{cpu}), own.util_avg);
        s.runnable += without(cpu_runnable(c, CpuId{cpu}), own.runnable_avg);
        u32 local = t.on_rq && cpu == t.cpu.raw;
        u32 nr = c.w.rqs[cpu].nr_running - local;
        s.h_nr_running += c.w.cfs_rqs[cpu + 1].h_nr_running - local;
        s.nr_running += nr;
        const rq& q = c.w.rqs[cpu];
        if (!nr && (q.curr == q.idle || q.curr == p)) ++s.idle_cpus;
    }
    s.weight = group.weight;
    s.capacity = group.weight * SCHED_CAPACITY_SCALE;
    s.type = classify(sd.imbalance_pct, group, s);
    if (s.type == GroupType::fully_busy || s.type == GroupType::overloaded)
        s.avg_load = s.load * SCHED_CAPACITY_SCALE / s.capacity;
    return s;
}

bool idler(const GroupStats& a, const GroupStats& best) {
    if (a.type != best.type) return a.type < best.type;
    switch (a.type) {
        case GroupType::overloaded:
        case GroupType::fully_busy: return best.avg_load > a.avg_load;
        case GroupType::has_spare:
            if (best.idle_cpus != a.idle_cpus) return best.idle_cpus < a.idle_cpus;
            return best.util > a.util;
        default: return false;
    }
}

/// True if staying in the local group is as good as going to the idlest one.
bool stay_local(const Context& c, const sched_domain& sd, const GroupStats& local,
                const GroupStats& idlest, TaskId p, const sched_group& local_group) {
    if (local.type != idlest.type) return local.type < idlest.type;
    if (local.type == GroupType::overloaded || local.type == GroupType::fully_busy) {
        u64 imbalance = 1024 * (sd.imbalance_pct - 100) / 100;
        if ((sd.flags & SD_NUMA) && idlest.avg_load + imbalance >= local.avg_load) return true;
        if (idlest.avg_load >= local.avg_load + imbalance) return true;
        return 100 * local.avg_load <= sd.imbalance_pct * idlest.avg_load;
    }
    if (local.type != GroupType::has_spare) return true;
    if (sd.flags & SD_NUMA) {
        u32 imb = sd.imb_numa_nr;
        const cpumask& allowed = c.w.cpumasks[c.w.tasks[p].cpus_mask];
        u32 usable = (c.w.cpumasks[local_group.mask] & allowed).count();
        if (allowed != c.w.cpumasks[0] && usable < imb) imb = usable;
        s64 imbalance = s64{local.idle_cpus} - s64{idlest.idle_cpus};
        if (imbalance < 0) imbalance = -imbalance;
        if (!adjust_numa_imbalance(imbalance, local.nr_running + 1, imb)) return true;
    }
    return local.idle_cpus >= idlest.idle_cpus;
}

/// The idlest group of a domain other than the local one, or 0 if the local one is as good.
u32 find_idlest_group(const Context& c, const sched_domain& sd, TaskId p, u32 here) {
    const cpumask& allowed = c.w.cpumasks[c.w.tasks[p].cpus_mask];
    u32 idlest = 0;
    u32 local = 0;
    GroupStats idlest_stats;
    GroupStats local_stats;
    idlest_stats.avg_load = 0xffffffffu;
    idlest_stats.type = GroupType::overloaded;
    u32 g = sd.groups;
    do {
        const sched_group& group = c.w.sched_groups[g];
        if (c.w.cpumasks[group.mask].intersects(allowed)) {
            GroupStats s = wakeup_stats(c, sd, group, p);
            if (c.w.cpumasks[group.mask].test(here)) {
                local = g;
                local_stats = s;
            } else if (idler(s, idlest_stats)) {
                idlest = g;
                idlest_stats = s;
            }
        }
        g = group.next;
    } while (g != sd.groups);
    if (!idlest || !local) return idlest;
    bool stay = stay_local(c, sd, local_stats, idlest_stats, p, c.w.sched_groups[local]);
    return stay ? 0 : idlest;
}

/// In a group: the CPU that went idle last, else the least loaded one.
u32 find_idlest_group_cpu(const Context& c, const sched_group& group, TaskId p, u32 here) {
    if (group.weight == 1) return c.w.cpumasks[group.mask].first();
    cpumask cpus = c.w.cpumasks[group.mask] & c.w.cpumasks[c.w.tasks[p].cpus_mask];
    u32 idle = no_cpu;
    u32 least = here;
    u64 latest = 0;
    u64 min_load = NEVER;
    for (u32 cpu = cpus.first(); cpu != cpumask::none; cpu = cpus.next(cpu + 1)) {
        if (sched_idle_cpu(c, CpuId{cpu})) return cpu;
        if (idle_cpu(c, CpuId{cpu})) {
            if (c.w.rqs[cpu].idle_stamp > latest) {
                latest = c.w.rqs[cpu].idle_stamp;
                idle = cpu;
            }
        } else if (idle == no_cpu && cpu_load(c, CpuId{cpu}) < min_load) {
            min_load = cpu_load(c, CpuId{cpu});
            least = cpu;
        }
    }
    return idle != no_cpu ? idle : least;
}

/// Down from a domain to narrower ones, each time to the idlest group (find_idlest_cpu).
CpuId find_idlest_cpu(Context& c, u32 d, TaskId p, u32 cpu, CpuId prev, u32 sd_flag) {
    const World& w = c.w;
    if (!w.cpumasks[w.domains[d].span].intersects(w.cpumasks[w.tasks[p].cpus_mask])) return prev;
    if (!(sd_flag & SD_BALANCE_FORK)) sync_entity_load_avg(c, se_of(w, p));
    c.pick_rule = Rule::select_idlest;
    u32 new_cpu = cpu;
    while (d) {
        const sched_domain& sd = w.domains[d];
        u32 group = sd.flags & sd_flag ? find_idlest_group(c, sd, p, cpu) : 0;
        u32 best = group ? find_idlest_group_cpu(c, w.sched_groups[group], p, cpu) : cpu;
        if (!group || best == cpu) {
            if (group) new_cpu = best;
            d = sd.child;
            continue;
        }
        new_cpu = cpu = best;
        u32 weight = sd.span_weight;
        d = 0;
        for (u32 t = w.rqs[cpu].sd; t && w.domains[t].span_weight < weight;
             t = w.domains[t].parent)
            if (w.domains[t].flags & sd_flag) d = t;
    }
    return CpuId{new_cpu};
}

/// Counts how often a task wakes different tasks: many-to-one relations are spread wider.
void record_wakee(Context& c, TaskId waker, TaskId p) {
    task_struct& t = c.w.tasks[waker];
    u64 now = jiffies(c);
    if (now > t.wakee_flip_decay_ts + NSEC_PER_SEC / c.w.g.tick_ns) {
        t.wakee_flips >>= 1;
        t.wakee_flip_decay_ts = now;
    }
    if (t.last_wakee != p) {
        t.last_wakee = p;
        ++t.wakee_flips;
    }
}

bool wake_wide(const Context& c, TaskId waker, TaskId p) {
    u32 master = c.w.tasks[waker].wakee_flips;
    u32 slave = c.w.tasks[p].wakee_flips;
    u32 d = llc_domain(c, CpuId{c.here});
    u32 factor = d ? c.w.domains[d].span_weight : 1;
    if (master < slave) {
        u32 swap = master;
        master = slave;
        slave = swap;
    }
    return slave >= factor && master >= slave * factor;
}

}  // namespace

CpuId select_task_rq_fair(Context& c, TaskId p, CpuId prev, u32 wake_flags) {
    World& w = c.w;
    CpuId here{c.here};
    TaskId waker = w.rqs[here.raw].curr;
    bool sync = (wake_flags & WF_SYNC) && !(w.tasks[waker].flags & PF_EXITING);
    bool want_affine = false;
    u32 sd_flag = wake_flags & 0xf;
    CpuId new_cpu = prev;
    c.pick_rule = Rule::select_prev;
    if (wake_flags & WF_TTWU) {
        record_wakee(c, waker, p);
        want_affine = !wake_wide(c, waker, p) &&
                      w.cpumasks[w.tasks[p].cpus_mask].test(here.raw);
    }
    u32 balance = 0;
    for (u32 d = w.rqs[here.raw].sd; d; d = w.domains[d].parent) {
        const sched_domain& sd = w.domains[d];
        if (want_affine && (sd.flags & SD_WAKE_AFFINE) && w.cpumasks[sd.span].test(prev.raw)) {
            if (here != prev) new_cpu = wake_affine(c, sd, p, here, prev, sync);
            balance = 0;
            break;
        }
        if (sd.flags & sd_flag)
            balance = d;
        else if (!want_affine)
            break;
    }
    if (balance) return find_idlest_cpu(c, balance, p, here.raw, prev, sd_flag);
    if (wake_flags & WF_TTWU) return select_idle_sibling(c, p, prev, new_cpu);
    return new_cpu;
}

}  // namespace rq
