// The report as JSON, as a table for people, and as CSV.
#include "base/text.hpp"
#include "view/report.hpp"
#include "view/sorting.hpp"

namespace rq::view {

namespace {

Value distribution_value(const Distribution& d, bool p99) {
    Value v = Value::object();
    v.add("n", Value::number(d.n));
    if (d.n == 0) return v;
    v.add("min", Value::number(d.min));
    v.add("median", Value::number(d.median));
    v.add("mean", Value::number(d.mean));
    v.add("max", Value::number(d.max));
    if (p99) v.add("p99", Value::number(d.p99));
    return v;
}

Value task_value(const TaskReport& t, const RunReport& r) {
    Value v = Value::object();
    v.add("cpu_time_ns", Value::number(t.cpu_time_ns));
    v.add("share", Value::fraction(t.cpu_time_ns, r.length_ns));
    v.add("cpu_time_since_start_ns", Value::number(t.cpu_time_since_start_ns));
    v.add("switches_voluntary", Value::number(t.switches_voluntary));
    v.add("switches_involuntary", Value::number(t.switches_involuntary));
    v.add("slice_ns", distribution_value(t.slice, false));
    v.add("slice_raw_ns", distribution_value(t.slice_raw, false));
    v.add("wakeups", Value::number(t.wakeups));
    v.add("wakeup_latency_ns", distribution_value(t.wakeup_latency, true));
    v.add("preempted_wait_ns", distribution_value(t.preempted_wait, true));
    v.add("migrations", Value::number(t.migrations));
    v.add("minor_faults", Value::number(t.minor_faults));
    v.add("major_faults", Value::number(t.major_faults));
    v.add("first_run_after_t0_ns",
          t.ran ? Value::signed_number(t.first_run_after_t0_ns) : Value{});
    v.add("exit_after_t0_ns", t.exited ? Value::signed_number(t.exit_after_t0_ns) : Value{});
    v.add("exit_status", t.exited ? Value::signed_number(t.exit_status) : Value{});
    v.add("oom_killed", Value::number(t.oom_killed));
    if (r.cpus > 1) {
        Value& by = v.add("cpu_time_by_cpu_ns", Value::object());
        for (std::size_t cpu = 0; cpu < t.cpu_time_by_cpu_ns.size(); ++cpu)
            if (t.cpu_time_by_cpu_ns[cpu])
                by.add(std::to_string(cpu), Value::number(t.cpu_time_by_cpu_ns[cpu]));
    }
    if (!t.cgroup.empty()) v.add("cgroup", Value::string(t.cgroup));
    return v;
}

std::string hash_text(u64 hash) {
    std::string out;
    append_hex(out, hash, 16);
    return out;
}

/// Right-aligned columns under their heads; the first column is left-aligned.
class Table {
   public:
    explicit Table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    void print(std::string& out) const {
        std::vector<u32> width(rows_[0].size());
        for (const auto& r : rows_)
            for (std::size_t i = 0; i < r.size(); ++i)
                if (cells(r[i]) > width[i]) width[i] = cells(r[i]);
        for (const auto& r : rows_) {
            std::string line;
            for (std::size_t i = 0; i < r.size(); ++i) {
                if (i) line += "  ";
                std::string gap(width[i] - cells(r[i]), ' ');
                line += i ? gap + r[i] : r[i] + gap;
            }
            while (!line.empty() && line.back() == ' ') line.pop_back();
            out += line + "\n";
        }
    }

   private:
    /// Characters, not bytes: continuation bytes of UTF-8 take no room.
    static u32 cells(const std::string& s) {
        u32 n = 0;
        for (char ch : s) n += (static_cast<u8>(ch) & 0xc0) != 0x80;
        return n;
    }
    std::vector<std::vector<std::string>> rows_;
};

std::string percent(u64 part, u64 whole) {
    return decimal(part * 100, whole ? whole : 1, 2) + " %";
}

void append_groups(std::string& out, const RunReport& r) {
    if (r.groups.empty()) return;
    Table groups({"group", "CPU time", "periods", "throttled", "for"});
    for (const GroupReport& g : r.groups) {
        auto stat = [&](std::string_view key) -> u64 {
            for (const auto& [name, value] : g.cpu_stat)
                if (key == name) return value;
            return 0;
        };
        groups.row({g.path, ms3(g.cpu_time_ns), std::to_string(stat("nr_periods")),
                    std::to_string(stat("nr_throttled")), ms3(stat("throttled_usec") * 1000)});
    }
    out += "\n";
    groups.print(out);
}

Value preemptions_value(const RunReport& r) {
    Value rows = Value::array();
    for (const PreemptionReport& p : r.preemptions) {
        Value& row = rows.push(Value::object());
        row.add("task", Value::string(p.name));
        row.add("by", p.by_name.empty() ? Value{} : Value::string(p.by_name));
        row.add("rule", Value::string(rule_info(p.row.rule).name));
        row.add("function", Value::string(rule_info(p.row.rule).function));
        row.add("times", Value::number(p.row.times));
        row.add("waited_ns", Value::number(p.row.waited_ns));
    }
    return rows;
}

/// Who preempted whom, the most frequent first; the rest is only counted.
void append_preemptions(std::string& out, const RunReport& r) {
    constexpr std::size_t most = 12;
    if (r.preemptions.empty()) return;
    std::vector<PreemptionReport> rows = r.preemptions;
    sort_stable(rows, [](const PreemptionReport& a, const PreemptionReport& b) {
        return a.row.times > b.row.times;
    });
    Table table({"had to leave", "to", "times", "waited", "because"});
    for (std::size_t i = 0; i < rows.size() && i < most; ++i) {
        const PreemptionReport& p = rows[i];
        table.row({p.name, p.by_name.empty() ? "nobody" : p.by_name,
                   std::to_string(p.row.times), ms3(p.row.waited_ns),
                   preemption_words(p.row.rule)});
    }
    out += "\n";
    table.print(out);
    if (rows.size() > most)
        out += "and " + std::to_string(rows.size() - most) + " more in --report json\n";
}

std::string median_of(const Distribution& d) { return d.n ? human_ns(d.median) : "-"; }

}  // namespace

Value report_value(const RunReport& r) {
    Value v = Value::object();
    if (!r.title.empty()) v.add("title", Value::string(r.title));
    v.add("kernel", Value::string(r.kernel));
    v.add("profile", Value::string(r.profile));
    v.add("hz", Value::number(r.hz));
    v.add("cpus", Value::number(r.cpus));
    Value& window = v.add("window", Value::object());
    window.add("from_t0_ns", Value::number(r.from_t0_ns));
    window.add("length_ns", Value::number(r.length_ns));
    window.add("first_tick_ns", Value::number(r.first_tick_ns));
    v.add("context_switches_total", Value::number(r.context_switches_total));
    v.add("context_switches_workload_only", Value::number(r.context_switches_workload_only));
    Value& noise = v.add("noise", Value::object());
    u64 all = r.length_ns * r.cpus;
    noise.add("kernel_threads_share", Value::fraction(r.kernel_threads_ns, all));
    noise.add("rig_share", Value::fraction(r.rig_ns, all));
    noise.add("idle_share", Value::fraction(r.idle_ns, all));
    Value& tasks = v.add("tasks", Value::object());
    for (const TaskReport& t : r.tasks) tasks.add(t.name, task_value(t, r));
    if (r.cpus > 1) {
        Value& by = v.add("context_switches_by_cpu", Value::array());
        for (u64 n : r.context_switches_by_cpu) by.push(Value::number(n));
    }
    if (!r.groups.empty()) {
        Value& groups = v.add("cgroups", Value::object());
        for (const GroupReport& g : r.groups) {
            Value& group = groups.add(g.path, Value::object());
            group.add("cpu_time_ns", Value::number(g.cpu_time_ns));
            if (g.cpu_stat.empty()) continue;
            Value& stat = group.add("cpu.stat", Value::object());
            for (const auto& [key, value] : g.cpu_stat) stat.add(key, Value::number(value));
        }
    }
    if (!r.preemptions.empty()) v.add("preemptions", preemptions_value(r));
    Value& costs = v.add("costs", Value::object());
    for (const auto& [kind, ns] : r.costs) costs.add(kind, Value::number(ns));
    v.add("events", Value::number(r.events));
    v.add("trace_records", Value::number(r.records));
    v.add("trace_bytes", Value::number(r.trace_bytes));
    if (!r.stopped.empty()) v.add("stopped", Value::string(r.stopped));
    v.add("hash", Value::string(hash_text(r.hash)));
    return v;
}

std::string report_text(const RunReport& r) {
    std::string out = r.title.empty() ? std::string("Run") : r.title;
    out += "\nLinux " + r.kernel + ", profile " + r.profile + ", " + std::to_string(r.cpus) +
           (r.cpus == 1 ? " CPU" : " CPUs") + ", measured from " + human_ns(r.from_t0_ns) +
           " to " + human_ns(r.from_t0_ns + r.length_ns) + "\n\n";
    Table table({"task", "share", "CPU time", "switches", "of them forced", "slice", "wakeups",
                 "latency", "p99", "migrations"});
    for (const TaskReport& t : r.tasks)
        table.row({t.name, percent(t.cpu_time_ns, r.length_ns), ms3(t.cpu_time_ns),
                   std::to_string(t.switches_voluntary + t.switches_involuntary),
                   std::to_string(t.switches_involuntary), median_of(t.slice),
                   std::to_string(t.wakeups), median_of(t.wakeup_latency),
                   t.wakeup_latency.n ? human_ns(t.wakeup_latency.p99) : "-",
                   std::to_string(t.migrations)});
    table.print(out);
    out += "\nContext switches: " + std::to_string(r.context_switches_total) + ", " +
           std::to_string(r.context_switches_workload_only) +
           " of them among the workload's tasks and idle. Idle: " +
           percent(r.idle_ns, r.length_ns * r.cpus) + ".\n";
    append_groups(out, r);
    append_preemptions(out, r);
    u64 total = 0;
    for (const auto& [kind, ns] : r.costs) total += ns;
    out += "\nWhere the CPU time went, from the machine's start:";
    for (const auto& [kind, ns] : r.costs)
        out += std::string(" ") + kind + " " + percent(ns, total) + ",";
    out.back() = '\n';
    if (!r.stopped.empty()) out += "Stopped before its end: " + r.stopped + ".\n";
    out += "Hash: " + hash_text(r.hash) + "\n";
    return out;
}

std::string csv_cell(std::string_view text) {
    constexpr std::string_view openers = "=+-@\t\r";
    bool formula = !text.empty() && openers.find(text[0]) != std::string_view::npos;
    std::string cell = (formula ? "'" : "") + std::string(text);
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string out = "\"";
    for (char ch : cell) {
        if (ch == '"') out += '"';
        out += ch;
    }
    return out + "\"";
}

std::string report_csv(const RunReport& r) {
    std::string out =
        "task,cpu_time_ns,share,switches_voluntary,switches_involuntary,slice_n,slice_min_ns,"
        "slice_median_ns,slice_mean_ns,slice_max_ns,wakeups,wakeup_latency_median_ns,"
        "wakeup_latency_p99_ns,wakeup_latency_max_ns,migrations\n";
    for (const TaskReport& t : r.tasks) {
        out += csv_cell(t.name);
        auto number = [&](u64 n) {
            out += ',';
            append_u64(out, n);
        };
        number(t.cpu_time_ns);
        out += ',' + decimal(t.cpu_time_ns, r.length_ns, 6);
        for (u64 n : {t.switches_voluntary, t.switches_involuntary, t.slice.n, t.slice.min,
                      t.slice.median, t.slice.mean, t.slice.max, t.wakeups, t.wakeup_latency.median,
                      t.wakeup_latency.p99, t.wakeup_latency.max, t.migrations})
            number(n);
        out += '\n';
    }
    return out;
}

}  // namespace rq::view
