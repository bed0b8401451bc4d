// Assertions for bugs of ours; they stay on in released builds. RQ_DEBUG_ASSERT is for test builds.
#pragma once

namespace rq {

/// Called once with the text of a failed assertion before the program stops; a shell may set it
/// to show the report. It must not return to the engine's caller.
using AssertHook = void (*)(const char* condition, const char* file, int line);

/// Sets the hook and returns the one before.
AssertHook set_assert_hook(AssertHook hook);

[[noreturn]] void assert_failed(const char* condition, const char* file, int line);

}  // namespace rq

#define RQ_ASSERT(condition) \
    ((condition) ? (void)0 : ::rq::assert_failed(#condition, __FILE__, __LINE__))

#ifdef RUNQUEUE_CHECKED
#define RQ_DEBUG_ASSERT(condition) RQ_ASSERT(condition)
#else
#define RQ_DEBUG_ASSERT(condition) ((void)0)
#endif
