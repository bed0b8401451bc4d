// The lines of include/trace/events/sched.h, 6.1: task-pid (tgid) [cpu] flags seconds: event: args.
#include "trace/ftrace_writer.hpp"

#include "base/text.hpp"

namespace rq {

namespace {

constexpr u32 TASK_REPORT_MAX = 0x100;

std::string comm_of(u64 low, u64 high) {
    std::string text;
    for (u32 i = 0; i < 16; ++i) {
        char ch = static_cast<char>((i < 8 ? low >> 8 * i : high >> 8 * (i - 8)) & 0xff);
        if (!ch) break;
        text += ch;
    }
    return comm_for_trace(text);
}

void pair(std::string& out, const char* key, u64 value) {
    out += key;
    append_u64(out, value);
}

/// __print_flags of the event: letters by bit, R for none, + for a preempted task.
void append_state(std::string& out, u32 state) {
    if (state == TASK_REPORT_MAX) {
        out += "R+";
        return;
    }
    u32 bits = state & 0x7f;
    if ((state & 0x402) == 0x402) bits = 0x80;  // TASK_IDLE
    bool any = false;
    for (u32 i = 0; i < 8; ++i) {
        if (!(bits >> i & 1)) continue;
        if (any) out += '|';
        out += "SDTtXZPI"[i];
        any = true;
    }
    if (!any) out += (state & 0x80) ? 'X' : 'R';
}

}  // namespace

const FtraceWriter::Task& FtraceWriter::task(TaskId id) const {
    u32 slot = id.slot();
    return slot < tasks_.size() && tasks_[slot].raw == id.raw ? tasks_[slot] : nobody_;
}

FtraceWriter::Task& FtraceWriter::make(TaskId id) {
    if (id.slot() >= tasks_.size()) tasks_.resize(id.slot() + 1);
    tasks_[id.slot()].raw = id.raw;
    return tasks_[id.slot()];
}

void FtraceWriter::know(const KnownTask& k) {
    Task& t = make(k.id);
    t.pid = k.pid;
    t.tgid = k.tgid;
    t.prio = k.prio;
    t.comm = comm_for_trace(k.comm);
    if (k.cpu == ~0u) return;
    if (k.cpu >= curr_.size()) curr_.resize(k.cpu + 1);
    curr_[k.cpu] = k.id;
}

void FtraceWriter::head(std::string& out, u32 cpus) const {
    out += "# tracer: nop\n#\n# #P:";
    append_u64(out, cpus);
    out += "\n#\n#           TASK-PID     TGID    CPU#  |||||  TIMESTAMP  FUNCTION\n"
           "#              | |         |        |   |||||     |         |\n";
}

void FtraceWriter::begin_line(std::string& out, const Record& r, const char* flags) const {
    TaskId who = r.event == Ev::sched_switch  ? r.task(0)
                 : r.cpu < curr_.size()       ? curr_[r.cpu]
                                              : TaskId{};
    const Task& t = task(who);
    append_right(out, t.pid ? std::string_view(t.comm) : std::string_view("<idle>"), 16);
    out += '-';
    std::string pid;
    append_u64(pid, t.pid);
    append_left(out, pid, 7);
    if (t.pid) {
        out += " (";
        append_padded(out, t.tgid, 7);
        out += ") [";
    } else {
        out += " (-------) [";
    }
    append_padded(out, r.cpu, 3, '0');
    out += "] ";
    out += flags;
    out += ' ';
    u64 ns = r.time - t0_;
    append_padded(out, ns / NSEC_PER_SEC, 5);
    out += '.';
    append_padded(out, ns % NSEC_PER_SEC, 9, '0');
    out += ": ";
}

void FtraceWriter::subject(std::string& out, TaskId id) const {
    const Task& t = task(id);
    out += "comm=";
    out += t.comm;
    pair(out, " pid=", t.pid);
    out += " prio=";
    append_s64(out, t.prio);
}

void FtraceWriter::write_switch(std::string& out, const Record& r) const {
    const Task& prev = task(r.task(0));
    const Task& next = task(r.task(1));
    begin_line(out, r, "d..2.");
    out += "sched_switch: prev_comm=" + prev.comm;
    pair(out, " prev_pid=", prev.pid);
    out += " prev_prio=";
    append_s64(out, prev.prio);
    out += " prev_state=";
    append_state(out, static_cast<u32>(r.arg[2]));
    out += " ==> next_comm=" + next.comm;
    pair(out, " next_pid=", next.pid);
    out += " next_prio=";
    append_s64(out, next.prio);
    out += '\n';
}

void FtraceWriter::write_fork(std::string& out, const Record& r) const {
    const Task& parent = task(r.task(0));
    begin_line(out, r, ".....");
    out += "sched_process_fork: comm=" + parent.comm;
    pair(out, " pid=", parent.pid);
    out += " child_comm=" + comm_of(r.arg[4], r.arg[5]);
    pair(out, " child_pid=", r.arg[2]);
    out += '\n';
}

void FtraceWriter::write(std::string& out, const Record& r) {
    bool known = r.event == Ev::sched_process_fork && task(r.task(1)).raw == r.arg[1];
    if (r.time < t0_ || known) return follow(r);
    switch (r.event) {
    case Ev::sched_switch: write_switch(out, r); break;
    case Ev::sched_waking:
    case Ev::sched_wakeup:
    case Ev::sched_wakeup_new:
        begin_line(out, r, "d..4.");
        out += event_info(r.event).name;
        out += ": ";
        subject(out, r.task(0));
        out += " target_cpu=";
        append_padded(out, r.arg[1], 3, '0');
        out += '\n';
        break;
    case Ev::sched_migrate_task:
        begin_line(out, r, "d..4.");
        out += "sched_migrate_task: ";
        subject(out, r.task(0));
        pair(out, " orig_cpu=", r.arg[1]);
        pair(out, " dest_cpu=", r.arg[2]);
        out += '\n';
        break;
    case Ev::sched_process_fork: write_fork(out, r); break;
    case Ev::task_rename: {
        const Task& t = task(r.task(0));
        begin_line(out, r, ".....");
        pair(out, "task_rename: pid=", t.pid);
        out += " oldcomm=" + t.comm + " newcomm=" + comm_of(r.arg[1], r.arg[2]) +
               " oom_score_adj=0\n";
        break;
    }
    case Ev::sched_pi_setprio: {
        const Task& t = task(r.task(0));
        begin_line(out, r, "d..4.");
        out += "sched_pi_setprio: comm=" + t.comm;
        pair(out, " pid=", t.pid);
        out += " oldprio=";
        append_s64(out, r.number(1));
        out += " newprio=";
        append_s64(out, r.number(2));
        out += '\n';
        break;
    }
    case Ev::sched_process_exec: {
        const Task& t = task(r.task(0));
        begin_line(out, r, ".....");
        out += "sched_process_exec: filename=" + t.comm;
        pair(out, " pid=", t.pid);
        pair(out, " old_pid=", t.pid);
        out += '\n';
        break;
    }
    case Ev::sched_process_exit:
    case Ev::sched_process_free:
        begin_line(out, r, ".....");
        out += event_info(r.event).name;
        out += ": ";
        subject(out, r.task(0));
        out += '\n';
        break;
    default: break;
    }
    follow(r);
}

/// Keeps names, numbers and priorities up to date.
void FtraceWriter::follow(const Record& r) {
    switch (r.event) {
    case Ev::sched_switch:
        if (r.cpu >= curr_.size()) curr_.resize(r.cpu + 1);
        curr_[r.cpu] = r.task(1);
        return;
    case Ev::sched_process_fork: {
        if (task(r.task(1)).raw == r.arg[1]) return;  // boot made it: known with all it has
        s32 prio = task(r.task(0)).prio;
        Task& t = make(r.task(1));
        t.pid = static_cast<u32>(r.arg[2]);
        t.tgid = static_cast<u32>(r.arg[3]);
        t.comm = comm_of(r.arg[4], r.arg[5]);
        t.prio = prio;
        return;
    }
    case Ev::task_rename:
        make(r.task(0)).comm = comm_of(r.arg[1], r.arg[2]);
        return;
    case Ev::sched_pi_setprio:
        make(r.task(0)).prio = static_cast<s32>(r.number(2));
        return;
    case Ev::sched_attr: {
        Task& t = make(r.task(0));
        u64 policy = r.arg[1];
        s32 value = static_cast<s32>(r.number(2));
        // FIFO and RR: 99 - priority; DEADLINE: -1; others: 120 + nice.
        t.prio = policy == 1 || policy == 2 ? 99 - value : policy == 6 ? -1 : 120 + value;
        return;
    }
    default:
        return;
    }
}

}  // namespace rq
