// Strong ids: a slot of an arena and its generation in 32 bits. Zero is null.
#pragma once

#include "base/types.hpp"

namespace rq {

/// Names one object for ever: when a slot is used again its generation differs, and a slot whose
/// generations are used up is retired, so an id never repeats.
template <class Tag>
struct Id {
    static constexpr u32 slot_bits = 18;
    static constexpr u32 slot_mask = (1u << slot_bits) - 1;
    static constexpr u32 generation_max = (1u << (32 - slot_bits)) - 1;

    u32 raw = 0;

    static constexpr Id make(u32 slot, u32 generation) {
        return Id{generation << slot_bits | slot};
    }
    constexpr u32 slot() const { return raw & slot_mask; }
    constexpr u32 generation() const { return raw >> slot_bits; }
    constexpr explicit operator bool() const { return raw != 0; }
    friend constexpr bool operator==(Id a, Id b) { return a.raw == b.raw; }
    friend constexpr bool operator!=(Id a, Id b) { return a.raw != b.raw; }
};

/// A plain index into a column, for things that are not reused under another identity
/// (CPUs, nodes) or whose reuse is the subject (page frames). Not nullable by itself.
template <class Tag>
struct Index {
    u32 raw = 0;
    friend constexpr bool operator==(Index a, Index b) { return a.raw == b.raw; }
    friend constexpr bool operator!=(Index a, Index b) { return a.raw != b.raw; }
    friend constexpr bool operator<(Index a, Index b) { return a.raw < b.raw; }
};

}  // namespace rq
