// Faults and copy-on-write, page by page.
#include "task/uapi.hpp"
#include "unit/mm/machine.hpp"

using namespace rq;
using support::MemoryMachine;

namespace {

pte_t pte_of(MemoryMachine& m, VmaId area, u32 page) {
    return m.w().tables.get(m.w().vmas[area].ptes, page);
}

/// A copy of the task's address space, as fork would make it; its area of the same name.
VmaId fork_area(MemoryMachine& m, u32 name, MmId& mm) {
    s32 error = 0;
    mm = dup_mm(m.c, m.p, &error);
    REQUIRE(mm);
    return find_vma_by_name(m.c, mm, name);
}

}  // namespace

TEST_CASE("a read maps the zero page, the first write gives a page of one's own: two faults") {
    MemoryMachine m(R"({"cpus":1})");
    VmaId area = m.map(0, 4);
    CHECK(access_page(m.c, m.p, area, 1, false) == Fault::none);
    CHECK(pte_frame(pte_of(m, area, 1)) == ZERO_PAGE);
    CHECK(m.w().mms[m.mm()].rss_anon == 0);
    CHECK(access_page(m.c, m.p, area, 1, true) == Fault::none);
    CHECK(pte_frame(pte_of(m, area, 1)) != ZERO_PAGE);
    CHECK(m.w().mms[m.mm()].rss_anon == 1);
    CHECK(m.w().tasks[m.p].min_flt == 2);
    CHECK(access_page(m.c, m.p, area, 1, true) == Fault::none);
    CHECK(m.w().tasks[m.p].min_flt == 2);
    CHECK(access_page(m.c, m.p, area, 4, true) == Fault::segv);
}

TEST_CASE("after fork the first who writes copies, the last owner reuses: one fault each") {
    MemoryMachine m(R"({"cpus":1})");
    VmaId area = m.map(7, 2);
    m.touch(area, 0, 2);
    FrameId shared = pte_frame(pte_of(m, area, 0));
    MmId child;
    VmaId copy = fork_area(m, 7, child);
    CHECK(m.w().frames[shared.raw].mapcount == 2);
    CHECK((pte_of(m, area, 0) & PTE_WRITE) == 0);
    CHECK((pte_of(m, copy, 0) & PTE_WRITE) == 0);
    u64 faults = m.w().tasks[m.p].min_flt;
    m.touch(area, 0, 1);
    CHECK(pte_frame(pte_of(m, area, 0)) != shared);
    CHECK(m.w().frames[shared.raw].mapcount == 1);
    CHECK(m.w().tasks[m.p].min_flt == faults + 1);
    CHECK(m.touch(copy, 0, 1) == 1);
    CHECK(pte_frame(pte_of(m, copy, 0)) == shared);
    CHECK((pte_of(m, copy, 0) & PTE_WRITE) != 0);
    mmput(m.c, child);
    CHECK(m.touch(area, 1, 2) == 1);  // the other page has one owner again
    CHECK(m.w().mms[m.mm()].rss_anon == 2);
}

TEST_CASE("shared memory: both write the same frame; fork copies no entries of it") {
    MemoryMachine m(R"({"cpus":1})");
    VmaId area = m.map(7, 2, MapKind::shared);
    m.touch(area, 0, 2);
    MmId child;
    VmaId copy = fork_area(m, 7, child);
    CHECK_FALSE(m.w().vmas[copy].ptes);
    CHECK(m.touch(copy, 0, 1) == 1);
    CHECK(pte_frame(pte_of(m, copy, 0)) == pte_frame(pte_of(m, area, 0)));
    CHECK(m.w().mms[child].rss_shmem == 1);
    mmput(m.c, child);
}

TEST_CASE("fork counts the entries that it would have to copy") {
    MemoryMachine m(R"({"cpus":1})");
    u32 before = fork_page_count(m.c, m.mm());
    VmaId area = m.map(0, 100);
    CHECK(fork_page_count(m.c, m.mm()) == before);
    m.touch(area, 0, 30);
    CHECK(fork_page_count(m.c, m.mm()) == before + 30);
    VmaId shared = m.map(0, 100, MapKind::shared);
    m.touch(shared, 0, 50);
    CHECK(fork_page_count(m.c, m.mm()) == before + 30);
    u64 start = m.w().vmas[area].vm_start;
    CHECK(madvise_range(m.c, m.mm(), start, m.w().vmas[area].vm_end, 10) == 0);  // DONTFORK
    CHECK(fork_page_count(m.c, m.mm()) == before);
}

TEST_CASE("DONTFORK leaves the area out, WIPEONFORK leaves it empty") {
    MemoryMachine m(R"({"cpus":1})");
    VmaId out = m.map(7, 1);
    VmaId wiped = m.map(8, 1);
    m.touch(out, 0, 1);
    m.touch(wiped, 0, 1);
    m.w().vmas[out].vm_flags |= VM_DONTCOPY;
    m.w().vmas[wiped].vm_flags |= VM_WIPEONFORK;
    MmId child;
    CHECK_FALSE(fork_area(m, 7, child));
    VmaId empty = find_vma_by_name(m.c, child, 8);
    REQUIRE(empty);
    CHECK(pte_of(m, empty, 0) == 0);
    CHECK((pte_of(m, wiped, 0) & PTE_WRITE) != 0);
    mmput(m.c, child);
}

TEST_CASE("smaps: a page of two processes is half in each; what was written is dirty") {
    MemoryMachine m(R"({"cpus":1})");
    VmaId area = m.map(7, 4);
    m.touch(area, 0, 3);
    MmId child;
    VmaId copy = fork_area(m, 7, child);
    m.touch(copy, 0, 1);
    SmapsCount n = smaps_of(m.c, area);
    CHECK(n.rss == 3);
    CHECK((n.pss >> 12) == (1 + 2 / 2) * PAGE_SIZE);  // its own again, and half of two
    CHECK(n.private_dirty == 1);
    CHECK(n.shared_dirty == 2);
    CHECK(n.anonymous == 3);
    mmput(m.c, child);
}

TEST_CASE("fault-around maps the 16 aligned pages of a file that lie in memory") {
    MemoryMachine m(R"({"cpus":1})", R"(,"files":"cached")");
    VmaId file = m.map(0, 64, MapKind::file);
    CHECK(access_page(m.c, m.p, file, 20, false) == Fault::none);
    CHECK(m.w().tasks[m.p].min_flt == 1);
    u64 first = m.w().vmas[file].vm_start >> PAGE_SHIFT;
    u32 begin = 20 - static_cast<u32>((first + 20) % 16);
    CHECK(m.w().mms[m.mm()].rss_file == 16);
    CHECK(pte_of(m, file, begin) != 0);
    CHECK(pte_of(m, file, begin + 15) != 0);
    CHECK(pte_of(m, file, begin + 16) == 0);
    CHECK((pte_of(m, file, begin) & PTE_WRITE) == 0);
}

TEST_CASE("mlock makes pages present without counting faults") {
    MemoryMachine m(R"({"cpus":1})");
    VmaId area = m.map(0, 3);
    for (u32 i = 0; i < 3; ++i) CHECK(populate_page(m.c, m.p, area, i, false) == Fault::none);
    CHECK(m.w().mms[m.mm()].rss_anon == 3);
    CHECK(m.w().tasks[m.p].min_flt == 0);
}
