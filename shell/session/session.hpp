// A run under somebody's hands: load, play, pause, step, seek, choose, act. It knows no pixel, no
// terminal and no clock: the shell says how much real time has passed.
#pragma once

#include "engine.hpp"
#include "session/overrides.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace rq {

/// What the views have in common: one selection for all.
struct Selection {
    /// What the card is about, until the cursor moves.
    enum class Asked : u8 {
        last_switch,  ///< at or before the cursor
        record,
        waiting,  ///< why `task`, which did not run when it was chosen, does not
    };
    u32 task = view::no_task;  ///< in the cast
    Asked asked = Asked::last_switch;
    u64 record = 0;            ///< trace ordinal, if a record is asked about
    u32 cpu = ~0u;             ///< ~0 = none
};

struct SessionOptions {
    u64 trace_limit = limits::trace_bytes_native;
    u64 keyframe_budget = limits::keyframe_bytes_native;
    u64 horizon_ns = 60 * NSEC_PER_SEC;  ///< runs ahead of the cursor at most that far
    u32 stretch_events = 200'000;        ///< and that many events at a time
};

class Session {
   public:
    explicit Session(const SessionOptions& options = {});
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Reads and boots a text (scenario, rt-app, kload) and runs its first stretch. On errors the
    /// old run stays as it is and the reasons come back; empty = loaded.
    Diagnostics load(std::string_view text, std::string_view name);
    /// Settings for the texts that are loaded from now on.
    void set_overrides(const Overrides& overrides) { overrides_ = overrides; }
    /// The same text again with other settings (kernel switch, profile).
    Diagnostics reload(const Overrides& overrides);
    bool loaded() const { return ahead_ != nullptr; }
    const std::string& text() const { return text_; }
    const std::string& name() const { return name_; }
    const Overrides& overrides() const { return overrides_; }
    const Scenario& scenario() const;
    /// Counts the runs that were begun: ids mean nothing in another one.
    u32 boots() const { return boots_; }

    // Time. The cursor is where the views stand; the run is known up to computed_until().
    void play();
    void pause();
    bool playing() const { return playing_; }
    /// Simulated ns for one second of the shell's time.
    void set_speed(u64 sim_ns_per_second) { speed_ = sim_ns_per_second; }
    u64 speed() const { return speed_; }
    /// To be called each frame with the shell's time since the last call. Does at most about
    /// `events_max` simulation events. True if anything changed or more is to be done at once.
    bool advance(u64 host_ns, u32 events_max = 20'000);
    void step_event();
    void step_back_event(u64 count = 1);
    void step_switch();
    void step_back_switch();
    void seek(u64 time);
    /// To the instant of a record; false: the trace does not hold it (any more).
    bool seek_record(u64 record);
    u64 now() const { return now_; }       ///< of the cursor, ns of simulated time
    u64 t0() const;                        ///< the instant from which users count
    u64 events() const;                    ///< done at the cursor
    u64 computed_until() const;
    bool complete() const;                 ///< the whole run is known
    u64 end_time() const;                  ///< where the scenario ends
    /// Once complete(): of the whole run, state and trace, as `runqueue hash` prints it; before:
    /// of the state as far as computed.
    u64 hash();
    /// Every law of the state at the cursor that does not hold, a sentence each.
    std::vector<std::string> broken_laws() const { return cursor_->broken_laws(); }
    /// Of the state at the cursor.
    u64 state_hash() const;
    /// After the trace was full: drops its oldest records and goes on.
    void continue_after_limit();
    /// True if continue_after_limit() helps.
    bool can_continue() const;
    /// Empty, or the sentence why the run stopped before its end ("Stopped at …").
    const std::string& limit_sentence() const { return limit_; }

    // What is chosen
    const Selection& selection() const { return selection_; }
    /// While the run stands still, a task that does not run is asked why not.
    void select_task(u32 task);
    void select_record(u64 record);
    void select_cpu(u32 cpu);
    void clear_selection();
    /// The card of what was chosen last: a task that does not run (why not), a record, or of the
    /// last switch at or before the cursor.
    const view::WhyCard& why();

    /// Does something to the run at the cursor; the future becomes another. Errors as sentences.
    Diagnostics act(const ActionSpec& action);
    /// Something was done to this run, at whatever instant.
    bool acted() const { return acted_; }
    /// The negative errno with which the simulated machine refused the last act, or 0.
    s32 refused() const { return refused_; }
    /// Lets time pass until `there` says so of the World after an event, however far the scenario's
    /// end is moved for it; at most `events_max` events. False: it has not come to that.
    bool advance_until(const std::function<bool(const World&)>& there, u64 events_max);
    /// Lets time pass up to an instant, moving the end of the run if need be. False: a limit, or
    /// it was broken off.
    bool advance_to(u64 time);
    /// Asked now and then in these two; true breaks them off.
    void set_break_off(std::function<bool()> asked) { break_off_ = std::move(asked); }

    // For the views
    const view::Books& books() const { return *books_; }
    const Trace& trace() const;
    /// The World at the cursor.
    const World& world() const;
    /// Tasks that existed before the first record, for those who read the trace alone.
    const std::vector<KnownTask>& known_tasks() const { return known_; }
    /// For the projections of engine/view.
    Context context() const;
    /// Calls `look` with the state at another instant of the known run; the cursor stays.
    void look_at(u64 time, const std::function<void(const Context&)>& look);
    /// Virtual time of a CPU's fair queue in [from, to] of simulated time. The stretch is run
    /// again, as far around the cursor as `most_again` records reach; kept until another is asked.
    const view::Curves& curves(u32 cpu, u64 from, u64 to);
    /// Changes whenever a row may have changed.
    u64 revision() const { return revision_; }

   private:
    Diagnostics boot(const Scenario& scenario);
    void run_ahead(u32 events_max);
    void changed() { ++revision_; }
    void arrive();
    u64 asked_record() const;
    void extend(u64 end);
    s32 answer_to(const ActionSpec& action, u64 from) const;
    bool catch_up();
    bool broken_off() const { return break_off_ && break_off_(); }
    void come_back(u64 event);
    void narrow(u64& from, u64& to) const;

    SessionOptions options_;
    std::string text_;
    std::string name_;
    Overrides overrides_;
    std::unique_ptr<Simulation> ahead_;   ///< records; as far as the run is known
    std::unique_ptr<Simulation> cursor_;  ///< stands where the views stand; does not record
    std::unique_ptr<view::Books> books_;
    std::unique_ptr<World> booted_;
    std::vector<KnownTask> known_;
    u32 boots_ = 0;
    bool playing_ = false;
    u64 speed_ = 10 * NSEC_PER_MSEC;
    u64 now_ = 0;
    u64 fraction_ = 0;
    u64 revision_ = 1;
    u64 hash_ = 0;
    u64 hash_events_ = ~u64{0};
    bool acted_ = false;
    s32 refused_ = 0;
    std::string limit_;
    std::function<bool()> break_off_;
    u64 unasked_ = 0;  ///< events that passed in advance_until, to ask every so many
    Selection selection_;
    view::WhyCard card_;
    u64 card_record_ = 0;    ///< which card_ is about, ~0 = none
    bool has_card_ = false;  ///< card_ answers what is asked now, if it is about the same record
    view::Curves curves_;
    u64 curves_asked_[4] = {};  ///< cpu + 1, from, to, records known: what curves_ was made for
};

}  // namespace rq
