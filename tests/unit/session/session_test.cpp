// Playing, stepping, seeking and acting on a small run, as a shell does it.
#include "session/session.hpp"

#include "session/builtin.hpp"

#include <doctest/doctest.h>

using namespace rq;

namespace {

constexpr const char* two_hogs = R"({
  "format": "runqueue/1", "duration": "400ms",
  "tasks": [
    {"name": "hogA", "program": [{"repeat": -1, "do": ["run 10ms"]}]},
    {"name": "hogB", "nice": 5, "program": [{"repeat": -1, "do": ["run 10ms"]}]},
    {"name": "slp", "program": [{"repeat": -1, "do": ["run 1ms", "sleep 9ms"]}]}
  ]
})";

/// The same, much busier: its trace is soon full.
std::string many_switches() {
    std::string text = two_hogs;
    text.replace(text.find("400ms"), 5, "400s");
    text.replace(text.find("run 10ms"), 8, "run 30us");
    return text;
}

SessionOptions small_trace() {
    SessionOptions options;
    options.trace_limit = 1 << 20;
    return options;
}

u32 task_named(const Session& s, const char* name) {
    for (u32 i = 0; i < s.books().cast.count(); ++i)
        if (s.books().cast.name(i) == name) return i;
    return view::no_task;
}

}  // namespace

TEST_CASE("session: a loaded run is known to its end and stands where the tasks start") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    CHECK(s.complete());
    CHECK(s.now() == s.t0());
    CHECK(s.computed_until() == s.end_time());
    CHECK(s.end_time() == s.t0() + 400 * NSEC_PER_MSEC);
    CHECK(s.limit_sentence().empty());
    CHECK_FALSE(s.playing());
}

TEST_CASE("session: a text with errors leaves the old run as it is") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    s.seek(s.t0() + 50 * NSEC_PER_MSEC);
    u64 hash = s.world().hash();
    Diagnostics errors = s.load(R"({"format": "runqueue/1", "taks": []})", "broken");
    CHECK_FALSE(errors.empty());
    CHECK(s.name() == "two hogs");
    CHECK(s.world().hash() == hash);
}

TEST_CASE("session: a task that waits is asked why it does not run, until the cursor moves") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    s.seek(s.t0() + 50 * NSEC_PER_MSEC);
    const u32 a = task_named(s, "hogA"), b = task_named(s, "hogB");
    auto runs = [&](u32 task) { return s.world().rqs[0].curr == s.books().cast[task].id; };
    while (!runs(a) && !runs(b)) s.step_switch();
    const u32 waits = runs(a) ? b : a, holds = runs(a) ? a : b;
    s.select_task(waits);
    CHECK(s.why().question == "Why does " + s.books().cast.name(waits) + " not run now?");
    CHECK(s.why().task == waits);
    CHECK_FALSE(s.why().otherwise.empty());
    s.select_task(holds);
    CHECK(s.why().question.find(" run now?") != std::string::npos);
    CHECK(s.why().question.find("not") == std::string::npos);
    s.select_task(waits);
    s.step_switch();
    CHECK(s.why().time == s.now());
    CHECK(s.why().question.find("not") == std::string::npos);
    CHECK(s.selection().task == waits);
}

TEST_CASE("session: while it plays a chosen task asks nothing; the card is the last switch's") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    s.seek(s.t0() + 50 * NSEC_PER_MSEC);
    s.play();
    for (const char* name : {"hogA", "hogB"}) {
        s.select_task(task_named(s, name));
        CHECK(s.selection().asked == Selection::Asked::last_switch);
        CHECK(s.why().question.find("not") == std::string::npos);
    }
    s.pause();
    const bool a_runs = s.world().rqs[0].curr == s.books().cast[task_named(s, "hogA")].id;
    s.select_task(task_named(s, a_runs ? "hogB" : "hogA"));
    CHECK(s.selection().asked == Selection::Asked::waiting);
}

TEST_CASE("session: before the first switch there is no card, also after one was shown") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    s.seek(s.t0() + 50 * NSEC_PER_MSEC);
    CHECK(s.why().present);
    s.select_record(s.trace().end_index() + 5);
    CHECK_FALSE(s.why().present);
    CHECK_FALSE(s.seek_record(s.trace().end_index() + 5));
}

TEST_CASE("session: who is chosen and not yet born in another future is chosen no more") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    ActionSpec spawn;
    spawn.kind = ActionSpec::Kind::spawn;
    spawn.task = "late";
    spawn.text = R"({"run": ["run 5ms", "sleep 1s"]})";
    s.seek(s.t0() + 100 * NSEC_PER_MSEC);
    REQUIRE(s.act(spawn).empty());
    CHECK(s.acted());
    const u32 late = task_named(s, "late"), hog = task_named(s, "hogA");
    REQUIRE(late != view::no_task);
    s.select_task(late);
    s.seek(s.t0() + 20 * NSEC_PER_MSEC);
    ActionSpec renice;
    renice.kind = ActionSpec::Kind::renice;
    renice.task = "hogA";
    renice.value = 3;
    REQUIRE(s.act(renice).empty());
    CHECK(task_named(s, "late") == view::no_task);
    CHECK(s.selection().task == view::no_task);
    s.select_task(hog);
    renice.value = 4;
    REQUIRE(s.act(renice).empty());
    CHECK(s.selection().task == hog);
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    CHECK_FALSE(s.acted());
}

TEST_CASE("session: letting time pass is broken off on request, and tells when the trace is full") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    const u64 far = s.t0() + 50 * NSEC_PER_SEC;
    u32 questions = 0;
    s.set_break_off([&] { return ++questions == 3; });
    CHECK_FALSE(s.advance_to(far));
    CHECK(questions == 3);
    CHECK(s.now() < far);
    CHECK(s.computed_until() >= s.now());
    const u64 there = s.now();
    questions = 0;
    CHECK_FALSE(s.advance_until([](const World&) { return false; }, 1'000'000));
    CHECK(questions == 3);
    CHECK(s.now() > there);
    s.set_break_off({});
    CHECK(s.advance_to(s.now() + NSEC_PER_SEC));

    Session small(small_trace());
    std::string text = many_switches();
    text.replace(text.find("run 1ms"), 7, "run 9us");
    text.replace(text.find("sleep 9ms"), 9, "sleep 50us");
    REQUIRE(small.load(text, "busy").empty());
    CHECK_FALSE(small.advance_to(small.t0() + 100 * NSEC_PER_SEC));
    CHECK(small.limit_sentence().find("trace is full") != std::string::npos);
    CHECK(small.now() <= small.computed_until());
    CHECK(small.why().present);
}

TEST_CASE("session: a record that was asked about gives way when the cursor moves") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    s.step_switch();
    s.step_switch();
    const view::CpuSlice slice = s.books().timeline.slice_at(0, s.now());
    s.select_record(slice.record);
    const u64 then = s.why().time;
    s.step_switch();
    CHECK(s.why().time > then);
    CHECK(s.why().time == s.now());
}

TEST_CASE("session: playing moves the cursor by the shell's time and stops at the end") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    s.set_speed(30 * NSEC_PER_MSEC);
    s.play();
    for (int i = 0; i < 60; ++i) s.advance(NSEC_PER_SEC / 60);
    CHECK(s.now() - s.t0() <= 30 * NSEC_PER_MSEC);
    CHECK(s.now() - s.t0() >= 30 * NSEC_PER_MSEC - 1000);
    CHECK(s.playing());
    s.set_speed(10 * NSEC_PER_SEC);
    s.advance(NSEC_PER_SEC);
    CHECK(s.now() == s.end_time());
    CHECK_FALSE(s.playing());
}

TEST_CASE("session: the slowest speed moves too") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    s.set_speed(30);  // 30 ns of the run in a second
    s.play();
    for (int i = 0; i < 120; ++i) s.advance(NSEC_PER_SEC / 60);
    CHECK(s.now() - s.t0() >= 59);
    CHECK(s.now() - s.t0() <= 60);
}

TEST_CASE("session: seeking back and forth comes to the same state as going straight") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    u64 at = s.t0() + 123 * NSEC_PER_MSEC;
    s.seek(at);
    u64 hash = s.world().hash();
    u64 events = s.events();
    s.seek(s.end_time());
    s.seek(s.t0() + 5 * NSEC_PER_MSEC);
    s.seek(at);
    CHECK(s.world().hash() == hash);
    CHECK(s.events() == events);
    s.step_event();
    s.step_back_event();
    CHECK(s.world().hash() == hash);
}

TEST_CASE("session: next switch and back land on switches") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    s.seek(s.t0() + 20 * NSEC_PER_MSEC);
    u64 begin = s.now();
    s.step_switch();
    u64 first = s.now();
    CHECK(first > begin);
    CHECK(s.books().timeline.slice_at(0, first).from == first);
    TaskId running = s.world().rqs[0].curr;
    CHECK(s.books().cast.index(running) == s.books().timeline.slice_at(0, first).task);
    s.step_switch();
    s.step_back_switch();
    CHECK(s.now() == first);
}

TEST_CASE("session: every switch of a run has a card with a question, an answer and a function") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    u32 cards = 0;
    Record r;
    for (Trace::Reader reader = s.trace().read(0); reader.next(r);) {
        if (r.event != Ev::sched_switch) continue;
        s.select_record(r.index);
        const view::WhyCard& card = s.why();
        REQUIRE(card.present);
        CHECK(card.record == r.index);
        CHECK_FALSE(card.question.empty());
        CHECK_FALSE(card.answer.empty());
        CHECK(card.function.size() > 2);
        if (++cards > 60) break;
    }
    CHECK(cards > 20);
}

TEST_CASE("session: a preemption at the tick shows the two numbers the kernel compared") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    Record r;
    for (Trace::Reader reader = s.trace().read(0); reader.next(r);)
        if (r.event == Ev::resched && r.rule(1) == Rule::tick_ideal_runtime) break;
    REQUIRE(r.event == Ev::resched);
    s.select_record(r.index);
    const view::WhyCard& card = s.why();
    REQUIRE(card.numbers.size() == 2);
    CHECK(card.numbers[0].text.find("delta_exec = ") == 0);
    CHECK(card.numbers[1].text.find("ideal_runtime = ") == 0);
    CHECK(card.numbers[1].verdict.find(": preempt") != std::string::npos);
    CHECK(card.function == "check_preempt_tick()");
}

TEST_CASE("session: an action makes another future and leaves the past alone") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    u64 at = s.t0() + 100 * NSEC_PER_MSEC;
    u32 hog = task_named(s, "hogB");
    REQUIRE(hog != view::no_task);
    u64 before = s.books().timeline.run_ns(hog, s.t0(), at);
    u64 after = s.books().timeline.run_ns(hog, at, s.end_time());
    s.seek(at);
    ActionSpec renice;
    renice.kind = ActionSpec::Kind::renice;
    renice.task = "hogB";
    renice.value = -10;
    CHECK(s.act(renice).empty());
    CHECK(s.now() == at);
    CHECK(s.complete());
    CHECK(s.books().timeline.run_ns(hog, s.t0(), at) == before);
    CHECK(s.books().timeline.run_ns(hog, at, s.end_time()) > 2 * after);
    s.seek(s.end_time());
    CHECK(s.world().g.records == s.trace().end_index());
}

TEST_CASE("session: reload with another profile keeps the instant") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    s.seek(s.t0() + 77 * NSEC_PER_MSEC);
    Overrides o;
    o.profile = ProfileKind::ideal;
    CHECK(s.reload(o).empty());
    CHECK(s.scenario().profile == ProfileKind::ideal);
    CHECK(s.now() == s.t0() + 77 * NSEC_PER_MSEC);
}

TEST_CASE("session: the hash of a complete run is that of a run in one go") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    auto scenario = read_scenario(two_hogs);
    REQUIRE(scenario);
    auto run = Simulation::boot(*scenario);
    REQUIRE(run);
    (*run)->run_to_end();
    CHECK(s.hash() == (*run)->hash());
}

TEST_CASE("session: every built-in scenario loads") {
    CHECK(builtin_scenarios().size() >= 6);
    for (const BuiltinScenario& b : builtin_scenarios()) {
        CAPTURE(std::string(b.name));
        Session s;
        Diagnostics errors = s.load(b.text, b.name);
        CHECK(errors.empty());
        for (const Diagnostic& d : errors) MESSAGE(to_string(d));
    }
}

TEST_CASE("builtin: further scenarios come as one text; a malformed one changes nothing") {
    const std::size_t before = builtin_scenarios().size();
    const std::string text = std::string(two_hogs);
    const std::string one = "99-made/two-hogs " + std::to_string(text.size()) + "\n" + text;
    for (const std::string& wrong : {std::string("no size\n"), std::string("a 5\nabc"),
                                     std::string("a x\n"), std::string(" 3\nabc"),
                                     one + "rest", std::string("a 99999999999999999999\nb")})
        CHECK_FALSE(add_builtin_scenarios(wrong));
    CHECK(builtin_scenarios().size() == before);
    CHECK(add_builtin_scenarios(""));
    CHECK(add_builtin_scenarios(one));
    CHECK(add_builtin_scenarios(one));
    CHECK(builtin_scenarios().size() == before + 1);
    CHECK(builtin_scenario("99-made/two-hogs") == text);
    for (std::size_t i = 1; i < builtin_scenarios().size(); ++i)
        CHECK(builtin_scenarios()[i - 1].name < builtin_scenarios()[i].name);
}

TEST_CASE("session: curves stand on the same instants as the cursor, which stays where it is") {
    Session s;
    REQUIRE(s.load(two_hogs, "two hogs").empty());
    s.seek(s.t0() + 50 * NSEC_PER_MSEC);
    s.step_event();
    const u64 hash = s.state_hash(), at = s.now(), events = s.events();
    const view::Curves& rows =
        s.curves(0, s.t0() + 20 * NSEC_PER_MSEC, s.t0() + 120 * NSEC_PER_MSEC);
    CHECK(rows.curves.size() == 3);
    CHECK_FALSE(rows.cut);
    CHECK(s.now() == at);
    CHECK(s.events() == events);
    CHECK(s.state_hash() == hash);
    u64 switches = 0;
    s.look_at(s.t0() + 200 * NSEC_PER_MSEC,
              [&](const Context& c) { switches = c.w.g.nr_context_switches; });
    CHECK(switches > s.world().g.nr_context_switches);
    CHECK(s.state_hash() == hash);
    s.seek(s.t0() + 200 * NSEC_PER_MSEC);
    CHECK(s.world().g.nr_context_switches == switches);
}

TEST_CASE("session: a full trace stops the run with a sentence, and Continue drops its oldest part") {
    Session s(small_trace());
    REQUIRE(s.load(many_switches(), "two hogs").empty());
    for (u32 round = 0; round < 3; ++round) {
        for (u32 i = 0; i < 400 && s.limit_sentence().empty(); ++i) {
            s.seek(s.computed_until());
            s.advance(1'000'000);
        }
        CHECK(s.limit_sentence().find("trace is full") != std::string::npos);
        REQUIRE(s.can_continue());
        const u64 until = s.computed_until();
        s.continue_after_limit();
        CHECK(s.computed_until() > until);
        CHECK(s.trace().first_index() > 0);
        // What is left reads to its end, in order and without a gap.
        u64 next = s.trace().first_index(), time = 0;
        Trace::Reader reader = s.trace().read(next);
        bool in_order = true;
        for (Record r; reader.next(r); ++next) {
            in_order = in_order && r.index == next && r.time >= time;
            time = r.time;
        }
        CHECK(in_order);
        CHECK(next == s.trace().end_index());
    }
}
