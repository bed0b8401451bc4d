// One function for each view; each makes the rows that its picture draws and puts them in words.
#include "view/sheet.hpp"

#include "base/text.hpp"
#include "context.hpp"
#include "view/costs.hpp"
#include "view/curves.hpp"
#include "view/groups.hpp"
#include "view/latency.hpp"
#include "view/machine_map.hpp"
#include "view/memory_map.hpp"
#include "view/preemptions.hpp"
#include "view/process_tree.hpp"
#include "view/rq_tree.hpp"
#include "view/sharing.hpp"
#include "view/tasks.hpp"

namespace rq::view {

namespace {

std::string number(u64 n) {
    std::string out;
    append_u64(out, n);
    return out;
}

std::string hex(u64 n) {
    std::string out = "0x";
    append_hex(out, n);
    return out;
}

/// A signed amount of virtual time in ms.
std::string signed_ms(s64 ns) {
    return ns < 0 ? "-" + ms3(0 - static_cast<u64>(ns)) : ms3(static_cast<u64>(ns));
}

std::string names(const Cast& cast, const std::vector<u32>& tasks) {
    std::string out;
    for (u32 task : tasks) {
        if (!out.empty()) out += ", ";
        out += cast.name(task);
    }
    return out;
}

/// The queues that come before the fair one.
void add_levels(const SheetSubject& s, Sheet& out) {
    for (const DlNode& n : dl_queue(s.c, s.books.cast, s.cpu)) {
        const u64 left = n.runtime > 0 ? static_cast<u64>(n.runtime) : 0;
        out.rows.push_back({s.books.cast.name(n.task), "", "", "",
                            "deadline " + ms3(n.deadline > s.t0 ? n.deadline - s.t0 : 0) + ", " +
                                ms3(left) + " of " + ms3(n.dl_runtime) + " left" +
                                (n.running ? ", runs" : n.throttled ? ", throttled" : "")});
    }
    for (const RtLevel& level : rt_queue(s.c, s.books.cast, s.cpu).levels)
        for (std::size_t i = 0; i < level.tasks.size(); ++i)
            out.rows.push_back({s.books.cast.name(level.tasks[i]), "", "", "",
                                "priority " + number(level.priority) + ", place " +
                                    number(i + 1)});
}

Sheet queue_sheet(const SheetSubject& s) {
    Sheet out;
    out.title = "Run queues of CPU " + number(s.cpu);
    out.columns = {{"task"}, {"vruntime", true}, {"weight", true}, {"colour"}, {"place"}};
    out.empty = "No task is on this CPU.";
    add_levels(s, out);
    const RqTree tree = rq_tree(s.c, s.books.cast, s.cpu);
    if (tree.has_curr)
        out.rows.push_back({tree.curr.name, signed_ms(static_cast<s64>(tree.curr.vruntime)),
                            number(tree.curr.weight), "", "runs, outside the tree"});
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        const RqNode& n = tree.nodes[i];
        std::string place = static_cast<s32>(i) == tree.pick ? "next to run" : "waits";
        if (s.c.w.g.kernel && !n.eligible) place += ", not eligible";
        out.rows.push_back({n.name, signed_ms(static_cast<s64>(n.vruntime)), number(n.weight),
                            n.red ? "red" : "black", place});
    }
    return out;
}

Sheet vruntime_sheet(const SheetSubject& s) {
    Sheet out;
    const bool eevdf = s.c.w.g.kernel != 0;
    out.title = "Virtual time on CPU " + number(s.cpu);
    out.columns = {{"task"}, {"vruntime", true},
                   {eevdf ? "lag" : "ahead of min_vruntime", true}, {"state"}};
    out.empty = "No fair task is on this CPU.";
    const s64 base = queue_base(s.c.w, s.c.w.cfs_rqs[s.cpu + 1]);
    const RqTree tree = rq_tree(s.c, s.books.cast, s.cpu);
    auto add = [&](const RqNode& n, const char* state) {
        const s64 v = static_cast<s64>(n.vruntime);
        out.rows.push_back({n.name, signed_ms(v), signed_ms(eevdf ? base - v : v - base), state});
    };
    if (tree.has_curr) add(tree.curr, "runs");
    for (const RqNode& n : tree.nodes) add(n, "waits");
    if (!out.rows.empty())
        out.rows.push_back({eevdf ? "avg_vruntime" : "min_vruntime", signed_ms(base), "", ""});
    return out;
}

Sheet inspector_sheet(const SheetSubject& s) {
    Sheet out;
    out.columns = {{"group"}, {"field"}, {"value"}};
    out.empty = "No task is selected.";
    if (s.task >= s.books.cast.count()) return out;
    out.title = "task_struct of " + s.books.cast.name(s.task);
    for (const Field& f : task_fields(s.c, s.books.cast, s.books.cast[s.task].id))
        out.rows.push_back({f.group, f.name, f.value});
    return out;
}

Sheet tree_sheet(const SheetSubject& s) {
    Sheet out;
    out.title = "Processes and threads";
    out.columns = {{"name"}, {"pid", true}, {"ppid", true}, {"sid", true}, {"state"}, {"kind"}};
    for (const TreeRow& row : process_tree(s.c, s.books.cast)) {
        std::string kind = row.thread ? "thread of " + number(row.tgid) : "process";
        if (row.nr_threads > 1 && !row.thread) kind += ", " + number(row.nr_threads) + " threads";
        if (row.state == State::zombie) kind += ", " + exit_words(row.exit_code);
        out.rows.push_back({std::string(2 * row.depth, ' ') + row.name, number(row.pid),
                            number(row.ppid), number(row.sid), row.state_words, kind});
    }
    return out;
}

Sheet sharing_sheet(const SheetSubject& s) {
    Sheet out;
    out.title = "What tasks share";
    out.columns = {{"member"}, {"object"}, {"references", true}, {"held by"}, {"shared by flag"}};
    out.empty = "No task of the scenario lives at this instant.";
    const Sharing rows = sharing(s.c, s.books.cast, s.task);
    for (const SharedObject& o : rows.objects) {
        const SharedWords& words = shared_words(o.kind);
        std::vector<u32> holders;
        for (u32 i : o.holders) holders.push_back(rows.tasks[i]);
        out.rows.push_back({words.member, std::string(words.type) + " " + hex(o.id),
                            number(o.count), names(s.books.cast, holders), words.flag});
    }
    return out;
}

Sheet memory_sheet(const SheetSubject& s) {
    Sheet out;
    out.columns = {{"page", true}, {"frame"}, {"references", true}, {"bits"}, {"meaning"},
                   {"also mapped by"}};
    out.empty = "No task with memory of its own lives at this instant.";
    const MemoryMap map = memory_map(s.c, s.books.cast, s.task, ~0u);
    if (map.areas.empty()) return out;
    const MemoryArea& area = map.areas[map.area];
    out.title = "Memory of " + s.books.cast.name(map.task) + ": " + area.name + " " +
                area.permissions + ", " + number(area.present) + " of " + number(area.pages) +
                " pages present";
    for (const PageEntry& p : map.pages) {
        std::vector<u32> others;
        for (u32 k : p.holders)
            if (map.family[k] != map.task) others.push_back(map.family[k]);
        out.rows.push_back({number(p.page), p.frame ? hex(p.frame) : "", number(p.refcount),
                            entry_bits(p), entry_words(p), names(s.books.cast, others)});
    }
    return out;
}

Sheet groups_sheet(const SheetSubject& s) {
    Sheet out;
    out.title = "Control groups";
    out.columns = {{"group"}, {"cpu.weight", true}, {"quota of each period", true},
                   {"used", true}, {"nr_throttled", true}, {"nr_periods", true},
                   {"throttled", true}, {"tasks"}};
    for (const GroupRow& row : group_rows(s.c, s.books.cast)) {
        const bool limited = row.quota_ns != NEVER;
        out.rows.push_back({std::string(2 * row.depth, ' ') + row.name,
                            row.weight ? number(row.weight) : "",
                            limited ? ms3(row.quota_ns) + " of " + ms3(row.period_ns) : "max",
                            ms3(row.usage_ns), number(row.nr_throttled), number(row.nr_periods),
                            ms3(row.throttled_ns), names(s.books.cast, row.tasks)});
    }
    return out;
}

Sheet machine_sheet(const SheetSubject& s) {
    Sheet out;
    const MachineMap map = machine_map(s.c, s.books.cast);
    auto several = [](u64 n, const char* one) {
        return number(n) + " " + one + (n == 1 ? "" : "s");
    };
    out.title = several(map.cpus.size(), "CPU") + ", " + several(map.cores, "core") + ", " +
                several(map.llcs, "last-level cache") + ", " + several(map.nodes.size(), "node");
    out.columns = {{"CPU", true}, {"core", true}, {"cache", true}, {"node", true}, {"runs"},
                   {"waits"}, {"set apart"}};
    for (const CpuBox& box : map.cpus)
        out.rows.push_back({number(box.cpu), number(box.core), number(box.llc), number(box.node),
                            box.name, names(s.books.cast, box.waiting),
                            box.isolated ? "isolcpus" : box.nohz_full ? "nohz_full" : ""});
    return out;
}

Sheet costs_sheet(const SheetSubject& s) {
    Sheet out;
    out.title = "Where the time of all CPUs went, from boot to this instant";
    out.columns = {{"kind"}, {"time", true}, {"permille", true}};
    for (const CostRow& row : costs(s.c, ~0u, s.now).rows)
        out.rows.push_back({row.words, ms3(row.ns), number(row.permille)});
    return out;
}

Sheet latency_sheet(const SheetSubject& s) {
    Sheet out;
    const bool one = s.task < s.books.cast.count();
    out.title = "From wake-up to CPU, " +
                (one ? s.books.cast.name(s.task) : std::string("all tasks")) + ", the whole run";
    out.columns = {{"from", true}, {"to", true}, {"wake-ups", true}};
    out.empty = "Nobody was woken.";
    const Latency rows = s.books.latency.of(s.task);
    for (const LatencyBucket& b : rows.buckets)
        if (b.count)
            out.rows.push_back({human_ns(b.from_ns), human_ns(b.to_ns), number(b.count)});
    if (rows.n)
        out.title += ": " + number(rows.n) + " wake-ups, median " + human_ns(rows.median_ns) +
                     ", 99 % " + human_ns(rows.p99_ns) + ", longest " + human_ns(rows.max_ns);
    return out;
}

Sheet preemptions_sheet(const SheetSubject& s) {
    Sheet out;
    out.title = "Who had to leave the CPU, and for whom, the whole run";
    out.columns = {{"task"}, {"gave way to"}, {"because"}, {"times", true}, {"then waited", true}};
    out.empty = "Nobody was preempted.";
    const Cast& cast = s.books.cast;
    for (const PreemptionRow& row : s.books.preemptions.rows())
        out.rows.push_back({cast.name(row.task), row.by == no_task ? "" : cast.name(row.by),
                            preemption_words(row.rule), number(row.times), ms3(row.waited_ns)});
    return out;
}

struct Maker {
    std::string_view name;
    Sheet (*make)(const SheetSubject&);
};
constexpr Maker makers[] = {
    {"queue", queue_sheet},     {"vruntime", vruntime_sheet}, {"inspector", inspector_sheet},
    {"tree", tree_sheet},       {"sharing", sharing_sheet},   {"memory", memory_sheet},
    {"groups", groups_sheet},   {"machine", machine_sheet},   {"costs", costs_sheet},
    {"latency", latency_sheet}, {"preemptions", preemptions_sheet},
};

/// Columns of UTF-8: bytes that begin a character.
u32 width_of(std::string_view text) {
    u32 width = 0;
    for (char byte : text) width += (static_cast<u8>(byte) & 0xc0) != 0x80;
    return width;
}

void put_line(const Sheet& sheet, const std::vector<std::string>& cells,
              const std::vector<u32>& widths, std::string& out) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const std::string_view text = i < cells.size() ? std::string_view(cells[i]) : "";
        const u32 blanks = widths[i] - width_of(text);
        if (i) line += "  ";
        if (sheet.columns[i].number) line.append(blanks, ' ');
        line += text;
        if (!sheet.columns[i].number) line.append(blanks, ' ');
    }
    line.resize(line.find_last_not_of(' ') + 1);
    out += line + "\n";
}

}  // namespace

const std::vector<std::string_view>& sheet_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> made;
        for (const Maker& maker : makers) made.push_back(maker.name);
        return made;
    }();
    return names;
}

Sheet sheet(std::string_view view, const SheetSubject& subject) {
    for (const Maker& maker : makers)
        if (maker.name == view) return maker.make(subject);
    return {};
}

std::string to_text(const Sheet& sheet) {
    std::string out = sheet.title.empty() ? "" : sheet.title + "\n";
    if (sheet.rows.empty()) return out + sheet.empty + "\n";
    std::vector<std::string> head;
    std::vector<u32> widths;
    for (const Sheet::Column& column : sheet.columns) {
        head.push_back(column.name);
        widths.push_back(width_of(column.name));
    }
    for (const std::vector<std::string>& row : sheet.rows)
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
            if (width_of(row[i]) > widths[i]) widths[i] = width_of(row[i]);
    put_line(sheet, head, widths, out);
    for (const std::vector<std::string>& row : sheet.rows) put_line(sheet, row, widths, out);
    return out;
}

}  // namespace rq::view
