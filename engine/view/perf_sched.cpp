// Folds of switches and wakeups with the definitions of `perf sched`.
#include "view/perf_sched.hpp"

#include "base/text.hpp"
#include "view/sorting.hpp"
#include "view/words.hpp"

namespace rq::view {

namespace {

/// What a task is waiting for, as far as the trace tells.
enum class Phase : u8 { unheard, sleeping, waiting, running };

struct PerfTask {
    std::string comm;
    u32 tid = 0;
    u32 pid = 0;
    bool idle = false;
    // latency
    Phase phase = Phase::unheard;
    u64 since = 0;
    u64 runtime = 0, atoms = 0, delay = 0, delay_max = 0, max_start = 0, max_end = 0;
    u32 merged = 1;
    // timehist
    u64 ready = 0;      ///< woken or preempted at, 0 = not
    u64 last_out = 0;
    // map
    std::string letter;
};

/// Names and numbers of tasks, followed along the trace.
class People {
   public:
    explicit People(const PerfInput& in) {
        for (const KnownTask& k : in.known) {
            PerfTask& t = make(k.id);
            t.comm = k.idle ? "swapper" : k.comm;
            t.tid = k.pid;
            t.pid = k.tgid;
            t.idle = k.idle;
        }
    }
    void follow(const Record& r) {
        if (r.event == Ev::sched_process_fork && !known(r.task(1))) {
            PerfTask& t = make(r.task(1));
            t.tid = static_cast<u32>(r.arg[2]);
            t.pid = static_cast<u32>(r.arg[3]);
            t.comm = comm_of(r.arg[4], r.arg[5]);
        } else if (r.event == Ev::task_rename) {
            make(r.task(0)).comm = comm_of(r.arg[1], r.arg[2]);
        }
    }
    PerfTask& operator[](TaskId id) { return make(id); }
    std::vector<PerfTask>& all() { return tasks_; }

   private:
    static std::string comm_of(u64 low, u64 high) {
        std::string text;
        for (u32 i = 0; i < 16; ++i) {
            char ch = static_cast<char>((i < 8 ? low >> 8 * i : high >> 8 * (i - 8)) & 0xff);
            if (!ch) break;
            text += ch;
        }
        return text;
    }
    bool known(TaskId id) const {
        return id.slot() < place_.size() && place_[id.slot()] && ids_[place_[id.slot()] - 1] == id;
    }
    PerfTask& make(TaskId id) {
        if (id.slot() >= place_.size()) place_.resize(id.slot() + 1);
        if (!known(id)) {
            tasks_.emplace_back();
            ids_.push_back(id);
            place_[id.slot()] = static_cast<u32>(tasks_.size());
        }
        return tasks_[place_[id.slot()] - 1];
    }
    std::vector<PerfTask> tasks_;
    std::vector<TaskId> ids_;
    std::vector<u32> place_;  // by slot: index + 1
};

/// "seconds.microseconds"
std::string stamp(u64 ns) {
    std::string out;
    append_u64(out, ns / NSEC_PER_SEC);
    out += '.';
    append_padded(out, ns % NSEC_PER_SEC / 1000, 6, '0');
    return out;
}

/// Milliseconds with three decimals in a field of that width, rounded as printf does.
void put_ms(std::string& out, u64 ns, u32 width) {
    append_right(out, decimal(ns, NSEC_PER_MSEC, 3), width);
}

bool runnable(const Record& r) {
    return state_of(static_cast<u32>(r.arg[2]), false) == State::waiting ||
           shown_preempted(static_cast<u32>(r.arg[2]));
}

void switch_in(PerfTask& t, u64 now) {
    if (t.phase == Phase::unheard) {  // perf takes the first sight as a wait of no length
        t.phase = Phase::waiting;
        t.since = now;
    }
    if (t.phase == Phase::waiting) {
        u64 delay = now - t.since;
        t.delay += delay;
        ++t.atoms;
        if (delay > t.delay_max) {
            t.delay_max = delay;
            t.max_start = t.since;
            t.max_end = now;
        }
    }
    t.phase = Phase::running;
    t.since = now;
}

void switch_out(PerfTask& t, u64 now, bool still_runnable) {
    if (t.phase == Phase::running) t.runtime += now - t.since;
    t.phase = still_runnable ? Phase::waiting : Phase::sleeping;
    t.since = now;
}

/// Adds up tasks of one name.
std::vector<PerfTask> merged(const std::vector<PerfTask>& tasks) {
    std::vector<PerfTask> out;
    for (const PerfTask& t : tasks) {
        if (t.idle || t.atoms == 0) continue;
        PerfTask* same = nullptr;
        for (PerfTask& o : out)
            if (o.comm == t.comm) same = &o;
        if (!same) {
            out.push_back(t);
            continue;
        }
        same->runtime += t.runtime;
        same->atoms += t.atoms;
        same->delay += t.delay;
        ++same->merged;
        if (t.delay_max > same->delay_max) {
            same->delay_max = t.delay_max;
            same->max_start = t.max_start;
            same->max_end = t.max_end;
        }
    }
    return out;
}

void latency_line(std::string& out, const PerfTask& t) {
    std::size_t begin = out.size();
    out += "  " + t.comm + ":";
    out += t.merged > 1 ? "(" + std::to_string(t.merged) + ") " : std::to_string(t.tid) + " ";
    while (out.size() - begin < 24) out += ' ';
    out += '|';
    put_ms(out, t.runtime, 11);
    out += " ms |";
    append_padded(out, t.atoms, 9);
    out += " | avg:";
    put_ms(out, t.delay / t.atoms, 8);
    out += " ms | max:";
    put_ms(out, t.delay_max, 8);
    out += " ms | max start: ";
    append_right(out, stamp(t.max_start), 12);
    out += " s | max end: ";
    append_right(out, stamp(t.max_end), 12);
    out += " s\n";
}

}  // namespace

std::string perf_sched_latency(const PerfInput& in) {
    People people(in);
    Record r;
    u64 end = 0;
    for (Trace::Reader reader = in.trace->read(0); reader.next(r);) {
        people.follow(r);
        if (r.time < in.t0) continue;
        if (r.time > in.until) break;
        end = r.time - in.t0;
        if (r.event == Ev::sched_switch) {
            switch_out(people[r.task(0)], end, runnable(r));
            switch_in(people[r.task(1)], end);
        } else if (r.event == Ev::sched_wakeup || r.event == Ev::sched_wakeup_new) {
            PerfTask& t = people[r.task(0)];
            if (t.phase == Phase::running || t.phase == Phase::waiting) continue;
            t.phase = Phase::waiting;
            t.since = end;
        }
    }
    for (PerfTask& t : people.all())
        if (t.phase == Phase::running) t.runtime += end - t.since;
    std::vector<PerfTask> rows = merged(people.all());
    sort_stable(rows, [](const PerfTask& a, const PerfTask& b) {
        u64 avg_a = a.delay / a.atoms;
        u64 avg_b = b.delay / b.atoms;
        if (avg_a != avg_b) return avg_a > avg_b;
        if (a.delay_max != b.delay_max) return a.delay_max > b.delay_max;
        if (a.atoms != b.atoms) return a.atoms > b.atoms;
        return a.runtime > b.runtime;
    });
    std::string rule = " " + std::string(139, '-') + "\n";
    std::string out = "\n" + rule +
                      "  Task                  |   Runtime ms  | Switches | Avg delay ms    | "
                      "Max delay ms    | Max delay start           | Max delay end          |\n" +
                      rule;
    u64 runtime = 0;
    u64 switches = 0;
    for (const PerfTask& t : rows) {
        latency_line(out, t);
        runtime += t.runtime;
        switches += t.atoms;
    }
    out += " " + std::string(113, '-') + "\n  TOTAL:                |";
    put_ms(out, runtime, 11);
    out += " ms |";
    append_padded(out, switches, 9);
    out += " |\n " + std::string(51, '-') + "\n\n";
    return out;
}

namespace {

/// A row of timehist, for the task that leaves its CPU.
void timehist_line(std::string& out, const Record& r, u64 now, const PerfTask& t, u64 waited,
                   u64 delayed, u64 ran) {
    append_right(out, stamp(now), 15);
    out += " [";
    append_padded(out, r.cpu, 4, '0');
    out += "]  ";
    std::string name = t.idle ? "<idle>" : t.comm + "[" + std::to_string(t.tid);
    if (!t.idle) name += t.pid && t.pid != t.tid ? "/" + std::to_string(t.pid) + "]" : "]";
    append_left(out, name, 30);
    out += ' ';
    for (u64 ns : {waited, delayed, ran}) {
        append_padded(out, ns / NSEC_PER_MSEC, 6);
        out += '.';
        append_padded(out, ns % NSEC_PER_MSEC / 1000, 3, '0');
        out += ' ';
    }
    out += '\n';
}

}  // namespace

std::string perf_sched_timehist(const PerfInput& in) {
    People people(in);
    std::vector<u64> last(in.cpus, NEVER);  // the last switch of each CPU
    std::string out =
        "           time    cpu  task name                       wait time  sch delay   run time\n"
        "                        [tid/pid]                          (msec)     (msec)     (msec)\n"
        "--------------- ------  ------------------------------  ---------  ---------  ---------\n";
    Record r;
    for (Trace::Reader reader = in.trace->read(0); reader.next(r);) {
        people.follow(r);
        if (r.time < in.t0) continue;
        if (r.time > in.until) break;
        u64 now = r.time - in.t0;
        if (r.event == Ev::sched_wakeup || r.event == Ev::sched_wakeup_new) {
            PerfTask& t = people[r.task(0)];
            if (!t.ready) t.ready = now + 1;
            continue;
        }
        if (r.event != Ev::sched_switch || r.cpu >= in.cpus) continue;
        PerfTask& t = people[r.task(0)];
        u64 begin = last[r.cpu];
        u64 ran = 0, delayed = 0, waited = 0;
        if (begin != NEVER) {
            ran = now - begin;
            if (t.ready && t.ready - 1 <= begin) delayed = begin - (t.ready - 1);
            if (t.last_out && t.last_out - 1 <= begin) waited = begin - (t.last_out - 1);
        }
        timehist_line(out, r, now, t, waited, delayed, ran);
        t.ready = 0;
        t.last_out = now + 1;
        last[r.cpu] = now;
    }
    return out;
}

std::string perf_sched_map(const PerfInput& in) {
    People people(in);
    std::vector<TaskId> curr(in.cpus);
    char letter = 'A';
    char digit = '0';
    std::string out;
    Record r;
    for (Trace::Reader reader = in.trace->read(0); reader.next(r);) {
        people.follow(r);
        if (r.time > in.until) break;
        if (r.time < in.t0 || r.event != Ev::sched_switch || r.cpu >= in.cpus) continue;
        curr[r.cpu] = r.task(1);
        PerfTask& next = people[r.task(1)];
        bool fresh = next.letter.empty();
        if (fresh && next.idle) {
            next.letter = ". ";
        } else if (fresh) {
            next.letter = {letter, digit};
            if (letter < 'Z') {
                ++letter;
            } else {
                letter = 'A';
                digit = digit < '9' ? static_cast<char>(digit + 1) : '0';
            }
        }
        out += "  ";
        for (u32 cpu = 0; cpu < in.cpus; ++cpu) {
            out += cpu == r.cpu ? '*' : ' ';
            append_right(out, curr[cpu] ? people[curr[cpu]].letter : std::string(), 2);
            out += ' ';
        }
        out += "  ";
        append_right(out, stamp(r.time - in.t0), 12);
        out += " secs ";
        if (fresh) out += next.letter + " => " + next.comm + ":" + std::to_string(next.tid);
        out += '\n';
    }
    return out;
}

}  // namespace rq::view
