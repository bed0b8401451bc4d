// A trace as the kernel's text, line by line.
#include "trace/ftrace_writer.hpp"

#include "engine.hpp"

#include <doctest/doctest.h>

using namespace rq;

namespace {

KnownTask known(TaskId id, u32 pid, const char* comm, bool idle, u32 cpu) {
    KnownTask k;
    k.id = id;
    k.pid = k.tgid = pid;
    k.comm = comm;
    k.idle = idle;
    k.cpu = cpu;
    return k;
}

const TaskId idle = TaskId::make(1, 0);
const TaskId web = TaskId::make(2, 0);
const TaskId db = TaskId::make(3, 0);

Trace small_trace() {
    Trace t;
    u64 i = 0;
    t.put(i++, Ev::sched_waking, 1'000'000'000, 0, web, u32{0});
    t.put(i++, Ev::sched_wakeup, 1'000'000'000, 0, web, u32{0}, Rule::select_only);
    t.put(i++, Ev::sched_switch, 1'000'002'345, 0, idle, web, u32{0}, Rule::pick_only, TaskId{});
    t.put(i++, Ev::sched_attr, 1'000'500'000, 0, web, u32{1}, s32{50}, Rule::none);
    t.put(i++, Ev::sched_switch, 2'000'000'001, 0, web, db, u32{0x100}, Rule::pick_leftmost, web);
    t.put(i++, Ev::sched_migrate_task, 2'000'000'002, 0, web, u32{0}, u32{1}, Rule::none);
    return t;
}

std::string text_of(const Trace& trace, u64 t0) {
    FtraceWriter w(t0);
    w.know(known(idle, 0, "swapper/0", true, 0));
    w.know(known(web, 101, "my web", false, ~0u));
    w.know(known(db, 202, "db", false, ~0u));
    std::string out;
    Record r;
    for (Trace::Reader reader = trace.read(0); reader.next(r);) w.write(out, r);
    return out;
}

}  // namespace

TEST_CASE("ftrace: lines are the kernel's, with times from t0 and names that cannot spoof") {
    CHECK(text_of(small_trace(), 1'000'000'000) ==
          "          <idle>-0       (-------) [000] d..4.     0.000000000: "
          "sched_waking: comm=my_web pid=101 prio=120 target_cpu=000\n"
          "          <idle>-0       (-------) [000] d..4.     0.000000000: "
          "sched_wakeup: comm=my_web pid=101 prio=120 target_cpu=000\n"
          "          <idle>-0       (-------) [000] d..2.     0.000002345: "
          "sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> "
          "next_comm=my_web next_pid=101 next_prio=120\n"
          "          my_web-101     (    101) [000] d..2.     1.000000001: "
          "sched_switch: prev_comm=my_web prev_pid=101 prev_prio=49 prev_state=R+ ==> "
          "next_comm=db next_pid=202 next_prio=120\n"
          "              db-202     (    202) [000] d..4.     1.000000002: "
          "sched_migrate_task: comm=my_web pid=101 prio=49 orig_cpu=0 dest_cpu=1\n");
}

TEST_CASE("ftrace: what happened before t0 is followed but not written") {
    std::string text = text_of(small_trace(), 1'900'000'000);
    CHECK(text.find("prev_comm=my_web prev_pid=101 prev_prio=49") != std::string::npos);
    CHECK(text.find("sched_waking") == std::string::npos);
}

TEST_CASE("ftrace: prev_pid of every switch is the next_pid of the one before on its CPU") {
    auto scenario = read_scenario(R"({"format": "runqueue/1", "duration": "300ms", "tasks": [
        {"name": "a", "program": [{"repeat": -1, "do": ["run 3ms", "sleep 2ms"]}]},
        {"name": "b", "program": [{"repeat": -1, "do": ["run 5ms"]}]}]})");
    REQUIRE(scenario);
    auto booted = Simulation::boot(*scenario);
    REQUIRE(booted);
    view::ReportStart start = view::report_start(**booted);
    (*booted)->run_to_end();
    FtraceWriter w((*booted)->t0());
    for (const KnownTask& k : start.known) w.know(k);
    std::string text;
    Record r;
    for (Trace::Reader reader = (*booted)->trace().read(0); reader.next(r);) w.write(text, r);
    std::string before;
    u32 switches = 0;
    for (std::size_t at = 0; (at = text.find("prev_pid=", at)) != std::string::npos; ++at) {
        std::string prev = text.substr(at + 9, text.find(' ', at) - at - 9);
        if (switches++) CHECK(prev == before);
        std::size_t next = text.find("next_pid=", at);
        before = text.substr(next + 9, text.find(' ', next) - next - 9);
    }
    CHECK(switches > 50);
    CHECK(text.back() == '\n');
}
