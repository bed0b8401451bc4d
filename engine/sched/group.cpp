// Groups of tasks: making, finding, weights, moving tasks, and the files of the cpu controller.
#include "sched/group.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "mm/memcg.hpp"
#include "sched/bandwidth.hpp"
#include "sched/cpuset.hpp"
#include "sched/fair.hpp"
#include "sched/pelt.hpp"
#include "sched/policy.hpp"
#include "sched/syscalls.hpp"
#include "sync/timer.hpp"
#include "task/uapi.hpp"

#include <cstring>

namespace rq {

namespace {

constexpr u64 scale = 1u << 10;
constexpr u64 max_shares = (u64{1} << 18) * scale;
constexpr u64 min_shares = 2 * scale;
constexpr u64 idle_shares = 3 * scale;

/// New shares on every CPU, carried up the hierarchy (__sched_group_set_shares).
void apply_shares(Context& c, GroupId group, u64 shares) {
    shares = shares < min_shares ? min_shares : shares > max_shares ? max_shares : shares;
    task_group& tg = c.w.groups[group];
    if (tg.shares == shares) return;
    tg.shares = shares;
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        update_rq_clock(c, CpuId{cpu});
        for (SeId at{tg.se_base + cpu}; at.raw; at = c.w.se[at.raw].parent) {
            update_load_avg(c, c.w.cfs_rqs[c.w.se[at.raw].cfs_rq.raw], at, PELT_UPDATE_TG);
            update_cfs_group(c, at);
        }
    }
}

void count_idle(Context& c, GroupId group, u32 cpu, bool idle) {
    const task_group& tg = c.w.groups[group];
    cfs_rq& own = c.w.cfs_rqs[tg.cfs_rq_base + cpu];
    own.idle = idle;
    SeId at{tg.se_base + cpu};
    if (c.w.se[at.raw].on_rq) {
        u32& count = c.w.cfs_rqs[c.w.se[at.raw].cfs_rq.raw].idle_nr_running;
        idle ? ++count : --count;
    }
    u32 change = own.h_nr_running - own.idle_h_nr_running;
    for (; at.raw && c.w.se[at.raw].on_rq; at = c.w.se[at.raw].parent) {
        cfs_rq& cfs = c.w.cfs_rqs[c.w.se[at.raw].cfs_rq.raw];
        idle ? cfs.idle_h_nr_running += change : cfs.idle_h_nr_running -= change;
        if (cfs.idle) break;
    }
}

s32 write_weight(Context& c, GroupId group, std::string_view text) {
    u64 weight;
    if (!parse_decimal(trimmed(text), weight)) return -EINVAL;
    if (weight < 1 || weight > 10'000) return -ERANGE;
    if (c.w.groups[group].idle) return -EINVAL;
    apply_shares(c, group, (weight * 1024 + 50) / 100 * scale);
    return 0;
}

s32 write_weight_nice(Context& c, GroupId group, std::string_view text) {
    s64 nice;
    if (!parse_decimal(trimmed(text), nice)) return -EINVAL;
    if (nice < -20 || nice > 19) return -ERANGE;
    if (c.w.groups[group].idle) return -EINVAL;
    apply_shares(c, group, weight_of_nice(static_cast<s32>(nice)) * scale);
    return 0;
}

s32 write_idle(Context& c, GroupId group, std::string_view text) {
    s64 idle;
    if (!parse_decimal(trimmed(text), idle) || idle < 0 || idle > 1) return -EINVAL;
    task_group& tg = c.w.groups[group];
    if (tg.idle == static_cast<u32>(idle)) return 0;
    tg.idle = static_cast<u32>(idle);
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) count_idle(c, group, cpu, idle != 0);
    apply_shares(c, group, idle ? idle_shares : NICE_0_LOAD);
    return 0;
}

/// The checks of tg_set_cfs_bandwidth, in its order.
s32 set_bandwidth(Context& c, GroupId group, u64 period, u64 quota, u64 burst) {
    constexpr u64 max_runtime = ((u64{1} << 44) - 1) * NSEC_PER_USEC;
    if (quota < NSEC_PER_MSEC || period < NSEC_PER_MSEC) return -EINVAL;
    if (period > NSEC_PER_SEC) return -EINVAL;
    if (quota != NEVER && quota > max_runtime) return -EINVAL;
    if (quota != NEVER && (burst > quota || burst + quota > max_runtime)) return -EINVAL;
    set_cfs_bandwidth(c, group, period, quota, burst);
    return 0;
}

s32 write_max(Context& c, GroupId group, std::string_view text) {
    text = trimmed(text);
    std::size_t space = text.find(' ');
    std::string_view first = text.substr(0, space);
    cfs_bandwidth& pool = c.w.groups[group].bandwidth;
    u64 period = pool.period;
    u64 quota = NEVER;
    if (space != std::string_view::npos) {
        if (!parse_decimal(trimmed(text.substr(space)), period)) return -EINVAL;
        if (period > NEVER / NSEC_PER_USEC) return -EINVAL;
        period *= NSEC_PER_USEC;
    }
    if (first != "max") {
        if (!parse_decimal(trimmed(first), quota) || quota > NEVER / NSEC_PER_USEC) return -EINVAL;
        quota *= NSEC_PER_USEC;
    }
    return set_bandwidth(c, group, period, quota, pool.burst);
}

s32 write_burst(Context& c, GroupId group, std::string_view text) {
    u64 burst;
    if (!parse_decimal(trimmed(text), burst) || burst > NEVER / NSEC_PER_USEC) return -EINVAL;
    const cfs_bandwidth& pool = c.w.groups[group].bandwidth;
    return set_bandwidth(c, group, pool.period, pool.quota, burst * NSEC_PER_USEC);
}

void line(std::string& out, const char* key, u64 value) {
    out += key;
    out += ' ';
    append_u64(out, value);
    out += '\n';
}

std::string stat_text(const Context& c, GroupId group) {
    const task_group& tg = c.w.groups[group];
    std::string out;
    line(out, "usage_usec", tg.usage_ns / NSEC_PER_USEC);
    line(out, "user_usec", tg.usage_ns / NSEC_PER_USEC);
    line(out, "system_usec", 0);
    if (!tg.parent) return out;
    line(out, "nr_periods", tg.bandwidth.nr_periods);
    line(out, "nr_throttled", tg.bandwidth.nr_throttled);
    line(out, "throttled_usec", tg.bandwidth.throttled_time / NSEC_PER_USEC);
    line(out, "nr_bursts", tg.bandwidth.nr_burst);
    line(out, "burst_usec", tg.bandwidth.burst_time / NSEC_PER_USEC);
    return out;
}

std::string max_text(const cfs_bandwidth& pool) {
    std::string out;
    if (pool.quota == NEVER)
        out += "max";
    else
        append_u64(out, pool.quota / NSEC_PER_USEC);
    out += ' ';
    append_u64(out, pool.period / NSEC_PER_USEC);
    out += '\n';
    return out;
}

/// The nice value whose weight is nearest (cpu.weight.nice).
s32 nearest_nice(u64 weight) {
    s32 best = -20;
    u64 distance = NEVER;
    for (s32 nice = -20; nice <= 19; ++nice) {
        u64 w = weight_of_nice(nice);
        u64 d = w > weight ? w - weight : weight - w;
        if (d < distance) {
            distance = d;
            best = nice;
        }
    }
    return best;
}

}  // namespace

GroupId group_create(Context& c, GroupId parent, std::string_view name) {
    World& w = c.w;
    RQ_ASSERT(w.groups.count() < limits::groups);
    GroupId id = w.groups.create();
    w.group_names.resize(w.groups.slot_end());
    GroupName& text = w.group_names[id.slot()];
    text = GroupName{};
    if (!name.empty()) std::memcpy(text.text, name.data(), name.size() < 63 ? name.size() : 63);
    task_group& tg = w.groups[id];
    task_group& above = w.groups[parent];
    tg.parent = parent;
    tg.sibling = above.children;
    above.children = id;
    tg.shares = NICE_0_LOAD;
    tg.cfs_rq_base = w.cfs_rqs.size();
    tg.se_base = w.se.size();
    tg.memory_max = NEVER;
    tg.effective_cpus = above.effective_cpus;
    tg.effective_mems = above.effective_mems;
    tg.bandwidth.quota = NEVER;
    tg.bandwidth.period = 100 * NSEC_PER_MSEC;
    w.cfs_rqs.resize(tg.cfs_rq_base + w.g.cpus);
    w.se.resize(tg.se_base + w.g.cpus);
    w.se_nodes.resize(tg.se_base + w.g.cpus);
    w.se_avgs.resize(tg.se_base + w.g.cpus);
    for (u32 cpu = 0; cpu < w.g.cpus; ++cpu) {
        cfs_rq& cfs = w.cfs_rqs[tg.cfs_rq_base + cpu];
        const cfs_rq& outer = w.cfs_rqs[above.cfs_rq_base + cpu];
        cfs.tg = id;
        cfs.cpu = CpuId{cpu};
        cfs.se = SeId{tg.se_base + cpu};
        cfs.min_vruntime = static_cast<u64>(-(s64{1} << 20));
        cfs.throttle_count = outer.throttle_count;
        cfs.throttled_clock_pelt = w.rqs[cpu].clock_pelt;
        sched_entity& se = w.se[tg.se_base + cpu];
        se.my_q = CfsRqId{tg.cfs_rq_base + cpu};
        se.cfs_rq = CfsRqId{above.cfs_rq_base + cpu};
        se.parent = outer.se;
        se.depth = outer.se.raw ? w.se[outer.se.raw].depth + 1 : 0;
        se.weight = NICE_0_LOAD;
        se.slice = w.g.tune.base_slice;
        update_rq_clock(c, CpuId{cpu});
        attach_entity_cfs_rq(c, cfs.se);
    }
    w.groups[id].bandwidth.period_timer = timer_create(c, TimerKind::cfs_period, id.raw);
    w.groups[id].bandwidth.slack_timer = timer_create(c, TimerKind::cfs_slack, id.raw);
    w.timers[w.groups[id].bandwidth.period_timer].soft = w.g.bandwidth_phase;
    return id;
}

s32 group_destroy(Context& c, GroupId group) {
    World& w = c.w;
    task_group& tg = w.groups[group];
    if (!tg.parent || tg.children || tg.nr_tasks) return -EBUSY;
    for (u32 cpu = 0; cpu < w.g.cpus; ++cpu) finish_delayed_group(c, SeId{tg.se_base + cpu});
    GroupId* link = &w.groups[tg.parent].children;
    while (*link != group) link = &w.groups[*link].sibling;
    *link = tg.sibling;
    memcg_offline(c, group);
    cpuset_offline(c, group);
    timer_destroy(c, tg.bandwidth.period_timer);
    timer_destroy(c, tg.bandwidth.slack_timer);
    w.groups.destroy(group);
    return 0;
}

std::string_view group_name(const World& w, GroupId group) {
    return group == w.g.root_group ? std::string_view{} : w.group_names[group.slot()].text;
}

GroupId group_find(const World& w, std::string_view path) {
    GroupId at = w.g.root_group;
    while (!path.empty()) {
        std::size_t slash = path.find('/');
        std::string_view name = path.substr(0, slash);
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
        if (name.empty()) continue;
        GroupId child = w.groups[at].children;
        while (child && (w.groups[child].autogroup || group_name(w, child) != name))
            child = w.groups[child].sibling;
        if (!child) return {};
        at = child;
    }
    return at;
}

std::string group_path(const World& w, GroupId group) {
    std::string path;
    for (; group && w.groups[group].parent; group = w.groups[group].parent)
        path = "/" + std::string(group_name(w, group)) + path;
    return path.empty() ? "/" : path;
}

void group_attach(Context& c, TaskId p, GroupId group) {
    task_struct& t = c.w.tasks[p];
    if (t.sched_task_group == group) return;
    const GroupId before = t.sched_task_group;
    --c.w.groups[t.sched_task_group].nr_tasks;
    ++c.w.groups[group].nr_tasks;
    change_queued(
        c, p, DEQUEUE_MOVE,
        [](Context& k, TaskId task, void* to) {
            task_change_group(k, task, *static_cast<GroupId*>(to));
        },
        &group);
    if (task_is_running(c, p)) resched_curr(c, c.w.tasks[p].cpu, Rule::moved_group, {});
    cpuset_attach(c, p, before);
}

s32 group_write(Context& c, GroupId group, std::string_view file, std::string_view text) {
    if (!c.w.groups[group].parent) return -ENOENT;  // the root has none of these files
    if (file == "cpu.weight") return write_weight(c, group, text);
    if (file == "cpu.weight.nice") return write_weight_nice(c, group, text);
    if (file == "cpu.idle") return write_idle(c, group, text);
    if (file == "cpu.max") return write_max(c, group, text);
    if (file == "cpu.max.burst") return write_burst(c, group, text);
    if (file.substr(0, 7) == "cpuset.") return cpuset_write(c, group, file, text);
    return memcg_write(c, group, file, text);
}

bool group_read(const Context& c, GroupId group, std::string_view file, std::string& text) {
    const task_group& tg = c.w.groups[group];
    text.clear();
    if (file == "cpu.stat") {
        text = stat_text(c, group);
        return true;
    }
    if (!tg.parent) return false;
    if (file == "cpu.weight") {
        append_u64(text, tg.idle ? 0 : (tg.shares / scale * 100 + 512) / 1024);
    } else if (file == "cpu.weight.nice") {
        append_s64(text, nearest_nice(tg.shares / scale));
    } else if (file == "cpu.idle") {
        append_u64(text, tg.idle);
    } else if (file == "cpu.max") {
        text = max_text(tg.bandwidth);
        return true;
    } else if (file == "cpu.max.burst") {
        append_u64(text, tg.bandwidth.burst / NSEC_PER_USEC);
    } else {
        return memcg_read(c, group, file, text);
    }
    text += '\n';
    return true;
}

}  // namespace rq
