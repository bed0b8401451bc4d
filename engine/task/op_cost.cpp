// What the system calls of programs cost before they take effect; the emulated profile knows what
// the recorded programs themselves add.
#include "context.hpp"
#include "mm/memory.hpp"
#include "task/run_op.hpp"

namespace rq {

namespace {

/// What the recorded programs take for an operation, where that was measured; else NEVER.
u64 recorded_cost_ns(const Context& c, u8 style, OpCode code) {
    const CostTable& cost = c.image.cost;
    bool rtapp = style == STARTED_BY_RTAPP;
    if (!rtapp && style != STARTED_BY_KLOAD) return NEVER;
    switch (code) {
        case OpCode::sleep:
        case OpCode::sleep_until: return cost[rtapp ? Cost::rtapp_sleep : Cost::kload_sleep];
        case OpCode::period:
        case OpCode::timer: return cost[rtapp ? Cost::rtapp_timer : Cost::kload_sleep];
        case OpCode::yield: return rtapp ? cost[Cost::rtapp_yield] : NEVER;
        case OpCode::fork: return rtapp ? NEVER : cost[Cost::kload_fork];
        case OpCode::wait:
        case OpCode::wait_children: return rtapp ? NEVER : cost[Cost::kload_wait];
        case OpCode::exit:
        case OpCode::exit_group: return rtapp ? NEVER : cost[Cost::kload_exit];
        default: return NEVER;
    }
}

}  // namespace

u64 exit_cost_ns(const Context& c, TaskId p) {
    bool kload = c.w.tasks[p].start_style == STARTED_BY_KLOAD;
    return c.image.cost[kload ? Cost::kload_exit : Cost::exit];
}

u64 op_cost_ns(const Context& c, TaskId p, const Op& op) {
    const CostTable& cost = c.image.cost;
    // What it costs is the faults that it takes, or its work.
    if (!is_system_call(op.code)) return 0;
    u64 recorded = recorded_cost_ns(c, c.w.tasks[p].start_style, op.code);
    if (recorded != NEVER) return recorded;
    switch (op.code) {
        case OpCode::sleep:
        case OpCode::sleep_until: return cost[Cost::sleep_call];
        case OpCode::period:
        case OpCode::timer: return cost[Cost::sleep_call] + cost[Cost::period_overhead];
        case OpCode::fork:
            return cost[Cost::fork] +
                   cost[Cost::fork_page] * fork_page_count(c, c.w.tasks[p].mm);
        case OpCode::clone:
        case OpCode::clone3:
            if (op.flags & CLONE_VM) return cost[Cost::fork];
            return cost[Cost::fork] +
                   cost[Cost::fork_page] * fork_page_count(c, c.w.tasks[p].mm);
        case OpCode::vfork: return cost[Cost::fork];
        case OpCode::exec: return cost[Cost::exec];
        case OpCode::exit:
        case OpCode::exit_group: return cost[Cost::exit];
        default: return cost[Cost::syscall];
    }
}

}  // namespace rq
