// Virtual time over real time: one curve for each entity of a CPU's fair queue, and what they are
// measured by: min_vruntime in 6.1, the weighted average in 6.12. Made by looking at the World
// after each event of a stretch that is run again.
#pragma once

#include "view/cast.hpp"

#include <string>
#include <vector>

namespace rq {
struct Context;
struct cfs_rq;
}

namespace rq::view {

/// The vruntime by which a queue's entities are judged, ns of virtual time: 6.1 min_vruntime; 6.12
/// avg_vruntime() as the kernel computes it, the running entity included.
s64 queue_base(const World& w, const cfs_rq& queue);

struct CurvePoint {
    u64 time = 0;      ///< simulated ns
    s64 vruntime = 0;  ///< ns of virtual time
    s64 lag = 0;       ///< 6.12: average - vruntime at that instant; 6.1: 0
    bool running = false;  ///< from here on it runs
    bool ends = false;     ///< from here on it is not on the queue (asleep, elsewhere)
};
struct Curve {
    u32 task = no_task;    ///< in the cast; no_task = a group
    std::string name;      ///< of the task, or of the group
    std::vector<CurvePoint> points;
};
struct Curves {
    u32 cpu = 0;
    u64 from = 0, to = 0;  ///< what the points cover; may be less than was asked for
    bool eevdf = false;
    bool cut = false;      ///< more entities or events than are followed
    std::vector<CurvePoint> base;  ///< vruntime alone counts
    std::vector<Curve> curves;     ///< in the order of appearance
};

/// Follows the root queue of one CPU. Call begin once, take after each event, done at the end.
class CurveFold {
   public:
    static constexpr u32 most_curves = 16;
    static constexpr u32 most_points = 6000;

    /// Points that change no state come at least `step` ns apart.
    void begin(const Context& c, const Cast& cast, u32 cpu, u64 time, u64 step);
    void take(const Context& c, const Cast& cast, u64 time);
    Curves done(u64 time);

   private:
    struct Follow {
        u32 se = 0;
        bool present = false, running = false;
        s64 vruntime = 0;
        u64 last = 0;  ///< instant of the last point
    };
    void follow(const Context& c, const Cast& cast, u32 se);
    void look(const Context& c, Follow& f, Curve& curve, u64 time, s64 base, u32 curr);

    Curves out_;
    std::vector<Follow> followed_;
    u64 step_ = 0;
};

}  // namespace rq::view
