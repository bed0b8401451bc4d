// The tables behind cost/table.hpp.
#include "cost/table.hpp"

namespace rq {

namespace {

constexpr CostInfo infos[] = {
#define COST(name, kind, ideal, realistic, emulated, emulated_612, source) \
    {#name, Kind::kind, ideal, realistic, emulated, emulated_612, source},
#include "cost/costs.def"
#undef COST
};

constexpr const char* words[] = {
#define KIND(name, words) words,
#include "cost/kinds.def"
#undef KIND
};

constexpr const char* names[] = {
#define KIND(name, words) #name,
#include "cost/kinds.def"
#undef KIND
};

}  // namespace

const CostInfo& cost_info(Cost cost) { return infos[static_cast<u32>(cost)]; }
const char* kind_words(Kind kind) { return words[static_cast<u32>(kind)]; }
const char* kind_name(Kind kind) { return names[static_cast<u32>(kind)]; }

CostTable cost_table(ProfileKind profile, KernelVersion kernel) {
    CostTable table{};
    for (u32 i = 0; i < static_cast<u32>(Cost::count_); ++i) {
        const CostInfo& info = infos[i];
        u64 emulated = kernel == KernelVersion::v6_12 ? info.emulated_612_ns : info.emulated_ns;
        table.ns[i] = profile == ProfileKind::ideal      ? info.ideal_ns
                      : profile == ProfileKind::emulated ? emulated
                                                         : info.realistic_ns;
    }
    return table;
}

}  // namespace rq
