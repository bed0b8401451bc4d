// Column: a growable flat array that is part of the state. Copying it copies bytes; nothing in it
// points anywhere, so a snapshot is a copy, equality is memcmp and a hash of it means something.
#pragma once

#include "base/assert.hpp"
#include "base/types.hpp"

#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <utility>

namespace rq {

/// True for what may be state: bytes alone, no padding, no floating point. Pointers are refused
/// by the size proofs (RQ_STATE_SIZE), because they shrink on wasm32.
template <class T>
inline constexpr bool is_state =
    std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>;

/// Stands under the definition of each struct of state: its size is the same on every target.
#define RQ_STATE_SIZE(T, bytes)                                                 \
    static_assert(::rq::is_state<T>, #T " must be trivially copyable, unpadded"); \
    static_assert(sizeof(T) == (bytes), #T " must have the same size everywhere")

template <class T>
class Column {
    static_assert(is_state<T>);

   public:
    Column() = default;
    Column(const Column& other) { assign(other); }
    Column(Column&& other) noexcept { swap(other); }
    Column& operator=(const Column& other) {
        if (this != &other) assign(other);
        return *this;
    }
    Column& operator=(Column&& other) noexcept {
        swap(other);
        return *this;
    }
    ~Column() { std::free(data_); }

    u32 size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T* data() { return data_; }
    const T* data() const { return data_; }
    T& operator[](u32 i) {
        RQ_DEBUG_ASSERT(i < size_);
        return data_[i];
    }
    const T& operator[](u32 i) const {
        RQ_DEBUG_ASSERT(i < size_);
        return data_[i];
    }
    T* begin() { return data_; }
    T* end() { return data_ + size_; }
    const T* begin() const { return data_; }
    const T* end() const { return data_ + size_; }

    /// Grows with zeroed elements or cuts; the bytes beyond the end are not state.
    void resize(u32 count) {
        reserve(count);
        if (count > size_)
            std::memset(static_cast<void*>(data_ + size_), 0, (count - size_) * sizeof(T));
        size_ = count;
    }
    /// Appends one element and returns its index. References into the column become invalid.
    u32 push(const T& value) {
        T copy = value;
        if (size_ == capacity_) reserve(capacity_ ? capacity_ * 2 : 16);
        data_[size_] = copy;
        return size_++;
    }
    void pop() {
        RQ_DEBUG_ASSERT(size_ > 0);
        --size_;
    }
    void clear() { size_ = 0; }
    void reserve(u32 count) {
        if (count <= capacity_) return;
        void* grown = std::realloc(static_cast<void*>(data_), std::size_t{count} * sizeof(T));
        RQ_ASSERT(grown != nullptr);
        data_ = static_cast<T*>(grown);
        capacity_ = count;
    }
    std::size_t byte_size() const { return std::size_t{size_} * sizeof(T); }
    void swap(Column& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }

   private:
    void assign(const Column& other) {
        reserve(other.size_);
        if (other.size_)
            std::memcpy(static_cast<void*>(data_), other.data_, other.byte_size());
        size_ = other.size_;
    }

    T* data_ = nullptr;
    u32 size_ = 0;
    u32 capacity_ = 0;
};

}  // namespace rq
