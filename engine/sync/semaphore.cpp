// Semaphores with undo.
#include "sync/semaphore.hpp"

#include "context.hpp"
#include "sync/wait.hpp"

namespace rq {

namespace {

void remember_undo(Context& c, TaskId p, u32 object, s64 amount) {
    if (!c.w.tasks[p].sysvsem) {
        SemUndoId id = c.w.sem_undos.create();
        c.w.sem_undos[id].refcnt = 1;
        c.w.tasks[p].sysvsem = id;
    }
    sem_undo_list& undo = c.w.sem_undos[c.w.tasks[p].sysvsem];
    for (u32 i = 0; i < undo.entries; ++i) {
        if (c.w.tables.at(undo.list, i * 2) != object) continue;
        u32& adjust = c.w.tables.at(undo.list, i * 2 + 1);
        adjust -= static_cast<u32>(amount);
        return;
    }
    c.w.tables.ensure(undo.list, (undo.entries + 1) * 2);
    c.w.tables.at(undo.list, undo.entries * 2) = object;
    c.w.tables.at(undo.list, undo.entries * 2 + 1) = 0u - static_cast<u32>(amount);
    ++undo.entries;
}

}  // namespace

void sem_add(Context& c, TaskId p, u32 object, s64 amount, bool undo) {
    c.w.sync_objects[object].value += amount;
    if (undo) remember_undo(c, p, object, amount);
    if (amount > 0) wake_up_queue(c, Channel::object, object, static_cast<u32>(amount));
}

void exit_sem(Context& c, TaskId p) {
    SemUndoId id = c.w.tasks[p].sysvsem;
    if (!id) return;
    c.w.tasks[p].sysvsem = {};
    sem_undo_list undo = c.w.sem_undos[id];
    if (--c.w.sem_undos[id].refcnt) return;
    for (u32 i = 0; i < undo.entries; ++i) {
        u32 object = c.w.tables.at(undo.list, i * 2);
        s64 adjust = static_cast<s32>(c.w.tables.at(undo.list, i * 2 + 1));
        s64 value = c.w.sync_objects[object].value + adjust;
        s64 amount = value < 0 ? -c.w.sync_objects[object].value : adjust;  // never below zero
        sem_add(c, p, object, amount, false);
    }
    c.w.tables.release(undo.list);
    c.w.sem_undos.destroy(id);
}

}  // namespace rq
