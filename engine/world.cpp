// Hash and equality of a World.
#include "world.hpp"

#include <cstring>

namespace rq {

u64 World::hash() const {
    Hash h;
    h.feed_value(g);
    columns([&h](const auto& column) { h.feed_column(column); });
    return h.digest();
}

bool World::operator==(const World& other) const {
    if (std::memcmp(&g, &other.g, sizeof g) != 0) return false;
    bool same = true;
    const void* bytes[128];
    std::size_t sizes[128];
    u32 n = 0;
    columns([&](const auto& column) {
        bytes[n] = column.data();
        sizes[n++] = column.byte_size();
    });
    u32 i = 0;
    other.columns([&](const auto& column) {
        same = same && sizes[i] == column.byte_size() &&
               (sizes[i] == 0 || std::memcmp(bytes[i], column.data(), sizes[i]) == 0);
        ++i;
    });
    return same;
}

}  // namespace rq
