// Fuzz target: any bytes as a text of any kind; a text is one thing.
#include "round_trip.hpp"
#include "scenario/setattr.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    rq::recognise(text);
    rq::Result<rq::SetattrTable> table = rq::read_setattr_table(text);
    if (round_trip(text) && table) std::abort();
    return 0;
}
