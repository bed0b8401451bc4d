// The recorded copy-on-write scripts: after each step faults, copied frames, sharing, page tables
// and smaps of every process, from a run of the same script. Step k happens at k * 10 ms.
#include "mm/memory.hpp"
#include "oracle/jsonl.hpp"
#include "sim/simulation.hpp"

#include <cstdlib>
#include <sstream>

using namespace rq;
using oracle::Score;

namespace {

/// Page tables of the recorded probe itself (its text, data, stack), beside the mapping under test.
constexpr u64 probe_tables_kib = 40;
constexpr u64 mapping_page = 0x100000000000 >> PAGE_SHIFT;
constexpr u64 step_ns = 10 * NSEC_PER_MSEC;

/// A recorded line: flat numbers by path ("minflt", "procs.A.VmPTE"), texts, arrays of numbers.
struct Line {
    std::map<std::string, long long> number;
    std::map<std::string, std::string> text;
    std::map<std::string, std::vector<long long>> array;
};

Line line_of(const std::string& source) {
    Line line;
    const nlohmann::json parsed = nlohmann::json::parse(source, nullptr, false);
    if (parsed.is_discarded()) return line;
    oracle::each_leaf(parsed, "", [&line](const std::string& path, const nlohmann::json& value) {
        if (value.is_array())
            line.array[path] = value.get<std::vector<long long>>();
        else if (value.is_string())
            line.text[path] = value.get<std::string>();
        else if (value.is_number())
            line.number[path] = value.get<long long>();
    });
    return line;
}

struct Command {
    std::string verb;
    char actor = 'A';
    std::string word;   // kind of mapping, or the child's letter
    s64 n[3] = {};
};

Command parse_command(const std::string& text) {
    std::istringstream in(text);
    Command c;
    std::string actor;
    in >> c.verb >> actor;
    c.actor = actor[0];
    if (c.verb == "map" || c.verb == "fork")
        in >> c.word;
    else
        in >> c.n[0] >> c.n[1] >> c.n[2];
    return c;
}

/// The programs of a script: each process sleeps until its next step and does it.
class Script {
   public:
    explicit Script(u32 pages) : pages_(pages) {
        s_.profile = ProfileKind::ideal;
        s_.kernel = KernelVersion::v6_1;
        s_.programs.emplace_back();  // of A
        program_['A'] = 0;
        s_.tasks.emplace_back();
        s_.tasks[0].name = "A";
        s_.programs.emplace_back();
        idle_ = 1;
        push(idle_, sleep_until(u64{1} << 40));
    }
    void add(u32 step, const Command& c) {
        u32 p = program_.at(c.actor);
        push(p, sleep_until((step + 1) * step_ns));
        last_ = step;
        if (c.verb == "map") return add_map(p, c.word);
        if (c.verb == "fork") return add_fork(p, c.word);
        if (c.verb == "vfw" || c.verb == "vmw") return add_shared_child(p, c);
        if (c.verb == "w") return push(p, access(OpCode::write, c.n[0], c.n[0] + c.n[1] - 1));
        if (c.verb == "r") return push(p, access(OpCode::read, c.n[0], c.n[0] + c.n[1] - 1));
        if (c.verb == "ws") {
            for (s64 i = 0; i < c.n[1]; ++i)
                push(p, access(OpCode::write, c.n[0] + i * c.n[2], c.n[0] + i * c.n[2]));
        } else if (c.verb == "mad" || c.verb == "mprot") {
            Op op = access(c.verb == "mad" ? OpCode::madvise : OpCode::mprotect, c.n[1],
                           c.n[1] + c.n[2] - 1);
            op.flags = static_cast<u64>(c.n[0]);
            op.present = 7;
            push(p, op);
        } else if (c.verb == "lock") {
            push(p, access(OpCode::mlock, c.n[0], c.n[0] + c.n[1] - 1));
        } else if (c.verb == "unmap") {
            push(p, access(OpCode::munmap, c.n[0], c.n[0] + c.n[1] - 1));
        } else if (c.verb == "exec") {
            Op op = make(OpCode::exec);
            op.block = idle_;
            op.name[0] = s_.intern("sleep");
            push(p, op);
        } else if (c.verb == "exit") {
            push(p, make(OpCode::exit_group));
        }
    }
    Scenario finish() {
        for (const auto& entry : program_)
            if (entry.second != idle_) push(entry.second, sleep_until(u64{1} << 40));
        s_.duration_ns = (last_ + 3) * step_ns;
        return s_;
    }

   private:
    static Op make(OpCode code) {
        Op op{};
        op.code = code;
        return op;
    }
    static Op sleep_until(u64 at) {
        Op op = make(OpCode::sleep_until);
        op.n[0] = static_cast<s64>(at);
        op.present = 1;
        return op;
    }
    Op access(OpCode code, s64 first, s64 last) {
        Op op = make(code);
        op.name[0] = name_;
        op.n[0] = first;
        op.n[1] = last;
        op.present = 3;
        return op;
    }
    void push(u32 program, const Op& op) { s_.programs[program].ops.push_back(op); }
    void add_map(u32 p, const std::string& kind) {
        bool file = kind == "filep" || kind == "files";
        name_ = s_.intern(file ? "/tmp/cowfile" : "m");
        Op op = make(OpCode::map);
        op.name[0] = name_;
        op.n[0] = pages_;
        op.n[1] = static_cast<s64>(mapping_page);
        MapKind what = kind == "anon"     ? MapKind::anon
                       : kind == "shared" ? MapKind::shared
                       : kind == "filep"  ? MapKind::file
                                          : MapKind::file_shared;
        op.flags = static_cast<u64>(what);
        push(p, op);
    }
    void add_fork(u32 p, const std::string& letter) {
        s_.programs.emplace_back();
        u32 child = static_cast<u32>(s_.programs.size()) - 1;
        program_[letter[0]] = child;
        Op op = make(OpCode::fork);
        op.block = child;
        op.name[0] = s_.intern(letter);
        op.present = 5;
        push(p, op);
    }
    void add_shared_child(u32 p, const Command& c) {
        s_.programs.emplace_back();
        u32 child = static_cast<u32>(s_.programs.size()) - 1;
        push(child, access(OpCode::write, 0, c.n[0] - 1));
        push(child, make(OpCode::exit));
        Op op = make(OpCode::clone);
        op.block = child;
        op.flags = CLONE_VM | SIGCHLD | (c.verb == "vfw" ? CLONE_VFORK : 0);
        op.name[1] = s_.intern("vm");
        op.present = 7;
        push(p, op);
        push(p, make(OpCode::wait));
    }
    Scenario s_;
    std::map<char, u32> program_;
    u32 pages_;
    u32 idle_ = 0;
    u32 name_ = 0;
    u32 last_ = 0;
};

/// A run of a script and what was seen before the step under comparison.
class CowRun {
   public:
    CowRun(const Scenario& scenario, u32 pages) : pages_(pages) {
        auto booted = Simulation::boot(scenario);
        if (booted) sim_ = std::move(*booted);
    }
    void step(u32 step, const Command& c, const Line& line, Score& score);

   private:
    const World& w() const { return sim_->world(); }
    TaskId task(char letter) const {
        TaskId found;
        w().tasks.for_each([&](TaskId id, const task_struct& t) {
            const char* comm = w().comms[id.slot()].text;
            if (comm[0] == letter && !comm[1] && !t.exit_state) found = id;
        });
        return found;
    }
    std::vector<pte_t> ptes(char letter) const {
        std::vector<pte_t> all(pages_);
        TaskId p = task(letter);
        if (!p || !w().tasks[p].mm) return all;
        for (VmaId at = w().mms[w().tasks[p].mm].mmap; at; at = w().vmas[at].vm_next) {
            const vm_area_struct& v = w().vmas[at];
            for (u32 i = 0; i < v.pages() && v.vm_pgoff + i < pages_; ++i)
                all[v.vm_pgoff + i] = w().tables.get(v.ptes, i);
        }
        return all;
    }
    u64 faults(TaskId p) const { return p ? w().tasks[p].min_flt : 0; }
    u64 child_faults(u64 from) const {
        TaskId child;
        u64 count = 0;
        Trace::Reader reader = sim_->trace().read(0);
        for (Record r; reader.next(r);) {
            if (r.time < from) continue;
            if (r.event == Ev::sched_process_fork) child = r.task(1);
            if (r.event == Ev::page_fault && r.task(0) == child) ++count;
        }
        return count;
    }
    void compare_frames(const Command& c, const std::vector<pte_t>& before, const Line& line);
    void compare_process(char letter, const Line& line);
    void check(const std::string& what, const Line& line, long long computed) {
        auto recorded = line.number.find(what);
        if (recorded == line.number.end()) return;
        score_->compare(label_, what, std::to_string(recorded->second), std::to_string(computed));
    }

    std::unique_ptr<Simulation> sim_;
    u32 pages_;
    bool file_ = false;
    Score* score_ = nullptr;
    std::string label_;
};

void CowRun::compare_frames(const Command& c, const std::vector<pte_t>& before, const Line& line) {
    if (c.verb == "exit" || c.verb == "exec") return;
    std::vector<pte_t> after = ptes(c.actor);
    u32 first = 0;
    u32 end = pages_;
    if (c.verb == "w" || c.verb == "r") {
        first = static_cast<u32>(c.n[0]);
        end = first + static_cast<u32>(c.n[1]);
    }
    long long copied = 0, same = 0, fresh = 0, gone = 0;
    for (u32 i = first; i < end && i < pages_; ++i) {
        u32 was = pte_frame(before[i]).raw;
        u32 is = pte_frame(after[i]).raw;
        if (was && is)
            ++(was == is ? same : copied);
        else if (is)
            ++fresh;
        else if (was)
            ++gone;
    }
    check("pfn_copied", line, copied);
    check("pfn_same", line, same);
    check("pfn_fresh", line, fresh);
    check("pfn_gone", line, gone);
}

void CowRun::compare_process(char letter, const Line& line) {
    std::string pages = std::string("pages.") + letter + ".";
    long long present = 0, zero = 0, mapped[4] = {};
    for (pte_t pte : ptes(letter)) {
        FrameId frame = pte_frame(pte);
        if (!frame.raw) continue;
        ++present;
        u32 count = w().frames[frame.raw].mapcount;
        if (frame == ZERO_PAGE)
            ++zero;
        else
            ++mapped[count > 3 ? 3 : count];
    }
    check(pages + "present", line, present);
    check(pages + "zeropage", line, zero);
    check(pages + "pm_exclusive", line, mapped[1]);
    check(pages + "mapcount1", line, mapped[1]);
    check(pages + "mapcount2", line, mapped[2]);
    check(pages + "mapcount3+", line, mapped[3]);
    TaskId p = task(letter);
    auto recorded = line.array.find(std::string("procs.") + letter + ".vma");
    if (!p || !w().tasks[p].mm || recorded == line.array.end()) return;
    Context c = sim_->context();
    SmapsCount sum{};
    for (VmaId at = w().mms[w().tasks[p].mm].mmap; at; at = w().vmas[at].vm_next) {
        SmapsCount n = smaps_of(c, at);
        sum.rss += n.rss;
        sum.pss += n.pss;
        sum.pss_dirty += n.pss_dirty;
        sum.shared_clean += n.shared_clean;
        sum.shared_dirty += n.shared_dirty;
        sum.private_clean += n.private_clean;
        sum.private_dirty += n.private_dirty;
        sum.referenced += n.referenced;
        sum.anonymous += n.anonymous;
    }
    const u64 kib[9] = {sum.rss * 4,           sum.pss >> 22,          sum.pss_dirty >> 22,
                        sum.shared_clean * 4,  sum.shared_dirty * 4,   sum.private_clean * 4,
                        sum.private_dirty * 4, sum.referenced * 4,     sum.anonymous * 4};
    static const char* names[9] = {"Rss",          "Pss",           "Pss_Dirty",
                                   "Shared_Clean", "Shared_Dirty",  "Private_Clean",
                                   "Private_Dirty", "Referenced",   "Anonymous"};
    // Whether a page of a file counts as referenced hangs on what earlier scripts of the same
    // recording did to the file: scripts are run one by one here, so it is not compared.
    for (std::size_t i = 0; i < 9 && i < recorded->second.size(); ++i)
        if (i != 7 || !file_) score_->compare(label_, std::string(1, letter) + " " + names[i],
                        std::to_string(recorded->second[i]), std::to_string(kib[i]));
    check(std::string("procs.") + letter + ".VmPTE", line,
          static_cast<long long>(probe_tables_kib + mm_pgtables_bytes(c, w().tasks[p].mm) / 1024));
}

void CowRun::step(u32 step, const Command& c, const Line& line, Score& score) {
    score_ = &score;
    if (c.word == "filep" || c.word == "files") file_ = true;
    label_ = line.text.at("scenario") + " N=" + std::to_string(pages_) + " step " +
             std::to_string(step) + " \"" + line.text.at("cmd") + "\"";
    u64 at = sim_->t0() + (step + 1) * step_ns;
    sim_->run_until(at - step_ns / 2);
    std::vector<pte_t> before = ptes(c.actor);
    TaskId actor = task(c.actor);
    u64 faults_before = faults(actor);
    sim_->run_until(at + step_ns / 4);
    bool counted = c.verb == "w" || c.verb == "r" || c.verb == "ws";
    if (counted && w().tasks.alive(actor)) {
        check("minflt", line, static_cast<long long>(faults(actor) - faults_before));
        check("majflt", line, static_cast<long long>(w().tasks[actor].maj_flt));
    }
    if (c.verb == "vfw" || c.verb == "vmw")
        check("child_minflt", line, static_cast<long long>(child_faults(at)));
    compare_frames(c, before, line);
    for (char letter = 'A'; letter <= 'Z'; ++letter)
        if (line.array.count(std::string("procs.") + letter + ".rollup"))
            compare_process(letter, line);
    score.end_row();
}

}  // namespace

int oracle_cow(const char* path) {
    std::ifstream in(oracle::file_in(path, "cow.jsonl"));
    if (!in) return 2;
    std::vector<Line> lines;
    for (std::string text; std::getline(in, text);) lines.push_back(line_of(text));
    Score score;
    for (std::size_t begin = 0; begin < lines.size();) {
        std::size_t end = begin + 1;
        while (end < lines.size() && lines[end].number.at("step") != 0) ++end;
        u32 pages = static_cast<u32>(lines[begin].number.at("N"));
        Script script(pages);
        for (std::size_t i = begin; i < end; ++i)
            script.add(static_cast<u32>(i - begin), parse_command(lines[i].text.at("cmd")));
        CowRun run(script.finish(), pages);
        for (std::size_t i = begin; i < end; ++i)
            run.step(static_cast<u32>(i - begin), parse_command(lines[i].text.at("cmd")), lines[i],
                     score);
        begin = end;
    }
    return score.finish();
}
