// Random numbers from the seed alone: integers, no floating point, one stream per purpose.
#pragma once

#include "base/column.hpp"
#include "base/types.hpp"

namespace rq {

/// SplitMix64 (Steele, Lea, Flood 2014): one word of state, so a stream is part of a snapshot.
struct Prng {
    u64 state;

    /// The stream named `purpose` of a seed.
    static constexpr Prng stream(u64 seed, u64 purpose) {
        Prng p{seed ^ (purpose * 0x9e3779b97f4a7c15u)};
        p.next();
        return p;
    }
    constexpr u64 next() {
        state += 0x9e3779b97f4a7c15u;
        u64 z = state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    /// Uniform in [0, bound), bound > 0, by rejection: no modulo bias.
    constexpr u64 below(u64 bound) {
        u64 limit = ~u64{0} - (~u64{0} % bound + 1) % bound;
        u64 x = next();
        while (x > limit) x = next();
        return x % bound;
    }
    /// True with probability numerator / denominator.
    constexpr bool chance(u64 numerator, u64 denominator) {
        return below(denominator) < numerator;
    }
};
RQ_STATE_SIZE(Prng, 8);

}  // namespace rq
