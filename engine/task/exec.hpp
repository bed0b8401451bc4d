// Replacing a program (fs/exec.c, 6.1): what stays, what is dropped, what stops being shared.
#pragma once

#include "ids.hpp"

#include <string_view>

namespace rq {

struct Context;

/// execve(): the task runs `program` from its beginning in a new address space. From a thread all
/// others end and it takes the leader's number. 0 or a negative errno.
s32 do_execve(Context& c, TaskId p, u32 program, std::string_view name);

}  // namespace rq
