// How the engine's words are shown: sentences in pieces, names of groups and profiles.
#pragma once

#include "app/model.hpp"

namespace rq {

/// Splits a styled sentence of the views at its names.
std::vector<Piece> pieces(std::string_view styled);

/// The group of a built-in scenario, from its folder: "04-fair/nice" is in "Fair".
std::string scene_group(std::string_view name);

const char* profile_words(ProfileKind profile);

}  // namespace rq
