// Fuzz target: any bytes as the thread of an rt-app file, so that mutations reach the events
// instead of dying in the frame around them; and any bytes as the whole file.
#include "scenario/scenario.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void round_trip(const std::string& text) {
    rq::Result<rq::Scenario> scenario = rq::read_scenario(text);
    if (!scenario) {
        for (const rq::Diagnostic& d : scenario.errors()) {
            if (d.message.empty()) std::abort();
        }
        return;
    }
    rq::check_machine(*scenario);
    std::string first = rq::write_scenario(*scenario);
    rq::Result<rq::Scenario> again = rq::read_scenario(first);
    if (!again || rq::write_scenario(*again) != first) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    round_trip(text);
    round_trip("{\"tasks\": {\"t\": " + text + ", \"u\": {\"instance\": 0, \"run\": 1}}}");
    return 0;
}
