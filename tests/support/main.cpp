// The entry point of every doctest program, and the place that knows where the repository lies.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "support/paths.hpp"

#include <fstream>
#include <sstream>

namespace support {

std::string source_path(std::string_view relative) {
    return std::string(RUNQUEUE_SOURCE_DIR "/").append(relative);
}

std::string binary_path(std::string_view relative) {
    return std::string(RUNQUEUE_BINARY_DIR "/").append(relative);
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE_MESSAGE(in.good(), "cannot read ", path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace support
