// The one product that needs more than 64 bits.
#include "base/fixed.hpp"

namespace rq {

u64 mul_div_u64(u64 a, u64 b, u64 divisor) {
    u64 a_hi = a >> 32, a_lo = a & 0xffffffffu;
    u64 b_hi = b >> 32, b_lo = b & 0xffffffffu;
    u64 low = a_lo * b_lo;
    u64 mid = a_hi * b_lo + (low >> 32);
    u64 mid2 = a_lo * b_hi + (mid & 0xffffffffu);
    u64 hi = a_hi * b_hi + (mid >> 32) + (mid2 >> 32);
    u64 lo = mid2 << 32 | (low & 0xffffffffu);
    if (hi == 0) return lo / divisor;
    if (hi >= divisor) return ~u64{0};
    u64 quotient = 0;
    for (int bit = 0; bit < 64; ++bit) {
        bool carry = hi >> 63;
        hi = hi << 1 | lo >> 63;
        lo <<= 1;
        quotient <<= 1;
        if (carry || hi >= divisor) {
            hi -= divisor;
            quotient |= 1;
        }
    }
    return quotient;
}

}  // namespace rq
