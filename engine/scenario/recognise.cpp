// What a text is, and the one door through which every kind of it is read.
#include "scenario/readers.hpp"
#include "scenario/setattr.hpp"

namespace rq {

namespace {

constexpr const char* native_format = "runqueue/1";
constexpr const char* kload_format = "oracle-kload-1";
constexpr const char* setattr_format = "oracle-setattr-1";

InputKind kind_of_format(std::string_view format) {
    if (format == native_format) return InputKind::scenario;
    if (format == kload_format) return InputKind::kload;
    if (format == setattr_format) return InputKind::setattr_table;
    return InputKind::unknown;
}

InputKind kind_of(Json root) {
    if (Json format = Reading::member(root, "format"))
        return format.is(JsonKind::string) ? kind_of_format(format.text()) : InputKind::unknown;
    if (Reading::member(root, "tasks").is(JsonKind::object)) return InputKind::rt_app;
    return InputKind::unknown;
}

void say_unknown(Reading& reading, Json root) {
    const char* kinds =
        "A scenario says \"format\": \"runqueue/1\"; rt-app files have \"tasks\": { … }.";
    if (!root.is(JsonKind::object))
        return reading.fail("wrong-type", root.place(),
                            std::string("the text is ") + json_kind_name(root.kind()) +
                                ", not an object.",
                            kinds);
    Json format = Reading::member(root, "format");
    if (format.is(JsonKind::string)) {
        std::string hint =
            did_you_mean(format.text(), {native_format, kload_format, setattr_format});
        return reading.fail("unknown-format", format.place(),
                            "unknown format " + quoted(format.text()) + ".",
                            hint.empty() ? kinds : hint);
    }
    reading.fail("unknown-format", format ? format.place() : root.place(),
                 "the text does not say what it is.", kinds);
}

/// Bare keys are rt-app's alone: anything else is read again without them.
Result<JsonDocument> read_document(std::string_view text) {
    Result<JsonDocument> document = JsonDocument::read(text, JsonDialect{true});
    if (document && document->has_bare_keys() && kind_of(document->root()) != InputKind::rt_app)
        return JsonDocument::read(text);
    return document;
}

}  // namespace

InputKind recognise(std::string_view text) {
    Result<JsonDocument> document = read_document(text);
    if (document) return kind_of(document->root());
    // A broken text still shows what it was meant to be.
    for (const char* format : {native_format, kload_format, setattr_format}) {
        std::string literal = '"' + std::string(format) + '"';
        if (text.find(literal) != std::string_view::npos) return kind_of_format(format);
    }
    return text.find("\"tasks\"") != std::string_view::npos ? InputKind::rt_app
                                                            : InputKind::unknown;
}

Result<u32> read_program(std::string_view text, Scenario& scenario) {
    Result<JsonDocument> document = JsonDocument::read(text);
    if (!document) return document.errors();
    Reading reading;
    const u32 first = static_cast<u32>(scenario.programs.size());
    ProgramReader(reading, scenario).read_programs(document->root());
    if (reading.ok())
        for (u32 i = first; i < scenario.programs.size(); ++i)
            if (scenario.programs[i].name == "run") return i;
    scenario.programs.resize(first);
    if (!reading.ok()) return reading.errors;
    return Diagnostic{"missing-key", "the text has no program \"run\".", "", 1, 1};
}

Result<Scenario> read_scenario(std::string_view text) {
    Result<JsonDocument> document = read_document(text);
    if (!document) return document.errors();
    Reading reading;
    Scenario scenario;
    Json root = document->root();
    switch (kind_of(root)) {
        case InputKind::scenario: read_native(reading, root, scenario); break;
        case InputKind::rt_app: read_rtapp(reading, root, scenario); break;
        case InputKind::kload: read_kload(reading, root, scenario); break;
        case InputKind::setattr_table:
            reading.fail("unknown-format", Reading::member(root, "format").place(),
                         "a table of sched_setattr calls has no course to simulate.",
                         "`runqueue run` prints the result of each call.");
            break;
        case InputKind::unknown: say_unknown(reading, root); break;
    }
    if (reading.ok()) check_meaning(reading, scenario);
    if (!reading.ok()) return reading.errors;
    return scenario;
}

}  // namespace rq
