// Frames and page caches by reference count.
#include "mm/frames.hpp"

#include "context.hpp"

namespace rq {

namespace {

/// Takes a page from a node near the CPU; ~0 when all memory is used.
u32 charge_node(Context& c, CpuId cpu) {
    (void)cpu;
    u32 nodes = c.w.memory_nodes.size();
    for (u32 node = 0; node < nodes; ++node) {
        if (!c.w.memory_nodes[node].free_pages) continue;
        --c.w.memory_nodes[node].free_pages;
        return node;
    }
    return nodes ? ~0u : 0;
}

}  // namespace

FrameId zero_page(Context& c) {
    if (c.w.frames.size() < 2) {
        c.w.frames.resize(2);
        c.w.frames[ZERO_PAGE.raw].refcount = 1;
    }
    return ZERO_PAGE;
}

FrameId alloc_frame(Context& c, TaskId p, u16 flags) {
    zero_page(c);
    u32 node = charge_node(c, c.w.tasks[p].cpu);
    if (node == ~0u) return {};
    u32 at = c.w.g.free_frame;
    if (at)
        c.w.g.free_frame = c.w.frames[at].next_free;
    else
        at = c.w.frames.push(page{});
    if (at > PTE_FRAME) return {};
    c.w.frames[at] = page{1, 0, flags, static_cast<u16>(node), 0};
    return FrameId{at};
}

void put_page(Context& c, FrameId frame) {
    page& f = c.w.frames[frame.raw];
    RQ_DEBUG_ASSERT(f.refcount > 0 && frame != ZERO_PAGE);
    if (--f.refcount) return;
    if (f.node < c.w.memory_nodes.size()) ++c.w.memory_nodes[f.node].free_pages;
    f = page{0, 0, 0, 0, c.w.g.free_frame};
    c.w.g.free_frame = frame.raw;
}

u32 mapping_of(Context& c, MappingKind kind, u32 name) {
    Column<address_space>& all = c.w.mappings;
    if (all.empty()) all.resize(1);
    if (kind != MappingKind::shmem)
        for (u32 i = 1; i < all.size(); ++i)
            if (all[i].kind == static_cast<u32>(kind) && all[i].name == name && name) {
                ++all[i].count;
                return i;
            }
    u32 at = c.w.g.free_mapping;
    if (at)
        c.w.g.free_mapping = all[at].next_free;
    else
        at = all.push(address_space{});
    all[at] = address_space{};
    all[at].count = kind != MappingKind::shmem ? 2 : 1;  // a file stays in the page cache
    all[at].kind = static_cast<u32>(kind);
    all[at].name = name;
    return at;
}

void put_mapping(Context& c, u32 mapping) {
    if (!mapping) return;
    address_space& a = c.w.mappings[mapping];
    if (--a.count) return;
    Block pages = a.i_pages;
    a = address_space{};
    a.next_free = c.w.g.free_mapping;
    c.w.g.free_mapping = mapping;
    for (u32 i = 0; i < pages.size(); ++i)
        if (u32 frame = c.w.tables.at(pages, i)) put_page(c, FrameId{frame});
    c.w.tables.release(pages);
}

}  // namespace rq
