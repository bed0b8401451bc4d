// Chunks, cutting and reading of the ledger.
#include "trace/trace.hpp"

#include "base/assert.hpp"

#include <cstring>

namespace rq {

namespace {

constexpr EventInfo event_table[] = {
#define EVENT(name, fields) {#name, fields},
#include "trace/events.def"
#undef EVENT
};

constexpr RuleInfo rule_table[] = {
#define RULE(name, function, sentence) {#name, function, sentence},
#include "trace/rules.def"
#undef RULE
};

static_assert(static_cast<u32>(Ev::count_) < 0x80, "the kind shares its byte with the CPU flag");

/// The letters of an event's fields, found once.
struct Shape {
    u8 count;
    char letter[record_args];
};

constexpr Shape shape_of(const char* fields) {
    Shape s{};
    for (const char* p = fields; *p; ++p)
        if (*p == ':') s.letter[s.count++] = p[1];
    return s;
}

constexpr Shape shapes[] = {
#define EVENT(name, fields) shape_of(fields),
#include "trace/events.def"
#undef EVENT
};

u64 read_varint(const u8*& p) {
    u64 v = 0;
    u32 shift = 0;
    for (;;) {
        u8 byte = *p++;
        v |= u64{byte & 0x7fu} << shift;
        if (!(byte & 0x80)) return v;
        shift += 7;
    }
}

u64 read_arg(const u8*& p, char letter) {
    u64 v = read_varint(p);
    if (letter == 's') return (v >> 1) ^ (~(v & 1) + 1);
    if (letter == 'T') {
        u32 generation = (v & 1) ? static_cast<u32>(read_varint(p)) : 0;
        return TaskId::make(static_cast<u32>(v >> 1), generation).raw;
    }
    return v;
}

/// Decodes one record at p; time and cpu carry over from the record before.
void decode(const u8*& p, u64& time, u32& cpu, Record& r) {
    u8 head = *p++;
    r.event = static_cast<Ev>(head & 0x7f);
    if (head & 0x80) cpu = static_cast<u32>(read_varint(p));
    time += read_varint(p);
    r.time = time;
    r.cpu = cpu;
    const Shape& s = shapes[static_cast<u32>(r.event)];
    for (u32 i = 0; i < s.count; ++i) r.arg[i] = read_arg(p, s.letter[i]);
}

}  // namespace

const EventInfo& event_info(Ev event) { return event_table[static_cast<u32>(event)]; }
const RuleInfo& rule_info(Rule rule) { return rule_table[static_cast<u32>(rule)]; }

Trace::Trace() = default;

u32 Trace::open_bytes() const {
    return chunks_.empty() ? 0 : static_cast<u32>(cursor_ - chunks_.back().data.get());
}

u64 Trace::bytes() const { return closed_bytes_ + open_bytes(); }

void Trace::close_chunk() {
    if (chunks_.empty()) return;
    Chunk& chunk = chunks_.back();
    chunk.bytes = open_bytes();
    chunk.last_time = last_time_;
    chunk.records = static_cast<u32>(first_index() + records_ - chunk.first_index);
    closed_bytes_ += chunk.bytes;
}

bool Trace::open_chunk(u64 index, u64 time) {
    if (full_) return false;
    close_chunk();
    std::unique_ptr<u8[]> data;
    if (window_ && chunks_.size() >= window_) {
        Chunk& oldest = chunks_.front();
        records_ -= oldest.records;
        closed_bytes_ -= oldest.bytes;
        data = std::move(oldest.data);
        chunks_.erase(chunks_.begin());
    } else if (closed_bytes_ + chunk_bytes > limit_) {
        full_ = true;
        cursor_ = end_ = nullptr;
        chunks_.push_back(Chunk{index, time, time, 0, 0, nullptr});
        return false;
    } else {
        data.reset(new u8[chunk_bytes]);
    }
    cursor_ = data.get();
    end_ = cursor_ + chunk_bytes;
    last_time_ = time;
    last_cpu_ = ~0u;
    chunks_.push_back(Chunk{index, time, time, 0, 0, std::move(data)});
    return true;
}

void Trace::drop_oldest() {
    std::size_t drop = chunks_.size() / 4 + 1;
    if (full_) {
        chunks_.pop_back();
        full_ = false;
    }
    if (drop > chunks_.size()) drop = chunks_.size();
    for (std::size_t i = 0; i < drop; ++i) {
        records_ -= chunks_[i].records;
        closed_bytes_ -= chunks_[i].bytes;
    }
    chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(drop));
    cursor_ = end_ = nullptr;
    if (!chunks_.empty()) {
        closed_bytes_ -= chunks_.back().bytes;
        cursor_ = end_ = chunks_.back().data.get() + chunks_.back().bytes;
    }
}

void Trace::clear() {
    chunks_.clear();
    cursor_ = end_ = nullptr;
    last_time_ = 0;
    last_cpu_ = ~0u;
    records_ = 0;
    closed_bytes_ = 0;
    full_ = false;
}

void Trace::cut(u64 index) {
    if (chunks_.empty() || index >= end_index()) return;
    if (index <= first_index()) return clear();
    close_chunk();
    full_ = false;
    while (chunks_.back().first_index >= index) {
        closed_bytes_ -= chunks_.back().bytes;
        chunks_.pop_back();
    }
    Chunk& chunk = chunks_.back();
    closed_bytes_ -= chunk.bytes;
    records_ = index - first_index();
    const u8* p = chunk.data.get();
    last_time_ = chunk.first_time;
    last_cpu_ = ~0u;
    Record r;
    for (u64 i = chunk.first_index; i < index; ++i) decode(p, last_time_, last_cpu_, r);
    cursor_ = chunk.data.get() + (p - chunk.data.get());
    end_ = chunk.data.get() + chunk_bytes;
}

u64 Trace::hash() const {
    Hash h;
    Record r;
    for (Reader reader = read(first_index()); reader.next(r);) {
        u64 head[3] = {r.time, static_cast<u64>(r.event), r.cpu};
        h.feed(head, sizeof head);
        h.feed(r.arg, sizeof(u64) * shapes[static_cast<u32>(r.event)].count);
    }
    return h.digest();
}

Trace::Reader::Reader(const Trace& trace, u64 from) : trace_(&trace) {
    if (trace.chunks_.empty()) return;
    std::size_t low = 0;
    std::size_t high = trace.chunks_.size();
    while (high - low > 1) {
        std::size_t middle = (low + high) / 2;
        (trace.chunks_[middle].first_index <= from ? low : high) = middle;
    }
    enter(low);
    Record skipped;
    while (index_ < from && next(skipped)) {
    }
}

void Trace::Reader::enter(std::size_t chunk) {
    const Chunk& c = trace_->chunks_[chunk];
    chunk_ = chunk;
    p_ = c.data.get();
    time_ = c.first_time;
    cpu_ = ~0u;
    index_ = c.first_index;
    bool open = chunk + 1 == trace_->chunks_.size();
    u64 end = open ? trace_->end_index() : trace_->chunks_[chunk + 1].first_index;
    left_ = static_cast<u32>(end - c.first_index);
    if (!p_) left_ = 0;
}

bool Trace::Reader::next(Record& record) {
    while (left_ == 0) {
        std::size_t chunks = trace_->chunks_.size();
        // What was the end when the chunk was entered may have grown since.
        if (p_ && chunk_ + 1 == chunks)
            left_ = static_cast<u32>(trace_->end_index() - index_);
        else if (p_ && chunk_ + 1 < chunks)
            left_ = static_cast<u32>(trace_->chunks_[chunk_ + 1].first_index - index_);
        if (left_) break;
        std::size_t following = p_ ? chunk_ + 1 : 0;
        if (following >= chunks || !trace_->chunks_[following].data) return false;
        enter(following);
    }
    record = Record{};
    decode(p_, time_, cpu_, record);
    record.index = index_++;
    --left_;
    return true;
}

u64 Trace::index_at(u64 time) const {
    if (chunks_.empty()) return 0;
    std::size_t low = 0;
    std::size_t high = chunks_.size();
    while (high - low > 1) {
        std::size_t middle = (low + high) / 2;
        (chunks_[middle].first_time < time ? low : high) = middle;
    }
    Record r;
    Reader reader = read(chunks_[low].first_index);
    while (reader.next(r))
        if (r.time >= time) return r.index;
    return end_index();
}

bool Trace::get(u64 index, Record& record) const {
    if (index < first_index() || index >= end_index()) return false;
    Reader reader = read(index);
    return reader.next(record) && record.index == index;
}

}  // namespace rq
