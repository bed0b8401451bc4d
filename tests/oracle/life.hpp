// The lifecycle experiments: each is a scenario and a list of looks at it, one for each row.
#pragma once

#include "oracle/jsonl.hpp"
#include "sim/simulation.hpp"
#include "task/uapi.hpp"

#include <functional>
#include <memory>

namespace oracle {

using namespace rq;

/// A run of one experiment, with what the recording's observer can see.
class Life {
   public:
    explicit Life(const std::string& scenario_text);
    bool ok() const { return sim_ != nullptr; }
    void go(u64 ms) { sim_->run_until(sim_->t0() + ms * NSEC_PER_MSEC); }
    const World& w() const { return sim_->world(); }
    const Trace& trace() const { return sim_->trace(); }

    /// The task of that name that lives now or was the last to; null if there never was one.
    TaskId task(const std::string& name) const;
    bool alive(TaskId p) const { return p && w().tasks.alive(p); }
    std::string letter(TaskId p) const;
    /// state, ppid, pgrp, sid, flags, num_threads as /proc/PID/stat has them.
    void stat(Row& row, const std::string& name, const std::string& prefix = "") const;
    /// Result of the k-th call of a kind by a task: a number or an errno's name.
    std::string rc(const std::string& who, OpCode code, u32 k) const;
    s64 result(const std::string& who, OpCode code, u32 k) const;
    /// What the task's last wait stored, in words.
    std::string status(const std::string& who) const;
    /// How many signals of that number were sent to a task from `from_ms` on.
    u32 sent(const std::string& who, u32 signal, u64 from_ms = 0) const;
    u32 delivered(const std::string& who, u32 signal) const;
    /// "leader:S thread:R ": threads of a process in the order of their numbers.
    std::string threads(const std::string& leader) const;
    s32 pid(const std::string& name) const;
    /// How a task ended, in the words of wait; "lives" if it has not.
    std::string ended(const std::string& name) const;

   private:
    std::unique_ptr<Simulation> sim_;
};

/// "exited:7", "signaled:9", "stopped:19(0x137f)", "continued".
std::string status_words(s32 status);

struct Look {
    u64 ms;
    const char* key;  ///< the row's "event" or "call"
    std::function<void(Life&, Row&)> fill;
};

struct Experiment {
    const char* name;
    std::string tasks;  ///< scenario text
    std::vector<Look> looks;
};

std::vector<Experiment> life_experiments();

}  // namespace oracle
