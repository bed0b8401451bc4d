// The indexed heap against a sorted set.
#include "base/heap.hpp"
#include "base/prng.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <utility>

using namespace rq;

TEST_CASE("heap: arming, moving and disarming keep the earliest on top, ties by their number") {
    constexpr u32 sources = 50;
    IndexedHeap heap;
    heap.set_sources(sources);
    std::map<u32, std::pair<u64, u64>> model;
    Prng random = Prng::stream(3, 1);
    for (u32 step = 0; step < 20'000; ++step) {
        u32 source = static_cast<u32>(random.below(sources));
        if (random.chance(1, 4)) {
            heap.disarm(source);
            model.erase(source);
        } else {
            u64 time = random.below(30);
            heap.arm(source, time, source);
            model[source] = {time, source};
        }
        REQUIRE(heap.size() == model.size());
        if (model.empty()) continue;
        std::set<std::pair<u64, u64>> sorted;
        for (const auto& entry : model) sorted.insert(entry.second);
        REQUIRE(heap.top().time == sorted.begin()->first);
        REQUIRE(heap.top().source == sorted.begin()->second);
        REQUIRE(heap.time_of(source) == (model.count(source) ? model[source].first : NEVER));
    }
}
