// The C functions that the page's scripts may call, and nothing else crosses. Rows go out as JSON
// text in linear memory; texts come in as UTF-8 in a buffer that rq_buffer() lends.
#include <emscripten.h>

#include <algorithm>
#include <memory>
#include <string>

#include "app/app.hpp"
#include "app/backend_web.hpp"
#include "base/limits.hpp"
#include "console/console.hpp"
#include "json.hpp"
#include "session/builtin.hpp"

// Typed arrays of the module's memory are not reachable by name in every Emscripten; these are.
EM_JS(void, publish_memory, (), {
    Module["read"] = function(at, length) {
        return HEAPU8.slice(at, at + length);
    };
    Module["write"] = function(at, bytes) {
        HEAPU8.set(bytes, at);
    };
});

// The page stands still while a command is executed, and no key reaches it: the browser's own
// dialog does. Where a frame may not show one, the answer is no.
EM_JS(int, rq_goes_on, (int seconds), {
    return confirm("The console's command has run for " + seconds +
        " seconds. Cancel ends it, as ^C would.");
});

namespace {

using namespace rq;

constexpr double patience_ms = 5'000;
constexpr std::size_t most_shown_in_page = std::size_t{1} << 20;

std::string answer;
std::string buffer;

/// A new one after `exit`, as a terminal's window would open a new shell.
std::unique_ptr<console::Console> shell;

console::Console& open_shell() {
    if (shell && !shell->finished()) return *shell;
    shell = std::make_unique<console::Console>(web_app().model.session());
    shell->most_shown = most_shown_in_page;
    return *shell;
}

/// Asks every so often whether what has begun now is to go on; true when it is not.
std::function<bool()> impatience() {
    const double began = emscripten_get_now();
    return [began, asked = began]() mutable {
        if (emscripten_get_now() - asked < patience_ms) return false;
        const bool goes_on = rq_goes_on(static_cast<int>((emscripten_get_now() - began) / 1'000));
        asked = emscripten_get_now();
        return !goes_on;
    };
}

const char* give(const JsonOut& json) {
    answer = json.text();
    return answer.c_str();
}

void write_errors(JsonOut& out, const Diagnostics& errors) {
    out.open('[');
    for (const Diagnostic& error : errors) {
        out.open('{');
        out.field("code", error.code);
        out.field("message", error.message);
        out.field("hint", error.hint);
        out.field("line", error.line);
        out.field("column", error.column);
        out.close('}');
    }
    out.close(']');
}

void write_facts(JsonOut& out, App& app) {
    const Model& model = app.model;
    const Facts facts = model.facts();
    out.open('{');
    out.field("title", facts.title);
    out.field("question", facts.question);
    out.field("hint", facts.hint);
    out.field("kernel", facts.kernel);
    out.field("eevdf", model.kernel());
    out.field("profile", facts.profile);
    out.field("hash", facts.hash);
    out.field("state_hash", facts.state_hash);
    out.field("time", facts.time);
    out.field("end", facts.end);
    out.field("notice", facts.notice);
    out.field("scene", model.scene());
    out.field("limit", facts.limit);
    out.key("acted");
    out.truth(facts.acted);
    out.key("can_continue");
    out.truth(facts.can_continue);
    out.key("kernel_override");
    out.truth(model.kernel_chosen());
    out.field("view", app.shown_view());
    out.field("suggested", model.suggested_view());
    out.time("ns", model.now() - std::min(model.now(), model.t0()));
    out.time("end_ns", model.end() - model.begin());
    out.time("events", model.events());
    out.time("switches", model.loaded() ? model.context().w.g.nr_context_switches : 0);
    out.field("cpus", model.nr_cpus());
    out.field("cpu", model.selected_cpu());
    const u32 selected = model.selected_task();
    out.field("selected", selected == no_task ? -1 : static_cast<s64>(selected));
    out.field("selected_name", selected < model.cast().size() ? model.cast()[selected].name : "");
    out.key("playing");
    out.truth(model.playing());
    out.key("known");
    out.truth(!model.working());
    out.close('}');
}

void write_lesson(JsonOut& out, App& app) {
    const LessonLine lesson = app.model.lesson();
    out.open('{');
    out.field("step", lesson.step);
    out.field("count", lesson.count);
    out.field("title", lesson.title);
    out.field("text", lesson.text);
    out.field("question", lesson.question);
    out.key("choices");
    out.open('[');
    for (const std::string& choice : lesson.choices) out.value(choice);
    out.close(']');
    out.close('}');
}

void write_hashes(JsonOut& out, App& app) {
    const auto hashes = app.model.hashes();
    out.open('{');
    out.field("state", hashes.first);
    out.field("trace", hashes.second);
    out.close('}');
}

void write_scenes(JsonOut& out, App& app) {
    out.open('[');
    for (const SceneRow& scene : app.model.scenes()) {
        out.open('{');
        out.field("group", scene.group);
        out.field("name", scene.name);
        out.field("title", scene.title);
        out.close('}');
    }
    out.close(']');
}

void write_letter(JsonOut& out, u32 letter) {
    char text[4];
    const TaskColour colour = theme().task(letter);
    out.field("letter", letter == no_letter ? "" : task_letter(letter, text));
    out.field("colour", letter == no_letter || letter >= 16 ? 7 : letter % 8);
    out.key("hatched");
    out.truth(letter != no_letter && letter < 16 && colour.hatched);
}

void write_tasks(JsonOut& out, App& app) {
    out.open('[');
    for (const TaskLine& line : app.model.task_lines()) {
        out.open('{');
        out.field("task", line.task);
        write_letter(out, line.letter);
        out.field("pid", line.pid);
        out.field("name", line.name);
        out.field("state", line.state);
        out.field("nice", line.nice);
        out.field("key", line.key);
        out.field("cpu_time", line.cpu_time);
        out.close('}');
    }
    out.close(']');
}

void write_events(JsonOut& out, App& app) {
    out.open('[');
    for (const EventLine& line : app.model.event_lines(60, 20)) {
        out.open('{');
        out.time("record", line.record);
        out.field("time", line.time);
        out.field("cpu", line.cpu);
        out.pieces("text", line.text);
        out.key("now");
        out.truth(line.now);
        out.close('}');
    }
    out.close(']');
}

void write_why(JsonOut& out, App& app) {
    const WhyRow why = app.model.why();
    out.open('{');
    out.key("found");
    out.truth(why.found);
    out.field("question", why.question);
    out.field("when", why.when);
    out.pieces("answer", why.answer);
    out.key("numbers");
    out.open('[');
    for (const WhyRow::Line& line : why.numbers) {
        out.open('{');
        out.field("text", line.text);
        out.field("verdict", line.verdict);
        out.close('}');
    }
    out.close(']');
    out.field("rule", why.rule);
    out.pieces("runner_up", why.runner_up);
    out.pieces("otherwise", why.otherwise);
    out.close('}');
}

void write_describe(JsonOut& out, App& app) {
    out.open('[');
    for (const std::vector<Piece>& paragraph : app.model.describe()) out.pieces(paragraph);
    out.close(']');
}

void write_inspect(JsonOut& out, App& app) {
    out.open('[');
    for (const FieldLine& field : app.model.inspect()) {
        out.open('{');
        out.field("group", field.group);
        out.field("name", field.name);
        out.field("value", field.value);
        out.close('}');
    }
    out.close(']');
}

void write_queue(JsonOut& out, App& app) {
    const u32 cpu = app.model.selected_cpu();
    view::RqTree tree;
    app.model.fill_tree(tree);
    out.open('{');
    out.field("cpu", cpu);
    out.field("waiting", static_cast<s64>(tree.nodes.size()));
    out.field("running", tree.has_curr ? std::string_view(tree.curr.name) : "");
    out.field("min_vruntime", shown_vruntime(tree.min_vruntime));
    out.key("nodes");
    out.open('[');
    for (const view::RqNode& node : tree.nodes) {
        out.open('{');
        out.field("name", node.name);
        out.field("key", shown_vruntime(node.key));
        out.field("colour", node.red ? "red" : "black");
        out.key("leftmost");
        out.truth(node.leftmost);
        out.close('}');
    }
    out.close(']');
    out.close('}');
}

void write_views(JsonOut& out, App&) {
    u32 count = 0;
    const Panel* all = panels(count);
    out.open('[');
    for (u32 i = 0; i < count; i++) {
        if (all[i].place != Region::Main) continue;
        out.open('{');
        out.field("id", all[i].id);
        out.field("title", all[i].title);
        out.close('}');
    }
    out.close(']');
}

/// What a main view shows, as a table; its columns tell numbers from words.
void write_sheet(JsonOut& out, const view::Sheet& sheet) {
    out.open('{');
    out.field("title", sheet.title);
    out.field("empty", sheet.empty);
    out.key("columns");
    out.open('[');
    for (const view::Sheet::Column& column : sheet.columns) {
        out.open('{');
        out.field("name", column.name);
        out.key("number");
        out.truth(column.number);
        out.close('}');
    }
    out.close(']');
    out.key("rows");
    out.open('[');
    for (const std::vector<std::string>& row : sheet.rows) {
        out.open('[');
        for (const std::string& cell : row) out.value(cell);
        out.close(']');
    }
    out.close(']');
    out.close('}');
}

constexpr std::string_view sheet_prefix = "sheet:";

using Writer = void (*)(JsonOut&, App&);
struct Rows {
    std::string_view name;
    Writer write;
};
const Rows all_rows[] = {{"facts", write_facts},       {"scenes", write_scenes},
                         {"tasks", write_tasks},       {"events", write_events},
                         {"why", write_why},           {"describe", write_describe},
                         {"inspect", write_inspect},   {"queue", write_queue},
                         {"lesson", write_lesson},     {"hashes", write_hashes},
                         {"views", write_views}};

}  // namespace

extern "C" {

/// Starts the program's memory functions; call once, first.
EMSCRIPTEN_KEEPALIVE void rq_start() {
    publish_memory();
}

/// Opens the canvas; 0 = no WebGL 2, everything else goes on without it.
EMSCRIPTEN_KEEPALIVE int rq_open_canvas(double width, double height, double density, int coarse) {
    web_app().coarse = coarse != 0;
    return web_open_canvas({static_cast<float>(width), static_cast<float>(height),
                            static_cast<float>(density)});
}

EMSCRIPTEN_KEEPALIVE void rq_resize(double width, double height, double density) {
    web_resize({static_cast<float>(width), static_cast<float>(height),
                static_cast<float>(density)});
}

/// The boxes, in the canvas, that the stylesheet gave to the timeline and the main view.
EMSCRIPTEN_KEEPALIVE void rq_regions(double page_w, double page_h, double tx, double ty, double tw,
                                     double th, double mx, double my, double mw, double mh) {
    Layout& layout = web_app().layout;
    layout.size = size_class(static_cast<float>(page_w), static_cast<float>(page_h));
    layout.timeline = {static_cast<float>(tx), static_cast<float>(ty), static_cast<float>(tw),
                       static_cast<float>(th)};
    layout.main = {static_cast<float>(mx), static_cast<float>(my), static_cast<float>(mw),
                   static_cast<float>(mh)};
    backend_wake();
}

/// 0 light, 1 dark, 2 high contrast.
EMSCRIPTEN_KEEPALIVE void rq_theme(int kind) {
    web_app().set_theme_kind(static_cast<ThemeKind>(std::clamp(kind, 0, 2)));
}

EMSCRIPTEN_KEEPALIVE void rq_wheel_zooms(int yes) {
    web_app().wheel_zooms = yes != 0;
}

EMSCRIPTEN_KEEPALIVE void rq_wake() {
    backend_wake();
}

/// Room for `length` bytes of text from the page; null when that is more than may be read.
EMSCRIPTEN_KEEPALIVE char* rq_buffer(unsigned length) {
    if (length > limits::scenario_bytes) return nullptr;
    buffer.assign(length, '\0');
    return buffer.data();
}

/// Loads the text in the buffer; the list of what is wrong with it, empty when it runs.
EMSCRIPTEN_KEEPALIVE const char* rq_load() {
    JsonOut out;
    const bool loaded = web_app().load_text(buffer, "your text");
    write_errors(out, loaded ? Diagnostics{} : web_app().model.errors());
    buffer.clear();
    return give(out);
}

EMSCRIPTEN_KEEPALIVE int rq_open_scene(unsigned index) {
    return web_app().open_scene(index);
}

EMSCRIPTEN_KEEPALIVE unsigned rq_start_scene() {
    return web_app().model.start_scene();
}

/// The text of the open scenario.
EMSCRIPTEN_KEEPALIVE const char* rq_text() {
    return web_app().model.text().c_str();
}

/// The rows named in the buffer, as JSON; "sheet:" and a view's name gives its table; "null" for a
/// name that does not exist.
EMSCRIPTEN_KEEPALIVE const char* rq_rows() {
    JsonOut out;
    if (buffer.compare(0, sheet_prefix.size(), sheet_prefix) == 0) {
        const view::Sheet sheet = web_app().model.sheet(buffer.substr(sheet_prefix.size()));
        if (sheet.columns.empty()) return "null";
        write_sheet(out, sheet);
        return give(out);
    }
    for (const Rows& rows : all_rows) {
        if (rows.name != buffer) continue;
        rows.write(out, web_app());
        return give(out);
    }
    return "null";
}

/// Does the verb named in the buffer (app/verbs.def); 0 when there is none of that name.
EMSCRIPTEN_KEEPALIVE int rq_act() {
    constexpr std::string_view names[] = {
#define VERB(name, key, words) #name,
#include "app/verbs.def"
#undef VERB
    };
    for (int i = 0; i < static_cast<int>(Verb::count_); i++) {
        if (names[i] != buffer) continue;
        web_app().act(static_cast<Verb>(i));
        return 1;
    }
    return 0;
}

/// Shows the main view named in the buffer; 0 when the canvas has none of that name.
EMSCRIPTEN_KEEPALIVE int rq_view() {
    return web_app().show_view(buffer);
}

EMSCRIPTEN_KEEPALIVE void rq_set_speed(double simulated_ns_per_second) {
    web_app().model.set_speed(static_cast<u64>(std::clamp(simulated_ns_per_second, 1.0, 1e15)));
}

/// Goes to an instant, ns after the tasks' start.
EMSCRIPTEN_KEEPALIVE void rq_seek(double ns) {
    App& app = web_app();
    app.model.seek(app.model.t0() + static_cast<u64>(std::clamp(ns, 0.0, 9e15)));
    app.follow();
    backend_wake();
}

EMSCRIPTEN_KEEPALIVE void rq_select_task(int task) {
    web_app().model.select_task(task < 0 ? no_task : static_cast<u32>(task));
    backend_wake();
}

EMSCRIPTEN_KEEPALIVE void rq_select_record(double record) {
    web_app().ask(static_cast<u64>(std::max(0.0, record)));
}

/// After the trace was full: drops its oldest part and goes on.
EMSCRIPTEN_KEEPALIVE void rq_continue() {
    web_app().model.continue_after_limit();
    backend_wake();
}

/// 0 = Linux 6.1, 1 = 6.12.
EMSCRIPTEN_KEEPALIVE void rq_kernel(int kernel) {
    web_app().set_kernel(kernel ? 1 : 0);
}

/// Goes to a step of the scenario's lesson; 0 is its beginning.
EMSCRIPTEN_KEEPALIVE void rq_lesson(int step) {
    web_app().go_lesson(static_cast<u32>(std::max(0, step)));
}

/// The bytes of the compiled-in font, Inter Medium.
EMSCRIPTEN_KEEPALIVE const unsigned char* rq_font() {
    return font_file(FontFile::InterMedium).data;
}
EMSCRIPTEN_KEEPALIVE unsigned rq_font_size() {
    return font_file(FontFile::InterMedium).size;
}

/// Takes the font file in the buffer: 1 Inter SemiBold, 2 JetBrains Mono, 3 accents.
EMSCRIPTEN_KEEPALIVE void rq_give_font(int which) {
    static std::string kept[static_cast<int>(FontFile::Count)];
    const int at = std::clamp(which, 1, static_cast<int>(FontFile::Count) - 1);
    kept[at] = std::move(buffer);
    buffer.clear();
    give_font_file(static_cast<FontFile>(at),
                   {reinterpret_cast<const unsigned char*>(kept[at].data()),
                    static_cast<unsigned>(kept[at].size())});
    web_app().bake_again();
    backend_wake();
}

/// Takes the pack of further scenarios in the buffer; 0 = it is malformed.
EMSCRIPTEN_KEEPALIVE int rq_give_scenarios() {
    if (!add_builtin_scenarios(std::move(buffer))) return 0;
    web_app().model.refresh_scenes();
    return 1;
}

// The three of the console are in the module's second part: the page calls none of them, and
// nothing else calls the console, before that has come (split.mjs).

/// Executes the lines in the buffer: {"unfinished":true} when they ask for more, else what they
/// showed in order, as {"shown":[{"error":bool,"text":string}…]}.
EMSCRIPTEN_KEEPALIVE const char* rq_console() {
    JsonOut out;
    out.open('{');
    if (console::Console::unfinished(buffer)) {
        out.key("unfinished");
        out.truth(true);
    } else {
        App& app = web_app();
        app.model.pause();
        out.key("shown");
        out.open('[');
        console::Console& console = open_shell();
        console.interrupted = impatience();
        for (const console::Shown& piece : console.execute(buffer)) {
            out.open('{');
            out.key("error");
            out.truth(piece.error);
            out.field("text", piece.text);
            out.close('}');
        }
        out.close(']');
        app.follow();
        backend_wake();
    }
    out.close('}');
    buffer.clear();
    return give(out);
}

EMSCRIPTEN_KEEPALIVE const char* rq_console_prompt() {
    answer = open_shell().prompt();
    return answer.c_str();
}

/// What the word at the end of the buffer may become, as a list of texts.
EMSCRIPTEN_KEEPALIVE const char* rq_console_complete() {
    JsonOut out;
    out.open('[');
    for (const std::string& word : open_shell().complete(buffer)) out.value(word);
    out.close(']');
    return give(out);
}
}
