// /proc as text, in the layout of Linux 6.1 (fs/proc/array.c, base.c, task_mmu.c, sched/debug.c and
// stats.c), at the instant of a World. Left out: files whose content is not simulated (loadavg,
// interrupts, meminfo's caches …); they do not exist here.
#pragma once

#include "base/types.hpp"
#include "ids.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq {
struct Context;
}

namespace rq::view {

/// Reads a file by its path below /proc: "1000/status", "1000/task/1001/stat", "schedstat". False:
/// there is no such file.
bool proc_read(const Context& c, std::string_view path, std::string& text);

/// The paths of all files, tasks in the order of their numbers.
std::vector<std::string> proc_files(const Context& c);

/// The files of a task's directory, and those of task/TID/.
const std::vector<std::string_view>& proc_task_files();
const std::vector<std::string_view>& proc_system_files();

}  // namespace rq::view
