// Our own trace format, there and back, and cut off at every byte.
#include "trace/rqt.hpp"

#include <doctest/doctest.h>

using namespace rq;

namespace {

const TaskId idle = TaskId::make(1, 0);
const TaskId web = TaskId::make(2, 5);

Trace small_trace() {
    Trace t;
    u64 i = 0;
    t.put(i++, Ev::sched_waking, 1'000'000'000, 0, web, u32{0});
    t.put(i++, Ev::sched_wakeup, 1'000'000'000, 0, web, u32{0}, Rule::select_only);
    t.put(i++, Ev::sched_switch, 1'000'002'345, 0, idle, web, u32{0}, Rule::pick_only, TaskId{});
    t.put(i++, Ev::sched_attr, 1'000'500'000, 0, web, u32{1}, s32{-50}, Rule::none);
    t.put(i++, Ev::sched_switch, 2'000'000'001, 1, web, idle, u32{1}, Rule::pick_idle, TaskId{});
    t.put(i++, Ev::sched_process_exit, 2'000'000'002, 1, web, s64{-9});
    return t;
}

KnownTask known_web() {
    KnownTask k;
    k.id = web;
    k.pid = k.tgid = 101;
    k.comm = "web";
    return k;
}

}  // namespace

TEST_CASE("rqt: what was written comes back, and broken bytes are refused") {
    Trace trace = small_trace();
    RqtWriter w;
    std::string bytes;
    w.head(bytes, 1'000'000'000, 2, {known_web()});
    Record r;
    for (Trace::Reader reader = trace.read(0); reader.next(r);) w.write(bytes, r);
    w.finish(bytes);

    RqtReader reader;
    REQUIRE(reader.open(bytes));
    CHECK(reader.t0 == 1'000'000'000);
    REQUIRE(reader.known.size() == 1);
    CHECK(reader.known[0].comm == "web");
    CHECK(reader.known[0].cpu == ~0u);
    Trace::Reader original = trace.read(0);
    Record want;
    Record have;
    u32 n = 0;
    while (original.next(want)) {
        REQUIRE(reader.next(have));
        CHECK(have.time == want.time);
        CHECK(have.event == want.event);
        CHECK(have.cpu == want.cpu);
        for (u32 i = 0; i < record_args; ++i) CHECK(have.arg[i] == want.arg[i]);
        ++n;
    }
    CHECK_FALSE(reader.next(have));
    CHECK(reader.error.empty());
    CHECK(n == 6);

    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        RqtReader broken;
        bool open = broken.open(std::string_view(bytes).substr(0, cut));
        while (open && broken.next(have)) {
        }
        CHECK_FALSE(broken.error.empty());
    }
}
