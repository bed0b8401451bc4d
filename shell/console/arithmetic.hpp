// $((…)): whole numbers of 64 bits that wrap, with the operators of C that a shell has.
#pragma once

#include "base/types.hpp"

#include <map>
#include <string>
#include <string_view>

namespace rq::console {

/// The value of an expression; variables that are not set count as 0. False, with bash's words in
/// `error`: it is none, or it divides by zero.
bool arithmetic(std::string_view text, const std::map<std::string, std::string>& variables,
                s64& value, std::string& error);

}  // namespace rq::console
