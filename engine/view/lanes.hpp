// Searching in lanes: sorted arrays of things that have a `time`. Inside view/ only.
#pragma once

#include "base/types.hpp"

#include <vector>

namespace rq::view::lanes {

inline constexpr std::size_t group = 16;       ///< points between two sums of a task lane
inline constexpr std::size_t first_block = 16;  ///< points in a block of the lowest level
inline constexpr std::size_t fan = 4;          ///< blocks in a block of the next level

/// Index of the first element at or after `time`.
template <class T>
std::size_t first_from(const std::vector<T>& v, u64 time) {
    std::size_t low = 0;
    std::size_t high = v.size();
    while (low < high) {
        std::size_t middle = low + (high - low) / 2;
        if (v[middle].time < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// Index of the last element at or before `time`, 0 if there is none. The search gallops from
/// `hint`, which is at or before it, so that neighbouring questions cost little.
template <class T>
std::size_t at_or_before(const std::vector<T>& v, u64 time, std::size_t hint = 0) {
    std::size_t low = hint;
    std::size_t step = 1;
    while (low + step < v.size() && v[low + step].time <= time) {
        low += step;
        step *= 2;
    }
    std::size_t high = low + step < v.size() ? low + step : v.size();
    while (high - low > 1) {
        std::size_t middle = low + (high - low) / 2;
        if (v[middle].time <= time)
            low = middle;
        else
            high = middle;
    }
    return low;
}

}  // namespace rq::view::lanes
