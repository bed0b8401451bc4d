// Conversations with the console, replayed: tests/console/*.txt. A transcript names a scenario and
// then holds what is typed behind "$ " (further lines of the same command behind "> ") and, below,
// what the terminal shows. Behind "~ " instead of "$ " numbers may be others: the shape is
// compared.
#include "console/console.hpp"
#include "session/builtin.hpp"
#include "support/paths.hpp"

#include <doctest/doctest.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace rq;

namespace {

struct Exchange {
    bool exact = true;
    std::string typed;
    std::string shown;
};

struct Transcript {
    std::string head;  ///< comments and the scenario's line, as they stand
    std::string scenario;
    std::string machine;
    std::vector<Exchange> exchanges;
};

Transcript read_transcript(const std::string& path) {
    Transcript t;
    std::stringstream in(support::read_file(path));
    std::string line;
    while (std::getline(in, line)) {
        bool typed = line.compare(0, 2, "$ ") == 0 || line.compare(0, 2, "~ ") == 0;
        if (typed) {
            t.exchanges.push_back({line[0] == '$', line.substr(2) + "\n", ""});
        } else if (t.exchanges.empty()) {
            t.head += line + "\n";
            if (line.compare(0, 10, "scenario: ") == 0) t.scenario = line.substr(10);
            if (line.compare(0, 9, "machine: ") == 0) t.machine = line.substr(9);
        } else if (line.compare(0, 2, "> ") == 0 && t.exchanges.back().shown.empty()) {
            t.exchanges.back().typed += line.substr(2) + "\n";
        } else {
            t.exchanges.back().shown += line + "\n";
        }
    }
    return t;
}

/// Numbers and widths of columns left out.
std::string shape(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        bool again =
            !out.empty() && ((digit && out.back() == '0') || (text[i] == ' ' && out.back() == ' '));
        if (!again) out += digit ? '0' : text[i];
    }
    return out;
}

std::string shown_text(console::Console& shell, const std::string& typed) {
    std::string out;
    for (const console::Shown& piece : shell.execute(typed)) out += piece.text;
    if (!out.empty() && out.back() != '\n') out += "\n";
    return out;
}

void write_transcript(const std::string& path, const Transcript& t,
                      const std::vector<std::string>& shown) {
    std::ofstream out(path);
    out << t.head;
    for (std::size_t i = 0; i < t.exchanges.size(); ++i) {
        std::stringstream typed(t.exchanges[i].typed);
        std::string line;
        for (bool first = true; std::getline(typed, line); first = false)
            out << (!first ? "> " : t.exchanges[i].exact ? "$ " : "~ ") << line << "\n";
        out << shown[i];
    }
}

bool load(Session& session, const Transcript& t) {
    Overrides overrides;
    overrides.machine = t.machine;
    session.set_overrides(overrides);
    Diagnostics errors = session.load(builtin_scenario(t.scenario), t.scenario);
    for (const Diagnostic& d : errors) MESSAGE(to_string(d));
    return errors.empty();
}

}  // namespace

TEST_CASE("console: transcripts show what the machine shows") {
    std::vector<std::string> paths;
    for (const auto& entry :
         std::filesystem::directory_iterator(support::source_path("tests/console")))
        if (entry.path().extension() == ".txt") paths.push_back(entry.path().string());
    std::sort(paths.begin(), paths.end());
    CHECK(paths.size() >= 5);
    for (const std::string& path : paths) {
        CAPTURE(path);
        Transcript t = read_transcript(path);
        SessionOptions options;
        options.stretch_events = 2000;
        options.horizon_ns = 0;
        Session session(options);
        REQUIRE(load(session, t));
        console::Console shell(session);
        std::vector<std::string> shown;
        for (const Exchange& e : t.exchanges) {
            CAPTURE(e.typed);
            shown.push_back(shown_text(shell, e.typed));
            if (std::getenv("RUNQUEUE_UPDATE")) continue;
            if (e.exact)
                CHECK(shown.back() == e.shown);
            else
                CHECK(shape(shown.back()) == shape(e.shown));
        }
        if (std::getenv("RUNQUEUE_UPDATE")) write_transcript(path, t, shown);
    }
}
