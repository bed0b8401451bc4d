// Words that may not stand in the engine, each with what to use in its place, and other marks of
// unfinished or careless work anywhere.
#include "tidy/sources.hpp"

#include <doctest/doctest.h>
#include <regex>

using tidy::SourceFile;

namespace {

struct Banned {
    const char* word;  // a regular expression
    const char* instead;
};

// A run must be the same everywhere and its state a plain copy: DESIGN of the engine in README.md.
const Banned engine_words[] = {
    {R"(\b(float|double)\b)", "integers in fixed point (base/fixed.hpp)"},
    {R"(\blong\b)", "u32, s64 …: long has 32 bits in WebAssembly"},
    {R"(<chrono>|\bstd::chrono\b|\btime\(nullptr\))", "World's own clock, g.now"},
    {R"(<random>|\bstd::mt19937|\brand\(\))", "base/prng.hpp, a named stream of the seed"},
    {R"(<iostream>|\bstd::c(out|err)\b|\bprintf\()", "a returned text; the engine prints nothing"},
    {R"(<unordered_(map|set)>|\bstd::unordered_)", "a column by id, or a sorted vector"},
    {R"(<thread>|\bstd::(thread|mutex|atomic)\b)", "nothing: the engine has one thread"},
    {R"(\bstd::sort\b)", "std::stable_sort, or an order that ends with the id"},
    {R"(\bstd::hash\b)", "base/hash.hpp"},
    {R"(\bstd::(push|pop|make)_heap\b)", "base/heap.hpp, whose ties are written down"},
    {R"(\bassert\()", "RQ_ASSERT, which stays on in released builds"},
    {R"(\b(throw|try|catch)\b)", "Result: no exception crosses the engine"},
    {R"(\b(dynamic_cast|typeid)\b)", "a kind that is stored"},
    {R"(\bgetenv\b|\bfopen\b|<fstream>|<filesystem>)", "a text handed in: the engine does no I/O"},
};

const Banned words_everywhere[] = {
    {R"(\b(TODO|FIXME|XXX|HACK)\b)", "the work itself, or a line in the table of what is missing"},
    {R"((^|[^A-Za-z0-9_./])/(home|root|work)/)", "a path relative to the repository"},
    {R"(\t)", "spaces"},
    {R"( +$)", "nothing: no space at the end of a line"},
    {R"(\r)", "plain line ends"},
};

}  // namespace

TEST_CASE("tidy: the engine uses no banned word") {
    for (const Banned& banned : engine_words) {
        const std::regex word(banned.word);
        for (const SourceFile& file : tidy::sources()) {
            if (file.folder != "engine") continue;
            for (std::size_t n = 0; n < file.code.size(); ++n) {
                std::smatch found;
                if (std::regex_search(file.code[n], found, word)) {
                    tidy::complain(file, n + 1,
                                   "use " + std::string(banned.instead) + ", not " + found.str());
                }
            }
        }
    }
}

TEST_CASE("tidy: base holds no word of Linux") {
    const std::regex word(
        R"(\b(task_struct|sched_\w+|vruntime|cfs_\w*|eevdf|cgroup\w*|numa\w*|clone_\w+)\b)",
        std::regex::icase);
    for (const SourceFile& file : tidy::sources()) {
        if (file.folder != "engine" || file.room != "base") continue;
        for (std::size_t n = 0; n < file.code.size(); ++n) {
            std::smatch found;
            if (std::regex_search(file.code[n], found, word)) {
                tidy::complain(file, n + 1, found.str() + " is a word of a later room");
            }
        }
    }
}

TEST_CASE("tidy: nothing is left unfinished, tied to a machine, or untidy at its edges") {
    for (const Banned& banned : words_everywhere) {
        const std::regex word(banned.word);
        for (const SourceFile& file : tidy::sources()) {
            if (file.path == "tests/tidy/words_test.cpp") continue;
            for (std::size_t n = 0; n < file.lines.size(); ++n) {
                std::smatch found;
                if (std::regex_search(file.lines[n], found, word)) {
                    tidy::complain(file, n + 1, "instead of '" + found.str() + "' write " +
                                                    std::string(banned.instead));
                }
            }
        }
    }
}

TEST_CASE("tidy: every file says at its head what it is") {
    for (const SourceFile& file : tidy::sources()) {
        if (file.lines.empty()) {
            tidy::complain(file, 1, "the file is empty: delete it");
            continue;
        }
        const std::string& first = file.lines.front();
        const bool script = first.rfind("#!", 0) == 0;
        const std::string& head = script && file.lines.size() > 1 ? file.lines[1] : first;
        const bool comment = head.rfind("//", 0) == 0 || head.rfind("/*", 0) == 0 ||
                             head.rfind("#", 0) == 0 || head.rfind("\"\"\"", 0) == 0;
        if (!comment || (head.rfind("#", 0) == 0 && file.extension != ".sh" &&
                         file.extension != ".cmake" && file.extension != ".py")) {
            tidy::complain(file, 1, "begin with a comment of one sentence that says what this is");
        }
    }
}

TEST_CASE("tidy: headers guard themselves once") {
    for (const SourceFile& file : tidy::sources()) {
        if (file.extension != ".hpp") continue;
        int guards = 0;
        for (const std::string& line : file.lines) guards += line == "#pragma once";
        if (guards != 1) tidy::complain(file, 1, "a header has one #pragma once");
    }
}
