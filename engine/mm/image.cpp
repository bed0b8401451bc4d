// Areas of a program, at the places where a kernel without address randomisation puts them.
#include "mm/image.hpp"

#include "base/limits.hpp"
#include "context.hpp"
#include "mm/frames.hpp"
#include "mm/memory.hpp"
#include "mm/overcommit.hpp"
#include "task/uapi.hpp"

#include <string>

namespace rq {

namespace {

constexpr u64 STACK_TOP = 0x7ffffffff000;
constexpr u64 STACK_LIMIT_PAGES = 2048;  // RLIMIT_STACK, 8 MiB
constexpr u32 images_tasks_max = 1000;   // beyond, areas would be most of the state

/// One area: as the recorded kernel shows them for a small program that is linked statically.
struct ImageArea {
    u64 page;     ///< where it starts
    u32 pages;
    u32 flags;
    u32 pgoff;    ///< page of the file; anonymous if `file` is not set
    bool file;
    u32 anon_first, anon_count;  ///< pages that were written
    u32 file_first, file_count;  ///< pages of the file that are mapped
    const char* name;
};

constexpr u32 R = VM_READ;
constexpr u32 W = VM_WRITE | VM_MAYWRITE;
constexpr u32 X = VM_EXEC;

constexpr ImageArea image_areas[] = {
    {0x400, 1, R, 0x0, true, 0, 0, 0, 0, ""},
    {0x401, 140, R | X, 0x1, true, 0, 0, 0, 32, ""},
    {0x48d, 43, R, 0x8d, true, 0, 0, 0, 0, ""},
    {0x4b8, 4, R | VM_ACCOUNT, 0xb8, true, 0, 2, 2, 2, ""},
    {0x4bc, 3, R | W | VM_ACCOUNT, 0xbc, true, 0, 3, 0, 0, ""},
    {0x4bf, 6, R | W | VM_ACCOUNT, 0, false, 0, 5, 0, 0, ""},
    {0x4c5, 34, R | W | VM_ACCOUNT, 0, false, 0, 4, 0, 0, "[heap]"},
    {0x7ffff7ff9, 4, R, 0, false, 0, 0, 0, 0, "[vvar]"},
    {0x7ffff7ffd, 2, R | X, 0, false, 0, 0, 0, 0, "[vdso]"},
    {(STACK_TOP >> PAGE_SHIFT) - 33, 33, R | W | VM_ACCOUNT | VM_GROWSDOWN, 0, false, 30, 3, 0, 0,
     "[stack]"},
};
constexpr u64 first_mapped_page = 0x7ffff7ff9;

bool wants_image(const Scenario& s) {
    if (s.process_image != ProcessImage::standard)
        return s.process_image == ProcessImage::program;
    u64 tasks = 0;
    for (const TaskSpec& t : s.tasks) tasks += t.instances;
    return s.profile == ProfileKind::realistic && tasks <= images_tasks_max;
}

u32 find_name(const Scenario& s, std::string_view name) {
    auto found = s.name_ids.find(name);
    return found == s.name_ids.end() ? 0 : found->second;
}

std::string path_of(std::string_view name) { return "/usr/bin/" + std::string(name); }

/// The file of a program; instances of one (worker0, worker1 …) run the same.
u32 program_file(const Context& c, std::string_view name) {
    const Scenario& s = c.image.scenario;
    u32 file = find_name(s, path_of(name));
    while (!file && !name.empty() && name.back() >= '0' && name.back() <= '9') {
        name.remove_suffix(1);
        file = find_name(s, path_of(name));
    }
    return file ? file : find_name(s, path_of("program"));
}

/// Puts pages into an area without a fault; false when there is no memory.
bool add_pages(Context& c, TaskId p, VmaId area, u32 first, u32 count, bool anon) {
    for (u32 i = first; i < first + count; ++i)
        if (!install_page(c, p, area, i, anon)) return false;
    return true;
}

VmaId map_area(Context& c, MmId mm, const ImageArea& s, u32 mapping) {
    VmaId area = c.w.vmas.create();
    vm_area_struct& v = c.w.vmas[area];
    v.vm_start = s.page << PAGE_SHIFT;
    v.vm_end = (s.page + s.pages) << PAGE_SHIFT;
    v.vm_mm = mm;
    v.vm_flags = s.flags;
    v.vm_pgoff = s.pgoff;
    v.name = find_name(c.image.scenario, s.name);
    v.mapping = mapping;
    if (s.flags & VM_ACCOUNT) c.w.g.vm_committed_as += s.pages;
    insert_vm_struct(c, mm, area);
    return area;
}

/// The area that begins or ends at an address, as the heap and the stack do.
VmaId area_at(const Context& c, MmId mm, u64 start, u64 end) {
    for (VmaId at = c.w.mms[mm].mmap; at; at = c.w.vmas[at].vm_next)
        if (c.w.vmas[at].vm_start == start || c.w.vmas[at].vm_end == end) return at;
    return {};
}

/// Adds pages to an area's size; -ENOMEM if they cannot be booked.
s32 account_growth(Context& c, TaskId p, u64 pages) {
    if (s32 error = vm_enough_memory(c, p, pages)) return error;
    mm_struct& mm = c.w.mms[c.w.tasks[p].mm];
    mm.total_vm += pages;
    if (mm.total_vm > mm.hiwater_vm) mm.hiwater_vm = mm.total_vm;
    return 0;
}

/// Makes room for entries before the first one.
void shift_entries(Context& c, vm_area_struct& v, u32 by) {
    u32 count = v.ptes.size();
    if (!count) return;
    Block moved = c.w.tables.allocate(count + by);
    for (u32 i = 0; i < count; ++i)
        if (u32 pte = c.w.tables.at(v.ptes, i)) c.w.tables.at(moved, i + by) = pte;
    c.w.tables.release(v.ptes);
    v.ptes = moved;
}

}  // namespace

void intern_program_files(Scenario& scenario) {
    if (!wants_image(scenario)) return;
    for (const ImageArea& s : image_areas) scenario.intern(s.name);
    scenario.intern(path_of("program"));
    scenario.intern(path_of("systemd"));
    for (const TaskSpec& t : scenario.tasks)
        scenario.intern(path_of(std::string_view(t.name).substr(0, limits::comm)));
    for (const ProgramSpec& program : scenario.programs)
        if (!program.name.empty()) scenario.intern(path_of(program.name));
}

void map_process_image(Context& c, TaskId p, std::string_view name) {
    MmId mm = c.w.tasks[p].mm;
    if (!mm || c.w.mms[mm].mmap || !wants_image(c.image.scenario)) return;
    u32 file = program_file(c, name);
    bool memory = true;
    for (const ImageArea& s : image_areas) {
        u32 mapping = s.file ? mapping_of(c, MappingKind::file, file) : 0;
        if (mapping && s.pgoff + s.pages > c.w.mappings[mapping].size_pages)
            c.w.mappings[mapping].size_pages = s.pgoff + s.pages;
        VmaId area = map_area(c, mm, s, mapping);
        memory = memory && add_pages(c, p, area, s.file_first, s.file_count, false) &&
                 add_pages(c, p, area, s.anon_first, s.anon_count, true);
    }
    mm_struct& m = c.w.mms[mm];
    m.start_brk = u64{0x4c5} << PAGE_SHIFT;
    m.brk = u64{0x4c5 + 34} << PAGE_SHIFT;
    m.start_stack = STACK_TOP;
    m.mmap_base = first_mapped_page << PAGE_SHIFT;
}

VmaId grow_heap(Context& c, TaskId p, u32 name, u64 pages, s32* error) {
    MmId mm = c.w.tasks[p].mm;
    if (!mm || !c.w.mms[mm].start_stack) return {};
    VmaId area = area_at(c, mm, c.w.mms[mm].start_brk, 0);
    if (!area) return {};
    c.w.vmas[area].name = name;
    if (pages <= c.w.vmas[area].pages()) return area;
    u64 more = pages - c.w.vmas[area].pages();
    VmaId next = c.w.vmas[area].vm_next;
    u64 end = c.w.vmas[area].vm_end + (more << PAGE_SHIFT);
    bool blocked = next && c.w.vmas[next].vm_start < end;  // a part of it was cut off, say
    *error = blocked ? -ENOMEM : account_growth(c, p, more);
    if (*error) return {};
    c.w.vmas[area].vm_end += more << PAGE_SHIFT;
    c.w.mms[mm].brk = c.w.vmas[area].vm_end;
    return area;
}

VmaId grow_stack(Context& c, TaskId p, u32 name, u64 pages, s32* error) {
    MmId mm = c.w.tasks[p].mm;
    if (!mm || !c.w.mms[mm].start_stack || pages > STACK_LIMIT_PAGES) return {};
    VmaId area = area_at(c, mm, 0, c.w.mms[mm].start_stack);
    if (!area) return {};
    c.w.vmas[area].name = name;
    if (pages <= c.w.vmas[area].pages()) return area;
    u32 more = static_cast<u32>(pages) - c.w.vmas[area].pages();
    VmaId below = c.w.vmas[area].vm_prev;
    u64 start = c.w.vmas[area].vm_start - (u64{more} << PAGE_SHIFT);
    if (below && c.w.vmas[below].vm_end > start) return {};
    *error = account_growth(c, p, more);
    if (*error) return {};
    vm_area_struct& v = c.w.vmas[area];
    v.vm_start = start;
    shift_entries(c, v, more);
    return area;
}

}  // namespace rq
