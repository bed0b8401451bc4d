// Building domains from topology, level by level; levels that add nothing are left out.
#include "sched/domains.hpp"

#include "context.hpp"
#include "machine/topology.hpp"
#include "sched/core.hpp"
#include "sched/cpuset.hpp"
#include "sched/deadline.hpp"

#include <vector>

namespace rq {

namespace {

struct Level {
    DomainLevel level;
    u32 mask;  // interned span
};

/// Groups are shared: one ring for each span and division.
u32 group_for(Context& c, u32 mask) {
    World& w = c.w;
    sched_group g{};
    g.mask = mask;
    g.weight = w.cpumasks[mask].count();
    return w.sched_groups.push(g);
}

/// The division of a span: what the domain one level down covers for each CPU of it.
u32 part_of(Context& c, u32 cpu, DomainLevel below, bool single, const cpumask& span) {
    cpumask part{};
    if (single) {
        part.set(cpu);
    } else {
        const cpu_topology& t = c.w.topology[cpu];
        u32 mask = below == DomainLevel::SMT ? t.smt_mask
                   : below == DomainLevel::MC ? t.llc_mask
                                              : t.node_mask;
        part = c.w.cpumasks[mask] & span;
    }
    return intern_cpumask(c, part);
}

/// Finds or makes the ring of groups of a span; returns the group that holds `cpu`.
u32 groups_of(Context& c, u32 cpu, u32 span_mask, DomainLevel below, bool single) {
    World& w = c.w;
    const cpumask span = w.cpumasks[span_mask];
    u32 own = part_of(c, cpu, below, single, span);
    for (u32 d = 1; d < w.domains.size(); ++d) {
        if (w.domains[d].span != span_mask) continue;
        u32 first = w.domains[d].groups;
        for (u32 g = first;;) {
            if (w.sched_groups[g].mask == own) return g;
            g = w.sched_groups[g].next;
            if (g == first) break;
        }
    }
    u32 first = 0;
    u32 last = 0;
    cpumask covered{};
    for (u32 i = span.next_wrap(cpu), n = span.count(); n > 0; --n, i = span.next_wrap(i + 1)) {
        if (covered.test(i)) continue;
        u32 part = part_of(c, i, below, single, span);
        covered = covered | w.cpumasks[part];
        u32 g = group_for(c, part);
        if (last) w.sched_groups[last].next = g;
        if (!first) first = g;
        last = g;
    }
    w.sched_groups[last].next = first;
    return first;
}

void set_flags(Context& c, sched_domain& d, u32 distance) {
    (void)c;
    d.flags = SD_BALANCE_NEWIDLE | SD_BALANCE_EXEC | SD_BALANCE_FORK | SD_WAKE_AFFINE |
              SD_PREFER_SIBLING;
    d.imbalance_pct = 117;
    d.cache_nice_tries = 1;
    switch (static_cast<DomainLevel>(d.level)) {
        case DomainLevel::SMT:
            d.flags |= SD_SHARE_CPUCAPACITY | SD_SHARE_PKG_RESOURCES;
            d.imbalance_pct = 110;
            d.cache_nice_tries = 0;
            break;
        case DomainLevel::MC: d.flags |= SD_SHARE_PKG_RESOURCES; break;
        case DomainLevel::PKG: break;
        case DomainLevel::NUMA:
            d.flags &= ~SD_PREFER_SIBLING;
            d.flags |= SD_SERIALIZE | SD_OVERLAP | SD_NUMA;
            d.cache_nice_tries = 2;
            // Beyond the distance of node reclaim, new and woken tasks are not spread.
            if (distance > 30)
                d.flags &= ~(SD_BALANCE_EXEC | SD_BALANCE_FORK | SD_WAKE_AFFINE);
            break;
    }
}

/// How many tasks a node may have more than another before it counts as imbalance.
void set_imb_numa_nr(Context& c, u32 cpu) {
    World& w = c.w;
    u32 imb = 0;
    u32 imb_span = 1;
    for (u32 d = w.rqs[cpu].sd; d; d = w.domains[d].parent) {
        sched_domain& sd = w.domains[d];
        if (imb) {
            u32 factor = sd.span_weight / imb_span;
            sd.imb_numa_nr = imb * (factor ? factor : 1);
            continue;
        }
        bool above_llc = !(sd.flags & SD_SHARE_PKG_RESOURCES) && sd.child &&
                         (w.domains[sd.child].flags & SD_SHARE_PKG_RESOURCES);
        if (!above_llc) continue;
        u32 nr_llcs = sd.span_weight / w.domains[sd.child].span_weight;
        imb = nr_llcs == 1 ? sd.span_weight >> 3 : nr_llcs;
        if (!imb) imb = 1;
        sd.imb_numa_nr = imb;
        imb_span = sd.span_weight;
        for (u32 p = sd.parent; p && !(w.domains[p].flags & SD_NUMA); p = w.domains[p].parent)
            imb_span = w.domains[p].span_weight;
    }
}

/// Adds one level above the CPU's domains unless it spans no more than they do.
void add_level(Context& c, u32 cpu, Level level, const cpumask& usable, u32 distance) {
    World& w = c.w;
    u32 mask = intern_cpumask(c, w.cpumasks[level.mask] & usable);
    u32 weight = w.cpumasks[mask].count();
    u32 below = w.rqs[cpu].sd;
    while (below && w.domains[below].parent) below = w.domains[below].parent;
    if (weight <= 1 || (below && w.domains[below].span == mask)) return;
    sched_domain d{};
    d.level = static_cast<u32>(level.level);
    d.span = mask;
    d.span_weight = weight;
    d.child = below;
    d.busy_factor = 16;
    d.min_interval = weight;
    d.max_interval = weight * 2;
    d.balance_interval = weight;
    d.newidle_call = 512;
    d.newidle_success = 256;
    d.newidle_ratio = 512;
    set_flags(c, d, distance);
    DomainLevel lower = below ? static_cast<DomainLevel>(w.domains[below].level) : DomainLevel::SMT;
    d.groups = groups_of(c, cpu, mask, lower, !below);
    u32 index = w.domains.push(d);
    if (below)
        w.domains[below].parent = index;
    else
        w.rqs[cpu].sd = index;
}

}  // namespace

u64 jiffies(const Context& c) {
    const Globals& g = c.w.g;
    constexpr u64 boot_jiffies = 1'000'000;
    return boot_jiffies + (g.now >= g.tick_origin ? (g.now - g.tick_origin) / g.tick_ns + 1 : 0);
}

namespace {

void add_levels(Context& c, u32 cpu, const cpumask& usable) {
    const World& w = c.w;
    const cpu_topology t = w.topology[cpu];
    add_level(c, cpu, {DomainLevel::SMT, t.smt_mask}, usable, 10);
    add_level(c, cpu, {DomainLevel::MC, t.llc_mask}, usable, 10);
    add_level(c, cpu, {DomainLevel::PKG, t.node_mask}, usable, 10);
    u32 distance = w.g.nodes > 1 ? node_distance(c, NodeId{0}, NodeId{1}) : 10;
    if (w.g.nodes > 1) add_level(c, cpu, {DomainLevel::NUMA, 0}, usable, distance);
}

void build_one(Context& c, const cpumask& span) {
    World& w = c.w;
    if (span.empty()) return;
    u32 rd = w.root_domains.push(root_domain{intern_cpumask(c, span), span.count(), 0});
    for (u32 cpu = 0; cpu < w.g.cpus; ++cpu) {
        if (!span.test(cpu)) continue;
        w.rqs[cpu].rd = rd;
        w.rqs[cpu].isolated = 0;
        add_levels(c, cpu, span);
    }
}

/// What the CPUs of a domain keep with it (update_top_cache_domain).
void set_top_cache(Context& c, u32 cpu) {
    World& w = c.w;
    u32 llc = llc_domain(c, CpuId{cpu});
    const cpumask* span = llc ? &w.cpumasks[w.domains[llc].span] : nullptr;
    w.rqs[cpu].sd_llc_id = span ? span->first() : cpu;
    if (w.rqs[cpu].sd_llc_id != cpu) return;
    w.llcs[cpu] = llc_shared{};
    w.llcs[cpu].nr_idle_scan = span ? span->count() : 1;
}

}  // namespace

void rebuild_sched_domains(Context& c) {
    World& w = c.w;
    dl_unbook_all(c);
    w.domains.resize(1);
    w.sched_groups.resize(1);
    w.root_domains.resize(0);
    w.root_domains.push(root_domain{});
    cpumask boot{};
    for (u32 cpu = 0; cpu < w.g.cpus; ++cpu) {
        rq& q = w.rqs[cpu];
        if (q.isolated == ISOLATED_BOOT) boot.set(cpu);
        q.sd = q.rd = 0;
        if (!q.isolated) q.isolated = ISOLATED_PARTITION;
    }
    std::vector<cpumask> spans = balanced_partitions(w);
    for (const cpumask& span : spans) build_one(c, span & ~boot);
    cpumask left{};
    for (u32 cpu = 0; cpu < w.g.cpus; ++cpu) {
        if (!w.rqs[cpu].rd) left.set(cpu);
        set_imb_numa_nr(c, cpu);
        set_top_cache(c, cpu);
    }
    w.root_domains[0] = root_domain{intern_cpumask(c, left), left.count(), 0};
    for (u32 d = 1; d < w.domains.size(); ++d) {
        w.domains[d].last_balance = jiffies(c);
        w.domains[d].last_decay_max_lb_cost = jiffies(c);
    }
    dl_book_all(c);
}

void build_sched_domains(Context& c, const cpumask& isolated) {
    World& w = c.w;
    w.llcs.resize(w.g.cpus);
    for (u32 cpu = 0; cpu < w.g.cpus; ++cpu) {
        rq& q = w.rqs[cpu];
        q.isolated = isolated.test(cpu) ? ISOLATED_BOOT : 0;
        q.next_balance = jiffies(c);
        q.max_idle_balance_cost = w.g.tune.migration_cost;
        q.avg_idle = 2 * w.g.tune.migration_cost;
    }
    rebuild_sched_domains(c);
}

const cpumask& root_domain_span(const Context& c, CpuId cpu) {
    return c.w.cpumasks[c.w.root_domains[c.w.rqs[cpu.raw].rd].span];
}

u32 llc_domain(const Context& c, CpuId cpu) {
    u32 best = 0;
    for (u32 d = c.w.rqs[cpu.raw].sd; d; d = c.w.domains[d].parent)
        if (c.w.domains[d].flags & SD_SHARE_PKG_RESOURCES) best = d;
    return best;
}

bool cpus_share_cache(const Context& c, CpuId a, CpuId b) {
    if (a == b) return true;
    return c.w.rqs[a.raw].sd_llc_id == c.w.rqs[b.raw].sd_llc_id;
}

bool idle_cpu(const Context& c, CpuId cpu) {
    const rq& q = c.w.rqs[cpu.raw];
    return q.curr == q.idle && q.nr_running == 0;
}

bool sched_idle_cpu(const Context& c, CpuId cpu) {
    const rq& q = c.w.rqs[cpu.raw];
    return q.nr_running && q.nr_running == c.w.cfs_rqs[cpu.raw + 1].idle_h_nr_running;
}

}  // namespace rq
