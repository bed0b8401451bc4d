// What the readers share in making programs: command lines, blocks, and the limits of both.
#pragma once

#include "base/limits.hpp"
#include "scenario/op.hpp"
#include "scenario/reading.hpp"
#include "scenario/scenario.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace rq {

/// A program while it is being written.
struct ProgramDraft {
    ProgramSpec spec;
    u32 loops = 0;   ///< open `repeat` blocks
    u32 blocks = 0;  ///< open blocks of any kind
};

/// Blocks of any kind within each other: with that many a program can be written out and read
/// back within limits::depth.
inline constexpr u32 blocks_deep = 12;

/// Where the arguments of an operation stand, in the arrays of Op.
struct ArgumentPlaces {
    Place name[2];
    Place n[4];
    /// All at one place.
    static ArgumentPlaces at(Place p) { return {{p, p}, {p, p, p, p}}; }
};

class ProgramBuilder {
   public:
    ProgramBuilder(Reading& reading, Scenario& scenario)
        : reading_(reading), scenario_(scenario) {}

    /// Makes `name` known before its operations are: programs may name each other in any order.
    /// False when the name is taken.
    bool declare(std::string_view name, u32& index);
    /// Index of a declared program; says so at `place` when there is none.
    bool find(std::string_view name, Place place, u32& index);
    /// Puts a finished program where `declare` made room, or behind the others.
    void define(u32 index, ProgramDraft&& draft);
    u32 add(ProgramDraft&& draft);

    void push(ProgramDraft& draft, const Op& op, Place place);
    /// Opens loop_begin, if_child or if_parent; `close` with what it returned ends the block.
    u32 open(ProgramDraft& draft, OpCode code, s64 times, Place place);
    void close(ProgramDraft& draft, u32 opened, Place place);

    /// One command line such as "write heap 0-15".
    bool command(ProgramDraft& draft, std::string_view line, Place place);
    /// What a command's words mean, as bits, and whether its numbers are in range.
    bool finish(Op& op, const ArgumentPlaces& places);

    /// For `call`: writes the operations of a declared program out; set by who has read them.
    std::function<bool(u32 index, ProgramDraft& draft, Place place)> write_out;

   private:
    bool argument(Op& op, char letter, std::string_view word, Place place, ArgumentPlaces& places,
                  u32& n, u32& names);
    bool words(Op& op, const ArgumentPlaces& places);

    Reading& reading_;
    Scenario& scenario_;
    std::map<std::string, u32, std::less<>> declared_;
    u64 ops_ = 0;
};

/// An Op with nothing but its code.
Op make_op(OpCode code);
/// "sleep TIME", "fork [PROGRAM] [N] [NAME]".
std::string op_usage(OpCode code);
/// An operation as it is written in a command line; blocks and nested programs are not its part.
std::string op_command(const Scenario& scenario, const Op& op);

}  // namespace rq
