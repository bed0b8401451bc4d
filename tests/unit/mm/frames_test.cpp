// Frames: watermarks, the order of nodes, what is left when all is taken.
#include "unit/mm/machine.hpp"

using namespace rq;
using support::MemoryMachine;

TEST_CASE("a node of 16 MiB keeps 128 pages for emergencies, 160 while others have more") {
    MemoryMachine m(R"({"cpus":1,"memory":"16MiB"})");
    const pglist_data& node = m.w().memory_nodes[0];
    CHECK(node.present_pages == 4096);
    CHECK(node.min_pages == 128);  // sqrt(16384 kB * 16) = 512 kB
    CHECK(node.low_pages == 160);  // a quarter more
}

TEST_CASE("nodes help out nearest first; the order of a line of four as recorded") {
    MemoryMachine m(R"({"cpus":4,"nodes":4})");
    const u32 distance[4][4] = {
        {10, 16, 22, 28}, {16, 10, 16, 22}, {22, 16, 10, 16}, {28, 22, 16, 10}};
    for (u32 a = 0; a < 4; ++a)
        for (u32 b = 0; b < 4; ++b) m.w().node_distance[a * 4 + b] = distance[a][b];
    memory_init(m.c, m.c.image.scenario.machine);
    const u32 recorded[4][4] = {{0, 1, 2, 3}, {1, 2, 0, 3}, {2, 3, 1, 0}, {3, 2, 1, 0}};
    for (u32 a = 0; a < 4; ++a)
        for (u32 k = 0; k < 4; ++k) CHECK(m.w().node_fallback[a * 4 + k] == recorded[a][k]);
}

TEST_CASE("two nodes: both down to their low watermark, then both to the lowest, then nothing") {
    MemoryMachine m(R"({"cpus":2,"nodes":2,"memory":"16MiB"})");
    u64 min = m.w().memory_nodes[0].min_pages;
    u64 low = m.w().memory_nodes[0].low_pages;
    u32 own = m.w().topology[m.w().tasks[m.p].cpu.raw].node.raw;
    for (u64 i = 0; i < 4096 - low; ++i)
        REQUIRE(m.w().frames[alloc_frame(m.c, m.p, PG_anon).raw].node == own);
    CHECK(m.w().frames[alloc_frame(m.c, m.p, PG_anon).raw].node == 1 - own);
    u64 taken = 4096 - low + 1;
    FrameId last;
    for (FrameId f = alloc_frame(m.c, m.p, PG_anon); f.raw; f = alloc_frame(m.c, m.p, PG_anon))
        last = f, ++taken;
    CHECK(taken == 2 * (4096 - min));
    CHECK(free_ram_pages(m.w()) == 2 * min);
    put_page(m.c, last);
    CHECK(free_ram_pages(m.w()) == 2 * min + 1);
    CHECK(alloc_frame(m.c, m.p, PG_anon).raw == last.raw);
}

TEST_CASE("pages of a file that nobody maps are given up before an allocation fails") {
    MemoryMachine m(R"({"cpus":1,"memory":"16MiB"})", R"(,"files":"cached")");
    VmaId file = m.map(0, 64, MapKind::file);
    REQUIRE(m.touch(file, 0, 64, false) == 64);
    unmap_range(m.c, m.mm(), m.w().vmas[file].vm_start, m.w().vmas[file].vm_end);
    CHECK(page_cache_pages(m.w()) == 64);
    u64 taken = 0;
    while (alloc_frame(m.c, m.p, PG_anon).raw) ++taken;
    CHECK(taken == 4096 - 128);
    CHECK(page_cache_pages(m.w()) == 0);
}
