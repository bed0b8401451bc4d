// A scenario's text run to an instant, and questions about what came of it.
#pragma once

#include "engine.hpp"
#include "sim/simulation.hpp"

#include <doctest/doctest.h>
#include <memory>
#include <string>

namespace support {

class Run {
   public:
    /// Reads and boots the text and runs it to `until` (ns after the start; default: its end).
    explicit Run(const std::string& text, rq::u64 until_ns = rq::NEVER) {
        auto scenario = rq::read_scenario(text);
        if (!scenario) {
            for (const auto& d : scenario.errors()) MESSAGE(rq::to_string(d));
            return;
        }
        start(*scenario, until_ns);
    }
    explicit Run(const rq::Scenario& scenario, rq::u64 until_ns = rq::NEVER) {
        start(scenario, until_ns);
    }
    bool ok() const { return simulation_ != nullptr; }
    rq::Simulation& simulation() { return *simulation_; }
    const rq::World& world() const { return simulation_->world(); }
    void until(rq::u64 ns) { simulation_->run_until(simulation_->t0() + ns); }
    std::vector<std::string> laws() const { return simulation_->broken_laws(); }

    /// The id of the first task that ever had that name; null if there was none.
    rq::TaskId id(const std::string& name) const {
        rq::TaskId found;
        each([&](const rq::Record& r) {
            if (found || r.event != rq::Ev::sched_process_fork) return;
            if (name_of(r) == name) found = r.task(1);
        });
        return found;
    }
    bool alive(const std::string& name) const { return world().tasks.alive(id(name)); }
    /// The task; null if none was ever called so or it is gone and its slot with it.
    const rq::task_struct* task(const std::string& name) const {
        rq::TaskId found = id(name);
        if (!found) return nullptr;
        return &world().tasks.at_slot(found.slot());
    }
    rq::u64 count(rq::Ev event) const {
        rq::u64 n = 0;
        each([&](const rq::Record& r) { n += r.event == event; });
        return n;
    }
    /// Results of all calls of that kind by the task of that name, in order.
    std::vector<rq::s64> results(const std::string& name, rq::OpCode code) const {
        std::vector<rq::s64> all;
        rq::TaskId who = id(name);
        each([&](const rq::Record& r) {
            if (r.event == rq::Ev::sys_exit && r.task(0) == who &&
                r.arg[1] == static_cast<rq::u64>(code))
                all.push_back(r.number(2));
        });
        return all;
    }
    /// Packed status of the last child that a task of that name waited for; -1 = none.
    rq::s64 status_of_wait(const std::string& name) const {
        rq::TaskId parent = id(name);
        rq::s64 status = -1;
        each([&](const rq::Record& r) {
            if (r.event != rq::Ev::sched_process_wait || r.task(0) != parent) return;
            rq::TaskId child = r.task(1);
            each([&](const rq::Record& e) {
                if (e.event == rq::Ev::sched_process_exit && e.task(0) == child)
                    status = e.number(1);
            });
        });
        return status;
    }
    /// Instant (after the start) at which the task ended; NEVER = it did not.
    rq::u64 ended_at(const std::string& name) const {
        rq::TaskId who = id(name);
        rq::u64 at = rq::NEVER;
        each([&](const rq::Record& r) {
            if (r.event == rq::Ev::sched_process_exit && r.task(0) == who)
                at = r.time - simulation_->t0();
        });
        return at;
    }
    /// Time between switches to and from a task.
    rq::u64 task_cpu_time(const std::string& name) const {
        rq::TaskId who = id(name);
        rq::u64 sum = 0;
        rq::u64 since = 0;
        each([&](const rq::Record& r) {
            if (r.event != rq::Ev::sched_switch) return;
            if (r.task(0) == who) sum += r.time - since;
            if (r.task(1) == who) since = r.time;
        });
        return sum;
    }
    template <class F>
    void each(F f) const {
        rq::Trace::Reader reader = simulation_->trace().read(0);
        for (rq::Record record; reader.next(record);) f(record);
    }

   private:
    static std::string name_of(const rq::Record& r) {
        std::string text;
        for (rq::u32 i = 4; i < 6; ++i)
            for (rq::u32 b = 0; b < 8; ++b)
                if (char ch = static_cast<char>(r.arg[i] >> (b * 8) & 0xff)) text += ch;
        return text;
    }
    void start(const rq::Scenario& scenario, rq::u64 until_ns) {
        auto booted = rq::Simulation::boot(scenario);
        if (!booted) {
            for (const auto& d : booted.errors()) MESSAGE(rq::to_string(d));
            return;
        }
        simulation_ = std::move(*booted);
        if (until_ns == rq::NEVER)
            simulation_->run_to_end();
        else
            until(until_ns);
    }
    std::unique_ptr<rq::Simulation> simulation_;
};

}  // namespace support
