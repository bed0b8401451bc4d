// Taking in switches, wakeups and migrations, one record after another.
#include "view/load_history.hpp"

#include "view/words.hpp"

namespace rq::view {

namespace {

constexpr u32 bandwidth_throttle = 0;  // `what` of sched_throttle: a group's cpu.max

bool within(const World& w, GroupId group, GroupId outer) {
    while (group && w.groups.alive(group) && group != outer) group = w.groups[group].parent;
    return group == outer;
}

u64 throttle_key(u64 group, u32 cpu) { return group << 32 | cpu; }

}  // namespace

LoadHistory::LoadHistory(const Context& c, GroupId group)
    : c_(c), wanted_(group), cpus_(c.w.g.cpus) {}

bool LoadHistory::changes(const Record& r) {
    switch (r.event) {
    case Ev::sched_switch:
    case Ev::sched_wakeup:
    case Ev::sched_wakeup_new:
    case Ev::sched_migrate_task: return true;
    default: return false;
    }
}

/// What is known of a task; null for idle tasks and null ids.
LoadHistory::Known* LoadHistory::known(TaskId id) {
    if (!id) return nullptr;
    bool alive = c_.w.tasks.alive(id);
    if (alive && (c_.w.tasks[id].flags & PF_IDLE)) return nullptr;
    if (id.slot() >= tasks_.size()) tasks_.resize(id.slot() + 1);
    Known& k = tasks_[id.slot()];
    if (k.id == id.raw) return &k;
    GroupId born_in = k.id == 0 ? k.group : GroupId{};
    k = Known{};
    k.id = id.raw;
    k.group = alive ? c_.w.tasks[id].sched_task_group : born_in;
    if (!k.group || !c_.w.groups.alive(k.group)) k.group = c_.w.g.root_group;
    k.counted = wanted_ == c_.w.g.root_group || within(c_.w, k.group, wanted_);
    return &k;
}

void LoadHistory::count(const Known& k, s32 by) {
    if (!k.counted || k.cpu >= cpus_.size()) return;
    CpuLoad& cpu = cpus_[k.cpu];
    u32 n = static_cast<u32>(by);
    if (k.place != Place::asleep) cpu.running += n;
    if (k.place == Place::running) cpu.on_cpu += n;
    if (k.place == Place::asleep && k.blocked) cpu.uninterruptible += n;
    if (k.place == Place::asleep && k.iowait) cpu.iowait += n;
}

void LoadHistory::sleep(Known& k, u32 state) {
    State shown = state_of(state, false);
    k.place = shown == State::waiting ? Place::queued : Place::asleep;
    k.blocked = shown == State::disk;
    k.iowait = k.blocked && !k.vforked;
}

void LoadHistory::wake(Known& k, u32 cpu) {
    if (k.place != Place::asleep) return;
    count(k, -1);
    k.place = Place::queued;
    k.cpu = cpu;
    woke_from_disk_ = k.iowait;
    k.blocked = k.iowait = false;
    count(k, 1);
}

void LoadHistory::take(const Record& r) {
    switch (r.event) {
    case Ev::sched_switch:
        if (Known* prev = known(r.task(0))) {
            count(*prev, -1);
            prev->cpu = r.cpu;
            sleep(*prev, static_cast<u32>(r.arg[2]));
            count(*prev, 1);
        }
        if (Known* next = known(r.task(1))) {
            count(*next, -1);
            next->cpu = r.cpu;
            next->place = Place::running;
            count(*next, 1);
        }
        return;
    case Ev::sched_wakeup:
    case Ev::sched_wakeup_new:
        if (Known* k = known(r.task(0))) wake(*k, static_cast<u32>(r.arg[1]));
        return;
    case Ev::sched_migrate_task:
        if (Known* k = known(r.task(0))) {
            count(*k, -1);
            k->cpu = static_cast<u32>(r.arg[2]);
            count(*k, 1);
        }
        return;
    case Ev::sched_process_fork:
        if (Known* parent = known(r.task(0))) {
            parent->vforked = true;
            GroupId group = parent->group;
            u32 slot = r.task(1).slot();
            if (slot >= tasks_.size()) tasks_.resize(slot + 1);
            tasks_[slot] = Known{};
            tasks_[slot].group = group;
        }
        return;
    case Ev::sys_exit:
        if (Known* k = known(r.task(0))) k->vforked = false;
        return;
    case Ev::sched_throttle:
        if (r.arg[1] == bandwidth_throttle) throttles_.push_back(throttle_key(r.arg[0], r.cpu));
        return;
    case Ev::sched_unthrottle:
        if (r.arg[1] == bandwidth_throttle) std::erase(throttles_, throttle_key(r.arg[0], r.cpu));
        return;
    default: return;
    }
}

bool LoadHistory::throttled(const Known& k) const {
    for (u64 key : throttles_)
        if (static_cast<u32>(key) == k.cpu &&
            within(c_.w, k.group, GroupId{static_cast<u32>(key >> 32)}))
            return true;
    return false;
}

u32 LoadHistory::active() const {
    u32 n = 0;
    for (const CpuLoad& cpu : cpus_) n += cpu.running + cpu.uninterruptible;
    if (throttles_.empty()) return n;
    for (const Known& k : tasks_)
        if (k.counted && k.place != Place::asleep && throttled(k)) --n;
    return n;
}

}  // namespace rq::view
