// Pipes by bytes; pages and splice are left out.
#include "sync/pipe.hpp"

#include "context.hpp"
#include "sync/wait.hpp"

namespace rq {

s64 pipe_write(Context& c, u32 object, s64 bytes) {
    sync_object& o = c.w.sync_objects[object];
    bool was_empty = o.value == 0;
    s64 room = PIPE_BYTES - o.value;
    s64 moved = bytes < room ? bytes : room;
    o.value += moved;
    if (was_empty && moved > 0) wake_up_queue(c, Channel::object, object, 1, true);
    return moved;
}

s64 pipe_read(Context& c, u32 object, s64 bytes) {
    sync_object& o = c.w.sync_objects[object];
    bool was_full = o.value == PIPE_BYTES;
    s64 moved = bytes < o.value ? bytes : o.value;
    o.value -= moved;
    bool more = o.value > 0;
    if (was_full && moved > 0) wake_up_queue(c, Channel::pipe_write, object, 1, true);
    if (more && moved > 0) wake_up_queue(c, Channel::object, object, 1, true);
    return moved;
}

}  // namespace rq
