// The reports of `perf sched` on a run that was made by hand, to the byte.
#include "view/perf_sched.hpp"

#include "unit/view/made_run.hpp"

#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;
using testing::MadeRun;

namespace {

struct Recording {
    MadeRun m;
    PerfInput input;
    Recording() {
        TaskId web = m.fork("web", 101);
        m.now = 1'000'000;
        m.run(m.idle[0], web, 0);
        m.now = 3'500'000;
        TaskId db = m.fork("db", 202);
        m.now = 4'000'000;
        m.preempt(web, db);
        m.now = 6'000'000;
        m.run(db, web, TASK_INTERRUPTIBLE);
        m.now = 6'250'000;
        m.run(web, m.idle[0], TASK_INTERRUPTIBLE);
        input.trace = &m.trace;
        KnownTask k;
        k.id = m.idle[0];
        k.idle = true;
        k.cpu = 0;
        input.known.push_back(k);
    }
};

}  // namespace

TEST_CASE("perf sched latency: runtime, switches and waits in the tool's layout") {
    Recording r;
    std::string rule = " " + std::string(139, '-') + "\n";
    CHECK(perf_sched_latency(r.input) ==
          "\n" + rule +
              "  Task                  |   Runtime ms  | Switches | Avg delay ms    | Max delay ms"
              "    | Max delay start           | Max delay end          |\n" +
              rule +
              "  web:101               |      3.250 ms |        2 | avg:   1.500 ms | max:   2.000"
              " ms | max start:     0.004000 s | max end:     0.006000 s\n"
              "  db:202                |      2.000 ms |        1 | avg:   0.500 ms | max:   0.500"
              " ms | max start:     0.003500 s | max end:     0.004000 s\n" +
              " " + std::string(113, '-') +
              "\n  TOTAL:                |      5.250 ms |        3 |\n " + std::string(51, '-') +
              "\n\n");
}

TEST_CASE("perf sched timehist: a line for each task that leaves its CPU") {
    Recording r;
    std::string text = perf_sched_timehist(r.input);
    CHECK(text.find("       0.004000 [0000]  web[101]                            0.000      1.000 "
                    "     3.000 \n") != std::string::npos);
    CHECK(text.find("       0.006000 [0000]  db[202]                             0.000      0.500 "
                    "     2.000 \n") != std::string::npos);
    CHECK(text.find("       0.006250 [0000]  web[101]                            2.000      0.000 "
                    "     0.250 \n") != std::string::npos);
    CHECK(text.find("[0000]  <idle>                 ") != std::string::npos);
}

TEST_CASE("perf sched map: short names, the idle task is a dot") {
    Recording r;
    CHECK(perf_sched_map(r.input) == "  *A0       0.001000 secs A0 => web:101\n"
                                     "  *B0       0.004000 secs B0 => db:202\n"
                                     "  *A0       0.006000 secs \n"
                                     "  *.        0.006250 secs .  => swapper:0\n");
}
