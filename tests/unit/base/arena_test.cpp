// Arenas and columns: ids that never repeat, bytes that are comparable.
#include "base/arena.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <set>

using namespace rq;

namespace {
struct Thing {
    u64 value;
};
using ThingId = Id<struct ThingTag>;
}  // namespace

TEST_CASE("arena: an id is never valid again once its object is gone") {
    Arena<Thing, ThingTag> arena;
    std::set<u32> seen;
    for (u32 round = 0; round < 20'000; ++round) {
        ThingId id = arena.create();
        REQUIRE(id);
        REQUIRE(seen.insert(id.raw).second);
        CHECK(arena[id].value == 0);
        arena[id].value = round;
        arena.destroy(id);
        CHECK_FALSE(arena.alive(id));
    }
    CHECK(arena.count() == 0);
    // 16,383 generations a slot: the first slot has been retired and a second one is in use.
    CHECK(arena.slot_end() == 3);
}

TEST_CASE("arena: a copy has the same bytes and goes its own way") {
    Arena<Thing, ThingTag> a;
    ThingId one = a.create();
    ThingId two = a.create();
    a[two].value = 5;
    Arena<Thing, ThingTag> b = a;
    b[two].value = 6;
    CHECK(a[two].value == 5);
    b.destroy(one);
    CHECK(a.alive(one));
    CHECK(a.count() == 2);
    CHECK(b.count() == 1);
}

TEST_CASE("column: grows zeroed and compares by bytes") {
    Column<u32> c;
    c.resize(3);
    CHECK(c[2] == 0);
    c.push(7);
    Column<u32> d = c;
    CHECK(d.size() == 4);
    CHECK(std::memcmp(c.data(), d.data(), c.byte_size()) == 0);
    d[0] = 1;
    CHECK(c[0] == 0);
    c.resize(1);
    c.resize(4);
    CHECK(c[3] == 0);
}
