// Running, seeking and questioning a run.
#include "sim/simulation.hpp"

#include "sim/boot.hpp"
#include "sim/checkers.hpp"
#include "sim/keyframes.hpp"
#include "sim/step.hpp"

namespace rq {

Simulation::Simulation() = default;
Simulation::~Simulation() = default;

Result<std::unique_ptr<Simulation>> Simulation::boot(const Scenario& scenario,
                                                     const SimulationOptions& options) {
    std::unique_ptr<Simulation> s(new Simulation);
    s->image_ = compile(scenario);
    s->options_ = options;
    s->trace_.set_limit(options.trace_limit);
    s->trace_.set_window(options.trace_window);
    Context c = s->context();
    Diagnostics wrong = boot_world(c);
    if (!wrong.empty()) return wrong;
    s->cursor_ = s->world_.g.now;
    if (options.keyframes) {
        s->keyframes_ = std::make_unique<Keyframes>(options.keyframe_budget);
        s->keyframes_->take(s->world_);
    }
    return s;
}

Context Simulation::context() {
    bool again = world_.g.events < furthest_event_;
    Context c{world_, trace_, *image_};
    c.recording = options_.trace && !again;
    return c;
}

u64 Simulation::end_time() const { return world_.g.end_of_run; }

u64 Simulation::next_time() const { return next_event_time(world_, *image_); }

bool Simulation::finished() const {
    return next_time() > world_.g.end_of_run || world_.g.limit_hit != 0;
}

bool Simulation::step() {
    if (finished()) return false;
    Context c = context();
    return step_with(c);
}

/// One event; the context is the caller's, so that a run of many need not make it anew.
bool Simulation::step_with(Context& c) {
    c.recording = options_.trace && world_.g.events >= furthest_event_;
    step_event(c);
    cursor_ = world_.g.now;
    if (world_.g.events > furthest_event_) furthest_event_ = world_.g.events;
    if (c.recording && trace_.full()) world_.g.limit_hit = static_cast<u32>(LimitHit::trace_full);
    if (keyframes_ && keyframes_->due(world_.g.events)) keyframes_->take(world_);
    return world_.g.limit_hit == 0;
}

Stop Simulation::run_until(u64 time) {
    Context c = context();
    u64 last = time < world_.g.end_of_run ? time : world_.g.end_of_run;
    while (world_.g.limit_hit == 0 && next_event_time(c.w, c.image) <= last) step_with(c);
    if (world_.g.limit_hit) return Stop::limit;
    if (last != NEVER && last > cursor_) cursor_ = last;
    return last < time || last == world_.g.end_of_run ? Stop::finished : Stop::reached;
}

Stop Simulation::run_events(u64 count) {
    Context c = context();
    for (u64 i = 0; i < count; ++i) {
        if (world_.g.limit_hit) return Stop::limit;
        if (next_event_time(c.w, c.image) > world_.g.end_of_run) return Stop::finished;
        step_with(c);
    }
    return world_.g.limit_hit ? Stop::limit : Stop::reached;
}

void Simulation::continue_after_limit() {
    if (world_.g.limit_hit != static_cast<u32>(LimitHit::trace_full)) return;
    const u64 kept = trace_.end_index();
    trace_.drop_oldest();
    world_.g.limit_hit = 0;
    if (!keyframes_ || kept >= world_.g.records || trace_.records() == 0) return;
    // The event in which the trace became full stands in it in part: it is made again, so that
    // ordinals have no gap.
    seek_event(event_of_record(kept) - 1);
    trace_.cut(world_.g.records);
    furthest_event_ = world_.g.events;
}

void Simulation::seek_event(u64 n) {
    if (n < world_.g.events) {
        RQ_ASSERT(keyframes_ != nullptr);
        restore(n, world_);
    } else if (keyframes_ && n < furthest_event_) {
        u64 nearest = keyframes_->event_at_or_before(n);
        if (nearest > world_.g.events) restore(n, world_);
    }
    Context c = context();
    while (world_.g.events < n && !finished()) step_with(c);
    cursor_ = world_.g.now;
}

void Simulation::seek_time(u64 time) {
    if (keyframes_ && (time < world_.g.now || time < cursor_)) {
        u64 event = keyframes_->event_before_time(time);
        if (time < world_.g.now) seek_event(event);
    } else if (keyframes_) {
        u64 event = keyframes_->event_before_time(time);
        if (event > world_.g.events) seek_event(event);
    }
    cursor_ = world_.g.now;
    run_until(time);
    if (time >= world_.g.now && time <= world_.g.end_of_run) cursor_ = time;
}

u64 Simulation::event_of_record(u64 index) {
    if (!keyframes_) return world_.g.events;
    World probe;
    Trace unused;
    restore(keyframes_->event_before_record(index), probe);
    Context c{probe, unused, *image_};
    c.recording = false;
    while (probe.g.records <= index && next_event_time(c.w, c.image) <= probe.g.end_of_run)
        step_event(c);
    return probe.g.events;
}

std::vector<Why> Simulation::why(u64 index) {
    std::vector<Why> all;
    std::vector<Why> wanted;
    if (!keyframes_) return wanted;
    World probe;
    Trace unused;
    restore(keyframes_->event_before_record(index), probe);
    Context c{probe, unused, *image_};
    c.recording = false;
    while (probe.g.records <= index && next_event_time(c.w, c.image) <= probe.g.end_of_run) {
        all.clear();
        c.why = &all;
        step_event(c);
    }
    for (const Why& w : all)
        if (w.record == index) wanted.push_back(w);
    return wanted;
}

Diagnostics Simulation::act(const ActionSpec& action) {
    auto next = std::make_shared<Image>(*image_);
    ActionSpec timed = action;
    timed.at_ns = cursor_;
    if (action.kind == ActionSpec::Kind::spawn || action.kind == ActionSpec::Kind::run_program) {
        u32 first = static_cast<u32>(next->scenario.programs.size());
        Result<u32> program = read_program(action.text, next->scenario);
        if (!program) return program.errors();
        timed.program = *program;
        add_programs(*next, first);
    }
    next->user_actions.resize(world_.g.next_user_action);
    next->user_actions.push_back(timed);
    image_ = next;
    cut();
    return {};
}

/// What was recorded beyond the present event is not to be.
void Simulation::cut() {
    trace_.cut(world_.g.records);
    if (keyframes_) keyframes_->cut(world_.g.events);
    furthest_event_ = world_.g.events;
    world_.g.limit_hit = 0;
}

void Simulation::extend(u64 end) {
    if (end <= world_.g.end_of_run) return;
    end_ = end;
    world_.g.end_of_run = end;
}

/// The nearest keyframe at or before an event, with an end of the run that may have moved since.
void Simulation::restore(u64 event, World& world) const {
    keyframes_->restore(event, world);
    if (end_ > world.g.end_of_run) world.g.end_of_run = end_;
}

u64 Simulation::hash() const {
    Hash h;
    u64 parts[2] = {world_.hash(), options_.trace ? trace_.hash() : 0};
    h.feed(parts, sizeof parts);
    return h.digest();
}

std::vector<std::string> Simulation::broken_laws() const { return check_laws(world_, *image_); }

u64 Simulation::keyframe_count() const { return keyframes_ ? keyframes_->count() : 0; }
u64 Simulation::keyframe_bytes() const { return keyframes_ ? keyframes_->bytes() : 0; }

}  // namespace rq
