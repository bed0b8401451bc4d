// Rows are few: a task is preempted by a handful of others, for a handful of reasons.
#include "view/preemptions.hpp"

#include "view/sorting.hpp"

namespace rq::view {

void PreemptionFold::leave(const Record& r) {
    u32 task = cast_->index(r.task(0));
    if (task == no_task || (*cast_)[task].role != Role::workload) return;
    u32 state = static_cast<u32>(r.arg[2]);
    bool runnable = state_of(state, false) == State::waiting || shown_preempted(state);
    if (!runnable || r.time < from_ || r.time > until_) return;
    u32 by = cast_->index(r.task(1));
    Rule rule = r.cpu < asked_.size() && asked_[r.cpu] != Rule::none ? asked_[r.cpu]
                                                                     : Rule::yielded;
    if (task >= of_task_.size()) of_task_.resize(task + 1);
    if (task >= waiting_.size()) waiting_.resize(task + 1);
    u32 row = ~0u;
    for (u32 i : of_task_[task])
        if (rows_[i].by == by && rows_[i].rule == rule) row = i;
    if (row == ~0u) {
        row = static_cast<u32>(rows_.size());
        rows_.push_back({task, by, rule});
        of_task_[task].push_back(row);
    }
    ++rows_[row].times;
    rows_[row].record = r.index;
    waiting_[task] = {row, r.time};
}

void PreemptionFold::come(u32 task, u64 time) {
    if (task >= waiting_.size() || waiting_[task].row == ~0u) return;
    if (time <= until_) rows_[waiting_[task].row].waited_ns += time - waiting_[task].since;
    waiting_[task] = {};
}

void PreemptionFold::take(const Record& r) {
    if (r.event == Ev::resched) {
        if (r.cpu >= asked_.size()) asked_.resize(r.cpu + 1, Rule::none);
        asked_[r.cpu] = r.rule(1);
    } else if (r.event == Ev::sched_switch) {
        leave(r);
        u32 next = cast_->index(r.task(1));
        if (next != no_task) come(next, r.time);
        if (r.cpu < asked_.size()) asked_[r.cpu] = Rule::none;
    }
}

std::vector<PreemptionRow> PreemptionFold::rows() const {
    std::vector<PreemptionRow> out = rows_;
    sort_stable(out, [](const PreemptionRow& a, const PreemptionRow& b) {
        return a.task != b.task ? a.task < b.task : a.times > b.times;
    });
    return out;
}

const char* preemption_words(Rule rule) {
    switch (rule) {
    case Rule::tick_ideal_runtime:
    case Rule::tick_slice_used: return "its slice was used up";
    case Rule::tick_vruntime_ahead: return "it was too far ahead of the leftmost";
    case Rule::tick_ineligible: return "it had had more than its share";
    case Rule::tick_hrtick: return "the slice timer ended its slice";
    case Rule::tick_rr: return "its round-robin slice was used up";
    case Rule::wakeup_preempt: return "woke up far enough behind";
    case Rule::wakeup_preempt_eevdf: return "woke up with an earlier virtual deadline";
    case Rule::wakeup_preempt_short: return "woke up with a shorter slice";
    case Rule::wakeup_preempt_idle_policy: return "woke up; it is SCHED_IDLE";
    case Rule::wakeup_preempt_class: return "woke up in a higher class";
    case Rule::wakeup_preempt_rt: return "woke up with a higher priority";
    case Rule::wakeup_preempt_dl: return "woke up with an earlier deadline";
    case Rule::yielded: return "it called sched_yield";
    case Rule::throttle_cfs: return "its group's quota was used up";
    case Rule::throttle_rt: return "real-time throttling";
    case Rule::throttle_dl: return "its budget was used up";
    case Rule::push_rt:
    case Rule::push_dl: return "pushed here from another CPU";
    case Rule::pull_rt:
    case Rule::pull_dl: return "pulled here from another CPU";
    default: return rule_info(rule).name;
    }
}

}  // namespace rq::view
