// Time control: what no real shell has.
#include "console/command.hpp"

#include <algorithm>

namespace rq::console {

namespace {

std::string when(const Session& s) {
    return view::instant(s.now(), s.t0());
}

/// "t = +12.000 ms" and who is on each CPU.
void show_now(Run& run) {
    Session& s = run.shell.session();
    run.out += "t = " + when(s) + "\n";
    Context c = run.context();
    for (u32 cpu = 0; cpu < c.w.g.cpus && cpu < 16; ++cpu) {
        const rq& q = c.w.rqs[cpu];
        bool idle = q.curr == q.idle;
        run.out += "cpu" + std::to_string(cpu) + ": " +
                   (idle ? "idle"
                         : std::string(c.w.comms[q.curr.slot()].text) + " (" +
                               std::to_string(c.w.tasks[q.curr].pid) + ")") +
                   ", " + std::to_string(q.nr_running) + " runnable\n";
    }
    if (c.w.g.cpus > 16) run.out += "… " + std::to_string(c.w.g.cpus) + " CPUs in all\n";
}

/// The records from ordinal `from` to the cursor, a sentence each; the last ones if many.
void show_records(Run& run, u64 from) {
    Session& s = run.shell.session();
    u64 until = s.world().g.records;
    constexpr u64 most = 40;
    if (until > from + most) {
        run.out += "… " + std::to_string(until - from - most) + " records\n";
        from = until - most;
    }
    Record r;
    for (u64 i = from; i < until; ++i) {
        if (!s.trace().get(i, r)) continue;
        view::LogRow row = view::log_row(r, s.books().cast);
        run.out += view::instant(r.time, s.t0()) + "  cpu" + std::to_string(r.cpu) + "  " +
                   view::plain(row.sentence) + "\n";
    }
}

/// On to an instant; where it ended says what came in the way.
s32 travel(Run& run, u64 to) {
    Session& s = run.shell.session();
    const bool arrived = s.advance_to(to);
    show_now(run);
    if (arrived || s.limit_sentence().empty()) return arrived ? 0 : 1;
    return run.fail(s.limit_sentence());
}

bool time_argument(Run& run, const std::string& text, u64& ns) {
    std::string clean = text[0] == '+' ? text.substr(1) : text;
    if (parse_time(clean, ns)) return true;
    run.fail("`" + text + "` is not a time: write 10ms, 2s, 350us or nanoseconds");
    return false;
}

}  // namespace

s32 cmd_now(Run& run) {
    show_now(run);
    return 0;
}

s32 cmd_run(Run& run) {
    u64 ns = 10 * NSEC_PER_MSEC;
    if (run.args.size() > 1 && !time_argument(run, run.args[1], ns)) return 1;
    Session& s = run.shell.session();
    return travel(run, s.now() + ns);
}

s32 cmd_step(Run& run) {
    Session& s = run.shell.session();
    u64 from = s.world().g.records;
    if (run.args.size() > 1 && run.args[1] == "switch") {
        s.step_switch();
        show_now(run);
        return 0;
    }
    s64 count = 1;
    if (run.args.size() > 1 && (!parse_number(run.args[1], count) || count < 1))
        return run.fail("`" + run.args[1] + "` is no number of events");
    u64 wanted = s.events() + static_cast<u64>(count);
    s.advance_until([&](const World& w) { return w.g.events >= wanted; }, static_cast<u64>(count));
    show_records(run, from);
    run.out += "t = " + when(s) + ", event " + std::to_string(s.events()) + "\n";
    return 0;
}

s32 cmd_back(Run& run) {
    Session& s = run.shell.session();
    std::string word = run.args.size() > 1 ? run.args[1] : "1";
    s64 count = 0;
    u64 ns = 0;
    if (word == "switch") {
        s.step_back_switch();
    } else if (parse_number(word, count)) {
        s.step_back_event(static_cast<u64>(std::max<s64>(count, 0)));
    } else {
        if (!time_argument(run, word, ns)) return 1;
        s.seek(s.now() > ns ? s.now() - ns : 0);
    }
    show_now(run);
    return 0;
}

s32 cmd_at(Run& run) {
    u64 ns = 0;
    if (run.args.size() < 2) return run.fail("which instant? at 250ms");
    if (!time_argument(run, run.args[1], ns)) return 1;
    Session& s = run.shell.session();
    u64 to = s.t0() + ns;
    if (to > s.now()) return travel(run, to);
    s.seek(to);
    show_now(run);
    return 0;
}

s32 cmd_until(Run& run) {
    if (run.args.size() < 2) return run.fail("whom? until 1000, until hogA S");
    Session& s = run.shell.session();
    s64 pid = 0;
    bool number = parse_number(run.args[1], pid);
    const std::string state = run.args.size() > 2 ? run.args[2] : "R";
    const std::string name = run.args[1].substr(0, 15);
    auto found = [&](const World& w) {
        TaskId p;
        if (number) return run.shell.processes().by_pid(static_cast<s32>(pid));
        w.tasks.for_each([&](TaskId id, const task_struct& t) {
            if (!p && !t.exit_state && name == w.comms[id.slot()].text) p = id;
        });
        return p;
    };
    if (!found(s.world()) && state != "gone") return run.fail(run.args[1] + ": no such task now");
    bool moved = false;  // "until it runs" means the next time
    bool there = s.advance_until(
        [&](const World& w) {
            TaskId p = found(w);
            if (state == "gone") return !p;
            if (!p) return true;
            const task_struct& t = w.tasks[p];
            if (state == "R") {
                bool arrived = moved && t.on_cpu;
                moved = moved || !t.on_cpu;
                return arrived;
            }
            view::State now = view::state_of(t.__state | t.exit_state, t.on_cpu);
            return view::state_letter(now) == state[0];
        },
        5'000'000);
    if (!there) return run.fail("it has not come to that in 5,000,000 events");
    show_now(run);
    return 0;
}

s32 cmd_why(Run& run) {
    const view::WhyCard& card = run.shell.session().why();
    if (!card.present) return run.fail("there is no switch before this instant");
    auto line = [&](const char* name, const std::string& text) {
        if (!text.empty()) run.out += std::string(name) + view::plain(text) + "\n";
    };
    line("", card.question);
    line("  ", card.answer);
    for (const view::WhyCard::Line& n : card.numbers)
        line("  ", n.verdict.empty() ? n.text : left(n.text, 44) + " " + n.verdict);
    line("  rule: ", card.function);
    line("  runner-up: ", card.runner_up);
    line("  otherwise: ", card.otherwise);
    return 0;
}

}  // namespace rq::console
