// Wait queues by ids, and the table of named objects.
#include "sync/wait.hpp"

#include "context.hpp"
#include "sched/core.hpp"

namespace rq {

namespace {

/// The queue a channel stands for; null when nobody queues there.
wait_queue* queue_of(World& w, Channel channel, u32 object) {
    switch (channel) {
        case Channel::object: return &w.sync_objects[object].waiters;
        case Channel::pipe_write: return &w.sync_objects[object].write_waiters;
        case Channel::disk: return &w.page_reads[object].waiters;
        case Channel::child: return &w.signals[SignalId{object}].wait_chldexit;
        default: return nullptr;
    }
}

/// Futexes queue by priority: real-time tasks before others, the higher first; mutexes that inherit
/// by what the task runs at now. Others wait in the order in which they came.
s32 rank_of(const World& w, const task_struct& t, Channel channel, u32 object) {
    if (channel != Channel::object) return 0;
    const sync_object& o = w.sync_objects[object];
    SyncKind kind = static_cast<SyncKind>(o.kind);
    if (kind == SyncKind::pipe || kind == SyncKind::device) return 0;
    s32 prio = o.pi ? t.prio : t.normal_prio;
    return prio < MAX_RT_PRIO ? prio : MAX_RT_PRIO;
}

/// rt_mutex_waiter_less(): among deadline tasks at a mutex that inherits the earlier deadline.
bool waits_before(const World& w, TaskId a, TaskId b) {
    const task_struct& t = w.tasks[a];
    const Channel channel = static_cast<Channel>(t.wait_channel);
    const s32 rank = rank_of(w, t, channel, t.wait_object);
    const s32 other = rank_of(w, w.tasks[b], channel, t.wait_object);
    if (rank != other || rank >= 0) return rank < other;
    u32 own = t.dl, its = w.tasks[b].dl;
    return own && its &&
           static_cast<s64>(w.dl_entities[own].deadline - w.dl_entities[its].deadline) < 0;
}

void enqueue_waiter(World& w, wait_queue& q, TaskId p) {
    task_struct& t = w.tasks[p];
    TaskId after = q.last;
    while (after && waits_before(w, p, after)) after = w.tasks[after].wait_prev;
    t.wait_prev = after;
    t.wait_next = after ? w.tasks[after].wait_next : q.first;
    (t.wait_prev ? w.tasks[t.wait_prev].wait_next : q.first) = p;
    (t.wait_next ? w.tasks[t.wait_next].wait_prev : q.last) = p;
}

void dequeue_waiter(World& w, wait_queue& q, TaskId p) {
    const task_struct& t = w.tasks[p];
    (t.wait_prev ? w.tasks[t.wait_prev].wait_next : q.first) = t.wait_next;
    (t.wait_next ? w.tasks[t.wait_next].wait_prev : q.last) = t.wait_prev;
}

}  // namespace

void wait_on(Context& c, TaskId p, Channel channel, u32 object, u32 state) {
    task_struct& t = c.w.tasks[p];
    RQ_ASSERT(t.wait_channel == 0);
    t.wait_channel = static_cast<u32>(channel);
    t.wait_object = object;
    t.__state = state;
    wait_queue* q = queue_of(c.w, channel, object);
    if (!q) return;
    enqueue_waiter(c.w, *q, p);
}

void requeue_pi_waiter(Context& c, TaskId p) {
    const task_struct& t = c.w.tasks[p];
    if (t.wait_channel != static_cast<u32>(Channel::object)) return;
    sync_object& o = c.w.sync_objects[t.wait_object];
    if (!o.pi) return;
    dequeue_waiter(c.w, o.waiters, p);
    enqueue_waiter(c.w, o.waiters, p);
}

void stop_waiting(Context& c, TaskId p) {
    task_struct& t = c.w.tasks[p];
    if (!t.wait_channel) return;
    wait_queue* q = queue_of(c.w, static_cast<Channel>(t.wait_channel), t.wait_object);
    if (q) dequeue_waiter(c.w, *q, p);
    t.wait_prev = t.wait_next = {};
    t.wait_channel = 0;
    t.wait_object = 0;
}

bool in_wait_queue(const Context& c, TaskId p) { return c.w.tasks[p].wait_channel != 0; }

u32 wake_up_queue(Context& c, Channel channel, u32 object, u32 count, bool sync) {
    u32 woken = 0;
    while (woken < count) {
        wait_queue* q = queue_of(c.w, channel, object);
        if (!q || !q->first) break;
        TaskId p = q->first;
        stop_waiting(c, p);
        try_to_wake_up(c, p, TASK_NORMAL, sync ? WF_SYNC : 0);
        ++woken;
    }
    return woken;
}

u32 find_sync_object(const Context& c, SyncKind kind, u32 name, TaskId owner) {
    u32 at = name < c.w.sync_by_name.size() ? c.w.sync_by_name[name] : 0;
    for (; at; at = c.w.sync_objects[at].next) {
        const sync_object& o = c.w.sync_objects[at];
        if (o.kind == static_cast<u32>(kind) && (!owner || o.owner == owner)) return at;
    }
    return 0;
}

u32 sync_object_of(Context& c, SyncKind kind, u32 name, TaskId owner) {
    u32 found = find_sync_object(c, kind, name, owner);
    if (found) return found;
    if (c.w.sync_objects.empty()) c.w.sync_objects.resize(1);
    if (name >= c.w.sync_by_name.size()) c.w.sync_by_name.resize(name + 1);
    sync_object o{};
    o.kind = static_cast<u32>(kind);
    o.name = name;
    o.owner = owner;
    o.next = c.w.sync_by_name[name];
    return c.w.sync_by_name[name] = c.w.sync_objects.push(o);
}

}  // namespace rq
