// Memory of the machine: meminfo, vmstat, and the same of each node (fs/proc/meminfo.c, mm/vmstat.c
// and drivers/base/node.c of 6.1). Pages are counted frame by frame. There is no slab, swap,
// writeback or huge page: those figures are 0.
#include "base/text.hpp"
#include "mm/memory.hpp"
#include "mm/overcommit.hpp"
#include "view/procfs_parts.hpp"
#include "view/tree.hpp"

namespace rq::view::procfs {

namespace {

constexpr u32 every_node = ~0u;
constexpr u64 page_kb = PAGE_SIZE / 1024;
constexpr u64 kernel_stack_kb = 16;  // THREAD_SIZE

/// Pages by what they are for; of one node or of all.
struct Pages {
    u64 total = 0, used = 0, free = 0;
    u64 anon = 0, file = 0, shmem = 0, mapped = 0, dirty = 0;
};

Pages count_pages(const Context& c, u32 node) {
    Pages n;
    const MachineSpec& machine = c.image.scenario.machine;
    u64 present = machine.memory_bytes_per_node >> PAGE_SHIFT;
    u64 nodes = node == every_node ? machine.nodes : 1;
    n.total = present * nodes;
    for (u32 i = ZERO_PAGE.raw + 1; i < c.w.frames.size(); ++i) {
        const page& p = c.w.frames[i];
        if (!p.refcount || (node != every_node && p.node != node)) continue;
        ++n.used;
        if (p.flags & PG_anon)
            ++n.anon;
        else if (p.flags & PG_shmem)
            ++n.shmem;
        else
            ++n.file;
        if (p.mapcount && !(p.flags & PG_anon)) ++n.mapped;
        if ((p.flags & PG_dirty) && !(p.flags & (PG_anon | PG_shmem))) ++n.dirty;
    }
    n.free = n.total > n.used ? n.total - n.used : 0;
    return n;
}

/// What all address spaces together have: page tables, locked pages.
struct Spaces {
    u64 table_kb = 0, locked = 0;
};

Spaces count_spaces(const Context& c) {
    Spaces s;
    c.w.mms.for_each([&](MmId id, const mm_struct& mm) {
        s.table_kb += mm_pgtables_bytes(c, id) >> 10;
        s.locked += mm.locked_vm;
    });
    return s;
}

u64 thread_count(const Context& c) {
    u64 n = 0;
    c.w.tasks.for_each([&](TaskId, const task_struct&) { ++n; });
    return n;
}

/// A row of meminfo: the key, then the amount right-aligned in what is left of 24 columns.
void row(std::string& out, const char* key, u64 kb) {
    std::string head = std::string(key) + ":";
    append_left(out, head, 16);
    append_padded(out, kb, head.size() > 16 ? static_cast<u32>(24 - head.size()) : 8);
    out += " kB\n";
}

/// Anonymous and shared memory hang on the inactive list, files on the active one.
u64 inactive_anon(const Pages& n, u64 locked) {
    u64 pages = n.anon + n.shmem;
    return pages > locked ? pages - locked : 0;
}

}  // namespace

void write_meminfo(const Context& c, std::string& out) {
    Pages n = count_pages(c, every_node);
    Spaces s = count_spaces(c);
    u64 inactive = inactive_anon(n, s.locked) * page_kb;
    u64 active = n.file * page_kb;
    row(out, "MemTotal", n.total * page_kb);
    row(out, "MemFree", n.free * page_kb);
    row(out, "MemAvailable", (n.free + n.file) * page_kb);
    row(out, "Buffers", 0);
    row(out, "Cached", (n.file + n.shmem) * page_kb);
    row(out, "SwapCached", 0);
    row(out, "Active", active);
    row(out, "Inactive", inactive);
    row(out, "Active(anon)", 0);
    row(out, "Inactive(anon)", inactive);
    row(out, "Active(file)", active);
    row(out, "Inactive(file)", 0);
    row(out, "Unevictable", s.locked * page_kb);
    row(out, "Mlocked", s.locked * page_kb);
    for (const char* key : {"SwapTotal", "SwapFree", "Zswap", "Zswapped"}) row(out, key, 0);
    row(out, "Dirty", n.dirty * page_kb);
    row(out, "Writeback", 0);
    row(out, "AnonPages", n.anon * page_kb);
    row(out, "Mapped", n.mapped * page_kb);
    row(out, "Shmem", n.shmem * page_kb);
    for (const char* key : {"KReclaimable", "Slab", "SReclaimable", "SUnreclaim"})
        row(out, key, 0);
    row(out, "KernelStack", thread_count(c) * kernel_stack_kb);
    row(out, "PageTables", s.table_kb);
    for (const char* key : {"SecPageTables", "NFS_Unstable", "Bounce", "WritebackTmp"})
        row(out, key, 0);
    row(out, "CommitLimit", vm_commit_limit(c.w) * page_kb);
    row(out, "Committed_AS", c.w.g.vm_committed_as * page_kb);
    // 32 TiB of addresses with four levels of page tables.
    out += "VmallocTotal:   34359738367 kB\n";
    for (const char* key : {"VmallocUsed", "VmallocChunk", "Percpu", "HardwareCorrupted",
                            "AnonHugePages", "ShmemHugePages", "ShmemPmdMapped", "FileHugePages",
                            "FilePmdMapped"})
        row(out, key, 0);
    for (const char* key : {"HugePages_Total", "HugePages_Free", "HugePages_Rsvd",
                            "HugePages_Surp"}) {
        append_left(out, std::string(key) + ":", 16);
        append_padded(out, 0, 8);
        out += '\n';
    }
    row(out, "Hugepagesize", 2048);
    row(out, "Hugetlb", 0);
    row(out, "DirectMap4k", 0);
    row(out, "DirectMap2M", n.total * page_kb);
    row(out, "DirectMap1G", 0);
}

namespace {

// The keys of /proc/vmstat in the order of 6.1.
constexpr const char* vmstat_keys[] = {
    "nr_free_pages", "nr_zone_inactive_anon", "nr_zone_active_anon", "nr_zone_inactive_file",
    "nr_zone_active_file", "nr_zone_unevictable", "nr_zone_write_pending", "nr_mlock",
    "nr_bounce", "nr_zspages", "nr_free_cma", "numa_hit", "numa_miss", "numa_foreign",
    "numa_interleave", "numa_local", "numa_other", "nr_inactive_anon", "nr_active_anon",
    "nr_inactive_file", "nr_active_file", "nr_unevictable", "nr_slab_reclaimable",
    "nr_slab_unreclaimable", "nr_isolated_anon", "nr_isolated_file", "workingset_nodes",
    "workingset_refault_anon", "workingset_refault_file", "workingset_activate_anon",
    "workingset_activate_file", "workingset_restore_anon", "workingset_restore_file",
    "workingset_nodereclaim", "nr_anon_pages", "nr_mapped", "nr_file_pages", "nr_dirty",
    "nr_writeback", "nr_writeback_temp", "nr_shmem", "nr_shmem_hugepages", "nr_shmem_pmdmapped",
    "nr_file_hugepages", "nr_file_pmdmapped", "nr_anon_transparent_hugepages",
    "nr_vmscan_write", "nr_vmscan_immediate_reclaim", "nr_dirtied", "nr_written",
    "nr_throttled_written", "nr_kernel_misc_reclaimable", "nr_foll_pin_acquired",
    "nr_foll_pin_released", "nr_kernel_stack", "nr_page_table_pages", "nr_sec_page_table_pages",
    "nr_swapcached", "pgpromote_success", "pgpromote_candidate", "nr_dirty_threshold",
    "nr_dirty_background_threshold", "pgpgin", "pgpgout", "pswpin", "pswpout", "pgalloc_dma",
    "pgalloc_dma32", "pgalloc_normal", "pgalloc_movable", "pgalloc_device", "allocstall_dma",
    "allocstall_dma32", "allocstall_normal", "allocstall_movable", "allocstall_device",
    "pgskip_dma", "pgskip_dma32", "pgskip_normal", "pgskip_movable", "pgskip_device", "pgfree",
    "pgactivate", "pgdeactivate", "pglazyfree", "pgfault", "pgmajfault", "pglazyfreed",
    "pgrefill", "pgreuse", "pgsteal_kswapd", "pgsteal_direct", "pgdemote_kswapd",
    "pgdemote_direct", "pgscan_kswapd", "pgscan_direct", "pgscan_direct_throttle",
    "pgscan_anon", "pgscan_file", "pgsteal_anon", "pgsteal_file", "zone_reclaim_failed",
    "pginodesteal", "slabs_scanned", "kswapd_inodesteal", "kswapd_low_wmark_hit_quickly",
    "kswapd_high_wmark_hit_quickly", "pageoutrun", "pgrotated", "drop_pagecache", "drop_slab",
    "oom_kill", "numa_pte_updates", "numa_huge_pte_updates", "numa_hint_faults",
    "numa_hint_faults_local", "numa_pages_migrated", "pgmigrate_success", "pgmigrate_fail",
    "thp_migration_success", "thp_migration_fail", "thp_migration_split",
    "compact_migrate_scanned", "compact_free_scanned", "compact_isolated", "compact_stall",
    "compact_fail", "compact_success", "compact_daemon_wake", "compact_daemon_migrate_scanned",
    "compact_daemon_free_scanned", "htlb_buddy_alloc_success", "htlb_buddy_alloc_fail",
    "unevictable_pgs_culled", "unevictable_pgs_scanned", "unevictable_pgs_rescued",
    "unevictable_pgs_mlocked", "unevictable_pgs_munlocked", "unevictable_pgs_cleared",
    "unevictable_pgs_stranded", "thp_fault_alloc", "thp_fault_fallback",
    "thp_fault_fallback_charge", "thp_collapse_alloc", "thp_collapse_alloc_failed",
    "thp_file_alloc", "thp_file_fallback", "thp_file_fallback_charge", "thp_file_mapped",
    "thp_split_page", "thp_split_page_failed", "thp_deferred_split_page", "thp_split_pmd",
    "thp_scan_exceed_none_pte", "thp_scan_exceed_swap_pte", "thp_scan_exceed_share_pte",
    "thp_split_pud", "thp_zero_page_alloc", "thp_zero_page_alloc_failed", "thp_swpout",
    "thp_swpout_fallback", "balloon_inflate", "balloon_deflate", "balloon_migrate", "swap_ra",
    "swap_ra_hit", "ksm_swpin_copy", "cow_ksm", "zswpin", "zswpout", "direct_map_level2_splits",
    "direct_map_level3_splits", "nr_unstable",
};

struct Counter {
    std::string_view key;
    u64 value;
};

struct Faults {
    u64 all = 0, major = 0, reused = 0;
};

/// Page faults since the start, from the trace: tasks take their counts along when they are gone.
Faults count_faults(const Context& c) {
    constexpr u64 kind_reused = 3;  // mm/memory.cpp
    constexpr u64 kind_major = 8;
    Faults f;
    Record r;
    for (Trace::Reader reader = c.trace.read(0); reader.next(r) && r.index < c.w.g.records;) {
        if (r.event != Ev::page_fault) continue;
        ++f.all;
        if (r.arg[1] & kind_major) ++f.major;
        if ((r.arg[1] & 7) == kind_reused) ++f.reused;
    }
    return f;
}

void vmstat_text(const std::vector<Counter>& known, u32 first, u32 last, std::string& out) {
    for (u32 i = first; i < last; ++i) {
        u64 value = 0;
        for (const Counter& k : known)
            if (k.key == vmstat_keys[i]) value = k.value;
        out += std::string(vmstat_keys[i]) + " " + std::to_string(value) + "\n";
    }
}

/// The counters of pages, which exist for each node as well.
std::vector<Counter> page_counters(const Pages& n, u64 locked) {
    u64 inactive = inactive_anon(n, locked);
    return {{"nr_free_pages", n.free},
            {"nr_zone_inactive_anon", inactive},
            {"nr_zone_active_file", n.file},
            {"nr_zone_unevictable", locked},
            {"nr_mlock", locked},
            {"nr_inactive_anon", inactive},
            {"nr_active_file", n.file},
            {"nr_unevictable", locked},
            {"nr_anon_pages", n.anon},
            {"nr_mapped", n.mapped},
            {"nr_file_pages", n.file + n.shmem},
            {"nr_dirty", n.dirty},
            {"nr_shmem", n.shmem}};
}

}  // namespace

void write_vmstat(const Context& c, std::string& out) {
    Pages n = count_pages(c, every_node);
    Spaces s = count_spaces(c);
    Faults f = count_faults(c);
    std::vector<Counter> known = page_counters(n, s.locked);
    known.push_back({"nr_kernel_stack", thread_count(c) * kernel_stack_kb});
    known.push_back({"nr_page_table_pages", s.table_kb / page_kb});
    known.push_back({"pgfault", f.all});
    known.push_back({"pgmajfault", f.major});
    known.push_back({"pgreuse", f.reused});
    known.push_back({"oom_kill", c.w.g.oom_kills});
    known.push_back({"pgpgin", f.major * page_kb});
    vmstat_text(known, 0, std::size(vmstat_keys), out);
}

void write_node_vmstat(const Context& c, u32 node, std::string& out) {
    u32 last = 0;  // a node's list ends where those of the events begin
    while (std::string_view(vmstat_keys[last]) != "nr_dirty_threshold") ++last;
    vmstat_text(page_counters(count_pages(c, node), 0), 0, last, out);
}

void write_node_meminfo(const Context& c, u32 node, std::string& out) {
    Pages n = count_pages(c, node);
    std::string head = "Node " + std::to_string(node) + " ";
    auto put = [&](const char* key, u64 pages) {
        out += head;
        row(out, key, pages * page_kb);
    };
    u64 inactive = inactive_anon(n, 0);
    put("MemTotal", n.total);
    put("MemFree", n.free);
    put("MemUsed", n.total - n.free);
    put("SwapCached", 0);
    put("Active", n.file);
    put("Inactive", inactive);
    put("Active(anon)", 0);
    put("Inactive(anon)", inactive);
    put("Active(file)", n.file);
    for (const char* key : {"Inactive(file)", "Unevictable", "Mlocked"}) put(key, 0);
    put("Dirty", n.dirty);
    put("Writeback", 0);
    put("FilePages", n.file + n.shmem);
    put("Mapped", n.mapped);
    put("AnonPages", n.anon);
    put("Shmem", n.shmem);
    for (const char* key : {"KernelStack", "PageTables", "SecPageTables", "NFS_Unstable", "Bounce",
                            "WritebackTmp", "KReclaimable", "Slab", "SReclaimable", "SUnreclaim",
                            "AnonHugePages", "ShmemHugePages", "ShmemPmdMapped", "FileHugePages",
                            "FilePmdMapped"})
        put(key, 0);
    for (const char* key : {"HugePages_Total", "HugePages_Free", "HugePages_Surp"}) {
        out += head;
        append_left(out, std::string(key) + ":", 16);
        append_padded(out, 0, 6);
        out += '\n';
    }
}

}  // namespace rq::view::procfs
