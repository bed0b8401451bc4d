// The table of clone flags against the kernel's numbers.
#include "task/uapi.hpp"

#include <doctest/doctest.h>
#include <string>

using namespace rq;

TEST_CASE("clone flags: each of the table is one bit of its own") {
    u64 seen = 0;
    u32 count = 0;
#define CLONE_FLAG(name, shared, required, otherwise)                          \
    CHECK_MESSAGE((name & (name - 1)) == 0, #name " is one bit");              \
    CHECK_MESSAGE((name & seen) == 0, #name " is nobody else's bit");          \
    CHECK_MESSAGE(!std::string(shared).empty(), #name " says what it does");   \
    seen |= name;                                                              \
    ++count;
#include "task/clone_flags.def"
#undef CLONE_FLAG
    CHECK(count >= 20);
}
