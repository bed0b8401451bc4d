// Two simulations of one run: one goes ahead and records, so that the timeline knows what comes;
// the other stands at the cursor, so that the present can be asked at any instant.
#include "session/session.hpp"

#include <algorithm>

namespace rq {

namespace {

constexpr u64 search_events = 2'000'000;  // looking for a switch beyond what is known
constexpr u64 most_again = 30'000;        // records of a stretch that is run again for curves
constexpr u64 curve_points = 2'000;       // across a stretch, changes of state aside
constexpr u64 events_between_questions = 8'192;                // whether to break off
constexpr u64 ns_between_questions = 100 * NSEC_PER_MSEC;      // the same, in simulated time

const Scenario empty_scenario;

std::string limit_sentence_of(const Simulation& s) {
    std::string events = "Stopped after " + std::to_string(s.events()) + " events: ";
    switch (static_cast<LimitHit>(s.world().g.limit_hit)) {
    case LimitHit::none: return "";
    case LimitHit::tasks: return events + "no more tasks fit into the limit of 131,072.";
    case LimitHit::no_progress: return events + "the tasks make no progress at one instant.";
    case LimitHit::trace_full: return events + "the trace is full.";
    case LimitHit::time: return events + "the end of time was reached.";
    case LimitHit::frames: return events + "no more page frames fit into the limit of 64 GiB.";
    case LimitHit::panic:
        return events + "Kernel panic - not syncing: System is deadlocked on memory.";
    }
    return "";
}

}  // namespace

Session::Session(const SessionOptions& options) : options_(options) {}
Session::~Session() = default;

Diagnostics Session::load(std::string_view text, std::string_view name) {
    Result<Scenario> scenario = read_for_running(text, overrides_);
    if (!scenario) return scenario.errors();
    Diagnostics errors = boot(*scenario);
    if (!errors.empty()) return errors;
    text_ = text;
    name_ = name;
    return {};
}

Diagnostics Session::reload(const Overrides& overrides) {
    Overrides before = overrides_;
    overrides_ = overrides;
    u64 at = loaded() && now_ > t0() ? now_ - t0() : 0;
    Diagnostics errors = load(std::string(text_), std::string(name_));
    if (!errors.empty())
        overrides_ = before;
    else
        seek(t0() + at);
    return errors;
}

Diagnostics Session::boot(const Scenario& scenario) {
    SimulationOptions ahead;
    ahead.trace_limit = options_.trace_limit;
    ahead.keyframe_budget = options_.keyframe_budget / 2;
    SimulationOptions cursor = ahead;
    cursor.trace = false;
    auto first = Simulation::boot(scenario, ahead);
    if (!first) return first.errors();
    auto second = Simulation::boot(scenario, cursor);
    if (!second) return second.errors();
    ahead_ = std::move(*first);
    cursor_ = std::move(*second);
    booted_ = std::make_unique<World>(ahead_->world());
    known_ = view::report_start(*ahead_).known;
    ++boots_;
    books_ = std::make_unique<view::Books>();
    books_->begin(ahead_->world());
    playing_ = false;
    acted_ = false;
    selection_ = Selection{};
    curves_asked_[0] = 0;
    hash_events_ = ~u64{0};
    now_ = ahead_->now();
    fraction_ = 0;
    limit_.clear();
    run_ahead(options_.stretch_events);
    // The machine's start is of no interest: the views begin where the tasks start.
    u64 start = t0();
    seek(start < computed_until() ? start : computed_until());
    changed();
    return {};
}

const Scenario& Session::scenario() const {
    return ahead_ ? ahead_->image().scenario : empty_scenario;
}

u64 Session::t0() const { return ahead_ ? ahead_->t0() : 0; }
u64 Session::events() const { return cursor_ ? cursor_->events() : 0; }
u64 Session::computed_until() const { return ahead_ ? ahead_->now() : 0; }
bool Session::complete() const { return !ahead_ || ahead_->finished(); }
u64 Session::end_time() const { return ahead_ ? ahead_->world().g.end_of_run : 0; }
const Trace& Session::trace() const { return ahead_->trace(); }
const World& Session::world() const { return cursor_->world(); }

/// The present is the cursor's, the history is in the trace of the run ahead.
Context Session::context() const {
    Context present = cursor_->context();
    Context c{present.w, ahead_->context().trace, present.image};
    c.recording = false;
    return c;
}

u64 Session::state_hash() const { return cursor_ ? cursor_->state_hash() : 0; }

u64 Session::hash() {
    if (!ahead_) return 0;
    if (hash_events_ != ahead_->events()) {
        hash_events_ = ahead_->events();
        hash_ = complete() ? ahead_->hash() : ahead_->state_hash();
    }
    return hash_;
}

void Session::run_ahead(u32 events_max) {
    if (complete() || (computed_until() > now_ && computed_until() - now_ > options_.horizon_ns))
        return;
    ahead_->run_events(events_max);
    if (ahead_->finished() && ahead_->world().g.limit_hit == 0) ahead_->run_until(end_time());
    books_->update(ahead_->trace(), ahead_->now());
    books_->cast.set_t0(ahead_->t0());
    limit_ = limit_sentence_of(*ahead_);
    changed();
}

/// The cursor has moved: what hangs on it is old, and what was asked there is answered.
void Session::arrive() {
    selection_.asked = Selection::Asked::last_switch;
    has_card_ = false;
    changed();
}

void Session::play() {
    if (!loaded()) return;
    if (complete() && now_ >= computed_until()) seek(t0());
    playing_ = true;
    changed();
}

void Session::pause() {
    playing_ = false;
    changed();
}

bool Session::advance(u64 host_ns, u32 events_max) {
    if (!loaded()) return false;
    bool busy = !complete();
    if (busy) run_ahead(events_max);
    if (!playing_) return busy;
    // now += host * speed / 1 s, the remainder kept so that slow speeds move as well.
    if (host_ns > NSEC_PER_SEC) host_ns = NSEC_PER_SEC;
    u64 whole = speed_ / NSEC_PER_SEC * host_ns;
    u64 part = speed_ % NSEC_PER_SEC * host_ns + fraction_;
    fraction_ = part % NSEC_PER_SEC;
    u64 target = now_ + whole + part / NSEC_PER_SEC;
    if (target >= computed_until()) {
        target = computed_until();
        if (complete()) playing_ = false;
    }
    if (target != now_) {
        cursor_->run_until(target);
        now_ = target;
    }
    arrive();
    return true;
}

bool Session::can_continue() const {
    return ahead_ && static_cast<LimitHit>(ahead_->world().g.limit_hit) == LimitHit::trace_full;
}

void Session::continue_after_limit() {
    if (!can_continue()) return;
    ahead_->continue_after_limit();
    limit_.clear();
    run_ahead(options_.stretch_events);
}

void Session::seek(u64 time) {
    if (!loaded()) return;
    for (u64 done = 0; time > computed_until() && !complete() && done < search_events;
         done += options_.stretch_events)
        run_ahead(options_.stretch_events);
    if (time > computed_until()) time = computed_until();
    if (time < booted_->g.now) time = booted_->g.now;
    cursor_->seek_time(time);
    now_ = time;
    fraction_ = 0;
    arrive();
}

bool Session::seek_record(u64 record) {
    Record r;
    if (!loaded() || !trace().get(record, r)) return false;
    cursor_->seek_event(ahead_->event_of_record(record));
    now_ = r.time;
    fraction_ = 0;
    arrive();
    return true;
}

void Session::step_event() {
    if (!loaded()) return;
    playing_ = false;
    if (cursor_->step()) now_ = cursor_->now();
    if (now_ > computed_until()) run_ahead(options_.stretch_events);
    arrive();
}

void Session::step_back_event(u64 count) {
    if (!loaded()) return;
    playing_ = false;
    count = std::min(count, cursor_->events());
    if (count > 0) {
        cursor_->seek_event(cursor_->events() - count);
        now_ = cursor_->now();
    }
    arrive();
}

void Session::step_switch() {
    if (!loaded()) return;
    playing_ = false;
    u64 next = books_->timeline.next_switch(~0u, now_);
    for (u64 done = 0; next == NEVER && !complete() && done < search_events;
         done += options_.stretch_events) {
        run_ahead(options_.stretch_events);
        next = books_->timeline.next_switch(~0u, now_);
    }
    seek(next == NEVER ? computed_until() : next);
}

void Session::step_back_switch() {
    if (!loaded()) return;
    playing_ = false;
    u64 before = books_->timeline.previous_switch(~0u, now_);
    seek(before == NEVER ? booted_->g.now : before);
}

void Session::select_task(u32 task) {
    selection_.task = task;
    selection_.asked = Selection::Asked::last_switch;
    has_card_ = false;
    if (loaded() && !playing_ && task < books_->cast.count()) {
        const TaskId id = books_->cast[task].id;
        const World& w = world();
        if (w.tasks.alive(id) && w.rqs[w.tasks[id].cpu.raw].curr != id)
            selection_.asked = Selection::Asked::waiting;
    }
    changed();
}

void Session::select_record(u64 record) {
    selection_.asked = Selection::Asked::record;
    selection_.record = record;
    changed();
}

void Session::select_cpu(u32 cpu) {
    selection_.cpu = cpu;
    changed();
}

void Session::clear_selection() {
    selection_ = Selection{};
    has_card_ = false;
    changed();
}

/// The record that is asked about: the selected one, or the last switch at or before the cursor.
u64 Session::asked_record() const {
    if (selection_.asked == Selection::Asked::record) return selection_.record;
    u64 best = ~u64{0};
    u64 latest = 0;
    for (u32 cpu = 0; cpu < books_->timeline.nr_cpus(); ++cpu) {
        if (selection_.cpu != ~0u && selection_.cpu != cpu) continue;
        view::CpuSlice s = books_->timeline.slice_at(cpu, now_);
        if (s.record == 0 || s.from > now_ || (best != ~u64{0} && s.from < latest)) continue;
        best = s.record;
        latest = s.from;
    }
    return best;
}

const view::WhyCard& Session::why() {
    if (!loaded()) return card_;
    const bool waiting = selection_.asked == Selection::Asked::waiting;
    const u64 record = waiting ? ~u64{0} : asked_record();
    if (has_card_ && record == card_record_) return card_;
    has_card_ = true;
    card_record_ = record;
    if (waiting) return card_ = view::why_not(context(), books_->cast, selection_.task, now_);
    card_ = view::WhyCard{};
    Record r;
    if (record == ~u64{0} || !trace().get(record, r)) return card_;
    std::vector<Why> whys = ahead_->why(record);
    Record resched;
    bool asked = r.event == Ev::sched_switch && view::find_resched(trace(), r, resched);
    if (asked)
        for (const Why& w : ahead_->why(resched.index)) whys.push_back(w);
    card_ = view::explain(r, asked ? &resched : nullptr, whys, books_->cast);
    return card_;
}

/// The cursor's simulation was lent out; it returns to the event at which it stood.
void Session::come_back(u64 event) {
    cursor_->seek_event(event);
    if (now_ > cursor_->now()) cursor_->run_until(now_);
}

void Session::look_at(u64 time, const std::function<void(const Context&)>& look) {
    if (!loaded()) return;
    u64 event = cursor_->events();
    cursor_->seek_time(time < computed_until() ? time : computed_until());
    look(cursor_->context());
    come_back(event);
}

/// Cuts a stretch to what may be run again, with the cursor in its middle.
void Session::narrow(u64& from, u64& to) const {
    u64 first = trace().index_at(from);
    u64 end = trace().index_at(to);
    if (end - first <= most_again) return;
    u64 middle = trace().index_at(now_);
    Record r;
    if (middle > first + most_again / 2 && trace().get(middle - most_again / 2, r)) from = r.time;
    first = trace().index_at(from);
    if (end > first + most_again && trace().get(first + most_again, r)) to = r.time;
}

const view::Curves& Session::curves(u32 cpu, u64 from, u64 to) {
    if (!loaded() || cpu >= cursor_->world().g.cpus) return curves_;
    if (to > computed_until()) to = computed_until();
    if (from < booted_->g.now) from = booted_->g.now;
    const u64 asked[4] = {cpu + u64{1}, from, to, ahead_->world().g.records};
    if (std::equal(asked, asked + 4, curves_asked_)) return curves_;
    std::copy(asked, asked + 4, curves_asked_);
    const u64 asked_from = from, asked_to = to;
    narrow(from, to);
    const u64 event = cursor_->events();
    cursor_->seek_time(from);
    view::CurveFold fold;
    fold.begin(cursor_->context(), books_->cast, cpu, from, (to - from) / curve_points);
    for (u64 done = 0; done < 2 * most_again && cursor_->now() < to && cursor_->step(); ++done)
        fold.take(cursor_->context(), books_->cast, cursor_->now());
    curves_ = fold.done(to);
    curves_.cut = curves_.cut || from > asked_from || to < asked_to;
    come_back(event);
    return curves_;
}

Diagnostics Session::act(const ActionSpec& action) {
    refused_ = 0;
    if (!loaded()) return {};
    ahead_->seek_time(now_);
    u64 cut = ahead_->world().g.records;
    Diagnostics errors = cursor_->act(action);
    if (!errors.empty()) return errors;
    ahead_->act(action);
    acted_ = true;
    books_->cut(ahead_->trace(), *booted_, cut, now_);
    // Those born later are not there any more; their places are for others.
    if (selection_.task >= books_->cast.count()) selection_.task = view::no_task;
    curves_asked_[0] = 0;
    hash_events_ = ~u64{0};
    const u32 before = cursor_->world().g.next_user_action;
    while (cursor_->world().g.next_user_action == before && cursor_->step()) {
    }
    run_ahead(options_.stretch_events);
    catch_up();
    refused_ = answer_to(action, cut);
    arrive();
    return {};
}

/// The errno in the record that follows the action's own, if there is one. What a program's first
/// call is refused with at the same instant is not meant.
s32 Session::answer_to(const ActionSpec& action, u64 from) const {
    Record r;
    for (u64 i = from; i < trace().end_index() && trace().get(i, r) && r.time == now_; ++i) {
        if (r.event != Ev::action || !trace().get(i + 1, r)) continue;
        if (r.event != Ev::refused || r.time != now_) continue;
        s32 error = static_cast<s32>(r.arg[1]);
        bool own = action.kind != ActionSpec::Kind::run_program || error == -EBUSY;
        return own ? error : 0;
    }
    return 0;
}

void Session::extend(u64 end) {
    ahead_->extend(end);
    cursor_->extend(end);
}

/// What is known must reach as far as the cursor has come. False: it cannot, for the trace is full;
/// the cursor is where the known run ends.
bool Session::catch_up() {
    if (now_ < cursor_->now()) now_ = cursor_->now();
    while (ahead_->events() < cursor_->events() && !ahead_->finished())
        run_ahead(options_.stretch_events);
    if (ahead_->now() < now_) ahead_->run_until(now_);
    books_->update(ahead_->trace(), ahead_->now());
    books_->cast.set_t0(ahead_->t0());
    limit_ = limit_sentence_of(*ahead_);
    if (ahead_->now() >= now_) return true;
    cursor_->seek_time(ahead_->now());
    now_ = ahead_->now();
    return false;
}

bool Session::advance_until(const std::function<bool(const World&)>& there, u64 events_max) {
    if (!loaded()) return false;
    playing_ = false;
    bool arrived = there(cursor_->world());
    for (u64 done = 0; !arrived && done < events_max; ++done) {
        if (cursor_->finished()) {
            if (cursor_->world().g.limit_hit || cursor_->idle()) break;
            extend(cursor_->next_time() + NSEC_PER_SEC);
        }
        if (!cursor_->step()) break;
        arrived = there(cursor_->world());
        if (++unasked_ % events_between_questions == 0 && broken_off()) break;
    }
    arrived = catch_up() && arrived;
    arrive();
    return arrived;
}

bool Session::advance_to(u64 time) {
    if (!loaded()) return false;
    playing_ = false;
    while (now_ < time && cursor_->world().g.limit_hit == 0) {
        const u64 to = time - now_ > ns_between_questions ? now_ + ns_between_questions : time;
        extend(to);
        cursor_->run_until(to);
        if (cursor_->world().g.limit_hit) break;
        now_ = to;
        if (broken_off()) break;
    }
    const bool arrived = catch_up() && now_ >= time;
    arrive();
    return arrived;
}

}  // namespace rq
