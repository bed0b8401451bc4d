// Areas: made, split, changed, ended; page tables that come and go with them.
#include "task/uapi.hpp"
#include "unit/mm/machine.hpp"

using namespace rq;
using support::MemoryMachine;

namespace {

struct Area {
    u64 start;
    u32 pages;
    u32 flags;
};

/// The areas called `name`, in the order of addresses.
std::vector<Area> areas(MemoryMachine& m, u32 name) {
    std::vector<Area> all;
    for (VmaId at = m.w().mms[m.mm()].mmap; at; at = m.w().vmas[at].vm_next) {
        const vm_area_struct& v = m.w().vmas[at];
        if (v.name == name) all.push_back({v.vm_start, v.pages(), v.vm_flags});
    }
    return all;
}

}  // namespace

TEST_CASE("areas are placed downwards, one below the other") {
    MemoryMachine m(R"({"cpus":1})");
    VmaId first = m.map(0, 10);
    VmaId second = m.map(0, 4);
    CHECK(m.w().vmas[second].vm_end == m.w().vmas[first].vm_start);
    CHECK(m.w().vmas[first].pages() == 10);
    CHECK(find_vma(m.c, m.mm(), m.w().vmas[first].vm_start + 9 * PAGE_SIZE) == first);
    CHECK_FALSE(find_vma(m.c, m.mm(), m.w().vmas[first].vm_end));
}

TEST_CASE("no pages are EINVAL; more than RLIMIT_AS, or too many areas, ENOMEM") {
    MemoryMachine m(R"({"cpus":1})");
    CHECK_FALSE(m.map(0, 0));
    CHECK(m.error == -EINVAL);
    rlimit_set limits = m.w().rlimits[0];
    u64 have = m.w().mms[m.mm()].total_vm;
    limits.as = (have + 100) * PAGE_SIZE;
    m.w().signals[m.w().tasks[m.p].signal].rlimits = m.w().rlimits.push(limits);
    CHECK_FALSE(m.map(0, 101));
    CHECK(m.error == -ENOMEM);
    CHECK(m.map(0, 100));
    m.w().signals[m.w().tasks[m.p].signal].rlimits = 0;
    m.w().mms[m.mm()].map_count = 65'530;
    CHECK_FALSE(m.map(0, 1));
    CHECK(m.error == -ENOMEM);
}

TEST_CASE("munmap in the middle leaves two areas, each with its pages") {
    MemoryMachine m(R"({"cpus":1})");
    u32 name = 7;
    VmaId area = m.map(name, 10);
    u64 start = m.w().vmas[area].vm_start;
    u64 before = m.w().mms[m.mm()].total_vm;
    CHECK(m.touch(area, 0, 10) == 10);
    unmap_range(m.c, m.mm(), start + 3 * PAGE_SIZE, start + 5 * PAGE_SIZE);
    std::vector<Area> left = areas(m, name);
    REQUIRE(left.size() == 2);
    CHECK(left[0].pages == 3);
    CHECK(left[1].pages == 5);
    CHECK(left[1].start == start + 5 * PAGE_SIZE);
    CHECK(m.w().mms[m.mm()].rss_anon == 8);
    CHECK(m.w().mms[m.mm()].total_vm == before - 2);
    CHECK(m.w().mms[m.mm()].hiwater_vm == before);
}

TEST_CASE("mprotect splits; back to writable no fault is needed for a page of one's own") {
    MemoryMachine m(R"({"cpus":1})");
    u32 name = 7;
    VmaId area = m.map(name, 6);
    u64 start = m.w().vmas[area].vm_start;
    m.touch(area, 0, 6);
    u64 faults = m.w().tasks[m.p].min_flt;
    CHECK(mprotect_range(m.c, m.p, start + 2 * PAGE_SIZE, start + 4 * PAGE_SIZE, VM_READ) == 0);
    std::vector<Area> parts = areas(m, name);
    REQUIRE(parts.size() == 3);
    CHECK((parts[1].flags & (VM_READ | VM_WRITE)) == VM_READ);
    VmaId middle = find_vma(m.c, m.mm(), start + 2 * PAGE_SIZE);
    CHECK(access_page(m.c, m.p, middle, 0, true) == Fault::segv);
    CHECK(access_page(m.c, m.p, middle, 0, false) == Fault::none);
    CHECK(mprotect_range(m.c, m.p, start, start + 6 * PAGE_SIZE, VM_READ | VM_WRITE) == 0);
    CHECK(access_page(m.c, m.p, middle, 0, true) == Fault::none);
    CHECK(m.w().tasks[m.p].min_flt == faults);
    CHECK(mprotect_range(m.c, m.p, start, start + 7 * PAGE_SIZE, VM_READ) == -ENOMEM);
}

TEST_CASE("page tables: one for 2 MiB, and one of each level above; munmap frees them") {
    MemoryMachine m(R"({"cpus":1})");
    u64 before = mm_pgtables_bytes(m.c, m.mm());
    s32 error = 0;
    constexpr u64 at = u64{1} << 39;  // a corner of its own: 512 GiB
    VmaId area = mmap_area(m.c, m.p, 0, 2048, 0, at, &error);
    REQUIRE(area);
    CHECK(mm_pgtables_bytes(m.c, m.mm()) == before);
    m.touch(area, 0, 1);
    CHECK(mm_pgtables_bytes(m.c, m.mm()) == before + 3 * PAGE_SIZE);
    m.touch(area, 511, 513);  // the last of the first 2 MiB, the first of the second
    CHECK(mm_pgtables_bytes(m.c, m.mm()) == before + 4 * PAGE_SIZE);
    CHECK(madvise_range(m.c, m.mm(), at, at + 2048 * PAGE_SIZE, 4) == 0);
    CHECK(mm_pgtables_bytes(m.c, m.mm()) == before + 4 * PAGE_SIZE);
    unmap_range(m.c, m.mm(), at, at + 2048 * PAGE_SIZE);
    CHECK(mm_pgtables_bytes(m.c, m.mm()) == before);
}

TEST_CASE("madvise: DONTNEED gives pages back but not where they are locked; unknown EINVAL") {
    MemoryMachine m(R"({"cpus":1})");
    VmaId area = m.map(0, 4);
    u64 start = m.w().vmas[area].vm_start;
    u64 end = m.w().vmas[area].vm_end;
    m.touch(area, 0, 4);
    CHECK(change_vm_flags(m.c, m.mm(), start, end, VM_LOCKED, 0) == 0);
    CHECK(m.w().mms[m.mm()].locked_vm == 4);
    CHECK(madvise_range(m.c, m.mm(), start, end, 4) == -EINVAL);
    CHECK(change_vm_flags(m.c, m.mm(), start, end, 0, VM_LOCKED) == 0);
    CHECK(madvise_range(m.c, m.mm(), start, end, 4) == 0);
    CHECK(m.w().mms[m.mm()].rss_anon == 0);
    CHECK(madvise_range(m.c, m.mm(), start, end, 99) == -EINVAL);
    VmaId shared = m.map(0, 1, MapKind::shared);
    u64 at = m.w().vmas[shared].vm_start;
    CHECK(madvise_range(m.c, m.mm(), at, at + PAGE_SIZE, 18) == -EINVAL);  // WIPEONFORK
}
