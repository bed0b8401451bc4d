// A run: the World of a scenario, its ledger, and time in both directions. A run is a function of
// (scenario, actions); going back restores a keyframe and makes the part up to the event again.
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "context.hpp"

#include <memory>
#include <vector>

namespace rq {

/// Why run_until came back.
enum class Stop : u8 {
    reached,      ///< the instant or the event asked for
    finished,     ///< the scenario's end
    limit,        ///< a limit: see Globals::limit_hit
};

struct SimulationOptions {
    bool trace = true;
    u64 trace_limit = limits::trace_bytes_native;
    u32 trace_window = 0;            ///< benchmarks: chunks written again and again
    u64 keyframe_budget = limits::keyframe_bytes_native;
    bool keyframes = true;
};

class Keyframes;

class Simulation {
   public:
    /// Makes the World of a scenario; fails with what the scenario asks for and is not simulated.
    static Result<std::unique_ptr<Simulation>> boot(const Scenario& scenario,
                                                    const SimulationOptions& options = {});
    ~Simulation();
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;

    const World& world() const { return world_; }
    const Trace& trace() const { return trace_; }
    const Image& image() const { return *image_; }
    /// A context for reading: procfs and the like take one. Verbs that change are not for views.
    Context context();

    /// The instant shown: that of the last event, or later if nothing has happened since.
    u64 now() const { return cursor_; }
    u64 end_time() const;
    u64 t0() const { return world_.g.t0; }
    u64 events() const { return world_.g.events; }
    bool finished() const;
    /// When the next event comes; NEVER if nothing will ever happen again.
    u64 next_time() const;
    bool idle() const { return next_time() == NEVER; }

    /// Does the next event; false if the run is over or a limit was hit.
    bool step();
    /// Runs up to and including all events at or before `time` (simulated ns, not from t0).
    Stop run_until(u64 time);
    Stop run_events(u64 count);
    Stop run_to_end() { return run_until(NEVER); }

    /// After a full trace: drops the oldest records, so that the run can go on.
    void continue_after_limit();

    /// Goes to the state after event n (0 = as booted), forwards or back. The ledger keeps what
    /// was recorded beyond it.
    void seek_event(u64 n);
    /// Goes to the last state at or before an instant.
    void seek_time(u64 time);
    /// The event after which trace record `index` had been written.
    u64 event_of_record(u64 index);

    /// Puts an action of the user into the log, at now, behind all events of this instant. The
    /// future recorded beyond now is cut, because it will be another, and later actions with it.
    /// spawn and run_program bring their program as text (read_program); errors are its faults.
    Diagnostics act(const ActionSpec& action);
    /// Moves the end of the run to a later instant (ns since the machine's start).
    void extend(u64 end);

    /// The numbers of the decisions that led to record `index`, made again from the nearest
    /// keyframe; the present state is not disturbed.
    std::vector<Why> why(u64 index);

    /// XXH64 of the whole state.
    u64 state_hash() const { return world_.hash(); }
    u64 trace_hash() const { return trace_.hash(); }
    /// One figure for a run so far: state and trace together.
    u64 hash() const;

    /// Checks every law of the state; empty when all hold, else one sentence for each broken one.
    std::vector<std::string> broken_laws() const;

    u64 keyframe_count() const;
    u64 keyframe_bytes() const;
    const std::vector<ActionSpec>& action_log() const { return image_->user_actions; }

   private:
    Simulation();
    bool step_with(Context& c);
    void cut();
    void restore(u64 event, World& world) const;

    std::shared_ptr<Image> image_;
    World world_;
    Trace trace_;
    std::unique_ptr<Keyframes> keyframes_;
    SimulationOptions options_;
    u64 furthest_event_ = 0;  // events recorded so far; below it the run is made again
    u64 cursor_ = 0;
    u64 end_ = 0;  // set by extend, 0 = the scenario's end stands
};

}  // namespace rq
