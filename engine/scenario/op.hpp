// The instruction set of simulated programs. A program is a flat list of operations; an operation
// that is a system call returns what the kernel returns, errno included.
#pragma once

#include "base/column.hpp"
#include "base/types.hpp"

#include <string>
#include <string_view>

namespace rq {

/// One line per operation in ops.def; the readers, the interpreter and the help come from there.
enum class OpCode : u16 {
#define OP(name, arguments, help) name,
#include "scenario/ops.def"
#undef OP
    count_
};

/// One operation. Its arguments are told by its letters in ops.def, in order of writing; numbers
/// fill n[0], n[1] … and names fill name[0], name[1] …, each array in its own order:
///   t time in ns (n)          i integer (n)           b bytes (n)
///   s name (name)             S list of words or quoted text (name), its meaning as bits in flags
///   r pages first-last (two of n)                     P program (block)
///   W the words that are left: with the name before them a command line, its words each ended by
///     a null byte but the last (name); only at the end, and behind an s
/// A letter followed by ? is optional. Bit k of `present` says that argument k (counted over all
/// letters) was written; what was not written is 0.
///
/// block of a P: index into Scenario::programs; without the P (`fork` alone) the child goes on
/// with the next operation, as in C. Control flow is flat, targets are indices of the same program:
///   loop_begin n[0] = times (-1 = for ever), block = its loop_end
///   loop_end   block = its loop_begin
///   if_child, if_parent   block = the operation behind the conditional block
/// A program that is run off its end exits with status 0. A loop_begin with 0 jumps behind its end.
///
/// flags: clone: CLONE_* and the exit signal in the low byte, as in the kernel. setscheduler and
/// setattr: the Policy number, plus sched_flag_reset_on_fork, plus setattr_flag_*. map: MapKind.
/// lock: 1 = the mutex inherits priority. period: 1 = a forked child counts from t0 as well (start
/// style kload). memrun: MemrunKind, plus memrun_random.
///
/// fork and clone name their children name[0] (clone: name[1]): with a count written (even 1)
/// name0, name1 …; without one just the name; without a name the child keeps its parent's.
/// exec: block = index of the program called name[0]; name[1], if there are arguments, is the
/// command line. setaffinity: name[0] is a CPU list as in
/// "0-3,8", or "all". timer: without a name the task's own timer; a name that begins with "unique"
/// is a further timer of the task's own; any other is shared by all tasks that name it.
/// suspend: name[0] is what `resume` must say, by default the task's own name.
struct Op {
    OpCode code;
    u16 present;    // bit k: argument k of ops.def was given
    u32 block;      // index of a program, or target in this one: see above
    u64 flags;
    u32 name[2];    // NameId
    s64 n[4];
};
RQ_STATE_SIZE(Op, 56);

inline constexpr u64 sched_flag_reset_on_fork = 0x40000000;  // SCHED_RESET_ON_FORK
inline constexpr u64 setattr_flag_reclaim = u64{2} << 32;     // SCHED_FLAG_RECLAIM
inline constexpr u64 setattr_flag_dl_overrun = u64{4} << 32;  // SCHED_FLAG_DL_OVERRUN
enum class MapKind : u8 { anon, shared, file, file_shared };
enum class MemrunKind : u8 { read, write, chase };
inline constexpr u64 memrun_random = 0x10;
/// waitpid, waitid: the answer (status or infop), the resource usage go to where nothing can be
/// written. Beyond the 32 bits of the calls' own options.
inline constexpr u64 WAIT_BAD_STATUS = u64{1} << 32, WAIT_BAD_RUSAGE = u64{1} << 33;

/// Whether argument k of ops.def was written.
inline bool has_argument(const Op& op, u32 k) { return op.present >> k & 1; }

/// Name of an operation as it is written, argument letters, one line of help.
struct OpInfo {
    const char* name;
    const char* arguments;
    const char* help;
};
const OpInfo& op_info(OpCode code);
/// False for what a program does by itself: computing, control flow, touching its memory.
bool is_system_call(OpCode code);
/// Appends a word of a command line, in quotes when it has to be.
void append_word(std::string& out, std::string_view word);
/// The operation of that name, or OpCode::count_.
OpCode op_by_name(const char* name, u32 length);

}  // namespace rq
