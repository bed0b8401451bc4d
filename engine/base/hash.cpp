// Binds the xxHash library; no other file of the engine sees it.
#include "base/hash.hpp"

#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace rq {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "state is hashed as it lies in memory, in little-endian order");
static_assert(sizeof(XXH64_state_t) <= 96);

namespace {
XXH64_state_t* as_state(unsigned char* bytes) { return reinterpret_cast<XXH64_state_t*>(bytes); }
}  // namespace

Hash::Hash() : state_{} { XXH64_reset(as_state(state_), 0); }

void Hash::feed(const void* bytes, std::size_t count) {
    if (count) XXH64_update(as_state(state_), bytes, count);
}

u64 Hash::digest() const {
    XXH64_state_t copy;
    std::memcpy(&copy, state_, sizeof copy);
    return XXH64_digest(&copy);
}

}  // namespace rq
