// Operations on memory: areas by name, pages by number.
#include "base/fixed.hpp"
#include "context.hpp"
#include "mm/filemap.hpp"
#include "mm/image.hpp"
#include "mm/memory.hpp"
#include "mm/oom.hpp"
#include "sync/timer.hpp"
#include "sync/wait.hpp"
#include "task/op_parts.hpp"
#include "task/signal.hpp"

namespace rq {

namespace {

/// A program's heap and stack need no map: they are there, and grow as they are touched. Without a
/// process image they are areas of that size of which nothing is booked.
constexpr u32 IMPLICIT_PAGES = 65536;

bool has_image(const Context& c, TaskId p) { return c.w.mms[c.w.tasks[p].mm].start_stack; }

/// The area of that name, so large that it holds `pages`; null where there is none.
VmaId area_of(Context& c, TaskId p, u32 name, u64 pages, s32* error) {
    MmId mm = c.w.tasks[p].mm;
    if (!mm) return {};
    VmaId area = find_vma_by_name(c, mm, name);
    const std::string& text = c.image.name(name);
    bool heap = text == "heap";
    if (!heap && text != "stack") return area;
    if (!has_image(c, p)) {
        if (area) return area;
        return mmap_area(c, p, name, IMPLICIT_PAGES, static_cast<u32>(MapKind::anon), 0, error,
                         false);
    }
    bool mapped = area && c.w.vmas[area].vm_start != c.w.mms[mm].start_brk &&
                  c.w.vmas[area].vm_end != c.w.mms[mm].start_stack;
    if (mapped) return area;  // one that the program made and called so
    return heap ? grow_heap(c, p, name, pages, error) : grow_stack(c, p, name, pages, error);
}

/// The page of an area that operations call by a number: on the stack they count downwards.
u32 page_of(const Context& c, VmaId area, u64 number) {
    const vm_area_struct& v = c.w.vmas[area];
    if (v.vm_flags & VM_GROWSDOWN) return v.pages() - 1 - static_cast<u32>(number);
    return static_cast<u32>(number) - v.vm_pgoff;
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

// exec.aux of an operation that walks pages: how many are done, and if the next one was waited for.
constexpr u64 PAGE_WAITED = u64{1} << 32;

/// The task waits for memory: whoever was killed for it needs a while to end. It looks again in a
/// jiffy, as those do that find the OOM killer at work; in the kernel the one who called it spins.
OpResult wait_for_memory(Context& c, TaskId p, const Op& op) {
    bool somebody = out_of_memory(c, p);
    if (fatal_signal_pending(c, p)) return op_interrupted(c, p, op, true);
    wait_on(c, p, Channel::memory, 0, TASK_KILLABLE);
    if (!somebody) {  // the kernel panics: nothing happens any more
        c.w.g.limit_hit = static_cast<u32>(LimitHit::panic);
        return op_block(c, p);
    }
    if (!c.w.tasks[p].sleep_timer) {
        TimerId timer = timer_create(c, TimerKind::wake, p.raw);
        c.w.tasks[p].sleep_timer = timer;
    }
    timer_arm(c, c.w.tasks[p].sleep_timer, CpuId{c.here}, c.w.g.now + c.w.g.tick_ns, 0);
    return op_block(c, p);
}

/// Ends a wait for memory or for the disk; true if the task is to die instead of going on.
bool killed_while_waiting(Context& c, TaskId p) {
    task_struct& t = c.w.tasks[p];
    if (t.exec.phase != PHASE_BLOCKED) return false;
    t.in_iowait = 0;
    if (t.wait_channel == static_cast<u32>(Channel::memory)) timer_disarm(c, t.sleep_timer);
    stop_waiting(c, p);
    return fatal_signal_pending(c, p);
}

/// A page could not be had at once: the task sleeps with `done` pages behind it.
OpResult sleep_for_page(Context& c, TaskId p, const Op& op, Fault fault, u64 done, VmaId area,
                        u32 page) {
    c.w.tasks[p].exec.aux = done;
    if (fault == Fault::oom) return wait_for_memory(c, p, op);
    const vm_area_struct& v = c.w.vmas[area];
    c.w.tasks[p].exec.aux |= PAGE_WAITED;
    wait_for_page_read(c, p, page_read_of(c, v.mapping, v.vm_pgoff + page));
    return op_block(c, p);
}

OpResult run_access(Context& c, TaskId p, const Op& op, bool write) {
    if (killed_while_waiting(c, p)) return op_interrupted(c, p, op, true);
    u64 first = static_cast<u64>(op.n[0]);
    u64 last = static_cast<u64>(op.n[1]);
    s32 error = 0;
    VmaId area = area_of(c, p, op.name[0], last + 1, &error);
    if (error) return op_return(c, p, op, error);
    u64 done = static_cast<u32>(c.w.tasks[p].exec.aux);
    bool waited = c.w.tasks[p].exec.aux & PAGE_WAITED;
    for (u64 i = first + done; i <= last; ++i) {
        while (area && i >= end_page(c, area)) area = next_part(c, area);
        Fault fault = Fault::segv;
        u32 page = area ? page_of(c, area, i) : 0;
        if (area) fault = access_page(c, p, area, page, write, waited);
        if (fault == Fault::segv) {
            send_signal(c, p, SIGSEGV, false);
            c.w.tasks[p].exec.result = -EFAULT;
            op_done(c, p);
            return OpResult::next;
        }
        if (fault != Fault::none) return sleep_for_page(c, p, op, fault, i - first, area, page);
        waited = false;
    }
    c.w.tasks[p].exec.result = 0;
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

/// mlock(): every page of the range is made present and stays.
OpResult run_mlock(Context& c, TaskId p, const Op& op) {
    if (killed_while_waiting(c, p)) return op_interrupted(c, p, op, true);
    u64 start = 0;
    u64 end = 0;
    if (!byte_range(c, p, op, 1, start, end)) return op_return(c, p, op, -ENOMEM);
    MmId mm = c.w.tasks[p].mm;
    if (s32 error = change_vm_flags(c, mm, start, end, VM_LOCKED, 0))
        return op_return(c, p, op, error);
    u64 done = static_cast<u32>(c.w.tasks[p].exec.aux);
    bool waited = c.w.tasks[p].exec.aux & PAGE_WAITED;
    VmaId area = find_vma(c, mm, start);
    for (u64 at = start + (done << PAGE_SHIFT); at < end; at += PAGE_SIZE) {
        while (at >= c.w.vmas[area].vm_end) area = c.w.vmas[area].vm_next;
        u32 page = static_cast<u32>((at - c.w.vmas[area].vm_start) >> PAGE_SHIFT);
        Fault fault = populate_page(c, p, area, page, waited);
        u64 behind = (at - start) >> PAGE_SHIFT;
        if (fault == Fault::oom || fault == Fault::disk)
            return sleep_for_page(c, p, op, fault, behind, area, page);
        waited = false;
    }
    return op_return(c, p, op, 0);
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
            result = mprotect_range(c, p, start, end, static_cast<u32>(op.flags));
            break;
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
        case OpCode::mlock: return run_mlock(c, p, op);
        default: break;
    }
    return run_range_op(c, p, op);
}

}  // namespace rq
