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
void write_schedstat(const Context& c, TaskId p, std::string& out);
void write_limits(const Context& c, TaskId p, std::string& out);
void write_children(const Context& c, TaskId p, std::string& out);
void write_cgroup(const Context& c, TaskId p, std::string& out);

void write_statm(const Context& c, TaskId p, std::string& out);
void write_maps(const Context& c, TaskId p, std::string& out);
void write_smaps(const Context& c, TaskId p, std::string& out);
void write_smaps_rollup(const Context& c, TaskId p, std::string& out);
void write_numa_maps(const Context& c, TaskId p, std::string& out);
/// The Vm lines of status.
void write_status_vm(const Context& c, MmId mm, std::string& out);

void write_system_stat(const Context& c, std::string& out);
void write_system_schedstat(const Context& c, std::string& out);
void write_uptime(const Context& c, std::string& out);
void write_version(const Context& c, std::string& out);

/// R S D T t X Z P I and its words, as in status.
char state_char(const task_struct& p);
const char* state_name(const task_struct& p);
bool is_process(const Context& c, TaskId p);
/// "0-1,4" and "13" of an interned mask; `bits` = how many the machine has.
std::string cpu_list(const Context& c, u32 mask);
std::string cpu_hex(const Context& c, u32 mask);


}  // namespace rq::view::procfs
