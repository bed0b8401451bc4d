// The only history: an append-only ledger of compact records. A record is a kind byte, the CPU if
// it changed, the time since the record before, and its arguments as variable-length integers.
// Chunks of 64 KiB start afresh (absolute time, CPU unknown), so that reading can start at any.
#pragma once

#include "base/hash.hpp"
#include "trace/event.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace rq {

class Trace {
   public:
    static constexpr u32 chunk_bytes = 64u << 10;
    static constexpr u32 record_bytes_max = 80;

    struct Chunk {
        u64 first_index;  ///< ordinal of its first record
        u64 first_time;
        u64 last_time;
        u32 bytes;
        u32 records;
        std::unique_ptr<u8[]> data;
    };

    /// Where the ledger stands: enough to cut it back to here.
    struct Mark {
        u64 records;
        u64 bytes;
    };

    Trace();
    Trace(Trace&&) = default;
    Trace& operator=(Trace&&) = default;

    /// Most bytes of records kept; beyond it `full()`.
    void set_limit(u64 bytes) { limit_ = bytes; }
    /// Benchmarks: write through one window of that many chunks again and again; 0 = keep all.
    void set_window(u32 chunks) { window_ = chunks; }
    bool full() const { return full_; }
    /// Drops the oldest records so that recording can go on.
    void drop_oldest();

    /// Appends one record; `index` is its ordinal in the run, in order without gaps.
    template <class... Args>
    void put(u64 index, Ev event, u64 time, u32 cpu, Args... args) {
        static_assert(sizeof...(Args) <= record_args);
        if (end_ - cursor_ < static_cast<std::ptrdiff_t>(record_bytes_max)) {
            if (!open_chunk(index, time)) return;
        }
        u8* p = cursor_;
        bool other_cpu = cpu != last_cpu_;
        *p++ = static_cast<u8>(static_cast<u32>(event) | (other_cpu ? 0x80u : 0u));
        if (other_cpu) p = varint(p, cpu);
        last_cpu_ = cpu;
        p = varint(p, time - last_time_);
        last_time_ = time;
        ((p = encode(p, args)), ...);
        cursor_ = p;
        ++records_;
    }

    u64 first_index() const { return chunks_.empty() ? 0 : chunks_.front().first_index; }
    /// One more than the ordinal of the last record.
    u64 end_index() const { return chunks_.empty() ? 0 : first_index() + records_; }
    u64 records() const { return records_; }
    u64 bytes() const;
    u64 first_time() const { return chunks_.empty() ? 0 : chunks_.front().first_time; }
    u64 last_time() const { return last_time_; }

    /// Cuts everything from ordinal `index` on.
    void cut(u64 index);
    void clear();

    /// XXH64 of all record contents (independent of chunking).
    u64 hash() const;

    /// Walks records from ordinal `from` (or the first kept) on. At the end it may wait: what is
    /// recorded later can be read then, unless the trace was cut or dropped its oldest records.
    class Reader {
       public:
        Reader(const Trace& trace, u64 from);
        /// Decodes the next record; false at the end.
        bool next(Record& record);

       private:
        void enter(std::size_t chunk);
        const Trace* trace_;
        std::size_t chunk_ = 0;
        u32 left_ = 0;
        const u8* p_ = nullptr;
        u64 time_ = 0;
        u64 index_ = 0;
        u32 cpu_ = 0;
    };
    Reader read(u64 from_index) const { return Reader(*this, from_index); }
    /// The ordinal of the first record at or after an instant (end_index() if there is none).
    u64 index_at(u64 time) const;
    bool get(u64 index, Record& record) const;

   private:
    bool open_chunk(u64 index, u64 time);
    void close_chunk();
    u32 open_bytes() const;

    static u8* varint(u8* p, u64 v) {
        while (v >= 0x80) {
            *p++ = static_cast<u8>(v | 0x80);
            v >>= 7;
        }
        *p++ = static_cast<u8>(v);
        return p;
    }
    static u8* encode(u8* p, u32 v) { return varint(p, v); }
    static u8* encode(u8* p, u64 v) { return varint(p, v); }
    static u8* encode(u8* p, s64 v) {
        return varint(p, static_cast<u64>(v) << 1 ^ static_cast<u64>(v >> 63));
    }
    static u8* encode(u8* p, s32 v) { return encode(p, s64{v}); }
    static u8* encode(u8* p, Rule v) { return varint(p, static_cast<u64>(v)); }
    static u8* encode(u8* p, TaskId v) {
        u32 generation = v.generation();
        p = varint(p, u64{v.slot()} << 1 | (generation != 0));
        return generation ? varint(p, generation) : p;
    }

    std::vector<Chunk> chunks_;
    u8* cursor_ = nullptr;
    u8* end_ = nullptr;
    u64 last_time_ = 0;
    u32 last_cpu_ = ~0u;
    u64 records_ = 0;
    u64 limit_ = u64{4} << 30;
    u64 closed_bytes_ = 0;
    u32 window_ = 0;
    bool full_ = false;
};

}  // namespace rq
