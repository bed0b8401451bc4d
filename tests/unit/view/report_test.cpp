// The parts of a report: distributions, values by path, expectations, CSV cells.
#include "view/report.hpp"

#include "engine.hpp"

#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;

namespace {

Verdict judged(const char* metric, const char* op, const char* value, const char* tolerance = "") {
    static ExpectSpec e;
    e = ExpectSpec{};
    e.metric = metric;
    e.op = op;
    e.value = value;
    e.tolerance = tolerance;
    Value report = Value::object();
    Value& tasks = report.add("tasks", Value::object());
    Value& hog = tasks.add("hog.v2", Value::object());
    hog.add("share", Value::fraction(3, 4));
    hog.add("cpu_time_ns", Value::number(5'000'000));
    hog.add("exit", Value::signed_number(-12));
    report.add("kernel", Value::string("6.1"));
    return judge(e, report);
}

}  // namespace

TEST_CASE("report: median, mean and p99 as the recordings define them") {
    std::vector<u64> even{4, 1, 3, 2};
    Distribution d = distribution(even);
    CHECK(d.median == 2);  // (2 + 3) / 2, rounded down
    CHECK(d.mean == 3);    // 2.5, rounded
    CHECK(d.p99 == 4);
    std::vector<u64> many;
    for (u64 i = 1; i <= 200; ++i) many.push_back(201 - i);
    d = distribution(many);
    CHECK(d.p99 == 198);
    CHECK(d.min == 1);
    CHECK(d.max == 200);
    std::vector<u64> none;
    CHECK(distribution(none).n == 0);
}

TEST_CASE("expect: numbers, fractions, times and per cent compare by value") {
    CHECK(judged("tasks.hog.v2.share", "==", "0.75").passed);
    CHECK(judged("tasks.hog.v2.share", "==", "75%").passed);
    CHECK(judged("tasks.hog.v2.share", "within", "0.74", "0.01").passed);
    CHECK_FALSE(judged("tasks.hog.v2.share", "within", "0.74", "0.009").passed);
    CHECK(judged("tasks.hog.v2.cpu_time_ns", "==", "5ms").passed);
    CHECK(judged("tasks.hog.v2.cpu_time_ns", "within", "5.2ms", "4%").passed);
    CHECK(judged("tasks.hog.v2.cpu_time_ns", "within", "5200000", "4%").passed);
    CHECK_FALSE(judged("tasks.hog.v2.cpu_time_ns", "within", "5200000", "3%").passed);
    CHECK(judged("tasks.hog.v2.exit", "<", "-11").passed);
    CHECK(judged("tasks.hog.v2.exit", ">=", "-12.5").passed);
    CHECK(judged("kernel", "==", "6.1").passed);
    CHECK(judged("kernel", "!=", "6.12").passed);
}

TEST_CASE("expect: an unknown metric is said with the nearest that exists") {
    Verdict v = judged("tasks.hog.v2.shar", ">", "0");
    CHECK_FALSE(v.known);
    CHECK_FALSE(v.passed);
    CHECK(v.sentence.find("Did you mean `tasks.hog.v2.share`?") != std::string::npos);
    CHECK_FALSE(judged("tasks.hog.v2", ">", "0").known);
}

TEST_CASE("report: a CSV cell is quoted when it must be and is never a formula") {
    CHECK(csv_cell("hog") == "hog");
    CHECK(csv_cell("a,b") == "\"a,b\"");
    CHECK(csv_cell("say \"hi\"") == "\"say \"\"hi\"\"\"");
    CHECK(csv_cell("=1+1") == "'=1+1");
    CHECK(csv_cell("@cmd,x") == "\"'@cmd,x\"");
}

TEST_CASE("report: CPU times, shares and idle time of a run add up to the window") {
    auto scenario = read_scenario(R"({"format": "runqueue/1", "duration": "200ms", "tasks": [
        {"name": "a", "program": [{"repeat": -1, "do": ["run 3ms", "sleep 2ms"]}]},
        {"name": "b", "program": [{"repeat": -1, "do": ["run 1ms", "sleep 7ms"]}]}]})");
    REQUIRE(scenario);
    auto booted = Simulation::boot(*scenario);
    REQUIRE(booted);
    ReportStart start = report_start(**booted);
    (*booted)->run_to_end();
    RunReport r = report(**booted, start, 50 * NSEC_PER_MSEC, 200 * NSEC_PER_MSEC);
    REQUIRE(r.tasks.size() == 2);
    CHECK(r.tasks[0].name == "a");
    u64 sum = r.idle_ns + r.kernel_threads_ns + r.rig_ns;
    for (const TaskReport& t : r.tasks) sum += t.cpu_time_ns;
    CHECK(sum == r.length_ns);
    CHECK(r.tasks[0].wakeups >= 25);
    CHECK(r.tasks[0].wakeup_latency.n + 1 >= r.tasks[0].wakeups);
    CHECK(r.context_switches_workload_only <= r.context_switches_total);
    Value v = report_value(r);
    REQUIRE(v.at("tasks.a.slice_ns.median"));
    CHECK(v.at("window.length_ns")->text == "150000000");
    CHECK(v.at("tasks.a.share")->text.size() == 8);
    CHECK(to_json(v).find("\"hash\": \"") != std::string::npos);
    std::string text = report_text(r);
    CHECK(text.find("a ") != std::string::npos);
    CHECK(text.find(" %") != std::string::npos);
}
