// Virtual time of a queue, event by event.
#include "view/curves.hpp"

#include "unit/view/viewed_run.hpp"
#include "view/rq_tree.hpp"

using namespace rq;
using namespace rq::view;
using testing::Viewed;

namespace {

constexpr const char* mixed = R"({"format": "runqueue/1", "duration": "200ms", "tasks": [
  {"name": "hogA", "program": [{"repeat": -1, "do": ["run 10ms"]}]},
  {"name": "hogB", "nice": 5, "program": [{"repeat": -1, "do": ["run 10ms"]}]},
  {"name": "slp", "program": [{"repeat": -1, "do": ["run 1ms", "sleep 9ms"]}]}]})";

Curves follow(Viewed& run, u64 from, u64 to) {
    const u64 t0 = run.simulation->t0();
    CurveFold fold;
    fold.begin(run.context(), run.cast(), 0, t0 + from, 0);
    while (run.simulation->now() < t0 + to && run.simulation->step())
        fold.take(run.context(), run.cast(), run.simulation->now());
    return fold.done(t0 + to);
}

}  // namespace

TEST_CASE("curves: the last points are the vruntimes of the run queue") {
    for (const char* kernel : {"6.1", "6.12"}) {
        std::string text = mixed;
        text.insert(1, std::string("\"kernel\": \"") + kernel + "\", ");
        Viewed run(text, 20 * NSEC_PER_MSEC);
        REQUIRE(run.ok());
        const Curves curves = follow(run, 20 * NSEC_PER_MSEC, 100 * NSEC_PER_MSEC);
        REQUIRE(curves.curves.size() == 3);
        CHECK_FALSE(curves.cut);
        const RqTree tree = rq_tree(run.context(), run.cast(), 0);
        REQUIRE(tree.has_curr);
        std::vector<RqNode> nodes = tree.nodes;
        nodes.push_back(tree.curr);
        for (const RqNode& node : nodes)
            for (const Curve& curve : curves.curves) {
                if (curve.task != node.task) continue;
                CHECK(static_cast<u64>(curve.points.back().vruntime) == node.vruntime);
                CHECK_FALSE(curve.points.back().ends);
            }
        CHECK(curves.base.back().vruntime == queue_base(run.world(), run.world().cfs_rqs[1]));
    }
}

TEST_CASE("curves: vruntime never runs back while a task is on the queue, and sleep ends a line") {
    Viewed run(mixed, 20 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    const Curves curves = follow(run, 20 * NSEC_PER_MSEC, 150 * NSEC_PER_MSEC);
    u32 ends = 0;
    for (const Curve& curve : curves.curves) {
        for (std::size_t i = 1; i < curve.points.size(); ++i) {
            CHECK(curve.points[i].time >= curve.points[i - 1].time);
            if (!curve.points[i - 1].ends)
                CHECK(curve.points[i].vruntime >= curve.points[i - 1].vruntime);
        }
        for (const CurvePoint& p : curve.points) ends += p.ends;
        if (curve.name == "hogA")
            for (const CurvePoint& p : curve.points) CHECK_FALSE(p.ends);
    }
    CHECK(ends >= 10);
}

TEST_CASE("curves: in 6.12 the lag is the average less the vruntime") {
    std::string text = mixed;
    text.insert(1, "\"kernel\": \"6.12\", ");
    Viewed run(text, 20 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    const Curves curves = follow(run, 20 * NSEC_PER_MSEC, 60 * NSEC_PER_MSEC);
    CHECK(curves.eevdf);
    u32 owed = 0, ahead = 0;
    for (const Curve& curve : curves.curves)
        for (const CurvePoint& p : curve.points) {
            owed += p.lag > 0;
            ahead += p.lag < 0;
        }
    CHECK(owed > 0);
    CHECK(ahead > 0);
}
