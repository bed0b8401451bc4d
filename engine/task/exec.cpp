// execve(): begin_new_exec() and what it undoes, after fs/exec.c of 6.1. Left out: files and their
// formats, credentials of set-user-id programs.
#include "task/exec.hpp"

#include "context.hpp"
#include "mm/image.hpp"
#include "mm/memory.hpp"
#include "task/exit.hpp"
#include "task/files.hpp"
#include "task/fork.hpp"
#include "task/signal.hpp"

namespace rq {

namespace {

/// unshare_sighand(), flush_signal_handlers(): handlers fall back to the default, SIG_IGN stays.
void reset_handlers(Context& c, TaskId p) {
    SighandId old = c.w.tasks[p].sighand;
    u64 ignored = c.w.sighands[old].ignored;
    if (c.w.sighands[old].count > 1) {
        SighandId own = c.w.sighands.create();
        c.w.sighands[own].count = 1;
        put_sighand(c, p);
        c.w.tasks[p].sighand = own;
    } else {
        c.w.tables.release(c.w.sighands[old].programs);
        c.w.sighands[old] = sighand_struct{};
        c.w.sighands[old].count = 1;
    }
    c.w.sighands[c.w.tasks[p].sighand].ignored = ignored;
}

/// unshare_files() and do_close_on_exec().
void reset_files(Context& c, TaskId p) {
    FilesId old = c.w.tasks[p].files;
    if (c.w.files[old].count > 1) {
        FilesId own = dup_files(c, old);
        exit_files(c, p);
        c.w.tasks[p].files = own;
    }
    do_close_on_exec(c, p);
}

void drop_sigframes(Context& c, TaskId p) {
    while (c.w.tasks[p].sigframe) {
        Block frame = c.w.tasks[p].sigframe;
        c.w.tasks[p].sigframe = Block{c.w.tables.at(frame, 0), c.w.tables.at(frame, 1)};
        c.w.tables.release(frame);
    }
}

}  // namespace

namespace {

/// The thread's number and the leader's change places, so that the process keeps its own.
void exchange_pids(Context& c, TaskId p, TaskId leader) {
    task_struct& t = c.w.tasks[p];
    task_struct& l = c.w.tasks[leader];
    s32 own = t.pid;
    t.pid = l.pid;
    l.pid = own;
    u32 upids = t.upids;
    t.upids = l.upids;
    l.upids = upids;
    c.w.pids[static_cast<u32>(t.pid)].task = p;
    c.w.pids[static_cast<u32>(l.pid)].task = leader;
}

/// p stands among its parent's children where the leader stood.
void take_place(Context& c, TaskId p, TaskId leader) {
    task_struct& t = c.w.tasks[p];
    task_struct& l = c.w.tasks[leader];
    task_struct& parent = c.w.tasks[l.real_parent];
    t.sibling_prev = l.sibling_prev;
    t.sibling_next = l.sibling_next;
    if (t.sibling_prev)
        c.w.tasks[t.sibling_prev].sibling_next = p;
    else
        parent.children = p;
    if (t.sibling_next)
        c.w.tasks[t.sibling_next].sibling_prev = p;
    else
        parent.last_child = p;
    l.sibling_prev = l.sibling_next = {};
}

void become_leader(Context& c, TaskId p, TaskId leader) {
    task_struct& t = c.w.tasks[p];
    task_struct& l = c.w.tasks[leader];
    adopt_children(c, leader, p);
    exchange_pids(c, p, leader);
    pidfds_follow(c, leader, p);
    take_place(c, p, leader);
    t.start_time = l.start_time;
    t.real_parent = l.real_parent;
    t.parent = l.parent;
    t.exit_signal = static_cast<s32>(SIGCHLD);
    l.exit_signal = -1;
    t.group_leader = l.group_leader = p;
    c.w.signals[t.signal].leader = p;
    NsId ns = t.pid_ns;
    if (c.w.namespaces[ns].child_reaper == leader) c.w.namespaces[ns].child_reaper = p;
    t.thread_next = leader;
    t.thread_prev = leader;
    l.thread_prev = p;
    l.thread_next = {};
    l.exit_state = EXIT_DEAD;
    release_task(c, leader);
}

}  // namespace

bool de_thread(Context& c, TaskId p) {
    SignalId id = c.w.tasks[p].signal;
    TaskId leader = c.w.tasks[p].group_leader;
    if (c.w.signals[id].nr_threads > 1 && c.w.signals[id].group_exec_task != p) {
        c.w.signals[id].group_exec_task = p;
        zap_other_threads(c, p);
    }
    for (TaskId t = leader; t; t = c.w.tasks[t].thread_next) {
        bool zombie_leader = t == leader && c.w.tasks[t].exit_state;
        if (t != p && !zombie_leader) return false;
    }
    if (leader != p) become_leader(c, p, leader);
    c.w.signals[id].group_exec_task = {};
    return true;
}

void do_execve(Context& c, TaskId p, const Op& op) {
    const u32 program = op.block + 1;
    const std::string_view name = c.image.name(op.name[0]);
    MmId mm = mm_alloc(c);
    c.w.mms[mm].program = program;
    c.w.mms[mm].arguments = has_argument(op, 1) ? op.name[1] : op.name[0];
    exit_mm(c, p);
    task_struct& t = c.w.tasks[p];
    t.mm = t.active_mm = mm;
    t.flags &= ~PF_FORKNOEXEC;
    map_process_image(c, p, name);
    reset_files(c, p);
    reset_handlers(c, p);
    drop_sigframes(c, p);
    set_task_comm(c, p, name);
    emit_rename(c, c.here, p);
    exec_state& e = c.w.tasks[p].exec;
    exec_state fresh{};
    fresh.program = program;
    fresh.anchor_ns = e.anchor_ns;
    fresh.period_ns = e.period_ns;
    e = fresh;
    emit(c, Ev::sched_process_exec, c.here, p, program);
}

}  // namespace rq
