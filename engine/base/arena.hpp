// Arena: slots for objects that come and go, named by ids that never repeat.
#pragma once

#include "base/column.hpp"
#include "base/id.hpp"

namespace rq {

/// Slot 0 is never used, so that the null id has no object. A free slot is zeroed except for the
/// free list, which lives in a column of its own: the bytes of state do not depend on history
/// beyond what the ids themselves say. Slots are handed out last-freed first.
template <class T, class Tag>
class Arena {
   public:
    using id_type = Id<Tag>;

    /// Makes a zeroed object. The caller checks `full()` first; references become invalid.
    id_type create() {
        if (objects_.empty()) {
            objects_.resize(1);
            slots_.resize(1);
        }
        u32 slot = head();
        if (slot) {
            slots_[0].next = slots_[slot].next;
        } else {
            slot = objects_.size();
            RQ_ASSERT(slot <= id_type::slot_mask);
            objects_.resize(slot + 1);
            slots_.resize(slot + 1);
        }
        slots_[slot].next = live_mark;
        ++slots_[0].generation;
        return id_type::make(slot, slots_[slot].generation);
    }
    /// Ends the object; its id is never valid again.
    void destroy(id_type id) {
        RQ_ASSERT(alive(id));
        u32 slot = id.slot();
        objects_[slot] = T{};
        std::memset(static_cast<void*>(&objects_[slot]), 0, sizeof(T));
        --slots_[0].generation;
        if (slots_[slot].generation == id_type::generation_max) {
            slots_[slot].next = retired_mark;
            return;
        }
        ++slots_[slot].generation;
        slots_[slot].next = slots_[0].next;
        slots_[0].next = slot;
    }
    bool alive(id_type id) const {
        u32 slot = id.slot();
        return slot != 0 && slot < slots_.size() && slots_[slot].next == live_mark &&
               slots_[slot].generation == id.generation();
    }
    T& operator[](id_type id) {
        RQ_DEBUG_ASSERT(alive(id));
        return objects_[id.slot()];
    }
    const T& operator[](id_type id) const {
        RQ_DEBUG_ASSERT(alive(id));
        return objects_[id.slot()];
    }
    /// The object by slot, for walks; check `live_slot` first.
    T& at_slot(u32 slot) { return objects_[slot]; }
    const T& at_slot(u32 slot) const { return objects_[slot]; }
    bool live_slot(u32 slot) const { return slot && slots_[slot].next == live_mark; }
    id_type id_of_slot(u32 slot) const { return id_type::make(slot, slots_[slot].generation); }
    /// One more than the highest slot ever used.
    u32 slot_end() const { return objects_.size(); }
    u32 count() const { return slots_.empty() ? 0 : slots_[0].generation; }

    /// Calls f(id, object) for each live object in slot order.
    template <class F>
    void for_each(F f) const {
        for (u32 s = 1; s < objects_.size(); ++s)
            if (live_slot(s)) f(id_of_slot(s), objects_[s]);
    }
    /// The columns of the arena, for snapshots and hashes.
    template <class F>
    void columns(F f) {
        f(objects_);
        f(slots_);
    }
    template <class F>
    void columns(F f) const {
        f(objects_);
        f(slots_);
    }

   private:
    static constexpr u32 live_mark = ~0u;
    static constexpr u32 retired_mark = ~0u - 1;
    struct Slot {
        u32 next;        // live_mark, retired_mark, or the next free slot (0 = none)
        u32 generation;  // of the object now or next in the slot; slot 0 counts the live ones
    };
    u32 head() const { return slots_[0].next; }

    Column<T> objects_;
    Column<Slot> slots_;
};

}  // namespace rq
