// `runqueue why`: for an instant, why each task runs or does not.
#include "cli/commands.hpp"

namespace rq::cli {

namespace {

std::string card_text(const view::WhyCard& card) {
    std::string out = card.question + "\n  " + view::plain(card.answer) + "\n";
    for (const view::WhyCard::Line& line : card.numbers) {
        out += "    " + line.text;
        if (!line.verdict.empty()) out += "  (" + line.verdict + ")";
        out += "\n";
    }
    if (!card.function.empty()) out += "  rule: " + card.function + "\n";
    if (!card.runner_up.empty()) out += "  " + view::plain(card.runner_up) + "\n";
    if (!card.otherwise.empty()) out += "  " + view::plain(card.otherwise) + "\n";
    return out;
}

/// The switch that brought on who runs on a CPU now; false if nobody has been switched to.
bool last_switch(const Trace& trace, u32 cpu, Record& out) {
    bool found = false;
    Record r;
    for (Trace::Reader reader = trace.read(0); reader.next(r);)
        if (r.event == Ev::sched_switch && r.cpu == cpu) {
            out = r;
            found = true;
        }
    return found;
}

view::WhyCard why_running(Simulation& s, const view::Cast& cast, u32 cpu) {
    Record record, asked;
    if (!last_switch(s.trace(), cpu, record)) return {};
    bool found = view::find_resched(s.trace(), record, asked);
    std::vector<Why> numbers = s.why(record.index);
    if (found)
        for (const Why& why : s.why(asked.index)) numbers.push_back(why);
    return view::explain(record, found ? &asked : nullptr, numbers, cast);
}

}  // namespace

int why_command(const WhyArguments& a) {
    Run run = run_to_instant(a.file, a.options, a.at);
    if (!run.simulation) return run.code;
    Simulation& s = *run.simulation;
    view::Cast cast = run.start.cast;
    Record r;
    for (Trace::Reader reader = s.trace().read(0); reader.next(r);) cast.take(r);
    cast.set_t0(s.t0());
    cast.label();
    std::string out;
    for (u32 i = 0; i < cast.count(); ++i) {
        bool asked = a.task.empty() ? cast[i].role == view::Role::workload
                                    : cast.name(i) == a.task || cast[i].comm == a.task;
        if (!asked) continue;
        view::WhyCard card = view::why_not(s.context(), cast, i, s.now());
        if (!card.present) continue;
        bool runs = s.world().rqs[card.cpu].curr == cast[i].id;
        view::WhyCard switched = runs ? why_running(s, cast, card.cpu) : view::WhyCard{};
        out += card_text(switched.present ? switched : card) + "\n";
    }
    if (out.empty()) {
        say("--task: no task called `" + a.task + "` exists at " + a.at +
            ". Names are those of `runqueue run`.");
        return exit_bad_usage;
    }
    print(out);
    return run.code;
}

}  // namespace rq::cli
