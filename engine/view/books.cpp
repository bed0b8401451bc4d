// One walk over the trace for all folds.
#include "view/books.hpp"

namespace rq::view {

/// The folds that cannot be cut and are made anew instead.
void Books::begin_folds(const World& booted) {
    stats.begin(booted);
    latency = LatencyFold(cast);
    preemptions = PreemptionFold(cast);
}

void Books::take(const Record& record) {
    stats.take(record);
    latency.take(record);
    preemptions.take(record);
}

void Books::begin(const World& world) {
    cast.begin(world);
    timeline.begin(world);
    begin_folds(world);
    reader_.reset();
    next_ = 0;
}

u64 Books::update(const Trace& trace, u64 time) {
    // After the oldest records were dropped a kept place in the trace means nothing any more.
    if (reader_ && trace.first_index() != first_) reader_.reset();
    if (!reader_) {
        first_ = trace.first_index();
        reader_.emplace(trace.read(next_));
    }
    u64 taken = 0;
    Record r;
    while (reader_->next(r)) {
        cast.take(r);
        timeline.take(r);
        take(r);
        next_ = r.index + 1;
        ++taken;
    }
    if (taken) cast.label();
    timeline.advance(time);
    return taken;
}

void Books::cut(const Trace& trace, const World& booted, u64 index, u64 time) {
    cast.cut(index);
    timeline.cut(index, time);
    begin_folds(booted);
    Record r;
    for (Trace::Reader reader = trace.read(0); reader.next(r) && r.index < index;) take(r);
    reader_.reset();
    next_ = index;
}

}  // namespace rq::view
