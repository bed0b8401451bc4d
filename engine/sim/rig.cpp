// No start is emulated yet: recorded workloads start as others do.
#include "sim/rig.hpp"

namespace rq {

bool rig_knows(const Scenario&) { return false; }
void rig_start(Context&) {}

}  // namespace rq
