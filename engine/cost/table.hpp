// What each act costs, in nanoseconds, with its source (costs.def), and the kinds of time.
#pragma once

#include "base/types.hpp"
#include "scenario/scenario.hpp"

namespace rq {

enum class Kind : u8 {
#define KIND(name, words) name,
#include "cost/kinds.def"
#undef KIND
    count_
};

enum class Cost : u8 {
#define COST(name, kind, ideal, realistic, emulated, emulated_612, source) name,
#include "cost/costs.def"
#undef COST
    count_
};

struct CostInfo {
    const char* name;
    Kind kind;
    u64 ideal_ns;
    u64 realistic_ns;
    u64 emulated_ns;      ///< with kernel 6.1
    u64 emulated_612_ns;  ///< with kernel 6.12
    const char* source;
};
inline constexpr CostInfo cost_infos[] = {
#define COST(name, kind, ideal, realistic, emulated, emulated_612, source) \
    {#name, Kind::kind, ideal, realistic, emulated, emulated_612, source},
#include "cost/costs.def"
#undef COST
};
inline const CostInfo& cost_info(Cost cost) { return cost_infos[static_cast<u32>(cost)]; }
const char* kind_words(Kind kind);
const char* kind_name(Kind kind);

/// The costs of one run: a profile's, with the scenario's overrides.
struct CostTable {
    u64 ns[static_cast<u32>(Cost::count_)];
    u64 operator[](Cost cost) const { return ns[static_cast<u32>(cost)]; }
};
CostTable cost_table(ProfileKind profile, KernelVersion kernel);

}  // namespace rq
