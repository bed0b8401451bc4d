// Fixed-size sets of small numbers: CPU masks, priority bitmaps, node masks.
#pragma once

#include "base/column.hpp"
#include "base/types.hpp"

namespace rq {

template <u32 Bits>
struct Bitmap {
    static constexpr u32 words = (Bits + 63) / 64;
    static constexpr u32 none = ~0u;
    u64 word[words];

    bool test(u32 i) const { return word[i / 64] >> (i % 64) & 1; }
    void set(u32 i) { word[i / 64] |= u64{1} << (i % 64); }
    void clear(u32 i) { word[i / 64] &= ~(u64{1} << (i % 64)); }
    bool empty() const {
        for (u64 w : word)
            if (w) return false;
        return true;
    }
    u32 count() const {
        u32 n = 0;
        for (u64 w : word) n += static_cast<u32>(__builtin_popcountll(w));
        return n;
    }
    /// The lowest member at or above `from`, or `none`.
    u32 next(u32 from) const {
        for (u32 w = from / 64; w < words; ++w) {
            u64 bits = word[w];
            if (w == from / 64) bits &= ~u64{0} << (from % 64);
            if (bits) return w * 64 + static_cast<u32>(__builtin_ctzll(bits));
        }
        return none;
    }
    u32 first() const { return next(0); }
    /// The lowest member at or above `from`, else the lowest of all (for_each_cpu_wrap).
    u32 next_wrap(u32 from) const {
        u32 i = from < Bits ? next(from) : none;
        return i == none ? first() : i;
    }
    bool subset_of(const Bitmap& other) const {
        for (u32 w = 0; w < words; ++w)
            if (word[w] & ~other.word[w]) return false;
        return true;
    }
    bool intersects(const Bitmap& other) const {
        for (u32 w = 0; w < words; ++w)
            if (word[w] & other.word[w]) return true;
        return false;
    }
    friend Bitmap operator&(Bitmap a, const Bitmap& b) {
        for (u32 w = 0; w < words; ++w) a.word[w] &= b.word[w];
        return a;
    }
    friend Bitmap operator|(Bitmap a, const Bitmap& b) {
        for (u32 w = 0; w < words; ++w) a.word[w] |= b.word[w];
        return a;
    }
    friend Bitmap operator~(Bitmap a) {
        for (u32 w = 0; w < words; ++w) a.word[w] = ~a.word[w];
        if (Bits % 64) a.word[words - 1] &= (u64{1} << (Bits % 64)) - 1;
        return a;
    }
    friend bool operator==(const Bitmap& a, const Bitmap& b) {
        for (u32 w = 0; w < words; ++w)
            if (a.word[w] != b.word[w]) return false;
        return true;
    }
    friend bool operator!=(const Bitmap& a, const Bitmap& b) { return !(a == b); }
    /// {0, 1, … count - 1}
    static Bitmap up_to(u32 count) {
        Bitmap b{};
        for (u32 i = 0; i < count; ++i) b.set(i);
        return b;
    }
};

}  // namespace rq
