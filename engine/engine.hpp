// The door of the engine: the one header that shells include.
#pragma once

#include "base/limits.hpp"
#include "base/text.hpp"
#include "scenario/scenario.hpp"
#include "scenario/setattr.hpp"
#include "sim/simulation.hpp"
#include "task/run_op.hpp"
#include "view/books.hpp"
#include "view/costs.hpp"
#include "view/explain.hpp"
#include "view/latency.hpp"
#include "view/log.hpp"
#include "view/rq_tree.hpp"
#include "view/task_stats.hpp"
#include "view/tasks.hpp"
#include "view/timeline.hpp"
