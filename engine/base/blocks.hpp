// Blocks: arrays of 32-bit words inside one column, in sizes of powers of two. For things that have
// a varying number of small entries: tables of an address space, descriptors, handlers.
#pragma once

#include "base/column.hpp"
#include "base/types.hpp"

namespace rq {

/// A block: where its words begin and the logarithm of their number; begin 0 = there is none.
struct Block {
    u32 begin;
    u32 log2;
    explicit operator bool() const { return begin != 0; }
    u32 size() const { return begin ? 1u << log2 : 0; }
};
RQ_STATE_SIZE(Block, 8);

/// Free blocks are zeroed except for their first word, which names the next free one of the size.
class Blocks {
   public:
    static constexpr u32 log2_min = 3;
    static constexpr u32 log2_max = 27;

    /// A zeroed block of at least `count` words.
    Block allocate(u32 count) {
        u32 log2 = log2_min;
        while ((1u << log2) < count) ++log2;
        RQ_ASSERT(log2 <= log2_max);
        if (words_.empty()) {
            words_.resize(1u << log2_min);
            free_.resize(log2_max + 1);
        }
        u32 at = free_[log2];
        if (at) {
            free_[log2] = words_[at];
            words_[at] = 0;
        } else {
            at = words_.size();
            grow(at + (1u << log2));
        }
        return Block{at, log2};
    }
    void release(Block& block) {
        if (!block) return;
        std::memset(static_cast<void*>(&words_[block.begin]), 0, std::size_t{4} << block.log2);
        words_[block.begin] = free_[block.log2];
        free_[block.log2] = block.begin;
        block = Block{};
    }
    /// Makes the block at least `count` words long, keeping what it holds.
    void ensure(Block& block, u32 count) {
        if (block.size() >= count && block) return;
        Block larger = allocate(count);
        if (block)
            std::memcpy(&words_[larger.begin], &words_[block.begin], std::size_t{4} << block.log2);
        release(block);
        block = larger;
    }
    u32& at(const Block& block, u32 i) {
        RQ_DEBUG_ASSERT(i < block.size());
        return words_[block.begin + i];
    }
    u32 at(const Block& block, u32 i) const {
        RQ_DEBUG_ASSERT(i < block.size());
        return words_[block.begin + i];
    }
    /// 0 for what lies beyond the block.
    u32 get(const Block& block, u32 i) const {
        return i < block.size() ? words_[block.begin + i] : 0;
    }
    template <class F>
    void columns(F f) {
        f(words_);
        f(free_);
    }
    template <class F>
    void columns(F f) const {
        f(words_);
        f(free_);
    }

   private:
    void grow(u32 count) {
        if (count > capacity_hint_) {
            capacity_hint_ = count < 1024 ? 1024 : count + count / 2;
            words_.reserve(capacity_hint_);
        }
        words_.resize(count);
    }
    Column<u32> words_;
    Column<u32> free_;
    u32 capacity_hint_ = 0;  // not state: how far the column was told to grow
};

}  // namespace rq
