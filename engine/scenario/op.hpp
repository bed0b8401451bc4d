// The instruction set of simulated programs. A program is a flat list of operations; an operation
// that is a system call returns what the kernel returns, errno included.
#pragma once

#include "base/column.hpp"
#include "base/types.hpp"

namespace rq {

/// One line per operation in ops.def; the readers, the interpreter and the help come from there.
enum class OpCode : u16 {
#define OP(name, arguments, help) name,
#include "scenario/ops.def"
#undef OP
    count_
};

/// One operation. Which members mean what is said by its argument letters in ops.def, in order:
/// t = time in ns (n[k]), i = integer (n[k]), b = bytes (n[k]), s = interned name (name[k]),
/// S = interned list of words or a quoted text (name[k]), r = page range first-last (n[k], n[k+1]),
/// P = program (block). A letter followed by ? is optional: its bit in `present` says whether it
/// was written. `flags` holds what an operation's words (e.g. CLONE_VM|SIGCHLD) mean as bits.
struct Op {
    OpCode code;
    u16 present;    // bit k: argument k of ops.def was given
    u32 block;      // ProgramId of a nested program; loop_begin/loop_end/skip: target pc
    u64 flags;
    u32 name[2];    // NameId
    s64 n[4];
};
RQ_STATE_SIZE(Op, 56);

/// Name of an operation as it is written, argument letters, one line of help.
struct OpInfo {
    const char* name;
    const char* arguments;
    const char* help;
};
const OpInfo& op_info(OpCode code);
/// The operation of that name, or OpCode::count_.
OpCode op_by_name(const char* name, u32 length);

}  // namespace rq
