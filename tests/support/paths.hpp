// Where tests find the repository's files, wherever it was cloned and whoever runs them.
#pragma once

#include <string>
#include <string_view>

namespace support {

/// The absolute path of a file named relative to the root of the repository.
std::string source_path(std::string_view relative);

/// The absolute path of a file named relative to the build folder (`runqueue` lies in `shell/`).
std::string binary_path(std::string_view relative);

/// The bytes of a file; the test that asks fails if it cannot be read.
std::string read_file(const std::string& path);

}  // namespace support
