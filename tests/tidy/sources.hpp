// The repository's own source files, as the house rules read them.
#pragma once

#include <string>
#include <vector>

namespace tidy {

struct SourceFile {
    std::string path;                ///< relative to the root, with /
    std::string folder;              ///< "engine", "shell", "web", "tests" …
    std::string room;                ///< second part of the path, empty at the first level
    std::string extension;           ///< ".cpp" …
    std::vector<std::string> lines;  ///< as written
    std::vector<std::string> code;   ///< C++ only: the same lines without comments and literals
};

/// Every source file below engine, shell, web, tests and cmake, in the order of their paths.
const std::vector<SourceFile>& sources();

/// The repository has a file of that path.
bool exists(const std::string& path);

/// What an `#include "…"` line includes; empty for any other line.
std::string included(const std::string& line);

/// A function of a C++ file: the line of its brace, its first words, and its length in lines.
struct Function {
    std::size_t line;
    std::string head;
    std::size_t length;
};
std::vector<Function> functions(const SourceFile& file);

/// Fails the running test once for each complaint, which is "path:line: sentence".
void complain(const SourceFile& file, std::size_t line, const std::string& sentence);

}  // namespace tidy
