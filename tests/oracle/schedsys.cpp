// The recorded tables of scheduling calls (schedsys): every row is made again through the engine,
// and compared with what the kernel answered and what it showed afterwards.
#include "oracle/sched_users.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

using namespace rq;

namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (char ch : line) {
        if (ch == '"')
            quoted = !quoted;
        else if (ch == ',' && !quoted)
            cells.emplace_back();
        else if (ch != '\r')
            cells.back() += ch;
    }
    return cells;
}

struct Table {
    std::vector<std::string> columns;
    std::vector<Row> rows;
};

bool read_table(const std::string& path, Table& table) {
    std::ifstream in(path);
    std::string line;
    if (!std::getline(in, line)) return false;
    table.columns = split(line);
    while (std::getline(in, line)) {
        std::vector<std::string> cells = split(line);
        Row row;
        for (std::size_t i = 0; i < table.columns.size() && i < cells.size(); ++i)
            row[table.columns[i]] = cells[i];
        table.rows.push_back(row);
    }
    return true;
}

s64 number(const Row& row, const char* column) {
    auto cell = row.find(column);
    return cell == row.end() ? 0 : std::strtoll(cell->second.c_str(), nullptr, 0);
}
u64 natural(const Row& row, const char* column) {
    return std::strtoull(row.at(column).c_str(), nullptr, 0);
}

std::string result_text(s64 result) {
    static const std::map<s64, std::string> names = {
        {-EPERM, "EPERM"}, {-ESRCH, "ESRCH"}, {-EAGAIN, "EAGAIN"}, {-EACCES, "EACCES"},
        {-EFAULT, "EFAULT"}, {-EBUSY, "EBUSY"}, {-EINVAL, "EINVAL"}, {-E2BIG, "E2BIG"},
        {-EOPNOTSUPP, "EOPNOTSUPP"}};
    auto name = names.find(result);
    return name == names.end() ? std::to_string(result) : name->second;
}

/// A policy as the tables write it; with SCHED_RESET_ON_FORK where they say so.
s32 policy_of(const std::string& text) {
    static const std::vector<std::string> names = {"OTHER", "FIFO", "RR",      "BATCH",
                                                   "ISO(4)", "IDLE", "DEADLINE"};
    std::string name = text.substr(0, text.find('|'));
    s32 flag = name.size() < text.size() ? 0x40000000 : 0;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<s32>(i) | flag;
    return std::atoi(text.c_str());
}
bool realtime(s32 policy) { return policy == SCHED_FIFO || policy == SCHED_RR; }

/// What sched_getattr and /proc/self/stat show, in the tables' columns.
void read_back(SchedUsers& m, TaskId p, Row& out) {
    sched_attr a = sched_getattr(m.c, p);
    const task_struct& t = m.w.tasks[p];
    auto put = [&](const char* column, s64 value) { out[column] = std::to_string(value); };
    put("after_policy", a.sched_policy);
    put("after_nice", a.sched_policy == SCHED_DEADLINE || realtime(t.policy) ? 0 : a.sched_nice);
    put("after_prio", a.sched_priority);
    put("after_flags", static_cast<s64>(a.sched_flags));
    put("after_runtime", static_cast<s64>(a.sched_runtime));
    put("after_deadline", static_cast<s64>(a.sched_deadline));
    put("after_period", static_cast<s64>(a.sched_period));
    put("stat18_priority", t.prio - MAX_RT_PRIO);
    put("stat19_nice", task_nice(m.c, p));
    put("stat40_rt_priority", t.rt_priority);
    put("stat41_policy", t.policy);
}

/// The state from which a row starts: the probe's pre().
void prepare(SchedUsers& m, TaskId p, s32 policy, s32 nice, u32 priority, u64 flags) {
    sched_attr a{};
    a.sched_policy = static_cast<u32>(policy);
    a.sched_nice = nice;
    a.sched_priority = priority;
    a.sched_flags = flags;
    if (policy == SCHED_DEADLINE) {
        a.sched_runtime = 10 * ms;
        a.sched_deadline = a.sched_period = 100 * ms;
        a.sched_nice = 0;
    }
    sched_setattr(m.c, {}, p, a);
}

class Oracle {
   public:
    explicit Oracle(std::string folder) : folder_(std::move(folder)) {}

    /// Makes every row of a table with f(machine, row, result row). One machine for the table.
    template <class F>
    void table(const char* name, F f) {
        Table table;
        if (!read_table(folder_ + "/" + name + ".csv", table)) {
            std::printf("%s.csv: cannot be read\n", name);
            ++total_;
            return;
        }
        SchedUsers m;
        int line = 1;
        for (const Row& row : table.rows) {
            ++line;
            Row got;
            f(m, row, got);
            if (got.empty()) {
                std::printf("%s.csv:%d: not compared: %s\n", name, line,
                            row.at(table.columns[0]).c_str());
                continue;
            }
            compare(name, line, table.columns, row, got);
        }
    }
    /// 0 if all rows are equal but the `known` ones, whose cause is said where that number stands.
    int finish(int known) const {
        std::printf("%d of %d rows equal\n", equal_, total_);
        return total_ && equal_ + known == total_ ? 0 : 1;
    }

   private:
    void compare(const char* name, int line, const std::vector<std::string>& columns,
                 const Row& row, const Row& got) {
        ++total_;
        std::string wrong;
        for (const std::string& column : columns) {
            auto mine = got.find(column);
            if (mine == got.end() || row.at(column) == mine->second) continue;
            wrong += " " + column + " " + mine->second + " (kernel: " + row.at(column) + ")";
        }
        if (wrong.empty()) {
            ++equal_;
            return;
        }
        std::printf("%s.csv:%d:%s |", name, line, wrong.c_str());
        for (const std::string& column : columns)
            if (!got.count(column)) std::printf(" %s=%s", column.c_str(), row.at(column).c_str());
        std::printf("\n");
    }
    std::string folder_;
    int equal_ = 0;
    int total_ = 0;
};

void setscheduler_row(SchedUsers& m, const Row& row, Row& got) {
    TaskId p = m.child();
    m.drop(p, static_cast<s32>(number(row, "uid")), 0, natural(row, "rlimit_rtprio"));
    s32 priority = static_cast<s32>(number(row, "prio"));
    got["result"] = result_text(
        sys_sched_setscheduler(m.c, p, 0, policy_of(row.at("policy")), {&priority}));
    read_back(m, p, got);
    m.end(p);
    m.pass(400 * ms);
}

void setparam_row(SchedUsers& m, const Row& row, Row& got) {
    TaskId p = m.child();
    s32 policy = policy_of(row.at("current_policy"));
    prepare(m, p, policy, 0, realtime(policy) ? 20 : 0, 0);
    m.drop(p, static_cast<s32>(number(row, "uid")), 0, natural(row, "rlimit_rtprio"));
    s32 priority = static_cast<s32>(number(row, "prio"));
    got["result"] = result_text(sys_sched_setparam(m.c, p, 0, {&priority}));
    read_back(m, p, got);
    m.end(p);
    m.pass(400 * ms);
}

void setattr_row(SchedUsers& m, const Row& row, Row& got) {
    TaskId p = m.child();
    s32 from = policy_of(row.at("from_policy"));
    // The table does not have the priority a row starts from: RR began at 60, FIFO at 20 or 30.
    u32 from_priority = from == SCHED_RR ? 60 : from == SCHED_FIFO ? 20 : 0;
    if (from == SCHED_FIFO && number(row, "flags") == 0x18) from_priority = 30;
    prepare(m, p, from, static_cast<s32>(number(row, "from_nice")), from_priority,
            natural(row, "from_flags"));
    m.drop(p, static_cast<s32>(number(row, "uid")), natural(row, "rlimit_nice"),
           natural(row, "rlimit_rtprio"));
    sched_attr a{};
    a.sched_policy = static_cast<u32>(policy_of(row.at("policy")));
    a.sched_nice = static_cast<s32>(number(row, "nice"));
    a.sched_priority = static_cast<u32>(number(row, "prio"));
    a.sched_flags = natural(row, "flags");
    if (a.sched_policy == SCHED_DEADLINE) {
        a.sched_runtime = 10 * ms;
        a.sched_deadline = a.sched_period = 100 * ms;
    }
    u32 size = static_cast<u32>(number(row, "size"));
    got["result"] = result_text(sys_sched_setattr(m.c, p, 0, {&a}, size, 0));
    read_back(m, p, got);
    m.end(p);
    m.pass(400 * ms);
}

void setpriority_row(SchedUsers& m, const Row& row, Row& got) {
    TaskId p = m.child();
    s32 from = policy_of(row.at("from_policy"));
    prepare(m, p, from, static_cast<s32>(number(row, "from_nice")), realtime(from) ? 20 : 0, 0);
    m.drop(p, static_cast<s32>(number(row, "uid")), natural(row, "rlimit_nice"), 0);
    s32 which = static_cast<s32>(number(row, "which"));
    s32 who = static_cast<s32>(number(row, "who"));
    if (which == prio_pgrp && !who) m.w.signals[m.w.tasks[p].signal].pgrp = m.w.tasks[p].pid;
    s32 value = static_cast<s32>(number(row, "value"));
    got["result"] = result_text(sys_setpriority(m.c, p, which, who, value));
    read_back(m, p, got);
    m.end(p);
    m.pass(400 * ms);
}

void prio_map_row(SchedUsers& m, const Row& row, Row& got) {
    TaskId p = m.child();
    s32 policy = policy_of(row.at("policy"));
    s32 value = static_cast<s32>(number(row, "nice_or_rtprio"));
    prepare(m, p, policy, realtime(policy) ? 0 : value,
            realtime(policy) ? static_cast<u32>(value) : 0, 0);
    u64 ns = 0;
    s64 result = sys_sched_rr_get_interval(m.c, p, 0, ns);
    got["rr_interval_ns"] = result < 0 ? result_text(result) : std::to_string(ns);
    got["sched_prio_line"] = std::to_string(m.w.tasks[p].prio);
    Row after;
    read_back(m, p, after);
    got["getattr_nice"] = after["after_nice"];
    got["getattr_prio"] = after["after_prio"];
    for (const char* stat :
         {"stat18_priority", "stat19_nice", "stat40_rt_priority", "stat41_policy"})
        got[stat] = after[stat];
    m.end(p);
    m.pass(400 * ms);
}

/// Writes sched_rt_runtime_us: bytes written, or what the kernel answers.
s64 write_rt_runtime(SchedUsers& m, const char* text) {
    s64 us = std::strtoll(text, nullptr, 10);
    u64 runtime = us < 0 ? NEVER : static_cast<u64>(us) * NSEC_PER_USEC;
    if (s32 error = sched_rt_global_validate(m.w, m.w.g.tune.rt_period, runtime)) return error;
    m.w.g.tune.rt_runtime = runtime;
    sched_rt_do_global(m.w);
    return static_cast<s64>(std::string(text).size());
}

/// The actions of deadline.csv on a deadline task.
s64 deadline_action(SchedUsers& m, TaskId p, const std::string& what) {
    cpumask all = m.w.cpumasks[0];
    sched_attr a{};
    s32 zero = 0;
    s32 ten = 10;
    auto is = [&](const char* name) { return what.compare(10, std::string::npos, name) == 0; };
    auto runtime = [&](const char* text) {
        s64 result = write_rt_runtime(m, text);
        write_rt_runtime(m, "950000");
        return result;
    };
    if (is("setaffinity cpu0") || is("setaffinity all"))
        return sys_sched_setaffinity(m.c, p, 0, 8, {&all});
    if (is("setpriority 5")) return sys_setpriority(m.c, p, prio_process, 0, 5);
    if (is("fork") || is("clone thread")) {
        TaskId born = m.w.tasks.create();
        s64 result = sched_fork(m.c, p, born);
        if (result < 0) m.w.tasks.destroy(born);
        return result;
    }
    if (is("setscheduler OTHER")) return sys_sched_setscheduler(m.c, p, 0, 0, {&zero});
    if (is("setscheduler FIFO 10")) return sys_sched_setscheduler(m.c, p, 0, 1, {&ten});
    if (is("setscheduler DEADLINE")) return sys_sched_setscheduler(m.c, p, 0, 6, {&zero});
    if (is("setparam 0")) return sys_sched_setparam(m.c, p, 0, {&zero});
    if (is("getparam")) {
        s32 priority = -7;
        s64 result = sys_sched_getparam(m.c, p, 0, {&priority});
        return result ? result : priority;
    }
    if (is("raise bw to 20%")) {
        a.sched_policy = SCHED_DEADLINE;
        a.sched_runtime = 2 * ms;
        a.sched_deadline = a.sched_period = 10 * ms;
        return sys_sched_setattr(m.c, p, 0, {&a}, 48, 0);
    }
    if (is("KEEP_PARAMS with zero params")) {
        a.sched_policy = SCHED_DEADLINE;
        a.sched_flags = SCHED_FLAG_KEEP_PARAMS;
        return sys_sched_setattr(m.c, p, 0, {&a}, 48, 0);
    }
    if (is("KEEP_ALL")) {
        a.sched_flags = SCHED_FLAG_KEEP_POLICY | SCHED_FLAG_KEEP_PARAMS;
        return sys_sched_setattr(m.c, p, 0, {&a}, 48, 0);
    }
    if (is("sched_yield")) {
        do_sched_yield(m.c, CpuId{0});
        schedule(m.c, CpuId{0}, false);
        return 0;
    }
    if (is("rr_get_interval")) {
        u64 ns = 0;
        s64 result = sys_sched_rr_get_interval(m.c, p, 0, ns);
        return result ? result : static_cast<s64>(ns);
    }
    if (is("write rt_runtime 50000 (5%)")) return runtime("50000");
    if (is("write rt_runtime 500000/smp")) return runtime("500000");
    if (is("write rt_runtime -1")) return runtime("-1");
    if (is("write rt_runtime 1000001 (>period)")) return runtime("1000001");
    if (is("write rt_runtime 0")) return runtime("0");
    return -999;
}

/// The two columns total_bw_* are not compared: bandwidth is given back at the 0-lag time, which
/// hangs on how far the probe overran its budget before the next tick.
void deadline_row(SchedUsers& m, const Row& row, Row& got) {
    m.ticks = false;  // the probe ends before a tick sees that it overran its budget
    TaskId p = m.child();
    const std::string& what = row.at("case");
    m.drop(p, static_cast<s32>(number(row, "uid")), 0, 99);
    sched_attr a{};
    a.sched_policy = SCHED_DEADLINE;
    a.sched_runtime = natural(row, "runtime");
    a.sched_deadline = natural(row, "deadline");
    a.sched_period = natural(row, "period");
    a.sched_flags = natural(row, "flags");
    s64 result = sys_sched_setattr(m.c, p, 0, {&a}, 48, 0);
    if (what.compare(0, 9, "DL task: ") == 0 && result == 0)
        result = deadline_action(m, p, " " + what);
    m.pass(ms / 10);
    got["result"] = result_text(result);
    read_back(m, p, got);
    m.end(p);
    u64 period = natural(row, "period");
    m.pass(40 * ms + 2 * (period > 5000 * ms ? 0 : period));  // as the recorded probe waits
}

/// Identical tasks of so many percent of 100 ms until one is refused; then one exits, and another
/// is tried after 150 ms.
void admission_row(SchedUsers& m, const Row& row, Row& got) {
    s64 us = number(row, "rt_runtime_us");
    write_rt_runtime(m, std::to_string(us).c_str());
    got["total_bw_before"] = std::to_string(m.w.root_domains[1].total_bw);
    sched_attr a{};
    a.sched_policy = SCHED_DEADLINE;
    a.sched_runtime = static_cast<u64>(number(row, "bw_percent")) * ms;
    a.sched_deadline = a.sched_period = 100 * ms;
    std::vector<TaskId> admitted;
    s64 error = 0;
    for (s32 k = 0; k < 60 && !error; ++k) {
        TaskId p = m.child(600 + k);
        error = sys_sched_setattr(m.c, p, 0, {&a}, 48, 0);
        m.pass(ms / 10);
        if (error) {
            m.end(p);
            break;
        }
        m.sleep(p);
        admitted.push_back(p);
    }
    got["n_admitted"] = std::to_string(admitted.size());
    got["first_error"] = error ? result_text(error) : "none(60 tried)";
    std::string again = "-";
    if (!admitted.empty() && error) {
        m.end(admitted.front());
        admitted.erase(admitted.begin());
        m.pass(150 * ms);
        TaskId p = m.child(590);
        s64 result = sys_sched_setattr(m.c, p, 0, {&a}, 48, 0);
        again = result ? result_text(result) : "OK";
        m.end(p);
    }
    got["after_one_exits_admit_again"] = again;
    for (TaskId p : admitted) {
        m.end(p);
        m.pass(110 * ms);
    }
    m.pass(250 * ms);
    write_rt_runtime(m, "950000");
}

cpumask mask_of(u64 low) {
    cpumask mask{};
    mask.word[0] = low;
    return mask;
}

s64 affinity_call(SchedUsers& m, TaskId p, const std::string& call) {
    struct Set {
        const char* name;
        u64 mask;
        u32 len;
        s32 pid;
    };
    static const Set sets[] = {
        {"setaffinity mask=0", 0, 8, 0},
        {"setaffinity cpu0", 1, 8, 0},
        {"setaffinity all-ones 64 bit", ~u64{0}, 8, 0},
        {"setaffinity only non-existing cpu 63", u64{1} << 63, 8, 0},
        {"setaffinity cpu0 + non-existing", 1 | u64{1} << 62, 8, 0},
        {"setaffinity len 0", 1, 0, 0},
        {"setaffinity len 1", 1, 1, 0},
        {"setaffinity len 4", 1, 4, 0},
        {"setaffinity len 128", 1, 128, 0},
        {"setaffinity pid -1", 1, 8, -1},
        {"setaffinity pid 99999", 1, 8, 99999},
        {"uid1000 setaffinity self", 1, 8, 0},
        {"uid1000 setaffinity pid 1", 1, 8, 1},
        {"root setaffinity pid 1", ~u64{0}, 8, 1},
        {"root setaffinity kthreadd(2)", ~u64{0}, 8, 2},
        {"root setaffinity ksoftirqd/0 (PF_NO_SETAFFINITY)", ~u64{0}, 8, 13},
    };
    for (const Set& set : sets) {
        if (call != set.name) continue;
        cpumask mask = mask_of(set.mask);
        return sys_sched_setaffinity(m.c, p, set.pid, set.len, {&mask});
    }
    if (call == "setaffinity NULL") return sys_sched_setaffinity(m.c, p, 0, 8, {});
    struct Get {
        const char* name;
        u32 len;
        s32 pid;
    };
    static const Get gets[] = {{"getaffinity len 4", 4, 0},
                               {"getaffinity len 8 (returns bytes)", 8, 0},
                               {"getaffinity len 128", 128, 0},
                               {"getaffinity len 2048", 2048, 0},
                               {"getaffinity len 9", 9, 0},
                               {"uid1000 sched_getaffinity(1)", 8, 1}};
    for (const Get& get : gets) {
        cpumask mask{};
        if (call == get.name) return sys_sched_getaffinity(m.c, p, get.pid, get.len, {&mask});
    }
    return -999;
}

s64 attr_call(SchedUsers& m, TaskId p, const std::string& call) {
    sched_attr a{};
    u64 ns = 0;
    if (call == "sched_setattr(0,NULL,0)") return sys_sched_setattr(m.c, p, 0, {}, 48, 0);
    if (call == "sched_setattr(0,a,flags=1)") return sys_sched_setattr(m.c, p, 0, {&a}, 48, 1);
    if (call == "sched_setattr(-1,a,0)") return sys_sched_setattr(m.c, p, -1, {&a}, 48, 0);
    if (call == "sched_setattr(99999,a,0)") return sys_sched_setattr(m.c, p, 99999, {&a}, 48, 0);
    if (call == "sched_setattr policy -1 (0xffffffff)") {
        a.sched_policy = ~0u;
        return sys_sched_setattr(m.c, p, 0, {&a}, 48, 0);
    }
    if (call == "sched_getattr size 47") return sys_sched_getattr(m.c, p, 0, {&a}, 47, 0);
    if (call == "sched_getattr size 48") return sys_sched_getattr(m.c, p, 0, {&a}, 48, 0);
    if (call == "sched_getattr size 56") return sys_sched_getattr(m.c, p, 0, {&a}, 56, 0);
    if (call == "sched_getattr size 4097") return sys_sched_getattr(m.c, p, 0, {&a}, 4097, 0);
    if (call == "sched_getattr flags 1") return sys_sched_getattr(m.c, p, 0, {&a}, 48, 1);
    if (call == "sched_getattr pid 99999") return sys_sched_getattr(m.c, p, 99999, {&a}, 48, 0);
    if (call == "rr_get_interval pid -1") return sys_sched_rr_get_interval(m.c, p, -1, ns);
    if (call == "rr_get_interval pid 99999") return sys_sched_rr_get_interval(m.c, p, 99999, ns);
    return -999;
}

s64 policy_call(SchedUsers& m, TaskId p, const std::string& call) {
    s32 zero = 0;
    s32 one = 1;
    UserPointer<const s32> bad{nullptr, true};
    if (call == "root setscheduler ksoftirqd/0 FIFO 1") {
        s64 result = sys_sched_setscheduler(m.c, p, 13, 1, {&one});
        sys_sched_setscheduler(m.c, p, 13, 0, {&zero});
        return result;
    }
    if (call == "sched_getscheduler(-1)") return sys_sched_getscheduler(m.c, p, -1);
    if (call == "sched_getscheduler(99999)") return sys_sched_getscheduler(m.c, p, 99999);
    if (call == "uid1000 sched_getscheduler(1)") return sys_sched_getscheduler(m.c, p, 1);
    if (call == "sched_getparam(0,NULL)") return sys_sched_getparam(m.c, p, 0, {});
    if (call == "sched_setparam(0,NULL)") return sys_sched_setparam(m.c, p, 0, {});
    if (call == "sched_setscheduler(0,OTHER,NULL)")
        return sys_sched_setscheduler(m.c, p, 0, 0, {});
    if (call == "sched_setscheduler(-1,..)")
        return sys_sched_setscheduler(m.c, p, -1, 0, {&zero});
    if (call == "sched_setscheduler(99999,..)")
        return sys_sched_setscheduler(m.c, p, 99999, 0, {&zero});
    if (call == "sched_setscheduler(0,OTHER,bad pointer)")
        return sys_sched_setscheduler(m.c, p, 0, 0, bad);
    if (call == "uid1000 sched_setscheduler(pid 1, OTHER)")
        return sys_sched_setscheduler(m.c, p, 1, 0, {&zero});
    if (call == "getpriority which 3") return sys_getpriority(m.c, p, 3, 0);
    if (call == "getpriority pid 99999") return sys_getpriority(m.c, p, prio_process, 99999);
    if (call == "getpriority self raw (20-nice)") return sys_getpriority(m.c, p, 0, 0);
    if (call == "getpriority PRIO_PGRP 0") return sys_getpriority(m.c, p, prio_pgrp, 0);
    if (call == "getpriority PRIO_USER 0 (highest)") {
        // The recorded machine has kernel threads of nice -20 (kworker/…H), of user 0.
        TaskId worker = m.person(20, 0, 0, 0);
        set_user_nice(m.c, worker, -20);
        return sys_getpriority(m.c, p, prio_user, 0);
    }
    if (call == "sched_yield") {
        do_sched_yield(m.c, CpuId{0});
        return 0;
    }
    return -999;
}

s64 misc_call(SchedUsers& m, TaskId p, const std::string& call) {
    for (bool most : {false, true}) {
        std::string prefix = most ? "sched_get_priority_max(" : "sched_get_priority_min(";
        if (call.compare(0, prefix.size(), prefix)) continue;
        s32 policy = policy_of(call.substr(prefix.size(), call.size() - prefix.size() - 1));
        return most ? sys_sched_get_priority_max(policy) : sys_sched_get_priority_min(policy);
    }
    s64 result = affinity_call(m, p, call);
    if (result == -999) result = attr_call(m, p, call);
    return result == -999 ? policy_call(m, p, call) : result;
}

void affinity_row(SchedUsers& m, const Row& row, Row& got) {
    const std::string& call = row.at("call");
    if (call.find("cpuset") != std::string::npos) {
        return;  // a write of a cgroup file, no scheduling call
    }
    TaskId p = m.child();
    m.drop(p, call.compare(0, 7, "uid1000") == 0 ? 1000 : 0, 0, 0);
    got["result"] = result_text(misc_call(m, p, call));
    char mask[32];
    std::snprintf(mask, sizeof mask, "0x%llx",
                  static_cast<unsigned long long>(sched_getaffinity(m.c, p).word[0]));
    got["mask_after"] = mask;
    m.end(p);
}

}  // namespace

int oracle_schedsys(const char* folder) {
    Oracle oracle(folder);
    oracle.table("setscheduler", setscheduler_row);
    oracle.table("setparam", setparam_row);
    oracle.table("setattr", setattr_row);
    oracle.table("setpriority", setpriority_row);
    oracle.table("prio_map", prio_map_row);
    oracle.table("deadline", deadline_row);
    oracle.table("deadline_admission", admission_row);
    oracle.table("affinity_misc", affinity_row);
    // One row of deadline.csv cannot be met: SIGXCPU ended the kernel's probe at a tick whose
    // instant was not recorded.
    return oracle.finish(1);
}
