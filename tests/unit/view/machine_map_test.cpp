// The boxes of a machine and who is in them.
#include "view/machine_map.hpp"

#include "unit/view/viewed_run.hpp"

using namespace rq;
using namespace rq::view;
using testing::Viewed;

TEST_CASE("machine map: nodes, caches, cores, and what each CPU runs") {
    Viewed run(R"({"format": "runqueue/1", "duration": "50ms",
      "machine": {"sockets": 2, "cores": 2, "threads": 2, "nodes": 2, "distance": 21},
      "tasks": [{"name": "pinned", "cpus": "5", "program": ["run 40ms"]},
                {"name": "behind", "cpus": "5", "program": ["run 40ms"]}]})",
               10 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    const MachineMap map = machine_map(run.context(), run.cast());
    REQUIRE(map.cpus.size() == 8);
    REQUIRE(map.nodes.size() == 2);
    CHECK(map.cores == 4);
    CHECK(map.llcs == 2);
    CHECK(map.nodes[0].cpus == std::vector<u32>{0, 1, 2, 3});
    CHECK(map.nodes[1].distance == std::vector<u32>{21, 10});
    CHECK(map.cpus[5].core == 2);
    CHECK(map.cpus[5].thread == 1);
    CHECK(map.cpus[5].nr_running == 2);
    CHECK((map.cpus[5].name == "pinned" || map.cpus[5].name == "behind"));
    CHECK(map.cpus[5].task == run.task(map.cpus[5].name.c_str()));
    REQUIRE(map.cpus[5].waiting.size() == 1);
    CHECK(map.cpus[5].waiting[0] != map.cpus[5].task);
    CHECK(map.cpus[0].waiting.empty());
    CHECK(map.cpus[0].name == "idle");
    CHECK(map.cpus[0].task == no_task);
}
