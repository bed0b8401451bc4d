// A learner must be able to hold a function on one screen and a file in one sitting. The limits
// are a ratchet: what is longer is listed with its length, may only shrink, and then leaves.
#include "tidy/sources.hpp"

#include <doctest/doctest.h>
#include <map>

using tidy::SourceFile;

namespace {

constexpr std::size_t line_columns_max = 100;
constexpr std::size_t function_lines_max = 70;
constexpr std::size_t file_lines_max = 600;

// "path: first words of the function" and its length now.
const std::map<std::string, std::size_t>& long_functions() {
    static const std::map<std::string, std::size_t> ratchet = {
        {"engine/task/run_op.cpp: Family family_of", 82},  // a table, one line for each operation
    };
    return ratchet;
}

const std::map<std::string, std::size_t>& long_files() {
    static const std::map<std::string, std::size_t> ratchet = {};
    return ratchet;
}

/// The line with what stands between quotes left out: a sentence may be as long as it is.
std::string without_text(const std::string& line) {
    std::string rest;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const std::size_t end = line[i] == '"' ? line.find('"', i + 1) : std::string::npos;
        if (end != std::string::npos && end - i > 60) i = end;
        else rest += line[i];
    }
    return rest;
}

/// Columns of a line of UTF-8: bytes that begin a character.
std::size_t columns(const std::string& line) {
    std::size_t count = 0;
    for (const char c : line) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    return count;
}

}  // namespace

TEST_CASE("tidy: lines have at most 100 columns, texts aside") {
    for (const SourceFile& file : tidy::sources()) {
        if (file.extension == ".def" || file.extension == ".css") continue;  // one row, one line
        for (std::size_t n = 0; n < file.lines.size(); ++n) {
            const std::string& line = file.lines[n];
            if (columns(line) <= line_columns_max) continue;
            // Comments count as they are; in code only what is not a text of many words.
            const bool comment = line.find("//") != std::string::npos;
            const std::string& rest =
                n < file.code.size() && !comment ? file.code[n] : without_text(line);
            const bool text = columns(rest) <= line_columns_max;
            if (!text) tidy::complain(file, n + 1, std::to_string(columns(line)) + " columns");
        }
    }
}

TEST_CASE("tidy: functions have at most 70 lines, or shrink") {
    for (const SourceFile& file : tidy::sources()) {
        for (const tidy::Function& f : tidy::functions(file)) {
            if (f.length <= function_lines_max) continue;
            const std::string name = f.head.substr(0, f.head.find('('));
            const auto known = long_functions().find(file.path + ": " + name);
            if (known == long_functions().end() || f.length > known->second) {
                tidy::complain(file, f.line, name + " has " + std::to_string(f.length) +
                                                 " lines: keep the branching, move the work out");
            }
        }
    }
}

TEST_CASE("tidy: files have at most 600 lines, or shrink") {
    for (const SourceFile& file : tidy::sources()) {
        if (file.lines.size() <= file_lines_max) continue;
        const auto known = long_files().find(file.path);
        if (known == long_files().end() || file.lines.size() > known->second) {
            tidy::complain(file, file.lines.size(), "split the file where its subject divides");
        }
    }
}

TEST_CASE("tidy: unit tests stand in the room whose claims they prove") {
    for (const SourceFile& file : tidy::sources()) {
        if (file.path.rfind("tests/unit/", 0) != 0 || file.extension != ".cpp") continue;
        const std::string room = file.path.substr(11, file.path.find('/', 11) - 11);
        if (!tidy::exists("engine/" + room) && !tidy::exists("shell/" + room)) {
            tidy::complain(file, 1, "there is no room " + room);
        }
        if (file.path.size() < 9 || file.path.substr(file.path.size() - 9) != "_test.cpp") {
            tidy::complain(file, 1, "a unit test is called <what it tests>_test.cpp");
        }
    }
}
