// An indexed 4-ary min-heap of (time, tie) keys: each source has at most one entry, which can
// be moved or removed. Four children a node: mispredicted compares, not depth, set the price.
#pragma once

#include "base/column.hpp"
#include "base/types.hpp"

namespace rq {

/// Sources are small numbers 0 … n-1. Ties are broken by `tie`, which must differ between sources.
class IndexedHeap {
   public:
    struct Entry {
        u64 time;
        u64 tie;
        u32 source;
        u32 zero;
    };

    void set_sources(u32 count) { position_.resize(count); }
    u32 sources() const { return position_.size(); }
    bool empty() const { return heap_.empty(); }
    u32 size() const { return heap_.size(); }
    const Entry& top() const { return heap_[0]; }
    bool armed(u32 source) const { return position_[source] != 0; }
    u64 time_of(u32 source) const {
        return armed(source) ? heap_[position_[source] - 1].time : NEVER;
    }

    /// Sets or moves the entry of a source.
    void arm(u32 source, u64 time, u64 tie) {
        Entry e{time, tie, source, 0};
        u32 at = position_[source];
        if (!at) {
            at = heap_.push(e);
            sift_up(at, e);
            return;
        }
        --at;
        if (less(e, heap_[at]))
            sift_up(at, e);
        else
            sift_down(at, e);
    }
    void disarm(u32 source) {
        u32 at = position_[source];
        if (!at) return;
        --at;
        position_[source] = 0;
        Entry last = heap_[heap_.size() - 1];
        heap_.pop();
        if (at == heap_.size()) return;
        if (at > 0 && less(last, heap_[(at - 1) / 4]))
            sift_up(at, last);
        else
            sift_down(at, last);
    }
    template <class F>
    void columns(F f) {
        f(heap_);
        f(position_);
    }
    template <class F>
    void columns(F f) const {
        f(heap_);
        f(position_);
    }

   private:
    static bool less(const Entry& a, const Entry& b) {
        return a.time < b.time || (a.time == b.time && a.tie < b.tie);
    }
    void place(u32 at, const Entry& e) {
        heap_[at] = e;
        position_[e.source] = at + 1;
    }
    void sift_up(u32 at, Entry e) {
        while (at > 0) {
            u32 above = (at - 1) / 4;
            if (!less(e, heap_[above])) break;
            place(at, heap_[above]);
            at = above;
        }
        place(at, e);
    }
    void sift_down(u32 at, Entry e) {
        u32 size = heap_.size();
        for (;;) {
            u32 child = at * 4 + 1;
            if (child >= size) break;
            u32 best = child;
            u32 end = child + 4 < size ? child + 4 : size;
            for (u32 c = child + 1; c < end; ++c)
                if (less(heap_[c], heap_[best])) best = c;
            if (!less(heap_[best], e)) break;
            place(at, heap_[best]);
            at = best;
        }
        place(at, e);
    }

    Column<Entry> heap_;
    Column<u32> position_;  // 1 + place in the heap; 0 = not armed
};

}  // namespace rq
