// A stable merge sort: the same order on every platform, whatever its library does with ties.
#pragma once

#include <vector>

namespace rq::view {

/// Sorts by `less(a, b)`; what is equal keeps its order.
template <class T, class Less>
void sort_stable(std::vector<T>& v, Less less) {
    std::vector<T> spare(v.size());
    for (std::size_t width = 1; width < v.size(); width *= 2) {
        for (std::size_t low = 0; low < v.size(); low += 2 * width) {
            std::size_t middle = low + width < v.size() ? low + width : v.size();
            std::size_t high = low + 2 * width < v.size() ? low + 2 * width : v.size();
            std::size_t a = low;
            std::size_t b = middle;
            for (std::size_t k = low; k < high; ++k) {
                bool right = a >= middle || (b < high && less(v[b], v[a]));
                spare[k] = right ? v[b++] : v[a++];
            }
        }
        v.swap(spare);
    }
}

}  // namespace rq::view
