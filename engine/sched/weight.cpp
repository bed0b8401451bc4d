// Weights of nice values and the kernel's fixed-point scaling by weight (kernel/sched/core.c and
// fair.c, 6.1). Each step of nice changes the share of two equal tasks by about 10 percent: the
// ratio of neighbours is about 1.25. The numbers are facts of the ABI (/proc/PID/sched shows them).
#include "base/fixed.hpp"
#include "sched/core.hpp"

namespace rq {

namespace {

constexpr u32 prio_to_weight[40] = {
    88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
    9548,  7620,  6100,  4904,  3906,  3121,  2501,  1991,  1586,  1277,
    1024,  820,   655,   526,   423,   335,   272,   215,   172,   137,
    110,   87,    70,    56,    45,    36,    29,    23,    18,    15,
};

/// 2^32 / weight, so that a division becomes a multiplication.
constexpr u32 prio_to_wmult[40] = {
    48388,     59856,     76040,     92818,     118348,    147320,    184698,    229616,
    287308,    360437,    449829,    563644,    704093,    875809,    1099582,   1376151,
    1717300,   2157191,   2708050,   3363326,   4194304,   5237765,   6557202,   8165337,
    10153587,  12820798,  15790321,  19976592,  24970740,  31350126,  39045157,  49367440,
    61356676,  76695844,  95443717,  119304647, 148102320, 186737708, 238609294, 286331153,
};

u32 bits_of(u64 x) { return x ? 64 - static_cast<u32>(__builtin_clzll(x)) : 0; }

}  // namespace

u32 weight_of_nice(s32 nice) { return prio_to_weight[nice + 20]; }
u32 wmult_of_nice(s32 nice) { return prio_to_wmult[nice + 20]; }

u64 calc_delta(u64 delta, u64 weight, u64 lw_weight, u32& lw_inv_weight) {
    // delta * weight * (2^32 / lw) >> 32, with as many bits of the factor as fit into 32.
    u64 fact = scale_load_down(weight);
    u32 shift = 32;
    if (!lw_inv_weight) {
        u64 w = scale_load_down(lw_weight);
        lw_inv_weight = w >= 0xffffffffu ? 1 : !w ? 0xffffffffu : static_cast<u32>(0xffffffffu / w);
    }
    if (u64 high = fact >> 32) {
        u32 bits = bits_of(high);
        shift -= bits;
        fact >>= bits;
    }
    fact = (fact & 0xffffffffu) * lw_inv_weight;
    if (u64 high = fact >> 32) {
        u32 bits = bits_of(high);
        shift -= bits;
        fact >>= bits;
    }
    return mul_u64_u32_shr(delta, static_cast<u32>(fact), shift);
}

}  // namespace rq
