// The why card of hand-made switches.
#include "view/explain.hpp"

#include "unit/view/made_run.hpp"

#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;
using testing::MadeRun;

namespace {

/// hog is preempted at a tick by web, with db as runner-up.
struct Preemption {
    MadeRun m;
    Books books;
    Record sw;
    Record resched;

    Preemption() {
        books.begin(m.world);
        TaskId hog = m.fork("hog", 10);
        TaskId web = m.fork("web", 11);
        TaskId db = m.fork("db", 12);
        m.run(m.idle[0], hog, 0);
        m.now = 4'000'000;
        m.put(Ev::resched, 0, hog, Rule::tick_ideal_runtime, web);
        m.put(Ev::sched_switch, 0, hog, web, u32{0x100}, Rule::pick_leftmost, db);
        books.update(m.trace, m.now);
        m.trace.get(m.index - 1, sw);
    }
};

Why why(u64 record, Rule rule, s64 a, s64 b) {
    Why w;
    w.record = record;
    w.rule = rule;
    w.count = 2;
    w.value[0] = a;
    w.value[1] = b;
    return w;
}

}  // namespace

TEST_CASE("explain: a preemption names both tasks, the comparison and the kernel function") {
    Preemption p;
    Record resched;
    REQUIRE(find_resched(p.m.trace, p.sw, resched));
    std::vector<Why> whys{why(resched.index, Rule::tick_ideal_runtime, 4'000'000, 3'000'000),
                          why(p.sw.index, Rule::pick_leftmost, 100'000'000, 101'000'000)};
    WhyCard card = explain(p.sw, &resched, whys, p.books.cast);
    CHECK(card.present);
    CHECK(card.question == "Why did web run now?");
    CHECK(plain(card.answer) ==
          "web runs because hog had run for longer than its share of the period, "
          "and web had the least virtual runtime of those waiting.");
    CHECK(card.function == "check_preempt_tick()");
    REQUIRE(card.numbers.size() == 3);
    CHECK(card.numbers[0].text == "delta_exec = 4.000 ms");
    CHECK(card.numbers[1].text == "ideal_runtime = 3.000 ms");
    CHECK(card.numbers[1].verdict == "4.000 ms > 3.000 ms: preempt");
    CHECK(plain(card.runner_up) == "db would have been next.");
    CHECK(plain(card.otherwise) == "hog would have gone on running.");
}

TEST_CASE("explain: without numbers there are words, and nothing dangles") {
    Preemption p;
    CHECK(rule_text(Rule::tick_ideal_runtime, nullptr, p.books.cast) ==
          "delta_exec > ideal_runtime");
    Record resched;
    REQUIRE(find_resched(p.m.trace, p.sw, resched));
    WhyCard card = explain(p.sw, &resched, {}, p.books.cast);
    CHECK(card.numbers.empty());
    CHECK_FALSE(card.answer.empty());
}

TEST_CASE("explain: a request of the switch before does not count for this one") {
    Preemption p;
    TaskId web = p.books.cast[3].id;
    p.m.now += 1000;
    p.m.run(p.sw.task(1), p.m.idle[0], TASK_INTERRUPTIBLE);
    Record sleep;
    REQUIRE(p.m.trace.get(p.m.index - 1, sleep));
    Record resched;
    CHECK_FALSE(find_resched(p.m.trace, sleep, resched));
    p.books.update(p.m.trace, p.m.now);
    WhyCard card = explain(sleep, nullptr, {}, p.books.cast);
    CHECK(card.question == "Why is CPU 0 idle now?");
    CHECK(plain(card.answer) ==
          "CPU 0 is idle because web went to sleep and no other task is runnable here.");
    (void)web;
}

TEST_CASE("explain: a task that preempts on waking is named once, as the subject") {
    MadeRun m;
    Books books;
    books.begin(m.world);
    TaskId hog = m.fork("hog", 10);
    TaskId web = m.fork("web", 11);
    m.run(m.idle[0], hog, 0);
    m.now = 1'000'000;
    m.put(Ev::resched, 0, hog, Rule::wakeup_preempt, web);
    m.wake(web);
    m.put(Ev::sched_switch, 0, hog, web, u32{0x100}, Rule::pick_leftmost, hog);
    books.update(m.trace, m.now);
    Record sw;
    Record resched;
    REQUIRE(m.trace.get(m.index - 1, sw));
    REQUIRE(find_resched(m.trace, sw, resched));
    WhyCard card = explain(sw, &resched, {why(resched.index, Rule::wakeup_preempt, 2'000'000,
                                              1'000'000)}, books.cast);
    CHECK(plain(card.answer) == "web runs because it woke up far enough behind hog in virtual "
                                "runtime, and it had the least virtual runtime of those waiting.");
    REQUIRE(card.numbers.size() == 2);
    CHECK(card.numbers[0].text == "vruntime behind the running task = 2.000 ms");
    CHECK(card.numbers[1].verdict == "2.000 ms > 1.000 ms: preempt");
}

TEST_CASE("explain: every rule of the table has a function or a sentence") {
    for (u32 i = 1; i < static_cast<u32>(Rule::count_); ++i)
        CHECK(rule_info(static_cast<Rule>(i)).sentence[0] != '\0');
}
