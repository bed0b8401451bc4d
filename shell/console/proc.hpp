// What procps' tools know of a process: read from the texts of /proc, as they do.
#pragma once

#include "console/command.hpp"

namespace rq::console {

struct Proc {
    s32 pid = 0;  ///< of the thread, where threads are shown
    s32 tgid = 0;
    s32 ppid = 0;
    s32 pgrp = 0;
    s32 session = 0;
    s32 tty = 0;
    s32 foreground = 0;
    char state = '?';
    std::string comm;
    std::string cmdline;
    std::string cgroup;
    std::string branches;  ///< of ps --forest, before its name
    std::string wchan;
    u32 uid = 0;
    u64 utime = 0;  ///< clock ticks of 10 ms
    u64 stime = 0;
    u64 start = 0;  ///< clock ticks after boot
    s32 priority = 0;
    s32 nice = 0;
    u32 threads = 1;
    u32 rt_priority = 0;
    u32 policy = 0;
    u32 cpu = 0;
    u64 vsize_kb = 0;
    u64 rss_kb = 0;
    u64 flags = 0;
    u64 min_flt = 0;
    u64 maj_flt = 0;
    u64 voluntary = 0;
    u64 nonvoluntary = 0;
    std::string cpus_hex;
    std::string cpus_list;
    std::string stat() const;  ///< the STAT of ps: state and its marks
};

/// Process numbers, ascending; `threads`: "PID/task/TID" for each thread.
std::vector<std::string> proc_ids(Run& run, bool threads);
/// False: it is gone.
bool read_proc(Run& run, const std::string& id, Proc& proc);
std::vector<Proc> read_procs(Run& run, bool threads);
/// "key:   value" of a status-like text.
std::string value_of(std::string_view text, std::string_view key);
std::string user_name(u32 uid);
/// Seconds since boot, in 1/100.
u64 uptime_ticks(Run& run);
/// "TS", "FF", "RR", "B", "IDL", "DLN".
const char* class_name(u32 policy);
/// The load averages of /proc/loadavg.
std::string load_averages(Run& run);

}  // namespace rq::console
