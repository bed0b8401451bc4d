// Frames and page caches by reference count.
#include "mm/frames.hpp"

#include "base/limits.hpp"
#include "context.hpp"
#include "machine/topology.hpp"
#include "mm/memcg.hpp"
#include "mm/mempolicy.hpp"

namespace rq {

namespace {

constexpr u32 SWAP_CLUSTER_MAX = 32;  // pages that reclaim frees at a time

u64 int_sqrt(u64 value) {
    u64 root = 0;
    for (u64 bit = u64{1} << 31; bit; bit >>= 1)
        if ((root + bit) * (root + bit) <= value) root += bit;
    return root;
}

/// min_free_kbytes, shared out by size, and the low watermark a little above
/// (init_per_zone_wmark_min, __setup_per_zone_wmarks).
void set_watermarks(World& w) {
    u64 total = totalram_pages(w);
    u64 min_kbytes = int_sqrt(total * (PAGE_SIZE / 1024) * 16);
    if (min_kbytes < 128) min_kbytes = 128;
    if (min_kbytes > 262'144) min_kbytes = 262'144;
    u64 min_pages = min_kbytes / (PAGE_SIZE / 1024);
    for (u32 n = 0; n < w.memory_nodes.size(); ++n) {
        pglist_data& node = w.memory_nodes[n];
        u64 part = min_pages * node.present_pages / total;
        node.min_pages = part < node.present_pages / 4 ? part : node.present_pages / 4;
        u64 scaled = node.present_pages / 1000;  // watermark_scale_factor 10
        node.low_pages = node.min_pages + (part / 4 > scaled ? part / 4 : scaled);
    }
}

/// find_next_best_node(): the nearest one not yet used; of equal ones a higher number, then the one
/// that comes first for fewer others.
u32 next_best_node(const Context& c, u32 from, u64 used, const u32* load) {
    u32 best = ~0u;
    u64 least = NEVER;
    for (u32 n = 0; n < c.w.g.nodes; ++n) {
        if (used >> n & 1) continue;
        u64 value = node_distance(c, NodeId{from}, NodeId{n}) + (n < from);
        value = value * 64 + load[n];
        if (value >= least) continue;
        least = value;
        best = n;
    }
    return best;
}

void build_zonelists(Context& c) {
    u32 nodes = c.w.g.nodes;
    u32 load[64] = {};
    c.w.node_fallback.resize(nodes * nodes);
    for (u32 from = 0; from < nodes; ++from) {
        u64 used = u64{1} << from;
        u32 before = from;
        c.w.node_fallback[from * nodes] = from;
        for (u32 k = 1; k < nodes; ++k) {
            u32 n = next_best_node(c, from, used, load);
            NodeId own{from};
            if (node_distance(c, own, NodeId{n}) != node_distance(c, own, NodeId{before}))
                ++load[n];
            c.w.node_fallback[from * nodes + k] = n;
            used |= u64{1} << n;
            before = n;
        }
    }
}

/// The first node in the order of `from` that has more free pages than `mark` says, of those that
/// are allowed (a bit for each); ~0 if none.
template <class F>
u32 node_above(const World& w, u32 from, u64 allowed, F mark) {
    for (u32 k = 0; k < w.g.nodes; ++k) {
        u32 n = w.node_fallback[from * w.g.nodes + k];
        bool some = w.memory_nodes[n].free_pages > mark(w.memory_nodes[n]);
        if (some && (allowed >> n & 1)) return n;
    }
    return ~0u;
}

/// The node a page is taken from; ~0 when there is none left for this task.
u32 charge_node(Context& c, TaskId p) {
    const World& w = c.w;
    u64 allowed = 0;
    u32 from = mempolicy_slab_node(c, p, &allowed);
    u32 node = node_above(w, from, allowed, [](const pglist_data& n) { return n.low_pages; });
    auto min = [](const pglist_data& n) { return n.min_pages; };
    if (node == ~0u) node = node_above(w, from, allowed, min);
    if (node == ~0u && shrink_page_cache(c, {}, allowed))
        node = node_above(w, from, allowed, min);
    MmId mm = w.tasks[p].mm;
    if (node == ~0u && mm && (w.mms[mm].flags & MMF_OOM_VICTIM))
        node = node_above(w, from, allowed, [](const pglist_data& n) { return n.min_pages / 2; });
    if (node != ~0u) --c.w.memory_nodes[node].free_pages;
    return node;
}

}  // namespace

void memory_init(Context& c, const MachineSpec& machine) {
    u64 pages = machine.memory_bytes_per_node / PAGE_SIZE;
    c.w.memory_nodes.resize(c.w.g.nodes);
    for (u32 n = 0; n < c.w.g.nodes; ++n)
        c.w.memory_nodes[n].present_pages = c.w.memory_nodes[n].free_pages = pages;
    set_watermarks(c.w);
    build_zonelists(c);
    c.w.g.max_threads = static_cast<u32>(default_max_threads(c.w));
}

u64 totalram_pages(const World& w) {
    u64 pages = 0;
    for (u32 n = 0; n < w.memory_nodes.size(); ++n) pages += w.memory_nodes[n].present_pages;
    return pages;
}

u64 default_max_threads(const World& w) {
    constexpr u64 least = 20;  // MIN_THREADS
    u64 threads = totalram_pages(w) / 32;
    return threads > least ? threads : least;
}

u64 free_ram_pages(const World& w) {
    u64 pages = 0;
    for (u32 n = 0; n < w.memory_nodes.size(); ++n) pages += w.memory_nodes[n].free_pages;
    return pages;
}

u64 page_cache_pages(const World& w) {
    u64 pages = 0;
    for (u32 m = 1; m < w.mappings.size(); ++m) pages += w.mappings[m].nrpages;
    return pages;
}

u32 shrink_page_cache(Context& c, GroupId within, u64 nodes) {
    u32 freed = 0;
    for (u32 m = 1; m < c.w.mappings.size() && freed < SWAP_CLUSTER_MAX; ++m) {
        address_space& a = c.w.mappings[m];
        if (a.kind != static_cast<u32>(MappingKind::file) || !a.nrpages) continue;
        for (u32 i = 0; i < a.i_pages.size() && freed < SWAP_CLUSTER_MAX; ++i) {
            FrameId frame{c.w.tables.at(a.i_pages, i)};
            if (!frame.raw) continue;
            const page& f = c.w.frames[frame.raw];
            if (f.mapcount || (f.flags & (PG_dirty | PG_locked))) continue;
            if (!(nodes >> f.node & 1)) continue;
            if (within && !memcg_within(c.w, GroupId{f.next_free}, within)) continue;
            c.w.tables.at(a.i_pages, i) = 0;
            --a.nrpages;
            put_page(c, frame);
            ++freed;
        }
    }
    return freed;
}

FrameId zero_page(Context& c) {
    if (c.w.frames.size() < 2) {
        c.w.frames.resize(2);
        c.w.frames[ZERO_PAGE.raw].refcount = 1;
    }
    return ZERO_PAGE;
}

FrameId alloc_frame(Context& c, TaskId p, u16 flags) {
    zero_page(c);
    GroupId group = c.w.tasks[p].sched_task_group;
    if (!memcg_try_charge(c, group)) return {};
    u32 node = charge_node(c, p);
    if (node == ~0u) {
        memcg_uncharge(c, group);
        return {};
    }
    u32 at = c.w.g.free_frame;
    if (at)
        c.w.g.free_frame = c.w.frames[at].next_free;
    else
        at = c.w.frames.push(page{});
    if (at >= limits::frames) c.w.g.limit_hit = static_cast<u32>(LimitHit::frames);
    c.w.frames[at] = page{1, 0, flags, static_cast<u16>(node), group.raw};
    return FrameId{at};
}

void put_page(Context& c, FrameId frame) {
    page& f = c.w.frames[frame.raw];
    RQ_DEBUG_ASSERT(f.refcount > 0 && frame != ZERO_PAGE);
    if (--f.refcount) return;
    ++c.w.memory_nodes[f.node].free_pages;
    memcg_uncharge(c, GroupId{f.next_free});
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
    c.w.g.vm_committed_as -= a.size_pages;  // shared memory is accounted as a whole
    a = address_space{};
    a.next_free = c.w.g.free_mapping;
    c.w.g.free_mapping = mapping;
    for (u32 i = 0; i < pages.size(); ++i)
        if (u32 frame = c.w.tables.at(pages, i)) put_page(c, FrameId{frame});
    c.w.tables.release(pages);
}

}  // namespace rq
