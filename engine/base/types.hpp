// The integer types of the engine. State never holds a type whose width depends on the machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rq {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using s8 = std::int8_t;
using s16 = std::int16_t;
using s32 = std::int32_t;
using s64 = std::int64_t;

inline constexpr u64 NSEC_PER_USEC = 1'000;
inline constexpr u64 NSEC_PER_MSEC = 1'000'000;
inline constexpr u64 NSEC_PER_SEC = 1'000'000'000;

/// An instant that never comes.
inline constexpr u64 NEVER = ~u64{0};

}  // namespace rq
