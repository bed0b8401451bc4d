// The statistics of /proc/PID/sched (struct sched_statistics), counted from the trace for as long
// as it reaches back: the kernel counts only what happened since kernel.sched_schedstats was set.
#include "view/procfs_parts.hpp"
#include "view/words.hpp"

namespace rq::view::procfs {

namespace {

struct Statistics {
    u64 sleep_sum = 0, block_sum = 0, sleep_max = 0, block_max = 0;
    u64 exec_max = 0, wait_max = 0, wait_sum = 0, wait_count = 0;
    u64 wait_start = 0, sleep_start = 0, block_start = 0;
    u64 iowait_count = 0;
    u64 wakeups = 0, migrated = 0, local = 0, remote = 0;
};

class StatisticsFold {
   public:
    StatisticsFold(const Context& c, TaskId task) : task_(task) {
        Record r;
        for (Trace::Reader reader = c.trace.read(0); reader.next(r) && r.index < c.w.g.records;)
            take(r);
    }
    const Statistics& sums() const { return s_; }

   private:
    void take(const Record& r) {
        switch (r.event) {
        case Ev::sched_switch:
            if (r.task(0) == task_) leave(r);
            if (r.task(1) == task_) arrive(r.time);
            return;
        case Ev::sched_wakeup:
        case Ev::sched_wakeup_new:
            if (r.task(0) == task_) wake(r);
            return;
        case Ev::sched_migrate_task:
            if (r.task(0) == task_) moved_ = !s_.wait_start;
            return;
        default: return;
        }
    }
    void leave(const Record& r) {
        State state = state_of(static_cast<u32>(r.arg[2]), false);
        if (on_cpu_since_ && r.time - on_cpu_since_ > s_.exec_max)
            s_.exec_max = r.time - on_cpu_since_;
        on_cpu_since_ = 0;
        if (state == State::waiting)
            s_.wait_start = r.time;
        else if (state == State::disk)
            s_.block_start = r.time;
        else
            s_.sleep_start = r.time;
    }
    void arrive(u64 time) {
        on_cpu_since_ = time;
        if (!s_.wait_start) return;
        u64 waited = time - s_.wait_start;
        s_.wait_start = 0;
        s_.wait_sum += waited;
        ++s_.wait_count;
        if (waited > s_.wait_max) s_.wait_max = waited;
    }
    void wake(const Record& r) {
        end(s_.sleep_start, s_.sleep_sum, s_.sleep_max, r.time);
        if (s_.block_start) ++s_.iowait_count;
        end(s_.block_start, s_.block_sum, s_.block_max, r.time);
        if (!s_.wait_start && !on_cpu_since_) s_.wait_start = r.time;
        if (r.event == Ev::sched_wakeup_new) return;
        ++s_.wakeups;
        ++(r.arg[1] == r.cpu ? s_.local : s_.remote);
        if (moved_) ++s_.migrated;
        moved_ = false;
    }
    static void end(u64& start, u64& sum, u64& most, u64 now) {
        if (!start) return;
        u64 slept = now - start;
        start = 0;
        sum += slept;
        if (slept > most) most = slept;
    }

    TaskId task_;
    Statistics s_;
    u64 on_cpu_since_ = 0;
    bool moved_ = false;
};

}  // namespace

void write_sched_statistics(const Context& c, TaskId id, std::string& out) {
    Statistics s = StatisticsFold(c, id).sums();
    auto number = [&](const char* key, u64 value) {
        sched_number(out, key, static_cast<s64>(value));
    };
    // 6.1 calls a blocked stretch a sleep as well.
    sched_ms(out, "sum_sleep_runtime", s.sleep_sum + s.block_sum);
    sched_ms(out, "sum_block_runtime", s.block_sum);
    sched_ms(out, "wait_start", s.wait_start);
    sched_ms(out, "sleep_start", s.sleep_start);
    sched_ms(out, "block_start", s.block_start);
    sched_ms(out, "sleep_max", s.sleep_max);
    sched_ms(out, "block_max", s.block_max);
    sched_ms(out, "exec_max", s.exec_max);
    sched_ms(out, "slice_max", 0);
    sched_ms(out, "wait_max", s.wait_max);
    sched_ms(out, "wait_sum", s.wait_sum);
    number("wait_count", s.wait_count);
    sched_ms(out, "iowait_sum", s.block_sum);
    number("iowait_count", s.iowait_count);
    // What balancing tried and did not do is not recorded.
    for (const char* key : {"nr_migrations_cold", "nr_failed_migrations_affine",
                            "nr_failed_migrations_running", "nr_failed_migrations_hot",
                            "nr_forced_migrations"})
        number(key, 0);
    number("nr_wakeups", s.wakeups);
    number("nr_wakeups_sync", 0);
    number("nr_wakeups_migrate", s.migrated);
    number("nr_wakeups_local", s.local);
    number("nr_wakeups_remote", s.remote);
    for (const char* key : {"nr_wakeups_affine", "nr_wakeups_affine_attempts",
                            "nr_wakeups_passive", "nr_wakeups_idle"})
        number(key, 0);
    const task_struct& p = c.w.tasks[id];
    const sched_entity& se = c.w.se[p.se.raw];
    u64 switches = p.nvcsw + p.nivcsw;
    // Both are divided by at least one; without a switch avg_atom is -1.
    sched_ms(out, "avg_atom", switches ? se.sum_exec_runtime / switches : ~u64{0});
    sched_ms(out, "avg_per_cpu",
             se.nr_migrations ? se.sum_exec_runtime / se.nr_migrations : ~u64{0});
}

}  // namespace rq::view::procfs
