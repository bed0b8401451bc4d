// Searching in lanes: sorted arrays of things that have a `time`. Inside view/ only.
#pragma once

#include "base/types.hpp"

#include <vector>

namespace rq::view::lanes {

inline constexpr std::size_t group = 16;       ///< points between two sums of a task lane
inline constexpr std::size_t first_block = 16;  ///< points in a block of the lowest level
inline constexpr std::size_t fan = 2;          ///< blocks in a block of the next level

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

/// Where the last search of a row of neighbouring ones ended, and how far it had gone.
struct Hint {
    std::size_t at = 0;
    std::size_t stride = 1;
};

/// The same for a row of searches at growing instants: each begins where the one before ended and
/// first tries as far a step as that one took.
template <class T>
std::size_t at_or_before(const std::vector<T>& v, u64 time, Hint& hint) {
    std::size_t from = hint.at;
    std::size_t guess = from + hint.stride;
    std::size_t begin = guess < v.size() && v[guess].time <= time ? guess : from;
    hint.at = at_or_before(v, time, begin);
    hint.stride = hint.at > from ? hint.at - from : 1;
    return hint.at;
}

}  // namespace rq::view::lanes
