// What the main views draw, made anew only when the run, the cursor or the selection moved, and
// what was chosen inside them.
#pragma once

#include <array>

#include "engine.hpp"

namespace rq {

/// Rows and what they were made for: a revision of the run, and what was chosen.
template <class T>
struct Kept {
    using Key = std::array<u64, 3>;
    T rows{};
    Key made_for{~u64{0}, 0, 0};

    template <class Fill>
    const T& of(Key wanted, Fill fill) {
        if (made_for != wanted) rows = fill();
        made_for = wanted;
        return rows;
    }
};

/// Where the time of each CPU, of all, and by task went.
struct CostBars {
    u64 from = 0, to = 0;
    std::vector<view::CostReport> before;  ///< all CPUs, then each, from boot to `from`
    std::vector<view::CostReport> cpus;
    view::CostReport all;
    struct Part {
        u32 task;
        u64 ns;
    };
    std::vector<Part> tasks;  ///< time on a CPU, largest first
};

struct MainRows {
    Kept<std::vector<view::TreeRow>> tree;
    Kept<view::Sharing> sharing;
    Kept<view::MemoryMap> memory;
    Kept<std::vector<view::GroupRow>> groups;
    Kept<std::vector<view::QuotaPeriod>> periods;
    Kept<view::MachineMap> machine;
    Kept<CostBars> costs;
    Kept<std::vector<view::PreemptionRow>> preemptions;
    u32 memory_task = view::no_task;  ///< whose areas were listed when one was chosen
    u32 memory_area = ~0u;            ///< the chosen one, ~0 = the first with pages
    u32 group = ~0u;                  ///< row whose periods are shown, ~0 = the first with a quota
};

}  // namespace rq
