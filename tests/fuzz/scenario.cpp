// Fuzz target: any bytes as a text of any kind. What is read must be written in a form that reads
// back as the same text, and must survive the checks that come before a run.
#include "scenario/scenario.hpp"
#include "scenario/setattr.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    rq::recognise(text);
    rq::Result<rq::SetattrTable> table = rq::read_setattr_table(text);
    rq::Result<rq::Scenario> scenario = rq::read_scenario(text);
    if (table && scenario) std::abort();  // a text is one thing
    if (!scenario) return 0;
    rq::check_machine(*scenario);
    std::string first = rq::write_scenario(*scenario);
    rq::Result<rq::Scenario> again = rq::read_scenario(first);
    if (!again) std::abort();
    if (rq::write_scenario(*again) != first) std::abort();
    return 0;
}
