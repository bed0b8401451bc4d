// The ledger: what is written is read, from anywhere, and cutting forgets exactly the rest.
#include "base/prng.hpp"
#include "trace/trace.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace rq;

namespace {

/// Writes `count` records of several kinds and keeps what they should read as.
std::vector<Record> fill(Trace& trace, u64 count, u64 seed) {
    std::vector<Record> wanted;
    Prng random = Prng::stream(seed, 1);
    u64 time = 0;
    for (u64 i = 0; i < count; ++i) {
        time += random.below(3) * random.below(1'000'000);
        u32 cpu = static_cast<u32>(random.below(4));
        TaskId a = TaskId::make(static_cast<u32>(1 + random.below(5000)),
                                static_cast<u32>(random.below(3)));
        Record r;
        r.index = i;
        r.time = time;
        r.cpu = cpu;
        if (random.chance(1, 2)) {
            r.event = Ev::sched_wakeup;
            r.arg[0] = a.raw;
            r.arg[1] = cpu;
            r.arg[2] = static_cast<u64>(Rule::select_prev);
            trace.put(i, r.event, time, cpu, a, cpu, Rule::select_prev);
        } else {
            s64 value = -static_cast<s64>(random.next() >> random.below(64) >> 1);
            r.event = Ev::sched_process_exit;
            r.arg[0] = a.raw;
            r.arg[1] = static_cast<u64>(value);
            trace.put(i, r.event, time, cpu, a, value);
        }
        wanted.push_back(r);
    }
    return wanted;
}

bool same(const Record& a, const Record& b) {
    bool equal = a.index == b.index && a.time == b.time && a.event == b.event && a.cpu == b.cpu;
    for (u32 i = 0; i < record_args; ++i) equal = equal && a.arg[i] == b.arg[i];
    return equal;
}

}  // namespace

TEST_CASE("trace: records over many chunks read back the same, from any of them on") {
    Trace trace;
    std::vector<Record> wanted = fill(trace, 40'000, 5);
    CHECK(trace.records() == wanted.size());
    CHECK(trace.bytes() > 3 * Trace::chunk_bytes);
    Record r;
    for (u64 from : {u64{0}, u64{1}, u64{9'999}, u64{39'999}}) {
        Trace::Reader reader = trace.read(from);
        for (u64 i = from; i < wanted.size(); ++i) {
            REQUIRE(reader.next(r));
            REQUIRE(same(r, wanted[i]));
        }
        CHECK_FALSE(reader.next(r));
    }
    CHECK(trace.get(12'345, r));
    CHECK(same(r, wanted[12'345]));
    CHECK_FALSE(trace.get(40'000, r));
}

TEST_CASE("trace: index_at finds the first record at or after an instant") {
    Trace trace;
    std::vector<Record> wanted = fill(trace, 20'000, 6);
    for (u64 at : {u64{0}, wanted[10'000].time, wanted[10'000].time + 1, wanted.back().time}) {
        u64 first = 0;
        while (first < wanted.size() && wanted[first].time < at) ++first;
        CHECK(trace.index_at(at) == first);
    }
    CHECK(trace.index_at(wanted.back().time + 1) == wanted.size());
}

TEST_CASE("trace: cutting and writing on gives the same ledger as never having gone further") {
    Trace once;
    fill(once, 30'000, 8);
    Trace again;
    std::vector<Record> wanted = fill(again, 30'000, 8);
    for (u64 cut : {u64{29'999}, u64{17'000}, u64{1}}) {
        again.cut(cut);
        CHECK(again.end_index() == cut);
        for (u64 i = cut; i < wanted.size(); ++i) {
            const Record& r = wanted[i];
            if (r.event == Ev::sched_wakeup)
                again.put(i, r.event, r.time, r.cpu, r.task(0), static_cast<u32>(r.arg[1]),
                          r.rule(2));
            else
                again.put(i, r.event, r.time, r.cpu, r.task(0), r.number(1));
        }
        CHECK(again.hash() == once.hash());
    }
    again.cut(0);
    CHECK(again.records() == 0);
}

TEST_CASE("trace: a full ledger says so and keeps what it has") {
    Trace trace;
    trace.set_limit(3 * Trace::chunk_bytes);
    std::vector<Record> wanted = fill(trace, 60'000, 9);
    CHECK(trace.full());
    CHECK(trace.records() < wanted.size());
    Record r;
    CHECK(trace.get(trace.records() - 1, r));
    CHECK(same(r, wanted[trace.records() - 1]));
}
