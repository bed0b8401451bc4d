// /sys/kernel/debug/sched/debug and domains/: the queues as the kernel prints them
// (kernel/sched/debug.c of 6.1 and 6.12).
#include "base/fixed.hpp"
#include "base/text.hpp"
#include "sched/domains.hpp"
#include "sched/eevdf.hpp"
#include "sched/fair.hpp"
#include "sched/group.hpp"
#include "sched/settings.hpp"
#include "view/procfs_parts.hpp"
#include "view/sorting.hpp"
#include "view/tree.hpp"

namespace rq::view::procfs {

namespace {

/// ns as ms with six decimals; the kernel prints -1, which stands for nothing, as 0.000001.
std::string split_ns(u64 ns) {
    s64 value = static_cast<s64>(ns);
    std::string out = value < 0 && value > -1'000'000 ? "" : value < 0 ? "-" : "";
    u64 size = value < 0 ? ~ns + 1 : ns;
    append_u64(out, size / NSEC_PER_MSEC);
    out += '.';
    append_padded(out, size % NSEC_PER_MSEC, 6, '0');
    return out;
}

void line(std::string& out, std::string_view indent, std::string_view key, u32 width,
          const std::string& value) {
    out += indent;
    append_left(out, key, width);
    out += ": " + value + "\n";
}
void top(std::string& out, const char* key, const std::string& value) {
    line(out, "", key, 40, value);
}
void setting(std::string& out, const char* key, const std::string& value) {
    line(out, "  .sysctl_", key, 33, value);
}
void field(std::string& out, const char* key, const std::string& value) {
    line(out, "  .", key, 30, value);
}
void field(std::string& out, const char* key, u64 value) {
    field(out, key, std::to_string(static_cast<s64>(value)));
}

void write_settings(const Context& c, std::string& out) {
    const Tunables& t = c.w.g.tune;
    out += "\nsysctl_sched\n";
    if (c.w.g.kernel) {
        setting(out, "sched_base_slice", split_ns(t.base_slice));
    } else {
        setting(out, "sched_latency", split_ns(t.latency));
        setting(out, "sched_min_granularity", split_ns(t.min_granularity));
        setting(out, "sched_idle_min_granularity", split_ns(t.idle_min_granularity));
        setting(out, "sched_wakeup_granularity", split_ns(t.wakeup_granularity));
        setting(out, "sched_child_runs_first", std::to_string(t.child_runs_first));
    }
    u64 features = 0;
    u32 bit = 0;
    for (Feat f : feature_order(c.w.g.kernel)) features |= u64{t.has(f)} << bit++;
    setting(out, "sched_features", std::to_string(features));
    constexpr const char* scaling[] = {"none", "logarithmic", "linear"};
    setting(out, "sched_tunable_scaling", std::to_string(t.tunable_scaling) + " (" +
                                              scaling[t.tunable_scaling] + ")");
    out += '\n';
}

struct Extremes {
    u64 least = ~u64{0};
    u64 most = ~u64{0};
    u64 first_deadline = ~u64{0};
};

/// Of the entities in the tree; the running one is beside it.
Extremes extremes(const World& w, CfsRqId queue) {
    Extremes e;
    bool any = false;
    for (u32 i = 1; i < w.se.size(); ++i) {
        const sched_entity& se = w.se[i];
        if (!se.on_rq || se.cfs_rq != queue || w.cfs_rqs[queue.raw].curr == SeId{i}) continue;
        if (!any || static_cast<s64>(se.vruntime - e.least) < 0) e.least = se.vruntime;
        if (!any || static_cast<s64>(se.vruntime - e.most) > 0) e.most = se.vruntime;
        if (!any || static_cast<s64>(se.deadline - e.first_deadline) < 0)
            e.first_deadline = se.deadline;
        any = true;
    }
    return e;
}

void write_times(const Context& c, CfsRqId id, std::string& out) {
    const cfs_rq& cfs = c.w.cfs_rqs[id.raw];
    Extremes e = extremes(c.w, id);
    u64 spread = e.most - e.least;
    if (c.w.g.kernel) {
        field(out, "left_deadline", split_ns(e.first_deadline));
        field(out, "left_vruntime", split_ns(e.least));
        field(out, "min_vruntime", split_ns(cfs.min_vruntime));
        cfs_rq copy = cfs;
        field(out, "avg_vruntime", split_ns(avg_vruntime(c.w, copy)));
        field(out, "right_vruntime", split_ns(e.most));
        field(out, "spread", split_ns(spread));
        return;
    }
    field(out, "exec_clock", split_ns(0));
    field(out, "MIN_vruntime", split_ns(e.least));
    field(out, "min_vruntime", split_ns(cfs.min_vruntime));
    field(out, "max_vruntime", split_ns(e.most));
    field(out, "spread", split_ns(spread));
    field(out, "spread0", split_ns(cfs.min_vruntime - c.w.cfs_rqs[1].min_vruntime));
    field(out, "nr_spread_over", 0);
}

void write_group_entity(const Context& c, SeId id, std::string& out) {
    const sched_entity& se = c.w.se[id.raw];
    const sched_avg avg = id.raw < c.w.se_avgs.size() ? c.w.se_avgs[id.raw] : sched_avg{};
    field(out, "se->exec_start", split_ns(se.exec_start));
    field(out, "se->vruntime", split_ns(se.vruntime));
    field(out, "se->sum_exec_runtime", split_ns(se.sum_exec_runtime));
    field(out, "se->load.weight", se.weight);
    field(out, "se->avg.load_avg", avg.load_avg);
    field(out, "se->avg.util_avg", avg.util_avg);
    field(out, "se->avg.runnable_avg", avg.runnable_avg);
}

void write_cfs_rq(const Context& c, GroupId group, u32 cpu, std::string& out) {
    CfsRqId id{c.w.groups[group].cfs_rq_base + cpu};
    const cfs_rq& cfs = c.w.cfs_rqs[id.raw];
    out += "\ncfs_rq[" + std::to_string(cpu) + "]:" + group_path(c.w, group) + "\n";
    write_times(c, id, out);
    field(out, "nr_running", cfs.nr_running);
    field(out, "h_nr_running", cfs.h_nr_running);
    if (c.w.g.kernel) field(out, "h_nr_delayed", cfs.h_nr_delayed);
    field(out, "idle_nr_running", cfs.idle_nr_running);
    field(out, "idle_h_nr_running", cfs.idle_h_nr_running);
    field(out, "load", cfs.load_weight);
    field(out, "load_avg", cfs.avg.load_avg);
    field(out, "runnable_avg", cfs.avg.runnable_avg);
    field(out, "util_avg", cfs.avg.util_avg);
    field(out, c.w.g.kernel ? "util_est" : "util_est_enqueued", cfs.avg.util_est_enqueued);
    field(out, "removed.load_avg", cfs.removed_load_avg);
    field(out, "removed.util_avg", cfs.removed_util_avg);
    field(out, "removed.runnable_avg", cfs.removed_runnable_avg);
    field(out, "tg_load_avg_contrib", cfs.tg_load_avg_contrib);
    field(out, "tg_load_avg", c.w.groups[group].load_avg);
    field(out, "throttled", cfs.throttled);
    field(out, "throttle_count", cfs.throttle_count);
    if (cfs.se.raw) write_group_entity(c, cfs.se, out);
}

/// The queues of a CPU that have had something, those below a group before it.
void write_cfs_rqs(const Context& c, GroupId group, u32 cpu, std::string& out) {
    for (GroupId g = c.w.groups[group].children; g; g = c.w.groups[g].sibling)
        write_cfs_rqs(c, g, cpu, out);
    const cfs_rq& cfs = c.w.cfs_rqs[c.w.groups[group].cfs_rq_base + cpu];
    bool used = group == c.w.g.root_group || cfs.nr_running || cfs.avg.load_sum;
    if (used) write_cfs_rq(c, group, cpu, out);
}

/// Real-time or deadline tasks of a CPU that may run on others, too.
u64 migratory(const Context& c, u32 cpu, bool deadline) {
    u64 n = 0;
    c.w.tasks.for_each([&](TaskId, const task_struct& p) {
        bool counted = p.on_rq && p.cpu.raw == cpu && p.nr_cpus_allowed > 1;
        bool kind = deadline ? p.prio < 0 : p.prio >= 0 && p.prio < MAX_RT_PRIO;
        if (counted && kind && !(p.flags & PF_KTHREAD)) ++n;
    });
    return n;
}

void write_realtime(const Context& c, u32 cpu, std::string& out) {
    const rt_rq& rt = c.w.rt_rqs[cpu];
    const dl_rq& dl = c.w.dl_rqs[cpu];
    std::string number = std::to_string(cpu);
    out += "\nrt_rq[" + number + "]:\n";
    field(out, "rt_nr_running", rt.rt_nr_running);
    field(out, "rt_nr_migratory", migratory(c, cpu, false));
    field(out, "rt_throttled", rt.rt_throttled);
    field(out, "rt_time", split_ns(rt.rt_time));
    field(out, "rt_runtime", split_ns(rt.rt_runtime));
    out += "\ndl_rq[" + number + "]:\n";
    field(out, "dl_nr_running", dl.dl_nr_running);
    field(out, "dl_nr_migratory", migratory(c, cpu, true));
    const Tunables& t = c.w.g.tune;
    field(out, "dl_bw->bw", t.rt_runtime == NEVER ? NEVER : (t.rt_runtime << 20) / t.rt_period);
    field(out, "dl_bw->total_bw", c.w.root_domains[c.w.rqs[cpu].rd].total_bw);
}

std::string right(const std::string& text, u32 width) {
    std::string out;
    append_right(out, text, width);
    return out;
}
/// "%9Ld.%06ld"
std::string ms(u64 ns) { return right(split_ns(ns), 16); }

void write_task(const Context& c, TaskId id, std::string& out) {
    const task_struct& p = c.w.tasks[id];
    const sched_entity& se = c.w.se[p.se.raw];
    bool current = c.w.rqs[p.cpu.raw].curr == id;
    out += current ? ">R" : std::string(" ") + state_char(p);
    out += " " + right(c.w.comms[id.slot()].text, 15) + " " + right(std::to_string(p.pid), 5) + " ";
    std::string switches = right(std::to_string(p.nvcsw + p.nivcsw), 9);
    std::string prio = right(std::to_string(p.prio), 5);
    if (c.w.g.kernel) {
        const cfs_rq& cfs = c.w.cfs_rqs[se.cfs_rq.raw];
        out += ms(se.vruntime) + "   " + (entity_eligible(c.w, cfs, p.se) ? "E" : "N") + "   " +
               ms(se.deadline) + " " + (se.custom_slice ? "S" : " ") + " " + ms(se.slice) + " " +
               ms(se.sum_exec_runtime) + " " + switches + "   " + prio + " ";
    } else {
        out += ms(se.vruntime) + " " + switches + " " + prio + " ";
    }
    // Waiting and sleeping are summed up only while kernel.sched_schedstats is on.
    u64 waited = c.w.g.tune.schedstats ? p.run_delay : 0;
    u32 node = c.w.topology[p.cpu.raw].node.raw;
    bool known = p.sched_task_group && c.w.groups.alive(p.sched_task_group);
    std::string group = known ? group_path(c.w, p.sched_task_group) : "/";
    if (c.w.g.kernel)
        out += ms(waited) + " " + ms(0) + " " + ms(0) + "   " + std::to_string(node) +
               "      0        " + group + "\n";
    else
        out += ms(waited) + " " + ms(se.sum_exec_runtime) + " " + ms(0) + " " + ms(0) + " " +
               std::to_string(node) + " 0 " + group + "\n";
}

void write_tasks(const Context& c, u32 cpu, std::string& out) {
    out += "\nrunnable tasks:\n";
    if (c.w.g.kernel) {
        out += " S            task   PID       vruntime   eligible    deadline             slice"
               "          sum-exec      switches  prio         wait-time        sum-sleep"
               "       sum-block  node   group-id  group-path\n";
        out.append(195, '-');
    } else {
        out += " S            task   PID         tree-key  switches  prio     wait-time"
               "             sum-exec        sum-sleep\n";
        out.append(109, '-');
    }
    out += '\n';
    std::vector<TaskId> here;
    c.w.tasks.for_each([&](TaskId id, const task_struct& p) {
        if (p.pid > 0 && p.cpu.raw == cpu && p.se.raw) here.push_back(id);
    });
    sort_stable(here, [&](TaskId a, TaskId b) { return c.w.tasks[a].pid < c.w.tasks[b].pid; });
    for (TaskId id : here) write_task(c, id, out);
}

void write_cpu(const Context& c, u32 cpu, std::string& out) {
    const rq& q = c.w.rqs[cpu];
    out += "cpu#" + std::to_string(cpu) + ", 2500.000 MHz\n";
    field(out, "nr_running", q.nr_running);
    field(out, "nr_switches", q.nr_switches);
    field(out, "nr_uninterruptible", static_cast<u64>(s64{static_cast<s32>(q.nr_uninterruptible)}));
    field(out, "next_balance", split_ns(shown_jiffies(c, q.next_balance)));
    field(out, "curr->pid", static_cast<u64>(s64{c.w.tasks[q.curr].pid}));
    field(out, "clock", split_ns(q.clock));
    field(out, "clock_task", split_ns(q.clock_task));
    field(out, "avg_idle", q.avg_idle);
    field(out, "max_idle_balance_cost", q.max_idle_balance_cost);
    if (c.w.g.tune.schedstats) {
        field(out, "yld_count", q.yld_count);
        field(out, "sched_count", q.sched_count);
        field(out, "sched_goidle", q.sched_goidle);
        field(out, "ttwu_count", q.ttwu_count);
        field(out, "ttwu_local", q.ttwu_local);
    }
    write_cfs_rqs(c, c.w.g.root_group, cpu, out);
    write_realtime(c, cpu, out);
    write_tasks(c, cpu, out);
    out += '\n';
}

}  // namespace

void write_sched_debug(const Context& c, std::string& out) {
    out += "Sched Debug Version: v0.11, " + release(c) + " #1\n";
    for (const char* key : {"ktime", "sched_clk", "cpu_clk"}) top(out, key, split_ns(c.w.g.now));
    top(out, "jiffies", std::to_string(shown_jiffies(c, jiffies(c))));
    top(out, "sched_clock_stable()", "1");
    write_settings(c, out);
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) write_cpu(c, cpu, out);
}

}  // namespace rq::view::procfs

namespace rq::view::tree {

namespace {

// domains/cpuN/domainM

const sched_domain& domain_of(const Context& c, const Node& n) { return c.w.domains[n.second]; }

template <u32 sched_domain::*Field>
void number(const Context& c, const Node& n, std::string& out) {
    out += std::to_string(domain_of(c, n).*Field) + "\n";
}

struct FlagName {
    u32 flag;
    const char* name;
};
constexpr FlagName flag_names[] = {
    {SD_BALANCE_NEWIDLE, "SD_BALANCE_NEWIDLE"}, {SD_BALANCE_EXEC, "SD_BALANCE_EXEC"},
    {SD_BALANCE_FORK, "SD_BALANCE_FORK"},       {SD_BALANCE_WAKE, "SD_BALANCE_WAKE"},
    {SD_WAKE_AFFINE, "SD_WAKE_AFFINE"},         {SD_SHARE_CPUCAPACITY, "SD_SHARE_CPUCAPACITY"},
    {SD_SHARE_PKG_RESOURCES, "SD_SHARE_PKG_RESOURCES"}, {SD_SERIALIZE, "SD_SERIALIZE"},
    {SD_PREFER_SIBLING, "SD_PREFER_SIBLING"},   {SD_OVERLAP, "SD_OVERLAP"},
    {SD_NUMA, "SD_NUMA"}};

/// 6.12 calls two of them by what is shared there.
const char* flag_name(const Context& c, const FlagName& f) {
    if (c.w.g.kernel && f.flag == SD_SHARE_PKG_RESOURCES) return "SD_SHARE_LLC";
    return f.name;
}

constexpr Row domain_files[] = {
    {"busy_factor", 0644, number<&sched_domain::busy_factor>},
    {"cache_nice_tries", 0644, number<&sched_domain::cache_nice_tries>},
    {"flags", 0444, [](const Context& c, const Node& n, std::string& out) {
         for (const FlagName& f : flag_names)
             if (domain_of(c, n).flags & f.flag) out += std::string(flag_name(c, f)) + " ";
         out += '\n';
     }},
    {"imbalance_pct", 0644, number<&sched_domain::imbalance_pct>},
    {"max_interval", 0644, number<&sched_domain::max_interval>},
    {"max_newidle_lb_cost", 0644, [](const Context& c, const Node& n, std::string& out) {
         out += std::to_string(domain_of(c, n).max_newidle_lb_cost) + "\n";
     }},
    {"min_interval", 0644, number<&sched_domain::min_interval>},
    {"name", 0444, [](const Context& c, const Node& n, std::string& out) {
         constexpr const char* names[] = {"SMT", "MC", "PKG", "NUMA"};
         out += std::string(names[domain_of(c, n).level & 3]) + "\n";
     }},
};
const Folder domain_folder{domain_files};

bool find_domain(const Look& look, const Node& at, std::string_view name, Node& found) {
    u32 wanted;
    if (!numbered(name, "domain", wanted)) return false;
    u32 d = look.c.w.rqs[at.number].sd;
    while (d && wanted--) d = look.c.w.domains[d].parent;
    if (!d) return false;
    found.second = d;
    become_folder(found, domain_folder);
    return true;
}
void list_domains(const Look& look, const Node& at, std::vector<DirEntry>& entries) {
    u32 n = 0;
    for (u32 d = look.c.w.rqs[at.number].sd; d; d = look.c.w.domains[d].parent)
        entries.push_back({"domain" + std::to_string(n++), FileKind::directory});
}
const Folder cpu_domains_folder{{}, {}, find_domain, list_domains};

bool find_cpu(const Look& look, const Node&, std::string_view name, Node& found) {
    if (!numbered(name, "cpu", found.number) || found.number >= look.c.w.g.cpus) return false;
    become_folder(found, cpu_domains_folder);
    return true;
}
void list_cpus(const Look& look, const Node&, std::vector<DirEntry>& entries) {
    for (u32 cpu = 0; cpu < look.c.w.g.cpus; ++cpu)
        entries.push_back({"cpu" + std::to_string(cpu), FileKind::directory});
}

}  // namespace

const Folder domains_folder{{}, {}, find_cpu, list_cpus};

}  // namespace rq::view::tree
