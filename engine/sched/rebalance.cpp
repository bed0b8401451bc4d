// When CPUs balance their load (rebalance_domains and the others that call load_balance in
// kernel/sched/fair.c, 6.1): at ticks, when a CPU is about to idle, and a busy CPU on behalf of
// those whose ticks have stopped.
#include "context.hpp"
#include "sched/balance.hpp"
#include "sched/core.hpp"
#include "sched/load.hpp"
#include "sched/policy.hpp"

namespace rq {

namespace {

/// Interval between two balancings of a domain, in jiffies: 16 times as long on a busy CPU.
u64 balance_interval(const Context& c, const sched_domain& sd, bool busy) {
    u64 ms = sd.balance_interval;
    if (busy) ms *= sd.busy_factor;
    u64 tick_ms = c.w.g.tick_ns / NSEC_PER_MSEC;
    u64 interval = (ms + tick_ms - 1) / tick_ms;
    if (busy && interval) --interval;
    u64 longest = NSEC_PER_SEC / c.w.g.tick_ns * c.w.g.cpus / 10;
    if (interval > longest) interval = longest;
    return interval < 1 ? 1 : interval;
}

void update_newidle_stats(sched_domain& sd, u32 success) {
    ++sd.newidle_call;
    sd.newidle_success += success;
    if (sd.newidle_call < 1024) return;
    sd.newidle_ratio = sd.newidle_success;
    sd.newidle_call /= 2;
    sd.newidle_success /= 2;
}

bool update_newidle_cost(Context& c, sched_domain& sd, u64 cost, u32 success) {
    u64 now = jiffies(c);
    if (cost) update_newidle_stats(sd, success);
    if (cost > sd.max_newidle_lb_cost) {
        sd.max_newidle_lb_cost = cost;
        sd.last_decay_max_lb_cost = now;
    } else if (now > sd.last_decay_max_lb_cost + NSEC_PER_SEC / c.w.g.tick_ns) {
        sd.max_newidle_lb_cost = sd.max_newidle_lb_cost * 253 / 256;
        sd.last_decay_max_lb_cost = now;
        return true;
    }
    return false;
}

void rebalance_domains(Context& c, CpuId cpu, Idle idle) {
    rq& q = c.w.rqs[cpu.raw];
    update_cpu_capacity(c, cpu);
    bool go_on = true;
    bool busy = idle != Idle::idle && !sched_idle_cpu(c, cpu);
    u64 now = jiffies(c);
    u64 next = now + 60 * NSEC_PER_SEC / c.w.g.tick_ns;
    u64 max_cost = 0;
    bool decayed = false;
    for (u32 d = q.sd; d; d = c.w.domains[d].parent) {
        sched_domain& sd = c.w.domains[d];
        bool decay = update_newidle_cost(c, sd, 0, 0);
        decayed = decayed || decay;
        max_cost += sd.max_newidle_lb_cost;
        if (!go_on) {
            if (decay) continue;
            break;
        }
        u64 interval = balance_interval(c, sd, busy);
        if (now >= sd.last_balance + interval) {
            if (load_balance(c, cpu, d, idle, go_on)) {
                idle = idle_cpu(c, cpu) ? Idle::idle : Idle::not_idle;
                busy = idle != Idle::idle && !sched_idle_cpu(c, cpu);
            }
            sd.last_balance = now;
            interval = balance_interval(c, sd, busy);
        }
        if (next > sd.last_balance + interval) next = sd.last_balance + interval;
    }
    if (decayed) {
        u64 least = c.w.g.tune.migration_cost;
        q.max_idle_balance_cost = max_cost > least ? max_cost : least;
    }
    q.next_balance = next;
}

/// A busy CPU with too much to do balances for those whose ticks have stopped.
void nohz_idle_balance(Context& c, CpuId kicker) {
    const rq& q = c.w.rqs[kicker.raw];
    u64 now = jiffies(c);
    if (now < c.w.g.nohz_next_balance || q.curr == q.idle) return;
    u32 llc = c.w.rqs[kicker.raw].sd_llc_id;
    u32 idle_cpus = 0;
    u32 busy_in_cache = 0;
    for (u32 i = 0; i < c.w.g.cpus; ++i) {
        bool asleep = idle_cpu(c, CpuId{i}) && c.w.rqs[i].tick_stopped && c.w.rqs[i].sd;
        idle_cpus += asleep;
        if (!asleep && c.w.rqs[i].sd_llc_id == llc) ++busy_in_cache;
    }
    if (!idle_cpus || !(q.nr_running >= 2 || busy_in_cache > 1)) return;
    u64 next = now + 60 * NSEC_PER_SEC / c.w.g.tick_ns;
    for (u32 n = 1; n <= c.w.g.cpus; ++n) {
        CpuId cpu{(kicker.raw + n) % c.w.g.cpus};
        rq& other = c.w.rqs[cpu.raw];
        if (!idle_cpu(c, cpu) || !other.tick_stopped || !other.sd) continue;
        if (now >= other.next_balance) {
            update_blocked_averages(c, cpu);
            rebalance_domains(c, cpu, Idle::idle);
        }
        if (other.next_balance < next) next = other.next_balance;
    }
    c.w.g.nohz_next_balance = next;
}

}  // namespace

void trigger_load_balance(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    if (!q.sd) return;
    nohz_idle_balance(c, cpu);
    if (jiffies(c) < q.next_balance) return;
    update_blocked_averages(c, cpu);
    rebalance_domains(c, cpu, idle_cpu(c, cpu) ? Idle::idle : Idle::not_idle);
}

bool newidle_balance(Context& c, CpuId cpu) {
    rq& q = c.w.rqs[cpu.raw];
    q.idle_stamp = q.clock;
    if (!q.sd) return false;
    sched_domain& base = c.w.domains[q.sd];
    u64 next = jiffies(c) + NSEC_PER_SEC / c.w.g.tick_ns;
    auto sooner = [&](const sched_domain& sd) {
        u64 at = sd.last_balance + balance_interval(c, sd, false);
        if (at < next) next = at;
    };
    u32 pulled = 0;
    if (!c.w.g.overload || q.avg_idle < base.max_newidle_lb_cost) {
        sooner(base);
    } else {
        update_blocked_averages(c, cpu);
        u64 spent = 0;
        u64 cost = c.image.cost[Cost::newidle] + 1;
        for (u32 d = q.sd; d; d = c.w.domains[d].parent) {
            sched_domain& sd = c.w.domains[d];
            sooner(sd);
            if (q.avg_idle < spent + sd.max_newidle_lb_cost) break;
            u32 weight = 1;
            if (c.w.g.tune.has(Feat::NI_RANDOM)) {
                u64 dice = c.w.g.random[static_cast<u32>(Stream::newidle)].below(1024);
                weight = 1 + sd.newidle_ratio;
                if (dice > weight) {
                    update_newidle_stats(sd, 0);
                    continue;
                }
                weight = (1024 + weight / 2) / weight;
            }
            bool go_on = true;
            pulled = load_balance(c, cpu, d, Idle::newly_idle, go_on);
            spent += cost;
            update_newidle_cost(c, sd, cost, pulled ? weight : 0);
            if (pulled || (c.w.g.kernel ? !go_on : q.nr_running > 0)) break;
        }
        if (spent > q.max_idle_balance_cost) q.max_idle_balance_cost = spent;
    }
    if (q.next_balance > next) q.next_balance = next;
    if (c.w.cfs_rqs[cpu.raw + 1].h_nr_running) pulled = 1;
    if (pulled) q.idle_stamp = 0;
    return pulled != 0;
}

}  // namespace rq
