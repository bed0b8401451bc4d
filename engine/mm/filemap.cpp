// Reads in flight: which pages they bring, and when.
#include "mm/filemap.hpp"

#include "context.hpp"
#include "mm/frames.hpp"
#include "sync/timer.hpp"
#include "sync/wait.hpp"

namespace rq {

namespace {

constexpr u32 READ_RAHEAD_PAGES = 32;  // read_ahead_kb 128

/// A page for the cache that the disk has yet to fill; false when there is no memory for it.
bool add_locked_page(Context& c, TaskId p, u32 mapping, u32 page) {
    FrameId frame = alloc_frame(c, p, PG_cache | PG_locked);
    if (!frame.raw) return false;
    address_space& a = c.w.mappings[mapping];
    c.w.tables.ensure(a.i_pages, page + 1);
    c.w.tables.at(a.i_pages, page) = frame.raw;
    ++a.nrpages;
    return true;
}

u32 new_read(Context& c) {
    Column<page_read>& all = c.w.page_reads;
    if (all.empty()) all.resize(1);
    u32 at = c.w.g.free_page_read;
    if (!at) return all.push(page_read{});
    c.w.g.free_page_read = all[at].next_free;
    all[at] = page_read{};
    return at;
}

}  // namespace

bool on_disk(const Context& c, u32 mapping) {
    const address_space& a = c.w.mappings[mapping];
    if (a.kind != static_cast<u32>(MappingKind::file) || c.image.scenario.files_cached)
        return false;
    return c.image.name(a.name).compare(0, 5, "/usr/") != 0;
}

bool page_cache_read(Context& c, TaskId p, u32 mapping, u32 page) {
    if (!add_locked_page(c, p, mapping, page)) return false;
    u32 size = c.w.mappings[mapping].size_pages;
    u32 first = page < READ_RAHEAD_PAGES / 2 ? 0 : page - READ_RAHEAD_PAGES / 2;
    u32 end = size < first + READ_RAHEAD_PAGES ? size : first + READ_RAHEAD_PAGES;
    // One stretch without gaps: what is in memory already ends it.
    auto absent = [&](u32 at) { return !c.w.tables.get(c.w.mappings[mapping].i_pages, at); };
    u32 low = page;
    u32 high = page + 1;
    while (low > first && absent(low - 1) && add_locked_page(c, p, mapping, low - 1)) --low;
    while (high < end && absent(high) && add_locked_page(c, p, mapping, high)) ++high;
    u32 at = new_read(c);
    page_read& r = c.w.page_reads[at];
    r.mapping = mapping;
    r.first = low;
    r.count = high - low;
    u64 latency = c.image.cost[Cost::disk_read];
    if (!latency) {
        page_read_done(c, at);
        return true;
    }
    TimerId timer = timer_create(c, TimerKind::disk, at);
    c.w.page_reads[at].timer = timer;
    // Linux may finish on a CPU that shares a cache with the asker; here: where the interrupt is.
    timer_arm(c, timer, CpuId{c.w.g.disk_irq_cpu}, c.w.g.now + latency, 0);
    return true;
}

u32 page_read_of(const Context& c, u32 mapping, u32 page) {
    for (u32 i = 1; i < c.w.page_reads.size(); ++i) {
        const page_read& r = c.w.page_reads[i];
        if (r.mapping == mapping && page >= r.first && page - r.first < r.count) return i;
    }
    return 0;
}

void wait_for_page_read(Context& c, TaskId p, u32 read) {
    c.w.tasks[p].in_iowait = 1;
    wait_on(c, p, Channel::disk, read, TASK_KILLABLE);
}

void page_read_done(Context& c, u32 read) {
    page_read r = c.w.page_reads[read];
    const Block pages = c.w.mappings[r.mapping].i_pages;
    for (u32 i = r.first; i < r.first + r.count; ++i)
        c.w.frames[c.w.tables.at(pages, i)].flags &= static_cast<u16>(~PG_locked);
    wake_up_queue(c, Channel::disk, read, ~0u);
    if (r.timer) timer_destroy(c, r.timer);
    c.w.page_reads[read] = page_read{};
    c.w.page_reads[read].next_free = c.w.g.free_page_read;
    c.w.g.free_page_read = read;
}

}  // namespace rq
