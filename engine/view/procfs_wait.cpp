// Where a task is: what it waits for (wchan, stack, syscall), its open files and namespaces, and
// what the OOM killer thinks of it.
#include "base/text.hpp"
#include "mm/memory.hpp"
#include "mm/oom.hpp"
#include "sched/autogroup.hpp"
#include "sched/group.hpp"
#include "sync/objects.hpp"
#include "task/files.hpp"
#include "view/procfs_parts.hpp"

namespace rq::view::procfs {

namespace {

/// Where in the kernel a task sleeps. `frames`: the stack as 6.1.0-56-amd64 shows it from wchan
/// outwards; where it was not recorded, the offsets are 0.
struct Sleep {
    const char* wchan;
    const char* frames;
    u32 call;  ///< the system call it sleeps in
};
constexpr const char* of_system_call =
    "[<0>] do_syscall_64+0x5d/0xb0\n[<0>] entry_SYSCALL_64_after_hwframe+0x6e/0xd8\n";
constexpr const char* of_kernel_thread =
    "[<0>] kthread+0xda/0x100\n[<0>] ret_from_fork+0x22/0x30\n";

Sleep sleep_of(const Context& c, const task_struct& p) {
    switch (static_cast<Channel>(p.wait_channel)) {
    case Channel::none: return {"0", "", 0};
    case Channel::nanosleep:
    case Channel::start:
        return {"hrtimer_nanosleep",
                "[<0>] hrtimer_nanosleep+0x0/0x0\n[<0>] common_nsleep+0x0/0x0\n"
                "[<0>] __x64_sys_clock_nanosleep+0x0/0x0\n", 230};
    case Channel::object: {
        u32 kind = p.wait_object < c.w.sync_objects.size() ? c.w.sync_objects[p.wait_object].kind
                                                           : 0;
        if (kind == static_cast<u32>(SyncKind::pipe))
            return {"pipe_read", "[<0>] pipe_read+0x0/0x0\n[<0>] vfs_read+0x0/0x0\n"
                                 "[<0>] ksys_read+0x0/0x0\n", 0};
        if (kind == static_cast<u32>(SyncKind::timer))
            return {"hrtimer_nanosleep", "[<0>] hrtimer_nanosleep+0x0/0x0\n"
                                         "[<0>] __x64_sys_clock_nanosleep+0x0/0x0\n", 230};
        return {"futex_wait_queue", "[<0>] futex_wait_queue+0x0/0x0\n[<0>] futex_wait+0x0/0x0\n"
                                    "[<0>] do_futex+0x0/0x0\n[<0>] __x64_sys_futex+0x0/0x0\n",
                202};
    }
    case Channel::pipe_write:
        return {"pipe_write", "[<0>] pipe_write+0x0/0x0\n[<0>] vfs_write+0x0/0x0\n"
                              "[<0>] ksys_write+0x0/0x0\n", 1};
    case Channel::child:
        return {"do_wait", "[<0>] do_wait+0x114/0x320\n[<0>] kernel_wait4+0xb4/0x160\n"
                           "[<0>] __do_sys_wait4+0xa2/0xb0\n", 61};
    case Channel::vfork:
        return {"kernel_clone", "[<0>] kernel_clone+0x2bb/0x430\n[<0>] __do_sys_clone+0x7b/0xb0\n",
                56};
    case Channel::pause: return {"__do_sys_pause", "[<0>] __do_sys_pause+0x24/0x50\n", 34};
    case Channel::disk:
        return {"folio_wait_bit_common", "[<0>] folio_wait_bit_common+0x0/0x0\n"
                                         "[<0>] filemap_fault+0x0/0x0\n", ~0u};
    case Channel::memory:
        return {"__alloc_pages_slowpath", "[<0>] __alloc_pages_slowpath+0x0/0x0\n"
                                          "[<0>] __alloc_pages+0x0/0x0\n", ~0u};
    case Channel::stopped:
        return {"do_signal_stop", "[<0>] do_signal_stop+0x17d/0x1f0\n[<0>] get_signal+0x24d/0x990\n"
                                  "[<0>] arch_do_signal_or_restart+0x3e/0x830\n", ~0u};
    case Channel::traced: return {"ptrace_stop", "[<0>] ptrace_stop+0x0/0x0\n", ~0u};
    case Channel::exec:
        return {"begin_new_exec", "[<0>] begin_new_exec+0x0/0x0\n", 59};
    }
    return {"0", "", 0};
}

bool asleep(const task_struct& p) { return !p.on_rq && !p.on_cpu && !p.exit_state; }

/// Kernel threads that only wait have no channel of ours: what they sleep in is told by their name.
const char* kernel_thread_wchan(std::string_view comm) {
    if (comm == "kthreadd") return "kthreadd";
    if (comm.substr(0, 10) == "migration/" || comm.substr(0, 10) == "ksoftirqd/" ||
        comm.substr(0, 6) == "cpuhp/")
        return "smpboot_thread_fn";
    return "worker_thread";
}

}  // namespace

void write_wchan(const Context& c, TaskId id, std::string& out) {
    const task_struct& p = c.w.tasks[id];
    if (!asleep(p))
        out += '0';
    else if (p.flags & PF_KTHREAD)
        out += kernel_thread_wchan(c.w.comms[id.slot()].text);
    else
        out += sleep_of(c, p).wchan;
}

void write_stack(const Context& c, TaskId id, std::string& out) {
    const task_struct& p = c.w.tasks[id];
    if (!asleep(p)) return;
    if (p.flags & PF_KTHREAD) {
        std::string_view where = kernel_thread_wchan(c.w.comms[id.slot()].text);
        bool first = where == "kthreadd";
        out += first ? "[<0>] kthreadd+0x2bc/0x2d0\n[<0>] ret_from_fork+0x22/0x30\n"
               : where == "worker_thread" ? "[<0>] worker_thread+0xaf/0x380\n"
                                          : "[<0>] smpboot_thread_fn+0x147/0x1d0\n";
        if (!first) out += of_kernel_thread;
        return;
    }
    Sleep s = sleep_of(c, p);
    if (!*s.frames) return;
    out += s.frames;
    out += of_system_call;
}

/// The number of the call is told; arguments, stack and program counter are not simulated: 0.
void write_syscall(const Context& c, TaskId id, std::string& out) {
    const task_struct& p = c.w.tasks[id];
    if (p.exit_state) {
        out += "-1 0x0 0x0\n";
    } else if (!asleep(p)) {
        out += "running\n";
    } else {
        u32 call = (p.flags & PF_KTHREAD) ? 0 : sleep_of(c, p).call;
        if (call == ~0u) {
            out += "-1 0x0 0x0\n";  // it sleeps in a fault or a stop
            return;
        }
        append_u64(out, call);
        out += " 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n";
    }
}

/// System calls and bytes are not counted.
void write_io(const Context&, TaskId, std::string& out) {
    out += "rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: 0\nwrite_bytes: 0\n"
           "cancelled_write_bytes: 0\n";
}

/// One row: the initial user namespace maps every number to itself; others are mapped or empty.
void write_id_map(const Context& c, TaskId id, std::string& out) {
    CredId cred = c.w.tasks[id].cred;
    NsId ns = cred ? c.w.creds[cred].user_ns : NsId{};
    if (!ns || ns == c.w.g.init_user_ns)
        out += "         0          0 4294967295\n";
    else if (c.w.namespaces[ns].mapped)
        out += "         0          0          1\n";
}

void write_cpuset(const Context& c, TaskId id, std::string& out) {
    out += group_path(c.w, task_cgroup(c.w, c.w.tasks[id])) + "\n";
}

void write_autogroup(const Context& c, TaskId id, std::string& out) {
    const task_struct& p = c.w.tasks[id];
    if (p.flags & PF_KTHREAD) return;
    s32 session = p.signal ? c.w.signals[p.signal].session : 0;
    GroupId group = p.sched_task_group;
    s32 nice = task_group_is_autogroup(c.w, group) ? autogroup_nice(c, group) : 0;
    out += "/autogroup-" + std::to_string(session) + " nice " + std::to_string(nice) + "\n";
}

namespace {

s32 oom_score_adj_of(const Context& c, TaskId p) {
    TaskId leader = c.w.tasks[p].group_leader;
    const task_struct& t = c.w.tasks[leader ? leader : p];
    return t.signal ? c.w.signals[t.signal].oom_score_adj : 0;
}

}  // namespace

void write_oom_score_adj(const Context& c, TaskId p, std::string& out) {
    out += std::to_string(oom_score_adj_of(c, p)) + "\n";
}

/// The old file, -17 … 15: oom_score_adj times 17 over 1000.
void write_oom_adj(const Context& c, TaskId p, std::string& out) {
    s32 adj = oom_score_adj_of(c, p);
    out += std::to_string(adj == 1000 ? 15 : adj * 17 / 1000) + "\n";
}

void write_oom_score(const Context& c, TaskId id, std::string& out) {
    out += std::to_string(proc_oom_score(c, id)) + "\n";
}

std::string absolute(const std::string& name) {
    return !name.empty() && name[0] == '/' ? name : "/" + name;
}

std::string executable(const Context& c, TaskId p) {
    return absolute("usr/bin/" + std::string(c.w.comms[p.slot()].text));
}

bool descriptor_target(const Context& c, TaskId id, u32 fd, std::string& target) {
    FileId open = fd_file(c, id, static_cast<s32>(fd));
    if (!open) return false;
    const file& f = c.w.open_files[open];
    // A pipe has no inode of ours; its object's number tells pipes apart.
    target = f.kind ? "pipe:[" + std::to_string(f.object) + "]" : absolute(c.image.name(f.name));
    return true;
}

bool namespace_target(const Context& c, TaskId id, std::string_view name, std::string& target) {
    const task_struct& p = c.w.tasks[id];
    NsId ns{};
    if (name == "user" && p.cred) ns = c.w.creds[p.cred].user_ns;
    if (name == "pid") ns = p.pid_ns ? p.pid_ns : c.w.g.init_pid_ns;
    if (p.nsproxy) {
        const nsproxy& all = c.w.nsproxies[p.nsproxy];
        if (name == "uts") ns = all.uts_ns;
        if (name == "ipc") ns = all.ipc_ns;
        if (name == "mnt") ns = all.mnt_ns;
        if (name == "net") ns = all.net_ns;
        if (name == "time") ns = all.time_ns;
        if (name == "cgroup") ns = all.cgroup_ns;
        if (name == "time_for_children") ns = all.time_ns_for_children;
        if (name == "pid_for_children") ns = all.pid_ns_for_children;
    }
    if (!ns || !c.w.namespaces.alive(ns)) return false;
    std::string_view kind = name.substr(0, name.find('_'));
    target = std::string(kind) + ":[" + std::to_string(c.w.namespaces[ns].inum) + "]";
    return true;
}

}  // namespace rq::view::procfs
