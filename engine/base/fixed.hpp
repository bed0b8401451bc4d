// Integer arithmetic with stated rounding, in the kernel's fixed-point forms.
#pragma once

#include "base/types.hpp"

namespace rq {

/// a * mul >> shift without a 128-bit product, for 0 <= shift <= 32: the same bits as the exact
/// product while the result fits into 64 bits (include/linux/math64.h, 32-bit form).
constexpr u64 mul_u64_u32_shr(u64 a, u32 mul, u32 shift) {
    u64 high = a >> 32;
    u64 low = a & 0xffffffffu;
    u64 result = (low * mul) >> shift;
    if (high) result += (high * mul) << (32 - shift);
    return result;
}

/// a * b / divisor with a 128-bit intermediate done by hand; for cold paths.
u64 mul_div_u64(u64 a, u64 b, u64 divisor);

/// Quotient rounded towards minus infinity; divisor > 0.
constexpr s64 div_floor(s64 a, s64 b) {
    s64 q = a / b;
    return (a % b != 0 && a < 0) ? q - 1 : q;
}
constexpr u64 div_ceil(u64 a, u64 b) { return a / b + (a % b != 0); }

/// Instants and virtual times compare by the sign of their difference, so that they may wrap.
constexpr bool before(u64 a, u64 b) { return static_cast<s64>(a - b) < 0; }
constexpr u64 later(u64 a, u64 b) { return before(a, b) ? b : a; }
constexpr u64 earlier(u64 a, u64 b) { return before(a, b) ? a : b; }

/// Sum of two instants, NEVER when it would pass the end of time.
constexpr u64 add_time(u64 a, u64 b) { return a > NEVER - b ? NEVER : a + b; }

}  // namespace rq
