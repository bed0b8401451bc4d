// Operations that call the scheduler: nice, policy, affinity, control group.
#include "context.hpp"
#include "mm/mempolicy.hpp"
#include "sched/cpuset.hpp"
#include "sched/group.hpp"
#include "sched/syscall_abi.hpp"
#include "sched/syscalls.hpp"
#include "task/op_parts.hpp"
#include "task/pid.hpp"

namespace rq {

namespace {

s32 affinity_of_text(Context& c, TaskId p, const std::string& text) {
    cpumask mask{};
    if (text == "all") {
        mask = c.w.cpumasks[0];
    } else {
        std::vector<u32> cpus;
        if (!parse_cpu_list(text, cpus)) return -EINVAL;
        for (u32 cpu : cpus) mask.set(cpu);
    }
    return sched_setaffinity(c, p, p, mask);
}

/// As writing its number to cgroup.threads of the group does.
s32 move_to_group(Context& c, TaskId p, std::string_view path) {
    GroupId group = group_find(c.w, path);
    if (!group) return -ENOENT;
    if (s32 error = cpuset_can_attach(c, p, group)) return error;
    group_attach(c, p, group);
    return 0;
}

s32 setattr_of(Context& c, TaskId p, const Op& op) {
    sched_attr attr{};
    attr.sched_policy = static_cast<u32>(op.flags & 0xff);
    if (op.flags & sched_flag_reset_on_fork) attr.sched_flags |= SCHED_FLAG_RESET_ON_FORK;
    attr.sched_flags |= op.flags >> 32;
    attr.sched_runtime = static_cast<u64>(op.n[0]);
    attr.sched_deadline = static_cast<u64>(op.n[1]);
    attr.sched_period = static_cast<u64>(op.n[2]);
    bool realtime = attr.sched_policy == SCHED_FIFO || attr.sched_policy == SCHED_RR;
    if (realtime)
        attr.sched_priority = static_cast<u32>(op.n[3]);
    else
        attr.sched_nice = static_cast<s32>(op.n[3]);
    return sched_setattr(c, p, p, attr);
}

}  // namespace

OpResult run_sched_op(Context& c, TaskId p, const Op& op) {
    s32 result = -ENOSYS;
    switch (op.code) {
        case OpCode::nice: result = sys_nice(c, p, static_cast<s32>(op.n[0])); break;
        case OpCode::setscheduler:
            result = sched_setscheduler(c, p, p, static_cast<u32>(op.flags),
                                        static_cast<u32>(op.n[0]));
            break;
        case OpCode::renice: {
            TaskId who = find_task_named(c, p, op.name[0]);
            s32 number = who ? c.w.tasks[who].pid : -1;
            s32 nice = static_cast<s32>(op.n[0]);
            result = -ESRCH;
            if (who) result = static_cast<s32>(sys_setpriority(c, p, prio_process, number, nice));
            break;
        }
        case OpCode::setattr: result = setattr_of(c, p, op); break;
        case OpCode::setaffinity:
            result = affinity_of_text(c, p, c.image.name(op.name[0]));
            break;
        case OpCode::setgroup: result = move_to_group(c, p, c.image.name(op.name[0])); break;
        case OpCode::set_mempolicy:
            result = set_mempolicy(c, p, static_cast<u32>(op.flags), static_cast<u64>(op.n[0]));
            break;
        default: break;
    }
    return op_return(c, p, op, result);
}

}  // namespace rq
