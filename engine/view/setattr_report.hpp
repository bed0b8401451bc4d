// The results of a table of sched_setattr calls, as rows for reading and as JSON.
#pragma once

#include "sim/setattr_table.hpp"
#include "view/value.hpp"

namespace rq::view {

using SetattrResults = std::vector<std::vector<SetattrResult>>;

/// "groups": a list of {"group", "cases": [{what was asked, "result", "after": {…}}]}.
Value setattr_value(const SetattrTable& table, const SetattrResults& results);
/// One line a call, under the title of its group.
std::string setattr_text(const SetattrTable& table, const SetattrResults& results);

}  // namespace rq::view
