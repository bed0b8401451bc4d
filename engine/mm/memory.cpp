// Faults, copy-on-write and fork's copying of page tables, after mm/memory.c of 6.1.
#include "mm/memory.hpp"

#include "context.hpp"
#include "mm/filemap.hpp"
#include "mm/frames.hpp"
#include "mm/overcommit.hpp"
#include "task/uapi.hpp"

namespace rq {

namespace {

/// Kinds of the page_fault record; FAULT_MAJOR is added if the disk had to be read.
constexpr u32 FAULT_ANON = 0;    // zero-filled page of one's own
constexpr u32 FAULT_ZERO = 1;    // the zero page, for reading
constexpr u32 FAULT_FILE = 2;    // a page of the page cache
constexpr u32 FAULT_REUSE = 3;   // write permission given back, nothing copied
constexpr u32 FAULT_COPY = 4;    // private copy; a cow_fault record says of what
constexpr u32 FAULT_MAJOR = 8;

bool private_writable(const vm_area_struct& v) { return !(v.vm_flags & VM_SHARED); }

void count_rss(mm_struct& mm, const page& frame, FrameId id, s32 by) {
    if (id == ZERO_PAGE) return;
    u32 delta = static_cast<u32>(by);
    if (frame.flags & PG_anon)
        mm.rss_anon += delta;
    else if (frame.flags & PG_shmem)
        mm.rss_shmem += delta;
    else
        mm.rss_file += delta;
    u32 rss = mm.rss_anon + mm.rss_file + mm.rss_shmem;
    if (rss > mm.hiwater_rss) mm.hiwater_rss = rss;
}

u32 region_of(const vm_area_struct& v, u32 index) {
    return static_cast<u32>(((v.vm_start >> PAGE_SHIFT) + index) / PTRS_PER_PTE);
}

/// Gives the address space a page of page table for a 2 MiB region.
void need_region(Context& c, MmId id, u32 region) {
    mm_struct& mm = c.w.mms[id];
    u32 low = 0;
    u32 high = mm.nr_regions;
    while (low < high) {
        u32 middle = (low + high) / 2;
        u32 at = c.w.tables.at(mm.regions, middle);
        if (at == region) return;
        if (at < region)
            low = middle + 1;
        else
            high = middle;
    }
    c.w.tables.ensure(mm.regions, mm.nr_regions + 1);
    for (u32 i = mm.nr_regions; i > low; --i)
        c.w.tables.at(mm.regions, i) = c.w.tables.at(mm.regions, i - 1);
    c.w.tables.at(mm.regions, low) = region;
    ++mm.nr_regions;
}

/// Puts an entry in place of an absent one.
void map_pte(Context& c, VmaId area, u32 index, FrameId frame, pte_t bits) {
    vm_area_struct& v = c.w.vmas[area];
    if (index >= v.ptes.size()) c.w.tables.ensure(v.ptes, index + 1);
    need_region(c, v.vm_mm, region_of(v, index));
    c.w.tables.at(v.ptes, index) = frame.raw | bits | PTE_YOUNG;
    page& f = c.w.frames[frame.raw];
    if (frame != ZERO_PAGE) {
        ++f.refcount;
        ++f.mapcount;
    }
    count_rss(c.w.mms[v.vm_mm], f, frame, 1);
}

void unmap_pte(Context& c, VmaId area, u32 index) {
    vm_area_struct& v = c.w.vmas[area];
    pte_t& pte = c.w.tables.at(v.ptes, index);
    FrameId frame = pte_frame(pte);
    if (!frame.raw) return;
    if (pte & PTE_DIRTY && frame != ZERO_PAGE) c.w.frames[frame.raw].flags |= PG_dirty;
    pte = 0;
    if (frame == ZERO_PAGE) return;
    page& f = c.w.frames[frame.raw];
    count_rss(c.w.mms[v.vm_mm], f, frame, -1);
    --f.mapcount;
    put_page(c, frame);
}

/// mm_account_fault(): a fault is major if it had to read the disk, or to wait until it was read.
void record_fault(Context& c, TaskId p, VmaId area, u32 index, u32 kind, FrameId frame,
                  bool major = false) {
    ++(major ? c.w.tasks[p].maj_flt : c.w.tasks[p].min_flt);
    ++(major ? c.acts.major_faults : c.acts.minor_faults);
    if (major) kind += FAULT_MAJOR;
    u64 number = (c.w.vmas[area].vm_start >> PAGE_SHIFT) + index;
    emit(c, Ev::page_fault, c.here, p, kind, number, frame.raw);
}

Fault do_anonymous_page(Context& c, TaskId p, VmaId area, u32 index, bool write) {
    if (!write) {
        map_pte(c, area, index, zero_page(c), 0);
        record_fault(c, p, area, index, FAULT_ZERO, ZERO_PAGE);
        return Fault::none;
    }
    FrameId frame = alloc_frame(c, p, PG_anon | PG_exclusive);
    if (!frame.raw) return Fault::oom;
    c.w.vmas[area].anon_vma = 1;
    map_pte(c, area, index, frame, PTE_WRITE | PTE_DIRTY);
    put_page(c, frame);  // the reference it was made with: the mapping holds its own
    record_fault(c, p, area, index, FAULT_ANON, frame);
    return Fault::none;
}

/// A private copy in place of a page (wp_page_copy); the old one loses a mapping.
Fault copy_page(Context& c, TaskId p, VmaId area, u32 index) {
    FrameId old = pte_frame(c.w.tables.get(c.w.vmas[area].ptes, index));
    FrameId frame = alloc_frame(c, p, PG_anon | PG_exclusive);
    if (!frame.raw) return Fault::oom;
    c.w.vmas[area].anon_vma = 1;
    unmap_pte(c, area, index);
    map_pte(c, area, index, frame, PTE_WRITE | PTE_DIRTY);
    put_page(c, frame);
    ++c.acts.cow_copies;
    record_fault(c, p, area, index, FAULT_COPY, frame);
    u64 number = (c.w.vmas[area].vm_start >> PAGE_SHIFT) + index;
    emit(c, Ev::cow_fault, c.here, p, number, old.raw, frame.raw);
    return Fault::none;
}

bool uptodate(const Context& c, FrameId frame) {
    return frame.raw && !(c.w.frames[frame.raw].flags & PG_locked);
}

/// A page of shared memory or of a file in memory, made if need be; null if there is no memory.
FrameId add_cache_page(Context& c, TaskId p, const vm_area_struct& v, u32 index) {
    u32 at = v.vm_pgoff + index;
    FrameId frame{c.w.tables.get(c.w.mappings[v.mapping].i_pages, at)};
    if (frame.raw) return frame;
    MappingKind kind = static_cast<MappingKind>(c.w.mappings[v.mapping].kind);
    u16 flags = PG_cache;
    if (kind != MappingKind::file) flags |= PG_shmem;
    if (kind == MappingKind::tmpfs) flags |= PG_dirty;  // it was written when it was made
    frame = alloc_frame(c, p, flags);
    if (!frame.raw) return frame;
    address_space& mapping = c.w.mappings[v.mapping];
    c.w.tables.ensure(mapping.i_pages, at + 1);
    c.w.tables.at(mapping.i_pages, at) = frame.raw;
    ++mapping.nrpages;
    return frame;
}

/// filemap_fault(): the page, or why it cannot be had now. `major`: the disk was read for it.
Fault cache_page(Context& c, TaskId p, const vm_area_struct& v, u32 index, FrameId& frame,
                 bool& major) {
    u32 at = v.vm_pgoff + index;
    auto cached = [&] {
        return FrameId{c.w.tables.get(c.w.mappings[v.mapping].i_pages, at)};
    };
    frame = cached();
    if (!frame.raw && on_disk(c, v.mapping)) {
        if (!page_cache_read(c, p, v.mapping, at)) return Fault::oom;
        major = true;
        frame = cached();
    }
    if (!frame.raw) frame = add_cache_page(c, p, v, index);
    if (!frame.raw) return Fault::oom;
    return uptodate(c, frame) ? Fault::none : Fault::disk;
}

/// do_fault_around(): maps what the cache holds of the 16 pages around, aligned.
void fault_around(Context& c, TaskId p, VmaId area, u32 index) {
    constexpr u32 window = 16;
    const vm_area_struct& v = c.w.vmas[area];
    u32 first = static_cast<u32>((v.vm_start >> PAGE_SHIFT) % window);
    u32 begin = index + first < window ? 0 : (index + first) / window * window - first;
    u32 end = (index + first) / window * window + window - first;
    if (end > v.pages()) end = v.pages();
    pte_t bits = (v.vm_flags & (VM_SHARED | VM_WRITE)) == (VM_SHARED | VM_WRITE) ? PTE_WRITE : 0;
    for (u32 i = begin; i < end; ++i) {
        const vm_area_struct& now = c.w.vmas[area];
        if (c.w.tables.get(now.ptes, i)) continue;
        FrameId frame{c.w.tables.get(c.w.mappings[now.mapping].i_pages, now.vm_pgoff + i)};
        bool in_memory = c.w.mappings[now.mapping].kind != static_cast<u32>(MappingKind::shmem) &&
                         !on_disk(c, now.mapping);
        if (!frame.raw && in_memory) frame = add_cache_page(c, p, now, i);
        if (uptodate(c, frame)) map_pte(c, area, i, frame, bits);
    }
}

Fault do_file_page(Context& c, TaskId p, VmaId area, u32 index, bool write, bool major) {
    vm_area_struct v = c.w.vmas[area];
    bool shared = v.vm_flags & VM_SHARED;
    FrameId frame;
    Fault fault = cache_page(c, p, v, index, frame, major);
    if (fault != Fault::none) return fault;
    if (write && !shared) {  // do_cow_fault(): the copy goes straight in
        FrameId own = alloc_frame(c, p, PG_anon | PG_exclusive);
        if (!own.raw) return Fault::oom;
        c.w.vmas[area].anon_vma = 1;
        map_pte(c, area, index, own, PTE_WRITE | PTE_DIRTY);
        put_page(c, own);
        ++c.acts.cow_copies;
        record_fault(c, p, area, index, FAULT_COPY, own, major);
        emit(c, Ev::cow_fault, c.here, p, (v.vm_start >> PAGE_SHIFT) + index, frame.raw, own.raw);
        return Fault::none;
    }
    if (write) {
        map_pte(c, area, index, frame, PTE_WRITE | PTE_DIRTY);
        c.w.frames[frame.raw].flags |= PG_dirty;  // fault_dirty_shared_page()
    } else {
        pte_t bits = shared && (v.vm_flags & VM_WRITE) ? PTE_WRITE : 0;
        map_pte(c, area, index, frame, bits);
        fault_around(c, p, area, index);
    }
    record_fault(c, p, area, index, FAULT_FILE, frame, major);
    return Fault::none;
}

/// do_wp_page(): a write to a page that is mapped without write permission. It is copied unless
/// it is anonymous and this mapping is its only reference.
Fault do_wp_page(Context& c, TaskId p, VmaId area, u32 index) {
    vm_area_struct& v = c.w.vmas[area];
    pte_t& pte = c.w.tables.at(v.ptes, index);
    FrameId frame = pte_frame(pte);
    page& f = c.w.frames[frame.raw];
    if (v.vm_flags & VM_SHARED) {
        pte |= PTE_WRITE | PTE_DIRTY | PTE_YOUNG;
        record_fault(c, p, area, index, FAULT_REUSE, frame);
        return Fault::none;
    }
    if ((f.flags & PG_anon) && ((f.flags & PG_exclusive) || f.refcount == 1)) {
        f.flags |= PG_exclusive;
        pte |= PTE_WRITE | PTE_DIRTY | PTE_YOUNG;
        record_fault(c, p, area, index, FAULT_REUSE, frame);
        return Fault::none;
    }
    return copy_page(c, p, area, index);
}

}  // namespace

Fault access_page(Context& c, TaskId p, VmaId area, u32 index, bool write, bool waited) {
    vm_area_struct& v = c.w.vmas[area];
    if (index >= v.pages()) return Fault::segv;
    if (write ? !(v.vm_flags & VM_WRITE) : !(v.vm_flags & VM_READ)) return Fault::segv;
    pte_t pte = c.w.tables.get(v.ptes, index);
    if (!pte)
        return v.mapping ? do_file_page(c, p, area, index, write, waited)
                         : do_anonymous_page(c, p, area, index, write);
    if (!write) {
        c.w.tables.at(v.ptes, index) |= PTE_YOUNG;
        return Fault::none;
    }
    if (pte & PTE_WRITE) {
        c.w.tables.at(v.ptes, index) |= PTE_DIRTY | PTE_YOUNG;
        return Fault::none;
    }
    return do_wp_page(c, p, area, index);
}

bool install_page(Context& c, TaskId p, VmaId area, u32 index, bool anon) {
    const vm_area_struct v = c.w.vmas[area];
    if (!anon) {
        FrameId frame = add_cache_page(c, p, v, index);
        if (frame.raw) map_pte(c, area, index, frame, 0);
        return frame.raw;
    }
    FrameId frame = alloc_frame(c, p, PG_anon | PG_exclusive);
    if (!frame.raw) return false;
    c.w.vmas[area].anon_vma = 1;
    map_pte(c, area, index, frame, PTE_DIRTY | (v.vm_flags & VM_WRITE ? PTE_WRITE : 0));
    put_page(c, frame);
    return true;
}

u32 fork_page_count(const Context& c, MmId id) {
    if (!id) return 0;
    const mm_struct& mm = c.w.mms[id];
    if (!mm.rss_anon) return 0;
    u32 count = 0;
    for (VmaId at = mm.mmap; at; at = c.w.vmas[at].vm_next) {
        const vm_area_struct& v = c.w.vmas[at];
        if (!v.anon_vma || (v.vm_flags & (VM_DONTCOPY | VM_WIPEONFORK))) continue;
        for (u32 i = 0; i < v.ptes.size(); ++i) count += c.w.tables.at(v.ptes, i) != 0;
    }
    return count;
}

namespace {

/// copy_page_range(): the child gets the entries; private pages lose write permission in both.
void copy_page_range(Context& c, VmaId from, VmaId to, MmId child) {
    Block source = c.w.vmas[from].ptes;
    if (!source) return;
    Block copy = c.w.tables.allocate(source.size());
    c.w.vmas[to].ptes = copy;
    bool cow = private_writable(c.w.vmas[from]);
    u32 region = ~0u;
    for (u32 i = 0; i < source.size(); ++i) {
        pte_t& pte = c.w.tables.at(source, i);
        if (!pte) continue;
        FrameId frame = pte_frame(pte);
        page& f = c.w.frames[frame.raw];
        if (cow) pte &= ~PTE_WRITE;
        if (f.flags & PG_anon) f.flags &= static_cast<u16>(~PG_exclusive);
        if (frame != ZERO_PAGE) {
            ++f.refcount;
            ++f.mapcount;
        }
        count_rss(c.w.mms[child], f, frame, 1);
        c.w.tables.at(copy, i) = pte & ~PTE_YOUNG;
        if (c.w.vmas[from].vm_flags & VM_SHARED) c.w.tables.at(copy, i) &= ~PTE_DIRTY;
        u32 at = region_of(c.w.vmas[to], i);
        if (at != region) need_region(c, child, region = at);
    }
}

}  // namespace

MmId dup_mm(Context& c, TaskId parent, s32* error) {
    MmId from = c.w.tasks[parent].mm;
    MmId id = mm_alloc(c);
    mm_struct& mm = c.w.mms[id];
    const mm_struct& old = c.w.mms[from];
    mm.mmap_base = old.mmap_base;
    mm.start_brk = old.start_brk;
    mm.brk = old.brk;
    mm.start_stack = old.start_stack;
    mm.program = old.program;
    mm.arguments = old.arguments;
    mm.dumpable = old.dumpable;
    VmaId last{};
    for (VmaId at = c.w.mms[from].mmap; at; at = c.w.vmas[at].vm_next) {
        if (c.w.vmas[at].vm_flags & VM_DONTCOPY) continue;
        bool accounted = c.w.vmas[at].vm_flags & VM_ACCOUNT;
        if (accounted && vm_enough_memory(c, parent, c.w.vmas[at].pages())) {
            mmput(c, id);
            *error = -ENOMEM;
            return {};
        }
        VmaId copy = c.w.vmas.create();
        vm_area_struct v = c.w.vmas[at];
        v.vm_mm = id;
        v.vm_next = {};
        v.vm_prev = last;
        v.ptes = Block{};
        v.vm_flags &= ~VM_LOCKED;
        bool wipe = v.vm_flags & VM_WIPEONFORK;
        if (wipe) v.anon_vma = 0;
        c.w.vmas[copy] = v;
        if (last)
            c.w.vmas[last].vm_next = copy;
        else
            c.w.mms[id].mmap = copy;
        last = copy;
        ++c.w.mms[id].map_count;
        c.w.mms[id].total_vm += v.pages();
        c.w.mms[id].hiwater_vm = c.w.mms[id].total_vm;
        if (v.mapping) ++c.w.mappings[v.mapping].count;
        // Entries that a fault can find again are not copied: files and shared memory.
        bool copies = v.anon_vma && !wipe;
        if (copies) copy_page_range(c, at, copy, id);
    }
    return id;
}

void zap_ptes(Context& c, VmaId area, u32 first, u32 end) {
    u32 size = c.w.vmas[area].ptes.size();
    if (end > size) end = size;
    for (u32 i = first; i < end; ++i) unmap_pte(c, area, i);
}

Fault populate_page(Context& c, TaskId p, VmaId area, u32 index, bool waited) {
    const vm_area_struct& v = c.w.vmas[area];
    bool write = (v.vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE;
    u64 minor = c.w.tasks[p].min_flt;
    u64 major = c.w.tasks[p].maj_flt;
    Fault fault = access_page(c, p, area, index, write, waited);
    c.w.tasks[p].min_flt = minor;
    c.w.tasks[p].maj_flt = major;
    FrameId frame = pte_frame(c.w.tables.get(c.w.vmas[area].ptes, index));
    if (frame.raw) c.w.frames[frame.raw].flags |= PG_referenced;
    return fault;
}

SmapsCount smaps_of(const Context& c, VmaId area) {
    const vm_area_struct& v = c.w.vmas[area];
    SmapsCount n{};
    for (u32 i = 0; i < v.ptes.size(); ++i) {
        pte_t pte = c.w.tables.at(v.ptes, i);
        FrameId frame = pte_frame(pte);
        if (!frame.raw || frame == ZERO_PAGE) continue;
        const page& f = c.w.frames[frame.raw];
        bool dirty = (pte & PTE_DIRTY) || (f.flags & PG_dirty);
        u64 part = (u64{PAGE_SIZE} << 12) / f.mapcount;
        ++n.rss;
        n.pss += part;
        if (dirty) n.pss_dirty += part;
        if (f.mapcount > 1)
            ++(dirty ? n.shared_dirty : n.shared_clean);
        else
            ++(dirty ? n.private_dirty : n.private_clean);
        if ((pte & PTE_YOUNG) || (f.flags & PG_referenced)) ++n.referenced;
        if (f.flags & PG_anon) ++n.anonymous;
    }
    return n;
}

}  // namespace rq
