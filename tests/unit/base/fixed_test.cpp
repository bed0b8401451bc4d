// Fixed point against a 128-bit product.
#include "base/fixed.hpp"
#include "base/prng.hpp"

#include <doctest/doctest.h>

using namespace rq;

TEST_CASE("fixed: mul_u64_u32_shr has the bits of the exact product") {
    Prng random = Prng::stream(1, 1);
    for (u32 i = 0; i < 100'000; ++i) {
        u64 a = random.next() >> random.below(64);
        u32 mul = static_cast<u32>(random.next() >> 32);
        u32 shift = static_cast<u32>(random.below(33));
        __extension__ using wide = unsigned __int128;
        wide exact = (wide{a} * mul) >> shift;
        if (exact >> 64) continue;
        REQUIRE(mul_u64_u32_shr(a, mul, shift) == static_cast<u64>(exact));
    }
}

TEST_CASE("fixed: mul_div_u64 has the bits of the exact quotient") {
    Prng random = Prng::stream(1, 2);
    for (u32 i = 0; i < 20'000; ++i) {
        u64 a = random.next() >> random.below(64);
        u64 b = random.next() >> random.below(64);
        u64 d = (random.next() >> random.below(64)) | 1;
        __extension__ using wide = unsigned __int128;
        wide exact = wide{a} * b / d;
        u64 want = exact >> 64 ? ~u64{0} : static_cast<u64>(exact);
        REQUIRE(mul_div_u64(a, b, d) == want);
    }
}

TEST_CASE("fixed: division rounds as it says") {
    CHECK(div_floor(-7, 2) == -4);
    CHECK(div_floor(7, 2) == 3);
    CHECK(div_floor(-8, 2) == -4);
    CHECK(div_ceil(7, 2) == 4);
    CHECK(div_ceil(8, 2) == 4);
    CHECK(before(~u64{0}, 1));
    CHECK(add_time(NEVER - 1, 5) == NEVER);
}
