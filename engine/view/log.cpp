// A sentence for each kind of record, and for the present instant.
#include "view/log.hpp"

#include "base/text.hpp"
#include "context.hpp"
#include "cost/table.hpp"
#include "task/uapi.hpp"
#include "view/explain.hpp"

namespace rq::view {

namespace {

std::string bold(const Cast& cast, u32 task) {
    std::string out;
    append_name(out, cast.name(task));
    return out;
}

std::string cpu_text(u64 cpu) { return "CPU " + std::to_string(cpu); }

std::string switch_sentence(const Record& r, const Cast& cast) {
    bool from_idle = cast.is_idle(r.task(0));
    bool to_idle = cast.is_idle(r.task(1));
    std::string prev = bold(cast, cast.index(r.task(0)));
    std::string next = bold(cast, cast.index(r.task(1)));
    if (from_idle) return next + " runs on " + cpu_text(r.cpu) + ", which was idle";
    State left = state_of(static_cast<u32>(r.arg[2]), false);
    std::string what = prev;
    if (left == State::waiting)
        what += " waits";
    else if (left == State::zombie || left == State::dead)
        what += " ended";
    else if (left == State::stopped || left == State::traced)
        what += " is stopped";
    else
        what += left == State::disk ? " sleeps uninterruptibly" : " sleeps";
    if (to_idle) return what + "; " + cpu_text(r.cpu) + " is idle";
    return what + "; " + next + " runs on " + cpu_text(r.cpu);
}

/// The kinds are those of mm/memory.cpp: 0 new page, 1 zero page, 2 of the page cache, 3 written
/// again, 4 copied; 8 is added if the disk was read.
std::string fault_sentence(const Record& r, const std::string& who) {
    static const char* const kinds[] = {"gets a new page", "reads the zero page",
                                        "maps a page of the page cache",
                                        "may write its page again", "gets a copy of its own"};
    u64 kind = r.arg[1] & 7;
    return who + (r.arg[1] & 8 ? " has a major fault on page " : " faults on page ") +
           std::to_string(r.arg[2]) + (kind < 5 ? std::string(": it ") + kinds[kind] : "");
}

std::string sentence_of(const Record& r, const Cast& cast) {
    std::string who = bold(cast, cast.index(r.task(0)));
    auto other = [&](u32 i) { return bold(cast, cast.index(r.task(i))); };
    auto number = [&](u32 i) { return std::to_string(r.number(i)); };
    switch (r.event) {
    case Ev::sched_switch: return switch_sentence(r, cast);
    case Ev::resched:
        if (cast.is_idle(r.task(0)))
            return cpu_text(r.cpu) + " is to stop idling: " + other(2) + " woke up";
        return who + " is to leave the CPU: " + leaving(r.rule(1), "it", other(2), cast);
    case Ev::sched_waking: return who + " is about to be woken";
    case Ev::sched_wakeup: return who + " wakes up on " + cpu_text(r.arg[1]);
    case Ev::sched_wakeup_new: return who + " becomes runnable for the first time";
    case Ev::sched_migrate_task:
        return who + " moves from " + cpu_text(r.arg[1]) + " to " + cpu_text(r.arg[2]);
    case Ev::sched_process_fork:
        return who + " forks " + other(1) + " (pid " + number(2) + ")";
    case Ev::sched_process_exec: return who + " executes a new program";
    case Ev::sched_process_exit: return who + " exits with status " + number(1);
    case Ev::sched_process_wait: return who + " waits for " + other(1);
    case Ev::sched_process_free: return who + " is gone: its task_struct is freed";
    case Ev::cost_charge:
        return human_ns(r.arg[1]) + " of " + kind_words(static_cast<Kind>(r.arg[0]));
    case Ev::sys_exit:
        return who + " returns from " +
               (r.arg[1] < static_cast<u64>(OpCode::count_)
                    ? op_info(static_cast<OpCode>(r.arg[1])).name
                    : "a system call") +
               ": " + number(2);
    case Ev::page_fault: return fault_sentence(r, who);
    case Ev::cow_fault:
        return who + " writes shared page " + number(1) + ": frame " + number(2) +
               " is copied to " + number(3);
    case Ev::signal_generate: return "signal " + number(1) + " is sent to " + who;
    case Ev::signal_deliver: return who + " takes signal " + number(1);
    case Ev::sched_attr:
        return who + " gets " + policy_name(static_cast<Policy>(r.arg[1])) + ", priority " +
               number(2);
    case Ev::sched_throttle: return "throttled: " + rule_text(r.rule(2), nullptr, cast);
    case Ev::sched_unthrottle: return "runs again: " + rule_text(r.rule(2), nullptr, cast);
    case Ev::dl_event: return who + ": " + rule_text(r.rule(2), nullptr, cast);
    case Ev::refused: return who + " is refused: " + rule_text(r.rule(2), nullptr, cast);
    case Ev::action: return "an action from outside takes effect";
    case Ev::balance: return "load balancing moves " + number(2) + " tasks";
    case Ev::task_state:
        return who + " is now " + state_word(state_of(static_cast<u32>(r.arg[1]), false));
    case Ev::task_rename: return "a task is now called " + who;
    case Ev::sched_pi_setprio:
        return who + " runs with priority " + number(2) + " instead of " + number(1) +
               (r.arg[3] ? ": " + other(3) + " waits for it" : "");
    case Ev::oom_kill:
        return "out of memory: " + who + " is killed, which has " + number(2) +
               " pages in memory; " + other(1) + " wanted one more";
    case Ev::count_: break;
    }
    return event_info(r.event).name;
}

/// Records whose first argument is no task.
bool no_subject(Ev event) {
    return event == Ev::cost_charge || event == Ev::sched_throttle ||
           event == Ev::sched_unthrottle || event == Ev::action || event == Ev::balance;
}

/// Records that a reader does without: costs, and the first half of a wakeup.
bool detail(Ev event) { return event == Ev::cost_charge || event == Ev::sched_waking; }

std::string list_names(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i == 8 && names.size() > 9)
            return out + " and " + std::to_string(names.size() - 8) + " more";
        if (i) out += i + 1 == names.size() ? " and " : ", ";
        append_name(out, names[i]);
    }
    return out;
}

}  // namespace

LogRow log_row(const Record& r, const Cast& cast) {
    LogRow row;
    row.record = r.index;
    row.time = r.time;
    row.cpu = r.cpu;
    row.kind = event_info(r.event).name;
    row.task = no_subject(r.event) ? no_task : cast.index(r.task(r.event == Ev::sched_switch));
    row.sentence = sentence_of(r, cast);
    row.why = explainable(r);
    return row;
}

std::vector<LogRow> log_rows(const Trace& trace, const Cast& cast, u64 from, u32 count, u64& next,
                             bool costs) {
    std::vector<LogRow> rows;
    next = from < trace.first_index() ? trace.first_index() : from;
    Record r;
    for (Trace::Reader reader = trace.read(from); rows.size() < count && reader.next(r);) {
        next = r.index + 1;
        if (detail(r.event) && !costs) continue;
        rows.push_back(log_row(r, cast));
    }
    return rows;
}

std::vector<LogRow> log_rows_before(const Trace& trace, const Cast& cast, u64 before, u32 count,
                                    bool costs) {
    std::vector<LogRow> rows;
    for (u64 back = u64{count} * 2;; back *= 4) {
        rows.clear();
        u64 from = before > back ? before - back : 0;
        if (from < trace.first_index()) from = trace.first_index();
        Record r;
        for (Trace::Reader reader = trace.read(from); reader.next(r) && r.index < before;)
            if (!detail(r.event) || costs) rows.push_back(log_row(r, cast));
        if (rows.size() >= count || from <= trace.first_index()) break;
    }
    if (rows.size() > count)
        rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(count));
    return rows;
}

std::string describe(const Context& c, const Cast& cast, u64 now) {
    std::string out = "At " + instant(now ? now : c.w.g.now, c.w.g.t0) + ": ";
    std::vector<std::string> waiting;
    std::vector<std::string> sleeping;
    std::vector<std::string> other;
    for (const Member& m : cast.members()) {
        if (m.role != Role::workload || !c.w.tasks.alive(m.id)) continue;
        const task_struct& p = c.w.tasks[m.id];
        State state = state_of(p.__state | p.exit_state, p.on_cpu != 0);
        if (state == State::waiting) waiting.push_back(m.label);
        if (state == State::sleeping) sleeping.push_back(m.label);
        if (state != State::waiting && state != State::sleeping && state != State::running)
            other.push_back(m.label + " (" + state_word(state) + ")");
    }
    u32 idle = 0;
    u32 told = 0;
    for (u32 cpu = 0; cpu < c.w.g.cpus; ++cpu) {
        TaskId curr = c.w.rqs[cpu].curr;
        if (!curr || cast.is_idle(curr)) {
            ++idle;
            continue;
        }
        if (told++ < 16) out += bold(cast, cast.index(curr)) + " runs on " + cpu_text(cpu) + ". ";
    }
    if (told > 16) out += std::to_string(told - 16) + " more CPUs are busy. ";
    if (idle)
        out += c.w.g.cpus == 1 ? std::string("The CPU is idle. ")
                               : std::to_string(idle) + (idle == 1 ? " CPU is" : " CPUs are") +
                                     " idle. ";
    if (!waiting.empty())
        out += list_names(waiting) + (waiting.size() == 1 ? " waits" : " wait") + " for a CPU. ";
    if (!sleeping.empty())
        out += list_names(sleeping) + (sleeping.size() == 1 ? " sleeps. " : " sleep. ");
    if (!other.empty()) out += "Further: " + list_names(other) + ". ";
    out.pop_back();
    return out;
}

}  // namespace rq::view
