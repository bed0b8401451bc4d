// The laws of a World, each a sentence when broken. Tests check them after every event.
#pragma once

#include "context.hpp"

#include <string>
#include <vector>

namespace rq {

/// Empty when every law holds.
std::vector<std::string> check_laws(const World& w, const Image& image);

/// The part of it that is about processes and memory; appends.
void check_process_laws(const World& w, std::vector<std::string>& broken);
/// The part of it that is about real-time and deadline tasks; appends.
void check_realtime_laws(const World& w, std::vector<std::string>& broken);

}  // namespace rq
