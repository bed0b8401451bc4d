// The processor of simulated programs: executes the effect of a task's current operation.
// sim/cpu.cpp drives it: it lets the operation's cost pass, calls run_op, and goes on as told.
#pragma once

#include "ids.hpp"
#include "scenario/op.hpp"

namespace rq {

struct Context;

/// What the CPU does after an operation's effect.
enum class OpResult : u8 {
    next,   ///< done: go on with the next operation at this instant
    work,   ///< exec.work_left_ns of CPU time come first; then the operation is done
    block,  ///< the task set its state and sleeps; when it runs again, run_op is called again
    yield,  ///< done, and do_sched_yield() and the scheduler are to be called
    exit,   ///< the task has ended (do_exit was called)
};

// exec_state::phase
inline constexpr u32 PHASE_START = 0;    ///< nothing of the operation has happened
inline constexpr u32 PHASE_EFFECT = 1;   ///< its cost has passed
inline constexpr u32 PHASE_WORK = 2;     ///< working off work_left_ns; then it is done
inline constexpr u32 PHASE_BLOCKED = 3;  ///< it blocked; run_op decides whether it is done

inline constexpr u32 PHASE_KERNEL = 4;   ///< work_left_ns is kernel work that is not preempted

/// The operation the task is at, or null at the end of its program (then it exits with 0).
const Op* current_op(const Context& c, TaskId p);

/// Executes the current operation of p, which runs on c.here, at the present instant. In phase
/// EFFECT it starts it; in phase BLOCKED the task has been woken and it finishes or blocks again.
/// On `next` and `yield` it has already moved on (pc, phase START).
OpResult run_op(Context& c, TaskId p);

/// What the operation costs before its effect, in ns: 0 for computing and control flow.
u64 op_cost_ns(const Context& c, TaskId p, const Op& op);
/// The same for a program that is run off its end.
u64 exit_cost_ns(const Context& c, TaskId p);

/// What the task does on its way back to user mode when signals are pending (sigpending is set):
/// `next` = goes on (perhaps in a handler), `block` = it stopped, `exit` = it ended.
OpResult exit_to_user_mode(Context& c, TaskId p);

/// Moves p on to the following operation.
void op_done(Context& c, TaskId p);

/// CPU time of an operation before its effect, from the run's cost table: the way into the kernel
/// and what the call does there. Computing costs nothing beyond itself; faults are counted in
/// Context::acts and priced by the caller.
u64 op_cost_ns(const Context& c, TaskId p, const Op& op);
/// The same for a program that is run off its end.
u64 exit_cost_ns(const Context& c, TaskId p);

/// True if operations of this code can be simulated; the readers refuse the others by name.
bool op_supported(OpCode code);

}  // namespace rq
