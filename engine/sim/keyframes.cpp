// Pages of keyframes: cut from the columns of a World, shared with the keyframe before.
#include "sim/keyframes.hpp"

#include <cstring>

namespace rq {

namespace {

constexpr std::size_t page_bytes = 4096;

/// By words: the C library of WebAssembly compares byte by byte.
bool equal(const u8* a, const u8* b, std::size_t n) {
    std::size_t at = 0;
    for (; at + sizeof(u64) <= n; at += sizeof(u64)) {
        u64 x, y;
        std::memcpy(&x, a + at, sizeof x);
        std::memcpy(&y, b + at, sizeof y);
        if (x != y) return false;
    }
    return std::memcmp(a + at, b + at, n - at) == 0;
}

}  // namespace

struct Keyframes::Page {
    u32 users;
    u8 bytes[page_bytes];
};

struct Keyframes::Frame {
    Globals g;
    std::vector<u64> sizes;     // bytes of each column
    std::vector<Page*> pages;   // of all columns, one after another
};

Keyframes::Keyframes(u64 budget_bytes) : budget_(budget_bytes) {}
Keyframes::Keyframes(Keyframes&&) noexcept = default;

Keyframes::~Keyframes() {
    while (!frames_.empty()) drop(frames_.size() - 1);
}

u64 Keyframes::count() const { return frames_.size(); }

void Keyframes::drop(std::size_t index) {
    for (Page* page : frames_[index]->pages)
        if (--page->users == 0) {
            delete page;
            bytes_ -= sizeof(Page);
        }
    frames_.erase(frames_.begin() + static_cast<std::ptrdiff_t>(index));
}

void Keyframes::take(const World& world) {
    auto frame = std::make_unique<Frame>();
    const Frame* before = frames_.empty() ? nullptr : frames_.back().get();
    frame->g = world.g;
    std::size_t column = 0;
    std::size_t before_page = 0;  // first page of this column in the keyframe before
    world.columns([&](const auto& col) {
        const u8* bytes = reinterpret_cast<const u8*>(col.data());
        u64 size = col.byte_size();
        u64 old_size = before && column < before->sizes.size() ? before->sizes[column] : 0;
        for (u64 at = 0; at < size; at += page_bytes) {
            std::size_t n = size - at < page_bytes ? size - at : page_bytes;
            Page* page = nullptr;
            if (at + n <= old_size) {
                page = before->pages[before_page + at / page_bytes];
                if (!equal(page->bytes, bytes + at, n)) page = nullptr;
            }
            if (page) {
                ++page->users;
            } else {
                page = new Page;
                page->users = 1;
                std::memcpy(page->bytes, bytes + at, n);
                bytes_ += sizeof(Page);
            }
            frame->pages.push_back(page);
        }
        before_page += (old_size + page_bytes - 1) / page_bytes;
        frame->sizes.push_back(size);
        ++column;
    });
    frames_.push_back(std::move(frame));
    if (bytes_ > budget_) thin();
    next_ = world.g.events + distance_;
}

void Keyframes::thin() {
    distance_ *= 2;
    for (std::size_t i = frames_.size(); i-- > 1;)
        if (i % 2 == 1 && i + 1 < frames_.size()) drop(i);
}

bool Keyframes::restore(u64 event, World& world) const {
    const Frame* best = nullptr;
    for (const auto& frame : frames_) {
        if (frame->g.events > event) break;
        best = frame.get();
    }
    if (!best) return false;
    world.g = best->g;
    std::size_t column = 0;
    std::size_t page = 0;
    world.columns([&](auto& col) {
        u64 size = best->sizes[column++];
        col.resize(static_cast<u32>(size / sizeof(*col.data())));
        u8* bytes = reinterpret_cast<u8*>(col.data());
        for (u64 at = 0; at < size; at += page_bytes) {
            std::size_t n = size - at < page_bytes ? size - at : page_bytes;
            std::memcpy(bytes + at, best->pages[page++]->bytes, n);
        }
    });
    return true;
}

u64 Keyframes::event_at_or_before(u64 event) const {
    u64 best = 0;
    for (const auto& frame : frames_) {
        if (frame->g.events > event) break;
        best = frame->g.events;
    }
    return best;
}

u64 Keyframes::event_before_record(u64 record) const {
    u64 event = 0;
    for (const auto& frame : frames_) {
        if (frame->g.records > record) break;
        event = frame->g.events;
    }
    return event;
}

u64 Keyframes::event_before_time(u64 time) const {
    u64 event = 0;
    for (const auto& frame : frames_) {
        if (frame->g.now > time) break;
        event = frame->g.events;
    }
    return event;
}

void Keyframes::cut(u64 event) {
    while (!frames_.empty() && frames_.back()->g.events > event) drop(frames_.size() - 1);
    next_ = event + distance_;
}

}  // namespace rq
