// What the scheduler keeps: entities, queues per class, run queues, groups. Names and meanings are
// those of kernel/sched/sched.h in 6.1; members of 6.12 carry a note.
#pragma once

#include "base/bitmap.hpp"
#include "base/rbtree.hpp"
#include "ids.hpp"

namespace rq {

/// PELT sums and averages of an entity or queue (include/linux/sched.h, kernel/sched/pelt.c).
struct sched_avg {
    u64 last_update_time;
    u64 load_sum;
    u64 runnable_sum;
    u64 load_avg;
    u64 runnable_avg;
    u64 util_avg;
    u32 util_sum;
    u32 period_contrib;
    u32 util_est_enqueued;
    u32 util_est_ewma;
};
RQ_STATE_SIZE(sched_avg, 64);

/// The part of a sched_entity that the tree compares, in an array of its own: `key` orders the
/// tree (vruntime in 6.1, deadline in 6.12); 6.12 also keeps vruntime and the subtree's minima.
struct se_node {
    u64 key;
    u64 vruntime;
    u64 min_vruntime;  ///< 6.12: least vruntime of the subtree
    u64 min_slice;     ///< 6.12: least slice of the subtree (~0 = none below 2^32 - 1)
    rb_link link;
    u32 slice;         ///< 6.12: slice in ns, cut to 32 bits
};
RQ_STATE_SIZE(se_node, 48);

/// A schedulable thing of the fair class: a task, or a group on one CPU.
struct sched_entity {
    u64 exec_start;             ///< rq clock when its running time was last settled
    u64 sum_exec_runtime;
    u64 vruntime;
    u64 prev_sum_exec_runtime;  ///< at the time it was last picked
    s64 vlag;                   ///< 6.12
    u64 deadline;               ///< 6.12: virtual deadline
    u64 slice;                  ///< 6.12: request length
    u32 weight;                 ///< load.weight, scaled (nice 0 = 1048576)
    u32 inv_weight;             ///< load.inv_weight, 0 = to be computed
    SeId parent;
    CfsRqId cfs_rq;             ///< queue it is (to be) on
    CfsRqId my_q;               ///< queue it owns; 0 = it is a task
    TaskId task;                ///< null = it is a group
    u32 depth;
    u8 on_rq;
    u8 custom_slice;            ///< 6.12
    u8 sched_delayed;           ///< 6.12
    u8 rel_deadline;            ///< 6.12
    u64 runnable_weight;        ///< se_runnable() of a group entity: h_nr_running of its queue
    u64 nr_migrations;
    SeId group_next;            ///< list of the CPU's fair tasks, most recently run first
    SeId group_prev;
};
RQ_STATE_SIZE(sched_entity, 112);

/// A fair queue: one per CPU for the root group, one per CPU for each other group.
struct cfs_rq {
    u64 load_weight;
    u32 nr_running;
    u32 h_nr_running;
    u32 idle_nr_running;
    u32 idle_h_nr_running;
    u64 exec_clock;
    u64 min_vruntime;         ///< 6.12: zero_vruntime, the origin of avg_vruntime's keys
    rb_root tasks_timeline;
    SeId curr;
    SeId next;
    SeId last;
    SeId skip;
    GroupId tg;
    CpuId cpu;
    SeId se;                  ///< the group's entity on this CPU, 0 for the root
    u32 on_list;
    s64 avg_vruntime;         ///< 6.12: sum of (vruntime - zero_vruntime) * weight in the tree
    u64 avg_load;             ///< 6.12: sum of the weights in the tree (nice 0 = 1024)
    sched_avg avg;
    u64 tg_load_avg_contrib;
    u64 removed_nr;
    u64 removed_load_avg;
    u64 removed_util_avg;
    u64 removed_runnable_avg;
    u64 propagate;
    s64 prop_runnable_sum;
    // cpu.max
    s64 runtime_remaining;
    u64 throttled_clock;
    u64 throttled_clock_pelt;
    u64 throttled_clock_pelt_time;
    u8 runtime_enabled;
    u8 throttled;
    u8 pelt_clock_throttled;
    u8 idle;                  ///< cpu.idle of the group
    u32 throttle_count;
    CfsRqId throttled_next;   ///< list of throttled queues of the group
    u32 h_nr_delayed;         ///< 6.12
    u32 last_update_tg_load_avg_lo;
    u32 last_update_tg_load_avg_hi;
    u64 throttled_clock_self;
    u64 throttled_clock_self_time;
};
RQ_STATE_SIZE(cfs_rq, 288);

/// Bandwidth of a group (struct cfs_bandwidth): cpu.max and cpu.max.burst.
struct cfs_bandwidth {
    u64 period;
    u64 quota;                ///< NEVER = no limit
    u64 runtime;
    u64 burst;
    u64 runtime_snap;
    s64 hierarchical_quota;
    u8 idle;
    u8 period_active;
    u8 slack_started;
    u8 zero0;
    u32 zero1;
    TimerId period_timer;
    TimerId slack_timer;
    CfsRqId throttled_first;  ///< head of the list of throttled queues
    CfsRqId throttled_last;
    u64 nr_periods;
    u64 nr_throttled;
    u64 nr_burst;
    u64 throttled_time;
    u64 burst_time;
};
RQ_STATE_SIZE(cfs_bandwidth, 112);

/// A cpu cgroup (struct task_group).
struct task_group {
    GroupId parent;
    GroupId children;         ///< first child
    GroupId sibling;
    u32 name;                 ///< World::names
    u64 shares;               ///< scaled weight: cpu.weight 100 = 1048576
    u32 cfs_rq_base;          ///< queue of CPU c = cfs_rq_base + c
    u32 se_base;              ///< entity of CPU c = se_base + c; 0 for the root
    u32 idle;
    u32 cpus_allowed;         ///< cpuset.cpus, 1 + the interned mask; 0 = none: as the parent
    u32 nr_tasks;
    u32 autogroup;            ///< session it was made for by autogrouping, 0 = a control group
    u64 load_avg;
    u64 usage_ns;
    cfs_bandwidth bandwidth;
    u64 memory_max;           ///< memory.max in pages, NEVER = max
    u64 memory_current;       ///< pages charged to it and to the groups below it
    u64 memory_peak;
    u32 memory_events_max;    ///< how often the limit was hit
    u32 memory_events_oom_kill;
    u64 mems_allowed;         ///< cpuset.mems, a bit for each node; 0 = as the parent
    u64 effective_mems;
    u32 effective_cpus;       ///< interned: what its tasks may use (sched/cpuset.hpp)
    s32 partition_root_state; ///< PRS_*; negative = wanted and invalid
    u32 partition_error;      ///< PERR_*
    u32 zero2;
};
RQ_STATE_SIZE(task_group, 240);

inline constexpr u32 RT_PRIO_LEVELS = 100;

/// Real-time queue: a bitmap of priorities and a list for each.
struct rt_rq {
    Bitmap<128> active;
    TaskId queue_head[RT_PRIO_LEVELS];
    TaskId queue_tail[RT_PRIO_LEVELS];
    u32 rt_nr_running;
    u32 rr_nr_running;
    s32 highest_prio;
    u32 overloaded;
    u64 rt_time;
    u64 rt_runtime;
    u8 rt_throttled;
    u8 rt_queued;
    u8 zero0[6];
    sched_avg avg;
};
RQ_STATE_SIZE(rt_rq, 920);

/// Parameters and state of a SCHED_DEADLINE task (struct sched_dl_entity).
struct sched_dl_entity {
    u64 key;                  ///< = deadline while queued
    rb_link link;
    u32 next_free;
    u64 dl_runtime;
    u64 dl_deadline;
    u64 dl_period;
    u64 dl_bw;                ///< dl_runtime / dl_period, 20 bits of fraction
    u64 dl_density;
    s64 runtime;
    u64 deadline;
    u32 dl_flags;
    TaskId task;
    u8 dl_throttled;
    u8 dl_yielded;
    u8 dl_non_contending;
    u8 dl_overrun;
    u8 dl_server;             ///< 6.12: fair server of a CPU
    u8 dl_server_active;
    u8 dl_defer;
    u8 dl_defer_armed;
    u8 dl_defer_running;
    u8 on_dl_rq;
    u8 zero0[2];
    CpuId cpu;                ///< of a server, or where a task that is gone was
    TimerId dl_timer;
    TimerId inactive_timer;
    u32 pi_se;                ///< entity whose parameters are inherited, 0 = its own
    u32 rd;                   ///< root domain in which its bandwidth is booked
};
RQ_STATE_SIZE(sched_dl_entity, 120);

struct dl_rq {
    rb_root root;
    u32 dl_nr_running;
    u32 overloaded;
    u64 earliest_curr;        ///< deadline of the first entity, 0 = none
    u64 max_bw;               ///< 6.12
    u64 running_bw;
    u64 this_bw;
    u64 extra_bw;
    u64 bw_ratio;
    sched_avg avg;
};
RQ_STATE_SIZE(dl_rq, 128);

/// What a CPU is doing between two events.
enum class Segment : u8 { idle, user, kernel };

/// A CPU: its queues and clock as struct rq has them, and how its present stretch of time goes.
struct rq {
    u64 clock;
    u64 clock_task;
    u64 clock_pelt;
    u64 lost_idle_time;
    TaskId curr;
    TaskId idle;
    TaskId stop;
    CpuId cpu;
    u32 nr_running;
    u32 nr_uninterruptible;
    u64 nr_switches;
    u8 need_resched;
    u8 skip_clock_update;
    u8 segment;               ///< Segment
    u8 tick_stopped;
    u8 online;
    u8 nohz_full;
    u8 isolated;              ///< no domain balances it: ISOLATED_BOOT or ISOLATED_PARTITION
    u8 active_balance;
    u32 resched_rule;         ///< why need_resched was set (trace/rules.def)
    TaskId resched_by;        ///< on whose account, may be null

    // The present stretch (sim/cpu.cpp): costs not yet worked off come first, then the work.
    u64 segment_start;
    u64 debt_ns;
    u64 work_ns;              ///< work of this segment still to do at segment_start
    u64 idle_since;

    // Timers
    u64 next_tick;
    rb_root timers;           ///< hrtimers of this CPU by hard expiry
    u8 in_irq;                ///< a timer interrupt is being served; `irq_*` say how far it is
    u8 irq_ticked;            ///< it has done its tick
    u8 irq_woke;              ///< it has woken a task
    u8 irq_exiting;           ///< its handlers are done, the way out is being paid
    TimerId hrtick;           ///< feature HRTICK's slice timer, null until used
    u64 irq_start;            ///< when it began: what had expired by then is served
    u64 irq_clock;            ///< when it served its last timer or tick
    u64 tick_queued;          ///< when the tick ran last, and so queued its next expiry
    u32 irq_last;             ///< what that was (sim/cpu.cpp)
    u32 sd_llc_id;            ///< first CPU of the domain around its last-level cache, or itself

    // Balancing
    u64 next_balance;
    u64 avg_idle;
    u64 max_idle_balance_cost;
    u64 idle_stamp;
    u64 wake_stamp;
    u64 wake_avg_idle;
    u64 cpu_capacity;
    u64 nohz_next_blocked;
    u32 push_cpu;
    TaskId push_task;
    u32 nohz_tick_stopped;
    u32 ttwu_pending;
    u32 sd;                   ///< narrowest domain, index into World::domains; 0 = isolated
    u32 nr_cfs_tasks;
    SeId cfs_tasks_first;     ///< fair tasks of the CPU, most recently run first
    SeId cfs_tasks_last;
    u32 push_disallowed;      ///< the stop task has to look for tasks that may not run here
    u32 rd;                   ///< root domain, index into World::root_domains
    u32 distribute_prev;      ///< last CPU this one chose among equals (cpumask_any_distribute)
    u32 balance_callback;     ///< what is to be pushed or pulled after the switch (sched/rt.hpp)
    u32 fair_server;          ///< 6.12: entity of the fair server, 0 = none
    u32 nr_iowait;            ///< tasks that went to sleep here and wait for a disk
    u64 idle_exec_start;      ///< 6.12: clock when idle time was last settled with the fair server

    // Where the time went, by kind (cost/kinds.def)
    u64 time_by_kind[16];
    u64 nr_disk_irqs;         ///< times the disk has interrupted this CPU
    u64 iowait_ns;            ///< of the idle time: while a task of this CPU waited for a disk

    // /proc/schedstat
    u64 yld_count;
    u64 sched_count;
    u64 sched_goidle;
    u64 ttwu_count;
    u64 ttwu_local;
    u64 rq_cpu_time;
    u64 run_delay;
    u64 pcount;
};
RQ_STATE_SIZE(rq, 504);

inline constexpr u32 CPUMASK_BITS = 1024;
using cpumask = Bitmap<CPUMASK_BITS>;

}  // namespace rq
