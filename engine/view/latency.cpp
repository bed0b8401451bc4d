// The latency histogram: eight classes to a doubling, so that a figure is off by at most 9 %.
#include "view/latency.hpp"

namespace rq::view {

namespace {

u32 log2_floor(u64 v) { return v ? 63 - static_cast<u32>(__builtin_clzll(v)) : 0; }

/// Class of a latency: values below 8 ns have their own, then eight to a doubling.
u32 class_of(u64 ns) {
    if (ns < 8) return static_cast<u32>(ns);
    u32 shift = log2_floor(ns) - 3;
    return shift * 8 + 8 + (static_cast<u32>(ns >> shift) & 7);
}
u64 class_begin(u32 c) {
    if (c < 8) return c;
    u32 shift = (c - 8) / 8;
    return u64{8 + (c & 7)} << shift;
}

}  // namespace

LatencyFold::Histogram& LatencyFold::slot(u32 task) {
    if (task >= tasks_.size()) tasks_.resize(task + 1);
    return tasks_[task];
}

void LatencyFold::add(Histogram& h, u64 ns, u64 record) {
    u32 c = class_of(ns);
    if (c >= classes) c = classes - 1;
    if (c >= h.count.size()) {
        h.count.resize(c + 1);
        h.longest.resize(c + 1);
        h.example.resize(c + 1);
    }
    ++h.n;
    ++h.count[c];
    if (h.count[c] == 1 || ns > h.longest[c]) {
        h.longest[c] = ns;
        h.example[c] = record;
    }
    if (ns < h.min) h.min = ns;
    if (h.n == 1 || ns > h.max) {
        h.max = ns;
        h.max_record = record;
    }
}

void LatencyFold::take(const Record& r) {
    if (r.event == Ev::sched_wakeup || r.event == Ev::sched_wakeup_new) {
        u32 task = cast_->index(r.task(0));
        if (task != no_task && (*cast_)[task].role == Role::workload) slot(task).woken = r.time;
    } else if (r.event == Ev::sched_switch) {
        u32 task = cast_->index(r.task(1));
        if (task >= tasks_.size() || tasks_[task].woken == NEVER) return;
        add(tasks_[task], r.time - tasks_[task].woken, r.index);
        tasks_[task].woken = NEVER;
    }
}

Latency LatencyFold::of(u32 task) const {
    Histogram sum;
    for (u32 i = 0; i < tasks_.size(); ++i) {
        if (task != no_task && i != task) continue;
        const Histogram& h = tasks_[i];
        if (h.n == 0) continue;
        if (h.count.size() > sum.count.size()) {
            sum.count.resize(h.count.size());
            sum.longest.resize(h.count.size());
            sum.example.resize(h.count.size());
        }
        for (std::size_t c = 0; c < h.count.size(); ++c) {
            if (h.count[c] && (sum.count[c] == 0 || h.longest[c] > sum.longest[c])) {
                sum.longest[c] = h.longest[c];
                sum.example[c] = h.example[c];
            }
            sum.count[c] += h.count[c];
        }
        if (h.min < sum.min) sum.min = h.min;
        if (sum.n == 0 || h.max > sum.max) {
            sum.max = h.max;
            sum.max_record = h.max_record;
        }
        sum.n += h.n;
    }
    Latency out;
    if (sum.n == 0) return out;
    out.n = sum.n;
    out.min_ns = sum.min;
    out.max_ns = sum.max;
    out.max_record = sum.max_record;
    u64 seen = 0;
    u64 median_rank = (sum.n + 1) / 2;
    u64 p99_rank = (99 * sum.n + 99) / 100;
    for (u32 c = 0; c < sum.count.size(); ++c) {
        if (sum.count[c] == 0 && out.buckets.empty()) continue;
        u64 before = seen;
        seen += sum.count[c];
        if (before < median_rank && seen >= median_rank) out.median_ns = sum.longest[c];
        if (before < p99_rank && seen >= p99_rank) out.p99_ns = sum.longest[c];
        out.buckets.push_back(
            LatencyBucket{class_begin(c), class_begin(c + 1), sum.count[c], sum.example[c]});
    }
    return out;
}

}  // namespace rq::view
