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

OpResult run_access(Context& c, TaskId p, const Op& op, bool write) {
    VmaId area = area_of(c, p, op.name[0]);
    Fault fault = Fault::segv;
    u64 first = static_cast<u64>(op.n[0]);
    u64 last = static_cast<u64>(op.n[1]);
    if (area && last < c.w.vmas[area].pages()) {
        fault = Fault::none;
        for (u64 i = first; i <= last && fault == Fault::none; ++i)
            fault = access_page(c, p, area, static_cast<u32>(i), write);
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
    mmap_area(c, p, op.name[0], pages, static_cast<u32>(op.flags), 0, &error);
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
    return op_return(c, p, op, -ENOSYS);
}

}  // namespace rq
