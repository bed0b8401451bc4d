// The same run has the same hashes in every build: the golden file is checked by g++ and clang at
// several optimisation levels, under sanitizers, in node, and by the page's tests in the browser.
// RUNQUEUE_UPDATE=1 writes the file anew; do that only in a commit that says why runs changed.
#include <doctest/doctest.h>  // first: it wants the C library's own signal numbers

#include "session/builtin.hpp"
#include "sim/simulation.hpp"
#include "support/paths.hpp"

#include "base/text.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

using namespace rq;

namespace {

const char golden[] = "tests/determinism/hashes.txt";

/// "name kernel state trace": hashes after every thousandth event folded together, and at the end.
std::string line_of(const std::string& name, KernelVersion kernel, std::string_view text) {
    Result<Scenario> scenario = read_scenario(text);
    REQUIRE_MESSAGE(bool(scenario), name);
    scenario->kernel = kernel;
    auto run = Simulation::boot(*scenario);
    REQUIRE_MESSAGE(bool(run), name);
    Hash states;
    Stop stop;
    do {
        stop = (*run)->run_events(1000);
        states.feed_value((*run)->state_hash());
    } while (stop == Stop::reached && (*run)->events() < 200'000);
    std::string line = name;
    line += kernel == KernelVersion::v6_12 ? " 6.12 " : " 6.1 ";
    append_hex(line, states.digest(), 16);
    line += ' ';
    append_hex(line, (*run)->trace_hash(), 16);
    return line + "\n";
}

}  // namespace

TEST_CASE("determinism: every scenario has the hashes of the golden file, in every build") {
    std::string now;
    for (const BuiltinScenario& s : builtin_scenarios())
        for (KernelVersion kernel : {KernelVersion::v6_1, KernelVersion::v6_12})
            now += line_of(std::string(s.name), kernel, s.text);
    for (u64 seed = 1; seed <= 40; ++seed) {
        Scenario s = random_scenario(seed);
        now += line_of("random-" + std::to_string(seed), KernelVersion::v6_1, write_scenario(s));
    }
    std::string path = support::source_path(golden);
    if (std::getenv("RUNQUEUE_UPDATE")) {
        std::FILE* f = std::fopen(path.c_str(), "wb");
        REQUIRE(f);
        std::fwrite(now.data(), 1, now.size(), f);
        std::fclose(f);
    }
    std::string wanted = support::read_file(path);
    std::size_t a = 0;
    std::size_t b = 0;
    while (a < now.size() || b < wanted.size()) {
        std::size_t end_a = now.find('\n', a);
        std::size_t end_b = wanted.find('\n', b);
        CHECK(now.substr(a, end_a - a) == wanted.substr(b, end_b - b));
        a = end_a == std::string::npos ? now.size() : end_a + 1;
        b = end_b == std::string::npos ? wanted.size() : end_b + 1;
    }
}

TEST_CASE("determinism: two runs of one scenario have equal worlds, byte for byte") {
    for (const BuiltinScenario& s : builtin_scenarios()) {
        INFO(std::string(s.name));
        Result<Scenario> scenario = read_scenario(s.text);
        REQUIRE(bool(scenario));
        auto a = Simulation::boot(*scenario);
        auto b = Simulation::boot(*scenario);
        (*a)->run_events(20'000);
        (*b)->run_events(20'000);
        CHECK((*a)->world() == (*b)->world());
        CHECK((*a)->hash() == (*b)->hash());
    }
}
