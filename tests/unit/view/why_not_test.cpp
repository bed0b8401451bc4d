// Why a task does not run: the holder, the rule and what would have to change, in real runs.
#include "view/why_not.hpp"

#include "support/scenario_run.hpp"

using namespace rq;
using view::plain;

namespace {

/// The card of a task at an instant of a scenario on an ideal machine.
view::WhyCard card_at(const std::string& body, const char* task, u64 at_ns) {
    support::Run run(R"({"format": "runqueue/1", "duration": "2s", "profile": "ideal", )" + body +
                         "}",
                     at_ns);
    REQUIRE(run.ok());
    Simulation& s = run.simulation();
    view::Cast cast = view::report_start(s).cast;
    run.each([&](const Record& r) { cast.take(r); });
    cast.set_t0(s.t0());
    cast.label();
    return view::why_not(s.context(), cast, cast.index(run.id(task)), s.t0() + at_ns);
}

bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

constexpr const char* two_hogs = R"("tasks": [
  {"name": "a", "program": [{"repeat": -1, "do": ["run 10ms"]}]},
  {"name": "b", "program": [{"repeat": -1, "do": ["run 10ms"]}]}])";

std::string on(const char* kernel, const std::string& rest) {
    return "\"kernel\": \"" + std::string(kernel) + "\", " + rest;
}

constexpr u64 MS = NSEC_PER_MSEC;

}  // namespace

TEST_CASE("why not: CFS names the running task, its time and its share of the period") {
    view::WhyCard card = card_at(on("6.1", two_hogs), "b", 1 * MS);
    REQUIRE(card.present);
    CHECK(card.question == "Why does b not run now?");
    CHECK(plain(card.answer) == "b waits because a has run for 1.000 ms of the 3.000 ms that are "
                                "its share of the period.");
    CHECK(card.function == "check_preempt_tick()");
    REQUIRE(card.numbers.size() == 3);
    CHECK(card.numbers[0].text == "delta_exec = 1.000 ms");
    CHECK(card.numbers[1].verdict == "not over: it runs on");
    CHECK(has(card.otherwise, "a tick to find it over its share"));
    CHECK(card.runner_up.empty());  // nobody else waits
}

TEST_CASE("why not: EEVDF names the protected slice, or that a task is not eligible") {
    view::WhyCard card = card_at(on("6.12", two_hogs), "b", MS / 2);
    CHECK(has(plain(card.answer), "b waits because a may finish the slice"));
    CHECK(card.function == "pick_eevdf()");
    card = card_at(on("6.12", two_hogs), "a", 5 * MS);
    CHECK(has(plain(card.answer), "b has used up its slice and no tick has come since"));
    CHECK(card.function == "update_deadline()");
    CHECK(card.numbers[0].verdict == "past the average: not eligible");
}

TEST_CASE("why not: real-time priorities, equal ones by policy, and classes above") {
    std::string tasks = R"("sysctl": {"kernel.sched_rt_runtime_us": -1}, "tasks": [
      {"name": "hi", "policy": "fifo", "priority": 20, "program": [{"repeat": -1, "do": ["run 10ms"]}]},
      {"name": "same", "policy": "fifo", "priority": 20, "program": ["run 10ms"]},
      {"name": "lo", "policy": "rr", "priority": 10, "program": ["run 10ms"]},
      {"name": "fair", "program": ["run 10ms"]}])";
    view::WhyCard card = card_at(on("6.1", tasks), "lo", 3 * MS);
    CHECK(has(plain(card.answer), "lo waits because hi has a higher real-time priority"));
    CHECK(has(card.otherwise, "priority above 20"));
    card = card_at(on("6.1", tasks), "same", 3 * MS);
    CHECK(has(plain(card.answer), "is SCHED_FIFO: it has no slice"));
    card = card_at(on("6.1", tasks), "fair", 3 * MS);
    CHECK(has(plain(card.answer), "hi runs, a real-time task, which goes before fair tasks"));
}

TEST_CASE("why not: a throttled group says when its next period begins") {
    std::string tasks = R"("cgroups": {"A": {"cpu.max": "20000 100000"}}, "tasks": [
      {"name": "in", "cgroup": "A", "program": [{"repeat": -1, "do": ["run 10ms"]}]}])";
    view::WhyCard card = card_at(on("6.1", tasks), "in", 60 * MS);
    CHECK(has(plain(card.answer), "its control group /A has used up its quota"));
    CHECK(has(card.otherwise, "A new period begins at 100.0"));
    CHECK(card.function == "throttle_cfs_rq()");
}

TEST_CASE("why not: a deadline task without budget says when it is replenished") {
    std::string tasks = R"("tasks": [
      {"name": "dl", "policy": "SCHED_DEADLINE", "deadline":
       {"runtime": "5ms", "deadline": "20ms", "period": "20ms"}, "program": [{"repeat": -1, "do": ["run 10ms"]}]}])";
    view::WhyCard card = card_at(on("6.1", tasks), "dl", 12 * MS);
    CHECK(has(plain(card.answer), "it has used up its budget of 5"));
    CHECK(has(card.otherwise, "It is replenished at 20.0"));
}

TEST_CASE("why not: who sleeps, runs or has ended is not waiting") {
    std::string tasks = R"("tasks": [
      {"name": "sleeper", "program": ["sleep 50ms"]},
      {"name": "runs", "program": [{"repeat": -1, "do": ["run 10ms"]}]}])";
    CHECK(has(plain(card_at(on("6.1", tasks), "sleeper", 10 * MS).answer), "it is sleeping"));
    CHECK(plain(card_at(on("6.1", tasks), "runs", 10 * MS).answer) == "runs runs on CPU 0.");
    CHECK_FALSE(card_at(on("6.1", tasks), "nobody", 10 * MS).present);
}

TEST_CASE("why not: an idle CPU is named, and whether affinity keeps the task from it") {
    std::string tasks = R"("machine": "dual", "tasks": [
      {"name": "a", "cpus": "0", "program": [{"repeat": -1, "do": ["run 10ms"]}]},
      {"name": "b", "cpus": "0", "program": [{"repeat": -1, "do": ["run 10ms"]}]}])";
    view::WhyCard card = card_at(on("6.1", tasks), "b", 1 * MS);
    CHECK(has(card.otherwise, "CPU 1 is idle, but its affinity does not allow it there."));
}
