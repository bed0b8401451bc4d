// The task table: one row for each task, as the World says it is now.
#pragma once

#include "view/cast.hpp"

#include <string>
#include <vector>

namespace rq {
struct Context;
}

namespace rq::view {

struct TaskRow {
    u32 index = no_task;  ///< in the cast
    TaskId id;
    u32 pid = 0;
    u32 ppid = 0;
    std::string comm;
    std::string label;
    State state = State::dead;
    char letter = 'X';
    std::string state_words;  ///< "R running", "S sleeping" …
    std::string policy;       ///< "SCHED_OTHER", "SCHED_FIFO" …
    s32 nice = 0;
    u32 rt_priority = 0;      ///< 1 … 99 for FIFO and RR
    std::string priority;     ///< "nice 5", "rt 50", "deadline"
    s32 prio = 0;             ///< the kernel's number
    u64 vruntime = 0;
    u64 deadline = 0;         ///< 6.12: virtual deadline; SCHED_DEADLINE: the absolute one
    u64 sum_exec_runtime = 0;
    u64 nvcsw = 0;
    u64 nivcsw = 0;
    u64 run_delay = 0;        ///< waited for a CPU, ns
    u64 pcount = 0;           ///< times it was put on a CPU
    u32 cpu = 0;
    bool on_cpu = false;
    bool alive = false;       ///< false: gone (reaped) or not yet born
    Role role = Role::workload;
};

/// The rows of the tasks that exist now, in the order of the cast; `all` adds init, kernel threads
/// and idle tasks.
/// `now`: the instant up to which a running task's CPU time counts; 0 = the World's.
std::vector<TaskRow> task_rows(const Context& c, const Cast& cast, bool all = false, u64 now = 0);
TaskRow task_row(const Context& c, const Cast& cast, TaskId id, u64 now = 0);

/// One field of task_struct or its entity, for the inspector.
struct Field {
    const char* group;  ///< "state", "identity", "relationships", "scheduling", "se", "rt", "dl",
                        ///< "resources", "signals", "accounting"
    const char* name;   ///< as in the kernel
    std::string value;
};
std::vector<Field> task_fields(const Context& c, const Cast& cast, TaskId id);

}  // namespace rq::view
