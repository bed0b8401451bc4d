// The reader of each kind of text. read_scenario chooses among them.
#pragma once

#include "scenario/program_builder.hpp"
#include "scenario/reading.hpp"
#include "scenario/scenario.hpp"

namespace rq {

/// Format runqueue/1.
void read_native(Reading& reading, Json root, Scenario& scenario);
/// rt-app 1.0 and what later versions added.
void read_rtapp(Reading& reading, Json root, Scenario& scenario);
/// Format oracle-kload-1.
void read_kload(Reading& reading, Json root, Scenario& scenario);

/// Lists of operations in the notation of runqueue/1.
class ProgramReader {
   public:
    ProgramReader(Reading& reading, Scenario& scenario);
    /// The "programs" of a file: declares all names, then reads the bodies.
    void read_programs(Json programs);
    /// A task's program: a name, or the list itself.
    bool read_program(Json value, u32& index);

   private:
    void list(ProgramDraft& draft, Json ops);
    void block(ProgramDraft& draft, Json op);
    void repeat(ProgramDraft& draft, Json op, Json times);
    void condition(ProgramDraft& draft, Json op, Json body, OpCode code);
    bool child_program(Json body, u32& index);
    void child(ProgramDraft& draft, Json op, Json body, OpCode code);
    bool write_out(u32 index, ProgramDraft& draft, Place place);
    bool nested(Json body, u32& index);
    void body(u32 named);

    struct Named {
        u32 index;
        Json body;
        enum class State : u8 { unread, reading, read } state;
    };
    Reading& reading_;
    Scenario& scenario_;
    ProgramBuilder builder_;
    std::vector<Named> named_;  // in the order of Scenario::programs, which they begin
    u32 calls_ = 0;             // programs being read because another calls them
};

/// Why a topology cannot be, or empty.
std::string machine_fault(const MachineSpec& machine);

/// What holds for every kind of text: unique names, groups and tasks that exist, numbers of tasks.
void check_meaning(Reading& reading, const Scenario& scenario);

}  // namespace rq
