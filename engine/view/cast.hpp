// Everybody who ever appears in a run, in a fixed order: the fold of forks, renames and ends. A
// task's index is its place in that order; colours, letters and selections hang on it.
#pragma once

#include "ids.hpp"
#include "trace/trace.hpp"
#include "view/words.hpp"

#include <string>
#include <vector>

namespace rq {
struct World;
}

namespace rq::view {

/// What a task is for the views.
enum class Role : u8 {
    workload,  ///< a task of the scenario, or a descendant of one
    init,      ///< pid 1
    rig,       ///< the starter of a recorded rig
    kernel,    ///< a kernel thread
    idle,      ///< pid 0 of a CPU
};

struct Member {
    TaskId id;
    u32 pid = 0;
    u32 tgid = 0;
    std::string comm;      ///< the newest name
    std::string label;     ///< as reports name it: comm, or comm#1, comm#2 … where several share it
    u32 parent = no_task;  ///< index of who forked it
    Role role = Role::workload;
    u64 born = 0;          ///< instant of its fork; boot's tasks: the machine's start
    u64 died = NEVER;      ///< instant of its exit (it may be a zombie from then on)
};

class Cast {
   public:
    /// Takes in the tasks that exist before the first record: call it right after boot.
    void begin(const World& world);
    /// Takes in one record; records come in order. True if it changed somebody's name or number.
    bool take(const Record& record);
    /// Forgets everything at and after an instant's record (the future was cut).
    void cut(u64 record_index);

    /// The index of a task, or no_task for null ids, idle tasks and ids never seen.
    u32 index(TaskId id) const;
    u32 count() const { return static_cast<u32>(members_.size()); }
    const Member& operator[](u32 index) const { return members_[index]; }
    const std::vector<Member>& members() const { return members_; }
    bool is_idle(TaskId id) const;
    /// The name as views print it: its label, "swapper" for idle tasks and no_task.
    const std::string& name(u32 index) const;
    const std::string& name(TaskId id) const { return name(index(id)); }
    /// Makes the labels unique (#1, #2 … in order of birth); cheap when nothing changed.
    void label();
    /// The instant from which sentences count time; a rig knows it only when it has come to it.
    void set_t0(u64 t0) { t0_ = t0; }
    u64 t0() const { return t0_; }
    /// Changes whenever a member or a name is new.
    u64 revision() const { return revision_; }

   private:
    struct Change {
        u64 record;
        u32 member;
        std::string before;
    };
    u32 add(TaskId id, Member member, u64 record);

    std::vector<Member> members_;
    std::vector<u64> born_record_;
    std::vector<u32> same_slot_;   ///< the member that had the slot before, or no_task
    std::vector<u32> newest_;      ///< by slot
    std::vector<u32> idle_;        ///< raw ids of idle tasks
    std::vector<Change> renames_;
    std::vector<Change> exits_;
    TaskId rig_{};
    TaskId init_{};
    u64 t0_ = 0;
    u64 revision_ = 1;
    bool labels_old_ = true;
};

}  // namespace rq::view
