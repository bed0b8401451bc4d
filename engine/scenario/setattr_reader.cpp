// Reads "oracle-setattr-1": "groups" is a list of [title, [case, …]].
#include "scenario/setattr.hpp"

#include "scenario/reading.hpp"

namespace rq {

namespace {

constexpr s64 s32_low = -2147483647 - 1;
constexpr s64 s32_high = 2147483647;

void read_case(Reading& reading, Json value, std::vector<SetattrCase>& cases) {
    if (!reading.want(value, JsonKind::object, "a case")) return;
    reading.keys(value,
                 {"policy", "flags", "nice", "prio", "runtime", "deadline", "period", "uid",
                  "cpus", "hold", "note"},
                 "a case");
    SetattrCase c;
    c.place = value.place();
    auto with = [&](const char* key) { return Reading::member(value, key); };
    auto wide = [&](const char* key, u64& out) {
        if (Json m = with(key)) reading.natural(m, u64{0}, ~u64{0}, quoted(key), out);
    };
    if (Json m = with("policy")) {
        reading.integer(m, s32_low, s32_high, "`policy`", c.policy);
    } else {
        reading.missing(value, "policy", "a case");
    }
    if (Json m = with("nice")) reading.integer(m, s32_low, s32_high, "`nice`", c.nice);
    if (Json m = with("prio")) reading.integer(m, s32_low, 2 * s32_high + 1, "`prio`", c.prio);
    wide("flags", c.flags);
    wide("runtime", c.runtime);
    wide("deadline", c.deadline);
    wide("period", c.period);
    wide("cpus", c.cpus);
    if (Json m = with("uid")) reading.natural(m, 0, ~u32{0} - 1, "`uid`", c.uid);
    u32 hold = 0;
    if (Json m = with("hold")) reading.natural(m, 0, 1, "`hold`", hold);
    c.hold = hold != 0;
    if (Json m = with("note")) reading.string(m, "`note`", c.note);
    cases.push_back(std::move(c));
}

void read_group(Reading& reading, Json value, std::vector<SetattrGroup>& groups) {
    if (!reading.want(value, JsonKind::array, "a group")) return;
    if (value.size() != 2)
        return reading.fail("wrong-type", value.place(), "a group must be [title, [ cases ]].");
    SetattrGroup group;
    reading.string(value.first(), "the title of a group", group.title);
    Json cases = value.first().next();
    if (!reading.want(cases, JsonKind::array, "the cases of a group")) return;
    for (Json c = cases.first(); c && !reading.full(); c = c.next())
        read_case(reading, c, group.cases);
    groups.push_back(std::move(group));
}

}  // namespace

Result<SetattrTable> read_setattr_table(std::string_view text) {
    Result<JsonDocument> document = JsonDocument::read(text);
    if (!document) return document.errors();
    Json root = document->root();
    Reading reading;
    SetattrTable table;
    Json format = Reading::member(root, "format");
    if (!format.is(JsonKind::string) || format.text() != "oracle-setattr-1") {
        reading.fail("unknown-format", format ? format.place() : root.place(),
                     "the text is no table of sched_setattr calls.");
        return reading.errors;
    }
    reading.keys(root, {"format", "about", "groups"}, "the table");
    if (Json m = Reading::member(root, "about")) reading.string(m, "`about`", table.about);
    Json groups = Reading::member(root, "groups");
    if (!groups) {
        reading.missing(root, "groups", "the table");
    } else if (reading.want(groups, JsonKind::array, "`groups`")) {
        for (Json g = groups.first(); g && !reading.full(); g = g.next())
            read_group(reading, g, table.groups);
    }
    if (!reading.ok()) return reading.errors;
    return table;
}

}  // namespace rq
