// Fuzz target: any bytes as the thread of an rt-app file, so that mutations reach the events
// instead of dying in the frame around them; and any bytes as the whole file.
#include "round_trip.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    round_trip(text);
    round_trip("{\"tasks\": {\"t\": " + text + ", \"u\": {\"instance\": 0, \"run\": 1}}}");
    return 0;
}
