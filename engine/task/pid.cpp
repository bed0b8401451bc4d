// Process numbers of the initial namespace; those of nested ones are in namespace.cpp.
#include "task/pid.hpp"

#include "base/limits.hpp"
#include "context.hpp"

namespace rq {

namespace {

bool taken(const Context& c, u32 nr) {
    if (nr >= c.w.pids.size()) return false;
    const pid_entry& e = c.w.pids[nr];
    return e.task || e.uses;
}

pid_entry& entry(Context& c, s32 nr) {
    u32 at = static_cast<u32>(nr);
    if (at >= c.w.pids.size()) c.w.pids.resize(at + 1);
    return c.w.pids[at];
}

}  // namespace

s32 alloc_pid(Context& c, TaskId p) {
    Globals& g = c.w.g;
    u32 max = g.pid_max ? g.pid_max : 32768;
    u32 nr = g.last_pid + 1;
    for (u32 tried = 0; tried < max; ++tried, ++nr) {
        if (nr >= max) nr = g.last_pid >= RESERVED_PIDS || max > RESERVED_PIDS ? RESERVED_PIDS : 1;
        if (taken(c, nr)) continue;
        g.last_pid = nr;
        entry(c, static_cast<s32>(nr)).task = p;
        return static_cast<s32>(nr);
    }
    return -EAGAIN;
}

void free_pid(Context& c, s32 nr) { entry(c, nr).task = {}; }
void get_pid_use(Context& c, s32 nr) {
    if (nr > 0) ++entry(c, nr).uses;
}
void put_pid_use(Context& c, s32 nr) {
    if (nr > 0) --entry(c, nr).uses;
}

TaskId find_task_named(const Context& c, TaskId p, u32 name) {
    return find_task_named(c, p, c.image.name(name));
}

TaskId find_task_named(const Context& c, TaskId p, std::string_view text) {
    text = text.substr(0, limits::comm);
    const World& w = c.w;
    for (TaskId child = w.tasks[p].children; child; child = w.tasks[child].sibling_next)
        if (text == w.comms[child.slot()].text) return child;
    TaskId found;
    w.tasks.for_each([&](TaskId id, const task_struct& t) {
        if (text != w.comms[id.slot()].text || t.exit_state == EXIT_DEAD) return;
        if (!found || t.ordinal < w.tasks[found].ordinal) found = id;
    });
    if (found) return found;
    s32 number = 0;
    for (char digit : text) {
        if (digit < '0' || digit > '9' || number > 100'000'000) return {};
        number = number * 10 + (digit - '0');
    }
    return find_task_by_pid(c, number);
}

TaskId find_task_by_pid(const Context& c, s32 nr) {
    u32 at = static_cast<u32>(nr);
    return nr > 0 && at < c.w.pids.size() ? c.w.pids[at].task : TaskId{};
}

}  // namespace rq
