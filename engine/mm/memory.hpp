// Memory of processes (mm/memory.c, mm/mmap.c, kernel/fork.c of 6.1): areas, faults, copy-on-write.
#pragma once

#include "ids.hpp"
#include "mm/mm.hpp"

namespace rq {

struct Context;

/// A new, empty address space with one user.
MmId mm_alloc(Context& c);
/// dup_mm(): a copy that shares frames; private pages lose their write permission on both sides.
/// Null with -ENOMEM in `error` when that is more memory than vm.overcommit_memory allows.
MmId dup_mm(Context& c, TaskId parent, s32* error);
void mmget(Context& c, MmId mm);
/// The user is gone; the last one takes all areas along.
void mmput(Context& c, MmId mm);

/// Pages that fork would have to copy entries for: what its price grows with.
u32 fork_page_count(const Context& c, MmId mm);

/// The area of that name in the address space, or null.
VmaId find_vma_by_name(const Context& c, MmId mm, u32 name);
/// The area that holds an address, or null.
VmaId find_vma(const Context& c, MmId mm, u64 address);

/// Maps `pages` pages under a name; kind as in scenario/op.hpp MapKind. `address` 0 = where there
/// is room. Null with -EINVAL in `error`, or with -ENOMEM: too many areas, RLIMIT_AS, or more
/// memory than vm.overcommit_memory allows. `reserve` = false: nothing is booked (MAP_NORESERVE).
VmaId mmap_area(Context& c, TaskId p, u32 name, u64 pages, u32 kind, u64 address, s32* error,
                bool reserve = true);
/// Puts an area with its addresses set in its place among the others.
void insert_vm_struct(Context& c, MmId mm, VmaId area);
/// Puts a page where none is, without a fault: a new private one, or one of the area's file. False
/// when no memory is left.
bool install_page(Context& c, TaskId p, VmaId area, u32 page, bool anon);
/// Unmaps whole pages [start, end) of the address space, splitting areas as needed.
void unmap_range(Context& c, MmId mm, u64 start, u64 end);

/// Why an access failed. oom: no frame is left, see out_of_memory(). disk: the page is on its way,
/// see page_read_of() and wait_for_page_read().
enum class Fault : u8 { none, segv, oom, disk };
/// Reads or writes one page of an area: faults as the hardware and handle_mm_fault() would.
/// `waited`: it is tried again after the task slept for it, so that its fault is a major one.
Fault access_page(Context& c, TaskId p, VmaId area, u32 page, bool write, bool waited = false);
/// The same for mlock() (populate_vma_page_range): pages that may be written are made the process's
/// own, and no fault is counted.
Fault populate_page(Context& c, TaskId p, VmaId area, u32 page, bool waited);

/// madvise(): MADV_DONTNEED 4, DONTFORK 10, DOFORK 11, WIPEONFORK 18, KEEPONFORK 19.
s32 madvise_range(Context& c, MmId mm, u64 start, u64 end, u64 advice);
/// Sets (and clears) vm_flags of [start, end), splitting areas.
s32 change_vm_flags(Context& c, MmId mm, u64 start, u64 end, u32 set, u32 clear);
/// mprotect(): permissions of [start, end). -ENOMEM if something there is not mapped, or cannot be
/// made writable for want of memory to book.
s32 mprotect_range(Context& c, TaskId p, u64 start, u64 end, u32 prot);

/// What smaps says of an area, in pages; pss in 1/4096 of a page (as the kernel's PSS_SHIFT).
struct SmapsCount {
    u64 rss, pss, pss_dirty, shared_clean, shared_dirty, private_clean, private_dirty;
    u64 referenced, anonymous;
};
SmapsCount smaps_of(const Context& c, VmaId area);
/// Bytes of page tables of an address space (VmPTE).
u64 mm_pgtables_bytes(const Context& c, MmId mm);

}  // namespace rq
