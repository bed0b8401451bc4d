// Settings by the names and in the places these kernels have them: /sys/kernel/debug/sched/* and
// the sysctls kernel.sched_* (kernel/sched/{debug,fair,rt,deadline,autogroup}.c, 6.1 and 6.12).
#pragma once

#include "base/result.hpp"
#include "sched/tunables.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq {

struct Context;
struct World;

/// Tunables as that kernel boots with on that many CPUs (kernel: 0 = 6.1, 1 = 6.12). Times of the
/// fair class grow with 1 + log2(CPUs), at most 8 counted; sources: the values read after boot.
Tunables default_tunables(u32 kernel, u32 cpus);

/// Writes `text` into a file of /sys/kernel/debug/sched: "latency_ns", "features" (one or more of
/// NAME or NO_NAME), "fair_server/cpu0/runtime"; the directory may stand before it. Empty = done,
/// else the error that the shell would show, with a hint where an old name went.
Diagnostics set_sched_debug(World& w, std::string_view file, std::string_view text);
/// The same while the machine runs: a fair server's numbers are those of its CPU alone, and may be
/// refused for lack of bandwidth.
Diagnostics write_sched_debug(Context& c, std::string_view file, std::string_view text);
/// What reading the file gives, without the newline.
Result<std::string> get_sched_debug(const World& w, std::string_view file);

/// Writes a sysctl "kernel.sched_…" or "vm.overcommit_…" (also with slashes, or its path below
/// /proc/sys).
/// Values as the kernel has them: µs, ms or a switch, by the name. Errors as above.
Diagnostics set_sysctl(World& w, std::string_view key, std::string_view text);
Result<std::string> get_sysctl(const World& w, std::string_view key);

/// The names that this kernel has, without "kernel." and the directory; alphabetical by table.
std::vector<std::string_view> sysctl_names(const World& w);
std::vector<std::string_view> sched_debug_names(const World& w);

/// The name of a scheduler feature.
const char* feature_name(Feat f);
/// The features in the order of that kernel's file; a feature's place is its bit there.
std::vector<Feat> feature_order(u32 kernel);
/// True if that kernel has the feature.
bool feature_known(u32 kernel, Feat f);

}  // namespace rq
