// Fuzz target: any bytes as the program of a kload task and as that of a runqueue/1 task, so that
// mutations reach the operations; and any bytes as the whole file.
#include "round_trip.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    round_trip(text);
    round_trip("{\"format\": \"oracle-kload-1\", \"duration_us\": 1000, \"programs\": {\"p\": []}, "
               "\"tasks\": [{\"name\": \"t\", \"program\": " + text + "}]}");
    round_trip("{\"format\": \"runqueue/1\", \"programs\": {\"p\": [\"nop\"]}, "
               "\"tasks\": [{\"name\": \"t\", \"program\": " + text + "}]}");
    return 0;
}
