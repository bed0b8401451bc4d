// Memory as /proc shows it: statm, maps, smaps, numa_maps and the Vm lines of status.
#include "base/text.hpp"
#include "mm/mempolicy.hpp"
#include "mm/memory.hpp"
#include "view/procfs_parts.hpp"

namespace rq::view::procfs {

namespace {

constexpr u64 page_kb = PAGE_SIZE / 1024;

/// An area's pages by kind, as numa_maps counts them.
struct PageCounts {
    u64 pages = 0, anon = 0, dirty = 0, active = 0, mapcount_max = 0;
    std::vector<u64> node;
};

PageCounts count_pages(const Context& c, const vm_area_struct& v) {
    PageCounts n;
    n.node.resize(c.w.g.nodes ? c.w.g.nodes : 1);
    u32 entries = v.ptes.size() < v.pages() ? v.ptes.size() : v.pages();
    for (u32 i = 0; i < entries; ++i) {
        pte_t pte = c.w.tables.at(v.ptes, i);
        FrameId frame = pte_frame(pte);
        if (!pte || frame == ZERO_PAGE) continue;
        const page& p = c.w.frames[frame.raw];
        ++n.pages;
        if (p.flags & PG_anon) ++n.anon;
        if ((pte & PTE_DIRTY) || (p.flags & PG_dirty)) ++n.dirty;
        if (!(p.flags & (PG_anon | PG_shmem))) ++n.active;
        if (p.mapcount > n.mapcount_max) n.mapcount_max = p.mapcount;
        if (p.node < n.node.size()) ++n.node[p.node];
    }
    return n;
}

MappingKind mapping_kind(const Context& c, const vm_area_struct& v) {
    if (!v.mapping || v.mapping >= c.w.mappings.size()) return MappingKind::none;
    return static_cast<MappingKind>(c.w.mappings[v.mapping].kind);
}

/// What stands at the end of an area's line; empty = nothing.
std::string area_name(const Context& c, const vm_area_struct& v) {
    MappingKind kind = mapping_kind(c, v);
    if (kind == MappingKind::shmem) return "/dev/zero (deleted)";
    if (kind == MappingKind::file) {
        std::string name = c.image.name(c.w.mappings[v.mapping].name);
        return !name.empty() && name[0] == '/' ? name : "/" + name;
    }
    if (v.vm_flags & VM_GROWSDOWN) return "[stack]";
    const std::string& name = c.image.name(v.name);
    if (name.empty() || name[0] == '[') return name;  // [heap], [vvar] and the like
    return name == "heap" ? "[heap]" : "[anon:" + name + "]";
}

void append_address(std::string& out, u64 address) { append_hex(out, address, 8); }

/// The line of maps, which also heads the area in smaps.
void write_area(const Context& c, const vm_area_struct& v, std::string& out) {
    std::size_t begin = out.size();
    append_address(out, v.vm_start);
    out += '-';
    append_address(out, v.vm_end);
    out += ' ';
    out += (v.vm_flags & VM_READ) ? 'r' : '-';
    out += (v.vm_flags & VM_WRITE) ? 'w' : '-';
    out += (v.vm_flags & VM_EXEC) ? 'x' : '-';
    out += (v.vm_flags & VM_SHARED) ? 's' : 'p';
    out += ' ';
    MappingKind kind = mapping_kind(c, v);
    append_hex(out, kind == MappingKind::none ? 0 : u64{v.vm_pgoff} << PAGE_SHIFT, 8);
    out += kind == MappingKind::none    ? " 00:00 "
           : kind == MappingKind::shmem ? " 00:01 "
                                        : " 00:02 ";
    // Inode numbers: shared memory counts from 1024, files from 1.
    append_u64(out, kind == MappingKind::none    ? 0
                    : kind == MappingKind::shmem ? 1023 + v.mapping
                                                 : v.mapping);
    out += ' ';
    std::string name = area_name(c, v);
    if (!name.empty()) {
        while (out.size() - begin < 73) out += ' ';
        out += name;
    }
    out += '\n';
}

void size_line(std::string& out, const char* key, u64 kb, u32 width = 8) {
    append_left(out, std::string(key) + ":", 16);
    std::string text;
    append_u64(text, kb);
    append_right(out, text, width);
    out += " kB\n";
}

/// The lines that smaps and smaps_rollup have in common.
void write_counts(const SmapsCount& n, bool rollup, u64 shmem_pss, u64 locked_kb,
                  std::string& out) {
    auto kb = [](u64 pages) { return pages * page_kb; };
    // Pss is summed in 1/4096 of a byte and cut to kB at the end (PSS_SHIFT).
    auto pss = [](u64 fixed) { return fixed >> 12 >> 10; };
    size_line(out, "Rss", kb(n.rss));
    size_line(out, "Pss", pss(n.pss));
    size_line(out, "Pss_Dirty", pss(n.pss_dirty));
    if (rollup) {
        size_line(out, "Pss_Anon", pss(n.pss - shmem_pss));
        size_line(out, "Pss_File", 0);
        size_line(out, "Pss_Shmem", pss(shmem_pss));
    }
    size_line(out, "Shared_Clean", kb(n.shared_clean));
    size_line(out, "Shared_Dirty", kb(n.shared_dirty));
    size_line(out, "Private_Clean", kb(n.private_clean));
    size_line(out, "Private_Dirty", kb(n.private_dirty));
    size_line(out, "Referenced", kb(n.referenced));
    size_line(out, "Anonymous", kb(n.anonymous));
    for (const char* key : {"LazyFree", "AnonHugePages", "ShmemPmdMapped", "FilePmdMapped",
                            "Shared_Hugetlb"})
        size_line(out, key, 0);
    out += "Private_Hugetlb:       0 kB\n";
    size_line(out, "Swap", 0);
    size_line(out, "SwapPss", 0);
    size_line(out, "Locked", locked_kb);
}

/// The mnemonics of show_smap_vma_flags() that areas of these kinds have, in its order.
void write_vm_flags(const vm_area_struct& v, std::string_view name, std::string& out) {
    bool data = name == "[vvar]";  // the kernel's own pages, shown to every program
    bool code = name == "[vdso]";
    bool stack = v.vm_flags & VM_GROWSDOWN;
    out += "VmFlags: ";
    if (v.vm_flags & VM_READ) out += "rd ";
    if (v.vm_flags & VM_WRITE) out += "wr ";
    if (v.vm_flags & VM_EXEC) out += "ex ";
    if (v.vm_flags & VM_SHARED) out += "sh ";
    out += data ? "mr pf io " : "mr mw me ";
    if (v.vm_flags & VM_SHARED) out += "ms ";
    if (stack) out += "gd ";
    if (v.vm_flags & VM_LOCKED) out += "lo ";
    if (v.vm_flags & VM_DONTCOPY) out += "dc ";
    if (data || code) out += "de ";
    if ((v.vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE) out += "ac ";
    if (v.vm_flags & VM_WIPEONFORK) out += "wf ";
    if (data) out += "dd ";
    out += stack ? "\n" : "sd \n";  // the stack is made before marks of change are looked for
}

template <class F>
void for_areas(const Context& c, TaskId p, F f) {
    MmId mm = c.w.tasks[p].mm;
    if (!mm) return;
    for (VmaId v = c.w.mms[mm].mmap; v; v = c.w.vmas[v].vm_next) f(v, c.w.vmas[v]);
}

u64 locked_kb_of(const vm_area_struct& v, const SmapsCount& n) {
    return (v.vm_flags & VM_LOCKED) ? n.pss >> 12 >> 10 : 0;
}

/// Pages of areas by what they are for: status' VmData, VmStk, VmExe and VmLib.
struct AreaSizes {
    u64 data = 0, stack = 0, exec = 0, lib = 0;
};
AreaSizes area_sizes(const Context& c, MmId mm) {
    AreaSizes s;
    for (VmaId id = c.w.mms[mm].mmap; id; id = c.w.vmas[id].vm_next) {
        const vm_area_struct& v = c.w.vmas[id];
        if (v.vm_flags & VM_GROWSDOWN)
            s.stack += v.pages();
        else if ((v.vm_flags & VM_EXEC) && !(v.vm_flags & VM_WRITE))
            (v.mapping ? s.exec : s.lib) += v.pages();  // the vdso is no part of the program
        else if ((v.vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
            s.data += v.pages();
    }
    return s;
}

}  // namespace

void write_status_vm(const Context& c, MmId id, std::string& out) {
    const mm_struct& mm = c.w.mms[id];
    u64 rss = u64{mm.rss_anon} + mm.rss_file + mm.rss_shmem;
    AreaSizes sizes = area_sizes(c, id);
    auto put = [&](const char* key, u64 kb) {
        out += key;
        out += ":\t";
        std::string text;
        append_u64(text, kb);
        append_right(out, text, 8);
        out += " kB\n";
    };
    put("VmPeak", mm.hiwater_vm * page_kb);
    put("VmSize", mm.total_vm * page_kb);
    put("VmLck", mm.locked_vm * page_kb);
    put("VmPin", 0);
    put("VmHWM", (mm.hiwater_rss > rss ? mm.hiwater_rss : rss) * page_kb);
    put("VmRSS", rss * page_kb);
    put("RssAnon", mm.rss_anon * page_kb);
    put("RssFile", mm.rss_file * page_kb);
    put("RssShmem", mm.rss_shmem * page_kb);
    put("VmData", sizes.data * page_kb);
    put("VmStk", sizes.stack * page_kb);
    put("VmExe", sizes.exec * page_kb);
    put("VmLib", sizes.lib * page_kb);
    put("VmPTE", mm_pgtables_bytes(c, id) >> 10);
    put("VmSwap", 0);
    put("HugetlbPages", 0);
}

void write_statm(const Context& c, TaskId p, std::string& out) {
    MmId id = c.w.tasks[p].mm;
    if (!id) {
        out += "0 0 0 0 0 0 0\n";
        return;
    }
    const mm_struct& mm = c.w.mms[id];
    AreaSizes sizes = area_sizes(c, id);
    u64 shared = u64{mm.rss_file} + mm.rss_shmem;
    for (u64 n : {mm.total_vm, shared + mm.rss_anon, shared, sizes.exec, u64{0},
                  sizes.data + sizes.stack}) {
        append_u64(out, n);
        out += ' ';
    }
    out += "0\n";
}

void write_maps(const Context& c, TaskId p, std::string& out) {
    for_areas(c, p, [&](VmaId, const vm_area_struct& v) { write_area(c, v, out); });
}

void write_smaps(const Context& c, TaskId p, std::string& out) {
    for_areas(c, p, [&](VmaId id, const vm_area_struct& v) {
        write_area(c, v, out);
        size_line(out, "Size", v.pages() * page_kb);
        size_line(out, "KernelPageSize", page_kb);
        size_line(out, "MMUPageSize", page_kb);
        SmapsCount n = smaps_of(c, id);
        write_counts(n, false, 0, locked_kb_of(v, n), out);
        out += "THPeligible:    0\nProtectionKey:         0\n";
        write_vm_flags(v, area_name(c, v), out);
    });
}

void write_smaps_rollup(const Context& c, TaskId p, std::string& out) {
    SmapsCount sum{};
    u64 first = 0;
    u64 last = 0;
    u64 shmem_pss = 0;
    u64 locked = 0;
    for_areas(c, p, [&](VmaId id, const vm_area_struct& v) {
        SmapsCount n = smaps_of(c, id);
        if (!first) first = v.vm_start;
        last = v.vm_end;
        sum.rss += n.rss;
        sum.pss += n.pss;
        sum.pss_dirty += n.pss_dirty;
        sum.shared_clean += n.shared_clean;
        sum.shared_dirty += n.shared_dirty;
        sum.private_clean += n.private_clean;
        sum.private_dirty += n.private_dirty;
        sum.referenced += n.referenced;
        sum.anonymous += n.anonymous;
        if (mapping_kind(c, v) == MappingKind::shmem) shmem_pss += n.pss;
        locked += locked_kb_of(v, n);
    });
    if (!last) return;
    std::size_t begin = out.size();
    append_address(out, first);
    out += '-';
    append_address(out, last);
    out += " ---p 00000000 00:00 0 ";
    while (out.size() - begin < 73) out += ' ';
    out += "[rollup]\n";
    write_counts(sum, true, shmem_pss, locked, out);
}

void write_numa_maps(const Context& c, TaskId p, std::string& out) {
    for_areas(c, p, [&](VmaId, const vm_area_struct& v) {
        append_address(out, v.vm_start);
        out += ' ';
        out += mpol_to_str(c.w, p);
        MappingKind kind = mapping_kind(c, v);
        std::string name = area_name(c, v);
        if (kind == MappingKind::shmem) name = "/dev/zero\\040(deleted)";
        if (kind != MappingKind::none)
            out += " file=" + name;
        else if (name == "[heap]")
            out += " heap";
        else if (name == "[stack]")
            out += " stack";
        PageCounts n = count_pages(c, v);
        auto put = [&](const char* key, u64 value) {
            out += std::string(" ") + key + "=" + std::to_string(value);
        };
        if (n.pages) {
            if (n.anon) put("anon", n.anon);
            if (n.dirty) put("dirty", n.dirty);
            if (n.pages != n.anon && n.pages != n.dirty) put("mapped", n.pages);
            if (n.mapcount_max > 1) put("mapmax", n.mapcount_max);
            if (n.active < n.pages) put("active", n.active);
            for (std::size_t node = 0; node < n.node.size(); ++node)
                if (n.node[node]) put(("N" + std::to_string(node)).c_str(), n.node[node]);
            put("kernelpagesize_kB", page_kb);
        }
        out += '\n';
    });
}

}  // namespace rq::view::procfs
