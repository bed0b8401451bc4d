// A task's memory: its areas, the page table entries of one of them, and the frames behind these
// with their references; beside it the same pages of a relative, so that copy-on-write is seen.
#pragma once

#include "view/cast.hpp"

#include <string>
#include <vector>

namespace rq {
struct Context;
}

namespace rq::view {

struct MemoryArea {
    u64 start = 0, end = 0;   ///< bytes
    std::string name;         ///< as operations call it, "[stack]", or its file
    std::string permissions;  ///< as in maps: "rw-p"
    u32 pages = 0;
    u32 present = 0;          ///< pages with an entry, the zero page included
};

/// One page of an area, through one task's page table.
struct PageEntry {
    u32 page = 0;        ///< within the area
    u32 frame = 0;       ///< 0 = no entry: not present
    u32 refcount = 0;    ///< of the frame
    u32 mapcount = 0;
    u16 node = 0;
    bool writable = false;
    bool dirty = false;
    bool accessed = false;
    bool zero_page = false;
    std::vector<u32> holders;  ///< places in MemoryMap::family whose entry names the same frame
};
/// "P RW" and the like: present, writable, dirty, accessed, in the order of the hardware's bits.
std::string entry_bits(const PageEntry& entry);
/// "read-only", "writable", "zero page", "not present".
const char* entry_words(const PageEntry& entry);

struct MemoryMap {
    u32 task = no_task;       ///< whose; no_task = there is nobody with memory
    u32 mm = 0;
    u32 mm_users = 0;
    std::vector<u32> family;  ///< tasks whose tables were looked into, in the cast
    std::vector<MemoryArea> areas;
    u32 area = 0;             ///< which of them `pages` shows
    std::vector<PageEntry> pages;
    u32 other = no_task;      ///< a relative with another mm that has this area too
    std::vector<PageEntry> other_pages;
    u64 rss_pages = 0;        ///< rss_anon + rss_file + rss_shmem
    u64 total_pages = 0;      ///< total_vm
    u64 page_table_bytes = 0; ///< VmPTE
    u32 shared_frames = 0;    ///< of the area: frames that more than one entry names
    u32 own_frames = 0;
    u32 left_out = 0;         ///< pages of the area beyond `most`
};

/// The memory of `task`, or with no_task of the first task that has some. `area` counts in the
/// order of addresses, ~0 = the first one with pages present. At most `most` pages.
MemoryMap memory_map(const Context& c, const Cast& cast, u32 task, u32 area, u32 most = 4096);

}  // namespace rq::view
