// A scenario run to an instant with its books, for tests of the rows of views.
#pragma once

#include "engine.hpp"

#include <doctest/doctest.h>
#include <memory>
#include <string>

namespace rq::testing {

struct Viewed {
    std::unique_ptr<Simulation> simulation;
    view::Books books;

    /// Reads, boots and runs a text to `at` ns after its start.
    Viewed(const std::string& text, u64 at) {
        auto scenario = read_scenario(text);
        if (!scenario) {
            for (const Diagnostic& d : scenario.errors()) MESSAGE(to_string(d));
            return;
        }
        auto booted = Simulation::boot(*scenario);
        if (!booted) {
            for (const Diagnostic& d : booted.errors()) MESSAGE(to_string(d));
            return;
        }
        simulation = std::move(*booted);
        books.begin(simulation->world());
        until(at);
    }
    bool ok() const { return simulation != nullptr; }
    void until(u64 at) {
        simulation->run_until(simulation->t0() + at);
        books.update(simulation->trace(), simulation->now());
    }
    Context context() const { return simulation->context(); }
    const World& world() const { return simulation->world(); }
    const view::Cast& cast() const { return books.cast; }
    u32 task(const char* name) const {
        for (u32 i = 0; i < books.cast.count(); ++i)
            if (books.cast.name(i) == name) return i;
        return view::no_task;
    }
};

}  // namespace rq::testing
