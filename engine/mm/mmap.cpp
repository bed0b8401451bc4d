// Areas of an address space: making, finding, splitting, ending. After mm/mmap.c, mprotect.c and
// madvise.c of 6.1; areas are not merged, so that what a program mapped stays what it sees.
#include "context.hpp"
#include "mm/frames.hpp"
#include "mm/memory.hpp"
#include "mm/overcommit.hpp"
#include "sync/timer.hpp"
#include "task/uapi.hpp"

namespace rq {

namespace {

/// Where areas begin to be placed, downwards (mmap_base without randomisation).
constexpr u64 TASK_MMAP_BASE = 0x7ffff7fff000;
constexpr u64 TASK_BRK = 0x555555600000;
constexpr u32 DEFAULT_MAX_MAP_COUNT = 65'530;

void remove_area(Context& c, VmaId area) {
    zap_ptes(c, area, 0, ~0u);
    vm_area_struct& v = c.w.vmas[area];
    mm_struct& mm = c.w.mms[v.vm_mm];
    if (v.vm_prev)
        c.w.vmas[v.vm_prev].vm_next = v.vm_next;
    else
        mm.mmap = v.vm_next;
    if (v.vm_next) c.w.vmas[v.vm_next].vm_prev = v.vm_prev;
    --mm.map_count;
    mm.total_vm -= v.pages();
    if (v.vm_flags & VM_LOCKED) mm.locked_vm -= v.pages();
    if (v.vm_flags & VM_ACCOUNT) vm_unacct_memory(c, v.pages());
    c.w.tables.release(v.ptes);
    u32 mapping = v.mapping;
    c.w.vmas.destroy(area);
    put_mapping(c, mapping);
}

/// free_pgtables(): pages of page table of [start, end) that no area left touches.
void free_regions(Context& c, MmId id, u64 start, u64 end) {
    constexpr u64 region_bytes = u64{PAGE_SIZE} * PTRS_PER_PTE;
    mm_struct& mm = c.w.mms[id];
    u64 low = 0;
    u64 high = NEVER;
    for (VmaId at = mm.mmap; at; at = c.w.vmas[at].vm_next) {
        const vm_area_struct& v = c.w.vmas[at];
        if (v.vm_end <= start) low = v.vm_end;
        if (v.vm_start >= end && high == NEVER) high = v.vm_start;
    }
    u32 kept = 0;
    for (u32 i = 0; i < mm.nr_regions; ++i) {
        u32 region = c.w.tables.at(mm.regions, i);
        u64 from = region * region_bytes;
        bool touched = from < end && from + region_bytes > start;
        bool free = touched && from >= low - low % region_bytes && low <= from &&
                    from + region_bytes <= high;
        if (free) continue;
        c.w.tables.at(mm.regions, kept++) = region;
    }
    for (u32 i = kept; i < mm.nr_regions; ++i) c.w.tables.at(mm.regions, i) = 0;
    mm.nr_regions = kept;
}

/// Splits the area that `address` lies inside of, so that one ends there and one begins.
void split_at(Context& c, MmId mm, u64 address) {
    VmaId area = find_vma(c, mm, address);
    if (!area || c.w.vmas[area].vm_start == address) return;
    VmaId upper = c.w.vmas.create();
    vm_area_struct& v = c.w.vmas[area];
    vm_area_struct u = v;
    u32 pages = static_cast<u32>((address - v.vm_start) >> PAGE_SHIFT);
    u.vm_start = address;
    u.vm_pgoff += pages;
    u.vm_prev = area;
    u.ptes = Block{};
    if (v.ptes.size() > pages) {
        u32 count = v.ptes.size() - pages;
        u.ptes = c.w.tables.allocate(count);
        for (u32 i = 0; i < count; ++i) {
            c.w.tables.at(u.ptes, i) = c.w.tables.at(v.ptes, pages + i);
            c.w.tables.at(v.ptes, pages + i) = 0;
        }
    }
    v.vm_end = address;
    v.vm_next = upper;
    c.w.vmas[upper] = u;
    if (u.vm_next) c.w.vmas[u.vm_next].vm_prev = upper;
    if (u.mapping) ++c.w.mappings[u.mapping].count;
    ++c.w.mms[mm].map_count;
}

}  // namespace

void insert_vm_struct(Context& c, MmId mm, VmaId area) {
    VmaId before{};
    VmaId at = c.w.mms[mm].mmap;
    while (at && c.w.vmas[at].vm_start < c.w.vmas[area].vm_start) {
        before = at;
        at = c.w.vmas[at].vm_next;
    }
    vm_area_struct& v = c.w.vmas[area];
    v.vm_prev = before;
    v.vm_next = at;
    if (before)
        c.w.vmas[before].vm_next = area;
    else
        c.w.mms[mm].mmap = area;
    if (at) c.w.vmas[at].vm_prev = area;
    ++c.w.mms[mm].map_count;
    mm_struct& m = c.w.mms[mm];
    m.total_vm += v.pages();
    if (m.total_vm > m.hiwater_vm) m.hiwater_vm = m.total_vm;
    if (v.vm_flags & VM_LOCKED) m.locked_vm += v.pages();
}

MmId mm_alloc(Context& c) {
    MmId id = c.w.mms.create();
    mm_struct& mm = c.w.mms[id];
    mm.mm_users = 1;
    mm.mm_count = 1;
    mm.mmap_base = TASK_MMAP_BASE;
    mm.start_brk = TASK_BRK;
    mm.dumpable = 1;
    return id;
}

void mmget(Context& c, MmId mm) { ++c.w.mms[mm].mm_users; }

void mmput(Context& c, MmId id) {
    if (!id || --c.w.mms[id].mm_users) return;
    while (VmaId area = c.w.mms[id].mmap) remove_area(c, area);
    c.w.tables.release(c.w.mms[id].regions);
    if (TimerId timer = c.w.mms[id].oom_reaper_timer) timer_destroy(c, timer);
    c.w.mms.destroy(id);
}

VmaId find_vma_by_name(const Context& c, MmId mm, u32 name) {
    if (!mm) return {};
    for (VmaId at = c.w.mms[mm].mmap; at; at = c.w.vmas[at].vm_next)
        if (c.w.vmas[at].name == name) return at;
    return {};
}

VmaId find_vma(const Context& c, MmId mm, u64 address) {
    for (VmaId at = c.w.mms[mm].mmap; at; at = c.w.vmas[at].vm_next) {
        const vm_area_struct& v = c.w.vmas[at];
        if (address >= v.vm_start && address < v.vm_end) return at;
    }
    return {};
}

namespace {

/// Files below /tmp and /dev/shm lie in memory.
MappingKind file_kind(const Context& c, u32 name) {
    const std::string& path = c.image.name(name);
    bool in_memory = path.compare(0, 5, "/tmp/") == 0 || path.compare(0, 9, "/dev/shm/") == 0;
    return in_memory ? MappingKind::tmpfs : MappingKind::file;
}

}  // namespace

namespace {

/// may_expand_vm(), and the number of areas.
bool has_room(const Context& c, TaskId p, u64 pages) {
    const mm_struct& mm = c.w.mms[c.w.tasks[p].mm];
    u64 limit = c.w.rlimits[c.w.signals[c.w.tasks[p].signal].rlimits].as;
    if (limit != NEVER && mm.total_vm + pages > limit >> PAGE_SHIFT) return false;
    return pages <= u64{1} << 27 && mm.map_count < DEFAULT_MAX_MAP_COUNT &&
           c.w.vmas.count() < 0x3fffe;
}

/// The page cache behind a new area; a file is known to be as long as the area.
u32 mapping_for(Context& c, MapKind kind, u32 name, u32 pages) {
    if (kind == MapKind::anon) return 0;
    bool file = kind != MapKind::shared;
    u32 mapping = file ? mapping_of(c, file_kind(c, name), name)
                       : mapping_of(c, MappingKind::shmem, 0);
    address_space& a = c.w.mappings[mapping];
    if (pages > a.size_pages) a.size_pages = pages;
    return mapping;
}

}  // namespace

VmaId mmap_area(Context& c, TaskId p, u32 name, u64 pages, u32 kind, u64 address, s32* error,
                bool reserve) {
    MmId mm = c.w.tasks[p].mm;
    *error = 0;
    if (!mm || pages == 0) {
        *error = -EINVAL;
        return {};
    }
    if (!has_room(c, p, pages)) {
        *error = -ENOMEM;
        return {};
    }
    u64 bytes = pages << PAGE_SHIFT;
    if (address) unmap_range(c, mm, address, address + bytes);
    MapKind what = static_cast<MapKind>(kind);
    bool shared = what == MapKind::shared || what == MapKind::file_shared;
    // What may be written privately is booked with its area, shared memory as an object.
    bool accounted = reserve && !shared;
    if (accounted || what == MapKind::shared) *error = vm_enough_memory(c, p, pages);
    if (*error) return {};
    if (!address) address = c.w.mms[mm].mmap_base -= bytes;
    u32 mapping = mapping_for(c, what, name, static_cast<u32>(pages));
    VmaId area = c.w.vmas.create();
    vm_area_struct& v = c.w.vmas[area];
    v.vm_start = address;
    v.vm_end = address + bytes;
    v.vm_mm = mm;
    v.vm_flags = VM_READ | VM_WRITE | VM_MAYWRITE | c.w.mms[mm].def_flags;
    if (shared) v.vm_flags |= VM_SHARED;
    if (accounted) v.vm_flags |= VM_ACCOUNT;
    v.name = name;
    v.mapping = mapping;
    insert_vm_struct(c, mm, area);
    return area;
}

void unmap_range(Context& c, MmId mm, u64 start, u64 end) {
    split_at(c, mm, start);
    split_at(c, mm, end);
    bool any = false;
    for (VmaId at = c.w.mms[mm].mmap; at;) {
        VmaId next = c.w.vmas[at].vm_next;
        if (c.w.vmas[at].vm_start >= start && c.w.vmas[at].vm_end <= end) {
            remove_area(c, at);
            any = true;
        }
        at = next;
    }
    if (any) free_regions(c, mm, start, end);
}

namespace {

s32 madvise_dontneed(Context& c, MmId mm, u64 start, u64 end) {
    for (VmaId at = c.w.mms[mm].mmap; at; at = c.w.vmas[at].vm_next) {
        const vm_area_struct& v = c.w.vmas[at];
        if (v.vm_end <= start || v.vm_start >= end) continue;
        if (v.vm_flags & VM_LOCKED) return -EINVAL;
        u64 from = start > v.vm_start ? start : v.vm_start;
        u64 to = end < v.vm_end ? end : v.vm_end;
        zap_ptes(c, at, static_cast<u32>((from - v.vm_start) >> PAGE_SHIFT),
                 static_cast<u32>((to - v.vm_start) >> PAGE_SHIFT));
    }
    return 0;
}

}  // namespace

s32 madvise_range(Context& c, MmId mm, u64 start, u64 end, u64 advice) {
    switch (advice) {
        case 4: return madvise_dontneed(c, mm, start, end);
        case 10: return change_vm_flags(c, mm, start, end, VM_DONTCOPY, 0);
        case 11: return change_vm_flags(c, mm, start, end, 0, VM_DONTCOPY);
        case 18: {
            VmaId area = find_vma(c, mm, start);  // only private anonymous memory can be wiped
            if (area && c.w.vmas[area].mapping) return -EINVAL;
            return change_vm_flags(c, mm, start, end, VM_WIPEONFORK, 0);
        }
        case 19: return change_vm_flags(c, mm, start, end, 0, VM_WIPEONFORK);
        default: return -EINVAL;
    }
}

s32 change_vm_flags(Context& c, MmId mm, u64 start, u64 end, u32 set, u32 clear) {
    split_at(c, mm, start);
    split_at(c, mm, end);
    u64 covered = 0;
    for (VmaId at = c.w.mms[mm].mmap; at; at = c.w.vmas[at].vm_next) {
        vm_area_struct& v = c.w.vmas[at];
        if (v.vm_start < start || v.vm_end > end) continue;
        covered += v.vm_end - v.vm_start;
        u32 before = v.vm_flags;
        v.vm_flags = (v.vm_flags & ~clear) | set;
        if (!(before & VM_LOCKED) && (v.vm_flags & VM_LOCKED))
            c.w.mms[mm].locked_vm += v.pages();
        if ((before & VM_LOCKED) && !(v.vm_flags & VM_LOCKED))
            c.w.mms[mm].locked_vm -= v.pages();
    }
    return covered == end - start ? 0 : -ENOMEM;
}

namespace {

/// mprotect_fixup(): what becomes privately writable is booked from now on.
s32 account_writable(Context& c, TaskId p, u64 start, u64 end) {
    MmId mm = c.w.tasks[p].mm;
    split_at(c, mm, start);
    split_at(c, mm, end);
    for (VmaId at = c.w.mms[mm].mmap; at; at = c.w.vmas[at].vm_next) {
        vm_area_struct& v = c.w.vmas[at];
        if (v.vm_start < start || v.vm_end > end) continue;
        if (v.vm_flags & (VM_ACCOUNT | VM_WRITE | VM_SHARED)) continue;
        if (s32 error = vm_enough_memory(c, p, v.pages())) return error;
        v.vm_flags |= VM_ACCOUNT;
    }
    return 0;
}

}  // namespace

s32 mprotect_range(Context& c, TaskId p, u64 start, u64 end, u32 prot) {
    MmId mm = c.w.tasks[p].mm;
    u32 all = VM_READ | VM_WRITE | VM_EXEC;
    if (prot & VM_WRITE)
        if (s32 error = account_writable(c, p, start, end)) return error;
    if (s32 error = change_vm_flags(c, mm, start, end, prot & all, all & ~prot)) return error;
    for (VmaId at = c.w.mms[mm].mmap; at; at = c.w.vmas[at].vm_next) {
        const vm_area_struct& v = c.w.vmas[at];
        if (v.vm_start < start || v.vm_end > end) continue;
        for (u32 i = 0; i < v.ptes.size(); ++i) {
            pte_t& pte = c.w.tables.at(v.ptes, i);
            if (!pte) continue;
            if (!(prot & VM_WRITE)) {
                pte &= ~PTE_WRITE;
                continue;
            }
            // can_change_pte_writable(): what would not be copied may be written at once
            const page& f = c.w.frames[pte_frame(pte).raw];
            bool own = (f.flags & PG_anon) && (f.flags & PG_exclusive) && (pte & PTE_DIRTY);
            bool shared = (v.vm_flags & VM_SHARED) && (pte & PTE_DIRTY);
            if (own || shared) pte |= PTE_WRITE;
        }
    }
    return 0;
}

u64 mm_pgtables_bytes(const Context& c, MmId id) {
    const mm_struct& mm = c.w.mms[id];
    u64 tables = 0;
    u32 pmd = ~0u;
    u32 pud = ~0u;
    for (u32 i = 0; i < mm.nr_regions; ++i) {
        u32 region = c.w.tables.at(mm.regions, i);
        ++tables;
        if (region / PTRS_PER_PTE != pmd) {
            pmd = region / PTRS_PER_PTE;
            ++tables;
        }
        if (region / PTRS_PER_PTE / PTRS_PER_PTE != pud) {
            pud = region / PTRS_PER_PTE / PTRS_PER_PTE;
            ++tables;
        }
    }
    return tables * PAGE_SIZE;
}

}  // namespace rq
