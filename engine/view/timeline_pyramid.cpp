// The dense views of the timeline: shares per pixel column. A CPU lane keeps blocks of 16 switches,
// of 64, of 256 … with the eight largest shares in each; a column takes the level of which it
// covers a few blocks, so its cost does not depend on how many switches lie under it. A task lane
// keeps running sums, so its columns are differences of two sums.
#include "view/lanes.hpp"
#include "view/timeline.hpp"

namespace rq::view {

/// Amounts by task that add up to one block or column.
struct Timeline::Shares {
    static constexpr u32 room = 16;
    u32 count = 0;
    u32 task[room];
    u64 amount[room];
    u64 rest = 0;

    void add(u32 who, u64 ns) {
        if (who == no_task || ns == 0) return;
        for (u32 i = 0; i < count; ++i) {
            if (task[i] != who) continue;
            amount[i] += ns;
            return;
        }
        if (count == room) {
            rest += ns;
            return;
        }
        task[count] = who;
        amount[count++] = ns;
    }
    /// The next largest, taken out; ties go to the lower task, so that columns do not flicker.
    bool take(u32& who, u64& ns) {
        u32 best = room;
        for (u32 i = 0; i < count; ++i) {
            if (amount[i] == 0) continue;
            if (best == room || amount[i] > amount[best] ||
                (amount[i] == amount[best] && task[i] < task[best]))
                best = i;
        }
        if (best == room) return false;
        who = task[best];
        ns = amount[best];
        amount[best] = 0;
        return true;
    }
};

namespace {

constexpr u64 share_one = 65535;

/// part / whole in 1/65535, whole > 0; instants stay below 2^62, so both are made small first.
u16 share_of(u64 part, u64 whole) {
    while (whole >> 46) {
        whole >>= 1;
        part >>= 1;
    }
    return static_cast<u16>((part * share_one + whole / 2) / whole);
}

/// amount * share without overflow.
u64 portion(u64 ns, u16 share) {
    return (ns >> 16) * share + ((ns & 0xffff) * share >> 16);
}

}  // namespace

Timeline::Block Timeline::make_block(u64 time, u64 length, Shares& shares) {
    Block block{};
    block.time = time;
    u64 rest = shares.rest;
    for (u32 k = 0; k < 8; ++k) {
        u32 who = no_task;
        u64 ns = 0;
        if (shares.take(who, ns)) block.share[k] = length ? share_of(ns, length) : u16{0};
        block.task[k] = who;
    }
    u32 who;
    u64 ns;
    while (shares.take(who, ns)) rest += ns;
    block.rest = length ? share_of(rest < length ? rest : length, length) : u16{0};
    return block;
}

void Timeline::close_blocks(CpuLane& lane) {
    std::size_t closed = (lane.points.size() - 1) / lanes::first_block;
    for (std::size_t level = 0; closed > 0; ++level, closed /= lanes::fan) {
        if (lane.levels.size() <= level) lane.levels.emplace_back();
        std::vector<Block>& blocks = lane.levels[level];
        if (blocks.size() >= closed) return;
        std::size_t b = blocks.size();
        Shares shares;
        std::size_t first_point = b * lanes::first_block << 2 * level;
        std::size_t end_point = (b + 1) * lanes::first_block << 2 * level;
        u64 from = lane.points[first_point].time;
        u64 length = lane.points[end_point].time - from;
        if (level == 0) {
            for (std::size_t i = first_point; i < end_point; ++i)
                shares.add((lane.points[i].what >> 4) - 1,
                           lane.points[i + 1].time - lane.points[i].time);
        } else {
            const std::vector<Block>& below = lane.levels[level - 1];
            for (std::size_t i = b * lanes::fan; i < (b + 1) * lanes::fan; ++i)
                add_block(below[i], block_end(lane, level - 1, i) - below[i].time, shares);
        }
        blocks.push_back(make_block(from, length, shares));
    }
}

u64 Timeline::block_end(const CpuLane& lane, std::size_t level, std::size_t b) {
    const std::vector<Block>& blocks = lane.levels[level];
    if (b + 1 < blocks.size()) return blocks[b + 1].time;
    return lane.points[(b + 1) * lanes::first_block << 2 * level].time;
}

void Timeline::add_block(const Block& block, u64 ns, Shares& shares) {
    for (u32 k = 0; k < 8 && block.task[k] != no_task; ++k)
        shares.add(block.task[k], portion(ns, block.share[k]));
    shares.rest += portion(ns, block.rest);
}

/// Adds what lies in [from, to): blocks of `level` while there are any, then the lower levels'
/// remains, then single points. `at` is the place in `level` where the search goes on.
void Timeline::add_range(const CpuLane& lane, u64 from, u64 to, s32 level, std::size_t& at,
                         Shares& shares) const {
    if (level >= 0) {
        std::size_t lv = static_cast<std::size_t>(level);
        const std::vector<Block>& blocks = lane.levels[lv];
        for (; at < blocks.size(); ++at) {
            u64 end = block_end(lane, lv, at);
            if (end <= from) continue;
            u64 a = blocks[at].time > from ? blocks[at].time : from;
            u64 b = end < to ? end : to;
            if (b > a) add_block(blocks[at], b - a, shares);
            if (end >= to) return;
        }
        std::size_t below = level ? blocks.size() * lanes::fan : blocks.size() * lanes::first_block;
        return add_range(lane, from, to, level - 1, below, shares);
    }
    for (; at < lane.points.size(); ++at) {
        u64 end = at + 1 < lane.points.size() ? lane.points[at + 1].time : end_;
        if (end <= from && at + 1 < lane.points.size()) continue;
        u64 a = lane.points[at].time > from ? lane.points[at].time : from;
        u64 b = end < to ? end : to;
        if (b > a) shares.add((lane.points[at].what >> 4) - 1, b - a);
        if (end >= to) return;
    }
}

void Timeline::cpu_columns(u32 cpu, u64 from, u64 to, u32 n, std::vector<ShareColumn>& out) const {
    out.assign(n, ShareColumn{});
    const CpuLane& lane = cpus_[cpu];
    if (n == 0 || to <= from || lane.points.empty()) return;
    u64 per_column = cpu_slice_count(cpu, from, to) / n;
    s32 level = -1;
    while (static_cast<std::size_t>(level + 1) < lane.levels.size() &&
           (lanes::first_block << 2 * (level + 1)) * 2 <= per_column)
        ++level;
    std::size_t at = level < 0 ? lanes::at_or_before(lane.points, from)
                               : lanes::at_or_before(lane.levels[static_cast<u32>(level)], from);
    for (u32 i = 0; i < n; ++i) {
        u64 a = column_edge(from, to, i, n);
        u64 b = column_edge(from, to, i + 1, n);
        if (b > end_) b = end_;
        if (b <= a) continue;
        Shares shares;
        add_range(lane, a, b, level, at, shares);
        u64 length = column_edge(from, to, i + 1, n) - a;
        u64 rest = shares.rest;
        for (u32 k = 0; k < 4; ++k) {
            u64 ns;
            if (!shares.take(out[i].task[k], ns)) break;
            out[i].permille[k] = static_cast<u16>(u32{share_of(ns, length)} * 1000 / share_one);
        }
        u32 who;
        u64 ns;
        while (shares.take(who, ns)) rest += ns;
        if (rest > length) rest = length;
        out[i].rest = static_cast<u16>(u32{share_of(rest, length)} * 1000 / share_one);
    }
}

u64 Timeline::column_edge(u64 from, u64 to, u32 i, u32 n) {
    u64 width = (to - from) / n;
    u64 remainder = (to - from) % n;
    return from + width * i + remainder * i / n;
}

u64 Timeline::total(const TaskLane& lane, u64 time, std::size_t& hint, bool waiting) const {
    if (lane.points.empty() || time <= lane.points.front().time) return 0;
    if (time > end_) time = end_;
    hint = lanes::at_or_before(lane.sums, time, hint);
    const Sum& sum = lane.sums[hint];
    u64 ns = waiting ? sum.wait_ns : sum.run_ns;
    State wanted = waiting ? State::waiting : State::running;
    for (std::size_t i = hint * lanes::group; i < lane.points.size(); ++i) {
        if (lane.points[i].time >= time) break;
        u64 end = i + 1 < lane.points.size() ? lane.points[i + 1].time : end_;
        if (end > time) end = time;
        if (static_cast<State>(lane.points[i].what & 15) == wanted) ns += end - lane.points[i].time;
    }
    return ns;
}

void Timeline::task_columns(u32 task, u64 from, u64 to, u32 n, std::vector<u16>& run_permille,
                            std::vector<u16>& wait_permille) const {
    run_permille.assign(n, 0);
    wait_permille.assign(n, 0);
    if (n == 0 || to <= from || task >= tasks_.size()) return;
    const TaskLane& lane = tasks_[task];
    std::size_t hint = 0;
    u64 run = total(lane, from, hint, false);
    u64 wait = total(lane, from, hint, true);
    for (u32 i = 0; i < n; ++i) {
        u64 length = column_edge(from, to, i + 1, n) - column_edge(from, to, i, n);
        u64 run_next = total(lane, column_edge(from, to, i + 1, n), hint, false);
        u64 wait_next = total(lane, column_edge(from, to, i + 1, n), hint, true);
        if (length) {
            run_permille[i] =
                static_cast<u16>(u32{share_of(run_next - run, length)} * 1000 / share_one);
            wait_permille[i] =
                static_cast<u16>(u32{share_of(wait_next - wait, length)} * 1000 / share_one);
        }
        run = run_next;
        wait = wait_next;
    }
}

}  // namespace rq::view
