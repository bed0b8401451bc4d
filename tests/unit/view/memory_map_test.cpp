// Entries and frames around a fork: shared read-only first, one copy for each first write.
#include "view/memory_map.hpp"

#include "unit/view/viewed_run.hpp"

using namespace rq;
using namespace rq::view;
using testing::Viewed;

namespace {

constexpr const char* forking = R"({"format": "runqueue/1", "machine": "dual", "duration": "100ms",
  "tasks": [{"name": "parent", "program": [
    "map buffer 8 anon", "write buffer 0-3", "read buffer 4", "sleep 10ms",
    {"fork": ["sleep 20ms", "write buffer 0-1", "sleep 50ms"], "name": "child"}, "sleep 70ms"]}]})";

u32 area_named(const MemoryMap& map, const char* name) {
    for (u32 i = 0; i < map.areas.size(); ++i)
        if (map.areas[i].name == name) return i;
    return ~0u;
}

}  // namespace

TEST_CASE("memory map: written pages are writable and its own, read ones the zero page") {
    Viewed run(forking, 5 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    const MemoryMap first = memory_map(run.context(), run.cast(), no_task, ~0u);
    const u32 buffer = area_named(first, "buffer");
    REQUIRE(buffer != ~0u);
    const MemoryMap map = memory_map(run.context(), run.cast(), run.task("parent"), buffer);
    REQUIRE(map.pages.size() == 8);
    CHECK(map.areas[buffer].permissions == "rw-p");
    CHECK(map.areas[buffer].present == 5);
    CHECK(std::string(entry_words(map.pages[0])) == "writable");
    CHECK(entry_bits(map.pages[0]) == "P RW AD");
    CHECK(map.pages[0].refcount == 1);
    CHECK(std::string(entry_words(map.pages[4])) == "zero page");
    CHECK(std::string(entry_words(map.pages[5])) == "not present");
    CHECK(entry_bits(map.pages[5]) == "-");
    CHECK(map.other == no_task);
    CHECK(map.own_frames == 4);
}

TEST_CASE("memory map: after fork both name one frame read-only, after a write two") {
    Viewed run(forking, 20 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    const u32 parent = run.task("parent"), child = run.task("child");
    u32 buffer = area_named(memory_map(run.context(), run.cast(), parent, 0), "buffer");
    MemoryMap map = memory_map(run.context(), run.cast(), parent, buffer);
    REQUIRE(map.other == child);
    REQUIRE(map.other_pages.size() == 8);
    CHECK(map.pages[0].frame == map.other_pages[0].frame);
    CHECK(map.pages[0].mapcount == 2);
    CHECK(std::string(entry_words(map.pages[0])) == "read-only");
    CHECK(map.pages[0].holders.size() == 2);
    CHECK(map.shared_frames == 4);
    run.until(50 * NSEC_PER_MSEC);
    map = memory_map(run.context(), run.cast(), child, buffer);
    REQUIRE(map.other == parent);
    CHECK(map.pages[0].frame != map.other_pages[0].frame);
    CHECK(map.pages[0].writable);
    CHECK(map.pages[0].holders.size() == 1);
    CHECK(map.pages[2].frame == map.other_pages[2].frame);
    CHECK(map.shared_frames == 2);
    CHECK(memory_map(run.context(), run.cast(), child, buffer, 3).left_out == 5);
}

TEST_CASE("memory map: a task that is gone has none") {
    Viewed run(forking, 5 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    CHECK(memory_map(run.context(), run.cast(), 9999, ~0u).areas.empty());
}
