// Where the CPU's time went, by kind; the kinds add up to all of it.
#pragma once

#include "cost/table.hpp"
#include "sched/entities.hpp"

#include <vector>

namespace rq {
struct Context;
}

namespace rq::view {

struct CostRow {
    u32 kind = 0;           ///< Kind of cost/table.hpp
    const char* name = "";  ///< "context_switch"
    const char* words = ""; ///< "context switches"
    u64 ns = 0;
    u32 permille = 0;       ///< of the total; the rows' figures add up to 1000 when total_ns > 0
};
struct CostReport {
    std::vector<CostRow> rows;  ///< in the order of kinds.def, kinds without time left out
    u64 total_ns = 0;           ///< = time since boot × CPUs
};
/// Of one CPU, or of all with ~0u, from boot to now. The stretch that is going on counts up to
/// `now`, an instant at or after that of the World; 0 = the World's.
CostReport costs(const Context& c, u32 cpu = ~0u, u64 now = 0);
/// Adds a CPU's time by kind up to now, the stretch that goes on included.
inline constexpr u32 kinds = static_cast<u32>(Kind::count_);
void add_time_by_kind(const rq& q, u64 now, u64 (&ns)[kinds]);
/// The difference of two reports of the same CPUs: what happened between them.
CostReport costs_between(const CostReport& before, const CostReport& after);

}  // namespace rq::view
