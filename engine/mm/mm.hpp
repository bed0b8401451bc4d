// What processes share of memory (include/linux/mm_types.h, 6.1): address spaces, areas, page table
// entries, frames and the page cache. Left out: huge pages, swap, reverse maps.
#pragma once

#include <climits>

#include "base/blocks.hpp"
#include "ids.hpp"
#include "sync/objects.hpp"

// Some C libraries' <climits> has it as a macro, for the machine that they run on (64 KiB on wasm):
// drawn in first, so that no later include brings it back.
#undef PAGE_SIZE

namespace rq {

inline constexpr u32 PAGE_SHIFT = 12;
inline constexpr u32 PAGE_SIZE = 1u << PAGE_SHIFT;
inline constexpr u32 PTRS_PER_PTE = 512;

// vm_flags (include/linux/mm.h)
inline constexpr u32 VM_READ = 0x00000001;
inline constexpr u32 VM_WRITE = 0x00000002;
inline constexpr u32 VM_EXEC = 0x00000004;
inline constexpr u32 VM_SHARED = 0x00000008;
inline constexpr u32 VM_MAYWRITE = 0x00000020;
inline constexpr u32 VM_GROWSDOWN = 0x00000100;
inline constexpr u32 VM_LOCKED = 0x00002000;
inline constexpr u32 VM_DONTCOPY = 0x00020000;
inline constexpr u32 VM_ACCOUNT = 0x00100000;  ///< counted in Globals::vm_committed_as
inline constexpr u32 VM_WIPEONFORK = 0x02000000;

// A page table entry: the frame in the low bits; 0 = not present.
using pte_t = u32;
inline constexpr pte_t PTE_FRAME = 0x03ffffff;
inline constexpr pte_t PTE_WRITE = 0x04000000;
inline constexpr pte_t PTE_DIRTY = 0x08000000;
inline constexpr pte_t PTE_YOUNG = 0x10000000;
inline constexpr pte_t PTE_NUMA = 0x20000000;  ///< PROT_NONE to catch the next touch
constexpr FrameId pte_frame(pte_t pte) { return FrameId{pte & PTE_FRAME}; }

/// An area of an address space. `ptes` holds an entry for each page from vm_start on, as far as
/// pages were touched (Linux: page tables by address; here: by area; what VmPTE counts is kept in
/// mm_struct::regions).
struct vm_area_struct {
    u64 vm_start;    ///< bytes
    u64 vm_end;
    MmId vm_mm;
    VmaId vm_next;
    VmaId vm_prev;
    u32 vm_flags;
    u32 name;        ///< NameId by which operations call it
    u32 vm_pgoff;    ///< page of the file at vm_start
    u32 mapping;     ///< address_space, 0 = private anonymous
    u32 anon_vma;    ///< 1 once it has had an anonymous page
    Block ptes;
    u32 mempolicy;   ///< 0 = the task's
    u32 zero;
    u32 pages() const { return static_cast<u32>((vm_end - vm_start) >> PAGE_SHIFT); }
};
RQ_STATE_SIZE(vm_area_struct, 64);

// mm_struct::flags (include/linux/sched/coredump.h)
inline constexpr u32 MMF_OOM_SKIP = 0x1;    ///< nothing left to gain: its memory was reaped
inline constexpr u32 MMF_OOM_VICTIM = 0x2;  ///< being killed for want of memory

/// An address space. mm_users: tasks that use it; mm_count: 1 for all users, plus borrowers.
struct mm_struct {
    u32 mm_users;
    u32 mm_count;
    VmaId mmap;          ///< areas in the order of addresses
    u32 map_count;
    u64 mmap_base;       ///< next area ends here; areas grow downwards
    u64 start_brk;
    u64 total_vm;        ///< pages of all areas
    u64 locked_vm;
    u32 rss_anon;        ///< pages present, by kind; the zero page counts for none
    u32 rss_file;
    u32 rss_shmem;
    u32 hiwater_rss;
    Block regions;       ///< 2 MiB regions that own a page of page table, ascending
    u32 nr_regions;
    u32 program;         ///< ProgramId of what runs in it
    u32 def_flags;       ///< VM_LOCKED after mlockall(MCL_FUTURE)
    u32 dumpable;
    u32 flags;           ///< MMF_*
    TimerId oom_reaper_timer;  ///< armed while it is a victim whose tasks have not ended
    u64 hiwater_vm;      ///< most pages of areas it ever had (VmPeak)
    u64 brk;             ///< where the heap ends; start_brk = there is none yet
    u64 start_stack;     ///< where the stack began, at its upper end; 0 = it has none
    u32 arguments;       ///< NameId of argv, its words parted by null bytes; 0 = the task's name
    u32 unused_;
};
RQ_STATE_SIZE(mm_struct, 128);

// page flags
inline constexpr u16 PG_anon = 0x01;
inline constexpr u16 PG_exclusive = 0x02;  ///< PageAnonExclusive: may be written without a copy
inline constexpr u16 PG_cache = 0x04;      ///< of a file or shared mapping
inline constexpr u16 PG_shmem = 0x08;
inline constexpr u16 PG_dirty = 0x10;
inline constexpr u16 PG_referenced = 0x20;  ///< by a system call, not through an entry
inline constexpr u16 PG_locked = 0x40;      ///< is being read from the disk

/// A page frame.
struct page {
    u32 refcount;
    u32 mapcount;
    u16 flags;
    u16 node;
    u32 next_free;  ///< while it is in use: raw GroupId that its memory is charged to
};
RQ_STATE_SIZE(page, 16);

/// Frame 1 is the zero page: mapped by reads of untouched anonymous memory, never freed.
inline constexpr FrameId ZERO_PAGE{1};

/// shmem: shared anonymous memory. tmpfs: a file that lies in memory as a whole (below /tmp or
/// /dev/shm). file: on the disk until it is read.
enum class MappingKind : u32 { none, shmem, file, tmpfs };

/// The page cache of a file or of a shared anonymous mapping.
struct address_space {
    u32 count;       ///< areas and open files that use it; 0 = free
    u32 kind;        ///< MappingKind
    u32 name;        ///< NameId of the file
    u32 nrpages;
    Block i_pages;   ///< frame by page, 0 = not in memory
    u32 size_pages;  ///< as far as it was ever mapped
    u32 next_free;
};
RQ_STATE_SIZE(address_space, 32);

/// Memory of a node, in pages. Allocations leave `low_pages` free as long as another node has more,
/// and `min_pages` in any case (__setup_per_zone_wmarks); only who is being killed may take half of
/// those.
struct pglist_data {
    u64 present_pages;
    u64 free_pages;
    u64 min_pages;
    u64 low_pages;
};
RQ_STATE_SIZE(pglist_data, 32);

/// Pages of a file that are on their way from the disk, and who sleeps until they are there.
struct page_read {
    u32 mapping;     ///< 0 = free
    u32 first;       ///< page of the file
    u32 count;
    u32 next_free;
    TimerId timer;
    wait_queue waiters;
};
RQ_STATE_SIZE(page_read, 28);

}  // namespace rq
