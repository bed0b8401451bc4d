// Keeps the list of everybody: grown by fork records, renamed, cut back.
#include "view/cast.hpp"

#include "view/sorting.hpp"
#include "world.hpp"

namespace rq::view {

namespace {

constexpr u32 idle_mark = ~0u - 1;

std::string comm_of(u64 low, u64 high) {
    std::string text;
    for (u32 i = 0; i < 16; ++i) {
        char ch = static_cast<char>((i < 8 ? low >> 8 * i : high >> 8 * (i - 8)) & 0xff);
        if (!ch) break;
        text += ch;
    }
    return text;
}

}  // namespace

void Cast::begin(const World& world) {
    *this = Cast{};
    rig_ = world.g.rig;
    init_ = world.g.init;
    t0_ = world.g.t0;
    newest_.assign(world.tasks.slot_end(), no_task);
    world.tasks.for_each([&](TaskId id, const task_struct& p) {
        if (p.flags & PF_IDLE) {
            newest_[id.slot()] = idle_mark;
            return;
        }
        Member m;
        m.id = id;
        m.pid = static_cast<u32>(p.pid);
        m.tgid = static_cast<u32>(p.tgid);
        m.comm = world.comms[id.slot()].text;
        m.born = p.start_time;
        m.role = p.flags & PF_KTHREAD ? Role::kernel
                 : id == init_        ? Role::init
                 : id == rig_         ? Role::rig
                                      : Role::workload;
        m.parent = index(p.real_parent);
        add(id, std::move(m), 0);
    });
    label();
}

u32 Cast::add(TaskId id, Member member, u64 record) {
    u32 at = count();
    u32 slot = id.slot();
    if (slot >= newest_.size()) newest_.resize(slot + 1, no_task);
    same_slot_.push_back(newest_[slot]);
    newest_[slot] = at;
    members_.push_back(std::move(member));
    born_record_.push_back(record);
    ++revision_;
    labels_old_ = true;
    return at;
}

bool Cast::take(const Record& r) {
    switch (r.event) {
    case Ev::sched_process_fork: {
        Member m;
        m.id = r.task(1);
        // Boot's own tasks are known from the World already.
        if (index(m.id) != no_task || is_idle(m.id)) return false;
        m.pid = static_cast<u32>(r.arg[2]);
        m.tgid = static_cast<u32>(r.arg[3]);
        m.comm = comm_of(r.arg[4], r.arg[5]);
        m.parent = index(r.task(0));
        m.born = r.time;
        m.role = m.id == rig_ ? Role::rig : Role::workload;
        add(m.id, std::move(m), r.index);
        return true;
    }
    case Ev::task_rename: {
        u32 at = index(r.task(0));
        if (at == no_task) return false;
        renames_.push_back(Change{r.index, at, members_[at].comm});
        members_[at].comm = comm_of(r.arg[1], r.arg[2]);
        ++revision_;
        labels_old_ = true;
        return true;
    }
    case Ev::sched_process_exit: {
        u32 at = index(r.task(0));
        if (at == no_task) return false;
        exits_.push_back(Change{r.index, at, {}});
        members_[at].died = r.time;
        return true;
    }
    default:
        return false;
    }
}

void Cast::cut(u64 record_index) {
    while (!exits_.empty() && exits_.back().record >= record_index) {
        members_[exits_.back().member].died = NEVER;
        exits_.pop_back();
    }
    while (!renames_.empty() && renames_.back().record >= record_index) {
        members_[renames_.back().member].comm = renames_.back().before;
        renames_.pop_back();
    }
    while (!members_.empty() && born_record_.back() >= record_index && record_index > 0) {
        newest_[members_.back().id.slot()] = same_slot_.back();
        same_slot_.pop_back();
        born_record_.pop_back();
        members_.pop_back();
    }
    ++revision_;
    labels_old_ = true;
    label();
}

u32 Cast::index(TaskId id) const {
    if (!id || id.slot() >= newest_.size()) return no_task;
    u32 at = newest_[id.slot()];
    while (at < count() && members_[at].id != id) at = same_slot_[at];
    return at < count() ? at : no_task;
}

bool Cast::is_idle(TaskId id) const {
    return id && id.slot() < newest_.size() && newest_[id.slot()] == idle_mark;
}

const std::string& Cast::name(u32 index) const {
    static const std::string swapper = "swapper";
    if (index >= count()) return swapper;
    const Member& m = members_[index];
    return m.label.empty() ? m.comm : m.label;
}

void Cast::label() {
    if (!labels_old_) return;
    labels_old_ = false;
    // Names in order, so that equal ones are neighbours; births keep their order among them.
    std::vector<u32> order;
    for (u32 i = 0; i < count(); ++i) {
        members_[i].label = members_[i].comm;
        if (members_[i].role == Role::workload) order.push_back(i);
    }
    sort_stable(order, [&](u32 a, u32 b) { return members_[a].comm < members_[b].comm; });
    for (std::size_t i = 0; i < order.size();) {
        std::size_t j = i + 1;
        while (j < order.size() && members_[order[j]].comm == members_[order[i]].comm) ++j;
        for (std::size_t k = i; k < j && j - i > 1; ++k)
            members_[order[k]].label += "#" + std::to_string(k - i + 1);
        i = j;
    }
}

}  // namespace rq::view
