// Operations on memory: areas by name, pages by number.
#include "base/fixed.hpp"
#include "context.hpp"
#include "mm/memory.hpp"
#include "task/op_parts.hpp"
#include "task/signal.hpp"

namespace rq {

namespace {

/// A program's heap and stack need no map: they are there, as large as they are touched.
constexpr u32 IMPLICIT_PAGES = 65536;

bool is_implicit(const Context& c, u32 name) {
    const std::string& text = c.image.name(name);
    return text == "heap" || text == "stack";
}

VmaId area_of(Context& c, TaskId p, u32 name) {
    VmaId area = find_vma_by_name(c, c.w.tasks[p].mm, name);
    if (area || !c.w.tasks[p].mm || !is_implicit(c, name)) return area;
    s32 error = 0;
    return mmap_area(c, p, name, IMPLICIT_PAGES, static_cast<u32>(MapKind::anon), 0, &error);
}

/// Pages of an area are counted from where it was mapped; mprotect and the like may have split it.
u64 end_page(const Context& c, VmaId area) {
    return u64{c.w.vmas[area].vm_pgoff} + c.w.vmas[area].pages();
}
VmaId next_part(const Context& c, VmaId area) {
    u32 name = c.w.vmas[area].name;
    for (area = c.w.vmas[area].vm_next; area; area = c.w.vmas[area].vm_next)
        if (c.w.vmas[area].name == name) return area;
    return {};
}

OpResult run_access(Context& c, TaskId p, const Op& op, bool write) {
    VmaId area = area_of(c, p, op.name[0]);
    Fault fault = Fault::segv;
    u64 first = static_cast<u64>(op.n[0]);
    u64 last = static_cast<u64>(op.n[1]);
    if (area) {
        fault = Fault::none;
        for (u64 i = first; i <= last && fault == Fault::none; ++i) {
            while (area && i >= end_page(c, area)) area = next_part(c, area);
            fault = area ? access_page(c, p, area, static_cast<u32>(i) - c.w.vmas[area].vm_pgoff,
                                       write)
                         : Fault::segv;
        }
    }
    if (fault == Fault::none) {
        c.w.tasks[p].exec.result = 0;
        op_done(c, p);
        return OpResult::next;
    }
    u32 signal = fault == Fault::segv ? SIGSEGV : SIGKILL;
    send_signal(c, p, signal, false);
    c.w.tasks[p].exec.result = -EFAULT;
    op_done(c, p);
    return OpResult::next;
}

OpResult run_map(Context& c, TaskId p, const Op& op) {
    s32 error = 0;
    u64 pages = op.n[0] > 0 ? static_cast<u64>(op.n[0]) : 0;
    u64 address = static_cast<u64>(op.n[1]) << PAGE_SHIFT;
    mmap_area(c, p, op.name[0], pages, static_cast<u32>(op.flags), address, &error);
    return op_return(c, p, op, error);
}

OpResult run_unmap(Context& c, TaskId p, const Op& op) {
    MmId mm = c.w.tasks[p].mm;
    VmaId area = find_vma_by_name(c, mm, op.name[0]);
    if (!area) return op_return(c, p, op, -EINVAL);
    while (area) {
        u64 start = c.w.vmas[area].vm_start;
        u64 end = c.w.vmas[area].vm_end;
        unmap_range(c, mm, start, end);
        area = find_vma_by_name(c, mm, op.name[0]);
    }
    return op_return(c, p, op, 0);
}

/// The byte range of pages n[at] … n[at + 1] of an area, or of all of it when none are written.
bool byte_range(const Context& c, TaskId p, const Op& op, u32 argument, u64& start, u64& end) {
    VmaId area = find_vma_by_name(c, c.w.tasks[p].mm, op.name[0]);
    if (!area) return false;
    start = c.w.vmas[area].vm_start;
    end = c.w.vmas[area].vm_end;
    // An area that was split is one range of addresses to the program that mapped it.
    for (VmaId at = c.w.vmas[area].vm_next; at && c.w.vmas[at].name == op.name[0];
         at = c.w.vmas[at].vm_next)
        end = c.w.vmas[at].vm_end;
    if (!(op.present >> argument & 1)) return true;
    u64 base = start - (u64{c.w.vmas[area].vm_pgoff} << PAGE_SHIFT);
    start = base + (static_cast<u64>(op.n[0]) << PAGE_SHIFT);
    end = base + ((static_cast<u64>(op.n[1]) + 1) << PAGE_SHIFT);
    return true;
}

OpResult run_range_op(Context& c, TaskId p, const Op& op) {
    u64 start = 0;
    u64 end = 0;
    bool worded = op.code == OpCode::madvise || op.code == OpCode::mprotect;
    u32 argument = worded ? 2 : 1;
    if (!byte_range(c, p, op, argument, start, end)) return op_return(c, p, op, -ENOMEM);
    MmId mm = c.w.tasks[p].mm;
    s32 result = 0;
    switch (op.code) {
        case OpCode::madvise: result = madvise_range(c, mm, start, end, op.flags); break;
        case OpCode::mprotect:
            result = mprotect_range(c, mm, start, end, static_cast<u32>(op.flags));
            break;
        case OpCode::mlock: result = mlock_range(c, p, start, end); break;
        case OpCode::munlock: result = change_vm_flags(c, mm, start, end, 0, VM_LOCKED); break;
        default: unmap_range(c, mm, start, end); break;
    }
    return op_return(c, p, op, result);
}

OpResult work(Context& c, TaskId p, u64 ns) {
    exec_state& e = c.w.tasks[p].exec;
    if (ns == 0) {
        op_done(c, p);
        return OpResult::next;
    }
    e.work_left_ns = ns;
    e.phase = PHASE_WORK;
    return OpResult::work;
}

/// rt-app's memory load: `count` accesses of 8 bytes to a buffer. What an access takes depends on
/// which cache the buffer fits into; a chain of pointers waits for each.
OpResult run_memrun(Context& c, TaskId p, const Op& op) {
    u64 size = static_cast<u64>(op.n[0]);
    u64 count = static_cast<u64>(op.n[1]);
    u64 stride = op.n[2] > 0 ? static_cast<u64>(op.n[2]) : 8;
    bool chase = static_cast<MemrunKind>(op.flags & 0xf) == MemrunKind::chase;
    bool random = (op.flags & memrun_random) || chase;
    u64 cold = c.image.cost[Cost::memory_line];
    u64 cached = c.image.cost[Cost::cache_line];
    u64 per_line = size > (u64{32} << 20) ? cold : cached;
    u64 lines = random ? count : div_ceil(count * (stride < 64 ? stride : 64), 64);
    return work(c, p, lines * per_line);
}

}  // namespace

OpResult run_memory_op(Context& c, TaskId p, const Op& op) {
    switch (op.code) {
        case OpCode::touch:
        case OpCode::write: return run_access(c, p, op, true);
        case OpCode::read: return run_access(c, p, op, false);
        case OpCode::map: return run_map(c, p, op);
        case OpCode::unmap: return run_unmap(c, p, op);
        case OpCode::mem:
        case OpCode::iorun: {
            u64 lines = div_ceil(static_cast<u64>(op.n[0]), 64);
            return work(c, p, lines * c.image.cost[Cost::cache_line]);
        }
        case OpCode::memrun: return run_memrun(c, p, op);
        default: break;
    }
    return run_range_op(c, p, op);
}

}  // namespace rq
