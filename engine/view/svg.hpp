// The timeline as a picture for slides and papers: SVG text, the same bytes everywhere.
#pragma once

#include "view/books.hpp"

#include <string>

namespace rq::view {

struct SvgOptions {
    u64 from = 0;         ///< simulated ns
    u64 to = 0;
    u64 t0 = 0;           ///< where the ruler counts from
    std::string title;
    u32 width = 1000;     ///< in CSS pixels, labels included
    u32 tasks_max = 16;   ///< task lanes; more are counted in a line below
};
/// CPU lanes, then a lane for each task of the workload that exists in the range.
std::string timeline_svg(const Books& books, const SvgOptions& options);

/// Text as it may stand in XML; control characters are left out, but for those `kept`.
std::string xml_escape(std::string_view text, std::string_view kept = {});

}  // namespace rq::view
