// The frame: time passes, rows are fetched when they changed, regions are drawn.
#include "app/app.hpp"

#include <algorithm>

#include "imgui_internal.h"

#include "imgui_impl_opengl3.h"

namespace rq {

namespace {

const Panel all_panels[] = {
#define PANEL(id, title, place) {#id, title, Region::place, panel_##id},
#ifdef __EMSCRIPTEN__
#define READING_PANEL(id, title, place)
#else
#define READING_PANEL(id, title, place) PANEL(id, title, place)
#endif
#include "app/panels.def"
#undef PANEL
#undef READING_PANEL
};

constexpr ImGuiWindowFlags region_flags =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
    ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav |
    ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoBackground;

void draw_region(App& app, const Panel& panel, const Box& box) {
    if (box.w < 1 || box.h < 1) return;
    ImGui::SetNextWindowPos(ImVec2(box.x, box.y));
    ImGui::SetNextWindowSize(ImVec2(box.w, box.h));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    if (ImGui::Begin(panel.id, nullptr, region_flags)) panel.draw(app, box);
    ImGui::End();
    ImGui::PopStyleVar();
}

// The tab of a place: the n-th panel that stands there.
const Panel* panel_at(Region place, u32 tab) {
    for (const Panel& panel : all_panels) {
        if (panel.place == place && tab-- == 0) return &panel;
    }
    return nullptr;
}

// The header of a region in the native window: its title, or its tabs.
u32 draw_head(const Box& box, Region place, u32 active) {
    const Theme& t = theme();
    ImGui::SetNextWindowPos(ImVec2(box.x, box.y));
    ImGui::SetNextWindowSize(ImVec2(box.w, box.h));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    const char* id = place == Region::Main ? "main head" : place == Region::Tables ? "tables head"
                                                                                 : "time head";
    if (ImGui::Begin(id, nullptr, region_flags)) {
        ImDrawList& list = *ImGui::GetWindowDrawList();
        draw::fill(list, box, t.surface);
        draw::hline(list, box.x, box.right(), box.bottom() - 0.5f, t.line);
        float x = box.x + 16;
        u32 tab = 0;
        for (const Panel& panel : all_panels) {
            if (panel.place != place) continue;
            ImFont* font = tab == active ? fonts().strong13 : fonts().text13;
            const float w = draw::width(font, panel.title);
            draw::text(list, font, x, box.y + 23, tab == active ? t.text1 : t.text3, panel.title);
            if (place != Region::Timeline) {
                ImGui::SetCursorScreenPos(ImVec2(x - 6, box.y));
                if (ImGui::InvisibleButton(panel.title, ImVec2(w + 12, box.h))) active = tab;
                if (tab == active) draw::fill(list, {x, box.bottom() - 2, w, 2}, t.accent);
            }
            x += w + (place == Region::Main ? 16.0f : 22.0f);
            tab++;
        }
    }
    ImGui::End();
    ImGui::PopStyleVar();
    return active;
}

bool key_pressed(Verb verb) {
    constexpr ImGuiKey keys[] = {
#define VERB(name, key, words) ImGuiKey_##key,
#include "app/verbs.def"
#undef VERB
    };
    return ImGui::IsKeyPressed(keys[static_cast<int>(verb)], true);
}

void take_keys(App& app) {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.KeyCtrl && ImGui::IsKeyPressed(ImGuiKey_V, false)) {
        const char* text = ImGui::GetClipboardText();
        if (text && *text) app.load_text(text, "pasted text");
    }
    if (io.KeyCtrl || io.KeyAlt || io.KeySuper || io.WantTextInput) return;
    for (int i = 0; i < static_cast<int>(Verb::count_); i++) {
        if (key_pressed(static_cast<Verb>(i))) app.act(static_cast<Verb>(i));
    }
}

void draw_panels(App& app) {
    const Layout& l = app.layout;
    if (l.timeline_head > 0 && !app.page) {
        const float h = l.timeline_head;
        draw_head({l.timeline.x, l.timeline.y - h, l.timeline.w, h}, Region::Timeline, 0);
        app.main_tab = draw_head({l.main.x, l.main.y - h, l.main.w, h}, Region::Main, app.main_tab);
    }
    draw_region(app, *panel_at(Region::Timeline, 0), l.timeline);
    if (const Panel* main = panel_at(Region::Main, app.main_tab)) {
        draw_region(app, *main, l.main);
    }
    if (app.page) return;
    for (const Panel& panel : all_panels) {
        if (panel.place == Region::Bar) draw_region(app, panel, l.bar);
        if (panel.place == Region::Lesson) draw_region(app, panel, l.lesson);
        if (panel.place == Region::Why) draw_region(app, panel, l.why);
        if (panel.place == Region::Status) draw_region(app, panel, l.status);
    }
    if (l.tables.w < 1) return;
    Box tables = l.tables;
    app.table_tab = draw_head({tables.x, tables.y, tables.w, 36}, Region::Tables, app.table_tab);
    tables.y += 36;
    tables.h -= 36;
    if (const Panel* table = panel_at(Region::Tables, app.table_tab)) {
        draw_region(app, *table, tables);
    }
}

}  // namespace

const Panel* panels(u32& count) {
    count = sizeof all_panels / sizeof all_panels[0];
    return all_panels;
}

bool App::show_view(std::string_view id) {
    u32 tab = 0;
    for (const Panel& panel : all_panels) {
        if (panel.place != Region::Main) continue;
        if (id == panel.id) {
            main_tab = tab;
            backend_wake();
            return true;
        }
        tab++;
    }
    return false;
}

std::string_view App::shown_view() const {
    const Panel* panel = panel_at(Region::Main, main_tab);
    return panel ? panel->id : "";
}

bool App::load_text(std::string_view text, std::string_view name) {
    if (!model.load(text, name)) return false;
    fresh_run();
    return true;
}

bool App::open_scene(u32 index) {
    if (!model.open_scene(index)) return false;
    fresh_run();
    show_view(model.suggested_view());
    return true;
}

void App::fresh_run() {
    main = MainRows{};
    view.scroll = 0;
    view.range_from = view.range_to = 0;
    // A first window in which single switches can be told apart, and the cursor in it at an
    // instant worth asking about.
    const double width = layout.timeline.w > 0 ? static_cast<double>(layout.timeline.w) : 1128;
    const u64 length = std::min<u64>(model.end() - model.begin(), static_cast<u64>(width * 60'000));
    view.fit(model.begin(), model.begin() + length);
    model.seek(model.first_question(model.begin() + length / 3));
    follow();
    fetched_revision_ = ~u64{0};
    rows.key = {};
    rows.cast.clear();
    backend_wake();
}

void App::act(Verb verb) {
    const u64 begin = model.begin(), end = model.end();
    const double span = view.to - view.from;
    switch (verb) {
        case Verb::play_pause: model.playing() ? model.pause() : model.play(); break;
        case Verb::next_switch: model.next_switch(); break;
        case Verb::previous_switch: model.previous_switch(); break;
        case Verb::next_event: model.next_event(); break;
        case Verb::previous_event: model.previous_event(); break;
        case Verb::zoom_in:
        case Verb::zoom_out: {
            const double now = static_cast<double>(model.now());
            const bool inside = now >= view.from && now <= view.to;
            view.zoom(verb == Verb::zoom_in ? 0.5 : 2.0,
                      inside ? now : (view.from + view.to) / 2, begin, end);
            break;
        }
        case Verb::fit: view.fit(begin, end); break;
        case Verb::pan_left: view.pan(-span * 0.1, begin, end); break;
        case Verb::pan_right: view.pan(span * 0.1, begin, end); break;
        case Verb::to_begin: model.seek(begin); break;
        case Verb::to_end: model.seek(end); break;
        case Verb::select_above: select_beside(-1); break;
        case Verb::select_below: select_beside(1); break;
        case Verb::clear:
            model.select_task(no_task);
            view.range_from = view.range_to = 0;
            break;
        case Verb::count_: break;
    }
    const bool moved = verb == Verb::next_switch || verb == Verb::previous_switch ||
                       verb == Verb::next_event || verb == Verb::previous_event ||
                       verb == Verb::to_begin || verb == Verb::to_end;
    if (moved) follow();
    backend_wake();
}

void App::follow() {
    view.follow(model.now(), model.begin(), model.end());
}

void App::ask(u64 record) {
    model.select_record(record);
    follow();
    backend_wake();
}

void App::go_lesson(u32 step) {
    model.go_lesson(step);
    follow();
    backend_wake();
}

void App::set_kernel(u32 kernel) {
    if (kernel == model.kernel() || !model.set_kernel(kernel)) return;
    fetched_revision_ = ~u64{0};
    rows.key = {};
    rows.cast.clear();
    main = MainRows{};
    backend_wake();
}

void App::select_beside(int step) {
    const std::vector<u32>& lanes = model.lanes();
    if (lanes.empty()) return;
    const auto at = std::find(lanes.begin(), lanes.end(), model.selected_task());
    const s64 last = static_cast<s64>(lanes.size()) - 1;
    const s64 to = at == lanes.end() ? 0 : std::clamp<s64>(at - lanes.begin() + step, 0, last);
    model.select_task(lanes[static_cast<size_t>(to)]);
}

void App::set_theme_kind(ThemeKind kind) {
    theme_kind = kind;
    style_stale_ = true;
    set_theme(kind);
    backend_wake();
}

void App::open_canvas() {
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    set_theme(theme_kind);
}

void App::close_canvas() {
    ImGui::DestroyContext();
}

void App::prepare(const CanvasSize& size) {
    if (style_stale_) apply_style(theme(), coarse);
    style_stale_ = false;
    if (size.density == baked_density_) return;
    const bool again = baked_;
    baked_ = true;
    baked_density_ = size.density;
    bake_fonts(size.density, !page);
    if (again) {
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        ImGui_ImplOpenGL3_CreateFontsTexture();
    }
    draw::make_patterns(size.density, backend_make_texture, backend_drop_texture);
}

bool App::advance(u64 elapsed_ns) {
    const bool was_playing = model.playing();
    const bool changed = model.advance(std::min<u64>(elapsed_ns, 100 * NSEC_PER_MSEC));
    if (was_playing) follow();
    return changed;
}

void App::fetch(u32 columns) {
    const size_t nr_cpus = model.nr_cpus();
    const size_t nr_lanes = model.lanes().size();
    const TimelineMetrics metrics =
        timeline_metrics(layout.size, layout.timeline, nr_cpus, nr_lanes);
    const TimelineGeometry g = timeline_geometry(
        layout.timeline, metrics, view, static_cast<u32>(nr_cpus), static_cast<u32>(nr_lanes));
    TimelineRows::Key key;
    key.from = view.from;
    key.to = view.to;
    key.columns = columns;
    auto in_sight = [&](float top, float height, u32& first, u32& end) {
        first = static_cast<u32>(std::max(0.0f, (g.lanes.y - top) / height));
        end = static_cast<u32>(std::max(0.0f, (g.lanes.bottom() - top) / height + 1));
    };
    in_sight(g.cpu_y, metrics.cpu_lane, key.first_cpu, key.end_cpu);
    if (metrics.tasks) in_sight(g.task_y, metrics.task_lane, key.first_lane, key.end_lane);
    const TimelineRows::Key before = rows.key;
    model.fill_timeline(key, rows);
    fetched_late_ = !(rows.key == before);
    if (fetched_revision_ == model.revision()) return;
    fetched_late_ = true;
    fetched_revision_ = model.revision();
    model.fill_tree(tree);
}

void App::frame(const CanvasSize& size, u64 elapsed_ns) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = ImVec2(size.width, size.height);
    io.DisplayFramebufferScale = ImVec2(size.density, size.density);
    advance(elapsed_ns);
    ImGui::NewFrame();
    if (!page) {
        layout = compute_layout(size.width, size.height);
        take_keys(*this);
    }
    fetch(static_cast<u32>(std::max(1.0f, layout.timeline.w * size.density)));
    draw::fill(*ImGui::GetBackgroundDrawList(), {0, 0, size.width, size.height},
               theme().background);
    draw_panels(*this);
    ImGui::Render();
}

}  // namespace rq
