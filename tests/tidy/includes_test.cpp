// Who may include whom. The build hides rooms from each other's sources; what it cannot see is
// held here: headers see less than sources do, shells come in by the door, nobody skips a level.
#include "tidy/sources.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <set>

using tidy::SourceFile;

namespace {

using Rooms = std::set<std::string>;

// What a header of a room may include. "ids", "world", "context" and "engine" are the headers of
// engine/ itself.
const std::map<std::string, Rooms>& header_rule() {
    static const Rooms data = {"base", "ids", "scenario", "trace", "machine",
                               "task", "mm",  "sync",     "sched"};
    static const auto with = [](Rooms rooms, const Rooms& more) {
        rooms.insert(more.begin(), more.end());
        return rooms;
    };
    static const std::map<std::string, Rooms> rule = {
        {"base", {"base"}},
        {"scenario", {"base", "ids", "scenario"}},
        {"trace", {"base", "ids", "trace"}},
        {"machine", data},
        {"task", data},
        {"mm", data},
        {"sync", data},
        {"sched", data},
        {"cost", with(data, {"cost", "world"})},
        {"sim", with(data, {"cost", "sim", "world", "context"})},
        {"view", with(data, {"cost", "sim", "view", "world", "context"})},
    };
    return rule;
}

std::string room_of(const std::string& include) {
    const std::size_t slash = include.find('/');
    if (slash != std::string::npos) return include.substr(0, slash);
    return include.substr(0, include.find('.'));
}

/// Only files of its own room include this header, and of rooms that see the whole World anyway:
/// it is shared by sources, and may see what they see.
bool is_private(const SourceFile& header) {
    const std::string name = header.path.substr(header.path.find('/') + 1);
    for (const SourceFile& file : tidy::sources()) {
        const bool own = file.folder == "engine" && file.room == header.room;
        const bool late = file.room == "sim" || file.room == "view";
        if (own || late || file.folder == "tests") continue;
        for (const std::string& line : file.lines)
            if (tidy::included(line) == name) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("tidy: headers of a room include only rooms to their left in the path of data") {
    for (const SourceFile& file : tidy::sources()) {
        if (file.folder != "engine" || file.extension != ".hpp" || file.room.empty()) continue;
        const auto rule = header_rule().find(file.room);
        if (rule == header_rule().end()) {
            tidy::complain(file, 1, "engine/" + file.room + " is no room of the include table");
            continue;
        }
        for (std::size_t n = 0; n < file.lines.size(); ++n) {
            const std::string include = tidy::included(file.lines[n]);
            const std::string room = room_of(include);
            if (include.empty() || rule->second.count(room)) continue;
            if ((room == "world" || room == "context") && is_private(file)) continue;
            tidy::complain(file, n + 1, "a header of " + file.room + " may not include " + include +
                                            ": declare what it needs forward (struct World;) and "
                                            "include it in the source");
        }
    }
}

TEST_CASE("tidy: the scheduler decides without knowing what things cost") {
    for (const SourceFile& file : tidy::sources()) {
        if (file.folder != "engine" || file.room != "sched") continue;
        for (std::size_t n = 0; n < file.lines.size(); ++n) {
            const std::string room = room_of(tidy::included(file.lines[n]));
            if (room == "cost" || room == "scenario" || room == "sim" || room == "view") {
                tidy::complain(file, n + 1, "sched may not include " + room +
                                                ": costs are charged after the decision, by sim");
            }
        }
    }
}

TEST_CASE("tidy: shells come into the engine by its door") {
    for (const SourceFile& file : tidy::sources()) {
        if (file.folder != "shell" && file.folder != "web") continue;
        for (std::size_t n = 0; n < file.lines.size(); ++n) {
            const std::string include = tidy::included(file.lines[n]);
            const std::string room = room_of(include);
            if (header_rule().count(room) && room != "view" && room != "base") {
                tidy::complain(file, n + 1, "a shell includes \"engine.hpp\" (or a view), not " +
                                                include);
            }
            if (file.room == "session" && (room == "console" || room == "cli" || room == "app")) {
                tidy::complain(file, n + 1, "session may not know the shells around it");
            }
            if (file.room == "console" && (room == "cli" || room == "app")) {
                tidy::complain(file, n + 1, "console may not know who shows its text");
            }
        }
    }
}

TEST_CASE("tidy: third-party headers are seen by the files that need them and no others") {
    struct Library {
        const char* header;
        std::vector<std::string> where;  // beginnings of paths
    };
    static const std::vector<Library> libraries = {
        {"nlohmann/", {"engine/scenario/", "tests/"}},
        {"xxhash.h", {"engine/base/hash", "tests/"}},
        {"CLI/", {"shell/cli/"}},
        {"doctest/", {"tests/"}},
        {"SDL", {"shell/app/"}},
        {"imgui", {"shell/app/"}},
        {"emscripten", {"shell/app/", "web/", "tests/bench/"}},
    };
    for (const SourceFile& file : tidy::sources()) {
        for (std::size_t n = 0; n < file.code.size(); ++n) {
            const std::string& line = file.code[n];
            if (line.rfind("#include", 0) != 0) continue;
            for (const Library& library : libraries) {
                const std::size_t at = line.find_first_of("<\"");
                const std::size_t length = std::string(library.header).size();
                if (at == std::string::npos || line.compare(at + 1, length, library.header) != 0) {
                    continue;
                }
                const bool allowed = std::any_of(
                    library.where.begin(), library.where.end(),
                    [&](const std::string& where) { return file.path.rfind(where, 0) == 0; });
                if (!allowed) {
                    tidy::complain(file, n + 1, std::string(library.header) + " may be included " +
                                                    "only in " + library.where.front());
                }
            }
        }
    }
}

TEST_CASE("tidy: every header is included by somebody") {
    std::set<std::string> used;
    for (const SourceFile& file : tidy::sources()) {
        for (const std::string& line : file.lines) {
            const std::string include = tidy::included(line);
            if (!include.empty()) used.insert(include);
        }
    }
    for (const SourceFile& file : tidy::sources()) {
        if (file.extension != ".hpp" && file.extension != ".def") continue;
        const std::size_t slash = file.path.find('/');
        const std::string inner = file.path.substr(slash + 1);
        const std::string name = inner.substr(inner.rfind('/') + 1);
        if (!used.count(inner) && !used.count(name)) {
            tidy::complain(file, 1, "nobody includes this file: delete it");
        }
    }
}
