// Setting, inheriting by number, and asking.
#include "mm/mempolicy.hpp"

#include "context.hpp"
#include "machine/topology.hpp"
#include "sched/cpuset.hpp"
#include "task/uapi.hpp"

namespace rq {

namespace {

constexpr u32 policies_max = 255;  // task_struct::mempolicy is a byte

const mempolicy& policy_of(const World& w, TaskId p) {
    static constexpr mempolicy none{MPOL_DEFAULT, 0, 0};
    u8 at = w.tasks[p].mempolicy;
    return at ? w.mempolicies[at] : none;
}

u32 first_node(u64 nodes) { return static_cast<u32>(__builtin_ctzll(nodes)); }

/// The first of `nodes` behind `node`, from the beginning again after the last (next_node_in).
u32 next_node_in(u32 node, u64 nodes) {
    u64 behind = node >= 63 ? 0 : nodes & ~((u64{2} << node) - 1);
    return first_node(behind ? behind : nodes);
}

/// The n-th of `to` for the n-th of `from`, round and round.
u32 node_remap(u32 node, u64 from, u64 to) {
    u32 n = static_cast<u32>(__builtin_popcountll(from & ((u64{1} << node) - 1)));
    n %= static_cast<u32>(__builtin_popcountll(to));
    for (; n > 0; --n) to &= to - 1;
    return first_node(to);
}

}  // namespace

s32 set_mempolicy(Context& c, TaskId p, u32 mode, u64 nodes) {
    World& w = c.w;
    task_struct& t = w.tasks[p];
    if (mode > MPOL_PREFERRED_MANY) return -EINVAL;
    if (nodes & ~node_online_map(w)) return -EINVAL;
    if (mode == MPOL_DEFAULT) {
        if (nodes) return -EINVAL;
        t.mempolicy = 0;
        return 0;
    }
    if (mode == MPOL_PREFERRED && !nodes) mode = MPOL_LOCAL;
    if ((mode == MPOL_LOCAL) != !nodes) return -EINVAL;
    if (nodes && !(nodes &= cpuset_current_mems_allowed(w, p))) return -EINVAL;
    if (mode == MPOL_PREFERRED) nodes = u64{1} << first_node(nodes);
    if (w.mempolicies.empty()) w.mempolicies.push(mempolicy{});
    u32 at = 1;
    while (at < w.mempolicies.size() &&
           !(w.mempolicies[at].mode == mode && w.mempolicies[at].nodes == nodes))
        ++at;
    if (at > policies_max) return -ENOMEM;
    if (at == w.mempolicies.size()) w.mempolicies.push(mempolicy{mode, 0, nodes});
    t.mempolicy = static_cast<u8>(at);
    if (mode == MPOL_INTERLEAVE) t.il_prev = 63;
    return 0;
}

u32 mempolicy_slab_node(Context& c, TaskId p, u64* allowed) {
    task_struct& t = c.w.tasks[p];
    const mempolicy& policy = policy_of(c.w, p);
    const u32 local = c.w.topology[t.cpu.raw].node.raw;
    *allowed = cpuset_current_mems_allowed(c.w, p);
    // Linux: a policy follows its cpuset (mpol_rebind_task); here: what the two have in common,
    // or all of the cpuset.
    const u64 nodes = policy.nodes & *allowed ? policy.nodes & *allowed : *allowed;
    switch (policy.mode) {
        case MPOL_BIND: *allowed = nodes; return local;
        case MPOL_PREFERRED: return first_node(nodes);
        case MPOL_INTERLEAVE:
            t.il_prev = static_cast<u8>(next_node_in(t.il_prev, nodes));
            return t.il_prev;
        case MPOL_PREFERRED_MANY:
            return nodes >> local & 1 ? local : next_node_in(local, nodes);
        default: return local;
    }
}

u64 bound_nodes(const World& w, TaskId p) {
    const mempolicy& policy = policy_of(w, p);
    return policy.mode == MPOL_BIND ? policy.nodes : 0;
}

void migrate_pages(Context& c, MmId mm, u64 from, u64 to) {
    World& w = c.w;
    for (VmaId at = w.mms[mm].mmap; at; at = w.vmas[at].vm_next) {
        const Block ptes = w.vmas[at].ptes;
        for (u32 i = 0; i < ptes.size(); ++i) {
            FrameId frame = pte_frame(w.tables.at(ptes, i));
            if (!frame.raw || frame == ZERO_PAGE) continue;
            page& f = w.frames[frame.raw];
            if (to >> f.node & 1) continue;
            pglist_data& target = w.memory_nodes[node_remap(f.node, from, to)];
            if (target.free_pages <= target.min_pages) continue;
            --target.free_pages;
            ++w.memory_nodes[f.node].free_pages;
            f.node = static_cast<u16>(&target - &w.memory_nodes[0]);
        }
    }
}

std::string mpol_to_str(const World& w, TaskId p) {
    constexpr const char* modes[] = {"default", "prefer", "bind",
                                     "interleave", "local", "prefer (many)"};
    const mempolicy& policy = policy_of(w, p);
    std::string text = modes[policy.mode];
    return policy.nodes ? text + ":" + node_list(policy.nodes) : text;
}

std::string node_list(u64 nodes) {
    std::string out;
    for (u32 n = 0; n < 64; ++n) {
        if (!(nodes >> n & 1)) continue;
        u32 last = n;
        while (last < 63 && (nodes >> (last + 1) & 1)) ++last;
        if (!out.empty()) out += ',';
        out += std::to_string(n);
        if (last > n) out += "-" + std::to_string(last);
        n = last;
    }
    return out;
}

}  // namespace rq
