// Lanes, spans and columns of hand-made and long made-up runs.
#include "unit/view/made_run.hpp"

#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;
using testing::MadeRun;

namespace {

/// A long run of `tasks` tasks on one CPU with slices of irregular length.
struct LongRun {
    MadeRun m;
    Books books;
    std::vector<TaskId> tasks;
    std::vector<u64> switch_time{0};
    std::vector<u32> who{no_task};  // runs from switch_time[i] on

    LongRun(u32 count, u32 switches) {
        books.begin(m.world);
        for (u32 i = 0; i < count; ++i) tasks.push_back(m.fork("hog", 100 + i));
        u64 draw = 1;
        TaskId curr = m.idle[0];
        for (u32 i = 0; i < switches; ++i) {
            draw = draw * 6364136223846793005u + 1442695040888963407u;
            m.now += 1000 + (draw >> 40) % 100'000;
            u32 next = static_cast<u32>(draw >> 33) % (count + 1);
            TaskId id = next == count ? m.idle[0] : tasks[next];
            if (id == curr) continue;
            m.preempt(curr, id);
            curr = id;
            switch_time.push_back(m.now);
            who.push_back(next == count ? no_task : next + 1);  // init is member 0
        }
        m.now += 5000;
        books.update(m.trace, m.now);
    }
    u64 ran(u32 task, u64 from, u64 to) const {
        u64 sum = 0;
        for (std::size_t i = 0; i < who.size(); ++i) {
            u64 end = i + 1 < who.size() ? switch_time[i + 1] : m.now;
            u64 a = switch_time[i] > from ? switch_time[i] : from;
            u64 b = end < to ? end : to;
            if (who[i] == task && b > a) sum += b - a;
        }
        return sum;
    }
};

u32 permille_of(const ShareColumn& c, u32 task) {
    for (u32 k = 0; k < 4; ++k)
        if (c.task[k] == task) return c.permille[k];
    return 0;
}

}  // namespace

TEST_CASE("timeline: stretches on a CPU carry who, from, to and how they ended") {
    MadeRun m;
    Books books;
    books.begin(m.world);
    m.now = 1000;
    TaskId a = m.fork("alpha", 10);
    TaskId b = m.fork("beta", 11);
    m.run(m.idle[0], a, 0);
    m.now = 5000;
    m.preempt(a, b);
    m.now = 7000;
    m.run(b, a, TASK_INTERRUPTIBLE);
    m.now = 9000;
    m.put(Ev::sched_process_exit, 0, a, s64{0});
    m.run(a, m.idle[0], EXIT_ZOMBIE);
    books.update(m.trace, 12'000);

    u32 ia = books.cast.index(a);
    u32 ib = books.cast.index(b);
    std::vector<CpuSlice> s;
    CHECK(books.timeline.cpu_slices(0, 0, 20'000, 100, s));
    REQUIRE(s.size() == 3);
    CHECK(s[0].task == ia);
    CHECK(s[0].from == 1000);
    CHECK(s[0].to == 5000);
    CHECK(s[0].end == End::preempted);
    CHECK(s[1].task == ib);
    CHECK(s[1].end == End::blocked);
    CHECK(s[2].end == End::exited);
    CHECK(s[2].to == 9000);
    CHECK(books.timeline.slice_at(0, 6000).task == ib);
    CHECK(books.timeline.slice_at(0, 11'000).task == no_task);

    std::vector<TaskSpan> spans;
    CHECK(books.timeline.task_spans(ia, 0, 20'000, 100, spans));
    REQUIRE(spans.size() == 4);
    CHECK(spans[0].state == State::running);
    CHECK(spans[1].state == State::waiting);
    CHECK(spans[2].state == State::running);
    CHECK(spans[3].state == State::zombie);
    CHECK(spans[3].to == 12'000);
    CHECK(books.timeline.span_at(ib, 7500).state == State::sleeping);
    CHECK(books.timeline.span_at(ib, 500).state == State::unborn);
    CHECK(books.timeline.next_switch(0, 1000) == 5000);
    CHECK(books.timeline.previous_switch(0, 9000) == 7000);
    CHECK(books.cast[ia].died == 9000);

    std::vector<Mark> marks;
    CHECK(books.timeline.marks(0, 20'000, 100, marks));
    u32 preemptions = 0;
    for (const Mark& mark : marks)
        if (mark.kind == MarkKind::preemption) {
            ++preemptions;
            CHECK(mark.task == ia);
            CHECK(mark.other == ib);
        }
    CHECK(preemptions == 1);
    CHECK_FALSE(books.timeline.marks(0, 20'000, 2, marks));
}

TEST_CASE("timeline: leaving while runnable is a yield, unless the record says preempted") {
    MadeRun m;
    Books books;
    books.begin(m.world);
    TaskId a = m.fork("alpha", 10);
    TaskId b = m.fork("beta", 11);
    m.run(m.idle[0], a, 0);
    m.now = 100;
    m.run(a, b, 0);
    books.update(m.trace, 200);
    CHECK(books.timeline.slice_at(0, 50).end == End::yielded);
    CHECK(books.timeline.slice_at(0, 150).end == End::still_running);
}

TEST_CASE("timeline: columns agree with the stretches under them at every zoom") {
    LongRun run(6, 20'000);
    u64 end = run.m.now;
    std::vector<ShareColumn> columns;
    for (u64 width : {end, end / 3, end / 50, end / 1000}) {
        u64 from = end / 7;
        u64 to = from + width < end ? from + width : end;
        run.books.timeline.cpu_columns(0, from, to, 40, columns);
        REQUIRE(columns.size() == 40);
        for (u32 i = 0; i < 40; i += 3) {
            u64 a = from + (to - from) * i / 40;
            u64 b = from + (to - from) * (i + 1) / 40;
            for (u32 task = 1; task <= 6; ++task) {
                u32 have = permille_of(columns[i], task);
                u32 want = static_cast<u32>(run.ran(task, a, b) * 1000 / (b - a));
                if (have == 0) continue;  // not among the four largest
                CHECK(have + 60 >= want);
                CHECK(have <= want + 60);
            }
            u32 sum = columns[i].rest;
            for (u32 k = 0; k < 4; ++k) sum += columns[i].permille[k];
            u32 idle = static_cast<u32>(run.ran(no_task, a, b) * 1000 / (b - a));
            CHECK(sum + idle + 60 >= 1000);
            CHECK(sum + idle <= 1060);
            for (u32 k = 1; k < 4; ++k)
                CHECK(columns[i].permille[k] <= columns[i].permille[k - 1]);
        }
    }
}

TEST_CASE("timeline: a task's running and waiting time over any range is exact") {
    LongRun run(3, 5000);
    u64 end = run.m.now;
    for (u64 k = 0; k < 50; ++k) {
        u64 from = end * k / 60;
        u64 to = from + end / 9;
        if (to > end) to = end;
        for (u32 task = 1; task <= 3; ++task) {
            CHECK(run.books.timeline.run_ns(task, from, to) == run.ran(task, from, to));
            CHECK(run.books.timeline.wait_ns(task, from, to) ==
                  to - from - run.ran(task, from, to));
        }
    }
    std::vector<u16> runs;
    std::vector<u16> waits;
    run.books.timeline.task_columns(2, 0, end, 33, runs, waits);
    for (u32 i = 0; i < 33; ++i) CHECK(runs[i] + waits[i] >= 998);
}

TEST_CASE("timeline: cut and fed again equals fed once") {
    LongRun run(4, 3000);
    Books once;
    once.begin(run.m.world);
    // The World of the test holds all tasks from the start, as after a boot that made them.
    Books twice;
    twice.begin(run.m.world);
    once.update(run.m.trace, run.m.now);
    twice.update(run.m.trace, run.m.now);
    Record r;
    REQUIRE(run.m.trace.get(run.m.trace.end_index() / 2, r));
    twice.cut(run.m.trace, run.m.world, r.index, r.time);
    CHECK(twice.timeline.end_time() == r.time);
    twice.update(run.m.trace, run.m.now);
    std::vector<ShareColumn> a;
    std::vector<ShareColumn> b;
    once.timeline.cpu_columns(0, 0, run.m.now, 100, a);
    twice.timeline.cpu_columns(0, 0, run.m.now, 100, b);
    for (u32 i = 0; i < 100; ++i)
        for (u32 k = 0; k < 4; ++k) {
            CHECK(a[i].task[k] == b[i].task[k]);
            CHECK(a[i].permille[k] == b[i].permille[k]);
        }
    for (u32 t = 0; t < once.cast.count(); ++t) {
        CHECK(once.timeline.run_ns(t, 0, run.m.now) == twice.timeline.run_ns(t, 0, run.m.now));
        CHECK(once.stats.at(t, run.m.now).nivcsw == twice.stats.at(t, run.m.now).nivcsw);
        CHECK(once.latency.of(t).n == twice.latency.of(t).n);
    }
}
