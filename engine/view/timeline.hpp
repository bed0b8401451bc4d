// Who ran where and when: the fold of the trace that the timeline draws. It grows with the trace,
// by a constant amount of work for each record; questions cost what is visible, whatever the
// length of the run: instants are found by binary search, dense stretches come from a pyramid.
#pragma once

#include "trace/trace.hpp"
#include "view/cast.hpp"
#include "view/lanes.hpp"

#include <vector>

namespace rq::view {

/// How a stretch on a CPU ended.
enum class End : u8 { preempted, yielded, blocked, exited, still_running };

/// A stretch during which one task had a CPU.
struct CpuSlice {
    u64 from = 0;
    u64 to = 0;
    u32 task = no_task;
    End end = End::still_running;
    bool noise = false;  ///< a kernel thread, not a task of the scenario
    u64 record = 0;      ///< the sched_switch that began it
};

/// A stretch during which one task was in one state.
struct TaskSpan {
    u64 from = 0;
    u64 to = 0;
    State state = State::unborn;
    u32 cpu = 0;
    u64 record = 0;  ///< the record that began it
};

/// One pixel column of a dense CPU lane: the tasks with the largest shares, largest first.
struct ShareColumn {
    u32 task[4] = {no_task, no_task, no_task, no_task};
    u16 permille[4] = {};
    u16 rest = 0;  ///< of further tasks; what is missing to 1000 was idle
};

enum class MarkKind : u8 { wakeup, fork, exit, exec, migration, preemption, throttle, unthrottle,
                           signal, action, deadline_missed };
struct Mark {
    u64 time = 0;
    MarkKind kind = MarkKind::wakeup;
    u32 cpu = 0;
    u32 task = no_task;   ///< whom it happens to
    u32 other = no_task;  ///< waker, parent, preempting task, if there is one
    u32 other_cpu = 0;    ///< migration: where from
    u64 record = 0;
};

class Timeline {
   public:
    explicit Timeline(const Cast& cast) : cast_(&cast) {}

    /// Starts with the World as booted: who is on which CPU.
    void begin(const World& world);
    /// Takes in one record. The cast has taken it before.
    void take(const Record& record);
    /// Time has come this far without a further record: open stretches reach to here.
    void advance(u64 time) { end_ = time > end_ ? time : end_; }
    /// Forgets the records from `record_index` on and everything after `time`.
    void cut(u64 record_index, u64 time);

    u32 nr_cpus() const { return static_cast<u32>(cpus_.size()); }
    u64 begin_time() const { return begin_; }
    u64 end_time() const { return end_; }
    u64 records() const { return records_; }

    /// The stretches of a CPU that overlap [from, to), in order, idle ones left out; false (and
    /// `out` cut at `max`) if there are more: then ask for columns.
    bool cpu_slices(u32 cpu, u64 from, u64 to, u32 max, std::vector<CpuSlice>& out) const;
    bool task_spans(u32 task, u64 from, u64 to, u32 max, std::vector<TaskSpan>& out) const;
    /// How many stretches of the CPU begin in [from, to).
    u64 cpu_slice_count(u32 cpu, u64 from, u64 to) const;
    u64 task_span_count(u32 task, u64 from, u64 to) const;

    /// n equal columns over [from, to).
    void cpu_columns(u32 cpu, u64 from, u64 to, u32 n, std::vector<ShareColumn>& out) const;
    void task_columns(u32 task, u64 from, u64 to, u32 n, std::vector<u16>& run_permille,
                      std::vector<u16>& wait_permille) const;
    /// The marks in [from, to), in order; false if there are more than `max`.
    bool marks(u64 from, u64 to, u32 max, std::vector<Mark>& out) const;

    /// The stretch that covers an instant on a CPU (task = no_task when idle).
    CpuSlice slice_at(u32 cpu, u64 time) const;
    /// What a task was doing at an instant.
    TaskSpan span_at(u32 task, u64 time) const;
    /// The first instant after / the last before `time` at which the CPU (or any, with ~0u)
    /// changed tasks; NEVER if there is none.
    u64 next_switch(u32 cpu, u64 time) const;
    u64 previous_switch(u32 cpu, u64 time) const;

    /// Time on a CPU and waiting for one in [from, to), exact.
    u64 run_ns(u32 task, u64 from, u64 to) const;
    u64 wait_ns(u32 task, u64 from, u64 to) const;

   private:
    // A point is the start of a stretch; it ends where the next one of the lane starts.
    struct Point {
        u64 time;
        u32 record;
        u32 what;  // CPU lane: task + 1 << 4 | End of the one before; task lane: cpu << 4 | State
    };
    // A block is the sum over some points of a CPU lane; shares are in 1/65535 of its length.
    struct Block {
        u64 time;
        u32 task[8];
        u16 share[8];
        u16 rest;
        u16 zero[3];
    };
    struct CpuLane {
        std::vector<Point> points;
        std::vector<std::vector<Block>> levels;
    };
    // What a task had had when a group of points began.
    struct Sum {
        u64 time;
        u64 run_ns;
        u64 wait_ns;
    };
    struct TaskLane {
        std::vector<Point> points;
        std::vector<Sum> sums;
        u64 run_ns = 0;  // up to the last point
        u64 wait_ns = 0;
    };
    struct StoredMark {
        u64 time;
        u32 record;
        u32 task;
        u32 other;
        u16 cpu;
        MarkKind kind;
    };
    struct Had {
        u64 run = 0;
        u64 wait = 0;
    };
    struct Shares;

    void cpu_point(u32 cpu, u64 time, u32 task, End end_before, u64 record);
    void task_point(u32 task, u64 time, State state, u32 cpu, u64 record);
    void mark(const Record& record, MarkKind kind, u32 task, u32 other);
    void take_switch(const Record& record);
    void take_wakeup(const Record& record);
    TaskId runner(u32 cpu) const;
    CpuSlice slice(const CpuLane& lane, std::size_t i) const;
    TaskSpan span(const TaskLane& lane, std::size_t i) const;
    Had had(const TaskLane& lane, u64 time, lanes::Hint& hint, bool coarse) const;
    u32* places() const;
    void close_blocks(CpuLane& lane);

    static Block make_block(u64 time, u64 length, Shares& shares);
    static u64 block_end(const CpuLane& lane, std::size_t level, std::size_t b);
    static void add_block(const Block& block, u64 ns, Shares& shares);
    static u64 column_edge(u64 from, u64 to, u32 i, u32 n);
    void add_range(const CpuLane& lane, u64 from, u64 to, s32 level, std::size_t& at,
                   Shares& shares) const;

    const Cast* cast_;
    std::vector<CpuLane> cpus_;
    std::vector<TaskLane> tasks_;
    std::vector<StoredMark> marks_;
    mutable std::vector<u32> places_;
    u64 begin_ = 0;
    u64 end_ = 0;
    u64 records_ = 0;
};

}  // namespace rq::view
