// Replacing a program (fs/exec.c, 6.1): what stays, what is dropped, what stops being shared.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;
struct Op;

/// The other threads of the process end, and p becomes its leader under the process's number.
/// False while they have not all ended: p sleeps and is woken then.
bool de_thread(Context& c, TaskId p);

/// execve() with the program and the arguments of an `exec` operation: the task begins anew in a
/// new address space. It is alone in its process by now.
void do_execve(Context& c, TaskId p, const Op& op);

}  // namespace rq
