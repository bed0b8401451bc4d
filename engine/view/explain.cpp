// Makes the card: the rule's table gives the function and the comparison, this file the words.
#include "view/explain.hpp"

#include "base/text.hpp"

namespace rq::view {

namespace {

std::string value_text(s64 value, char unit, const Cast& cast) {
    u64 size = value < 0 ? ~static_cast<u64>(value) + 1 : static_cast<u64>(value);
    std::string sign = value < 0 ? "\u2212" : "";
    if (unit == 't') return sign + human_ns(size);
    if (unit == 'i') return instant(static_cast<u64>(value), cast.t0());
    if (unit == 'v') return sign + ms3(size);
    if (unit == 'p') return cast.name(TaskId{static_cast<u32>(value)});
    return sign + std::to_string(size);
}

/// Fills {0t} and the like. Without numbers the placeholders go, and what then dangles.
std::string fill(std::string_view sentence, const Why* why, const Cast& cast) {
    std::string out;
    for (std::size_t i = 0; i < sentence.size(); ++i) {
        if (sentence[i] != '{' || i + 3 >= sentence.size()) {
            out += sentence[i];
            continue;
        }
        u32 at = static_cast<u32>(sentence[i + 1] - '0');
        if (why && at < why->count)
            out += value_text(why->value[at], sentence[i + 2], cast);
        else
            while (!out.empty() && out.back() == ' ') out.pop_back();
        i += 3;
    }
    while (!out.empty() && (out.back() == ' ' || out.back() == ':')) out.pop_back();
    return out;
}

const Why* numbers_of(const std::vector<Why>& whys, u64 record, Rule rule) {
    for (std::size_t i = whys.size(); i-- > 0;)
        if (whys[i].record == record && whys[i].rule == rule) return &whys[i];
    return nullptr;
}

/// "delta_exec {0t}" as "delta_exec = 4.000 ms".
std::string equation(std::string_view part, const Why* why, const Cast& cast) {
    std::size_t brace = part.find('{');
    if (brace == std::string_view::npos || brace < 2) return fill(part, why, cast);
    std::string_view label = part.substr(0, brace - 1);
    if (label.size() > 3 && label.substr(label.size() - 3) == " by") label.remove_suffix(3);
    return std::string(label) + " = " + fill(part.substr(brace), why, cast);
}

/// One comparison: a line for each side, and the relation as the verdict.
void add_numbers(WhyCard& card, Rule rule, const Why* why, const char* outcome, const Cast& cast) {
    if (rule == Rule::none || !why || why->count == 0) return;
    std::string_view sentence = rule_info(rule).sentence;
    std::size_t relation = sentence.find(" > ");
    if (relation == std::string_view::npos || why->count < 2) {
        card.numbers.push_back({fill(sentence, why, cast), ""});
        return;
    }
    card.numbers.push_back({equation(sentence.substr(0, relation), why, cast), ""});
    std::string verdict = value_text(why->value[0], 't', cast) + " > " +
                          value_text(why->value[1], 't', cast) + ": " + outcome;
    card.numbers.push_back({equation(sentence.substr(relation + 3), why, cast), verdict});
}

std::string bold(const Cast& cast, u32 task) {
    std::string out;
    append_name(out, cast.name(task));
    return out;
}

std::string picked(Rule rule, const std::string& next) {
    switch (rule) {
    case Rule::pick_leftmost: return next + " had the least virtual runtime of those waiting";
    case Rule::pick_second: return next + " came second after a task that is to be skipped";
    case Rule::pick_next_buddy:
    case Rule::pick_last_buddy: return next + " was preferred as a buddy and is not far behind";
    case Rule::pick_only: return "no other task was waiting";
    case Rule::pick_rt: return next + " has the highest real-time priority";
    case Rule::pick_deadline: return next + " has the earliest deadline";
    case Rule::pick_stop: return "the stop task runs before all others";
    case Rule::pick_eevdf: return next + " was eligible and had the earliest virtual deadline";
    case Rule::pick_eevdf_parity: return next + " may run until its slice is used up";
    default: break;
    }
    return next + " was next";
}

/// Rules in whose clause the task that woke is the subject.
bool woke(Rule rule) {
    switch (rule) {
    case Rule::wakeup_preempt:
    case Rule::wakeup_preempt_idle_policy:
    case Rule::wakeup_preempt_eevdf:
    case Rule::wakeup_preempt_short:
    case Rule::wakeup_preempt_class:
    case Rule::wakeup_preempt_rt:
    case Rule::wakeup_preempt_dl: return true;
    default: return false;
    }
}

void explain_switch(WhyCard& card, const Record& r, const Record* resched,
                    const std::vector<Why>& whys, const Cast& cast) {
    bool from_idle = cast.is_idle(r.task(0));
    bool to_idle = cast.is_idle(r.task(1));
    u32 prev = cast.index(r.task(0));
    u32 next = cast.index(r.task(1));
    u32 runner_up = cast.index(r.task(4));
    std::string prev_name = bold(cast, prev);
    std::string next_name = bold(cast, next);
    State left = state_of(static_cast<u32>(r.arg[2]), false);
    Rule pick = r.rule(3);
    card.task = to_idle ? prev : next;
    card.question = to_idle ? "Why is CPU " + std::to_string(r.cpu) + " idle now?"
                            : "Why did " + cast.name(next) + " run now?";
    bool gave_up = left != State::waiting;
    u32 by = resched ? cast.index(resched->task(2)) : no_task;
    // "web runs because it woke up …, and it had …": named once where it is the subject throughout.
    bool same = by == next && by != no_task && !gave_up && !from_idle && resched &&
                woke(resched->rule(1));
    std::string by_name = same ? "it" : bold(cast, by);
    std::string cause;
    if (from_idle && !resched)
        cause = "the CPU was idle";
    else if (from_idle)
        cause = "the CPU was idle and it became runnable";
    else if (left == State::zombie || left == State::dead)
        cause = prev_name + " ended";
    else if (gave_up)
        cause = prev_name + (left == State::stopped ? " was stopped" : " went to sleep");
    else
        cause = leaving(resched ? resched->rule(1) : Rule::yielded, prev_name, by_name, cast);
    if (to_idle) {
        card.answer = "CPU " + std::to_string(r.cpu) + " is idle because " + cause +
                      " and no other task is runnable here.";
    } else {
        card.answer = next_name + " runs because " + cause;
        if (!from_idle) card.answer += ", and " + picked(pick, same ? "it" : next_name);
        card.answer += ".";
    }
    Rule rule = pick;
    if (!gave_up && resched && resched->rule(1) != Rule::none) {
        rule = resched->rule(1);
        add_numbers(card, rule, numbers_of(whys, resched->index, rule), "preempt", cast);
        if (!from_idle && prev != no_task)
            card.otherwise = prev_name + " would have gone on running.";
    }
    add_numbers(card, pick, numbers_of(whys, r.index, pick), "pick", cast);
    card.function = std::string(rule_info(rule).function) + "()";
    if (runner_up != no_task && runner_up != next) {
        card.runner_up = bold(cast, runner_up) + " would have been next.";
        if (card.otherwise.empty())
            card.otherwise =
                "Without " + next_name + ", " + bold(cast, runner_up) + " would run now.";
    }
}

/// Cards of everything but switches: the rule's own sentence answers.
void explain_rule(WhyCard& card, Rule rule, const std::vector<Why>& whys, std::string question,
                  std::string answer, const char* outcome, const Cast& cast) {
    const Why* why = numbers_of(whys, card.record, rule);
    card.question = std::move(question);
    card.answer = std::move(answer);
    add_numbers(card, rule, why, outcome, cast);
    const char* function = rule_info(rule).function;
    if (*function) card.function = std::string(function) + "()";
}

}  // namespace

std::string leaving(Rule rule, const std::string& prev, const std::string& by, const Cast& cast) {
    switch (rule) {
    case Rule::tick_ideal_runtime:
        return prev + " had run for longer than its share of the period";
    case Rule::tick_vruntime_ahead:
        return prev + " was ahead of the others in virtual runtime";
    case Rule::moved_group:
        return prev + " was moved to another control group";
    case Rule::throttle_cfs:
        return "the control group of " + prev + " had used up its quota";
    case Rule::throttle_rt:
        return "real-time tasks had used up their share of the period";
    case Rule::unthrottle_rt:
        return "real-time tasks may run again: a new period began";
    case Rule::throttle_dl:
        return prev + " had used up its budget";
    case Rule::tick_ineligible:
        return prev + " had got more than its share and is not eligible any more";
    case Rule::tick_slice_used:
        return prev + " had used up its slice";
    case Rule::tick_rr:
        return prev + " had used up its round-robin slice";
    case Rule::tick_hrtick:
        return "the end of " + prev + "'s slice was timed exactly";
    case Rule::wakeup_preempt:
        return by + " woke up far enough behind " + prev + " in virtual runtime";
    case Rule::wakeup_preempt_idle_policy:
        return by + " woke up, and " + prev + " has the policy SCHED_IDLE";
    case Rule::wakeup_preempt_eevdf:
    case Rule::wakeup_preempt_short:
        return by + " woke up with an earlier virtual deadline than " + prev;
    case Rule::wakeup_preempt_class:
        return by + " woke up in a higher scheduling class than " + prev;
    case Rule::wakeup_preempt_rt:
        return by + " woke up with a higher real-time priority than " + prev;
    case Rule::wakeup_preempt_dl:
        return by + " woke up with an earlier deadline than " + prev;
    case Rule::wakeup_preempt_from_idle:
        return "the CPU was idle when " + by + " woke up";
    case Rule::yielded:
        return prev + " gave the CPU away with sched_yield";
    case Rule::prio_changed:
        return "the priority of " + prev + " was lowered";
    case Rule::switched_class:
        return "the policy of " + prev + " changed";
    case Rule::affinity_changed:
        return prev + " may no longer run on this CPU";
    default:
        break;
    }
    return prev + " had to leave the CPU: " + rule_text(rule, nullptr, cast);
}

std::string rule_text(Rule rule, const Why* why, const Cast& cast) {
    return fill(rule_info(rule).sentence, why, cast);
}

bool explainable(const Record& r) {
    switch (r.event) {
    case Ev::sched_switch:
        return true;
    case Ev::resched:
    case Ev::refused:
        return r.rule(r.event == Ev::resched ? 1 : 2) != Rule::none;
    case Ev::sched_wakeup:
    case Ev::sched_wakeup_new:
    case Ev::sched_throttle:
    case Ev::sched_unthrottle:
    case Ev::dl_event:
        return r.rule(2) != Rule::none;
    case Ev::sched_migrate_task:
    case Ev::sched_attr:
    case Ev::balance:
    case Ev::oom_kill:
        return r.rule(3) != Rule::none;
    default:
        return false;
    }
}

bool find_resched(const Trace& trace, const Record& record, Record& resched) {
    // Requests come shortly before their switch, so a few looks back find it, or the switch before.
    for (u64 back = 16; back <= 4096; back *= 4) {
        u64 from = record.index > back ? record.index - back : 0;
        bool found = false;
        bool fence = from <= trace.first_index();
        Record r;
        for (Trace::Reader reader = trace.read(from); reader.next(r) && r.index < record.index;) {
            if (r.cpu != record.cpu) continue;
            if (r.event == Ev::sched_switch) {
                found = false;
                fence = true;
            } else if (r.event == Ev::resched) {
                resched = r;
                found = true;
            }
        }
        if (found || fence) return found;
    }
    return false;
}

WhyCard explain(const Record& r, const Record* resched, const std::vector<Why>& whys,
                const Cast& cast) {
    WhyCard card;
    card.record = r.index;
    card.time = r.time;
    card.cpu = r.cpu;
    if (!explainable(r)) return card;
    card.present = true;
    u32 task = cast.index(r.task(0));
    card.task = task;
    std::string name = cast.name(task);
    std::string bold_name = bold(cast, task);
    auto because = [&](Rule rule) {
        return rule_text(rule, numbers_of(whys, r.index, rule), cast) + ".";
    };
    switch (r.event) {
    case Ev::sched_switch:
        explain_switch(card, r, resched, whys, cast);
        break;
    case Ev::resched: {
        bool idle = cast.is_idle(r.task(0));
        std::string by = bold(cast, cast.index(r.task(2)));
        explain_rule(card, r.rule(1), whys,
                     idle ? "Why must CPU " + std::to_string(r.cpu) + " stop idling?"
                          : "Why must " + name + " leave the CPU?",
                     "Because " + leaving(r.rule(1), bold_name, by, cast) + ".", "preempt", cast);
        break;
    }
    case Ev::sched_wakeup:
    case Ev::sched_wakeup_new:
        explain_rule(card, r.rule(2), whys,
                     "Why did " + name + " wake on CPU " + std::to_string(r.arg[1]) + "?",
                     bold_name + " goes there: " + because(r.rule(2)), "choose", cast);
        break;
    case Ev::sched_migrate_task:
        explain_rule(card, r.rule(3), whys,
                     "Why did " + name + " move from CPU " + std::to_string(r.arg[1]) + " to CPU " +
                         std::to_string(r.arg[2]) + "?",
                     bold_name + " moved: " + because(r.rule(3)), "move", cast);
        break;
    case Ev::sched_throttle:
    case Ev::sched_unthrottle:
        card.task = no_task;
        explain_rule(card, r.rule(2), whys,
                     r.event == Ev::sched_throttle ? "Why are these tasks throttled?"
                                                   : "Why may these tasks run again?",
                     because(r.rule(2)), "throttle", cast);
        break;
    case Ev::dl_event:
        explain_rule(card, r.rule(2), whys, "Why did the deadline of " + name + " change?",
                     bold_name + ": " + because(r.rule(2)), "", cast);
        break;
    case Ev::refused:
        explain_rule(card, r.rule(2), whys, "Why was the call of " + name + " refused?",
                     bold_name + ": " + because(r.rule(2)), "refuse", cast);
        break;
    case Ev::oom_kill:
        explain_rule(card, r.rule(3), whys, "Why was " + name + " killed?",
                     "All memory is used up, and " + bold_name + " has the " + because(r.rule(3)),
                     "kill", cast);
        card.otherwise = bold(cast, cast.index(r.task(1))) + " would not have got its page.";
        break;
    default:
        explain_rule(card, r.rule(3), whys, std::string("Why ") + event_info(r.event).name + "?",
                     because(r.rule(3)), "", cast);
        break;
    }
    return card;
}

}  // namespace rq::view
