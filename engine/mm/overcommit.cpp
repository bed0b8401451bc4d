// Booking of memory that may be written, and the limits of the three modes.
#include "mm/overcommit.hpp"

#include "context.hpp"
#include "mm/frames.hpp"
#include "task/uapi.hpp"

namespace rq {

namespace {

constexpr u64 CAP_SYS_ADMIN = 21;
constexpr u64 pages_per_mib = (u64{1} << 20) / PAGE_SIZE;

u64 least(u64 a, u64 b) { return a < b ? a : b; }

bool is_admin(const World& w, TaskId p) {
    CredId id = w.tasks[p].cred;
    if (!id) return true;
    const cred& who = w.creds[id];
    return (who.cap_effective >> CAP_SYS_ADMIN & 1) && who.user_ns == w.g.init_user_ns;
}

}  // namespace

u64 vm_commit_limit(const World& w) {
    return totalram_pages(w) * w.g.tune.overcommit_ratio / 100;
}

s32 vm_enough_memory(Context& c, TaskId p, u64 pages) {
    World& w = c.w;
    w.g.vm_committed_as += pages;
    u64 total = totalram_pages(w);
    bool enough = true;
    if (w.g.tune.overcommit_memory == OVERCOMMIT_GUESS) enough = pages <= total;
    if (w.g.tune.overcommit_memory == OVERCOMMIT_NEVER) {
        // The reserves are a 32nd of what was free at boot, that is of all memory.
        u64 reserved = is_admin(w, p) ? 0 : least(total / 32, 8 * pages_per_mib);
        if (MmId mm = w.tasks[p].mm)
            reserved += least(w.mms[mm].total_vm / 32, least(total / 32, 128 * pages_per_mib));
        u64 limit = vm_commit_limit(w);
        enough = limit > reserved && w.g.vm_committed_as < limit - reserved;
    }
    if (enough) return 0;
    w.g.vm_committed_as -= pages;
    return -ENOMEM;
}

void vm_unacct_memory(Context& c, u64 pages) {
    RQ_DEBUG_ASSERT(c.w.g.vm_committed_as >= pages);
    c.w.g.vm_committed_as -= pages;
}

}  // namespace rq
