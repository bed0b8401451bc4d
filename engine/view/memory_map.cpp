// Reads page tables; looks for the same addresses in the tables of relatives.
#include "view/memory_map.hpp"

#include "context.hpp"
#include "mm/memory.hpp"
#include "view/sharing.hpp"

namespace rq::view {

namespace {

constexpr u32 most_relatives = 8;
constexpr const char* nameless = "anonymous";

pte_t entry_at(const World& w, const vm_area_struct& v, u32 page) {
    return page < v.ptes.size() ? w.tables.at(v.ptes, page) : 0;
}

std::string name_of(const Context& c, const vm_area_struct& v) {
    if (v.vm_flags & VM_GROWSDOWN) return "[stack]";
    if (v.name) return c.image.name(v.name);
    if (v.mapping && v.mapping < c.w.mappings.size() && c.w.mappings[v.mapping].name)
        return c.image.name(c.w.mappings[v.mapping].name);
    return nameless;
}

MemoryArea area_of(const Context& c, const vm_area_struct& v) {
    MemoryArea area;
    area.start = v.vm_start;
    area.end = v.vm_end;
    area.name = name_of(c, v);
    area.permissions = {(v.vm_flags & VM_READ) ? 'r' : '-', (v.vm_flags & VM_WRITE) ? 'w' : '-',
                        (v.vm_flags & VM_EXEC) ? 'x' : '-', (v.vm_flags & VM_SHARED) ? 's' : 'p'};
    area.pages = v.pages();
    for (u32 i = 0; i < area.pages && i < v.ptes.size(); ++i)
        area.present += entry_at(c.w, v, i) != 0;
    return area;
}

PageEntry entry_of(const World& w, const vm_area_struct& v, u32 page) {
    PageEntry out;
    const pte_t pte = entry_at(w, v, page);
    out.page = page;
    out.frame = pte_frame(pte).raw;
    if (!out.frame) return out;
    out.writable = (pte & PTE_WRITE) != 0;
    out.dirty = (pte & PTE_DIRTY) != 0;
    out.accessed = (pte & PTE_YOUNG) != 0;
    out.zero_page = pte_frame(pte) == ZERO_PAGE;
    out.refcount = w.frames[out.frame].refcount;
    out.mapcount = w.frames[out.frame].mapcount;
    out.node = w.frames[out.frame].node;
    return out;
}

MmId mm_of(const Context& c, const Cast& cast, u32 task) {
    if (task >= cast.count() || !c.w.tasks.alive(cast[task].id)) return MmId{};
    const MmId mm = c.w.tasks[cast[task].id].mm;
    return c.w.mms.alive(mm) ? mm : MmId{};
}

/// The area of another address space that covers the same address, or null.
VmaId same_place(const Context& c, MmId mm, const vm_area_struct& v) {
    const VmaId found = find_vma(c, mm, v.vm_start);
    if (!found) return VmaId{};
    const vm_area_struct& other = c.w.vmas[found];
    return other.vm_start <= v.vm_start && other.vm_end > v.vm_start ? found : VmaId{};
}

u32 frame_at(const Context& c, MmId mm, u64 address) {
    const VmaId found = find_vma(c, mm, address);
    if (!found) return 0;
    const vm_area_struct& v = c.w.vmas[found];
    if (v.vm_start > address) return 0;
    return pte_frame(entry_at(c.w, v, static_cast<u32>((address - v.vm_start) >> PAGE_SHIFT))).raw;
}

void fill_pages(const Context& c, const Cast& cast, const MemoryMap& map,
                const vm_area_struct& v, u32 most, std::vector<PageEntry>& out) {
    const u32 count = v.pages() < most ? v.pages() : most;
    std::vector<MmId> spaces;
    for (u32 i : map.family) spaces.push_back(mm_of(c, cast, i));
    for (u32 i = 0; i < count; ++i) {
        out.push_back(entry_of(c.w, v, i));
        PageEntry& entry = out.back();
        if (!entry.frame) continue;
        const u64 address = v.vm_start + (u64{i} << PAGE_SHIFT);
        for (u32 k = 0; k < spaces.size(); ++k)
            if (spaces[k] && frame_at(c, spaces[k], address) == entry.frame)
                entry.holders.push_back(k);
    }
}

/// Whose memory is shown when nobody is chosen: the first with some.
u32 first_with_memory(const Context& c, const Cast& cast) {
    for (u32 i = 0; i < cast.count(); ++i) {
        const MmId mm = cast[i].role == Role::workload ? mm_of(c, cast, i) : MmId{};
        if (mm && c.w.mms[mm].map_count) return i;
    }
    return no_task;
}

/// What there is to see in an area: most in one that the program mapped itself, then in one with
/// pages; those of the process image tell the least.
u32 interest(const MemoryArea& area) {
    const bool own = area.name != nameless && area.name[0] != '[' && area.name[0] != '/';
    return own * 2u + (area.present > 0);
}

/// The areas; the one to be shown becomes `chosen`.
VmaId fill_areas(const Context& c, MmId mm, u32 wanted, MemoryMap& map) {
    VmaId chosen{};
    for (VmaId v = c.w.mms[mm].mmap; v; v = c.w.vmas[v].vm_next) {
        map.areas.push_back(area_of(c, c.w.vmas[v]));
        const u32 here = static_cast<u32>(map.areas.size()) - 1;
        const bool better = interest(map.areas.back()) > interest(map.areas[map.area]);
        if (!chosen || here == wanted || (wanted == ~0u && better)) {
            chosen = v;
            map.area = here;
        }
    }
    return chosen;
}

void count_frames(MemoryMap& map) {
    for (const PageEntry& entry : map.pages) {
        if (!entry.frame || entry.zero_page) continue;
        (entry.mapcount > 1 ? map.shared_frames : map.own_frames)++;
    }
}

}  // namespace

std::string entry_bits(const PageEntry& entry) {
    if (!entry.frame) return "-";
    std::string out = entry.writable ? "P RW" : "P R-";
    out += entry.accessed ? " A" : " -";
    out += entry.dirty ? "D" : "-";
    return out;
}

const char* entry_words(const PageEntry& entry) {
    if (!entry.frame) return "not present";
    if (entry.zero_page) return "zero page";
    return entry.writable ? "writable" : "read-only";
}

MemoryMap memory_map(const Context& c, const Cast& cast, u32 task, u32 area, u32 most) {
    MemoryMap map;
    map.task = mm_of(c, cast, task) ? task : task == no_task ? first_with_memory(c, cast) : no_task;
    const MmId mm = mm_of(c, cast, map.task);
    if (!mm) return map;
    u32 ignored = 0;
    map.family = family(c, cast, map.task, most_relatives, ignored);
    map.mm = mm.raw;
    const mm_struct& m = c.w.mms[mm];
    map.mm_users = m.mm_users;
    map.rss_pages = u64{m.rss_anon} + m.rss_file + m.rss_shmem;
    map.total_pages = m.total_vm;
    map.page_table_bytes = mm_pgtables_bytes(c, mm);
    const VmaId chosen = fill_areas(c, mm, area, map);
    if (!chosen) return map;
    const vm_area_struct& v = c.w.vmas[chosen];
    map.left_out = v.pages() > most ? v.pages() - most : 0;
    fill_pages(c, cast, map, v, most, map.pages);
    count_frames(map);
    for (u32 i : map.family) {
        const MmId other = mm_of(c, cast, i);
        const VmaId there = other && other != mm ? same_place(c, other, v) : VmaId{};
        if (!there) continue;
        map.other = i;
        fill_pages(c, cast, map, c.w.vmas[there], most, map.other_pages);
        break;
    }
    return map;
}

}  // namespace rq::view
