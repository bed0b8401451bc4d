// The dense views of the timeline: shares per pixel column. A CPU lane keeps blocks of 16 switches,
// of 32, of 64 … with the eight largest shares in each; a column takes the level of which it
// covers a few blocks, so its cost does not depend on how many switches lie under it. A task lane
// keeps running sums, so its columns are differences of two sums.
#include "view/lanes.hpp"
#include "view/timeline.hpp"

namespace rq::view {

namespace {

/// Parts of a length in permille, with one 32-bit division each.
struct Permille {
    u32 shift = 0;
    u32 whole = 1;
    explicit Permille(u64 length) {
        while (length >> shift >> 22) ++shift;
        whole = static_cast<u32>(length >> shift);
        if (!whole) whole = 1;
    }
    u16 of(u64 part) const {
        u32 n = static_cast<u32>(part >> shift);
        return static_cast<u16>(n < whole ? n * 1000 / whole : 1000);
    }
};

}  // namespace

/// Amounts by task that add up to one block or column. `place` says where in the list a task is,
/// if it is there: what it holds for other tasks does not matter, so it is never cleared.
struct Timeline::Shares {
    static constexpr u32 room = 48;
    u32* place;
    u32 count = 0;
    u32 task[room];
    u64 amount[room];
    u64 rest = 0;

    explicit Shares(u32* places) : place(places) {}
    void add(u32 who, u64 ns) {
        if (who == no_task || ns == 0) return;
        u32 i = place[who];
        if (i < count && task[i] == who) {
            amount[i] += ns;
        } else if (count < room) {
            place[who] = count;
            task[count] = who;
            amount[count++] = ns;
        } else {
            rest += ns;
        }
    }
    /// The next largest, taken out; ties go to the lower task, so that columns do not flicker.
    bool take(u32& who, u64& ns) {
        if (count == 0) return false;
        u32 best = 0;
        for (u32 i = 1; i < count; ++i)
            if (amount[i] > amount[best] || (amount[i] == amount[best] && task[i] < task[best]))
                best = i;
        who = task[best];
        ns = amount[best];
        --count;
        task[best] = task[count];
        amount[best] = amount[count];
        return true;
    }
    /// The four largest of all, largest first, into a column; what else there is becomes its rest.
    void fill(ShareColumn& column, u64 length) const {
        u32 best[4] = {};
        u32 n = 0;
        for (u32 i = 0; i < count; ++i) {
            u32 at = n < 4 ? n : 4;
            while (at > 0 && before(i, best[at - 1])) {
                if (at < 4) best[at] = best[at - 1];
                --at;
            }
            if (at < 4) best[at] = i;
            if (n < 4) ++n;
        }
        u64 others = left();
        Permille permille(length);
        for (u32 k = 0; k < n; ++k) {
            column.task[k] = task[best[k]];
            column.permille[k] = permille.of(amount[best[k]]);
            others -= amount[best[k]];
        }
        column.rest = permille.of(others);
    }
    bool before(u32 a, u32 b) const {
        return amount[a] > amount[b] || (amount[a] == amount[b] && task[a] < task[b]);
    }
    /// Everything that was not taken.
    u64 left() const {
        u64 sum = rest;
        for (u32 i = 0; i < count; ++i) sum += amount[i];
        return sum;
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
    for (u32 k = 0; k < 8; ++k) {
        u32 who = no_task;
        u64 ns = 0;
        if (shares.take(who, ns)) block.share[k] = length ? share_of(ns, length) : u16{0};
        block.task[k] = who;
    }
    u64 rest = shares.left();
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
        Shares shares(places());
        std::size_t first_point = b * lanes::first_block << level;
        std::size_t end_point = (b + 1) * lanes::first_block << level;
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
    return lane.points[(b + 1) * lanes::first_block << level].time;
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
           (lanes::first_block << (level + 1)) <= per_column)
        ++level;
    std::size_t at = level < 0 ? lanes::at_or_before(lane.points, from)
                               : lanes::at_or_before(lane.levels[static_cast<u32>(level)], from);
    u64 edge = from;
    for (u32 i = 0; i < n && edge < end_; ++i) {
        u64 next = column_edge(from, to, i + 1, n);
        Shares shares(places());
        add_range(lane, edge, next < end_ ? next : end_, level, at, shares);
        shares.fill(out[i], next - edge);
        edge = next;
    }
}

u64 Timeline::column_edge(u64 from, u64 to, u32 i, u32 n) {
    u64 width = (to - from) / n;
    u64 remainder = (to - from) % n;
    return from + width * i + remainder * i / n;
}

/// Where the tasks are in the list of the Shares that is being filled.
u32* Timeline::places() const {
    if (places_.size() < cast_->count()) places_.resize(cast_->count());
    return places_.data();
}

/// What a task has had from the beginning of its lane to an instant. `coarse`: between two sums
/// the time is taken as spread evenly, which spares the look at the points themselves.
Timeline::Had Timeline::had(const TaskLane& lane, u64 time, lanes::Hint& hint, bool coarse) const {
    Had had;
    if (lane.points.empty() || time <= lane.points.front().time) return had;
    if (time > end_) time = end_;
    std::size_t g = lanes::at_or_before(lane.sums, time, hint);
    const Sum& sum = lane.sums[g];
    had.run = sum.run_ns;
    had.wait = sum.wait_ns;
    if (coarse && g + 1 < lane.sums.size()) {
        const Sum& next = lane.sums[g + 1];
        u64 length = next.time - sum.time;
        if (length == 0) return had;
        u16 share = share_of(time - sum.time, length);
        had.run += portion(next.run_ns - sum.run_ns, share);
        had.wait += portion(next.wait_ns - sum.wait_ns, share);
        return had;
    }
    for (std::size_t i = g * lanes::group; i < lane.points.size(); ++i) {
        if (lane.points[i].time >= time) break;
        u64 end = i + 1 < lane.points.size() ? lane.points[i + 1].time : end_;
        if (end > time) end = time;
        State state = static_cast<State>(lane.points[i].what & 15);
        if (state == State::running) had.run += end - lane.points[i].time;
        if (state == State::waiting) had.wait += end - lane.points[i].time;
    }
    return had;
}

void Timeline::task_columns(u32 task, u64 from, u64 to, u32 n, std::vector<u16>& run_permille,
                            std::vector<u16>& wait_permille) const {
    run_permille.assign(n, 0);
    wait_permille.assign(n, 0);
    if (n == 0 || to <= from || task >= tasks_.size()) return;
    const TaskLane& lane = tasks_[task];
    bool coarse = task_span_count(task, from, to) / n > 4 * lanes::group;
    lanes::Hint hint;
    u64 edge = from;
    Had before = had(lane, edge, hint, coarse);
    for (u32 i = 0; i < n; ++i) {
        u64 next_edge = column_edge(from, to, i + 1, n);
        Had next = had(lane, next_edge, hint, coarse);
        Permille permille(next_edge - edge);
        run_permille[i] = permille.of(next.run - before.run);
        wait_permille[i] = permille.of(next.wait - before.wait);
        before = next;
        edge = next_edge;
    }
}

u64 Timeline::run_ns(u32 task, u64 from, u64 to) const {
    if (task >= tasks_.size() || to <= from) return 0;
    lanes::Hint hint;
    u64 before = had(tasks_[task], from, hint, false).run;
    return had(tasks_[task], to, hint, false).run - before;
}

u64 Timeline::wait_ns(u32 task, u64 from, u64 to) const {
    if (task >= tasks_.size() || to <= from) return 0;
    lanes::Hint hint;
    u64 before = had(tasks_[task], from, hint, false).wait;
    return had(tasks_[task], to, hint, false).wait - before;
}

}  // namespace rq::view
