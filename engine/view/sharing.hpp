// Which objects tasks have in common: each pointer of task_struct that clone() can share, with the
// object's own count of references.
#pragma once

#include "view/cast.hpp"

#include <vector>

namespace rq {
struct Context;
}

namespace rq::view {

/// What can be shared, in the order shown.
enum class SharedKind : u8 { mm, files, fs, sighand, signal, nsproxy, cred, count_ };

/// The member of task_struct, the type behind it, its counter, and the clone flag that shares it.
struct SharedWords {
    const char* member;   ///< "mm"
    const char* type;     ///< "mm_struct"
    const char* counter;  ///< "mm_users"
    const char* flag;     ///< "CLONE_VM"; "" = no flag of clone() decides it
};
const SharedWords& shared_words(SharedKind kind);

struct SharedObject {
    SharedKind kind = SharedKind::mm;
    u32 id = 0;                 ///< as the inspector shows it
    u32 count = 0;              ///< the object's own counter
    std::vector<u32> holders;   ///< places in Sharing::tasks that point to it
};
struct Sharing {
    std::vector<u32> tasks;     ///< in the cast, in its order
    std::vector<SharedObject> objects;  ///< by kind; within a kind by the first holder
    u32 left_out = 0;           ///< relatives for whom there was no room
};
/// A task and its relatives (threads, parent, children, then the rest of the family), or, with
/// no_task, all tasks of the scenario; at most `most` of them.
Sharing sharing(const Context& c, const Cast& cast, u32 task, u32 most = 6);

/// The living relatives of a task, itself included, in the order of the cast, nearest kept first
/// when there are more than `most`; with no_task everybody of the scenario.
std::vector<u32> family(const Context& c, const Cast& cast, u32 task, u32 most, u32& left_out);

}  // namespace rq::view
