// How a diagnostic is written on one line.
#include "base/result.hpp"

namespace rq {

std::string to_string(const Diagnostic& d) {
    std::string text;
    if (d.line) text += std::to_string(d.line) + ":" + std::to_string(d.column) + ": ";
    text += d.message;
    if (!d.hint.empty()) text += " " + d.hint;
    return text;
}

}  // namespace rq
