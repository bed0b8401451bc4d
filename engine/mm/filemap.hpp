// Reading files into the page cache (mm/filemap.c, mm/readahead.c of 6.1). The disk takes the same
// time for every read and serves any number of them at once. Left out: writing back, reading ahead
// before anybody asks.
#pragma once

#include "ids.hpp"

namespace rq {

struct Context;

/// True if pages of the file that are not in memory have to be read from the disk: not where the
/// scenario has all files cached, nor below /usr, whose programs and libraries ran before.
bool on_disk(const Context& c, u32 mapping);
/// Begins to read the pages around `page`, 16 before and 15 behind as far as the file goes
/// (do_sync_mmap_readahead), those that are neither in memory nor on their way. A disk that takes
/// no time has them at once. False when no memory is left for the page itself.
bool page_cache_read(Context& c, TaskId p, u32 mapping, u32 page);
/// The read that will bring the page, an index into World::page_reads; 0 if none does.
u32 page_read_of(const Context& c, u32 mapping, u32 page);
/// The task sleeps uninterruptibly, but for SIGKILL, until the read is over (io_schedule).
void wait_for_page_read(Context& c, TaskId p, u32 read);
/// The disk has delivered: the pages can be mapped, who waits for them wakes up.
void page_read_done(Context& c, u32 read);

}  // namespace rq
