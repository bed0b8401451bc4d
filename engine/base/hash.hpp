// XXH64 over bytes in little-endian order: the fingerprint of a state or a trace.
#pragma once

#include "base/column.hpp"
#include "base/types.hpp"

namespace rq {

/// Streaming XXH64 with seed 0. The same bytes give the same hash on every target.
class Hash {
   public:
    Hash();
    void feed(const void* bytes, std::size_t count);
    template <class T>
    void feed_value(const T& value) {
        static_assert(is_state<T>);
        feed(&value, sizeof value);
    }
    template <class T>
    void feed_column(const Column<T>& column) {
        u64 size = column.size();
        feed_value(size);
        feed(column.data(), column.byte_size());
    }
    u64 digest() const;

   private:
    alignas(8) unsigned char state_[96];
};

}  // namespace rq
