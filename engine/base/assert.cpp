// The last stop of a broken invariant: report through the hook, then abort.
#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace rq {

namespace {
AssertHook current_hook = nullptr;
}

AssertHook set_assert_hook(AssertHook hook) {
    AssertHook before = current_hook;
    current_hook = hook;
    return before;
}

void assert_failed(const char* condition, const char* file, int line) {
    if (current_hook) current_hook(condition, file, line);
    std::fprintf(stderr, "runqueue: invariant broken: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace rq
