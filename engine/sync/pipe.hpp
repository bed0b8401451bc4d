// Pipes (fs/pipe.c, 6.1): bytes between two ends. Who fills an empty pipe wakes a reader, who makes
// room in a full one a writer; both as WF_SYNC, because the waker is expected to sleep soon.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;

/// Moves up to `bytes` into or out of the pipe; what was moved, 0 when the task would have to wait.
s64 pipe_write(Context& c, u32 object, s64 bytes);
s64 pipe_read(Context& c, u32 object, s64 bytes);

}  // namespace rq
