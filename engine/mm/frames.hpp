// Page frames (mm/page_alloc.c of 6.1 in its effect): taken from the node of the CPU, then from the
// nearest other one, down to its watermarks. Left out: zones, orders, per-CPU lists, kswapd.
#pragma once

#include "ids.hpp"
#include "mm/mm.hpp"

namespace rq {

struct Context;
struct MachineSpec;
struct World;

/// Gives each node its memory, its watermarks and the order in which others help out
/// (build_zonelists): by distance, then those with higher numbers, then whoever was chosen less.
void memory_init(Context& c, const MachineSpec& machine);
/// Pages of all nodes.
u64 totalram_pages(const World& w);
/// kernel.threads-max as fork_init() sets it: an eighth of memory in kernel stacks of 16 KiB.
u64 default_max_threads(const World& w);
/// Pages that nobody has.
u64 free_ram_pages(const World& w);

/// Direct reclaim (shrink_node): gives up to 32 pages back of files that nobody maps and that are
/// on the disk as well; only those charged to the group and below it, unless it is null, and only
/// of the nodes given (a bit for each). How many.
u32 shrink_page_cache(Context& c, GroupId within, u64 nodes = ~u64{0});

/// A frame with one reference, charged to the task's control group; 0 when no node has one left
/// that the task may take, or the group is at its limit. Unused page cache is given up first.
FrameId alloc_frame(Context& c, TaskId p, u16 flags);
void put_page(Context& c, FrameId frame);
/// The zero page, made when first asked for.
FrameId zero_page(Context& c);

/// A page cache of that kind; `name` may be 0 for shared anonymous memory. Files are found by name.
u32 mapping_of(Context& c, MappingKind kind, u32 name);
void put_mapping(Context& c, u32 mapping);
/// Pages of the page cache: of files and of shared memory (NR_FILE_PAGES).
u64 page_cache_pages(const World& w);

/// Ends the entries [first, end) of an area (zap_page_range).
void zap_ptes(Context& c, VmaId area, u32 first, u32 end);

}  // namespace rq
