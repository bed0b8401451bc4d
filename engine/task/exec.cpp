// execve(): begin_new_exec() and what it undoes, after fs/exec.c of 6.1. Left out: files and their
// formats, credentials of set-user-id programs.
#include "task/exec.hpp"

#include "context.hpp"
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

s32 do_execve(Context& c, TaskId p, u32 program, std::string_view name) {
    MmId mm = mm_alloc(c);
    c.w.mms[mm].program = program;
    exit_mm(c, p);
    task_struct& t = c.w.tasks[p];
    t.mm = t.active_mm = mm;
    t.flags &= ~PF_FORKNOEXEC;
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
    return 0;
}

}  // namespace rq
