// Who made whom: processes below their parents, threads below their leaders.
#pragma once

#include "view/cast.hpp"

#include <string>
#include <vector>

namespace rq {
struct Context;
}

namespace rq::view {

/// One line of the tree, in the order in which `ps f` would print it.
struct TreeRow {
    u32 task = no_task;   ///< in the cast
    u32 pid = 0;
    u32 tgid = 0;
    u32 ppid = 0;         ///< tgid of real_parent, 0 = none
    u32 sid = 0;          ///< session
    std::string name;
    State state = State::dead;
    std::string state_words;  ///< "R running"
    u32 depth = 0;        ///< 0 = init
    u64 rails = 0;        ///< bit d: a further child follows at depth d, so its line goes on
    bool last = true;     ///< no further child of its parent follows
    bool thread = false;  ///< in a thread group, and not its leader
    bool kernel = false;  ///< init, or the starter of a recorded rig
    u32 nr_threads = 1;   ///< of a leader
    s32 exit_code = 0;    ///< wait status as packed by the kernel; of a zombie
};

/// Everybody who exists now except kernel threads and idle tasks, from init downwards; at most
/// `most` rows.
std::vector<TreeRow> process_tree(const Context& c, const Cast& cast, u32 most = 4096);

/// "exit 3", "killed by 9", "killed by 11, core dumped": a wait status in words.
std::string exit_words(s32 status);

}  // namespace rq::view
