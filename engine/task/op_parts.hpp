// The families of operations behind run_op(): each executes one operation of a task at one instant.
// Every function is called when the operation's cost has passed and again whenever the task runs
// after it blocked; exec.aux tells how far it has come (0 = not begun).
#pragma once

#include "scenario/op.hpp"
#include "task/run_op.hpp"

namespace rq {

struct Context;

/// The system call is over: its result is kept and, unless it is one of the many that only pass
/// time, recorded. The task moves on.
OpResult op_return(Context& c, TaskId p, const Op& op, s64 result);
/// The task sleeps (its state is set); it will be asked again when it runs.
OpResult op_block(Context& c, TaskId p);
/// A signal came while it waited. What happens to the operation depends on the signal: it is begun
/// again (`restart`), fails with -EINTR, or the task stops or ends.
OpResult op_interrupted(Context& c, TaskId p, const Op& op, bool restart);

/// Arms the task's sleep timer for `soft` and makes it sleep; aux must hold the instant.
OpResult sleep_until_instant(Context& c, TaskId p, u64 soft);

OpResult run_time_op(Context& c, TaskId p, const Op& op);     ///< run, sleep, period, timer …
OpResult run_process_op(Context& c, TaskId p, const Op& op);  ///< fork, clone, exec, exit, wait …
OpResult run_memory_op(Context& c, TaskId p, const Op& op);   ///< map, touch, read, write …
OpResult run_sync_op(Context& c, TaskId p, const Op& op);     ///< mutexes, conditions, pipes …
OpResult run_file_op(Context& c, TaskId p, const Op& op);     ///< files, identity, namespaces
OpResult run_signal_op(Context& c, TaskId p, const Op& op);   ///< handlers, masks, kill …
OpResult run_sched_op(Context& c, TaskId p, const Op& op);    ///< nice, setscheduler, affinity …

}  // namespace rq
