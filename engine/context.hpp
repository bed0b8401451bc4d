// What every verb of the engine works on: the World, the ledger beside it, the immutable image of
// the scenario, and, while a decision is being asked about, a place for its numbers.
#pragma once

#include "cost/table.hpp"
#include "scenario/scenario.hpp"
#include "trace/trace.hpp"
#include "world.hpp"

namespace rq {

/// The scenario compiled for running: programs as one array of operations. Never changes.
struct Image {
    Scenario scenario;
    Column<Op> ops;
    std::vector<u32> program_begin;  ///< by ProgramId; 0 = the empty program
    std::vector<u32> program_end;
    CostTable cost{};
    std::vector<ActionSpec> user_actions;  ///< what users did, in the order of time
    const std::string& name(u32 id) const { return scenario.names[id]; }
};

/// Acts of the scheduler and of memory that the caller prices afterwards; never part of the state.
struct Acts {
    u32 wakeups = 0;
    u32 ipis = 0;
    u32 migrations = 0;
    u32 minor_faults = 0;
    u32 major_faults = 0;
    u32 cow_copies = 0;  ///< pages copied; each is one of minor_faults too
};

struct Context {
    World& w;
    Trace& trace;
    const Image& image;
    bool recording = true;            ///< false while a part of the run is made again
    std::vector<Why>* why = nullptr;  ///< collects the numbers of decisions when asked
    Acts acts{};
    u32 here = 0;                     ///< the CPU on which the engine's code now runs
    bool slice_timer = false;         ///< task_tick is called by the slice timer (HRTICK)
    /// The rule of the pick now being made, and who came second: for the sched_switch record.
    Rule pick_rule = Rule::none;
    TaskId runner_up{};
};

/// Writes a record. Its ordinal counts whether or not it is kept.
template <class... Args>
inline void emit(Context& c, Ev event, u32 cpu, Args... args) {
    u64 index = c.w.g.records++;
    if (c.recording) c.trace.put(index, event, c.w.g.now, cpu, args...);
}

/// Half of a task's name as records carry it: eight bytes, the first one lowest.
inline u64 comm_word(const Comm& comm, u32 half) {
    u64 word = 0;
    for (u32 i = 8; i-- > 0;) word = word << 8 | static_cast<u8>(comm.text[half * 8 + i]);
    return word;
}

/// The record of a new task: views know its pid and name from here when it is long gone.
inline void emit_fork(Context& c, u32 cpu, TaskId parent, TaskId child) {
    const task_struct& p = c.w.tasks[child];
    const Comm& comm = c.w.comms[child.slot()];
    emit(c, Ev::sched_process_fork, cpu, parent, child, static_cast<u32>(p.pid),
         static_cast<u32>(p.tgid), comm_word(comm, 0), comm_word(comm, 1));
}

/// The record of a task's new name (exec, prctl), once World::comms has it.
inline void emit_rename(Context& c, u32 cpu, TaskId task) {
    const Comm& comm = c.w.comms[task.slot()];
    emit(c, Ev::task_rename, cpu, task, comm_word(comm, 0), comm_word(comm, 1));
}

/// Hands over the numbers of a decision; they belong to the record that is written next.
template <class... Values>
inline void because(Context& c, Rule rule, Values... values) {
    if (!c.why) [[likely]]
        return;
    Why w;
    w.record = c.w.g.records;
    w.rule = rule;
    ((w.value[w.count++] = static_cast<s64>(values)), ...);
    c.why->push_back(w);
}

}  // namespace rq
