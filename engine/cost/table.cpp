// The tables behind cost/table.hpp.
#include "cost/table.hpp"

namespace rq {

namespace {

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

const char* kind_words(Kind kind) { return words[static_cast<u32>(kind)]; }
const char* kind_name(Kind kind) { return names[static_cast<u32>(kind)]; }

CostTable cost_table(ProfileKind profile, KernelVersion kernel) {
    CostTable table{};
    for (u32 i = 0; i < static_cast<u32>(Cost::count_); ++i) {
        const CostInfo& info = cost_infos[i];
        u64 emulated = kernel == KernelVersion::v6_12 ? info.emulated_612_ns : info.emulated_ns;
        table.ns[i] = profile == ProfileKind::ideal      ? info.ideal_ns
                      : profile == ProfileKind::emulated ? emulated
                                                         : info.realistic_ns;
    }
    return table;
}

}  // namespace rq
