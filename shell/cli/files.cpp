// Reading, writing and complaining.
#include "cli/files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace rq::cli {

bool read_file(const std::string& path, std::string& text) {
    text.clear();
    std::FILE* f = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
    if (!f) {
        say(path + ": cannot be read: " + std::strerror(errno));
        return false;
    }
    char buffer[1 << 16];
    bool good = true;
    for (;;) {
        std::size_t n = std::fread(buffer, 1, sizeof buffer, f);
        text.append(buffer, n);
        if (text.size() > limits::import_bytes) {
            say(path + ": is larger than " + std::to_string(limits::import_bytes >> 20) + " MiB");
            good = false;
            break;
        }
        if (n < sizeof buffer) break;
    }
    if (good && std::ferror(f)) {
        say(path + ": cannot be read: " + std::strerror(errno));
        good = false;
    }
    if (f != stdin) std::fclose(f);
    return good;
}

bool write_file(const std::string& path, std::string_view text) {
    std::FILE* f = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
    bool good = f != nullptr;
    if (good) good = std::fwrite(text.data(), 1, text.size(), f) == text.size();
    if (good && f == stdout) good = std::fflush(f) == 0;
    if (f && f != stdout) good = std::fclose(f) == 0 && good;
    if (!good) say(path + ": cannot be written: " + std::strerror(errno));
    return good;
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void say(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fputc('\n', stderr);
}

void say(const std::string& path, const Diagnostics& diagnostics) {
    for (const Diagnostic& d : diagnostics) {
        std::string text = to_string(d);
        say(path + (d.line ? ":" : ": ") + text);
    }
}

}  // namespace rq::cli
