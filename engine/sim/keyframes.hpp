// Keyframes: whole states, kept by a budget of bytes; neighbours share the 4 KiB pages in which
// they do not differ. When the budget is used up, every second one goes and the distance doubles.
#pragma once

#include "world.hpp"

#include <memory>
#include <vector>

namespace rq {

class Keyframes {
   public:
    explicit Keyframes(u64 budget_bytes);
    ~Keyframes();
    Keyframes(Keyframes&&) noexcept;

    /// True if a keyframe should be taken after that many events.
    bool due(u64 event) const { return event >= next_; }
    void take(const World& world);
    /// Restores the latest keyframe at or before an event; false if there is none.
    bool restore(u64 event, World& world) const;
    /// The latest event with a keyframe at or before an event, a record, an instant.
    u64 event_at_or_before(u64 event) const;
    u64 event_before_record(u64 record) const;
    u64 event_before_time(u64 time) const;
    /// Drops keyframes after an event.
    void cut(u64 event);

    u64 count() const;
    u64 bytes() const { return bytes_; }

   private:
    struct Page;
    struct Frame;
    void thin();
    void drop(std::size_t index);

    std::vector<std::unique_ptr<Frame>> frames_;
    u64 budget_;
    u64 bytes_ = 0;
    /// Events between keyframes. Making 2,048 events again takes a few milliseconds; keyframes this
    /// far apart cost a run with 1,000 tasks a few percent, at 256 they were its largest cost.
    u64 distance_ = 2048;
    u64 next_ = 0;
};

}  // namespace rq
