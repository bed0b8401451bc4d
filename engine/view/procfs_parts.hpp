// The texts of single files, between the files of procfs. Inside view/ only.
#pragma once

#include "context.hpp"

#include <string>

namespace rq::view::procfs {

/// Whose figures a file shows: one thread's, or those of the whole group.
enum class Whole : u8 { thread, group };

void write_stat(const Context& c, TaskId p, Whole whole, std::string& out);
void write_status(const Context& c, TaskId p, std::string& out);
void write_sched(const Context& c, TaskId p, std::string& out);
/// The lines that /proc/PID/sched has while kernel.sched_schedstats is on.
void write_sched_statistics(const Context& c, TaskId p, std::string& out);
/// A line of /proc/PID/sched: a number, or ns as ms.
void sched_number(std::string& out, const char* key, s64 value);
void sched_ms(std::string& out, const char* key, u64 ns);
void write_schedstat(const Context& c, TaskId p, std::string& out);
void write_limits(const Context& c, TaskId p, std::string& out);
void write_children(const Context& c, TaskId p, std::string& out);
void write_cgroup(const Context& c, TaskId p, std::string& out);
void write_comm(const Context& c, TaskId p, std::string& out);
void write_cmdline(const Context& c, TaskId p, std::string& out);
void write_timerslack(const Context& c, TaskId p, std::string& out);

void write_autogroup(const Context& c, TaskId p, std::string& out);
void write_cpuset(const Context& c, TaskId p, std::string& out);
void write_id_map(const Context& c, TaskId p, std::string& out);
void write_io(const Context& c, TaskId p, std::string& out);
void write_oom_adj(const Context& c, TaskId p, std::string& out);
void write_oom_score(const Context& c, TaskId p, std::string& out);
void write_oom_score_adj(const Context& c, TaskId p, std::string& out);
void write_stack(const Context& c, TaskId p, std::string& out);
void write_syscall(const Context& c, TaskId p, std::string& out);
void write_wchan(const Context& c, TaskId p, std::string& out);
/// A name as a path from the root.
std::string absolute(const std::string& name);
/// What /proc/PID/exe leads to: the program's name below /usr/bin.
std::string executable(const Context& c, TaskId p);
/// What /proc/PID/fd/N leads to; false if the descriptor is closed.
bool descriptor_target(const Context& c, TaskId p, u32 fd, std::string& target);
/// What /proc/PID/ns/NAME leads to ("pid:[4026531836]"); false if the task has none of that name.
bool namespace_target(const Context& c, TaskId p, std::string_view name, std::string& target);

void write_statm(const Context& c, TaskId p, std::string& out);
void write_maps(const Context& c, TaskId p, std::string& out);
void write_smaps(const Context& c, TaskId p, std::string& out);
void write_smaps_rollup(const Context& c, TaskId p, std::string& out);
void write_numa_maps(const Context& c, TaskId p, std::string& out);
/// The Vm lines of status.
void write_status_vm(const Context& c, MmId mm, std::string& out);

void write_system_stat(const Context& c, std::string& out);
/// Time of all CPUs in user mode, and in the kernel and interrupts.
void machine_times(const Context& c, u64& user, u64& system);
void write_system_schedstat(const Context& c, std::string& out);
void write_uptime(const Context& c, std::string& out);
void write_version(const Context& c, std::string& out);
void write_sched_debug(const Context& c, std::string& out);
/// Balancing's count of ticks (sched/domains.hpp) as the kernel shows jiffies: they begin five
/// minutes before they wrap in 32 bits (INITIAL_JIFFIES with HZ 250).
u64 shown_jiffies(const Context& c, u64 jiffies);
void write_boot_line(const Context& c, std::string& out);
void write_cpuinfo(const Context& c, std::string& out);
void write_meminfo(const Context& c, std::string& out);
void write_vmstat(const Context& c, std::string& out);
void write_node_meminfo(const Context& c, u32 node, std::string& out);
void write_node_vmstat(const Context& c, u32 node, std::string& out);
/// By CPU, in ns: nothing ran, and a task slept there until the disk answered.
std::vector<u64> iowait_times(const Context& c);
void write_loadavg(const Context& c, std::string& out);
void write_interrupts(const Context& c, std::string& out);
void write_softirqs(const Context& c, std::string& out);
/// The lines `intr` and `softirq` of /proc/stat.
void write_interrupt_sums(const Context& c, std::string& intr, std::string& softirq);
/// Pressure of a group and those below it; the root group: of the system.
void write_cpu_pressure(const Context& c, GroupId group, std::string& out);
void write_io_pressure(const Context& c, GroupId group, std::string& out);
void write_memory_pressure(const Context& c, GroupId group, std::string& out);
/// "6.1.0-56-amd64": what uname -r says; and what uname -v says.
std::string release(const Context& c);
std::string build_version(const Context& c);
/// A cache as sysfs describes it. Sizes are those of the cost model's machine: a buffer of 32 MiB
/// still fits into the last level (task/op_memory.cpp).
struct CacheSpec {
    u32 level;
    const char* type;
    u64 kib;
    u32 ways;
};
inline constexpr CacheSpec machine_caches[] = {
    {1, "Data", 32, 8}, {1, "Instruction", 32, 8}, {2, "Unified", 1024, 16},
    {3, "Unified", 32768, 16}};

/// R S D T t X Z P I and its words, as in status.
char state_char(const task_struct& p);
const char* state_name(const task_struct& p);
bool is_process(const Context& c, TaskId p);
/// "0-1,4" and "13" of a mask, or of an interned one; as wide as the machine has CPUs.
std::string mask_list(const Context& c, const cpumask& mask);
std::string mask_hex(const Context& c, const cpumask& mask);
std::string cpu_list(const Context& c, u32 mask);
std::string cpu_hex(const Context& c, u32 mask);
/// "0-3" for 4, "0" for 1.
std::string range_list(u32 count);

}  // namespace rq::view::procfs
