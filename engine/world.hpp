// What exists now. World is every byte of simulated state: a copy of it is a snapshot, and nothing
// outside it (trace, scenario, views) is needed to go on from one.
#pragma once

#include "base/arena.hpp"
#include "base/blocks.hpp"
#include "base/hash.hpp"
#include "base/heap.hpp"
#include "base/prng.hpp"
#include "ids.hpp"
#include "machine/topology.hpp"
#include "mm/mempolicy.hpp"
#include "mm/mm.hpp"
#include "sched/domains.hpp"
#include "sched/entities.hpp"
#include "sched/tunables.hpp"
#include "sync/objects.hpp"
#include "sync/timer.hpp"
#include "task/objects.hpp"
#include "task/task.hpp"

namespace rq {

/// Purposes of the random streams.
enum class Stream : u32 { newidle, numa_scan, workload, count_ };

/// The emulated profile's rig: how far its start has come (sim/rig.hpp).
struct RigState {
    u64 t_zero;        ///< rt-app: the instant its threads' timers count from
    s64 adjust;        ///< rt-app: what each gap between forks is longer
    s64 main_tick;     ///< number of the tick that comes soon after rt-app's start; 0 = first of t0
    u32 calendar;      ///< next row of the kernel threads' calendar
    u32 threads;       ///< tasks that the file starts
    u32 forked;
    u32 begun;         ///< threads that have run
    u32 arrived;       ///< threads that have come to the start barrier
    TaskId kthread[6]; ///< by name, see the calendar
    u32 zero;
};
RQ_STATE_SIZE(RigState, 72);

/// The scalars of a World.
struct Globals {
    u64 now;            ///< simulated ns since the machine's start
    u64 t0_boot;        ///< the instant the run begins; t0 or before it
    u64 t0;             ///< the instant the tasks start
    u64 events;         ///< simulation events done
    u64 records;        ///< trace records made, kept or not
    u64 tick_ns;        ///< 1 s / HZ
    u64 tick_origin;    ///< ticks come at tick_origin + k * tick_ns
    u64 total_forks;
    u64 nr_context_switches;
    u64 same_instant_events;
    u64 jiffies_base;
    u64 end_of_run;     ///< instant at which the scenario says the run is over
    u32 cpus;
    u32 nodes;
    u32 kernel;         ///< 0 = 6.1, 1 = 6.12
    u32 last_pid;
    u32 pid_max;
    u32 next_action;    ///< index of the next scenario action
    u32 limit_hit;      ///< LimitHit, 0 = none
    u32 task_ordinal;
    TaskId init;        ///< pid 1
    TaskId rig;         ///< the starter of the recorded rigs, may be null
    GroupId root_group;
    u32 running_tasks;
    Prng random[static_cast<u32>(Stream::count_)];
    u64 rt_period_start;
    u64 nohz_next_balance; ///< jiffies
    u32 pi_in_use;       ///< 1: there is a mutex that inherits priority
    u32 zero1;
    u32 overload;        ///< some CPU has more than one task to run
    u32 next_user_action; ///< index of the next action in the log of the run (Image::user_actions)
    u64 bandwidth_phase; ///< an instant at which periods of cpu.max begin
    TimerId rt_period_timer;
    u32 rt_period_active;
    u32 nr_partitions;  ///< cpusets that are valid partition roots
    u32 max_threads;    ///< kernel.threads-max: no fork once there are so many tasks
    CredId root_cred;   ///< of uid 0 in the initial user namespace
    NsproxyId init_nsproxy;
    NsId init_pid_ns;
    NsId init_user_ns;
    u32 free_frame;     ///< lists of what is to be used again, 0 = none
    u32 free_mapping;
    u32 free_upid;
    u32 next_inum;      ///< number of the next namespace
    u64 vm_committed_as;  ///< pages that address spaces may yet ask for (Committed_AS)
    u32 free_page_read;
    u32 disk_irq_cpu;   ///< which CPU the disk interrupts when a page has come
    u64 oom_kills;      ///< as /proc/vmstat counts them
    RigState rigging;
    Tunables tune;
};
RQ_STATE_SIZE(Globals, 520);

/// Why a run stopped before its end.
enum class LimitHit : u32 { none, tasks, no_progress, trace_full, time, frames, panic };

/// A task's name as the kernel keeps it: 15 bytes and a zero.
struct Comm {
    char text[16];
};
RQ_STATE_SIZE(Comm, 16);

/// The name of a control group, zero-terminated.
struct GroupName {
    char text[64];
};
RQ_STATE_SIZE(GroupName, 64);

struct World {
    Globals g{};
    IndexedHeap events;                 ///< sources: see sim/sources.hpp
    Column<rq> rqs;                     ///< by CpuId
    Column<cfs_rq> cfs_rqs;             ///< by CfsRqId; 0 unused, CPU c's root queue is c + 1
    Column<rt_rq> rt_rqs;               ///< by CpuId
    Column<dl_rq> dl_rqs;               ///< by CpuId
    Column<sched_entity> se;            ///< by SeId; 0 unused
    Column<se_node> se_nodes;           ///< by SeId
    Column<sched_avg> se_avgs;          ///< by SeId
    Column<u32> se_free;                ///< SeIds to be used again, last freed on top
    Column<sched_dl_entity> dl_entities;///< 0 unused
    Column<cpumask> cpumasks;           ///< interned; 0 = all CPUs
    Column<cpu_topology> topology;      ///< by CpuId
    Column<u32> node_distance;          ///< nodes * nodes
    Column<sched_domain> domains;       ///< 0 unused
    Column<sched_group> sched_groups;   ///< 0 unused
    Column<llc_shared> llcs;            ///< by rq::sd_llc_id
    Column<mempolicy> mempolicies;      ///< interned; 0 unused
    Column<root_domain> root_domains;   ///< 0: of CPUs that no domain balances
    Arena<task_struct, TaskTag> tasks;
    Column<Comm> comms;                 ///< by task slot
    Arena<hrtimer, TimerTag> timers;
    Arena<task_group, GroupTag> groups;
    Column<GroupName> group_names;      ///< by group slot

    // What tasks share
    Column<pid_entry> pids;             ///< by process number
    Column<upid> upids;                 ///< 0 unused
    Arena<fs_struct, FsTag> fs;
    Arena<files_struct, FilesTag> files;
    Arena<file, FileTag> open_files;
    Arena<sighand_struct, SighandTag> sighands;
    Arena<signal_struct, SignalTag> signals;
    Arena<nsproxy, NsproxyTag> nsproxies;
    Arena<ns_common, NsTag> namespaces;
    Arena<cred, CredTag> creds;
    Arena<sem_undo_list, SemUndoTag> sem_undos;
    Column<rlimit_set> rlimits;         ///< interned; 0 = the defaults

    // Memory
    Arena<mm_struct, MmTag> mms;
    Arena<vm_area_struct, VmaTag> vmas;
    Column<page> frames;                ///< by FrameId; 0 unused
    Column<address_space> mappings;     ///< 0 unused
    Column<pglist_data> memory_nodes;   ///< by NodeId
    Column<u32> node_fallback;          ///< nodes * nodes: for each the nearest first
    Column<page_read> page_reads;       ///< 0 unused
    Blocks tables;                      ///< page tables, descriptors and the like

    // What they wait for
    Column<sync_object> sync_objects;   ///< 0 unused
    Column<u32> sync_by_name;           ///< by NameId: first object of that name

    /// Calls f with every column. The scalars `g` are not among them.
    template <class F>
    void columns(F f) {
        all_columns(*this, f);
    }
    template <class F>
    void columns(F f) const {
        all_columns(*this, f);
    }
    /// XXH64 of the scalars and every column.
    u64 hash() const;
    bool operator==(const World& other) const;

   private:
    template <class Self, class F>
    static void all_columns(Self& w, F f) {
        w.events.columns(f);
        f(w.rqs);
        f(w.cfs_rqs);
        f(w.rt_rqs);
        f(w.dl_rqs);
        f(w.se);
        f(w.se_nodes);
        f(w.se_avgs);
        f(w.se_free);
        f(w.dl_entities);
        f(w.cpumasks);
        f(w.topology);
        f(w.node_distance);
        f(w.domains);
        f(w.sched_groups);
        f(w.llcs);
        f(w.root_domains);
        f(w.mempolicies);
        w.tasks.columns(f);
        f(w.comms);
        w.timers.columns(f);
        w.groups.columns(f);
        f(w.group_names);
        f(w.pids);
        f(w.upids);
        w.fs.columns(f);
        w.files.columns(f);
        w.open_files.columns(f);
        w.sighands.columns(f);
        w.signals.columns(f);
        w.nsproxies.columns(f);
        w.namespaces.columns(f);
        w.creds.columns(f);
        w.sem_undos.columns(f);
        f(w.rlimits);
        w.mms.columns(f);
        w.vmas.columns(f);
        f(w.frames);
        f(w.mappings);
        f(w.memory_nodes);
        f(w.node_fallback);
        f(w.page_reads);
        w.tables.columns(f);
        f(w.sync_objects);
        f(w.sync_by_name);
    }
};

}  // namespace rq
