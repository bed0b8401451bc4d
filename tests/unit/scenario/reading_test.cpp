// The files of tests/bad: each is refused for the reason, and at the place, that its line of
// tests/bad/expected.tsv says. With RUNQUEUE_WRITE_EXPECTED=1 in the environment the manifest is
// written anew, to be read by a person before it is committed.
#include "scenario/setattr.hpp"
#include "support/paths.hpp"
#include "unit/scenario/programs.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace rq;

namespace {

Diagnostics refused(const std::string& text) {
    if (recognise(text) == InputKind::setattr_table) {
        Result<SetattrTable> table = read_setattr_table(text);
        return table ? Diagnostics{} : table.errors();
    }
    Result<Scenario> scenario = read_scenario(text);
    return scenario ? check_machine(*scenario) : scenario.errors();
}

std::string describe(const Diagnostics& errors) {
    if (errors.empty()) return "accepted";
    const Diagnostic& d = errors.front();
    return std::to_string(d.line) + ":" + std::to_string(d.column) + "\t" + d.code;
}

std::map<std::string, std::string> found() {
    namespace fs = std::filesystem;
    std::map<std::string, std::string> files;
    std::string folder = support::source_path("tests/bad");
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        Diagnostics errors = refused(support::read_file(entry.path().string()));
        files[entry.path().filename().string()] = describe(errors);
        for (const Diagnostic& d : errors) {
            CHECK_MESSAGE(d.line > 0, entry.path().string() << " " << to_string(d));
            CHECK_MESSAGE(d.message.size() > 12, entry.path().string());
            CHECK_MESSAGE(d.message.back() == '.', entry.path().string() << " " << d.message);
        }
    }
    return files;
}

}  // namespace

TEST_CASE("bad input: each of 100 files is refused with the code, line and column it should be") {
    std::map<std::string, std::string> files = found();
    std::string manifest = support::source_path("tests/bad/expected.tsv");
    if (std::getenv("RUNQUEUE_WRITE_EXPECTED")) {
        std::ofstream out(manifest);
        out << "file\tline:column\tcode\n";
        for (const auto& [file, what] : files) out << file << '\t' << what << '\n';
    }
    std::istringstream lines(support::read_file(manifest));
    std::string line;
    std::getline(lines, line);
    std::size_t told = 0;
    while (std::getline(lines, line)) {
        std::string file = line.substr(0, line.find('\t'));
        REQUIRE_MESSAGE(files.count(file) == 1, "no file " << file);
        CHECK_MESSAGE(file + '\t' + files[file] == line, files[file]);
        CHECK_MESSAGE(files[file] != "accepted", file);
        ++told;
    }
    CHECK(told == files.size());
    CHECK(told >= 100);
}
