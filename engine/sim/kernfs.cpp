// Files of /proc, /sys and the cgroup tree that can be written, by the names Linux 6.1 gives them.
#include "sim/kernfs.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "context.hpp"
#include "mm/oom.hpp"
#include "sched/autogroup.hpp"
#include "sched/core.hpp"
#include "sched/cpuset.hpp"
#include "sched/group.hpp"
#include "sched/policy.hpp"
#include "sched/settings.hpp"
#include "task/pid.hpp"
#include "task/signal.hpp"

#include <cstring>

namespace rq {

namespace {

constexpr u32 pid_max_least = 301;       // RESERVED_PIDS + 1
constexpr u32 pid_max_most = 4'194'304;  // PID_MAX_LIMIT on 64 bits
constexpr u32 group_name_bytes = 63;

bool strip(std::string_view& path, std::string_view prefix) {
    bool has = path.substr(0, prefix.size()) == prefix;
    if (has) path.remove_prefix(prefix.size());
    return has;
}

/// A number and a slash at the start of a path.
bool take_number(std::string_view& path, u32& number) {
    std::size_t slash = path.find('/');
    s32 value;
    if (slash == std::string_view::npos) return false;
    if (!parse_decimal(path.substr(0, slash), value) || value < 0) return false;
    number = static_cast<u32>(value);
    path.remove_prefix(slash + 1);
    return true;
}

/// "f", "00000001,80000000": groups of 32 bits, the highest first (bitmap_parse).
bool parse_mask(std::string_view text, cpumask& mask) {
    text = trimmed(text);
    mask = cpumask{};
    u32 bit = 0;
    u32 digits = 0;  // of the group that is being read
    if (text.empty()) return false;
    for (std::size_t i = text.size(); i-- > 0;) {
        char ch = text[i];
        if (ch == ',') {
            if (digits == 0) return false;
            bit += 32 - 4 * digits;
            digits = 0;
            continue;
        }
        u32 value = ch >= '0' && ch <= '9'   ? static_cast<u32>(ch - '0')
                    : ch >= 'a' && ch <= 'f' ? static_cast<u32>(ch - 'a' + 10)
                    : ch >= 'A' && ch <= 'F' ? static_cast<u32>(ch - 'A' + 10)
                                             : 16;
        if (value > 15 || ++digits > 8) return false;
        for (u32 k = 0; k < 4; ++k, ++bit) {
            if (!(value >> k & 1)) continue;
            if (bit >= CPUMASK_BITS) return false;
            mask.set(bit);
        }
    }
    return digits > 0;
}

bool parse_list(std::string_view text, cpumask& mask) {
    std::vector<u32> cpus;
    mask = cpumask{};
    if (!parse_cpu_list(trimmed(text), cpus)) return false;
    for (u32 cpu : cpus) mask.set(cpu);
    return true;
}

/// What a shell would be told of a refused setting: which errno stands behind the sentence.
s32 errno_of(const Diagnostics& refused) {
    if (refused.empty()) return 0;
    const Diagnostic& first = refused.front();
    if (first.code.compare(0, 8, "unknown-") == 0) return -ENOENT;
    constexpr std::string_view busy = "Device or resource busy";
    std::string_view message = first.message;
    bool ends = message.size() >= busy.size() &&
                message.substr(message.size() - busy.size()) == busy;
    return ends ? -EBUSY : -EINVAL;
}

/// The mask that a write to an interrupt's file means: 0 or -errno.
s32 parse_affinity(const World& w, std::string_view file, std::string_view text, cpumask& mask) {
    bool list = file.size() > 5 && file.substr(file.size() - 5) == "_list";
    if (list ? !parse_list(text, mask) : !parse_mask(text, mask)) return -EINVAL;
    mask = mask & w.cpumasks[0];
    return mask.empty() ? -EINVAL : 0;  // none of them is online
}

bool is_affinity_file(std::string_view file) {
    return file == "smp_affinity" || file == "smp_affinity_list";
}

s32 write_interrupt(Context& c, std::string_view path, std::string_view text) {
    cpumask mask;
    if (path == "default_smp_affinity") return parse_affinity(c.w, path, text, mask);
    u32 number;
    if (!take_number(path, number)) return -ENOENT;
    const InterruptLine* line = interrupt_line(number);
    if (!line || !is_affinity_file(path)) return -ENOENT;
    if (!line->movable) return -EIO;
    if (s32 error = parse_affinity(c.w, path, text, mask)) return error;
    if (number == disk_interrupt) c.w.g.disk_irq_cpu = mask.first();
    return 0;
}

s32 write_comm(Context& c, TaskId p, std::string_view text) {
    if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    Comm comm{};
    std::memcpy(comm.text, text.data(), text.size() < limits::comm ? text.size() : limits::comm);
    c.w.comms[p.slot()] = comm;
    emit_rename(c, c.here, p);
    return 0;
}

s32 write_oom_score_adj(Context& c, TaskId p, std::string_view text) {
    s64 value;
    if (!parse_decimal(trimmed(text), value) || !c.w.tasks[p].signal) return -EINVAL;
    return set_oom_score_adj(c, {}, p, value);
}

/// 0 brings the default back; a real-time or deadline task has none.
s32 write_timer_slack(Context& c, TaskId p, std::string_view text) {
    s64 value;
    if (!parse_decimal(trimmed(text), value) || value < 0) return -EINVAL;
    task_struct& t = c.w.tasks[p];
    if (t.prio < MAX_RT_PRIO) return 0;
    t.timer_slack_ns = value ? static_cast<u64>(value) : t.default_timer_slack_ns;
    return 0;
}

s32 write_task_file(Context& c, u32 pid, std::string_view path, std::string_view text) {
    TaskId p = find_task_by_pid(c, static_cast<s32>(pid));
    if (!p || !c.w.tasks.alive(p)) return -ENOENT;
    bool thread = strip(path, "task/");
    u32 tid = 0;
    if (thread) {
        if (!take_number(path, tid)) return -ENOENT;
        TaskId t = find_task_by_pid(c, static_cast<s32>(tid));
        if (!t || !c.w.tasks.alive(t) || c.w.tasks[t].tgid != c.w.tasks[p].tgid) return -ENOENT;
        p = t;
    }
    if (path == "comm") return write_comm(c, p, text);
    if (path == "oom_score_adj") return write_oom_score_adj(c, p, text);
    s64 nice;
    if (path == "autogroup" && !thread) {
        if (!parse_decimal(trimmed(text), nice)) return -EINVAL;
        return proc_sched_autogroup_set_nice(c, p, nice);
    }
    if (path == "timerslack_ns" && !thread) return write_timer_slack(c, p, text);
    return -EACCES;
}

s32 write_sysctl(Context& c, std::string_view path, std::string_view text) {
    Globals& g = c.w.g;
    s64 value;
    if (path == "kernel/pid_max") {
        if (!parse_decimal(trimmed(text), value) || value < pid_max_least || value > pid_max_most)
            return -EINVAL;
        g.pid_max = static_cast<u32>(value);
        return 0;
    }
    if (path == "kernel/threads-max") {
        constexpr s64 least = 1, most = 0x3fffffff;  // sysctl_max_threads, FUTEX_TID_MASK
        if (!parse_decimal(trimmed(text), value) || value < least || value > most) return -EINVAL;
        g.max_threads = static_cast<u32>(value);
        return 0;
    }
    if (path == "kernel/ns_last_pid") {
        if (!parse_decimal(trimmed(text), value)) return -EINVAL;
        if (value < 0 || value > s64{g.pid_max}) return -EINVAL;
        g.last_pid = static_cast<u32>(value);
        return 0;
    }
    if (path.substr(0, 3) != "vm/" && !strip(path, "kernel/")) return -ENOENT;
    return errno_of(set_sysctl(c.w, path, text));
}

/// cgroup.procs takes a whole process along, cgroup.threads one thread.
s32 attach(Context& c, GroupId group, std::string_view text, bool whole) {
    s32 pid;
    if (!parse_decimal(trimmed(text), pid) || pid < 0) return -EINVAL;
    TaskId p = find_task_by_pid(c, pid);
    if (!p || !c.w.tasks.alive(p) || c.w.tasks[p].exit_state) return -ESRCH;
    if (c.w.tasks[p].flags & PF_NO_SETAFFINITY) return -EINVAL;
    TaskId leader = c.w.tasks[p].group_leader;
    for (TaskId t = whole && leader ? leader : p; t; t = c.w.tasks[t].thread_next) {
        if (c.w.tasks[t].exit_state) continue;
        if (s32 error = cpuset_can_attach(c, t, group)) return error;
        if (!whole) return group_attach(c, p, group), 0;
    }
    for (TaskId t = leader ? leader : p; t;) {
        TaskId next = c.w.tasks[t].thread_next;
        if (!c.w.tasks[t].exit_state) group_attach(c, t, group);
        t = next;
    }
    return 0;
}

/// cgroup.kill: SIGKILL to all processes of the group and of those below it.
s32 kill_group(Context& c, GroupId group, std::string_view text) {
    if (trimmed(text) != "1") return -ERANGE;
    for (u32 slot = 1; slot < c.w.tasks.slot_end(); ++slot) {
        if (!c.w.tasks.live_slot(slot)) continue;
        TaskId p = c.w.tasks.id_of_slot(slot);
        GroupId at = c.w.tasks[p].sched_task_group;
        while (at && at != group) at = c.w.groups[at].parent;
        if (!at || (c.w.tasks[p].flags & PF_KTHREAD)) continue;
        send_signal(c, p, SIGKILL);
    }
    return 0;
}

bool is_controller(std::string_view word) {
    std::string_view left = cgroup_controllers;
    while (!left.empty()) {
        std::string_view each = left.substr(0, left.find(' '));
        if (each == word) return true;
        left = trimmed(left.substr(each.size()));
    }
    return false;
}

/// Every controller is on in every group: switching one on again is granted, off is not.
s32 write_subtree_control(std::string_view text) {
    text = trimmed(text);
    while (!text.empty()) {
        std::string_view word = text.substr(0, text.find(' '));
        text = trimmed(text.substr(word.size()));
        const bool known = word.size() > 1 && (word[0] == '+' || word[0] == '-') &&
                           is_controller(word.substr(1));
        if (!known) return -EINVAL;
        if (word[0] == '-') return -EBUSY;
    }
    return 0;
}

s32 write_group_file(Context& c, std::string_view path, std::string_view text) {
    std::size_t slash = path.rfind('/');
    std::string_view folder = slash == std::string_view::npos ? "" : path.substr(0, slash);
    std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
    GroupId group = group_find(c.w, folder);
    if (!group) return -ENOENT;
    if (file == "cgroup.procs") return attach(c, group, text, true);
    if (file == "cgroup.threads") return attach(c, group, text, false);
    if (file == "cgroup.subtree_control") return write_subtree_control(text);
    if (file == "cgroup.kill" && c.w.groups[group].parent) return kill_group(c, group, text);
    std::string present;
    s32 error = group_write(c, group, file, text);
    return error == -ENOENT && group_read(c, group, file, present) ? -EACCES : error;
}

/// Nobody lives in the group: its zombies, which do not keep it, go to the group above.
s32 leave_group(Context& c, GroupId group) {
    std::vector<TaskId> dead;
    bool busy = false;
    c.w.tasks.for_each([&](TaskId id, const task_struct& p) {
        if (p.sched_task_group != group) return;
        busy = busy || !p.exit_state;
        dead.push_back(id);
    });
    if (busy) return -EBUSY;
    for (TaskId p : dead) {
        c.w.tasks[p].sched_task_group = c.w.groups[group].parent;
        set_task_rq(c, p, c.w.tasks[p].cpu);
    }
    c.w.groups[group].nr_tasks = 0;
    return 0;
}

/// The group above the last name of a path below /sys/fs/cgroup, and that name.
s32 split_group(const World& w, std::string_view path, GroupId& parent, std::string_view& name) {
    if (!strip(path, "/sys/fs/cgroup/")) return -EPERM;
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    std::size_t slash = path.rfind('/');
    name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    parent = group_find(w, slash == std::string_view::npos ? "" : path.substr(0, slash));
    return parent && !name.empty() ? 0 : -ENOENT;
}

}  // namespace

const InterruptLine* interrupt_line(u32 number) {
    for (const InterruptLine& line : interrupt_lines)
        if (line.number == number) return &line;
    return nullptr;
}

cpumask boot_cpus(const World& w, const Image& image, std::string_view key,
                  std::string_view flag) {
    std::string_view line = image.scenario.boot;
    cpumask mask{};
    while (!line.empty()) {
        std::size_t space = line.find(' ');
        std::string_view word = line.substr(0, space);
        line = space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
        if (!strip(word, key)) continue;
        bool flags = false, named = false;
        while (!word.empty() && (word[0] < '0' || word[0] > '9')) {
            std::size_t comma = word.find(',');
            flags = true;
            named = named || word.substr(0, comma) == flag;
            word = comma == std::string_view::npos ? std::string_view{} : word.substr(comma + 1);
        }
        if (!flag.empty() && !named && (flags || flag != "domain")) continue;
        std::vector<u32> cpus;
        if (!parse_cpu_list(word, cpus)) continue;
        for (u32 cpu : cpus)
            if (cpu < w.g.cpus) mask.set(cpu);
    }
    return mask;
}

namespace {

/// Calls f with every action that has been done: the scenario's, then the users'.
template <class F>
void each_done(const World& w, const Image& image, F f) {
    const auto& given = image.scenario.actions;
    for (u32 i = 0; i < w.g.next_action && i < given.size(); ++i) f(given[i]);
    const auto& log = image.user_actions;
    for (u32 i = 0; i < w.g.next_user_action && i < log.size(); ++i) f(log[i]);
}

}  // namespace

cpumask default_interrupt_affinity(const World& w, const Image& image) {
    cpumask mask = boot_cpus(w, image, "irqaffinity=");
    if (mask.empty()) mask = w.cpumasks[0];
    each_done(w, image, [&](const ActionSpec& a) {
        cpumask written;
        if (a.path == "/proc/irq/default_smp_affinity" &&
            parse_affinity(w, "default_smp_affinity", a.text, written) == 0)
            mask = written;
    });
    return mask;
}

cpumask interrupt_affinity(const World& w, const Image& image, u32 number) {
    cpumask mask = boot_cpus(w, image, "irqaffinity=");
    const InterruptLine* line = interrupt_line(number);
    if (mask.empty() || !line || !line->movable) mask = w.cpumasks[0];
    each_done(w, image, [&](const ActionSpec& a) {
        std::string_view path = a.path;
        u32 which;
        cpumask written;
        if (a.kind != ActionSpec::Kind::write_file || !strip(path, "/proc/irq/") ||
            !take_number(path, which) || which != number || !is_affinity_file(path))
            return;
        if (line && line->movable && parse_affinity(w, path, a.text, written) == 0) mask = written;
    });
    return mask;
}

s32 write_kernel_file(Context& c, std::string_view path, std::string_view text) {
    if (strip(path, "/sys/kernel/debug/sched/"))
        return errno_of(write_sched_debug(c, path, text));
    if (strip(path, "/proc/sys/")) return write_sysctl(c, path, text);
    if (strip(path, "/proc/irq/")) return write_interrupt(c, path, text);
    if (strip(path, "/proc/")) {
        u32 pid;
        return take_number(path, pid) ? write_task_file(c, pid, path, text) : -EACCES;
    }
    if (strip(path, "/sys/fs/cgroup/") || path.empty() || path[0] != '/')
        return write_group_file(c, path, text);
    return -EACCES;
}

s32 make_kernel_folder(Context& c, std::string_view path) {
    GroupId parent;
    std::string_view name;
    if (s32 error = split_group(c.w, path, parent, name)) return error;
    if (name.size() > group_name_bytes) return -ENAMETOOLONG;
    if (name.find('\n') != std::string_view::npos) return -EINVAL;
    std::string whole = group_path(c.w, parent) + "/" + std::string(name);
    std::string file;
    if (group_find(c.w, whole) || group_read(c, parent, name, file)) return -EEXIST;
    bool room = c.w.groups.count() < limits::groups &&
                u64{c.w.groups.count() + 1} * c.w.g.cpus <= limits::group_queues;
    if (!room) return -EAGAIN;
    group_create(c, parent, name);
    return 0;
}

s32 remove_kernel_folder(Context& c, std::string_view path) {
    GroupId parent;
    std::string_view name;
    if (s32 error = split_group(c.w, path, parent, name)) return error;
    std::string whole = group_path(c.w, parent) + "/" + std::string(name);
    GroupId group = group_find(c.w, whole);
    if (!group) return -ENOENT;
    if (s32 error = leave_group(c, group)) return error;
    return group_destroy(c, group);
}

}  // namespace rq
