// The scheduling classes: one table of functions each, every slot filled. Order: stop, deadline,
// rt, fair, idle. To add one: its file, its enum line, its entry in class.cpp.
#pragma once

#include "ids.hpp"
#include "sched/entities.hpp"
#include "task/task.hpp"

namespace rq {

struct Context;

/// Higher value = served first.
enum class ClassIndex : u8 { idle = 0, fair = 1, rt = 2, deadline = 3, stop = 4 };

// Flags of enqueue and dequeue (kernel/sched/sched.h)
inline constexpr u32 DEQUEUE_SLEEP = 0x01;
inline constexpr u32 DEQUEUE_SAVE = 0x02;
inline constexpr u32 DEQUEUE_MOVE = 0x04;
inline constexpr u32 DEQUEUE_NOCLOCK = 0x08;
inline constexpr u32 DEQUEUE_SPECIAL = 0x10;
inline constexpr u32 DEQUEUE_DELAYED = 0x200;
inline constexpr u32 ENQUEUE_WAKEUP = 0x01;
inline constexpr u32 ENQUEUE_RESTORE = 0x02;
inline constexpr u32 ENQUEUE_MOVE = 0x04;
inline constexpr u32 ENQUEUE_NOCLOCK = 0x08;
inline constexpr u32 ENQUEUE_HEAD = 0x10;
inline constexpr u32 ENQUEUE_REPLENISH = 0x20;
inline constexpr u32 ENQUEUE_MIGRATED = 0x40;
inline constexpr u32 ENQUEUE_INITIAL = 0x80;
inline constexpr u32 ENQUEUE_DELAYED = 0x200;
// Flags of wakeups
inline constexpr u32 WF_EXEC = 0x02;
inline constexpr u32 WF_FORK = 0x04;
inline constexpr u32 WF_TTWU = 0x08;
inline constexpr u32 WF_SYNC = 0x10;
inline constexpr u32 WF_MIGRATED = 0x20;

struct sched_class {
    const char* name;
    void (*enqueue_task)(Context&, CpuId, TaskId, u32 flags);
    /// 6.12: false when the dequeue is delayed and the task stays queued.
    bool (*dequeue_task)(Context&, CpuId, TaskId, u32 flags);
    void (*yield_task)(Context&, CpuId);
    void (*check_preempt_curr)(Context&, CpuId, TaskId, u32 wake_flags);
    /// Null id: nothing of this class is runnable. Makes what it picked current (set_next).
    /// `prev` is null unless the class is fair and prev, of that class too, has not been put back.
    TaskId (*pick_next_task)(Context&, CpuId, TaskId prev);
    void (*put_prev_task)(Context&, CpuId, TaskId prev);
    void (*set_next_task)(Context&, CpuId, TaskId next);
    /// Tries to get work onto the CPU before it is picked from; true if there may be some.
    bool (*balance)(Context&, CpuId, TaskId prev);
    CpuId (*select_task_rq)(Context&, TaskId, CpuId prev, u32 wake_flags);
    void (*task_tick)(Context&, CpuId, TaskId curr);
    void (*task_fork)(Context&, TaskId child);
    void (*task_dead)(Context&, TaskId);
    void (*task_woken)(Context&, CpuId, TaskId);
    void (*migrate_task_rq)(Context&, TaskId, CpuId new_cpu);
    void (*set_cpus_allowed)(Context&, TaskId, u32 mask);
    void (*switched_from)(Context&, CpuId, TaskId);
    void (*switched_to)(Context&, CpuId, TaskId);
    void (*prio_changed)(Context&, CpuId, TaskId, s32 old_prio);
    u64 (*get_rr_interval)(const Context&, TaskId);
    void (*update_curr)(Context&, CpuId);
};

extern const sched_class stop_sched_class;
extern const sched_class dl_sched_class;
extern const sched_class rt_sched_class;
extern const sched_class fair_cfs_sched_class;    ///< Linux 6.1
extern const sched_class fair_eevdf_sched_class;  ///< Linux 6.12
extern const sched_class idle_sched_class;

/// The class by its index; the fair one is that of the World's kernel.
const sched_class& class_at(const Context& c, u32 index);

}  // namespace rq
